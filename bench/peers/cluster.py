"""A PostgreSQL server of our own: made in a temporary folder, gone afterwards.

It listens on a socket in that folder, and nowhere else unless told. Settings are those of a load
that may be repeated: no waiting for the disk, minimal write-ahead log, plenty of memory, no vacuum
in between.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "1h",
    "shared_buffers": "2GB",
    "work_mem": "512MB",
    "maintenance_work_mem": "512MB",
    "effective_io_concurrency": "64",
    "max_parallel_workers_per_gather": "2",
    "jit": "off",
    "autovacuum": "off",
    "timezone": "UTC",
    "listen_addresses": "''",
}


def command(name: str, *words: object) -> list[str]:
    """A server program as the user postgres, since the server refuses to run as root."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    return [*as_user, str(PROGRAMS / name), *map(str, words)]


def run(*words: object) -> None:
    with tempfile.TemporaryFile() as log:
        done = subprocess.run(
            list(words), stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/", check=False
        )
        log.seek(0)
        if done.returncode != 0:
            raise RuntimeError(f"{words[-2:]}: {log.read().decode(errors='replace')[-2000:]}")


@contextlib.contextmanager
def tcp_cluster() -> Iterator[str]:
    """The same on a free port of this machine; yields its address as psycopg2 takes it."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    changes = {"listen_addresses": "'127.0.0.1'", "port": str(port), "max_connections": "200"}
    with cluster(changes):
        yield f"host=127.0.0.1 port={port} user=postgres dbname=postgres"


@contextlib.contextmanager
def cluster(changes: dict[str, str] | None = None) -> Iterator[Path]:
    """Yields the folder of the server's socket."""
    folder = Path(tempfile.mkdtemp(prefix="sparkify-bench-"))
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"
    try:
        run(*command("initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8",
                     "--locale=C", "--no-sync"))  # fmt: skip
        settings = SETTINGS | (changes or {})
        text = "".join(f"{name} = {value}\n" for name, value in settings.items())
        with (data / "postgresql.conf").open("a") as file:
            file.write(f"{text}unix_socket_directories = '{folder}'\n")
        run(*command("pg_ctl", "-D", data, "-w", "-l", folder / "log", "start"))
        try:
            yield folder
        finally:
            run(*command("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
