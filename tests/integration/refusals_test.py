"""Refusals before any work: a wrong command line, a warehouse we cannot open, a lock."""

import fcntl
import os
import threading
import time

import pytest
from eventfiles import play, write, write_events
from program import BAD_DATA, LOCKED, OK, USAGE, Warehouse, run

# --- the command line ---

WRONG_COMMAND_LINES = {
    "unknown_command": (["elt"], ['"elt"', 'did you mean "etl"']),
    "unknown_command_far_from_any": (["qqqqqqqq"], ["qqqqqqqq", "help"]),
    "unknown_flag": (["etl", "--log-dta", "x"], ["--log-dta", 'did you mean "--log-data"']),
    "flag_of_another_command": (["status", "--max-rejects", "1"], ["--max-rejects"]),
    "flag_without_its_value": (["etl", "--log-data"], ["--log-data"]),
    "unknown_format": (["sql", "--format", "jsn", "select 1"], ["jsn", "json"]),
    "count_that_is_no_number": (["etl", "--log-data", "x", "--max-rejects", "many"], ["many"]),
    "count_below_zero": (["etl", "--log-data", "x", "--max-rejects", "-1"], ["-1"]),
    "wait_that_is_no_number": (["etl", "--log-data", "x", "--wait", "soon"], ["soon"]),
    "load_without_a_source": (["etl"], ["--log-data", "--song-data"]),
    "unknown_shell": (["completions", "tcsh"], ["tcsh", "bash"]),
    "unknown_layout": (["create-tables", "--print", "redshift", "--layout", "atuo"], ["atuo"]),
    "unknown_engine": (["create-tables", "--print", "oracle"], ["oracle"]),
    "argument_too_many": (["status", "now"], ["now"]),
}


@pytest.mark.parametrize("name", WRONG_COMMAND_LINES)
def test_a_wrong_command_line_is_named(name, tmp_path):
    arguments, texts = WRONG_COMMAND_LINES[name]
    result = run(*arguments, cwd=tmp_path)
    result.expect_error(USAGE, *texts)
    assert result.out == ""
    assert not list(tmp_path.iterdir()), "nothing is made"


def test_no_command_shows_how_to_begin(tmp_path):
    result = run(cwd=tmp_path)
    assert result.exit_code in (OK, USAGE)
    assert "sparkify etl" in result.out + result.err or "etl" in result.out + result.err


@pytest.mark.parametrize("command", ["etl", "sql", "status"])
def test_the_warehouse_cannot_lie_in_s3(command, tmp_path):
    arguments = {"etl": ["--log-data", "logs"], "sql": ["select 1"]}.get(command, [])
    result = run(command, *arguments, "--warehouse", "s3://music/w.duckdb", cwd=tmp_path)
    result.expect_error(USAGE, "the warehouse is a file", "s3://music/w.duckdb")
    write(tmp_path / "dwh.cfg", b"[WAREHOUSE]\npath = 'S3A://music/w.duckdb'\n")
    run(command, *arguments, cwd=tmp_path).expect_error(USAGE, "dwh.cfg:2:9: error: the warehouse")


def test_a_path_that_leads_nowhere_makes_no_warehouse(warehouse, tmp_path):
    warehouse.etl(tmp_path / "nowhere").expect_error(BAD_DATA, "nowhere")
    assert not warehouse.path.exists()
    (tmp_path / "empty").mkdir()
    warehouse.etl(tmp_path / "empty").expect_error(BAD_DATA, "no events to load here")
    assert not warehouse.path.exists()


# --- a warehouse that is none ---

OTHER_FILES = {
    "text": b"artist,song\nAbba,Waterloo\n" * 400,
    "sqlite": b"SQLite format 3\0" + bytes(4080),
    "short": b"x",
    "zeros": bytes(20_000),
}


@pytest.mark.parametrize("name", OTHER_FILES)
@pytest.mark.parametrize("command", ["etl", "sql", "check", "status"])
def test_a_file_of_another_format_is_refused_and_left_alone(command, name, warehouse, tmp_path):
    write(warehouse.path, OTHER_FILES[name])
    write_events(tmp_path / "logs/a.json", [play()])
    arguments = {"etl": ["--log-data", tmp_path / "logs"], "sql": ["select 1"]}.get(command, [])
    warehouse.run(command, *arguments).expect_error(BAD_DATA, "warehouse.duckdb")
    assert warehouse.path.read_bytes() == OTHER_FILES[name]


def test_a_cut_off_warehouse_is_refused(warehouse, tmp_path):
    write_events(tmp_path / "logs/a.json", [play(item=n) for n in range(500)])
    warehouse.load(tmp_path / "logs")
    os.truncate(warehouse.path, 5_000)
    warehouse.run("status").expect_error(BAD_DATA, "warehouse.duckdb")


def test_a_directory_is_no_warehouse(warehouse, tmp_path):
    warehouse.path.mkdir()
    write_events(tmp_path / "logs/a.json", [play()])
    warehouse.etl(tmp_path / "logs").expect_error(BAD_DATA, "warehouse.duckdb")


@pytest.mark.parametrize("command", ["sql", "check", "status"])
def test_a_missing_warehouse_is_not_found_and_not_made(command, warehouse):
    arguments = ["select 1"] if command == "sql" else []
    warehouse.run(command, *arguments).expect_error(BAD_DATA, "warehouse.duckdb")
    assert not warehouse.path.exists()


def test_a_warehouse_of_a_newer_schema_is_refused_with_the_version_that_opens_it(loaded, tmp_path):
    loaded.run("sql", "update warehouse_version set schema_version = 999, written_by = '9.8.7'")
    write_events(tmp_path / "logs/a.json", [play()])
    for command in (["etl", "--log-data", tmp_path / "logs"], ["sql", "select 1"], ["status"]):
        result = loaded.run(*command)
        result.expect_error(BAD_DATA, "warehouse.duckdb", "999", "9.8.7")


# --- a warehouse that another process holds ---


class Holder:
    """Holds the lock that DuckDB takes on its file, from this process.

    A POSIX lock ends with the first close of any descriptor of the file: open it only here.
    """

    def __init__(self, path, kind=fcntl.LOCK_EX):
        self.file = open(path, "r+b")  # noqa: SIM115
        fcntl.lockf(self.file, kind | fcntl.LOCK_NB)

    def release(self):
        self.file.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.release()


@pytest.fixture
def held(loaded, tmp_path):
    """A warehouse held by this process, and logs to load."""
    write_events(tmp_path / "logs/a.json", [play()])
    with Holder(loaded.path) as holder:
        yield loaded, holder


def test_a_locked_warehouse_names_the_process_that_holds_it(held, tmp_path):
    warehouse, _ = held
    result = warehouse.etl(tmp_path / "logs")
    result.expect_error(LOCKED, "warehouse.duckdb", str(os.getpid()), "--wait")
    assert result.seconds < 10
    warehouse.run("status").expect_error(LOCKED, str(os.getpid()))


def test_waiting_gives_up_when_the_time_is_over(held, tmp_path):
    warehouse, _ = held
    result = warehouse.etl(tmp_path / "logs", None, "--wait", "1")
    result.expect_error(LOCKED, str(os.getpid()))
    assert 1 <= result.seconds < 20


def test_waiting_succeeds_when_the_holder_ends(held, tmp_path):
    warehouse, holder = held
    timer = threading.Timer(1.5, holder.release)
    timer.start()
    began = time.monotonic()
    warehouse.load(tmp_path / "logs", None, "--wait", "60")
    assert 1.4 <= time.monotonic() - began < 30
    timer.join()
    assert warehouse.value("select count(*) from songplays where session_id = 139") == 1


def test_readers_do_not_keep_each_other_out(loaded):
    with Holder(loaded.path, fcntl.LOCK_SH):
        loaded.run("status").expect(OK)
        loaded.run("check").expect(OK)
        assert loaded.value("select count(*) from songplays") == 1


# --- statements ---


def test_a_wrong_column_is_shown_with_its_place_and_the_nearest_name(loaded):
    result = loaded.run("sql", "select sesion_id\nfrom songplays")
    result.expect_error(BAD_DATA, ":1:8: error:", "sesion_id", "^", 'did you mean "session_id"')


def test_a_wrong_statement_in_a_file_names_file_and_line(loaded, tmp_path):
    script = write(tmp_path / "report.sql", b"select 1;\n\nselect count(* from songplays;\n")
    loaded.run("sql", "-f", script).expect_error(BAD_DATA, f"{script}:3:")


def test_a_missing_table_is_an_error(loaded):
    loaded.run("sql", "select * from songplay").expect_error(BAD_DATA, "songplay")


def test_a_warehouse_without_tables_is_told_apart_from_a_broken_one(tmp_path):
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.run("create-tables").expect(OK)
    warehouse.run("check").expect(OK)
    warehouse.run("status").expect(OK)
