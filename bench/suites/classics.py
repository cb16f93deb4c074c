"""How others load the exercise. Each beside the program, on as much data as it can take."""

from bench.programs import peer
from bench.rounds import Plan, Side, compare
from bench.suites import Bench, described

# Name in the results: title, module, variant, which of Sizes.
PEERS = {
    "rows": ("Python, psycopg2, row by row, PostgreSQL", "postgres", "rows", "rows"),
    "values": ("Python, psycopg2, execute_values, PostgreSQL", "postgres", "values", "rows"),
    "copy": ("PostgreSQL, COPY of jsonb, SQL", "postgres", "copy", "medium"),
    "pandas": ("pandas, Arrow, parquet", "pandas_frames", "", "medium"),
    "polars": ("Polars, parquet", "polars_frames", "", "events"),
    "clickhouse": ("ClickHouse (chdb), MergeTree", "clickhouse", "", "events"),
}


def measure(bench: Bench) -> None:
    for name in PEERS:
        bench.store.measure(f"classics/{name}", lambda name=name: group(bench, name))


def group(bench: Bench, name: str) -> dict:
    title, module, variant, size = PEERS[name]
    data = bench.data.sized(getattr(bench.sizes, size))
    sides = [
        bench.five_side(data),
        Side(title, lambda out: peer(module, data, out, variant)),
    ]
    plan = Plan(sides, [data.logs, data.song_files], bench.rounds, bench.work)
    return described(data, compare(plan))
