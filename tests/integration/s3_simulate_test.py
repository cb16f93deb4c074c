"""`simulate --out s3://...`: byte for byte what it writes to disk, whole or not at all."""

import signal
import threading

import pytest
from clouds import cloud_warehouse, expect_no_orphans, expect_no_secret
from program import DENIED, INTERRUPTED, OK, UNAVAILABLE, clean_environment, finish, run, start
from s3_server import Faults, S3Server
from s3_server.faults import LOST, REFUSALS

SMALL = ["--events", 3000, "--users", 40, "--songs", 20, "--seed", 4]
# One day of 28 MB: four parts.
LARGE = ["--events", 60_000, "--users", 20_000, "--songs", 10, "--seed", 4]
FAULTS = (*(kind for kind in REFUSALS), *(kind for kind in LOST if kind != "silence"))


@pytest.fixture
def server():
    with S3Server() as found:
        found.bucket("music")
        yield found


def environment(server):
    return clean_environment(**server.environment())


def simulate(server, *flags, out="s3://music/made", **how):
    result = run("simulate", "--out", out, *flags, env=environment(server), **how)
    expect_no_secret(result)
    return result


def files_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def objects_of(server, prefix="made/"):
    bucket = server.buckets["music"]
    return {key.removeprefix(prefix): bucket.objects[key].read() for key in bucket.keys()}


def expect_same(server, folder, prefix="made/"):
    made, expected = objects_of(server, prefix), files_of(folder)
    assert made.keys() == expected.keys()
    assert [key for key in made if made[key] != expected[key]] == []
    expect_no_orphans(server)


@pytest.mark.parametrize("compression", ["none", "gzip", "zstd"])
def test_a_bucket_gets_what_a_folder_gets(server, tmp_path, compression):
    flags = [*SMALL, "--compress", compression]
    run("simulate", "--out", tmp_path / "made", *flags).expect(OK)
    simulate(server, *flags).expect(OK)
    expect_same(server, tmp_path / "made")


def test_large_objects_are_written_in_parts(server, tmp_path):
    run("simulate", "--out", tmp_path / "made", *LARGE).expect(OK)
    simulate(server, *LARGE).expect(OK)
    expect_same(server, tmp_path / "made")
    assert server.count("CompleteMultipartUpload") >= 1
    assert server.count("UploadPart") > server.count("CompleteMultipartUpload")


def test_a_server_that_knows_of_no_checksums_gets_none_in_its_list_of_parts(server, tmp_path):
    """As Swift, which refuses what its schema has not."""
    run("simulate", "--out", tmp_path / "made", *LARGE).expect(OK)
    server.buckets["music"].knows_checksums = False
    simulate(server, *LARGE).expect(OK)
    expect_same(server, tmp_path / "made")


def test_what_is_written_has_a_checksum(server):
    simulate(server, *SMALL).expect(OK)
    puts = server.requests("PutObject")
    assert puts
    for seen in puts:
        assert any(name.startswith("x-amz-checksum-") for name in seen.headers), seen
    assert all(stored.checksums for stored in server.buckets["music"].objects.values())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_faults_in_a_third_of_the_requests_leave_no_trace(server, tmp_path, seed):
    run("simulate", "--out", tmp_path / "made", *LARGE).expect(OK)
    server.faults = Faults((*FAULTS, "error_in_success"), rate=1 / 3, seed=seed, most_in_a_row=4)
    simulate(server, *LARGE).expect(OK)
    assert sum(server.faults.met.values()) > 5
    expect_same(server, tmp_path / "made")


def test_a_completion_whose_answer_is_lost_is_no_failure(server, tmp_path):
    run("simulate", "--out", tmp_path / "made", *LARGE).expect(OK)
    server.faults = Faults(
        ("no_answer",), rate=1, most_in_a_row=1, only=("CompleteMultipartUpload",)
    )
    simulate(server, *LARGE).expect(OK)
    assert server.faults.met["no_answer"] >= 1
    expect_same(server, tmp_path / "made")


def test_writing_that_is_denied_names_permission_and_object(server):
    server.deny("s3:PutObject", "music/*")
    result = simulate(server, *SMALL).expect_error(DENIED, "s3:PutObject", "s3://music/made/")
    assert result.seconds < 20
    assert objects_of(server) == {}


def test_an_upload_that_fails_leaves_no_part_behind(server):
    """All parts are refused in the end: what was begun is aborted."""
    server.faults = Faults(("internal_error",), rate=1, only=("CompleteMultipartUpload",))
    result = simulate(server, *LARGE, timeout=120)
    result.expect_error(UNAVAILABLE, "s3://music/made/")
    assert server.count("CreateMultipartUpload") >= 1
    expect_no_orphans(server)
    assert "truth.json" not in objects_of(server), "it is what says that all is there"


def test_an_interruption_leaves_no_part_behind(server):
    is_there = threading.Event()
    server.when("UploadPart", 1, is_there.set)
    server.latency = 0.2
    process = start("simulate", "--out", "s3://music/made", *LARGE, env=environment(server))
    assert is_there.wait(60)
    process.send_signal(signal.SIGINT)
    finish(process).expect_error(INTERRUPTED, "interrupted")
    expect_no_orphans(server)
    assert "truth.json" not in objects_of(server)


def test_what_was_simulated_there_is_loaded_from_there(server, tmp_path):
    simulate(server, *SMALL).expect(OK)
    cloud = cloud_warehouse(tmp_path / "w.duckdb", server)
    cloud.load("s3://music/made/log_data", "s3://music/made/song_data")
    assert cloud.value("select count(*) from events") == 3000
    cloud.expect_green()
