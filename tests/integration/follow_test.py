"""`sparkify etl --follow`: files are loaded as they come, once each, and never half of one."""

import gzip
import json
import re
import signal
import time

import pytest
from clouds import cloud_warehouse
from eventfiles import START, play, song, write_events, write_song
from program import LOCKED, OK, USAGE, Warehouse, finish, run, start
from s3_server import S3Server
from sources import EVENT_COLUMNS

LONG_QUERY = "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range = 7"


class Follower:
    """A command that follows; what it prints is collected."""

    def __init__(self, warehouse, *flags):
        words = ["--follow", "--interval", "1", *flags]
        self.process = warehouse.start("etl", *words, bufsize=0)

    def load(self):
        """The next line of its output."""
        return self.process.stdout.readline().decode()

    def says(self, text):
        """Reads what it says until that comes."""
        for line in self.process.stderr:
            if text in line.decode():
                return line.decode()
        raise AssertionError(f"never said {text!r}\n{finish(self.process)}")

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        return finish(self.process, timeout=60)


@pytest.fixture
def follow():
    """Starts followers, and ends them whatever becomes of the test."""
    started = []

    def begin(*words):
        started.append(Follower(*words))
        return started[-1]

    yield begin
    for follower in started:
        if follower.process.poll() is None:
            follower.process.kill()
            finish(follower.process)


def count(warehouse, table):
    """After the load that runs; nothing when there are no tables yet."""
    words = ["--wait", "30", "--format", "json", f"select count(*) as n from {table}"]
    found = warehouse.run("sql", *words)
    return found.json[0]["n"] if found.exit_code == OK else None


def plays(number, first=0):
    return [play(session=first + i, ts=START + 1000 * (first + i)) for i in range(number)]


def append(path, *texts):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        for text in texts:
            file.write(text)


def lines_of(events):
    return "".join(json.dumps(event) + "\n" for event in events)


def test_files_are_loaded_as_they_come_and_once_each(warehouse, tmp_path, follow):
    logs, songs = tmp_path / "logs", tmp_path / "songs"
    follower = follow(warehouse, "--log-data", logs, "--song-data", songs)
    follower.says("following, until Ctrl-C")
    assert not warehouse.path.exists()  # nothing is there to load, and nothing was made
    write_events(logs / "one.json", plays(2))
    line = follower.load()
    assert re.search(r"^\d{4}-.*Z load 1: 1 file \(.*\), 2 rows loaded, 0 duplicates, 0 rej", line)
    write_song(songs / "one.json", song("SO0", "AR0"))
    assert "load 2: 1 file " in follower.load()
    # Between loads the file is free.
    assert count(warehouse, "songplays") == 2
    write_events(logs / "two.json", plays(3, first=2))
    (logs / "notes.txt").write_text("no log")
    assert "3 rows loaded" in follower.load()
    # The content of a known file under another name is nothing new, and no line.
    write_events(logs / "copy.json", plays(3, first=2))
    time.sleep(2.5)
    done = follower.stop(signal.SIGTERM).expect(OK)
    assert done.out == ""
    assert count(warehouse, "songplays") == 5
    assert [load["files_loaded"] for load in warehouse.loads()] == [1, 1, 1]


def test_a_growing_log_is_loaded_by_whole_lines(warehouse, tmp_path, follow):
    log = tmp_path / "logs/day.json"
    events = plays(6)
    follower = follow(warehouse, "--log-data", log.parent)
    follower.says("following")
    whole = lines_of(events)
    # Written in bits that end anywhere, faster than it could ever stand still.
    bits = [whole[i : i + 97] for i in range(0, len(whole), 97)]
    for bit in bits[:-1]:
        append(log, bit)
        time.sleep(0.3)
    append(log, bits[-1].rstrip("\n"))  # as loggers do that end no last line
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if warehouse.path.exists() and count(warehouse, "songplays") == 6:
            break
        time.sleep(0.5)
    follower.stop().expect(OK)
    assert count(warehouse, "songplays") == 6
    loads = warehouse.loads()
    assert len(loads) > 1  # it did not wait for the end
    assert all(load["rejects"] == 0 and load["status"] == "loaded" for load in loads)


def test_a_compressed_file_waits_until_it_stands_still(warehouse, tmp_path, follow):
    log = tmp_path / "logs/day.json.gz"
    follower = follow(warehouse, "--log-data", log.parent)
    follower.says("following")
    log.parent.mkdir()
    packed = gzip.compress(lines_of(plays(40)).encode())
    with log.open("wb") as file:
        for i in range(0, len(packed), len(packed) // 6):
            file.write(packed[i : i + len(packed) // 6])
            file.flush()
            time.sleep(0.4)
    assert "load 1: 1 file" in follower.load()
    follower.stop().expect(OK)
    assert [load["rows_loaded"] for load in warehouse.loads()] == [40]


def test_a_bad_file_is_said_once_and_tried_when_it_changes(warehouse, tmp_path, follow):
    log = tmp_path / "logs/day.json"
    append(log, "no event\n")
    follower = follow(warehouse, "--log-data", log.parent)
    follower.says("error: ")
    follower.says("trying again when files have changed")
    time.sleep(2.5)
    assert [load["status"] for load in warehouse.loads()] == ["failed"]
    log.write_text(lines_of(plays(2)))
    assert "2 rows loaded" in follower.load()
    done = follower.stop().expect(OK)
    assert "error" not in done.err


def test_what_is_wrong_elsewhere_is_tried_again_without_news(warehouse, tmp_path, follow):
    append(tmp_path / "logs/day.json", lines_of(plays(2)))
    paths = tmp_path / "paths.json"
    paths.write_text("{")
    follower = follow(warehouse, "--log-data", tmp_path / "logs", "--log-jsonpath", paths)
    follower.says("paths.json")
    follower.says("trying again in")
    keys = [column[1] for column in EVENT_COLUMNS]
    paths.write_text(json.dumps({"jsonpaths": [f"$['{key}']" for key in keys]}))
    assert "2 rows loaded" in follower.load()
    follower.stop().expect(OK)


def test_a_broken_link_is_said_until_it_leads_somewhere(warehouse, tmp_path, follow):
    append(tmp_path / "logs/day.json", lines_of(plays(2)))
    (tmp_path / "logs/next.json").symlink_to(tmp_path / "away.json")
    follower = follow(warehouse, "--log-data", tmp_path / "logs")
    follower.says("next.json")
    follower.says("trying again in")
    append(tmp_path / "away.json", lines_of(plays(3)[2:]))
    assert "2 rows loaded" in follower.load()
    assert "1 rows loaded" in follower.load()
    follower.stop().expect(OK)


def test_a_warehouse_that_another_process_holds_is_waited_for(loaded, tmp_path, follow):
    holder = loaded.start("sql", "--wait", "30", f"create table never as {LONG_QUERY}")
    while loaded.run("sql", "select 1").exit_code != LOCKED:
        assert holder.poll() is None, str(finish(holder))
        time.sleep(0.1)
    write_events(tmp_path / "logs/day.json", plays(2, first=9))
    follower = follow(loaded, "--log-data", tmp_path / "logs", "--format", "json")
    follower.says("error: ")
    assert "trying again in 1 s" in follower.says("trying again")
    holder.send_signal(signal.SIGINT)
    finish(holder)
    assert json.loads(follower.load())["rows_loaded"] == 2
    follower.stop().expect(OK)


def test_it_hands_over_to_the_server_of_the_warehouse(served, tmp_path, follow):
    follower = follow(Warehouse(served.path), "--log-data", tmp_path / "logs")
    follower.says("following")
    write_events(tmp_path / "logs/one.json", plays(2))
    assert "2 rows loaded" in follower.load()
    assert served.answer("select count(*) from songplays").strip() == "2"
    follower.stop().expect(OK)


def test_objects_of_s3_are_loaded_as_they_come(tmp_path, follow):
    with S3Server() as server:
        bucket = server.bucket("music")
        warehouse = cloud_warehouse(tmp_path / "w.duckdb", server)
        follower = follow(warehouse, "--log-data", "s3://music/logs/")
        follower.says("following")
        bucket.put("logs/one.json", lines_of(plays(2)).encode())
        assert "2 rows loaded" in follower.load()
        server.deny("s3:ListBucket", "music")  # for a while it does not let us in
        follower.says("error: ")
        follower.says("trying again in 1 s")
        bucket.put("logs/two.json", lines_of(plays(3, first=2)).encode())
        server.denied.clear()
        assert "load 2: 1 file" in follower.load()
        follower.stop().expect(OK)
        assert count(warehouse, "songplays") == 5


def test_objects_that_could_not_be_fetched_are_fetched_when_they_can(tmp_path, follow):
    """Many of them were on their way, and nobody had opened them yet."""
    with S3Server() as server:
        bucket = server.bucket("music")
        warehouse = cloud_warehouse(tmp_path / "w.duckdb", server)
        server.deny("s3:GetObject", "music/*")
        for number in range(40):
            text = lines_of(plays(1, first=number))
            bucket.put(f"logs/{number}.json", text.encode())
        follower = follow(warehouse, "--log-data", "s3://music/logs/")
        follower.says("trying again in 1 s")
        server.denied.clear()
        assert "load 1: 40 files" in follower.load()
        done = follower.stop().expect(OK)
        assert "error" not in done.err


def test_a_simulation_that_goes_on_is_followed(tmp_path, follow):
    """A day of a small site in a few seconds, and the same at one go: the same warehouse."""
    size = ["--users", "30", "--days", "2", "--seed", "7", "--from", "2018-11-01"]
    run("simulate", "--out", tmp_path / "whole", *size).expect(OK)
    whole = Warehouse(tmp_path / "whole.duckdb")
    whole.load(tmp_path / "whole/log_data", tmp_path / "whole/song_data")
    warehouse = Warehouse(tmp_path / "live.duckdb")
    live = tmp_path / "live"
    follower = follow(warehouse, "--log-data", live / "log_data", "--song-data", live / "song_data")
    follower.says("following")
    pace = ["--follow", "--speed", "20000"]
    simulation = start("simulate", "--out", live, *size, *pace)
    finish(simulation, timeout=60).expect(OK)
    wanted = count(whole, "events")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if count(warehouse, "events") == wanted:
            break
        time.sleep(0.5)
    follower.stop().expect(OK)
    assert len(warehouse.loads()) > 2  # it was not waited for
    found, expected = warehouse.digest(), whole.digest()
    for table in ("events", "songplays", "sessions", "users", "time", "songs", "artists"):
        assert found[table] == expected[table], table
    warehouse.expect_green()


def test_flags_that_do_not_go_together(warehouse, tmp_path):
    logs = ["--log-data", tmp_path]
    warehouse.run("etl", *logs, "--interval", "2").expect_error(USAGE, "--interval goes with")
    for flag in ("--dry-run", "--explain"):
        both = warehouse.run("etl", *logs, "--follow", flag)
        both.expect_error(USAGE, f"--follow loads, and {flag} does not")
    nothing = warehouse.run("etl", *logs, "--follow", "--interval", "0")
    nothing.expect_error(USAGE, "--interval takes 1 to")
