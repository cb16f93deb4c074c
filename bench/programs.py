"""The commands that are measured: the project's own programs and the peers."""

import sys
from dataclasses import dataclass
from pathlib import Path

from bench.data import DataSet


@dataclass(frozen=True)
class Programs:
    """What one build made."""

    folder: Path

    @property
    def sparkify(self) -> Path:
        return self.folder / "sparkify"

    @property
    def five_tables(self) -> Path:
        return self.folder / "bench_five_tables"

    @property
    def s3_server(self) -> Path:
        return self.folder / "bench_s3_server"

    @property
    def s3_read(self) -> Path:
        return self.folder / "bench_s3_read"

    def etl(
        self,
        out: Path,
        logs: Path | str | None = None,
        songs: Path | str | None = None,
        threads: int = 0,
    ) -> list[object]:
        """`sparkify etl`; prints a summary with the time of each stage as JSON."""
        command = [self.sparkify, "etl", "--quiet", "--format", "json", "--warehouse", out]
        command += ["--log-data", logs] if logs else []
        command += ["--song-data", songs] if songs else []
        return command + (["--threads", threads] if threads else [])

    def five(self, data: DataSet, out: Path, threads: int = 0) -> list[object]:
        """The five tables of the exercise, by the program's reader."""
        command = [self.five_tables, "--log-data", data.logs, "--song-data", data.song_files]
        return [*command, "--warehouse", out, *(["--threads", threads] if threads else [])]


def peer(
    name: str,
    data: DataSet,
    out: Path,
    variant: str = "",
    threads: int = 0,
    songs: Path | None = None,
) -> list[object]:
    """One of bench/peers; `songs` in place of the data's song files."""
    command = [sys.executable, "-m", f"bench.peers.{name}", "--logs", data.logs]
    command += ["--songs", songs or data.song_files, "--out", out]
    command += ["--variant", variant] if variant else []
    return command + (["--threads", threads] if threads else [])
