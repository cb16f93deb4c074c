"""Runs commands and measures them: wall time, CPU time, peak memory."""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path


class Failed(Exception):
    """A command or an answer is not what it has to be; ends the benchmark."""


@dataclass(frozen=True)
class Run:
    """One timed run."""

    wall: float  # seconds
    cpu: float  # seconds, user and system, of all threads; 0 where a server does the work
    peak_mb: float


@dataclass(frozen=True)
class Output:
    """What a command printed, beside its cost."""

    run: Run
    text: str


def warm(*folders: Path) -> None:
    """Reads every file once, so that it lies in memory, and lets earlier writes reach the disk."""
    os.sync()
    for folder in folders:
        files = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
        for path in files:
            if path.is_file():
                with path.open("rb", buffering=0) as file:
                    while file.read(1 << 20):
                        pass


def timed(command: list[object], env: dict[str, str] | None = None) -> Output:
    """Runs a command to success. A peer that prints its own measure as JSON, see peers/clock.py,
    is believed: so the start of its interpreter does not count."""
    words = [str(word) for word in command]
    if not shutil.which(words[0]):
        raise Failed(f"there is no program {words[0]}")
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=errors, env={**os.environ, **(env or {})}
        )
        text = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        if process.returncode != 0:
            errors.seek(0)
            complaint = errors.read().decode(errors="replace")
            name = Path(words[0]).name  # the first line goes on the page, where no path belongs
            raise Failed(
                f"{name}: exit {process.returncode}\n{' '.join(words)}\n{complaint[-4000:]}"
            )
    own = own_measure(text)
    return Output(own or Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), text)


def own_measure(text: str) -> Run | None:
    """The measure that a peer printed, if it is a peer."""
    try:
        return Run(**json.loads(text)["measure"])
    except (ValueError, KeyError, TypeError):
        return None


def fastest(runs: list[dict]) -> dict:
    """The run with the least wall time."""
    return min(runs, key=lambda run: run["wall"])


def median(runs: list[dict], what: str = "wall") -> float:
    return statistics.median(run[what] for run in runs)


def spread(runs: list[dict]) -> float:
    """How far the median lies above the minimum: 0.02 is 2 %."""
    return median(runs) / fastest(runs)["wall"] - 1


def as_dict(run: Run) -> dict:
    return asdict(run)
