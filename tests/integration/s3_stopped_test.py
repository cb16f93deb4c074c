"""Loads from S3 that are stopped: killed, interrupted, the server gone. The warehouse is as before,
and the next load goes on."""

import signal
import threading
import time

import pytest
from clouds import cloud_warehouse
from eventfiles import write_events
from program import INTERRUPTED, OK, UNAVAILABLE, Warehouse, finish
from s3_server import Faults, S3Server
from worlds import large_log_lines

COUNT = 40  # objects


@pytest.fixture(scope="module")
def objects(tmp_path_factory):
    folder = tmp_path_factory.mktemp("objects")
    lines = list(large_log_lines(200 * COUNT, seed=7))
    for number in range(COUNT):
        part = lines[200 * number : 200 * (number + 1)]
        write_events(folder / f"logs/{number:02}.json", part)
    disk = Warehouse(folder / "disk.duckdb")
    disk.load(folder / "logs")
    return folder / "logs", disk.digest(is_by_path=False)


@pytest.fixture
def server(objects):
    with S3Server() as found:
        found.bucket("music").lay(objects[0], "logs/")
        yield found


@pytest.fixture
def cloud(server, tmp_path):
    """A warehouse that holds the first object already."""
    (tmp_path / "w").mkdir()
    found = cloud_warehouse(tmp_path / "w/w.duckdb", server)
    found.load("s3://music/logs/00.json")
    server.forget()
    return found


def start(cloud):
    return cloud.start("etl", "--log-data", "s3://music/logs")


def expect_as_before_then_all(cloud, before, objects):
    cloud.run("check").expect(OK)
    assert cloud.content() == before
    cloud.load("s3://music/logs")
    found = cloud.digest(is_by_path=False)
    for table in ("events", "songplays", "sessions", "users", "time"):
        assert found[table] == objects[1][table]
    cloud.expect_green()
    left = [path.name for path in cloud.path.parent.iterdir()]
    assert left == [cloud.path.name], f"left behind: {left}"


@pytest.mark.parametrize("number", [1, 20, COUNT - 1])
def test_a_load_killed_while_it_fetches(server, cloud, objects, number):
    before = cloud.content()
    is_there = threading.Event()
    server.when("GetObject", number, is_there.set)
    server.latency = 0.05
    process = start(cloud)
    assert is_there.wait(20)
    process.send_signal(signal.SIGKILL)
    assert finish(process).exit_code == -signal.SIGKILL
    server.latency = 0
    expect_as_before_then_all(cloud, before, objects)


@pytest.mark.parametrize(
    ("fault", "operation"),
    [("stalled_body", "GetObject"), ("silence", "GetObject"), ("silence", "ListObjectsV2")],
)
def test_an_interruption_while_the_server_is_silent_ends_soon(
    server, cloud, objects, fault, operation
):
    before = cloud.content()
    is_there = threading.Event()
    server.faults = Faults((fault,), rate=1, only=(operation,))
    server.when(operation, 1, is_there.set)
    process = start(cloud)
    assert is_there.wait(20)
    time.sleep(0.5)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    result = finish(process).expect_error(INTERRUPTED, "interrupted")
    assert time.monotonic() - began < 2, str(result)
    server.forget()
    expect_as_before_then_all(cloud, before, objects)


def test_an_interruption_between_attempts_ends_soon(server, cloud, objects):
    before = cloud.content()
    is_there = threading.Event()
    server.faults = Faults(("slow_down",), rate=1)
    server.when("ListObjectsV2", 5, is_there.set)
    process = start(cloud)
    assert is_there.wait(30)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    finish(process).expect_error(INTERRUPTED, "interrupted")
    assert time.monotonic() - began < 2
    server.forget()
    expect_as_before_then_all(cloud, before, objects)


def test_a_server_that_is_gone_in_the_middle(server, cloud, objects, tmp_path):
    before = cloud.content()
    server.when("GetObject", 20, server.vanish)
    result = finish(start(cloud))
    result.expect_error(UNAVAILABLE, "s3://music/logs")
    assert result.seconds < 60
    with S3Server(port=server.port) as again:  # at the same place
        again.buckets = server.buckets
        expect_as_before_then_all(cloud, before, objects)


def test_a_server_that_comes_back_in_time_ends_no_load(server, cloud, objects):
    """It is restarted, as in an upgrade: connections are lost, then refused, then good again."""
    again = S3Server(port=server.port)
    again.buckets = server.buckets
    server.when("GetObject", 20, server.vanish)
    process = start(cloud)
    time.sleep(1.5)
    with again:
        finish(process).expect(OK)
    assert again.count("GetObject") > 0
    assert cloud.digest(is_by_path=False)["events"] == objects[1]["events"]
