"""A warehouse that `sparkify serve` serves, and psql to ask it with."""

import contextlib
import re
import signal
import socket
import subprocess

from program import clean_environment, finish, start


class Served:
    """A server on a port of its own."""

    def __init__(
        self, folder, *flags, name="served", user="tester", port=0, preexec_fn=None, **environment
    ):
        self.path = folder / f"{name}.duckdb"
        self.process = start(
            "serve",
            "--warehouse",
            self.path,
            "--listen",
            f"127.0.0.1:{port}",
            *flags,
            env=clean_environment(**environment),
            preexec_fn=preexec_fn,
        )
        line = self.process.stderr.readline().decode()
        self.port = int(re.search(r"on 127\.0\.0\.1:(\d+)", line)[1])
        self.dsn = f"host=127.0.0.1 port={self.port} user={user} dbname=dev connect_timeout=30"

    def psql(self, *words, text=None):
        command = ["psql", "-X", "-A", "-t", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(
            [*command, "-U", "tester", "-d", "dev", *words],
            input=text,
            capture_output=True,
            text=True,
            timeout=120,
            env=clean_environment(PGCONNECT_TIMEOUT="30"),
        )

    def answer(self, query):
        done = self.psql("-c", query)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def connect(self):
        link = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        return contextlib.closing(link)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return finish(self.process, timeout=120)
