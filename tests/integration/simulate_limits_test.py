"""The generator at its limits: nobody left, no ids left, users who never rest, odd text."""

import json
import os
import re
import shlex
import signal
import time

import pytest
from program import BAD_DATA, INTERRUPTED, OK, ROOT, USAGE, finish, run, start

HOME = {"page": "Home", "method": "GET", "status": 200, "auth": "Logged In", "level": "free"}
ABOUT = HOME | {"page": "About"}


def two_pages(path, probability, **rhythm):
    """A site of two pages that lead to each other."""
    config = rhythm | {
        "transitions": [
            {"source": HOME, "dest": ABOUT, "p": probability},
            {"source": ABOUT, "dest": HOME, "p": probability},
        ],
        "new-session": [HOME | {"weight": 1}],
        "auths": [{"auth": "Logged In", "weight": 1}],
        "levels": [{"level": "free", "weight": 1}],
    }
    path.write_text(json.dumps(config))
    return path


def changed_site(path, **changes):
    """The built-in site with other values for some keys, as a file."""
    site = json.loads((ROOT / "assets/simulate/site.json").read_text())
    path.write_text(json.dumps(site | changes))
    return path


def truth_of(folder):
    return json.loads((folder / "truth.json").read_text())


@pytest.mark.parametrize("flags", [[], ["--follow", "--speed", "1000000"]])
def test_it_ends_when_all_users_have_left(flags, tmp_path):
    result = run(
        "simulate", "--out", tmp_path / "out", "--users", 3, "--songs", 20, "--events", 100_000,
        "--attrition-rate", 1000, *flags, timeout=120,
    ).expect(OK)  # fmt: skip
    events = truth_of(tmp_path / "out")["generated"]["counts"]["events"]
    assert f"warning: {events} of 100,000 events: all users have left for good" in result.err


def test_it_says_so_when_all_users_have_cancelled_also_when_quiet(tmp_path):
    cancelled = HOME | {"page": "Cancellation Confirmation", "auth": "Cancelled"}
    config = {
        "transitions": [{"source": HOME, "dest": cancelled, "p": 1}],
        "churned-state": "Cancelled",
        "new-session": [HOME | {"weight": 1}],
        "auths": [{"auth": "Logged In", "weight": 1}],
        "levels": [{"level": "free", "weight": 1}],
    }
    (tmp_path / "site.json").write_text(json.dumps(config))
    result = run(
        "simulate", "--out", tmp_path / "out", "--users", 3, "--songs", 20, "--events", 1000,
        "--config", tmp_path / "site.json", "--quiet",
    ).expect(OK)  # fmt: skip
    assert re.fullmatch(
        r"sparkify: warning: \d+ of 1,000 events: all users have left for good\n", result.err
    )


def test_the_days_are_over_when_all_users_have_left(tmp_path):
    result = run(
        "simulate", "--out", tmp_path / "out", "--users", 3, "--songs", 20, "--days", 5000,
        "--attrition-rate", 1000,
    ).expect(OK)  # fmt: skip
    assert "to 2032-07-10 00:00:00 (UTC)" in result.out
    assert "warning: " not in result.err


def test_simulated_time_ends_in_2286(tmp_path):
    config = two_pages(tmp_path / "site.json", 0.1, beta=1e8)
    result = run(
        "simulate", "--out", tmp_path / "out", "--users", 20, "--songs", 20, "--config", config,
        "--from", "2199-12-31", "--events", 100_000_000, "--threads", 2,
    ).expect(OK, "of 100,000,000 events: simulated time ends in 2286")  # fmt: skip
    assert "to 2286-11-20 17:46:40 (UTC)" in result.out
    lines = [
        line
        for path in (tmp_path / "out" / "log_data").rglob("*.json")
        for line in path.read_text().split("\n")
    ]
    assert lines and all(len(str(json.loads(line)["ts"])) == 13 for line in lines)


def test_user_ids_end_before_they_leave_an_integer(tmp_path):
    run(
        "simulate", "--out", tmp_path / "out", "--users", 20, "--songs", 20, "--days", 300,
        "--first-user-id", 2_147_483_600, "--growth-rate", 100,
    ).expect_error(USAGE, "more users than ids", "2147483647")  # fmt: skip


def test_memory_does_not_grow_with_the_density_of_events(tmp_path):
    """A million events of a simulated minute go through windows of a few hundred thousand."""
    dense = changed_site(tmp_path / "dense.json", alpha=0.001, **{"session-gap": 0})
    peaks = []
    for count in (100_000, 3_000_000):
        process = start(
            "simulate", "--out", "-", "--users", 50, "--events", count, "--config", dense, "--quiet"
        )
        while process.stdout.read(1 << 20):
            pass
        _, status, usage = os.wait4(process.pid, 0)
        assert status == 0
        peaks.append(usage.ru_maxrss / 1024)
    assert peaks[1] < peaks[0] + 120, peaks


def test_a_window_done_again_leaves_no_trace(tmp_path):
    """Too many events for one window at the first attempt; items still count up by one."""
    config = two_pages(tmp_path / "site.json", 1, alpha=0.01)
    out = tmp_path / "out"
    run(
        "simulate", "--out", out, "--users", 150, "--songs", 20, "--config", config,
        "--events", 500_000, "--threads", 2,
    ).expect(OK)  # fmt: skip
    items, last = {}, 0
    for path in sorted((out / "log_data").rglob("*.json")):
        for line in path.read_text().split("\n"):
            event = json.loads(line)
            assert event["ts"] >= last
            last = event["ts"]
            user = event["userId"]
            assert event["itemInSession"] == items.get(user, event["itemInSession"] - 1) + 1
            items[user] = event["itemInSession"]
    assert truth_of(out)["generated"]["counts"]["sessions"] == len(items)


def test_settling_can_be_interrupted(tmp_path):
    config = two_pages(tmp_path / "site.json", 1, alpha=0.001)
    process = start(
        "simulate", "--out", tmp_path / "out", "--users", 20_000, "--songs", 20, "--quiet",
        "--config", config,
    )  # fmt: skip
    while not (tmp_path / "out" / "song_data").exists() and process.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)
    asked_at = time.monotonic()
    process.send_signal(signal.SIGINT)
    finish(process).expect_error(INTERRUPTED, "interrupted")
    assert time.monotonic() - asked_at < 10


def test_writing_songs_can_be_interrupted(tmp_path):
    process = start("simulate", "--out", tmp_path / "out", "--songs", 100_000, "--quiet")
    while not (tmp_path / "out" / "song_data").exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    finish(process).expect_error(INTERRUPTED, "interrupted")
    assert sum(1 for _ in (tmp_path / "out" / "song_data").rglob("*.json")) < 100_000


def test_a_tag_is_utf8(tmp_path):
    for tag in (b"\xff", b"a\xf0", b"\xc3"):
        run("simulate", "--out", tmp_path / "out", "--tag", os.fsdecode(tag)).expect_error(
            USAGE, "--tag is no UTF-8"
        )
    assert not (tmp_path / "out").exists()
    tag = 'a"b/\\\u00e9\u2603\U0001f600'
    run(
        "simulate", "--out", tmp_path / "out", "--users", 3, "--songs", 20, "--days", 9,
        "--tag", tag,
    ).expect(OK)  # fmt: skip
    for path in (tmp_path / "out" / "log_data").rglob("*.json"):
        for line in path.read_text().split("\n"):
            assert line.isascii() and json.loads(line)["tag"] == tag


def test_a_follower_hardly_moves_at_the_slowest_speed(tmp_path):
    process = start(
        "simulate", "--out", tmp_path / "out", "--users", 3, "--songs", 20, "--quiet",
        "--follow", "--speed", "1e-300", "--from", "2018-11-01", "--days", 1,
    )  # fmt: skip
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    result = finish(process).expect(OK)
    assert "to 2018-11-01 00:00:00 (UTC)" in result.out


def test_the_next_command_can_be_pasted(tmp_path):
    folder = tmp_path / "it's here"
    result = run("simulate", "--out", folder, "--users", 3, "--songs", 20).expect(OK)
    line = next(line for line in result.err.splitlines() if line.startswith("next: "))
    words = shlex.split(line.removeprefix("next: "))
    assert words == [
        "sparkify", "etl", "--log-data", f"{folder}/log_data", "--song-data", f"{folder}/song_data"
    ]  # fmt: skip


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    for folder in ("file", "file/below"):
        run("simulate", "--out", folder, "--users", 3, cwd=tmp_path).expect_error(
            BAD_DATA, f"{folder}: error: cannot make this folder: not a directory"
        )
