"""DuckDB's own JSON reader and SQL: --variant tuned, defaults or songs, see the .sql files."""

from pathlib import Path

import duckdb
from bench.peers.clock import Job, measured

kept: list[duckdb.DuckDBPyConnection] = []


def load(job: Job) -> None:
    text = Path(__file__).with_name(f"duckdb_{job.variant}.sql").read_text()
    settings = {"storage_compatibility_version": "latest"} if job.variant == "tuned" else {}
    connection = duckdb.connect(str(job.out), config=settings)
    if job.threads:
        connection.execute(f"set threads = {job.threads}")
    connection.execute(text.format(logs=job.log_glob, songs=job.song_glob))
    if job.variant == "songs":
        kept.append(connection)
    else:
        connection.close()


def export(job: Job) -> None:
    """What is temporary, where it can be compared."""
    for connection in kept:
        connection.execute("create table staging_songs as from read_songs")
        connection.close()


if __name__ == "__main__":
    measured(load, export)
