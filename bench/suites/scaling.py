"""How time grows: with events, with the number of files, with threads, with compression."""

import os

from bench.data import DataSet, label
from bench.rounds import Plan, compare
from bench.suites import Bench, described, sql_side


def thread_counts() -> list[int]:
    """1, 2, 4 ... up to the machine's."""
    most = os.cpu_count() or 1
    return sorted({most, *(1 << power for power in range(8) if 1 << power <= most)})


def measure(bench: Bench) -> None:
    sizes, data = bench.sizes, bench.data
    for events in (*sizes.scaling, *sizes.large):
        rounds = 1 if events in sizes.large else bench.rounds
        add(bench, f"events/{label(events)}", lambda n=events: data.sized(n), rounds=rounds)
    for count in sizes.files:
        add(bench, f"files/{count}", lambda n=count: data.in_files(sizes.medium, n))
    for threads in thread_counts():
        add(bench, f"threads/{threads}", lambda: data.sized(sizes.medium), threads=threads)
    for form in ("none", "gzip", "zstd"):
        add(bench, f"input/{form}", lambda form=form: data.sized(sizes.medium, form))


def add(bench: Bench, name: str, make_data, threads: int = 0, rounds: int = 0) -> None:
    """One point: the five tables by SQL and by the program, and the whole star."""

    def group() -> dict:
        data: DataSet = make_data()
        inputs = [data.logs, data.song_files.resolve()]
        sides = [
            sql_side(data, threads=threads),
            bench.five_side(data, threads),
            bench.etl_side(data, threads),
        ]
        return described(data, compare(Plan(sides, inputs, rounds or bench.rounds, bench.work)))

    bench.store.measure(f"scaling/{name}", group)
