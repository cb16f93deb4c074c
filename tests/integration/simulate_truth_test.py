"""What the generator says it made is what a warehouse holds of it."""

import json
import re
import shutil

import pytest
from program import CHECK_FAILED, OK, TOO_MANY_REJECTS, run

EVERY_KIND = (
    "malformed wrong-type repeated redelivered late double-encoded late-songs repeated-songs "
    "several-names"
).split()


def simulate(folder, **flags):
    words = [word for name, value in flags.items() for word in ("--" + name, value)]
    run("simulate", "--out", folder, "--quiet", *words).expect(OK)
    return json.loads((folder / "truth.json").read_text())


def test_a_clean_month_is_what_its_answer_key_says(tmp_path, warehouse):
    truth = simulate(tmp_path / "data", users=150, songs=120, seed=11)
    assert truth["generated"].pop("dirt") == dict.fromkeys(
        "malformed wrong_type repeated redelivered late repeated_songs late_songs".split(), 0
    )
    assert truth["warehouse"]["counts"].pop("rejects") == 0
    assert truth["warehouse"]["counts"].pop("duplicates") == 0
    assert truth["generated"] == truth["warehouse"]
    assert truth["warehouse"]["counts"]["songplays"] > 5_000
    assert all(truth["warehouse"]["plays_by_match"].values())
    warehouse.load(tmp_path / "data/log_data", tmp_path / "data/song_data")
    warehouse.expect_green()
    warehouse.run("check", "--truth", tmp_path / "data/truth.json").expect(OK)


def test_events_without_songs_break_only_lines_about_songs(tmp_path, warehouse):
    simulate(tmp_path / "data", users=40, days=6, songs=30)
    warehouse.load(tmp_path / "data/log_data")
    result = warehouse.run("check", "--truth", tmp_path / "data/truth.json").expect(CHECK_FAILED)
    failed = set(re.findall(r"^ (\w+) +\| failed", result.out, re.M))
    assert failed == {"counts", "plays_by_match"}, str(result)


def counts(truth):
    return truth["warehouse"]["counts"]


@pytest.fixture(scope="module")
def dirty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dirty")
    return folder, simulate(folder, users=250, songs=150, seed=5, dirty=0.03)


def test_planted_dirt_is_counted(dirty):
    folder, truth = dirty
    dirt, generated = truth["generated"]["dirt"], truth["generated"]["counts"]
    for name, count in dirt.items():
        whole = truth["generated"]["counts"]["songs" if "songs" in name else "events"]
        assert 0.4 * 0.03 * whole < count < 2.2 * 0.03 * whole, name
    lost = dirt["malformed"] + dirt["wrong_type"]
    assert counts(truth)["events"] == generated["events"] - lost
    assert counts(truth)["rejects"] == lost

    def lines(pattern):
        return [line for path in folder.glob(pattern) for line in path.read_bytes().split(b"\n")]

    assert len(lines("log_data/*/*/*-events-again.json")) == dirt["redelivered"]
    assert len(lines("late/log_data/*/*/*-events.json")) == dirt["late"]
    first = lines("log_data/*/*/*-events.json")
    assert len(first) == generated["events"] - dirt["late"] + dirt["repeated"]
    whole = [line for line in first if line.startswith(b"{") and line.endswith(b'"}')]
    assert len(whole) - len(set(whole)) == dirt["repeated"]
    assert len(list(folder.glob("late/song_data/*/*/*/*.json"))) >= dirt["late_songs"]
    assert len(list(folder.rglob("TR*-again.json"))) == dirt["repeated_songs"]
    text = b"\n".join(first)
    assert re.search(rb"\\u00c3\\u00", text), "double-encoded text"
    songs = [json.loads(path.read_text()) for path in folder.glob("song_data/*/*/*/*.json")]
    names = {(song["artist_id"], song["artist_name"]) for song in songs}
    assert len(names) > len({artist for artist, _ in names}), "artists under several names"


def test_spoilt_events_change_nothing_of_what_is_generated(tmp_path):
    flags = {"users": 120, "songs": 150, "seed": 5}
    clean = simulate(tmp_path / "clean", **flags)["generated"]
    spoilt = simulate(tmp_path / "spoilt", **flags, dirty="malformed=0.1,late=0.1,repeated=0.1")
    assert spoilt["generated"].pop("dirt")["malformed"] > 0
    assert spoilt["generated"].items() <= clean.items()


def test_a_dirty_month_is_what_its_answer_key_says(dirty, warehouse):
    folder, truth = dirty
    key = folder / "truth.json"
    rejects = counts(truth)["rejects"]
    logs, songs = folder / "log_data", folder / "song_data"
    warehouse.etl(logs, songs, "--max-rejects", rejects - 1).expect_error(TOO_MANY_REJECTS)
    warehouse.load(logs, songs, "--max-rejects", rejects)
    warehouse.expect_green()
    early = warehouse.run("check", "--truth", key).expect(CHECK_FAILED)
    assert "counts" in early.out, "what is late is not there yet"
    warehouse.load(folder / "late/log_data", folder / "late/song_data")
    warehouse.expect_green()
    warehouse.run("check", "--truth", key).expect(OK)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_each_kind_of_dirt_alone(kind, tmp_path, warehouse):
    folder = tmp_path / "data"
    truth = simulate(folder, users=40, days=8, songs=60, seed=2, dirty=f"{kind}=0.2")
    (folder / "late/log_data").mkdir(parents=True, exist_ok=True)
    (folder / "late/song_data").mkdir(parents=True, exist_ok=True)
    # Everything at one go, as a first load of a bucket would take it.
    shutil.move(folder / "late/log_data", folder / "log_data/late")
    shutil.move(folder / "late/song_data", folder / "song_data/late")
    flags = ["--max-rejects", counts(truth)["rejects"]]
    warehouse.load(folder / "log_data", folder / "song_data", *flags)
    warehouse.expect_green()
    warehouse.run("check", "--truth", folder / "truth.json").expect(OK)


def test_real_songs_are_matched_as_the_key_says(tmp_path, warehouse, real_data):
    songs = real_data / "song_data"
    truth = simulate(tmp_path / "data", users=80, **{"song-data": songs})
    assert counts(truth)["songs"] == 71
    warehouse.load(tmp_path / "data/log_data", songs)
    warehouse.run("check", "--truth", tmp_path / "data/truth.json").expect(OK)
