"""Commands on a warehouse that `sparkify serve` has open: they work as on a file, and end alone."""

import contextlib
import os
import pty
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from eventfiles import play, write, write_events
from program import (
    BAD_DATA,
    BINARY,
    DENIED,
    INTERRUPTED,
    LOCKED,
    OK,
    TOO_MANY_REJECTS,
    UNAVAILABLE,
    USAGE,
    Warehouse,
    clean_environment,
    finish,
    run,
    start,
)
from worlds import large_log_lines, large_songs

LONG_QUERY = "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range = 7"
LONG_CHANGE = f"create table never as {LONG_QUERY}"


class Server:
    """`sparkify serve` on a file."""

    def __init__(self, file, **how):
        self.file = Path(file)
        words = ["serve", "--warehouse", self.file.name, "--listen", "127.0.0.1:0"]
        self.process = start(*words, cwd=self.file.parent, **how)
        line = self.process.stderr.readline().decode()
        found = re.search(r"on 127\.0\.0\.1:(\d+)", line)
        assert found, line + self.process.stderr.read().decode()
        self.port = found[1]

    @property
    def socket(self):
        return self.file.with_name(self.file.name + ".sock")

    def psql(self, query):
        words = ["-X", "-A", "-t", "-h", "127.0.0.1", "-p", self.port, "-U", "tester", "-d", "dev"]
        return subprocess.run(
            ["psql", *words, "-c", query],
            capture_output=True,
            text=True,
            timeout=120,
            env=clean_environment(PGCONNECT_TIMEOUT="30"),
        )

    def answer(self, query):
        done = self.psql(query)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def connect(self):
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(60)
        link.connect(str(self.socket))
        return contextlib.closing(link)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return finish(self.process, timeout=120)

    def kill(self):
        self.process.kill()
        finish(self.process)


@contextlib.contextmanager
def serving(file, **how):
    """A server that is there, and well, to the end."""
    server = Server(file, **how)
    try:
        yield server
        assert server.process.poll() is None, finish(server.process)
        assert server.answer("select 1") == "1"
        server.stop().expect(OK)
        assert not server.socket.exists()
    finally:
        if server.process.poll() is None:
            server.kill()


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A loaded warehouse, what it holds, more to load, and what it holds then."""
    folder = tmp_path_factory.mktemp("handover")
    lines = list(large_log_lines(34_000, seed=12))
    songs = [text.encode() for text in large_songs(400, seed=12)]
    write_events(folder / "old/logs/a.json", lines[:4_000])
    write(folder / "old/songs/a.json", b"\n".join(songs[:200]))
    write_events(folder / "new/logs/b.json", lines[3_500:20_000])
    write_events(folder / "new/logs/c.json", lines[20_000:])
    write(folder / "new/songs/b.json", b"\n".join(songs[150:]))
    before = Warehouse(folder / "before.duckdb")
    before.load("old/logs", "old/songs", cwd=folder)
    after = Warehouse(shutil.copy(before.path, folder / "after.duckdb"))
    seconds = after.load("new/logs", "new/songs", cwd=folder).seconds
    return {
        "folder": folder,
        "file": before.path,
        "before": before.digest(),
        "after": after.digest(),
        "seconds": seconds,
    }


def copy_of(scene, folder):
    """A folder with the warehouse before the load, and with the files to load."""
    folder.mkdir(parents=True)
    for name in ("old", "new"):
        (folder / name).symlink_to(scene["folder"] / name)
    return Warehouse(shutil.copy(scene["file"], folder / "w.duckdb"))


def load_new(warehouse, **how):
    return warehouse.etl("new/logs", "new/songs", cwd=warehouse.path.parent, **how)


def start_new(warehouse):
    words = ["etl", *warehouse.sources("new/logs", "new/songs")]
    return warehouse.start(*words, cwd=warehouse.path.parent)


def without_times(text):
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?", "TIME", text)
    text = re.sub(r"\b[\d.,]+ ?(s|ms|[kMG]?B/s|rows/s)\b", "N", text)
    text = re.sub(r'"seconds": ?[-\d.e]+', '"seconds": N', text)
    return re.sub(r" +", " ", text)


def write_bad_records(folder):
    lines = [play(item=number, session=77, user=7) for number in range(5)]
    write_events(folder / "bad/x.json", lines)
    with open(folder / "bad/x.json", "ab") as file:
        file.write(b'{"ts": "yesterday"}\nnonsense\n')


PLAYS = "select start_time, user_id, session_id, level from songplays order by 1, 2, 3, 4 limit 999"
COMMANDS = [
    (OK, ["etl", "--dry-run", "--log-data", "new/logs"]),
    (OK, ["etl", "--log-data", "new/logs", "--song-data", "new/songs", "--threads", "2"]),
    (OK, ["etl", "--log-data", "new/logs", "--song-data", "new/songs", "--format", "json"]),
    (TOO_MANY_REJECTS, ["etl", "--log-data", "bad"]),
    (OK, ["etl", "--log-data", "bad", "--max-rejects", "2", "--keep-staging"]),
    (OK, ["sql", "select song, count(*) from staging_events group by song order by song"]),
    (BAD_DATA, ["etl", "--log-data", "nowhere"]),
    (USAGE, ["etl"]),
    (OK, ["check"]),
    (OK, ["check", "--format", "json"]),
    (OK, ["status"]),
    (OK, ["status", "--format", "json"]),
    (OK, ["sql", "select level, count(*) from songplays group by level order by level"]),
    (OK, ["sql", "--format", "csv", PLAYS]),
    (OK, ["sql", "--format", "json", "select * from users order by user_id limit 99"]),
    (OK, ["sql", "select null as a, '' as b, 'x\ny' as c, 1.50::decimal(9,2) as d, true as e"]),
    (OK, ["sql", "--file", "statements.sql"]),
    (BAD_DATA, ["sql", "select 1;\nselect sesion_id\nfrom songplays"]),
    (BAD_DATA, ["sql", "select 1 as one; select * from nowhere"]),
    (BAD_DATA, ["sql", "select cast(level as integer) from songplays"]),
    (OK, ["sql", "create table mine (a int identity(3, 2), b varchar(9))"]),
    (OK, ["sql", "insert into mine (b) values ('x'), (null); select * from mine order by a"]),
    (USAGE, ["create-tables"]),
    (OK, ["create-tables", "--print", "redshift"]),
    (OK, ["create-tables", "--yes"]),
    (OK, ["check"]),
]


def test_commands_say_and_do_the_same_as_on_a_file(scene, tmp_path):
    alone, served = copy_of(scene, tmp_path / "alone"), copy_of(scene, tmp_path / "served")
    for warehouse in (alone, served):
        write_bad_records(warehouse.path.parent)
        write(warehouse.path.parent / "statements.sql", b"select 1 as a;\nselect 'b' as b;\n")
        # What a command finds where it was started: not where the server was.
        write(warehouse.path.parent / "dwh.cfg", b"[WAREHOUSE]\npath = w.duckdb\n")
    with serving(served.path):
        for exit_code, words in COMMANDS:
            there = run(*words, cwd=alone.path.parent, env=alone.env)
            here = run(*words, cwd=served.path.parent, env=served.env)
            assert there.exit_code == exit_code, there
            assert here.exit_code == exit_code, here
            assert without_times(here.out) == without_times(there.out), here
            assert without_times(here.err) == without_times(there.err), here
        assert served.digest() == alone.digest()
    served.expect_green()


def test_statements_come_from_standard_input(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    with serving(warehouse.path):
        result = warehouse.run(
            "sql", "--format", "csv", text="select 1 as a; select 2 as b"
        ).expect(OK)
        assert result.out == "a\n1\nb\n2\n"


def test_progress_on_a_terminal_is_live(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    with serving(warehouse.path):
        ours, theirs = pty.openpty()
        words = ["--warehouse", "w.duckdb", "--log-data", "new/logs"]
        process = subprocess.Popen(
            [BINARY, "etl", *words],
            cwd=warehouse.path.parent,
            env=clean_environment(TERM="xterm"),
            stdout=subprocess.DEVNULL,
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # the terminal ends with its last user
            while part := os.read(ours, 65536):
                shown += part
        os.close(ours)
        assert process.wait(timeout=120) == OK, shown
        assert b"\r\x1b[K" in shown


def test_readers_see_before_or_after_while_a_load_runs(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    query = (
        "select (select count(*) from songplays), (select count(*) from etl_files), "
        "(select count(*) from etl_loads where status = 'loaded')"
    )
    with serving(warehouse.path) as server:
        seen, process = {server.answer(query)}, start_new(warehouse)
        rounds = 0
        while process.poll() is None:
            seen.add(server.answer(query))
            rounds += 1
        finish(process).expect(OK)
        seen.add(server.answer(query))
        assert rounds > 3
        assert len(seen) == 2, seen
        assert warehouse.digest() == scene["after"]


def test_a_load_leaves_the_settings_of_others_alone(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    query = "select name, value from duckdb_settings() order by name"
    with serving(warehouse.path) as server:
        before = server.answer(query)
        assert "preserve_insertion_order" in before
        flags = ["--threads", "1", "--memory-limit", "300MB"]
        loaded = warehouse.etl("new/logs", None, *flags, cwd=warehouse.path.parent)
        loaded.expect(OK, "its server's memory limit counts")
        assert server.answer(query) == before


def test_nobody_else_reads_the_texts_of_a_load(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    with serving(warehouse.path) as server:
        load_new(warehouse).expect(OK)
        names = "select distinct function_name from duckdb_functions() where function_name like "
        (name,) = server.answer(names + "'staged_text%'").splitlines()
        for arguments in ("0, 0", "1000000, 1", "-1, -1", "null, null"):
            done = server.psql(f"select {name}({arguments})")
            assert "belongs to a load" in done.stderr or done.stdout == "\n", done


def moments(scene, count):
    return [scene["seconds"] * (number + 0.5) / count for number in range(count)]


def expect_loadable(warehouse, scene, told):
    warehouse.run("check").expect(OK)
    assert warehouse.digest() in (scene["before"], scene["after"]), told
    load_new(warehouse).expect(OK)
    assert warehouse.digest() == scene["after"], told
    assert (
        warehouse.value(
            "select count(*) from information_schema.tables where table_name like 'staging%'"
        )
        == 0
    )


def test_a_command_that_is_killed_leaves_all_or_nothing(scene, tmp_path):
    for number, delay in enumerate(moments(scene, 6)):
        warehouse = copy_of(scene, tmp_path / str(number))
        with serving(warehouse.path) as server:
            process = start_new(warehouse)
            time.sleep(delay)
            process.kill()
            result = finish(process)
            # Its turn to write is over when the server has noticed.
            warehouse.run("sql", "--wait", "60", "create table t (a int); drop table t").expect(OK)
            assert server.answer("select 1") == "1"
            expect_loadable(warehouse, scene, f"killed after {delay} s\n{result}")


def test_ctrl_c_stops_the_work_in_the_server(scene, tmp_path):
    for number, delay in enumerate(moments(scene, 4)):
        warehouse = copy_of(scene, tmp_path / str(number))
        with serving(warehouse.path):
            process = start_new(warehouse)
            time.sleep(delay)
            process.send_signal(signal.SIGINT)
            result = finish(process, timeout=60)
            assert result.exit_code in (INTERRUPTED, OK, -signal.SIGINT), result
            expect_loadable(warehouse, scene, result)
    warehouse = copy_of(scene, tmp_path / "query")
    with serving(warehouse.path):
        for statement in (LONG_QUERY, LONG_CHANGE):
            process = warehouse.start("sql", statement)
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            finish(process, timeout=30).expect_error(INTERRUPTED, "interrupted")


def test_a_server_that_is_killed_leaves_all_or_nothing_and_no_hindrance(scene, tmp_path):
    for number, delay in enumerate(moments(scene, 6)):
        warehouse = copy_of(scene, tmp_path / str(number))
        server = Server(warehouse.path)
        process = start_new(warehouse)
        time.sleep(delay)
        server.kill()
        result = finish(process, timeout=60)
        assert result.exit_code in (UNAVAILABLE, OK), result
        if result.exit_code == UNAVAILABLE:
            result.expect_error(UNAVAILABLE, "the server of this warehouse has ended")
        assert server.socket.exists()
        expect_loadable(warehouse, scene, result)
        with serving(warehouse.path):
            assert warehouse.digest() == scene["after"]


def test_a_server_that_is_told_to_stop_lets_short_work_end_and_stops_long_work(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    server = Server(warehouse.path)
    process = warehouse.start("sql", LONG_QUERY)
    time.sleep(1)
    server.stop().expect(OK)
    finish(process).expect_error(UNAVAILABLE, "the server of this warehouse is stopping")
    assert not server.socket.exists()
    load_new(warehouse).expect(OK)


def test_one_command_writes_at_a_time(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    with serving(warehouse.path):
        first = warehouse.start("sql", LONG_CHANGE)
        time.sleep(1)
        told = f"the warehouse is being written to by process {first.pid}"
        load_new(warehouse).expect_error(LOCKED, told)
        warehouse.run("check").expect(OK)  # those who read go on
        second = warehouse.start(
            "etl",
            "--wait",
            "100",
            *warehouse.sources("new/logs", "new/songs"),
            cwd=warehouse.path.parent,
        )
        time.sleep(1)
        assert second.poll() is None
        first.send_signal(signal.SIGINT)
        finish(first).expect(INTERRUPTED)
        finish(second).expect(OK)
        assert warehouse.digest() == scene["after"]


def test_a_second_server_is_refused(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    with serving(warehouse.path):
        again = warehouse.run("serve", "--listen", "127.0.0.1:0")
        again.expect_error(LOCKED, "the warehouse is held by process")
        warehouse.run("status").expect(OK)


def test_only_this_user_may_connect(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    with serving(warehouse.path) as server:
        assert server.socket.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_other_users_are_refused(scene):
    nobody = 65534
    folder = Path(tempfile.mkdtemp())  # those of pytest are closed to others
    try:
        warehouse = Warehouse(shutil.copy(scene["file"], folder / "w.duckdb"))
        os.chown(folder, nobody, nobody)
        os.chown(warehouse.path, nobody, nobody)
        folder.chmod(0o755)
        warehouse.path.chmod(0o644)
        with serving(warehouse.path, user=nobody):
            # Whoever serves would get the data: even root asks before.
            warehouse.run("status").expect_error(DENIED, f"user {nobody} serves this warehouse")
        os.chown(warehouse.path, 0, 0)
        os.chown(folder, 0, 0)
        with serving(warehouse.path):
            result = warehouse.run("status", user=nobody)
            result.expect_error(LOCKED, "the warehouse is held by process")
    finally:
        shutil.rmtree(folder)


def test_a_path_longer_than_a_socket_address(scene, tmp_path):
    folder = tmp_path / ("d" * 120)
    warehouse = copy_of(scene, folder)
    with serving(warehouse.path) as server:
        assert server.socket.exists()
        warehouse.run("status").expect(OK)
    long_name = Warehouse(warehouse.path.rename(folder / ("n" * 200 + ".duckdb")))
    server = Server(long_name.path)
    assert any(path.suffix == ".sock" for path in folder.iterdir())
    long_name.run("status").expect(OK)
    server.stop().expect(OK)
    assert not any(path.suffix == ".sock" for path in folder.iterdir())


def test_a_link_to_the_warehouse_leads_to_its_server(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    link = tmp_path / "link.duckdb"
    link.symlink_to(warehouse.path)
    with serving(warehouse.path):
        Warehouse(link).run("status").expect(OK)


def message(kind, body=b""):
    return kind + struct.pack("<I", len(body)) + body


def text(value):
    return struct.pack("<I", len(value)) + value


def read_message(link):
    head = b""
    while len(head) < 5:
        part = link.recv(5 - len(head))
        if not part:
            return None
        head += part
    left = struct.unpack("<I", head[1:])[0]
    body = b""
    while len(body) < left:
        body += link.recv(left - len(body))
    return head[:1], body


def version():
    return run("version").out.split()[1].encode()


def test_strangers_at_the_socket_cost_nobody_anything(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    hello = message(b"h", text(version()))
    nonsense = [
        b"GET / HTTP/1.1\r\n\r\n" * 100,
        bytes(range(256)) * 1000,
        message(b"h"),
        b"h\xff\xff\xff\xff",
        b"h\xff\xff\xff\x3f" + b"x" * 100_000,
        hello[:7],
        message(b"e"),
        hello + message(b"e", b"x"),
        hello + message(b"d", b"x" * 100),
        hello + message(b"?"),
        hello + message(b"o"),
        hello + message(b"o", b"\0" * 10) + message(b"s", text(b"users") + b"\1"),
        hello + message(b"o", b"\0" * 10) + message(b"a", text(b"users") + b"\xff" * 16),
        hello
        + message(b"o", b"\0" * 10)
        + message(b"s", text(b"staging_events") + b"\1")
        + message(b"d", b"\1\0\0\0" + b"\0" * 50),
        hello
        + message(b"o", b"\0" * 10)
        + message(b"s", text(b"staging_events") + b"\1")
        + message(b"d", struct.pack("<I", 1) + (b"\0" + b"\7" * 8) * 30)
        + message(b"f"),
    ]
    with serving(warehouse.path) as server:
        for bytes_ in nonsense:
            with server.connect() as link:
                with contextlib.suppress(ConnectionError):
                    link.sendall(bytes_)
                    link.shutdown(socket.SHUT_WR)
                    while read_message(link):
                        pass
            warehouse.run("sql", "--wait", "30", "select 1").expect(OK)
        assert warehouse.digest() == scene["before"]


def test_who_says_nothing_is_let_go(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    with serving(warehouse.path) as server, server.connect() as link:
        began = time.monotonic()
        warehouse.run("status").expect(OK)
        assert link.recv(1) == b""
        assert 5 < time.monotonic() - began < 40


def test_another_version_is_told(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    with serving(warehouse.path) as server, server.connect() as link:
        link.sendall(message(b"h", text(b"0.0.1")))
        assert read_message(link) == (b"v", text(version()))
    # A server of another version, as the program hears it.
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(warehouse.path) + ".sock")
        listener.listen()

        def answer():
            link, _ = listener.accept()
            read_message(link)
            link.sendall(message(b"v", text(b"0.0.1")))
            link.close()

        thread = threading.Thread(target=answer)
        thread.start()
        warehouse.run("status").expect_error(LOCKED, "served by sparkify 0.0.1, this is sparkify")
        thread.join()


def test_results_of_any_size_pass(scene, tmp_path):
    warehouse = copy_of(scene, tmp_path / "w")
    query = "select range as a, repeat('x', 300) as b, null as c from range(100000) order by a"
    with serving(warehouse.path):
        served = warehouse.run("sql", "--format", "csv", query).expect(OK)
        wide = warehouse.run("sql", "--format", "csv", "select repeat('y', 50000000) as a").expect(
            OK
        )
        empty = warehouse.run("sql", "select 1 as a where false").expect(OK)
        # Whoever reads no more ends the statement.
        endless = "select * from range(100000000000)"
        head = subprocess.run(
            f"{BINARY} sql --warehouse {warehouse.path} --format csv '{endless}' | head -n 3",
            shell=True,
            capture_output=True,
            text=True,
            timeout=60,
            env=warehouse.env,
        )
        assert head.stdout == "range\n0\n1\n"
    alone = warehouse.run("sql", "--format", "csv", query).expect(OK)
    assert served.out == alone.out
    assert len(wide.out) == 50_000_003
    assert empty.out == warehouse.run("sql", "select 1 as a where false").expect(OK).out
