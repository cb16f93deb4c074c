"""Peak memory of `sparkify etl` as the input grows."""

from bench.data import label
from bench.rounds import Plan, compare
from bench.suites import Bench, described


def measure(bench: Bench) -> None:
    for events in (*bench.sizes.memory, *bench.sizes.large):
        bench.store.measure(f"memory/{label(events)}", lambda events=events: group(bench, events))


def group(bench: Bench, events: int) -> dict:
    """One round: memory repeats itself better than time. None at all where scaling had one."""
    data = bench.data.sized(events)
    side = bench.etl_side(data)
    scaled = bench.store.known(f"scaling/events/{label(events)}")
    if scaled:
        return {**scaled, "sides": {side.name: scaled["sides"][side.name]}}
    return described(data, compare(Plan([side], [], 1, bench.work)))
