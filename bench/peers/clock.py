"""The frame of every peer: reads the flags, times the load alone, exports what it made.

A peer reads event logs and song files and leaves the five tables at --out. The start of the
interpreter, imports and the export are not counted. Prints one line of JSON.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024  # of KiB


@dataclass(frozen=True)
class Job:
    """What a peer is asked for."""

    logs: Path
    songs: Path
    out: Path  # a DuckDB file, or a folder of TABLE.parquet or TABLE.csv
    threads: int  # 0: as many as the machine has
    variant: str

    @property
    def log_glob(self) -> str:
        """Plain or compressed, at any depth."""
        return f"{self.logs}/**/*.json*"

    @property
    def song_glob(self) -> str:
        return f"{self.songs}/**/*.json"


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def read_job() -> Job:
    parser = argparse.ArgumentParser()
    parser.add_argument("--logs", type=Path, required=True)
    parser.add_argument("--songs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--variant", default="")
    return Job(**vars(parser.parse_args()))


def measured(
    load: Callable[[Job], None],
    export: Callable[[Job], None] | None = None,
    is_served: bool = False,
) -> None:
    """Runs the peer. `is_served`: another process does the work, so CPU and memory stay unknown."""
    job = read_job()
    before = cpu_seconds()
    started = time.perf_counter()
    load(job)
    wall = time.perf_counter() - started
    cpu = cpu_seconds() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    if is_served:
        cpu = peak = 0.0
    if export:
        export(job)
    print(json.dumps({"measure": {"wall": wall, "cpu": cpu, "peak_mb": peak}}))
