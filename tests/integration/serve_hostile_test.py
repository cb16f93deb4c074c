"""Clients that are wrong, or mean it, after their login to `sparkify serve`: what each is told, and
that nobody else notices."""

import contextlib
import random
import socket
import struct
import time

import psutil
import pytest
from program import OK
from strangers import (
    Server,
    Wire,
    error_state,
    message,
    read_exactly,
    read_message,
    read_to_end,
    startup,
    tag_or_state,
)

SYNC = ("S", b"")
EXECUTE = ("E", b"\0" + struct.pack("!i", 0))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    found = Server(tmp_path_factory.mktemp("hostile"), "--max-clients", 20)
    yield found
    found.stop().expect(OK)


@pytest.fixture
def wire(server):
    found = Wire(server)
    yield found
    found.link.close()
    assert server.answer("select 'there'") == "there"


def query(text):
    return ("Q", text + b"\0")


def parse(text, name=b"", types=()):
    count = struct.pack("!H", len(types))
    return ("P", name + b"\0" + text + b"\0" + count + struct.pack(f"!{len(types)}I", *types))


def bind(values, formats=(), results=(), statement=b""):
    def numbers(codes):
        return struct.pack(f"!H{len(codes)}H", len(codes), *codes)

    data = b"".join(struct.pack("!i", len(value)) + value for value in values)
    count = struct.pack("!H", len(values))
    return ("B", b"\0" + statement + b"\0" + numbers(formats) + count + data + numbers(results))


def memory(server):
    return psutil.Process(server.process.pid).memory_info().rss


def thread_count(server):
    return psutil.Process(server.process.pid).num_threads()


def wait_for(condition, what, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


# Messages that are whole and wrong


TWO = parse(b"select $1::int, $2::int")
ONES = [b"1", b"1"]


@pytest.mark.parametrize(
    ("sent", "state"),
    [
        ([("D", b"Pnope\0")], "34000"),
        ([("D", b"Snope\0")], "26000"),
        ([("D", b"Xnope\0")], "08P01"),
        ([("E", b"nope\0" + bytes(4))], "34000"),
        ([("E", b"\0")], "08P01"),
        ([bind([], statement=b"nope")], "26000"),
        ([("B", b"")], "08P01"),
        ([("P", b"no end")], "08P01"),
        ([("F", bytes(4))], "0A000"),
        ([TWO, bind([b"1"])], "08P01"),
        ([TWO, bind([*ONES, b"1"])], "08P01"),
        ([TWO, bind(ONES, formats=[0, 0, 0])], "08P01"),
        ([TWO, bind(ONES, formats=[7])], "08P01"),
        ([TWO, bind(ONES, results=[1, 1, 1]), EXECUTE], "08P01"),
        ([TWO, bind([b"1", b"\xff\xfe"]), EXECUTE], "22P02"),
        ([TWO, bind([b"1", b"12"], formats=[1]), EXECUTE], "22P03"),
        ([parse(b"select $1::text"), bind([b"\xff\xfe"]), EXECUTE], "22021"),
        ([parse(b"select 1; select 2")], "42601"),
        ([parse(b"select \xff")], "22021"),
        ([parse(b"select $0")], "42P02"),
        ([parse(b"select $99999999999999999999")], "42P02"),
    ],
)
def test_a_wrong_message_is_an_error_and_no_more(wire, sent, state):
    # What follows is passed over, to the next Sync.
    wire.send(*sent, ("D", b"Snope\0"), SYNC, query(b"select 1"))
    assert tag_or_state(wire.until("Z")) == [state]
    assert tag_or_state(wire.until("Z")) == ["SELECT 1"]


def test_a_wrong_query_is_an_error_and_no_more(wire):
    for body in (b"no end", b"two\0ends\0", b""):
        wire.send(("Q", body))
        assert tag_or_state(wire.until("Z")) == ["08P01"], body


def test_more_parameters_than_anybody_has(wire):
    wire.send(parse(b"select 1", types=[23] * 65535), SYNC)
    assert wire.types() == "1Z"
    wire.send(bind([b"1"] * 65535), EXECUTE, SYNC)
    assert wire.types() == "2DCZ"
    names = b",".join(b"$%d" % number for number in range(1, 5001))
    wire.send(parse(b"select 7 in (" + names + b")"), bind([b"7"] * 5000), EXECUTE, SYNC)
    found = wire.until("Z")
    assert [body for kind, body in found if kind == "D"] == [b"\0\1\0\0\0\1t"]


def test_messages_out_of_place_are_passed_over(wire):
    wire.send(("p", b"secret\0"), ("d", b"1\n"), ("c", b""), ("f", b"no\0"), ("H", b""), SYNC)
    assert wire.types() == "Z"


@pytest.mark.parametrize(
    "text",
    [
        "select " + 30_000 * "(" + "1" + 30_000 * ")",
        "select " + 30_000 * "not " + "true",
        "select " + 10_000 * "case when true then " + "1" + 10_000 * " end",
        "select " + 3_000 * "dateadd(day, 1, " + "getdate()" + 3_000 * ")",
        "select * from " + 3_000 * "(select * from " + "(select 1) t" + 3_000 * ") t",
        "select 1" + 30_000 * " + 1",
        "select " + 30_000 * "[",
        30_000 * "/*",
    ],
    ids=lambda text: text[:20],
)
def test_statements_too_deep_are_refused(wire, text):
    wire.send(query(text.encode()))
    assert [state[:2] for state in tag_or_state(wire.until("Z"))] == ["42"]


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (b"execute a", "42601"),
        (b"prepare b as select 1", "42601"),
        (b"declare c cursor for select 1", "42601"),
        (b"copy t from 's3://music/x'", "42601"),
        (b"copy t from stdin", "42601"),
        (b"show all", "42601"),
        (b"commit", "42601"),
        (b"savepoint s", "0A000"),
        (b"install httpfs", "42501"),
    ],
)
def test_only_queries_are_prepared(wire, body, state):
    wire.send(query(b"prepare a as " + body))
    assert tag_or_state(wire.until("Z")) == [state]
    wire.send(query(b"execute a"))
    assert tag_or_state(wire.until("Z")) == ["26000"]


def test_queries_are_prepared(wire):
    wire.send(query(b"create temp table t (a int)"))
    wire.until("Z")
    for body, tag in (
        (b"select 1", "SELECT 1"),
        (b"with x as (select 1) select * from x", "SELECT 1"),
        (b"values (1), (2)", "SELECT 2"),
        (b"insert into t values (1)", "INSERT 0 1"),
        (b"update t set a = 2", "UPDATE 1"),
        (b"delete from t", "DELETE 1"),
    ):
        wire.send(query(b"prepare p as " + body + b"; execute p; deallocate p"))
        assert tag_or_state(wire.until("Z")) == ["PREPARE", tag, "DEALLOCATE"]


def test_a_statement_that_executes_itself(wire):
    for names in ((b"a", b"a"), (b"b", b"c")):
        for name, other in (names, names[::-1]):
            wire.send(("C", b"S" + name + b"\0"), parse(b"execute " + other, name), SYNC)
            assert wire.types() == "31Z"
        for name in names:
            wire.send(("D", b"S" + name + b"\0"), SYNC)
            assert tag_or_state(wire.until("Z")) == ["42601"]
            wire.send(bind([], statement=name), EXECUTE, SYNC)
            assert tag_or_state(wire.until("Z")) == ["42601"]


def test_signs_without_end(wire):
    wire.send(query(b"set application_name = " + 1_000_000 * b"- " + b"1"))
    assert tag_or_state(wire.until("Z")) == ["42601"]
    wire.send(query(b"set analyze_threshold_percent = - 1; show analyze_threshold_percent"))
    assert [body for kind, body in wire.until("Z") if kind == "D"] == [b"\0\1\0\0\0\2-1"]


def test_a_failed_transaction_parses_nothing_but_its_end(wire):
    wire.send(query(b"begin; select nope"))
    assert tag_or_state(wire.until("Z")) == ["BEGIN", "42703"]
    for text in (b"select $1::int", b"show all", b"begin"):
        wire.send(parse(text, b"s"), SYNC)
        assert tag_or_state(wire.until("Z")) == ["25P02"], text
    wire.send(parse(b""), bind([]), EXECUTE, SYNC)
    assert wire.types() == "12IZ"
    wire.send(parse(b"rollback"), bind([]), EXECUTE, SYNC)
    assert tag_or_state(wire.until("Z")) == ["ROLLBACK"]
    # The name is free, and what it stands for now is whole.
    wire.send(parse(b"select $1::int", b"s"), ("D", b"Ss\0"), SYNC)
    assert wire.types() == "1tTZ"
    wire.send(bind([b"7"], statement=b"s"), EXECUTE, SYNC)
    assert wire.types() == "2DCZ"


# Messages that are not whole


def test_lengths_that_cannot_be(server):
    for kind in (b"Q", b"P", b"B", b"D", b"E", b"S", b"X", b"d", b"F"):
        for length in (0, 3, -1, -(2**31), 2**31 - 1, (64 << 20) + 5):
            wire = Wire(server)
            wire.link.sendall(kind + struct.pack("!i", length))
            assert error_state(read_to_end(wire.link)) == "08P01", (kind, length)
            wire.link.close()
    assert server.answer("select 1") == "1"


def test_a_client_may_leave_anywhere(server):
    whole = b"".join(
        message(kind.encode(), body) for kind, body in (TWO, bind(ONES), EXECUTE, SYNC)
    )
    for end in range(0, len(whole), 3):
        wire = Wire(server)
        wire.link.sendall(whole[:end])
        wire.link.close()
    wire = Wire(server)
    for byte in whole:
        wire.link.sendall(bytes([byte]))
    assert wire.types() == "12DCZ"
    wire.link.close()


def test_garbage_after_a_login(server):
    generator = random.Random(5)
    for _ in range(60):
        wire = Wire(server)
        parts = [
            message(
                bytes([generator.choice(b"QPBDECSHdcfFp")]),
                generator.randbytes(generator.choice([0, 3, 40])),
            )
            for _ in range(20)
        ]
        with contextlib.suppress(ConnectionError):
            wire.link.sendall(b"".join(parts) + generator.randbytes(50))
            wire.link.shutdown(socket.SHUT_WR)
        read_to_end(wire.link)
        wire.link.close()
    assert server.answer("select 1") == "1"


def test_a_copy_that_its_client_leaves(server):
    server.answer("create table if not exists half (i int)")
    for end in (message(b"X", b""), message(b"d", b"3\n")[:-1], message(b"S", b""), b""):
        wire = Wire(server)
        wire.send(query(b"copy half from stdin"), ("d", b"1\n2\n"))
        wire.until("G")
        wire.link.sendall(end)
        wire.link.close()
    time.sleep(0.3)
    assert server.answer("select count(*) from half") == "0"


# Too much of everything


def test_a_flood_of_syncs_is_answered(wire):
    count = 50_000
    wire.link.sendall(count * message(b"S", b"") + message(b"Q", b"select 1\0"))
    data = read_exactly(wire.link, 6 * count)
    assert data == count * b"Z\0\0\0\5I"
    assert tag_or_state(wire.until("Z")) == ["SELECT 1"]


def test_a_client_that_does_not_read_costs_no_memory(server):
    wait_for(lambda: thread_count(server) < 12, "sessions of earlier tests stay")
    before, threads = memory(server), thread_count(server)
    with contextlib.ExitStack() as links:
        for text in (
            b"select i, repeat('x', 1000) from generate_series(1, 3000000) as t(i)\0",
            b"copy (select repeat('x', 1000) from generate_series(1, 3000000)) to stdout\0",
            b"select 1;" * 200_000 + b"\0",
        ):
            wire = Wire(server)
            links.callback(wire.link.close)
            wire.send(("Q", text))
        flooded = Wire(server)
        links.callback(flooded.link.close)
        flooded.link.settimeout(1)
        with contextlib.suppress(TimeoutError):
            while True:
                flooded.link.sendall(1000 * message(b"S", b""))
        begun = time.monotonic()
        assert server.answer("select count(*) from generate_series(1, 100000)") == "100000"
        assert time.monotonic() - begun < 20
        assert memory(server) - before < 200 << 20
    # And they are gone with their connections.
    wait_for(lambda: thread_count(server) <= threads, "sessions stay")


def test_clients_beyond_the_limit(tmp_path):
    server = Server(tmp_path, "--max-clients", 3)
    inside = [Wire(server) for _ in range(3)]
    before = memory(server)
    refused = 0
    for _ in range(10):
        with contextlib.ExitStack() as links:
            crowd = [links.enter_context(server.link()) for _ in range(50)]
            for link in crowd:
                link.sendall(startup())
            for link in crowd:
                data = read_to_end(link)
                # Those who come last take the places of those who wait longest.
                refused += b"53300" in data
                assert data == b"" or data[:1] in (b"E", b"R"), data
        inside[0].send(query(b"select 1"))
        assert tag_or_state(inside[0].until("Z")) == ["SELECT 1"]
    assert refused > 300
    for wire in inside:
        wire.link.close()
    wait_for(lambda: server.psql("select 1").returncode == 0, "nobody is let in")
    wait_for(lambda: thread_count(server) < 12, "sessions stay")
    assert memory(server) - before < 50 << 20
    server.stop()


# Cancelling


def cancel(server, process, key):
    with server.link() as link:
        link.sendall(struct.pack("!iiII", 16, 80877102, process, key))
        assert read_to_end(link) == b""


def test_only_who_knows_its_key_cancels_a_statement(server):
    wire = Wire(server)
    process, key = next(struct.unpack("!II", body) for kind, body in wire.greeting if kind == "K")
    endless = b"select count(*) from range(10000000) a, range(10000000) b"
    wire.send(query(endless))
    for wrong in ((process, key ^ 1), (process + 1, key), (0, 0), (2**32 - 1, key)):
        cancel(server, *wrong)
    wire.link.settimeout(0.5)
    with pytest.raises(TimeoutError):
        read_message(wire.link)
    wire.link.settimeout(60)
    cancel(server, process, key)
    assert tag_or_state(wire.until("Z")) == ["57014"]
    cancel(server, process, key)  # there is nothing to cancel, and nothing is
    wire.send(query(b"select 1"))
    assert tag_or_state(wire.until("Z")) == ["SELECT 1"]
    wire.link.close()
