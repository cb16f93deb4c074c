"""What parts of the work take by themselves: how far each load is from its limits."""

from pathlib import Path

from bench.measure import timed
from bench.programs import peer
from bench.rounds import Plan, Side, compare, remove
from bench.suites import Bench, described

FILES = "song files opened, read, closed"
TOKENS = "events read and taken apart, one value converted"
PARSED = "events read, taken apart and converted, nothing written"
FIVE = "the five tables, from memory to disk"
STAR = "the whole star, from memory to disk"


def measure(bench: Bench) -> None:
    def group() -> dict:
        data = bench.data.sized(bench.sizes.events)
        bench.work.mkdir(parents=True, exist_ok=True)
        five, star = bench.work / "five.duckdb", bench.work / "star.duckdb"
        for path, command in (
            (five, bench.programs.five(data, five)),
            (star, bench.programs.etl(star, data.logs, data.song_files)),
        ):
            remove(path)
            timed(command)

        def written(made: Path, variant: str) -> Side:
            return Side(
                FIVE if variant == "five" else STAR,
                lambda out: peer("written", data, out, variant, songs=made),
                tables=variant,
            )

        def only(name: str, part: str) -> Side:
            return Side(
                name,
                lambda out: [*bench.programs.five(data, out), "--only", part],
                tables="",
            )

        sides = [
            only(FILES, "files"),
            only(TOKENS, "tokens"),
            only(PARSED, "parse"),
            written(five, "five"),
            written(star, "star"),
        ]
        found = compare(Plan(sides, [data.logs, data.song_files], bench.rounds, bench.work))
        remove(five)
        remove(star)
        return {**described(data, found), "song_files": data.songs}

    bench.store.measure("limits", group)
