"""Clients of PostgreSQL at `sparkify serve`: psql, and strangers at the socket."""

import re
import socket
import struct
import time

from program import OK, USAGE, run
from strangers import read_to_end, startup

STARTUP = startup("tester")


def read_until_ready(link):
    data = b""
    while b"Z\0\0\0\5" not in data:
        part = link.recv(65536)
        assert part, data
        data += part
    return data


def test_psql_asks_and_changes(served):
    script = """
        create table plays (id integer not null, song varchar, price decimal(10, 2));
        insert into plays values (1, 'a', 1.5), (2, null, 0);
        begin; delete from plays; rollback;
        select * from plays order by id;
    """
    done = served.psql(text=script)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "CREATE TABLE",
        "INSERT 0 2",
        "BEGIN",
        "DELETE 2",
        "ROLLBACK",
        "1|a|1.50",
        "2||0.00",
    ]


def test_values_look_as_postgresql_shows_them(served):
    query = (
        "select true, date '2018-11-01', timestamp '2018-11-01 21:01:46.796', "
        "0.1::float8, [1, null], null"
    )
    assert served.answer(query) == "t|2018-11-01|2018-11-01 21:01:46.796|0.1|{1,NULL}|\n"


def test_a_row_that_cannot_be_written_leaves_no_part_of_itself(served):
    wide = "170141183460469231731687303715884105727::hugeint"
    for row in (f"'a', {wide}", f"[1, 2], {wide}", f"'a', [1], [{wide}]"):
        done = served.psql("-v", "VERBOSITY=verbose", text=f"select {row};\nselect 'next';\n")
        assert "22003" in done.stderr and done.stdout == "next\n", (row, done)


def test_an_error_has_its_state_and_its_position(served):
    done = served.psql("-v", "VERBOSITY=verbose", "-c", "select 1,\n  nope from (select 2 as a) t")
    assert "42703" in done.stderr
    assert "LINE 2:   nope from" in done.stderr
    for query, state in {
        "select * from nope": "42P01",
        "selec 1": "42601",
        "select 'x'::int": "22P02",
        "create table a (i int); create table a (i int)": "42P07",
        "create table n (i int not null); insert into n values (null)": "23502",
        "set nothing = 1": "42704",
    }.items():
        done = served.psql("-v", "VERBOSITY=sqlstate", "-c", query)
        assert f"ERROR:  {state}" in done.stderr, query


def test_statements_of_one_message_are_one_transaction(served):
    served.answer("create table t (i int)")
    done = served.psql("-c", "insert into t values (1); insert into t values ('x')")
    assert done.returncode != 0
    assert served.answer("select count(*) from t") == "0\n"


def test_a_failed_transaction_takes_nothing_but_its_end(served):
    script = "begin;\nselect nope;\nselect 1;\ncommit;\nselect 2;\n"
    done = served.psql("-v", "VERBOSITY=sqlstate", text=script)
    assert re.findall(r"ERROR:  (\w+)", done.stderr) == ["42703", "25P02"]
    assert done.stdout.splitlines() == ["BEGIN", "ROLLBACK", "2"]


def test_a_cursor_gives_rows_in_parts(served):
    script = """
        begin;
        declare c cursor for select * from range(5000);
        fetch 2 from c;
        select 'between';
        move 4996 from c;
        fetch all from c;
        commit;
    """
    lines = served.psql(text=script).stdout.splitlines()
    assert lines == [
        "BEGIN",
        "DECLARE CURSOR",
        "0",
        "1",
        "between",
        "MOVE 4996",
        "4998",
        "4999",
        "COMMIT",
    ]


def test_the_settings_of_a_session_are_its_own(served):
    script = (
        "set query_group to 'mine';\nshow query_group;\n"
        "begin;\nset statement_timeout to '5 s';\nrollback;\nshow statement_timeout;\n"
    )
    lines = served.psql(text=script).stdout.splitlines()
    assert lines == ["SET", "mine", "BEGIN", "SET", "ROLLBACK", "0"]


def test_a_statement_ends_when_its_time_is_over(served):
    begun = time.monotonic()
    done = served.psql(
        "-v",
        "VERBOSITY=sqlstate",
        text="set statement_timeout to 300;\n"
        "select count(*) from range(1000000) a, range(1000000) b;\n"
        "select 'alive';\n",
    )
    assert "ERROR:  57014" in done.stderr
    assert done.stdout.splitlines()[-1] == "alive"
    assert time.monotonic() - begun < 60


def test_clients_cannot_reach_past_the_warehouse(served):
    for query in (
        "attach 'x.duckdb'",
        "pragma version",
        "install httpfs",
        "copy (select 1) to 'x.csv'",
    ):
        done = served.psql("-c", query)
        assert done.returncode != 0 and "ERROR" in done.stderr, query


def test_strangers_cost_nobody_anything(served):
    for greeting in (
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\0" * 100,
        struct.pack("!ii", 0x7FFFFFFF, 196608),
        struct.pack("!ii", 4, 196608),
        STARTUP[:9],
    ):
        with served.connect() as link:
            link.sendall(greeting)
            link.shutdown(socket.SHUT_WR)
            read_to_end(link)
    for message in (b"Q\x7f\xff\xff\xff", b"\0\0\0\0\4", b"Q\0\0\0\7abc", b"B\0\0\0\5\0"):
        with served.connect() as link:
            link.sendall(STARTUP)
            read_until_ready(link)
            link.sendall(message)
            link.shutdown(socket.SHUT_WR)
            assert b"08P01" in read_to_end(link)
    assert served.answer("select 1") == "1\n"


def test_a_client_that_vanishes_takes_its_query_along(served):
    with served.connect() as link:
        link.sendall(STARTUP)
        read_until_ready(link)
        query = b"select count(*) from range(10000000) a, range(10000000) b\0"
        link.sendall(b"Q" + struct.pack("!i", 4 + len(query)) + query)
        time.sleep(0.2)
    # With that query still running this one would wait for its grace, and the next for the end.
    begun = time.monotonic()
    served.stop().expect(OK)
    assert time.monotonic() - begun < 30


def test_idle_clients_are_told_that_the_server_stops(served):
    with served.connect() as link:
        link.sendall(STARTUP)
        read_until_ready(link)
        served.stop().expect(OK)
        assert b"57P01" in read_to_end(link)


def test_only_this_machine_is_served(tmp_path):
    warehouse = tmp_path / "open.duckdb"
    done = run("serve", "--warehouse", warehouse, "--listen", "0.0.0.0:0")
    done.expect_error(USAGE, "0.0.0.0")
    run("serve", "--warehouse", warehouse, "--listen", "nowhere").expect_error(USAGE, "nowhere")
