"""Measures what `sparkify plan` computes with (src/infra/sizing.cpp) and prints it, an event each.

A load into a Redshift, as which `sparkify serve` acts, gives the bytes of its parts and the time of
the processor that reads and compresses; a load into a file gives the bytes of each table.
Run it as: PYTHONPATH=tests:tests/integration .deps/venv/bin/python bench/sizing.py
"""

import argparse
import resource
import tempfile
from pathlib import Path

from program import Warehouse, run
from redshifts import Redshift
from s3_server import S3Server
from served import Served

STAR = ("events", "songplays", "sessions")
USERS = ("users", "user_history", "user_last_events")
BLOCK_BYTES = 1 << 18  # of DuckDB's files


def simulate(folder: Path, events: int, users: int) -> int:
    """Bytes of the logs."""
    size = ["--events", events, "--users", users, "--songs", events * 3 // 1000, "--quiet"]
    run("simulate", "--out", folder, *size).expect(0)
    return sum(path.stat().st_size for path in (folder / "log_data").rglob("*.json"))


def parts_of_a_load(data: Path, scratch: Path) -> tuple[int, float]:
    """Bytes that were uploaded, seconds of the client's processors."""
    with S3Server() as cloud:
        cloud.bucket("staging")
        served = Served(scratch, **cloud.environment())
        redshift = Redshift(served.port, **cloud.environment())
        redshift.empty()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        redshift.load(data / "log_data", data / "song_data")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        served.stop()
        sent = sum(
            int(seen.headers.get("content-length") or seen.headers.get("Content-Length"))
            for seen in cloud.seen
            if seen.operation in ("PutObject", "UploadPart")
        )
    return sent, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def table_bytes(data: Path, file: Path) -> dict[str, int]:
    """Bytes of each table of a warehouse with this data."""
    warehouse = Warehouse(file)
    warehouse.load(data / "log_data", data / "song_data", "--keep-staging")
    names = [*STAR, *USERS, "time", "staging_events"]
    query = "select count(distinct block_id) from pragma_storage_info('{}') where block_id >= 0"
    return {name: int(warehouse.value(query.format(name))) * BLOCK_BYTES for name in names}


def main() -> None:
    """Few users for what grows with events, many for what grows with users."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=2_000_000)
    events = parser.parse_args().events
    with tempfile.TemporaryDirectory() as name:
        few, many = Path(name, "few"), Path(name, "many")
        print(f"raw_event_bytes {simulate(few, events, 6_000) / events:.1f}")
        sent, seconds = parts_of_a_load(few, Path(name))
        print(f"part_event_bytes {sent / events:.1f}")
        print(f"read_seconds {seconds / events:.2e}")
        tables = table_bytes(few, Path(name, "few.duckdb"))
        print(f"staging_event_bytes {tables['staging_events'] / events:.1f}")
        print(f"star_event_bytes {sum(tables[table] for table in STAR) / events:.1f}")
        print(f"time_event_bytes {tables['time'] / events:.1f}")
        simulate(many, events, events // 10)
        file = Path(name, "many.duckdb")
        tables = table_bytes(many, file)
        users = int(Warehouse(file).value("select count(*) from users"))
        print(f"user_bytes {sum(tables[table] for table in USERS) / users:.1f}")


if __name__ == "__main__":
    main()
