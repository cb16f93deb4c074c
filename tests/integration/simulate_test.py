"""The generator as its users see it: the files, what is in them, and what is refused."""

import gzip
import hashlib
import json
import re
import resource
import signal
import subprocess
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from program import (
    BAD_DATA,
    INTERRUPTED,
    OK,
    ROOT,
    UNAVAILABLE,
    USAGE,
    command_of,
    finish,
    run,
    start,
)

DAY = 86_400_000
KEYS = (
    "artist auth firstName gender itemInSession lastName length level location method page "
    "registration sessionId song status ts userAgent userId"
).split()


def small(**changes):
    """Flags of a small data set; `first_user_id=9` is --first-user-id 9."""
    flags = {"users": 60, "days": 5, "songs": 80, "seed": 7} | changes
    return [
        word for name, value in flags.items() for word in ("--" + name.replace("_", "-"), value)
    ]


def simulate(folder, *flags, **how):
    return run("simulate", "--out", folder, "--quiet", *flags, **how).expect(OK)


def files_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


def fingerprint(folder):
    return {name: hashlib.sha256(content).hexdigest() for name, content in files_of(folder).items()}


def events_of(folder):
    for path in sorted((Path(folder) / "log_data").rglob("*-events.json")):
        for line in path.read_text().split("\n"):
            yield json.loads(line)


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """A month of a few hundred users."""
    folder = tmp_path_factory.mktemp("month")
    simulate(folder, "--users", 400, "--days", 30, "--songs", 300, "--seed", 3)
    return folder


def test_files_lie_and_look_as_in_the_bucket(month):
    names = list(files_of(month))
    logs = [name for name in names if name.startswith("log_data/")]
    assert logs == [f"log_data/2018/11/2018-11-{day:02}-events.json" for day in range(1, 31)]
    songs = [name for name in names if name.startswith("song_data/")]
    assert len(songs) == 300
    for name in songs:
        assert re.fullmatch(
            r"song_data/([A-Z])/([A-Z])/([A-Z])/TR\1\2\3[A-Z]{2}128F[0-9A-F]{7}\.json"
            r"|song_data/([A-Z])/([A-Z])/([A-Z])/TR\4\5\6[A-Z0-9]+\.json",
            name,
        )
    assert set(names) - set(logs) - set(songs) == {"log_json_path.json", "truth.json"}
    for name in logs + songs:
        content = (month / name).read_bytes()
        assert content.isascii() and not content.endswith(b"\n")
    sample = (month / songs[0]).read_text()
    assert sample.startswith('{"num_songs": 1, "artist_id": "AR') and sample.endswith("}")


def test_the_jsonpaths_file_is_that_of_the_bucket(month, real_data):
    assert (month / "log_json_path.json").read_bytes().strip() == (
        real_data / "log_json_path.json"
    ).read_bytes().strip()


def test_lines_have_the_keys_types_and_escapes_of_the_real_logs(month):
    for path in sorted((month / "log_data").rglob("*.json")):
        day = path.name[:10]
        last = 0
        for line in path.read_text().split("\n"):
            event = json.loads(line)
            assert list(event) == KEYS
            assert '"/' not in line and ": " not in re.sub(r'"[^"]*"', "", line)
            assert isinstance(event["userId"], str) and isinstance(event["ts"], int)
            assert time.strftime("%Y-%m-%d", time.gmtime(event["ts"] / 1000)) == day
            assert event["ts"] >= last, "events are in the order of time"
            last = event["ts"]
            is_play = event["page"] == "NextSong"
            assert (event["song"] is not None) == is_play == (event["length"] is not None)
            is_shown = event["auth"] in ("Logged In", "Cancelled")
            assert (event["userId"] != "") == is_shown
            for key in ("firstName", "lastName", "gender", "location", "registration", "userAgent"):
                assert (event[key] is not None) == is_shown
            if is_shown:
                assert isinstance(event["registration"], float)
                assert event["registration"] <= event["ts"]


def test_sessions_keep_the_rules_of_the_model(month):
    sessions, keys = defaultdict(list), set()
    for event in events_of(month):
        sessions[event["sessionId"]].append(event)
        keys.add((event["sessionId"], event["itemInSession"]))
    assert len(keys) == sum(map(len, sessions.values()))
    by_user = defaultdict(list)
    for session in sessions.values():
        items = [event["itemInSession"] for event in session]
        assert items == list(range(items[0], items[0] + len(items)))
        users = {event["userId"] for event in session} - {""}
        assert len(users) <= 1
        if users:
            by_user[users.pop()].append((session[0]["ts"], session[-1]["ts"]))
    for spans in by_user.values():
        spans.sort()
        for (_, ended), (began, _) in zip(spans, spans[1:], strict=False):
            assert began - ended >= 1_800_000


def test_level_is_the_state_before_the_row(month):
    after = {"Submit Upgrade": ("free", "paid"), "Submit Downgrade": ("paid", "free")}
    level, seen = {}, Counter()
    for event in events_of(month):
        user = event["userId"]
        if not user:
            continue
        assert event["level"] == level.get(user, event["level"])
        if event["page"] == "Roll Advert":
            assert event["level"] == "free"
        level[user] = event["level"]
        if event["page"] in after:
            before, level[user] = after[event["page"]]
            assert event["level"] == before
            seen[event["page"]] += 1
    assert seen["Submit Upgrade"] > 5 and seen["Submit Downgrade"] > 0


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(tmp_path):
    flags = {"growth_rate": 3, "attrition_rate": 2, "dirty": 0.02}
    simulate(tmp_path / "one", *small(**flags, threads=1))
    simulate(tmp_path / "five", *small(**flags, threads=5))
    assert fingerprint(tmp_path / "one") == fingerprint(tmp_path / "five")
    simulate(tmp_path / "other", *small(**flags, seed=8))
    ours, other = fingerprint(tmp_path / "one"), fingerprint(tmp_path / "other")
    same = [name for name in ours if name in other and ours[name] == other[name]]
    assert same == ["log_json_path.json"]


def test_a_longer_simulation_begins_like_a_shorter_one(tmp_path):
    simulate(tmp_path / "short", *small())
    simulate(tmp_path / "long", *small(days=8))
    short = {n: f for n, f in fingerprint(tmp_path / "short").items() if n.startswith("log_data")}
    assert short.items() <= fingerprint(tmp_path / "long").items()


def test_an_event_limit_is_exact(tmp_path):
    result = run("simulate", "--out", "-", "--users", 500, "--events", 12_345, "--quiet")
    lines = result.expect(OK).out.split("\n")
    assert lines.pop() == "" and len(lines) == 12_345
    more = run("simulate", "--out", "-", "--users", 500, "--events", 20_000, "--quiet").expect(OK)
    assert more.out.startswith(result.out)
    simulate(tmp_path / "limited", "--users", 500, "--events", 12_345)
    truth = json.loads((tmp_path / "limited/truth.json").read_text())
    assert truth["generated"]["counts"]["events"] == 12_345


def test_compressed_files_hold_the_same_text(tmp_path):
    for form in ("none", "gzip", "zstd"):
        simulate(tmp_path / form, *small(compress=form))
    plain = {n: c for n, c in files_of(tmp_path / "none").items() if n.startswith("log_data")}
    assert len(plain) == 5
    for name, content in plain.items():
        assert gzip.decompress((tmp_path / "gzip" / f"{name}.gz").read_bytes()) == content
        unpacked = subprocess.run(
            ["zstd", "-dc", tmp_path / "zstd" / f"{name}.zst"], capture_output=True, check=True
        )
        assert unpacked.stdout == content


def test_tags_and_user_ids_are_for_groups_and_parallel_runs(tmp_path):
    simulate(tmp_path / "a", *small(tag='control "A"'))
    simulate(tmp_path / "b", *small(first_user_id=1001))
    assert {event["tag"] for event in events_of(tmp_path / "a")} == {'control "A"'}
    first = next(events_of(tmp_path / "a"))
    assert list(first) == [*KEYS[:15], "tag", *KEYS[15:]]
    users = {int(event["userId"]) for event in events_of(tmp_path / "b") if event["userId"]}
    assert users <= set(range(1001, 1061)) and len(users) > 30


def test_users_come_and_go(tmp_path):
    simulate(tmp_path / "grown", *small(days=30, growth_rate=12))
    events = list(events_of(tmp_path / "grown"))
    pages = Counter(event["page"] for event in events)
    assert pages["Register"] and pages["Submit Registration"]
    new = {event["userId"] for event in events if event["userId"] and int(event["userId"]) > 60}
    assert len(new) > 15, "60 users grow twelvefold a year, for a month"
    registered = {}
    for event in events:
        if event["userId"] in new:
            registered.setdefault(event["userId"], event["registration"])
            assert event["registration"] == registered[event["userId"]] <= event["ts"]
    simulate(tmp_path / "left", *small(days=30, attrition_rate=60))
    days = Counter(event["ts"] // DAY for event in events_of(tmp_path / "left"))
    assert sum(days[day] for day in sorted(days)[20:]) < sum(days[day] for day in sorted(days)[:5])


def test_songs_of_real_files_are_played(tmp_path, real_data):
    simulate(tmp_path, *small(song_data=real_data / "song_data", unknown_share=0))
    assert not (tmp_path / "song_data").exists()
    names = set()
    for path in (real_data / "song_data").rglob("*.json"):
        names.add(json.loads(path.read_text())["artist_name"])
    heard = {event["artist"] for event in events_of(tmp_path) if event["artist"]}
    assert heard <= names and len(heard) > 40


def chain(config):
    """States and transition matrix of a configuration, a session's end leading to the next one."""
    fields = ("page", "method", "status", "auth", "level")

    def name(state):
        return tuple(state[field] for field in fields)

    steps = defaultdict(Counter)
    for step in config["transitions"]:
        steps[name(step["source"])][name(step["dest"])] += step["p"]
        steps[name(step["dest"])]
    entries = defaultdict(Counter)
    for entry in config["new-session"]:
        entries[(entry["auth"], entry["level"])][name(entry)] += entry["weight"]
    churned = {state for state in steps if state[3] == config.get("churned-state")}
    for state in steps:
        rest = 1 - sum(steps[state].values())
        if state in churned or rest < 1e-9:
            continue
        begins = entries[(state[3], state[4])]
        for begin, weight in begins.items():
            steps[state][begin] += rest * weight / sum(begins.values())
    return steps, entries, churned


def test_page_shares_are_the_stationary_ones_of_the_configuration(tmp_path):
    config = json.loads((ROOT / "assets/simulate/site.json").read_text())
    # Without cancellations users stay, and the chain has a stationary state.
    for step in config["transitions"]:
        if step["dest"]["page"] == "Cancel":
            step["dest"] = step["source"]
    config["transitions"] = [
        step for step in config["transitions"] if step["source"]["page"] != "Cancel"
    ]
    config["beta"] = 20_000  # long lives: where users begin is forgotten
    config["weekend-damping"] = config["damping"] = 0
    path = tmp_path / "stationary.json"
    path.write_text(json.dumps(config))
    steps, entries, _ = chain(config)
    share = dict.fromkeys(steps, 0.0)
    levels = {entry["level"]: entry["weight"] for entry in config["levels"]}
    for (auth, level), begins in entries.items():
        if auth == "Logged In":
            for begin, weight in begins.items():
                share[begin] += levels[level] * weight / sum(begins.values()) / sum(levels.values())
    pages, counted = Counter(), 0
    for _ in range(6000):
        after = dict.fromkeys(steps, 0.0)
        for state, weight in share.items():
            if weight:
                for dest, p in steps[state].items():
                    after[dest] += weight * p
        share = after
    for state, weight in share.items():
        pages[state[0]] += weight
    folder = tmp_path / "data"
    simulate(folder, "--config", path, "--users", 300, "--days", 240, "--seed", 5)
    # The second half, when where users began counts no more.
    found = Counter(
        event["page"]
        for file in sorted((folder / "log_data").rglob("*.json"))[120:]
        for event in map(json.loads, file.read_text().split("\n"))
    )
    counted = sum(found.values())
    assert counted > 400_000
    for page, expected in pages.items():
        if expected < 1e-9:
            assert found[page] == 0
            continue
        # A few hundred users dwell at their level for months: 6 % of a share above one percent,
        # 20 % of a smaller one.
        tolerance = 0.06 if expected > 0.01 else 0.2
        assert abs(found[page] / counted - expected) < tolerance * expected + 2e-4, page


def test_popularity_has_a_long_tail(month):
    plays = Counter(
        (event["artist"], event["song"], event["length"])
        for event in events_of(month)
        if event["page"] == "NextSong"
    )
    ranked = [count for _, count in plays.most_common()]
    total = sum(ranked)
    # 1 / (rank + 10) over some hundred tracks: the first tenth has about a third of the plays.
    top = sum(ranked[: len(ranked) // 10]) / total
    assert 0.22 < top < 0.48
    assert ranked[0] / total < 0.03 and len(ranked) > 250


def test_following_writes_at_the_pace_of_the_clock_and_the_same_bytes(tmp_path):
    live = start(
        "simulate", "--out", tmp_path / "live", "--quiet", "--follow", "--from", "2018-11-01",
        "--speed", 43_200, "--users", 200, "--songs", 50,
    )  # fmt: skip
    seen = []
    for _ in range(8):
        time.sleep(0.5)
        seen.append(sum(len(text) for text in files_of(tmp_path / "live").values()))
    assert seen[1] < seen[4] < seen[7], "it grows while it runs"
    live.send_signal(signal.SIGINT)
    finish(live).expect(OK)
    names = [name for name in files_of(tmp_path / "live") if name.startswith("log_data")]
    assert 2 <= len(names) <= 4, "a day is two seconds"
    simulate(tmp_path / "whole", "--days", 5, "--users", 200, "--songs", 50)
    for name in names[:-1]:
        assert (tmp_path / "live" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    last = (tmp_path / "live" / names[-1]).read_bytes()
    assert (tmp_path / "whole" / names[-1]).read_bytes().startswith(last)
    assert json.loads((tmp_path / "live/truth.json").read_text())["generated"]["counts"]["events"]


def test_an_interrupt_ends_it_without_an_answer_key(tmp_path):
    process = start("simulate", "--out", tmp_path, "--users", 20_000, "--days", 3000, "--quiet")
    while not (tmp_path / "log_data").exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    finish(process).expect_error(INTERRUPTED, "interrupted")
    assert not (tmp_path / "truth.json").exists()


def test_a_closed_pipe_is_told(tmp_path):
    process = start("simulate", "--out", "-", "--users", 1000, "--days", 3000, "--quiet")
    process.stdout.read(1000)
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=60)
    assert process.returncode == UNAVAILABLE, err
    assert b"standard output" in err and b"broken pipe" in err


def test_a_full_disk_is_told(tmp_path):
    with open("/dev/full", "wb") as full:
        process = subprocess.run(
            command_of("simulate", "--quiet", "--out", "-", "--users", 100),
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert process.returncode == UNAVAILABLE, process.stderr
    assert b"no space left on device" in process.stderr

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    process = subprocess.run(
        command_of("simulate", "--quiet", "--out", tmp_path / "out", "--users", 2000),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        preexec_fn=small_files,
    )
    assert process.returncode == UNAVAILABLE, process.stderr
    assert b"2018-11-01-events.json" in process.stderr and b"file too large" in process.stderr
    assert not (tmp_path / "out/truth.json").exists()


def test_a_folder_in_use_is_left_alone(tmp_path):
    simulate(tmp_path, *small())
    before = fingerprint(tmp_path)
    run("simulate", "--out", tmp_path, *small()).expect_error(BAD_DATA, "already holds log_data")
    assert fingerprint(tmp_path) == before


@pytest.mark.parametrize(
    "flags, text",
    [
        ([], "--out is missing"),
        (["--out", "x", "--from", "2018-02-30"], '"2018-02-30" is no date'),
        (["--out", "x", "--from", "yesterday"], '"yesterday" is no date'),
        (["--out", "x", "--from", "1969-12-31"], "lies outside of 2007-01-01"),
        (["--out", "x", "--from", "9999-12-31"], "lies outside of 2007-01-01"),
        (["--out", "x", "--events", "0"], "--events takes a number from 1"),
        (["--out", "x", "--days", "0"], "--days takes a number from 1"),
        (["--out", "x", "--days", "many"], "many"),
        (["--out", "x", "--from", "2199-01-01", "--days", "80000"], "--days takes at most 32099"),
        (["--out", "x", "--tag", "\udcff"], "--tag is no UTF-8"),
        (["--out", "x", "--users", "0"], "--users takes a number from 1"),
        (["--out", "x", "--users", "3000000000"], "--users takes a number from 1"),
        (["--out", "x", "--first-user-id", "2147483647"], "user ids go up to"),
        (["--out", "x", "--days", "3", "--events", "7"], "exclude each other"),
        (["--out", "x", "--unknown-share", "1.5"], "a number from 0 to 1"),
        (["--out", "x", "--growth-rate", "-1"], "--growth-rate takes"),
        (["--out", "x", "--growth-rate", "nan"], "--growth-rate takes"),
        (["--out", "x", "--dirty", "0.5"], "--dirty takes a number from 0 to 0.2"),
        (["--out", "x", "--dirty", "mud=0.1"], 'is no NAME=RATE'),
        (["--out", "x", "--dirty", "late=0.9,malformed=0.9"], "1.8 together"),
        (["--out", "x", "--songs", "0"], "--songs takes a number from 1"),
        (["--out", "x", "--songs", "2000000"], "at most 1000000"),
        (["--out", "x", "--compress", "rar"], "rar"),
        (["--out", "-", "--compress", "gzip"], "--compress"),
        (["--out", "x", "--follow", "--speed", "0"], "--speed takes a number above 0"),
    ],
)  # fmt: skip
def test_wrong_flags_are_named(flags, text, tmp_path):
    run("simulate", *flags, cwd=tmp_path).expect_error(USAGE, text)
    assert not list(tmp_path.iterdir())


def broken_configurations():
    site = json.loads((ROOT / "assets/simulate/site.json").read_text())

    def changed(change):
        copy = json.loads(json.dumps(site))
        change(copy)
        return copy

    def lonely(config):
        home = next(s["source"] for s in site["transitions"] if s["source"]["page"] == "Home")
        config["transitions"].append({"source": home | {"page": "Moon"}, "dest": home, "p": 0.5})

    yield "a probability over 1", changed(lambda c: c["transitions"][0].update(p=1.2)), "1.2"
    yield "an unreachable state", changed(lonely), "Moon"
    yield "an unknown key", changed(lambda c: c.update({"sesion-gap": 3})), "sesion-gap"
    yield "an impossible date", changed(lambda c: c.update({"start-date": "2018-13-01"})), "2018-13"
    yield (
        "an end before the start",
        changed(lambda c: c.update({"start-date": "2018-11-02", "end-date": "2018-11-01"})),
        "end-date",
    )


@pytest.mark.parametrize(
    "config, text", [pytest.param(c, t, id=name) for name, c, t in broken_configurations()]
)
def test_wrong_configurations_are_named(config, text, tmp_path):
    path = tmp_path / "site.json"
    path.write_text(json.dumps(config, indent=1))
    out = tmp_path / "out"
    run("simulate", "--config", path, "--out", out).expect_error(USAGE, text)
    assert not out.exists()


def test_a_configuration_that_is_missing_or_no_json(tmp_path):
    run("simulate", "--config", tmp_path / "no.json", "--out", tmp_path / "out").expect_error(
        BAD_DATA, "no.json"
    )
    (tmp_path / "bad.json").write_text('{"seed": 1,\n  "alpha" 90}')
    run("simulate", "--config", tmp_path / "bad.json", "--out", tmp_path / "out").expect_error(
        USAGE, "bad.json:2:"
    )


@pytest.mark.parametrize("name", ["example", "guitar"])
def test_configurations_of_eventsim_run_unchanged(name, tmp_path, real_data):
    config = real_data / f"eventsim/{name}-config.json"
    simulate(tmp_path, "--config", config, "--users", 100, "--days", 10, "--growth-rate", 1)
    pages = Counter(event["page"] for event in events_of(tmp_path))
    described = {s["dest"]["page"] for s in json.loads(config.read_text())["transitions"]}
    assert set(pages) <= described and pages["NextSong"] > 1000
    assert json.loads((tmp_path / "truth.json").read_text())["settings"]["seed"] in (1, 131)
