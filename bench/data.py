"""The data sets: simulated with fixed settings, made once, kept for the next run.

A folder with truth.json is complete, as `sparkify simulate` has it; those made from another data
set end with a file of that name as well.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Failed

USERS = 6000
MOST_SONGS = 15_000
EVENTS_A_SONG = 333
EVENTS_A_USER = 2000  # at most: after about 2800 on average all users have cancelled


@dataclass(frozen=True)
class DataSet:
    """Logs and songs, ready to load."""

    folder: Path
    events: int
    songs: int

    @property
    def logs(self) -> Path:
        return self.folder / "log_data"

    @property
    def song_files(self) -> Path:
        return self.folder / "song_data"

    @property
    def log_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.logs.rglob("*") if path.is_file())

    @property
    def log_count(self) -> int:
        return sum(path.is_file() for path in self.logs.rglob("*"))


@dataclass(frozen=True)
class Year:
    """A history of days, its songs, and the day after."""

    history: DataSet
    day: Path
    day_events: int


def label(events: int) -> str:
    """5m, 100k, 20001."""
    for size, letter in ((1_000_000, "m"), (1000, "k")):
        if events >= size and events % size == 0:
            return f"{events // size}{letter}"
    return str(events)


class Data:
    """Makes data sets below one folder."""

    def __init__(self, folder: Path, sparkify: Path):
        self.folder = folder
        self.sparkify = sparkify

    def sized(self, events: int, compression: str = "none") -> DataSet:
        """As many events; three songs for each thousand, up to 15,000."""
        songs = min(MOST_SONGS, max(events // EVENTS_A_SONG // 100 * 100, 100))
        suffix = "" if compression == "none" else f"-{compression}"
        folder = self.folder / f"{label(events)}{suffix}"
        users = max(min(USERS, events), events // EVENTS_A_USER)
        flags = ["--events", events, "--users", users, "--songs", songs]
        self.simulate(folder, [*flags, "--compress", compression])
        made = json.loads((folder / "truth.json").read_text())["generated"]["counts"]
        if (made["events"], made["songs"]) != (events, songs):
            raise Failed(f"{folder} holds another data set: remove it, or give another --data")
        return DataSet(folder, events, songs)

    def simulate(self, folder: Path, flags: list[object]) -> None:
        if (folder / "truth.json").exists():
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        words = [self.sparkify, "simulate", "--quiet", "--out", folder, *flags]
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"simulate: {done.stderr}")

    def in_files(self, events: int, count: int) -> DataSet:
        """The events of sized(), in the same order, in `count` files of about one size."""
        source = self.sized(events)
        target = DataSet(self.folder / f"{label(events)}-in-{count}", source.events, source.songs)
        if (target.folder / "truth.json").exists():
            return target
        shutil.rmtree(target.folder, ignore_errors=True)
        target.logs.mkdir(parents=True)
        target.song_files.symlink_to(source.song_files.resolve())
        written = 0
        part = None
        for path in sorted(source.logs.rglob("*.json")):
            for line in path.read_bytes().splitlines(keepends=True):
                if written * count % events < count:
                    if part:
                        part.close()
                    number = written * count // events
                    part = (target.logs / f"part-{number:05}.json").open("wb")
                part.write(line if line.endswith(b"\n") else line + b"\n")
                written += 1
        part.close()
        shutil.copy(source.folder / "truth.json", target.folder)
        return target

    def year(self, days: int, users: int) -> Year:
        """The logs of `days` days; the last of them apart."""
        folder = self.folder / f"{days}-days-of-{users}"
        self.simulate(folder, ["--days", days, "--users", users, "--songs", min(users, MOST_SONGS)])
        day = folder / "day"
        if not day.exists():
            last = sorted((folder / "log_data").rglob("*.json"))[-1]
            part = folder / "day.part"
            part.mkdir(exist_ok=True)
            if not any(part.iterdir()):
                shutil.move(last, part / last.name)
            part.rename(day)
        counts = json.loads((folder / "truth.json").read_text())["generated"]["counts"]
        day_events = sum(path.read_bytes().count(b"\n") + 1 for path in day.iterdir())
        history = DataSet(folder, counts["events"] - day_events, counts["songs"])
        return Year(history, day, day_events)
