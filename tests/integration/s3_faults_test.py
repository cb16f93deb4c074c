"""The fault matrix: whatever the network and the server do, at up to one request in three, every
object arrives as it is, or the load fails with a message and the next one completes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from clouds import cloud_warehouse, paths_loaded
from eventfiles import event_line, play, write, write_events
from program import BAD_DATA, OK, UNAVAILABLE, Warehouse
from s3_server import Faults, S3Server
from s3_server.faults import BODIES, LOST, REFUSALS
from worlds import large_log_lines, large_songs

ALGORITHMS = ["", "crc32", "crc32c", "crc64nvme", "sha1", "sha256"]
# Of those that are waited for, fewer: each takes as long as the client is patient.
WAITED_FOR = ("silence", "stalled_body")
# What only a checksum can tell.
UNTOLD = ("wrong_checksum", "corrupt_body")
# Known only with the last range, when others are parsed already.
TOO_LATE = "corrupt_range"
PASSING = [kind for kind in (*REFUSALS, *LOST, *BODIES, "cut_listing") if kind != TOO_LATE]
PERMANENT = ("slow_down", "internal_error", "no_answer", "short_length", "reset_mid_body") + UNTOLD
SHORT_STALL = {"SPARKIFY_S3_STALL_SECONDS": "1"}


@dataclass
class Scene:
    """Objects of many sizes and kinds, and what a load of them from disk makes."""

    folder: Path
    digest: dict

    def lay(self, server, page_size=20):
        bucket = server.bucket("music")
        bucket.page_size = page_size
        for number, path in enumerate(sorted(self.folder.rglob("*.json*"))):
            key = path.relative_to(self.folder).as_posix()
            bucket.put(key, path.read_bytes(), ALGORITHMS[number % len(ALGORITHMS)])
        return bucket


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("objects")
    lines = list(large_log_lines(40_000, seed=5))
    write_events(folder / "logs/large.json", lines[:30_000])  # of more than one range
    write_events(folder / "logs/packed.json.gz", lines[30_000:33_000])
    write_events(folder / "logs/packed.json.zst", lines[33_000:36_000])
    for start in range(36_000, 40_000, 200):
        write_events(folder / f"logs/small/{start}.json", lines[start : start + 200])
    for number, text in enumerate(large_songs(60, seed=5)):
        write(folder / f"songs/{number % 7}/{number}.json", text.encode())
    assert (folder / "logs/large.json").stat().st_size > 9 << 20
    disk = Warehouse(folder / "disk.duckdb")
    disk.load(folder / "logs", folder / "songs")
    return Scene(folder, disk.digest(is_by_path=False))


@pytest.fixture
def server():
    with S3Server() as found:
        yield found


@pytest.fixture
def cloud(server, tmp_path):
    return cloud_warehouse(tmp_path / "w.duckdb", server, **SHORT_STALL)


def load(cloud):
    return cloud.etl("s3://music/logs", "s3://music/songs")


def expect_all(cloud, scene, result):
    assert result.exit_code == OK, str(result)
    assert cloud.digest(is_by_path=False) == scene.digest
    cloud.expect_green()


def expect_nothing_then_all(server, cloud, scene, result, *texts):
    """A load that failed cleanly, into a warehouse that did not exist; then one without faults."""
    result.expect_error(UNAVAILABLE, *texts)
    status = cloud.run("status")
    if status.exit_code == OK:
        tables = ("events", "songs", "etl_files")
        counts = [cloud.value(f"select count(*) from {table}") for table in tables]
        assert counts == [0, 0, 0]
    else:
        nothing = "no tables" if cloud.path.exists() else "no such file"
        status.expect_error(BAD_DATA, nothing)
    server.forget()
    expect_all(cloud, scene, load(cloud))


@pytest.mark.parametrize("kind", PASSING)
def test_each_fault_in_a_third_of_the_requests(scene, server, cloud, kind):
    scene.lay(server)
    most = 1 if kind in WAITED_FOR else 3
    server.faults = Faults((kind,), rate=1 / 3, seed=1, most_in_a_row=most)
    result = load(cloud)
    # Ranges are asked for of the large object alone.
    least = 1 if kind.endswith("range") else 5
    if kind in UNTOLD:
        least = 1
    if kind != "cut_listing":
        assert server.faults.met[kind] >= least, f"{server.faults.met}\n{result}"
    expect_all(cloud, scene, result)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_faults_together_in_a_third_of_the_requests(scene, server, cloud, seed):
    scene.lay(server, page_size=7)
    kinds = tuple(kind for kind in PASSING if kind not in WAITED_FOR)
    server.faults = Faults(kinds, rate=1 / 3, seed=seed, most_in_a_row=5)
    result = load(cloud)
    assert len(server.faults.met) > len(kinds) // 2
    expect_all(cloud, scene, result)


def test_faults_that_do_not_pass_end_the_load(scene, tmp_path):
    """All at once: each of them is tried again for half a minute."""

    def one(kind):
        with S3Server() as server:
            bucket = scene.lay(server)
            if kind in UNTOLD:
                bucket.remove("logs/large.json")  # of it, ranges are read
            server.faults = Faults((kind,), rate=1, only=("GetObject",))
            cloud = cloud_warehouse(tmp_path / kind / "w.duckdb", server, **SHORT_STALL)
            cloud.path.parent.mkdir()
            result = load(cloud)
            scene.lay(server)
            expect_nothing_then_all(server, cloud, scene, result, "s3://music/")

    with ThreadPoolExecutor(len(PERMANENT)) as pool:
        list(pool.map(one, PERMANENT))


@pytest.mark.parametrize("algorithm", ["crc32", "crc32c", "crc64nvme"])
def test_a_flipped_bit_in_a_range_ends_the_load(scene, server, cloud, algorithm):
    bucket = scene.lay(server)
    bucket.put("logs/large.json", (scene.folder / "logs/large.json").read_bytes(), algorithm)
    server.faults = Faults((TOO_LATE,), rate=1, most_in_a_row=1)
    result = load(cloud)
    assert server.faults.met[TOO_LATE]
    expect_nothing_then_all(server, cloud, scene, result, "s3://music/logs/large.json")


def test_a_page_that_leads_to_itself_is_no_endless_listing(scene, server, cloud):
    scene.lay(server)
    server.faults = Faults(("same_page",), rate=1)
    expect_nothing_then_all(server, cloud, scene, load(cloud), "s3://music/")
    assert server.count("ListObjectsV2") < 100


def test_keys_that_come_and_go_while_pages_are_listed(scene, server, cloud):
    """Those that are there all the time are loaded; the rest is for the next load."""
    bucket = scene.lay(server)
    moved = "logs/small/39800.json"
    data = bucket.objects[moved].read()

    def move():
        bucket.remove(moved)
        bucket.put("logs/aaa.json", event_line(play(session=99_999)).encode())  # too late
        bucket.put("logs/zzz.json", data)

    server.when("ListObjectsV2", 2, move)
    cloud.load("s3://music/logs")
    fetched = {seen.key for seen in server.requests("GetObject")}
    assert "logs/zzz.json" in fetched and "logs/aaa.json" not in fetched
    assert cloud.value("select count(*) from events") == 40_000
    cloud.load("s3://music/logs")
    assert cloud.value("select count(*) from events") == 40_001
    assert "s3://music/logs/aaa.json" in paths_loaded(cloud)


def test_an_object_that_is_gone_after_it_was_listed_ends_the_load(scene, server, cloud):
    bucket = scene.lay(server)
    key = "logs/small/38000.json"
    data = bucket.objects[key].read()
    server.when("GetObject", 1, lambda: bucket.remove(key), key=key)
    result = load(cloud)
    result.expect_error(result.exit_code, f"s3://music/{key}")
    bucket.put(key, data)
    expect_all(cloud, scene, load(cloud))


@pytest.mark.parametrize("key", ["logs/large.json", "logs/small/38000.json"])
def test_an_object_that_changes_while_it_is_read_is_told(scene, server, cloud, key):
    bucket = scene.lay(server)
    before = bucket.objects[key].read()
    other = before.replace(b"Lima, OH", b"Lima, NY")
    number = 2 if key == "logs/large.json" else 1  # between its ranges
    server.when("GetObject", number, lambda: bucket.put(key, other), key=key)
    result = load(cloud)
    result.expect_error(UNAVAILABLE, f"s3://music/{key}", "changed")
    bucket.put(key, before)
    expect_all(cloud, scene, load(cloud))


def test_an_object_of_the_same_size_that_changes_is_no_mixture(scene, server, cloud):
    """It is read whole again from the start by the next load."""
    bucket = scene.lay(server)
    key = "logs/large.json"
    other = bucket.objects[key].read().replace(b"Lima, OH", b"Lima, NY")
    server.when("GetObject", 2, lambda: bucket.put(key, other), key=key)
    load(cloud).expect_error(UNAVAILABLE, "changed")
    load(cloud).expect(OK)
    found = cloud.value("select count(*) from events where location = 'Lima, NY'")
    assert found == 30_000
