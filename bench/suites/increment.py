"""One more day after a year, beside the same day into a warehouse that holds the songs alone."""

import shutil
from pathlib import Path

from bench.measure import timed
from bench.rounds import Plan, Side, compare, expect_rows, remove, say
from bench.suites import Bench

AFTER_A_YEAR, INTO_EMPTY = "after a year", "into an empty warehouse"


def measure(bench: Bench) -> None:
    bench.store.measure("increment", lambda: group(bench))


def group(bench: Bench) -> dict:
    year = bench.data.year(bench.sizes.days, bench.sizes.users)
    bench.work.mkdir(parents=True, exist_ok=True)
    full, empty = bench.work / "year.duckdb", bench.work / "empty.duckdb"
    for path, logs in ((full, year.history.logs), (empty, None)):
        remove(path)
        say(f"  preparing {path.name}")
        timed(bench.programs.etl(path, logs, year.history.song_files))

    def side(name: str, base: Path) -> Side:
        return Side(
            name,
            lambda out: bench.programs.etl(out, year.day),
            tables="",
            prepare=lambda out: shutil.copyfile(base, out),
            check=expect_rows(year.day_events),
        )

    plan = Plan(
        [side(INTO_EMPTY, empty), side(AFTER_A_YEAR, full)],
        [year.day],
        bench.rounds,
        bench.work,
    )
    sides = compare(plan)
    size = full.stat().st_size
    remove(full)
    remove(empty)
    return {
        "events": year.day_events,
        "history": year.history.events,
        "warehouse_bytes": size,
        "sides": sides,
    }
