"""COPY FROM STDIN and TO STDOUT: psql, psycopg2, and messages written by hand."""

import asyncio
import contextlib
import io
import random
import re
import signal
import socket
import struct
import subprocess
import time

import asyncpg
import psycopg
import psycopg2
import pytest
from program import OK, clean_environment, finish, start
from strangers import Wire, tag_or_state


class Server:
    def __init__(self, folder):
        self.process = start(
            "serve", "--warehouse", folder / "served.duckdb", "--listen", "127.0.0.1:0"
        )
        line = self.process.stderr.readline().decode()
        self.port = int(re.search(r"on 127\.0\.0\.1:(\d+)", line)[1])

    def connect(self):
        link = psycopg2.connect(host="127.0.0.1", port=self.port, user="tester", dbname="dev")
        link.autocommit = True
        return link

    def psql(self, script):
        return subprocess.run(
            ["psql", "-X", "-A", "-t", "-h", "127.0.0.1", "-p", str(self.port), "-d", "dev"],
            input=script,
            capture_output=True,
            text=True,
            timeout=120,
            env=clean_environment(PGUSER="tester"),
        )

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return finish(self.process, timeout=120)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    found = Server(tmp_path_factory.mktemp("served"))
    yield found
    found.stop().expect(OK)


@pytest.fixture
def cursor(server):
    link = server.connect()
    yield link.cursor()
    link.close()


@pytest.fixture
def table(cursor):
    """`t`, empty, of the commonest types."""
    cursor.execute("drop table if exists t")
    cursor.execute(
        "create table t (id int not null, word varchar(20), price numeric(10, 2), "
        "at timestamp, is_on boolean, real double precision)"
    )
    return cursor


ROWS = [
    (1, "plain", "1.50", "2018-11-01 21:01:46.796", "t", "0.5"),
    (2, 'tab\tand "quotes", \\', "-0.01", "2018-11-01 00:00:00", "f", "1e+20"),
    (3, None, None, None, None, None),
    (4, "two\nlines\r", "0.00", "1999-12-31 23:59:59", "t", "-3"),
    (5, "", "0.00", "2018-11-01 00:00:00", "f", "0"),
]


def as_text(value):
    if value is None:
        return "\\N"
    marks = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
    return "".join(marks.get(c, c) for c in str(value))


def text_of(rows):
    return "".join("\t".join(map(as_text, row)) + "\n" for row in rows)


def csv_of(rows):
    def field(value):
        if value is None:
            return ""
        return '"' + str(value).replace('"', '""') + '"'

    return "".join(",".join(map(field, row)) + "\n" for row in rows)


def copied_out(cursor, statement):
    out = io.StringIO()
    cursor.copy_expert(statement, out)
    return out.getvalue()


def refused(cursor, statement, data):
    with pytest.raises(psycopg2.Error) as found:
        cursor.copy_expert(statement, io.StringIO(data))
    # Client and server agree on what comes next.
    cursor.execute("select 42")
    assert cursor.fetchall() == [(42,)]
    return found.value


# --- there and back --------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 8192])
def test_rows_go_in_and_come_out(table, size):
    for options, data in (
        ("", text_of(ROWS)),
        (" with csv", csv_of(ROWS)),
        (" (format csv, header)", "a,b,c,d,e,f\n" + csv_of(ROWS)),
        (" with delimiter '|'", text_of(ROWS).replace("\t", "|")),
    ):
        table.execute("truncate t")
        table.copy_expert("copy t from stdin" + options, io.StringIO(data), size)
        assert table.rowcount == len(ROWS)
        assert copied_out(table, "copy (select * from t order by id) to stdout") == text_of(ROWS)
    table.execute("select word, is_on from t order by id")
    assert table.fetchall()[1:3] == [('tab\tand "quotes", \\', False), (None, None)]


def test_csv_comes_out_as_postgresql_writes_it(table):
    table.copy_expert("copy t from stdin", io.StringIO(text_of(ROWS)))
    out = copied_out(
        table, "copy (select id, word from t order by id) to stdout (format csv, header)"
    )
    assert out == ('id,word\n1,plain\n2,"tab\tand ""quotes"", \\"\n3,\n4,"two\nlines\r"\n5,""\n')
    out = copied_out(table, "copy t (word, id) to stdout csv force quote id null 'none'")
    assert sorted(out.split("\n"))[-1].endswith('"1"') and 'none,"3"' in out


def test_psycopg2_copies_files(table):
    table.copy_from(io.StringIO("1,a\n2,none\n"), "t", sep=",", null="none", columns=("id", "word"))
    table.execute("select id, word from t order by 1")
    assert table.fetchall() == [(1, "a"), (2, None)]
    out = io.StringIO()
    table.copy_to(out, "t", columns=("word", "id"))
    assert sorted(out.getvalue().splitlines()) == ["\\N\t2", "a\t1"]


def test_psql_copies(server, table, tmp_path):
    (tmp_path / "in.csv").write_text("id,word\n1,one\n2,\n")
    done = server.psql(
        f"\\copy t (id, word) from '{tmp_path}/in.csv' with (format csv, header)\n"
        "copy t (id, word) from stdin;\n3\tthree\n4\t\\N\n\\.\n"
        f"\\copy (select id, word from t order by id) to '{tmp_path}/out.csv' csv\n"
        "copy t (id) to stdout;\n"
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["COPY", "2", "COPY", "2", "COPY", "4", "1", "2", "3", "4"]
    assert (tmp_path / "out.csv").read_text() == "1,one\n2,\n3,three\n4,\n"


def test_other_columns_take_their_defaults(cursor):
    cursor.execute("drop table if exists d")
    cursor.execute("create table d (id int identity(1, 1), a int, b int default 7, c super)")
    cursor.copy_expert("copy d (a) from stdin", io.StringIO("1\n2\n"))
    cursor.copy_expert("copy d (a, c) from stdin", io.StringIO('3\t{"x": [1]}\n'))
    cursor.execute("select count(distinct id), min(b), max(b), sum(a) from d")
    assert cursor.fetchall() == [(3, 7, 7, 6)]


def test_many_rows(table):
    """More than one piece of what is kept before it is written."""
    rows = (f"{i}\tword {i}\t{i}.25\n" for i in range(300_000))
    table.copy_expert("copy t (id, word, price) from stdin", io.StringIO("".join(rows)))
    table.execute("select count(*), sum(id), max(word), sum(price) from t")
    (row,) = table.fetchall()
    assert row[:3] == (300_000, 299_999 * 150_000, "word 99999")
    assert len(copied_out(table, "copy t to stdout").splitlines()) == 300_000


def test_psycopg_copies(server, table):
    with psycopg.connect(host="127.0.0.1", port=server.port, user="tester", dbname="dev") as link:
        with link.cursor() as cursor:
            with cursor.copy("copy t (id, word, price) from stdin") as copy:
                for i in range(3):
                    copy.write_row((i, "x\ty" if i else None, f"{i}.50"))
            assert cursor.rowcount == 3
            with cursor.copy("copy (select id, word, price from t order by id) to stdout") as copy:
                rows = list(copy.rows())
            assert rows == [("0", None, "0.50"), ("1", "x\ty", "1.50"), ("2", "x\ty", "2.50")]
        link.rollback()
    table.execute("select count(*) from t")
    assert table.fetchall() == [(0,)]


def test_asyncpg_copies_csv(server, table):
    async def work():
        link = await asyncpg.connect(host="127.0.0.1", port=server.port, user="tester")
        try:
            tag = await link.copy_to_table(
                "t", source=io.BytesIO(b"1,a\n2,\n"), columns=["id", "word"], format="csv"
            )
            assert tag == "COPY 2"
            out = io.BytesIO()
            await link.copy_from_query("select id, word from t order by 1", output=out)
            assert out.getvalue() == b"1\ta\n2\t\\N\n"
            with pytest.raises(asyncpg.FeatureNotSupportedError):
                await link.copy_records_to_table("t", records=[(1,)], columns=["id"])
            assert await link.fetchval("select count(*) from t") == 2
        finally:
            await link.close()

    asyncio.run(work())


# --- what goes wrong -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "state", "words"),
    [
        ("x\ta\n", "22P02", 'invalid input syntax for type integer: "x"'),
        ("\ta\n", "22P02", 'invalid input syntax for type integer: ""'),
        ("1\n", "22P04", 'missing data for column "word"'),
        ("1\ta\tb\n", "22P04", "extra data after last expected column"),
        ("\\N\ta\n", "23502", '"id"'),
        ("1\t" + 21 * "a" + "\n", "22001", "character varying(20)"),
        ("99999999999\ta\n", "22003", "out of range"),
        ("1\ta\\000\n", "22021", "0x00"),
    ],
)
def test_a_row_that_does_not_fit_ends_the_copy(table, row, state, words):
    error = refused(table, "copy t (id, word) from stdin", "7\tfine\n" + row + "8\tfine\n" * 9)
    assert error.pgcode == state and words in error.diag.message_primary
    assert "COPY t, line 2" in error.diag.context
    table.execute("select count(*) from t")
    assert table.fetchall() == [(0,)]


def test_what_cannot_be_copied_is_refused_before_data(table):
    for statement, state in (
        ("copy nowhere from stdin", "42P01"),
        ("copy t (nothing) from stdin", "42703"),
        ("copy t from stdin (format binary)", "0A000"),
        ("copy t from stdin quote '\"'", "42601"),
        ("copy (select nothing) to stdout", "42703"),
        ("copy nowhere to stdout", "42P01"),
    ):
        assert refused(table, statement, "").pgcode == state, statement


def test_a_transaction_takes_its_rows_back(server, table):
    link = server.connect()
    link.autocommit = False
    cursor = link.cursor()
    cursor.copy_expert("copy t (id) from stdin", io.StringIO("1\n2\n"))
    cursor.execute("select count(*) from t")
    assert cursor.fetchall() == [(2,)]
    link.rollback()
    cursor.copy_expert("copy t (id) from stdin", io.StringIO("3\n"))
    with pytest.raises(psycopg2.Error):
        cursor.copy_expert("copy t (id) from stdin", io.StringIO("x\n"))
    with pytest.raises(psycopg2.errors.InFailedSqlTransaction):
        cursor.execute("select 1")
    link.rollback()
    link.close()
    table.execute("select count(*) from t")
    assert table.fetchall() == [(0,)]


# --- messages written by hand ----------------------------------------------------------------


@pytest.fixture
def wire(server, table):
    found = Wire(server)
    yield found
    found.link.close()


COPY = b"copy t (id) from stdin\0"


def query(text):
    return ("Q", text + b"\0")


def test_pieces_break_anywhere(wire):
    data = b"".join(b"%d\n" % i for i in range(500))
    generator = random.Random(1)
    wire.send(("Q", COPY))
    assert wire.types("G") == "G"
    while data:
        count = generator.randrange(9)
        wire.send(("d", data[:count]))
        data = data[count:]
    wire.send(("c", b""))
    assert tag_or_state(wire.until("Z")) == ["COPY 500"]


def test_a_client_may_give_up(wire):
    wire.send(("Q", COPY), ("d", b"1\n"), ("f", b"changed my mind\0"))
    messages = wire.until("Z")
    assert tag_or_state(messages) == ["57014"]
    assert any(b"changed my mind" in body for _, body in messages)
    wire.send(query(b"select count(*) from t"))
    assert wire.until("Z")[1][1].endswith(b"0")


def test_what_follows_an_error_is_passed_over(wire):
    wire.send(
        ("Q", COPY), ("d", b"x\n"), ("d", b"2\n"), ("d", b"y\n"), ("c", b""), query(b"select 1")
    )
    assert tag_or_state(wire.until("Z")) == ["22P02"]
    assert tag_or_state(wire.until("Z")) == ["SELECT 1"]


def test_other_messages_end_the_copy(wire):
    wire.send(("Q", COPY), ("d", b"1\n"), query(b"select 1"))
    assert tag_or_state(wire.until("Z")) == ["08P01"]


def parse_and_run(statement):
    """As libpq's PQexecParams sends a statement."""
    return (
        ("P", b"\0" + statement + struct.pack("!h", 0)),
        ("B", b"\0\0" + struct.pack("!hhh", 0, 0, 0)),
        ("D", b"P\0"),
        ("E", b"\0" + struct.pack("!i", 0)),
        ("S", b""),
    )


def test_the_extended_protocol_copies(wire):
    wire.send(*parse_and_run(COPY))
    assert wire.types("G") == "12nG"
    wire.send(("d", b"1\n2\n"), ("c", b""), ("S", b""))
    assert tag_or_state(wire.until("Z")) == ["COPY 2"]
    wire.send(*parse_and_run(b"copy (select id from t order by 1) to stdout\0"))
    messages = wire.until("Z")
    assert "".join(kind for kind, _ in messages) == "12nHddcCZ"
    assert [body for kind, body in messages if kind == "d"] == [b"1\n", b"2\n"]

    wire.send(*parse_and_run(COPY))
    wire.until("G")
    wire.send(("d", b"x\n"), ("d", b"3\n"), ("c", b""), ("S", b""))
    assert tag_or_state(wire.until("Z")) == ["22P02"]
    wire.send(query(b"select count(*) from t"))
    assert tag_or_state(wire.until("Z")) == ["SELECT 1"]


def test_several_statements_of_a_message(wire):
    wire.send(("Q", b"copy t (id) from stdin; select count(*) from t; copy t (id) to stdout\0"))
    assert wire.types("G") == "G"
    wire.send(("d", b"5\n"), ("c", b""))
    assert tag_or_state(wire.until("Z")) == ["COPY 1", "SELECT 1", "COPY 1"]


def test_a_client_that_vanishes_leaves_nothing(server, table):
    for piece in (b"1\n2\n", b"3"):
        wire = Wire(server)
        wire.send(("Q", COPY), ("d", piece))
        wire.until("G")
        wire.link.close()
    time.sleep(0.5)
    table.execute("select count(*) from t")
    assert table.fetchall() == [(0,)]


def test_a_client_that_keeps_silent_has_its_time(wire):
    wire.send(query(b"set statement_timeout to 300"))
    wire.until("Z")
    wire.send(("Q", COPY), ("d", b"1\n"))
    begun = time.monotonic()
    assert tag_or_state(wire.until("Z")) == ["57014"]
    assert time.monotonic() - begun < 30


def test_half_a_message_holds_a_copy_no_longer_than_silence(wire):
    wire.send(query(b"set statement_timeout to 300"))
    wire.until("Z")
    for piece in (b"d", b"d\0\0", b"d\0\0\0\x08", b"d\0\0\0\x082\n"):
        wire.send(("Q", COPY), ("d", b"1\n"))
        wire.until("G")
        wire.link.sendall(piece)
        begun = time.monotonic()
        assert tag_or_state(wire.until("Z")) == ["57014"]
        assert time.monotonic() - begun < 30
        # The message is finished, and passed over.
        wire.link.sendall(b"d\0\0\0\x082\n3\n"[len(piece) :])
    wire.send(("Q", COPY))
    wire.until("G")
    for byte in b"d\0\0\0\x062\nc\0\0\0\x04":
        wire.link.sendall(bytes([byte]))
        time.sleep(0.01)
    assert tag_or_state(wire.until("Z")) == ["COPY 1"]


def test_bytes_that_trickle_do_not_outlast_a_statements_time(wire):
    wire.send(query(b"set statement_timeout to 300"))
    wire.until("Z")
    wire.send(("Q", COPY))
    wire.until("G")
    wire.link.sendall(b"d\0\1\0\0")
    wire.link.settimeout(0.02)
    begun = time.monotonic()
    while True:
        try:
            assert wire.link.recv(1, socket.MSG_PEEK) == b"E"
            break
        except TimeoutError:
            wire.link.sendall(b"1")
        assert time.monotonic() - begun < 30


def test_a_copy_without_end_does_not_keep_the_server(tmp_path):
    server = Server(tmp_path)
    with contextlib.closing(server.connect()) as link:
        link.cursor().execute("create table t (id int)")
    wire = Wire(server)
    wire.send(("Q", COPY), ("d", b"1\n"))
    wire.until("G")
    begun = time.monotonic()
    server.stop().expect(OK)
    assert time.monotonic() - begun < 30
    wire.link.close()
