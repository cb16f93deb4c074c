"""What a load made, as one digest a table: the row count and a hash that rows in any order share.

Run as a program, `python -m bench.answers --tables five PATH`, so that the memory it takes is not
the benchmark's own: a child's peak memory begins with that of its parent.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from bench.measure import Failed

FIVE = {
    "songplays": {
        "start_time": "timestamp",
        "user_id": "integer",
        "level": "varchar",
        "song_id": "varchar",
        "artist_id": "varchar",
        "session_id": "integer",
        "location": "varchar",
        "user_agent": "varchar",
    },
    "users": {
        "user_id": "integer",
        "first_name": "varchar",
        "last_name": "varchar",
        "gender": "varchar",
        "level": "varchar",
    },
    "songs": {
        "song_id": "varchar",
        "title": "varchar",
        "artist_id": "varchar",
        "year": "integer",
        "duration": "double",
    },
    "artists": {
        "artist_id": "varchar",
        "name": "varchar",
        "location": "varchar",
        "latitude": "double",
        "longitude": "double",
    },
    "time": {
        "start_time": "timestamp",
        "hour": "integer",
        "day": "integer",
        "week": "integer",
        "month": "integer",
        "year": "integer",
        "weekday": "integer",
    },
}
STAGED_SONGS = {
    "staging_songs": {
        "artist_id": "varchar",
        "artist_latitude": "double",
        "artist_longitude": "double",
        "artist_location": "varchar",
        "artist_name": "varchar",
        "song_id": "varchar",
        "title": "varchar",
        "duration": "double",
        "year": "integer",
    }
}
# All columns but songplay_id, as the file declares them.
STAR = {
    table: {}
    for table in (
        "songplays users songs artists time events sessions level_changes user_history".split()
    )
}
TABLES = {"five": FIVE, "star": STAR, "staged_songs": STAGED_SONGS}

Digests = dict[str, tuple[int, str]]


def expression(columns: dict[str, str]) -> str:
    """A hash of one row; each column is brought to one type first."""
    return "hash(" + ", ".join(f"cast({name} as {kind})" for name, kind in columns.items()) + ")"


def compute(path: Path, tables: str) -> Digests:
    """The digests of what lies at `path`: a DuckDB file, or a folder of parquet or csv files."""
    import duckdb

    is_file = path.is_file()
    connection = duckdb.connect(str(path) if is_file else ":memory:", read_only=is_file)
    digests: Digests = {}
    for table, columns in TABLES[tables].items():
        source = table if is_file else source_in(path, table)
        shown = connection.execute(f"describe select * from {source}").fetchall()
        columns = columns or {name: kind for name, kind, *_ in shown if name != "songplay_id"}
        query = f"select count(*), sum({expression(columns)}::hugeint)::varchar from {source}"
        count, total = connection.execute(query).fetchone()
        digests[table] = (count, total or "0")
    return digests


def source_in(folder: Path, table: str) -> str:
    """How DuckDB reads one table of a folder."""
    if list(folder.glob(f"{table}*.parquet")):
        return f"read_parquet('{folder}/{table}*.parquet')"
    return f"read_csv('{folder}/{table}.csv', header = true, all_varchar = true, nullstr = '\\N')"


def digests(path: Path, tables: str) -> Digests:
    """compute() in a process of its own."""
    command = [sys.executable, "-m", "bench.answers", "--tables", tables, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"no digest of {path}:\n{done.stderr[-2000:]}")
    return {table: tuple(pair) for table, pair in json.loads(done.stdout).items()}


def compare(name: str, found: Digests, expected: Digests) -> None:
    """Throws Failed with the tables that differ."""
    wrong = [
        f"  {table}: {found.get(table, ('no', ''))[0]} rows, {count} expected"
        + (", other values" if found.get(table, (0, ""))[0] == count else "")
        for table, (count, total) in expected.items()
        if found.get(table) != (count, total)
    ]
    if wrong:
        raise Failed("\n".join([f"{name}: the answer is wrong", *wrong]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", choices=TABLES, default="five")
    parser.add_argument("path", type=Path)
    flags = parser.parse_args()
    print(json.dumps(compute(flags.path, flags.tables)))
