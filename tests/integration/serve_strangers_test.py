"""What comes to `sparkify serve` before a login, and what statements may reach after it."""

import contextlib
import re
import socket
import struct
import time

import psycopg
import pytest
from program import USAGE, run
from strangers import (
    PASSWORD,
    SSL_REQUEST,
    Server,
    add_user,
    error_state,
    message,
    read_exactly,
    read_message,
    read_to_end,
    sasl_initial,
    startup,
)

# Strangers


def test_garbage_instead_of_a_proof_is_refused(serve, tmp_path):
    add_user(tmp_path)
    server = serve()
    begun = sasl_initial(b"n,,n=,r=abcdefgh")
    for sent, state in (
        ([message(b"Q", b"select 1\0")], "08P01"),
        ([message(b"p", b"")], "08P01"),
        ([message(b"p", b"\xff" * 9000)], "08P01"),
        ([message(b"p", PASSWORD.encode() + b"\0")], "08P01"),
        ([sasl_initial(b"n,,n=,r=abc", b"SCRAM-SHA-1")], "08P01"),
        ([sasl_initial(b"y" * 4000)], "08P01"),
        ([message(b"p", b"SCRAM-SHA-256\0\x7f\xff\xff\xff")], "08P01"),
        ([b"p\x7f\xff\xff\xff"], "08P01"),
        ([begun, begun], "08P01"),
        ([begun, message(b"p", b"c=biws,r=abcdefgh,p=AAAA")], "08P01"),
        ([begun, message(b"p", b"")], "08P01"),
    ):
        with server.link() as link:
            link.sendall(startup())
            assert read_message(link)[0] == b"R"
            for part in sent[:-1]:
                link.sendall(part)
                assert read_message(link)[0] == b"R"
            link.sendall(sent[-1])
            data = read_to_end(link)
            assert data[:1] == b"E" and error_state(data) == state, sent
    assert server.answer("select 1", password=PASSWORD) == "1"


def test_a_startup_too_long_or_without_end_is_refused(serve):
    server = serve()
    for sent in (
        startup(application_name="x" * 20_000),
        struct.pack("!ii", 1 << 30, 196608),
        struct.pack("!ii", 20, 196608) + b"user\0alice\0x",
        SSL_REQUEST[:4] + b"\0" * 4,
    ):
        with server.link() as link:
            link.sendall(sent)
            link.shutdown(socket.SHUT_WR)
            data = read_to_end(link)
            assert data[:1] == b"E", sent[:20]
    assert server.answer("select 1") == "1"


def test_who_does_not_log_in_keeps_nobody_from_it(serve, tmp_path):
    add_user(tmp_path)
    server = serve()
    with contextlib.ExitStack() as links:
        silent = [links.enter_context(server.link()) for _ in range(200)]
        stalled = links.enter_context(server.link())
        stalled.sendall(SSL_REQUEST)
        assert read_exactly(stalled, 1) == b"S"
        stalled.sendall(b"\x16\x03\x01\x02\x00\x01")  # the beginning of a handshake
        waiting = links.enter_context(server.link())
        waiting.sendall(startup())
        assert read_message(waiting)[0] == b"R"
        begun = time.monotonic()
        assert server.answer("select 1", password=PASSWORD) == "1"
        assert time.monotonic() - begun < 10
        # And they do not stay.
        for link in (stalled, waiting, silent[0], silent[-1]):
            link.settimeout(40)
            read_to_end(link)
        assert time.monotonic() - begun < 40


# The startup message


def test_newer_protocols_are_negotiated(serve):
    server = serve()
    for version, more, names in (
        (196610, {}, []),
        (196608, {"_pq_.new": "on"}, [b"_pq_.new"]),
        (206607, {"_pq_.a": "1", "_pq_.b": "2"}, [b"_pq_.a", b"_pq_.b"]),
    ):
        with server.link() as link:
            link.sendall(startup(version=version, **more))
            kind, body = read_message(link)
            expected = struct.pack("!ii", 196608, len(names))
            assert (kind, body) == (b"v", expected + b"".join(name + b"\0" for name in names))
            assert read_message(link) == (b"R", b"\0\0\0\0")


def test_a_client_may_set_what_it_likes_when_it_connects(serve):
    server = serve()
    options = "-c statement_timeout=5000 --query-group=mine -c no.such=thing"
    for name, value in (("statement_timeout", "5000"), ("query_group", "mine")):
        assert server.answer(f"show {name}", options=options) == value
    with server.link() as link:
        link.sendall(startup(Application_Name="shown", client_protocol_version="2"))
        assert b"application_name\0shown\0" in link.recv(65536)


def test_any_database_is_the_warehouse(serve):
    server = serve()
    server.answer("create table t as select 1 as a", dbname="dev")
    for name in ("dwh", "sparkify", "no such name"):
        assert server.answer("select a from t", dbname=name) == "1"


# Limits and the log


def test_limits_are_flags(serve):
    server = serve("--max-clients", 2, "--statement-timeout", 1)
    with contextlib.ExitStack() as links:
        for _ in range(2):
            link = links.enter_context(server.link())
            link.sendall(startup())
            assert read_message(link)[0] == b"R"
        assert "too many clients" in server.psql("select 1").stderr
    deadline = time.monotonic() + 30
    while server.psql("select 1").returncode != 0:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    begun = time.monotonic()
    done = server.psql(
        "set statement_timeout to 0; select count(*) from range(1000000) a, range(1000000) b"
    )
    assert "57014" in done.stderr and time.monotonic() - begun < 30
    done = run("serve", "--warehouse", server.path, "--max-clients", 0)
    done.expect_error(USAGE, "--max-clients")


def test_statements_are_logged_without_their_secrets(serve):
    server = serve("--log-statements")
    server.answer("create table t (i int)")
    server.answer("insert into t select * from range(5)")
    server.answer("select i\nfrom t")
    server.psql("select nope")
    server.psql("create user bob password 'Hidden1'")
    server.psql(
        "copy t from 's3://b/k' access_key_id 'Hidden2' secret_access_key 'Hidden3' nonsense"
    )
    how = {"host": "127.0.0.1", "port": server.port, "user": "alice", "dbname": "dev"}
    with psycopg.connect(**how, autocommit=True) as link:
        link.execute("select %s::int + 1", [41])
        with pytest.raises(psycopg.Error):
            link.execute("select nope + %s::int", [41])
    told = server.stop().err
    line = r"\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z alice\[\d+\] [\d.]+ ms, "
    for outcome in (
        r"CREATE TABLE: create table t \(i int\)",
        r"INSERT 0 5: insert into t",
        r"SELECT 5: select i from t",
        r"ERROR 42703: select nope\n",
        r"(ERROR \w{5}|CREATE USER): create user bob password '\*+'",
        r"ERROR \w{5}: copy t from '\S+' access_key_id '\*+' secret_access_key '\*+' nonsense",
        r"SELECT 1: select \$1::int \+ 1",
        r"ERROR 42703: select nope \+ \$1",
    ):
        assert re.search(line + outcome, told), (outcome, told)
    assert "Hidden" not in told


# What statements may reach


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('{warehouse}')",
        "select * from read_blob('{warehouse}.wal')",
        "select * from '/etc/passwd'",
        "select * from '{folder}/x.csv'",
        "select * from glob('{folder}/*')",
        "select * from \"read_text\" /**/ ('/etc/passwd')",
        "select * from query('select * from read_text(''/etc/passwd'')')",
        "prepare p as select * from read_csv('/etc/passwd')",
        "create view v as select * from read_csv('/etc/passwd')",
        "create macro m() as table select * from enable_logging()",
        "select * from enable_logging(storage='file', storage_path='{folder}/logs')",
        "select * from checkpoint()",
        "copy (select 1) to '{folder}/out.csv'",
        "copy t from '/etc/passwd'",
        "explain analyze copy (select 1) to '{folder}/out.csv'",
        "explain analyze attach '{folder}/x.duckdb'",
        "explain (analyze) copy (select 1) to '{folder}/out.csv'",
        "prepare p as copy (select 1) to '{folder}/out.csv'; execute p",
        "attach '{folder}/x.duckdb'",
        "attach ':memory:' as m",
        "install httpfs",
        "load '{folder}/x'",
        "export database '{folder}/out'",
        "import database '{folder}/out'",
        "set enable_external_access = true",
        "set memory_limit = '100GB'",
        "set allowed_directories = ['/']",
        "set global threads = 1",
        "set session memory_limit = '1GB'",
        "set variable x = 1",
        "reset memory_limit",
        "pragma enable_profiling",
        "call enable_logging()",
        "use main",
        "create persistent secret s (type http, bearer_token 'x')",
    ],
)
def test_statements_reach_nothing_but_the_warehouse(shared_server, query):
    server, folder = shared_server
    before = sorted(folder.rglob("*"))
    text = query.format(folder=folder, warehouse=server.path)
    done = server.psql(text)
    assert done.returncode != 0 and "ERROR" in done.stderr, done.stdout
    assert sorted(folder.rglob("*")) == before
    assert server.answer("select count(*) from t") == "1"


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reach")
    (folder / "x.csv").write_text("a\n1\n")
    server = Server(folder)
    server.answer("create table t as select 1 as i")
    yield server, folder
    server.stop()


def test_the_warehouse_itself_works_as_ever(serve, tmp_path):
    (tmp_path / "dwh.cfg").write_text("[WAREHOUSE]\nmemory_limit=120MB\n")
    server = serve()
    server.answer(
        "create table t as select i, hash(i)::varchar || hash(-i) s from range(3000000) r(i)"
    )
    # Sorting more than fits spills to disk, and what is committed is there after a crash.
    server.answer("create table sorted as select * from t order by s")
    server.process.kill()
    server.process.wait(60)
    server = serve()
    assert server.answer("select count(*), count(distinct s) > 2000000 from sorted") == "3000000|t"
    server.stop()
    left = sorted(path.name for path in tmp_path.iterdir())
    assert [name for name in left if "scratch" in name] == []
