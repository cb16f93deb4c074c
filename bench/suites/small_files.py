"""Thousands of song files into staging: the program's stages of listing and reading against
read_json over a glob, on one thread and on all."""

from dataclasses import replace
from pathlib import Path

from bench.measure import Output, Run
from bench.programs import peer
from bench.rounds import Plan, Side, compare, stages_of
from bench.suites import Bench, described

OURS = "sparkify etl, list and read"
STAGES = ("list files", "read songs")


def measure(bench: Bench) -> None:
    def group() -> dict:
        data = bench.data.sized(bench.sizes.events)

        def ours(out: Path) -> list[object]:
            return [*bench.programs.etl(out, songs=data.song_files), "--keep-staging"]

        def read_json(threads: int) -> Side:
            name = f"read_json, {threads or 'all'} thread{'s'[: threads != 1]}"
            return Side(
                name,
                lambda out: peer("duckdb_sql", data, out, "songs", threads),
                tables="staged_songs",
            )

        plan = Plan(
            [
                read_json(1),
                read_json(0),
                Side(OURS, ours, tables="staged_songs", trim=reading_alone),
            ],
            [data.song_files],
            bench.rounds,
            bench.work,
        )
        return {**described(data, compare(plan)), "files": data.songs}

    bench.store.measure("small_files", group)


def reading_alone(output: Output) -> Output:
    """The seconds of the two stages in place of the whole load; their CPU time is not known."""
    stages = stages_of(output.text)
    wall = sum(stages[name] for name in STAGES)
    return replace(output, run=Run(wall, 0.0, output.run.peak_mb))
