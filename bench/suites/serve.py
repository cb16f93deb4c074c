"""`sparkify serve` beside PostgreSQL 15: the same rows to the same clients, over TCP."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Failed, Output, timed
from bench.peers.cluster import tcp_cluster
from bench.rounds import Plan, Side, compare
from bench.suites import Bench

OURS, PEER = "sparkify serve", "PostgreSQL 15"
TABLE = """
create table plays (
  songplay_id bigint, start_time timestamp, user_id integer, level varchar(8),
  song_id varchar(32), artist_id varchar(32), session_id integer, location varchar(64),
  user_agent varchar(128))
"""
FILL = """
insert into plays
select i, timestamp '2018-11-01 00:00:00' + i * interval '1 second', cast(i % 997 as integer),
  case when i % 4 = 0 then 'free' else 'paid' end,
  case when i % 3 = 0 then null else 'SO' || cast(i * 7919 % 1000003 as varchar) end,
  case when i % 3 = 0 then null else 'AR' || cast(i * 104729 % 99991 as varchar) end,
  cast(i / 20 as integer), 'Phoenix-Mesa-Scottsdale, AZ',
  'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko)'
from generate_series(1, {rows}) as numbers(i)
"""


def measure(bench: Bench) -> None:
    bench.store.measure("serve", lambda: group(bench))


@contextmanager
def served(bench: Bench) -> Iterator[str]:
    """The address of a server of ours on a new warehouse."""
    folder = Path(tempfile.mkdtemp(prefix="sparkify-bench-"))
    words = ["serve", "--warehouse", folder / "served.duckdb", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        [str(word) for word in (bench.programs.sparkify, *words)], stderr=subprocess.PIPE, text=True
    )
    try:
        line = process.stderr.readline()
        found = re.search(r"on 127\.0\.0\.1:(\d+)", line)
        if not found:
            raise Failed(f"sparkify serve: {line}")
        yield f"host=127.0.0.1 port={found[1]} user=bench dbname=dev"
    finally:
        process.terminate()
        process.communicate()
        shutil.rmtree(folder, ignore_errors=True)


def group(bench: Bench) -> dict:
    """Each question to both servers in turn; the table is made on both by the same statements."""
    with served(bench) as ours, tcp_cluster() as peer:
        addresses = {OURS: ours, PEER: peer}
        for address in addresses.values():
            for statement in (TABLE, FILL.format(rows=bench.sizes.medium), "analyze plays"):
                timed(["psql", "-X", "-q", "-d", address, "-c", statement])
        expect_same_lines(bench, addresses)
        asked = {what: asked_of(bench, addresses, what) for what in ("rows", "trivial", "busy")}
        asked["psql"] = compare(
            Plan(
                [Side(name, psql(address, Path("/dev/null")), tables="")
                 for name, address in addresses.items()],
                [], bench.rounds, bench.work,
            )
        )  # fmt: skip
    return {"rows": bench.sizes.medium, "asked": asked}


def psql(address: str, out: Path):
    words = ["psql", "-X", "-A", "-t", "-o", out, "-d", address, "-c", "select * from plays"]
    return lambda _: words


def expect_same_lines(bench: Bench, addresses: dict[str, str]) -> None:
    """What psql prints is the same to the byte, the order of rows apart."""
    bench.work.mkdir(parents=True, exist_ok=True)
    digests = set()
    for address in addresses.values():
        out = bench.work / "plays.txt"
        timed(psql(address, out)(None))
        lines = sorted(out.read_bytes().splitlines())
        if len(lines) != bench.sizes.medium:
            raise Failed(f"psql printed {len(lines)} rows of {bench.sizes.medium}")
        digests.add(hashlib.sha256(b"\n".join(lines)).hexdigest())
        out.unlink()
    if len(digests) != 1:
        raise Failed("psql printed other rows from the one server than from the other")


def asked_of(bench: Bench, addresses: dict[str, str], what: str) -> dict:
    answers: set[str] = set()

    def check(output: Output) -> None:
        answers.add(json.loads(output.text)["answer"])
        if len(answers) != 1:
            raise Failed(f"{what}: the servers do not answer the same")

    sides = [
        Side(
            name,
            lambda _, address=address: [sys.executable, "-m", "bench.peers.asking", what, address],
            tables="",
            check=check,
        )
        for name, address in addresses.items()
    ]
    return compare(Plan(sides, [], bench.rounds, bench.work))
