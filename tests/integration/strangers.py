"""A server that strangers come to, and what they send."""

import contextlib
import re
import signal
import socket
import struct
import subprocess

from program import OK, clean_environment, finish, run, start

PASSWORD = "correct horse; battery 'staple'"
SSL_REQUEST = struct.pack("!ii", 8, 80877103)


class Server:
    """A server of a warehouse in `folder`, on a port of its own."""

    def __init__(self, folder, *flags, host="127.0.0.1", cwd=None):
        self.path = folder / "served.duckdb"
        self.process = start(
            "serve",
            "--warehouse",
            self.path,
            "--listen",
            f"{host}:0",
            *flags,
            cwd=cwd or folder,
            bufsize=0,
        )
        self.lines = [self.process.stderr.readline().decode()]
        found = re.search(r" on \S+:(\d+)$", self.lines[0].rstrip())
        assert found, self.lines[0] + self.process.stderr.read().decode()
        self.port = int(found[1])
        self.certificate = f"{self.path}.crt"

    def psql(self, query, user="alice", password=None, **how):
        words = {"host": "127.0.0.1", "port": self.port, "user": user, "dbname": "dev", **how}
        changes = {} if password is None else {"PGPASSWORD": password}
        return subprocess.run(
            ["psql", "-X", "-w", "-A", "-t", "-c", query, "-v", "VERBOSITY=verbose"]
            + [" ".join(f"{name}='{value}'" for name, value in words.items())],
            capture_output=True,
            text=True,
            timeout=120,
            env=clean_environment(PGCONNECT_TIMEOUT="30", **changes),
        )

    def answer(self, query, **how):
        done = self.psql(query, **how)
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    def link(self):
        return contextlib.closing(socket.create_connection(("127.0.0.1", self.port), timeout=60))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        done = finish(self.process, timeout=120)
        done.err = "".join(self.lines) + done.err
        return done.expect(OK)


def add_user(folder, name="alice", password=PASSWORD):
    warehouse = folder / "served.duckdb"
    run("serve", "user", "add", name, "--warehouse", warehouse, text=password + "\n").expect(OK)


def startup(user="alice", version=196608, **more):
    body = b"".join(f"{name}\0{value}\0".encode() for name, value in {"user": user, **more}.items())
    return struct.pack("!ii", 9 + len(body), version) + body + b"\0"


def message(kind, body):
    return kind + struct.pack("!i", 4 + len(body)) + body


def sasl_initial(text, mechanism=b"SCRAM-SHA-256"):
    return message(b"p", mechanism + b"\0" + struct.pack("!i", len(text)) + text)


def read_exactly(link, count):
    data = b""
    while len(data) < count:
        part = link.recv(count - len(data))
        assert part, f"the connection ended after {data!r}"
        data += part
    return data


def read_message(link):
    head = read_exactly(link, 5)
    return head[:1], read_exactly(link, struct.unpack("!i", head[1:])[0] - 4)


def read_to_end(link):
    parts = []
    with contextlib.suppress(ConnectionError):
        while part := link.recv(65536):
            parts.append(part)
    return b"".join(parts)


def error_state(body):
    return re.search(rb"C(\w{5})\0", body)[1].decode()


class Wire:
    """A session spoken by hand."""

    def __init__(self, server):
        self.link = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        self.link.sendall(startup("tester"))
        self.greeting = self.until("Z")

    def send(self, *messages):
        """Pairs of type and body, in one piece."""
        data = b"".join(
            kind.encode() + struct.pack("!i", 4 + len(body)) + body for kind, body in messages
        )
        self.link.sendall(data)

    def until(self, last):
        """Messages up to one of this type."""
        found = []
        while not found or found[-1][0] != last:
            kind, body = read_message(self.link)
            found.append((kind.decode(), body))
        return found

    def types(self, last="Z"):
        return "".join(kind for kind, _ in self.until(last))


def tag_or_state(messages):
    return [
        body.rstrip(b"\0").decode()
        if kind == "C"
        else re.search(rb"\0?C(\w{5})\0", body)[1].decode()
        for kind, body in messages
        if kind in "CE"
    ]
