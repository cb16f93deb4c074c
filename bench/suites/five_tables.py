"""The five tables of the exercise from logs and songs, on disk."""

from bench.rounds import Plan, compare
from bench.suites import Bench, described, sql_side


def measure(bench: Bench) -> None:
    def group() -> dict:
        data = bench.data.sized(bench.sizes.events)
        sides = [sql_side(data), sql_side(data, "defaults"), bench.five_side(data)]
        plan = Plan(sides, [data.logs, data.song_files], bench.rounds, bench.work)
        return described(data, compare(plan))

    bench.store.measure("five_tables", group)
