"""`sparkify serve` beside PostgreSQL 15: the same rows to the same clients, over TCP; and its COPY
beside `sparkify etl` from the same objects."""

import hashlib
import json
import os
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
from bench.rounds import Plan, Side, compare, expect_rows
from bench.suites import Bench, described
from bench.suites.s3 import client, serving

OURS, PEER = "sparkify serve", "PostgreSQL 15"
COPY, ETL = "COPY by psql", "sparkify etl"
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
  case when i % 3 = 0 then null else 'SO' || cast(i % 5003 * 7919 as varchar) end,
  case when i % 3 = 0 then null else 'AR' || cast(i % 4001 * 104729 as varchar) end,
  cast(i / 20 as integer), 'Phoenix-Mesa-Scottsdale, AZ',
  'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko)'
from generate_series(1, {rows}) as numbers(i)
"""
STAGING = """
drop table if exists staging_events;
create table staging_events (
  artist varchar(512), auth varchar(16), firstname varchar(64), gender char(1),
  iteminsession integer, lastname varchar(64), length double precision, level varchar(8),
  location varchar(128), method varchar(8), page varchar(32), registration bigint,
  sessionid integer, song varchar(512), status smallint, ts timestamp, useragent varchar(256),
  userid integer)
"""
LOAD = """
copy staging_events from 's3://logs/' iam_role default region 'us-west-2'
json 'auto ignorecase' timeformat 'epochmillisecs'
"""


def measure(bench: Bench) -> None:
    bench.store.measure("serve/rows", lambda: group(bench))
    bench.store.measure("serve/copy", lambda: copied(bench))


def ask(address: str, statement: str) -> Output:
    return timed(["psql", "-X", "-q", "-A", "-t", "-d", address, "-c", statement])


def copied(bench: Bench) -> dict:
    """COPY of the logs into a staging table of all columns, and the whole star from the same."""
    data = bench.data.sized(bench.sizes.events)
    with (
        serving(bench, logs=data.logs, songs=data.song_files.resolve()) as cloud,
        served(bench, client(cloud)) as address,
    ):

        def check(_: Output) -> None:
            found = int(ask(address, "select count(*) from staging_events").text)
            if found != data.events:
                raise Failed(f"COPY made {found} rows of {data.events}")

        sides = [
            Side(
                COPY,
                lambda _: ["psql", "-X", "-q", "-d", address, "-c", LOAD],
                tables="",
                prepare=lambda _: ask(address, STAGING) and None,
                check=check,
            ),
            Side(
                ETL,
                lambda out: bench.programs.etl(out, "s3://logs/", "s3://songs/"),
                env=client(cloud),
                tables="",
                check=expect_rows(data.events + data.songs),
            ),
        ]
        found = compare(Plan(sides, [data.logs, data.song_files], bench.rounds, bench.work))
    return described(data, found)


@contextmanager
def served(bench: Bench, environment: dict[str, str] | None = None) -> Iterator[str]:
    """The address of a server of ours on a new warehouse."""
    folder = Path(tempfile.mkdtemp(prefix="sparkify-bench-"))
    words = ["serve", "--warehouse", folder / "served.duckdb", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        [str(word) for word in (bench.programs.sparkify, *words)],
        env=os.environ | (environment or {}),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stderr.readline()
        found = re.search(r"on 127\.0\.0\.1:(\d+)", line)
        if not found:
            raise Failed(f"sparkify serve: {line}")
        yield f"host=127.0.0.1 port={found[1]} user=bench dbname=dev sslmode=disable"
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
                ask(address, statement)
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
