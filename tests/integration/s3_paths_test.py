"""Wherever a path stands: commands, settings and flags that point at S3, and what each asks for."""

import json
import re
import signal
import time

import pytest
from clouds import TESTER, cloud_warehouse, expect_no_secret
from eventfiles import as_bytes, event_line, play, song, song_text, write, write_events
from program import BAD_DATA, INTERRUPTED, OK, USAGE, Warehouse, clean_environment, finish
from program import run as run_program
from program import start as start_program
from s3_server import S3Server

SMALL = ["--users", 30, "--days", 2, "--songs", 20, "--seed", 4, "--quiet"]
KEYS = (
    "artist auth firstName gender itemInSession lastName length level location method page "
    "registration sessionId song status ts userAgent userId"
).split()


@pytest.fixture
def server():
    with S3Server() as found:
        found.bucket("music")
        yield found


@pytest.fixture
def cloud(server, tmp_path):
    return cloud_warehouse(tmp_path / "w.duckdb", server)


def log_of(session):
    return as_bytes(map(event_line, [play(user=1, session=session)]))


def run(server, *arguments, **how):
    return run_program(*arguments, env=clean_environment(**server.environment()), **how)


def truth_in(bucket, key="made/truth.json"):
    return json.loads(bucket.objects[key].read())


def verdicts(result):
    return {row["path"]: row["verdict"] for row in result.json}


# --- settings and flags ----------------------------------------------------------------------


@pytest.mark.parametrize("quote", ["'", '"', ""])
@pytest.mark.parametrize("scheme", ["s3", "S3A", "s3n"])
def test_dwh_cfg_names_buckets_with_and_without_quotes(server, tmp_path, quote, scheme):
    bucket = server.buckets["music"]
    bucket.put("log_data/a.json", log_of(1))
    bucket.put("song_data/a.json", song_text(song("SO1", "AR1")).encode())
    listed = ", ".join(f"\"$['{key}']\"" for key in KEYS)
    bucket.put("log_json_path.json", f'{{"jsonpaths": [{listed}]}}'.encode())
    bucket.put("log_json_path.json.bak", b"of no use")
    path = f"{quote}{scheme}://music/{{}}{quote}".format
    text = f"[S3]\nLOG_DATA={path('log_data')}\nSONG_DATA={path('song_data')}\n"
    write(tmp_path / "dwh.cfg", f"{text}LOG_JSONPATH={path('log_json_path.json')}\n".encode())
    run(server, "etl", cwd=tmp_path).expect(OK)
    warehouse = Warehouse(tmp_path / "sparkify.duckdb")
    paths = {row["path"] for row in warehouse.ledger()["etl_files"]}
    assert paths == {"s3://music/log_data/a.json", "s3://music/song_data/a.json"}


def test_flags_say_where_and_as_whom(server, tmp_path):
    server.buckets["music"].put("logs/a.json", log_of(1))
    write(
        tmp_path / "credentials",
        f"[musician]\naws_access_key_id = {TESTER.access_key}\n"
        f"aws_secret_access_key = {TESTER.secret}\n".encode(),
    )
    env = clean_environment(AWS_SHARED_CREDENTIALS_FILE=str(tmp_path / "credentials"))
    result = run_program(
        "etl", "--log-data", "s3://music/logs", "--endpoint-url", server.url, "--region",
        server.region, "--profile", "musician", "--connections", 2, cwd=tmp_path, env=env,
    ).expect(OK)  # fmt: skip
    expect_no_secret(result)


def test_a_public_bucket_is_read_without_a_signature_by_flag(server, tmp_path):
    server.bucket("open", is_public=True).put("logs/a.json", log_of(1))
    run(
        server, "etl", "--log-data", "s3://open/logs", "--no-sign-request", cwd=tmp_path
    ).expect(OK)  # fmt: skip


@pytest.mark.parametrize("count", ["0", "257", "18446744073709551616"])
def test_a_number_of_connections_that_cannot_be_is_refused(server, tmp_path, count):
    result = run(
        server, "etl", "--log-data", "s3://music/logs", "--connections", count, cwd=tmp_path
    )
    result.expect_error(USAGE, "--connections")
    assert not list(tmp_path.iterdir())


def test_paths_of_disk_ask_nobody_who_one_is(tmp_path):
    """A process that would tell credentials, and a folder of logs."""
    write_events(tmp_path / "logs/a.json", [play()])
    told = tmp_path / "asked"
    write(tmp_path / "config", f"[default]\ncredential_process = touch {told}\n".encode())
    env = clean_environment(AWS_CONFIG_FILE=str(tmp_path / "config"))
    run_program("etl", "--log-data", "logs", cwd=tmp_path, env=env).expect(OK)
    run_program("simulate", "--out", "made", *SMALL, cwd=tmp_path, env=env).expect(OK)
    assert not told.exists()


# --- etl -------------------------------------------------------------------------------------


def test_a_dry_run_fetches_nothing_and_makes_nothing(server, cloud):
    bucket = server.buckets["music"]
    bucket.put("logs/a.json", log_of(1))
    bucket.put("logs/notes.txt", b"none of ours")
    dry = ("--dry-run", "--format", "json")
    assert verdicts(cloud.load("s3://music/logs", None, *dry))["s3://music/logs/a.json"] == "load"
    assert server.count("GetObject") == 0
    assert not cloud.path.exists()

    cloud.load("s3://music/logs")
    bucket.put("logs/b.json", log_of(2))
    bucket.put("logs/copy.json", log_of(1))
    server.forget()
    before = cloud.digest()
    planned = verdicts(cloud.load("s3://music/logs", None, *dry))
    assert planned["s3://music/logs/a.json"] == "unchanged since load 1"
    assert planned["s3://music/logs/b.json"] == "load"
    assert (
        planned["s3://music/logs/copy.json"] == "same content as s3://music/logs/a.json of load 1"
    )
    assert planned["s3://music/logs/notes.txt"].startswith("not .json")
    assert server.count("GetObject") == 0
    assert cloud.digest() == before


def test_an_object_that_moved_is_not_fetched_again(server, cloud):
    bucket = server.buckets["music"]
    bucket.put("logs/a.json", log_of(1))
    cloud.load("s3://music/logs")
    before = cloud.content()
    bucket.put("moved/b.json", log_of(1))
    server.forget()
    cloud.load("s3://music/moved")
    assert server.count("GetObject") == 0
    assert cloud.content() == before


def test_what_came_from_disk_counts_once_when_it_comes_from_s3(server, cloud, tmp_path):
    """Each object is fetched once, the next load knows it; rejects are not refused again."""
    write_events(tmp_path / "logs/a.json", [play(item=0), "{broken", play(item=1)])
    write_events(tmp_path / "logs/b.json", [play(item=2)])
    cloud.load(tmp_path / "logs", None, "--max-rejects", "1")
    star = cloud.content()
    server.buckets["music"].lay(tmp_path / "logs", "logs/")
    cloud.load("s3://music/logs")
    assert server.count("GetObject") == 2
    assert {**cloud.content(), "etl_files": None} == {**star, "etl_files": None}
    second = cloud.loads()[-1]
    assert (second["rows_loaded"], second["duplicates"], second["rejects"]) == (0, 4, 0)
    cloud.expect_green()

    server.forget()
    cloud.load("s3://music/logs")
    assert server.count("GetObject") == 0


def test_a_prefix_that_leads_nowhere_makes_no_warehouse(server, cloud):
    cloud.etl("s3://music/nothing").expect_error(BAD_DATA, "s3://music/nothing")
    assert not cloud.path.exists()


# --- other commands --------------------------------------------------------------------------


def test_answer_keys_statements_and_sites_are_read_from_s3(server, cloud, tmp_path):
    bucket = server.buckets["music"]
    run(server, "simulate", "--out", "s3://music/made", *SMALL).expect(OK)
    cloud.load("s3://music/made/log_data", "s3://music/made/song_data")
    cloud.run("check", "--truth", "s3://music/made/truth.json").expect(OK)
    bucket.put("questions.sql", b"select count(*) as n from events;\n")
    found = cloud.run("sql", "-f", "s3://music/questions.sql", "--format", "json").expect(OK)
    assert found.json == [{"n": truth_in(bucket)["generated"]["counts"]["events"]}]
    bucket.put("broken.sql", b"select 1;\nselec 2;\n")
    cloud.run("sql", "-f", "s3://music/broken.sql").expect_error(
        BAD_DATA, "s3://music/broken.sql:2:"
    )
    bucket.put("site.json", b"{ nothing")
    run(
        server, "simulate", "--out", tmp_path / "x", "--config", "s3://music/site.json"
    ).expect_error(USAGE, "s3://music/site.json:1:")  # fmt: skip


def test_songs_to_draw_from_are_read_from_s3(server, tmp_path):
    run_program("simulate", "--out", tmp_path / "songs", *SMALL).expect(OK)
    server.buckets["music"].lay(tmp_path / "songs/song_data", "song_data/")
    for name, songs in (("a", "s3://music/song_data"), ("b", tmp_path / "songs/song_data")):
        run(
            server, "simulate", "--out", tmp_path / name, "--song-data", songs, *SMALL
        ).expect(OK)  # fmt: skip
    assert (tmp_path / "a/truth.json").read_bytes() == (tmp_path / "b/truth.json").read_bytes()


def test_a_prefix_in_use_is_refused(server):
    bucket = server.buckets["music"]
    bucket.put("made/log_data_of_others/x.json", b"")
    run(server, "simulate", "--out", "s3://music/made", *SMALL).expect(OK)
    result = run(server, "simulate", "--out", "S3A://music/made/", *SMALL)
    result.expect_error(BAD_DATA, "s3://music/made already holds log_data")


# --- following -------------------------------------------------------------------------------


def test_a_follower_writes_numbered_objects_that_etl_takes(server, cloud):
    bucket = server.buckets["music"]
    flags = ["--follow", "--from", "2018-11-01", "--speed", 86_400, *SMALL]
    run(server, "simulate", "--out", "s3://music/made", *flags, "--compress", "gzip").expect(OK)
    logs = [key for key in bucket.keys() if "/log_data/" in key]
    name = re.compile(r"made/log_data/2018/11/2018-11-\d\d-events-\d{6}\.json\.gz")
    assert logs and all(name.fullmatch(key) for key in logs)
    cloud.load("s3://music/made/log_data", "s3://music/made/song_data")
    cloud.run("check", "--truth", "s3://music/made/truth.json").expect(OK)


def test_an_interrupted_follower_writes_what_it_has(server):
    bucket = server.buckets["music"]
    process = start_program(
        "simulate", "--out", "s3://music/made", "--follow", "--speed", 3600, "--users", 300,
        "--songs", 20, "--from", "2018-11-01", env=clean_environment(**server.environment()),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while "made/log_json_path.json" not in bucket.keys() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    finish(process).expect(OK)
    lines = [
        line
        for key in bucket.keys()
        if "/log_data/" in key
        for line in bucket.objects[key].read().split(b"\n")
    ]
    assert len(lines) == truth_in(bucket)["generated"]["counts"]["events"] > 0


def test_an_interrupted_simulation_ends_soon_and_has_no_answer_key(server):
    server.latency = 0.3
    process = start_program(
        "simulate", "--out", "s3://music/made", "--users", 300, "--songs", 5000,
        env=clean_environment(**server.environment()),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while server.count("PutObject") < 20 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    result = finish(process)
    result.expect_error(INTERRUPTED, "interrupted")
    assert "made/truth.json" not in server.buckets["music"].keys()
