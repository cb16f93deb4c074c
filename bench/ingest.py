"""Times `sparkify etl` beside DuckDB's own read_json on the same files, in the same run.

The peer builds the five tables of the exercise with hand-tuned SQL, through the same program and
engine; etl builds the whole star, ledger and history included. Row counts of the tables that both
have must agree before a time is printed. Runs alternate; the minimum of each counts.
Stdlib only. Example: ingest.py --sparkify build/release/sparkify --data build/bench/1m --rounds 3
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHARED_TABLES = ["songplays", "users", "songs", "artists", "time"]


def timed(command: list[str]) -> tuple[float, float, float]:
    """Runs a command to success; wall seconds, CPU seconds, peak memory in MB."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, errors = process.stderr, process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    if status != 0:
        sys.exit(f"{' '.join(command)} failed:\n{errors.decode()}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def counts(sparkify: str, warehouse: Path) -> dict[str, int]:
    """Rows of each table that both sides have."""
    query = " union all ".join(f"select '{t}' as t, count(*) as n from {t}" for t in SHARED_TABLES)
    command = [sparkify, "sql", "--warehouse", str(warehouse), "--format", "json", query]
    rows = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {row["t"]: row["n"] for row in rows}


def main() -> None:
    """Reads the flags, runs both sides in turn, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sparkify", default="build/release/sparkify")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory-limit", default="1000MB")
    flags = parser.parse_args()
    logs, songs = flags.data / "log_data", flags.data / "song_data"
    log_bytes = sum(f.stat().st_size for f in logs.rglob("*.json"))
    for file in logs.rglob("*.json"):
        file.read_bytes()
    folder = Path(tempfile.mkdtemp(dir=flags.data))
    peer_sql = folder / "peer.sql"
    template = (Path(__file__).parent / "peer_star.sql").read_text()
    peer_sql.write_text(
        template.format(
            logs=f"{logs}/*/*/*.json",
            songs=f"{songs}/*/*/*/*.json",
            memory_limit=flags.memory_limit,
        )
    )
    ours, peer = folder / "ours.duckdb", folder / "peer.duckdb"
    sides = {
        "sparkify etl, whole star": [
            flags.sparkify, "etl", "--log-data", str(logs), "--song-data", str(songs),
            "--warehouse", str(ours), "--memory-limit", flags.memory_limit,
        ],
        "read_json, five tables": [
            flags.sparkify, "sql", "--warehouse", str(peer), "-f", str(peer_sql),
        ],
    }  # fmt: skip
    best: dict[str, tuple[float, float, float]] = {}
    for _ in range(flags.rounds):
        for side, command in sides.items():
            (ours if side.startswith("sparkify") else peer).unlink(missing_ok=True)
            result = timed(command)
            best[side] = min(best.get(side, result), result)
    found, expected = counts(flags.sparkify, ours), counts(flags.sparkify, peer)
    if found != expected:
        sys.exit(f"the answers differ: {found} here, {expected} there")
    events = sum(1 for f in logs.rglob("*.json") for _ in f.open("rb"))
    shutil.rmtree(folder)
    print(f"{events} events, {log_bytes / 1e6:.0f} MB, {expected['songs']} songs; same row counts")
    for side, (wall, cpu, memory) in best.items():
        print(
            f"{side:26} {wall:7.2f} s wall {cpu:7.2f} s CPU {memory:6.0f} MB peak "
            f"{events / wall / 1e3:7.0f} k events/s {log_bytes / wall / 1e6:6.0f} MB/s"
        )


if __name__ == "__main__":
    main()
