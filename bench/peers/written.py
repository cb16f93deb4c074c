"""Finished tables copied from memory to a file: what no load through DuckDB can go below.

--variant five or star; --songs is the DuckDB file that holds the tables.
"""

import duckdb
from bench.answers import TABLES
from bench.peers.clock import Job, measured, read_job

connection = duckdb.connect(config={"storage_compatibility_version": "v1.3.0"})


def prepare(job: Job) -> None:
    connection.execute("set preserve_insertion_order = false")
    connection.execute(f"attach '{job.songs}' as made (read_only)")
    for table in TABLES[job.variant]:
        connection.execute(f"create table {table} as from made.{table}")


def load(job: Job) -> None:
    connection.execute(f"attach '{job.out}' as written")
    for table in TABLES[job.variant]:
        connection.execute(f"create table written.{table} as from memory.{table}")
    connection.execute("detach written")


if __name__ == "__main__":
    prepare(read_job())
    measured(load)
