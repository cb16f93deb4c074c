"""`sparkify etl` whole, ledger and all, beside the same SQL over staging that DuckDB reads."""

import os

from bench.peers import full_star
from bench.rounds import Plan, Side, compare
from bench.suites import Bench, described


def most_memory() -> str:
    """What DuckDB would take of itself: four fifths of the machine's memory."""
    size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{size * 8 // 10 // 1_000_000}MB"


def measure(bench: Bench) -> None:
    def group() -> dict:
        data = bench.data.sized(bench.sizes.events)
        script = bench.work / "full_star.sql"
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(
            full_star.script(f"{data.logs}/**/*.json", f"{data.song_files}/**/*.json")
        )
        sparkify = bench.programs.sparkify
        peer = Side(
            "read_json and the same SQL",
            lambda out: [sparkify, "sql", "--quiet", "--warehouse", out, "-f", script],
            env={"SPARKIFY_MEMORY_LIMIT": most_memory()},
            tables="star",
        )
        plan = Plan(
            [peer, bench.etl_side(data, tables="star")],
            [data.logs, data.song_files],
            bench.rounds,
            bench.work,
        )
        return described(data, compare(plan))

    bench.store.measure("full_star", group)
