"""S3 read as if it were a disk: thousands of small objects far away, large ones near by, and
`sparkify etl` from there beside the same from disk.

The server is the project's own bench_s3_server, native, on the same machine: what it takes of the
processors the reader has not.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench.measure import Failed, Output
from bench.rounds import Plan, Side, compare, expect_rows
from bench.suites import Bench, described

CONNECTIONS = (64, 128)
LATENCY_MS = 30
ETL, READ = "sparkify etl", "the program's store, reading alone"
CURL_EACH, CURL_ALL = "curl, one after another", "curl --parallel"
FROM_DISK, FROM_S3 = "sparkify etl, from disk", "sparkify etl, from S3"


def measure(bench: Bench) -> None:
    for count in CONNECTIONS:
        bench.store.measure(f"s3/small/{count}", lambda count=count: small(bench, count))
    bench.store.measure("s3/large", lambda: large(bench))
    bench.store.measure("s3/load", lambda: load(bench))


@contextmanager
def serving(bench: Bench, latency_ms: int = 0, **folders: Path) -> Iterator[str]:
    """The address of a server with a bucket for each folder."""
    words = [bench.programs.s3_server, "--latency-ms", latency_ms]
    words += [f"{name}={folder}" for name, folder in folders.items()]
    process = subprocess.Popen(
        list(map(str, words)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise Failed("bench_s3_server did not start")
        yield address
    finally:
        process.stdin.close()  # by which it ends
        process.wait()
        process.stdout.close()


def client(address: str, connections: int = 64) -> dict[str, str]:
    """The environment by which `sparkify` asks the server, with AWS's documented example key."""
    return {
        "AWS_ENDPOINT_URL_S3": address,
        "AWS_REGION": "us-west-2",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "SPARKIFY_S3_CONNECTIONS": str(connections),
    }


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def curl_side(bench: Bench, name: str, addresses: dict[str, int], flags: list[object]) -> Side:
    """Reads all addresses, given with their sizes, and throws the bytes away."""
    bench.work.mkdir(parents=True, exist_ok=True)
    list_file = bench.work / "curl.txt"
    list_file.write_text("".join(f'url = "{each}"\noutput = /dev/null\n' for each in addresses))

    def check(output: Output) -> None:
        found = sum(map(int, output.text.split()))
        if found != sum(addresses.values()):
            raise Failed(f"curl read {found} bytes of {sum(addresses.values())}")

    command = ["curl", "--silent", "--show-error", "--write-out", "%{size_download}\\n", *flags]
    return Side(name, lambda out: [*command, "--config", list_file], tables="", check=check)


def read_side(bench: Bench, address: str, bucket: str, expected: int, connections: int) -> Side:
    def check(output: Output) -> None:
        found = json.loads(output.text)["bytes"]
        if found != expected:
            raise Failed(f"{found} bytes were read of {expected}")

    command = [bench.programs.s3_read, "--endpoint", address, "--prefix", f"s3://{bucket}/"]
    command += ["--connections", connections]
    return Side(READ, lambda out: command, tables="", check=check)


def addresses_of(address: str, bucket: str, folder: Path) -> dict[str, int]:
    return {
        f"{address}/{bucket}/{path.relative_to(folder).as_posix()}": path.stat().st_size
        for path in files_of(folder)
    }


def small(bench: Bench, connections: int) -> dict:
    """As many song files as there are, each an object, each answer 30 ms away."""
    data = bench.data.sized(bench.sizes.events)
    folder = data.song_files.resolve()
    with serving(bench, LATENCY_MS, songs=folder) as address:
        addresses = addresses_of(address, "songs", folder)
        parallel = ["--parallel", "--parallel-max", connections]
        sides = [
            curl_side(bench, CURL_ALL, addresses, parallel),
            read_side(bench, address, "songs", sum(addresses.values()), connections),
            Side(
                ETL,
                lambda out: bench.programs.etl(out, songs="s3://songs/"),
                env=client(address, connections),
                tables="",
                check=expect_rows(data.songs),
            ),
        ]
        found = compare(Plan(sides, [folder], bench.rounds, bench.work))
    return {
        **described(data, found),
        "objects": len(addresses),
        "bytes": sum(addresses.values()),
        "connections": connections,
        "latency_ms": LATENCY_MS,
    }


def large(bench: Bench) -> dict:
    """The logs, a few large objects, at no distance."""
    data = bench.data.sized(bench.sizes.events)
    with serving(bench, logs=data.logs) as address:
        addresses = addresses_of(address, "logs", data.logs)
        sides = [
            curl_side(bench, CURL_EACH, addresses, []),
            curl_side(bench, CURL_ALL, addresses, ["--parallel"]),
            read_side(bench, address, "logs", sum(addresses.values()), 64),
        ]
        found = compare(Plan(sides, [data.logs], bench.rounds, bench.work))
    return {**described(data, found), "objects": len(addresses)}


def load(bench: Bench) -> dict:
    """The whole star, from disk and from there; the tables must be the same."""
    data = bench.data.sized(bench.sizes.events)
    disk = replace(bench.etl_side(data, tables="star"), name=FROM_DISK)
    with serving(bench, logs=data.logs, songs=data.song_files.resolve()) as address:
        far = Side(
            FROM_S3,
            lambda out: bench.programs.etl(out, "s3://logs/", "s3://songs/"),
            env=client(address),
            tables="star",
            check=expect_rows(data.events + data.songs),
        )
        inputs = [data.logs, data.song_files]
        found = compare(Plan([disk, far], inputs, bench.rounds, bench.work))
    return described(data, found)
