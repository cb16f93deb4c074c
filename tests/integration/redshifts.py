"""A Redshift to load into: `sparkify serve`, S3 behind it, and a link before it that can break."""

import contextlib
import re
import socket
import threading
from dataclasses import dataclass, field

import sqlglot
from program import Warehouse
from sqlglot import exp

STAGING = "s3://staging/some/where"


def words_of(text):
    """A statement as it is matched: one line, one blank between words."""
    return re.sub(r"\s+", " ", text).strip().lower()


@dataclass
class Cut:
    """Breaks the link at a statement."""

    at: str  # the statement begins so
    after: bool = False  # the server gets it and answers; the answer is lost
    number: int = 1  # of those that match
    is_final: bool = False  # nobody gets through from then on
    is_done: bool = False


@dataclass
class Proxy:
    """Passes PostgreSQL's messages on without TLS, and keeps the text of every query."""

    port_behind: int
    statements: list = field(default_factory=list)
    cut: Cut | None = None
    is_closed: bool = False

    def __post_init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self):
        self.listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                if self.is_closed:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self.port_behind))
                for link in (client, server):
                    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._converse, args=(client, server), daemon=True).start()

    def _converse(self, client, server):
        """The client's messages one by one; the server's as they come, unless they are lost."""
        lost = threading.Event()
        back = threading.Thread(target=self._answer, args=(client, server, lost), daemon=True)
        back.start()
        with contextlib.suppress(OSError), client.makefile("rb") as messages:
            first = messages.read(4)
            server.sendall(first + messages.read(int.from_bytes(first) - 4))
            while kind := messages.read(1):
                length = messages.read(4)
                body = messages.read(int.from_bytes(length) - 4)
                cut = self._look_at(kind, body)
                if cut and not cut.after:
                    break
                if cut:
                    lost.set()
                server.sendall(kind + length + body)
                if cut:
                    back.join(30)
                    break
        for link in (client, server):
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()

    def _look_at(self, kind, body):
        """The cut that is due."""
        if kind != b"Q":
            return None
        text = body.rstrip(b"\0").decode()
        self.statements.append(text)
        cut = self.cut
        if not cut or cut.is_done or not words_of(text).startswith(cut.at):
            return None
        cut.number -= 1
        if cut.number > 0:
            return None
        cut.is_done = True
        self.is_closed = cut.is_final
        return cut

    def _answer(self, client, server, lost):
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 16):
                if lost.is_set():
                    return
                client.sendall(data)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


class Redshift(Warehouse):
    """The commands on a Redshift behind a proxy."""

    def __init__(self, port, **env):
        super().__init__("unused", PGPASSWORD="Passw0rd", SPARKIFY_STAGING=STAGING, **env)
        self.path = f"redshift://tester@127.0.0.1:{port}/dev?sslmode=disable"

    def empty(self):
        self.run("create-tables", "--yes", "--quiet").expect(0)


class Scene:
    """A cloud with the real files and a warehouse, one for all tests: each begins with no rows."""

    def __init__(self, cloud, served):
        self.cloud = cloud
        self.staging = cloud.bucket("staging")
        self.proxy = Proxy(served.port)
        self.redshift = Redshift(self.proxy.port, **cloud.environment())

    def expect_nothing_left(self):
        assert self.staging.keys() == []


def same_files(ledger):
    """What a ledger says of files, but for what differs from engine to engine."""
    return sorted(
        (row["path"], row["row_count"], row["loaded_count"], row["duplicate_count"])
        + (row["reject_count"], row["unknown_key_count"], row["content_hash"])
        for row in ledger["etl_files"]
    )


def rejects_of(ledger):
    return sorted(
        (row["file"], row["line"], row["byte_column"], row["reason"], row["raw_text"] or "")
        for row in ledger["etl_rejects"]
    )


def expect_alike(redshift, embedded):
    redshift.expect_star(embedded.star())
    assert same_files(redshift.ledger()) == same_files(embedded.ledger())
    assert rejects_of(redshift.ledger()) == rejects_of(embedded.ledger())


# --- what is sent ---

# What the leader node computes alone, and what no query beside it may name: the rows of these lie
# on the compute nodes. (Database Developer Guide, "Leader node-only functions".)
LEADER_ALONE = re.compile(r"\bcurrent_schemas?\s*\(|\bhas_\w+_privilege\s*\(", re.I)
ON_COMPUTE_NODES = re.compile(r"\b(st[lv]|svv|svl|svcs|sys)_\w+", re.I)

# What sqlglot does not understand of what is sent, and why it goes to Redshift all the same.
NOT_UNDERSTOOD = {
    "lock user_last_events": "LOCK is a statement of Redshift's; sqlglot has none",
    " sortkey auto": "CREATE TABLE of Redshift's has it; sqlglot expects columns",
}


def kind_of(text):
    """The first words of a statement, which parameters leave as they are."""
    return " ".join(words_of(re.sub("--[^\\n]*", "", text)).split()[:3])


def understood(text):
    for phrase in NOT_UNDERSTOOD:
        text = text.replace(phrase, "")
    trees = sqlglot.parse(text, read="redshift", error_level=sqlglot.ErrorLevel.RAISE)
    return not any(tree and list(tree.find_all(exp.Command)) for tree in trees)


def expect_understood(statements):
    """Asserts that another parser of Redshift's SQL reads each of them."""
    failures = []
    for text in dict.fromkeys(statements):
        if LEADER_ALONE.search(text) and ON_COMPUTE_NODES.search(text):
            failures.append(f"a function of the leader node's, and a system table: {text}")
        try:
            if not understood(text):
                failures.append(f"read as a command: {text}")
        except sqlglot.errors.SqlglotError as error:
            failures.append(f"{error}: {text}")
    assert not failures, "\n\n".join(failures)
