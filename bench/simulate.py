"""Times `sparkify simulate`: events and bytes a second, on one and on two threads.

Before a time counts, the answer is checked: all thread counts must write the same bytes, and the
lines must be as many as asked for. eventsim, which this replaces, publishes 121,951 to 147,058
events/s in its README (one thread, another machine); it is cited, not run.
Stdlib only. Example: simulate.py --sparkify build/release/sparkify --events 10000000 --rounds 3
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

EVENTSIM_BEST = 147_058


def command(flags: argparse.Namespace, out: str, threads: int) -> list[str]:
    """One simulation of all events."""
    numbers = ["--users", flags.users, "--events", flags.events, "--threads", threads]
    return [flags.sparkify, "simulate", "--quiet", "--out", out, *map(str, numbers)]


def checked_bytes(flags: argparse.Namespace) -> int:
    """The size of the output, once it is the same for all thread counts."""
    digests, size = set(), 0
    for threads in flags.threads:
        digest, size, lines = hashlib.sha256(), 0, 0
        with subprocess.Popen(command(flags, "-", threads), stdout=subprocess.PIPE) as process:
            while block := process.stdout.read(1 << 20):
                digest.update(block)
                size += len(block)
                lines += block.count(b"\n")
        if process.returncode != 0 or lines != flags.events:
            sys.exit(f"{threads} threads wrote {lines} lines, exit code {process.returncode}")
        digests.add(digest.hexdigest())
    if len(digests) > 1:
        sys.exit("the bytes depend on the number of threads")
    return size


def timed(words: list[str], out: str) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds, peak memory in MB."""
    started = time.monotonic()
    with open(out, "wb") as sink:
        process = subprocess.Popen(words, stdout=sink)
        _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(words)} failed")
    wall = time.monotonic() - started
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def plain_write(folder: str, size: int) -> float:
    """Wall seconds to write as many bytes to one file, from memory: what the disk allows."""
    block = os.urandom(1 << 20)
    started = time.monotonic()
    with open(f"{folder}/plain", "wb", buffering=0) as file:
        for _ in range(size // len(block)):
            file.write(block)
    return time.monotonic() - started


def main() -> None:
    """Reads the flags, runs everything in turn, prints a table of the fastest runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sparkify", default="build/release/sparkify")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--users", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    flags = parser.parse_args()
    size = checked_bytes(flags)
    best: dict[tuple[str, int], tuple[float, float, float]] = {}
    disk = float("inf")
    for _ in range(flags.rounds):
        for threads in flags.threads:
            folder = tempfile.mkdtemp(dir=".")
            for place, out in (("/dev/null", "-"), ("files", f"{folder}/data")):
                run = timed(command(flags, out, threads), "/dev/null")
                best[place, threads] = min(best.get((place, threads), run), run)
            disk = min(disk, plain_write(folder, size))
            shutil.rmtree(folder)
    print(f"{flags.events:,} events, {size / 1e9:.2f} GB, {flags.users:,} users; the best of")
    print(f"{flags.rounds} runs, whole process. eventsim's best as published: {EVENTSIM_BEST:,}/s.")
    print()
    print("| to | threads | wall s | CPU s | events/s | GB/s | peak MB | eventsim's best x |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for (place, threads), (wall, cpu, peak) in sorted(best.items()):
        rate = flags.events / wall
        print(
            f"| {place} | {threads} | {wall:.2f} | {cpu:.2f} | {rate:,.0f} | "
            f"{size / wall / 1e9:.2f} | {peak:.0f} | {rate / EVENTSIM_BEST:.0f} |"
        )
    print()
    print(f"A plain write of as many bytes to a file: {disk:.2f} s, {size / disk / 1e9:.2f} GB/s.")


if __name__ == "__main__":
    main()
