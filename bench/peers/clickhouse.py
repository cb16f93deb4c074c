"""ClickHouse, embedded by chdb: its JSON reader, then SQL, see clickhouse.sql."""

import shutil
import tempfile
from pathlib import Path

from chdb.session import Session

from bench.answers import FIVE
from bench.peers.clock import Job, measured

folder = Path(tempfile.mkdtemp(prefix="sparkify-bench-"))
session = Session(str(folder))


def load(job: Job) -> None:
    text = Path(__file__).with_suffix(".sql").read_text()
    logs, songs = (glob.replace("*.json*", "*.json") for glob in (job.log_glob, job.song_glob))
    for statement in text.format(logs=logs, songs=songs).split(";"):
        if statement.strip():
            session.query(statement)


def export(job: Job) -> None:
    job.out.mkdir(parents=True)
    for table, columns in FIVE.items():
        shown = ", ".join(columns)
        session.query(
            f"select {shown} from star.{table} into outfile '{job.out}/{table}.parquet' "
            "format Parquet settings output_format_parquet_string_as_string = 1"
        )


if __name__ == "__main__":
    try:
        measured(load, export)
    finally:
        session.close()
        shutil.rmtree(folder, ignore_errors=True)
