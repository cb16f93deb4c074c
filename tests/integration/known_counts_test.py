"""The 30 real logs with the 71 songs: every count that docs/warehouse.md names, and the whole star.

Needs the real files; SPARKIFY_REAL_DATA names the folder that holds log_data, song_data and
log_json_path.json.
"""

import random
import shutil
from datetime import datetime

import pytest
import reference
from eventfiles import write

KNOWN_COUNTS = {
    "select count(*) from events": 8056,
    "select count(*) from songplays": 6820,
    "select count(distinct songplay_id) from songplays": 6820,
    "select count(*) from users": 97,
    "select count(distinct user_id) from songplays": 96,
    "select count(*) from time": 6813,
    "select count(*) from songs": 71,
    "select count(*) from artists": 69,
    "select count(*) from sessions": 941,
    "select count(*) from user_history": 106,
    "select count(*) from user_history where is_current and level = 'free'": 75,
    "select count(*) from user_history where is_current and level = 'paid'": 22,
    "select count(*) from level_changes": 9,
    "select count(*) from level_changes where kind = 'upgrade' and evidence = 'observed'": 8,
    "select count(*) from level_changes where kind = 'downgrade' and evidence = 'observed'": 1,
    "select count(*) from songplays where match_method = 'title+artist+duration'": 1,
    "select count(*) from songplays where match_method = 'artist'": 20,
    "select count(*) from songplays where match_method = 'title+artist'": 0,
    "select count(*) from songplays where match_method is null": 6799,
    "select count(*) from songplays where song_id is not null": 1,
    "select count(listened_seconds) from songplays": 6151,
    "select count(*) from songplays where listened_seconds < 30": 197,
    "select count(*) from songplays where level = 'free'": 1229,
    "select count(*) from songplays where level = 'paid'": 5591,
    "select count(*) from events where user_id is null": 286,
    "select sum(event_count) from user_days": 8056 - 286,
    "select sum(play_count) from user_days": 6820,
    "select sum(play_count) from sessions": 6820,
    "select sum(event_count) from sessions": 8056,
}
FIRST_PLAY = datetime(2018, 11, 1, 21, 1, 46, 796000)


@pytest.fixture(scope="module")
def sources(real_data):
    logs = sorted((real_data / "log_data").rglob("*.json"))
    songs = sorted((real_data / "song_data").rglob("*.json"))
    assert (len(logs), len(songs)) == (30, 71)
    return logs, songs


@pytest.fixture(scope="module")
def expected_star(sources):
    expected = reference.Warehouse()
    expected.load(*sources)
    return expected.star()


def expect_known(warehouse, expected_star):
    texts = list(KNOWN_COUNTS)
    together = ", ".join(f"({text}) as c{index}" for index, text in enumerate(texts))
    (row,) = warehouse.query(f"select {together}")
    found = {text: int(row[f"c{index}"]) for index, text in enumerate(texts)}
    assert found == KNOWN_COUNTS
    first = warehouse.value("select min(start_time) as first from songplays")
    assert datetime.fromisoformat(first) == FIRST_PLAY
    warehouse.expect_star(expected_star)
    warehouse.expect_green()


def test_one_load_gives_the_known_counts(real_data, warehouse, expected_star):
    warehouse.load(real_data / "log_data", real_data / "song_data")
    expect_known(warehouse, expected_star)
    (load,) = warehouse.loads()
    assert (load["files_loaded"], load["rows_read"], load["rejects"]) == (101, 8056 + 71, 0)


def test_one_load_through_jsonpaths_gives_the_known_counts(real_data, warehouse, expected_star):
    paths = real_data / "log_json_path.json"
    warehouse.load(real_data / "log_data", real_data / "song_data", "--log-jsonpath", paths)
    expect_known(warehouse, expected_star)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_load_for_each_log_in_any_order_gives_the_known_counts(
    seed, sources, warehouse, expected_star, tmp_path
):
    logs, songs = sources
    draw = random.Random(seed)
    order = [*logs, *draw.sample(logs, 5)]
    draw.shuffle(order)
    for number, path in enumerate(order):
        day = tmp_path / f"day{number}"
        day.mkdir()
        shutil.copyfile(path, day / path.name)
        if draw.random() < 0.2:  # together with a day from before
            again = draw.choice(order[: number + 1])
            shutil.copyfile(again, day / again.name)
        warehouse.load(day)
    halves = draw.sample(songs, len(songs))
    for number, half in enumerate([halves[:35], halves[35:]]):
        for path in half:
            write(tmp_path / f"songs{number}" / path.name, path.read_bytes())
        warehouse.load(None, tmp_path / f"songs{number}")
    expect_known(warehouse, expected_star)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_copies_give_the_known_counts(
    suffix, sources, warehouse, expected_star, tmp_path
):
    logs, songs = sources
    for path in logs:
        write(tmp_path / "logs" / (path.name + suffix), path.read_bytes())
    for path in songs:
        write(tmp_path / "songs" / (path.name + suffix), path.read_bytes())
    warehouse.load(tmp_path / "logs", tmp_path / "songs")
    expect_known(warehouse, expected_star)


def test_a_second_run_finds_nothing_new(real_data, warehouse, expected_star):
    for _ in range(2):
        warehouse.load(real_data / "log_data", real_data / "song_data")
    expect_known(warehouse, expected_star)
    assert len(warehouse.loads()) == 1
