"""Reports beside the simulator's answer key, at a million events, and beside the real logs."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from program import OK, Warehouse, run
from reports import rows_of

MILLION = 1_000_000


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated")
    flags = ["--events", MILLION, "--users", 3000, "--songs", 3000, "--seed", 11, "--quiet"]
    run("simulate", "--out", folder / "data", *flags).expect(OK)
    warehouse = Warehouse(folder / "simulated.duckdb")
    warehouse.load(folder / "data/log_data", folder / "data/song_data")
    return warehouse, json.loads((folder / "data/truth.json").read_text())["warehouse"]


def test_counts_by_kind_are_those_of_the_answer_key(simulated):
    warehouse, truth = simulated

    def counts(name, key, count):
        return {key(row): count(row) for row in rows_of(warehouse, name)}

    assert truth["plays_by_weekday"] == counts(
        "plays_by_weekday", lambda r: str(r[0]), lambda r: r[2]
    )
    assert truth["plays_by_weekday_and_hour"] == counts(
        "heat_map", lambda r: f"{r[0]} {r[1]}", lambda r: r[2]
    )
    assert truth["plays_by_level"] == counts("plays_per_user", lambda r: r[0], lambda r: r[2])
    assert {k: n for k, n in truth["plays_by_match"].items() if n} == counts(
        "catalogue_match", lambda r: r[0], lambda r: r[1]
    )
    tables = counts("table_rows", lambda r: r[0], lambda r: r[1])
    tables["user_history_versions"] = tables.pop("user_history")
    tables.pop("time")
    assert tables.items() <= truth["counts"].items()


@pytest.mark.parametrize("name, section, width", [("top_songs", 1, 3), ("top_artists", 1, 2)])
def test_rankings_are_those_of_the_answer_key(name, section, width, simulated):
    warehouse, truth = simulated
    found = {": ".join(r[section:width]): r[width] for r in rows_of(warehouse, name)}
    expected = truth[name]
    assert sorted(found.values()) == sorted(expected.values())
    # Who comes last among equals is decided by listeners here, by name there.
    last = min(expected.values())
    assert {k: n for k, n in found.items() if n > last} == {
        k: n for k, n in expected.items() if n > last
    }


def test_changes_of_level_are_those_of_the_answer_key(simulated):
    warehouse, truth = simulated
    changes, weeks = truth["level_changes"], rows_of(warehouse, "paid_net_adds")
    assert sum(row[1] for row in weeks) == changes["upgrade observed"] > 0
    assert sum(row[2] for row in weeks) == changes.get("downgrade observed", 0)
    paid_cancellations = sum(row[3] for row in weeks)
    free_cancellations = sum(row[4] for row in rows_of(warehouse, "churn_rate"))
    assert paid_cancellations + free_cancellations == changes["cancel observed"] > 0
    assert sum(row[5] for row in weeks) == 0


def test_pages_are_those_of_the_answer_key(simulated):
    warehouse, truth = simulated
    pages = truth["events_by_page_and_level"]
    weeks = rows_of(warehouse, "ad_load")
    assert sum(row[1] for row in weeks) == pages["Roll Advert, free"] > 0
    assert sum(row[2] for row in weeks) == pages["NextSong, free"]
    free, paid = rows_of(warehouse, "sentiment")
    assert free[1:3] == [pages["Thumbs Up, free"], pages["Thumbs Down, free"]]
    assert paid[4] == pytest.approx(
        100 * pages["Add to Playlist, paid"] / pages["NextSong, paid"], abs=1e-9
    )
    errors = sum(n for page, n in pages.items() if page.startswith("Error, "))
    assert sum(row[2] for row in rows_of(warehouse, "error_rate")) == errors > 0


def test_daily_users_are_those_who_were_there_and_played(simulated):
    warehouse, truth = simulated
    there = truth["daily_active_users"]
    rows = rows_of(warehouse, "active_users")
    assert {row[0]: row[4] for row in rows if row[4]} == there
    days = {row[0]: row[1] for row in rows}
    assert all(0 < days[day] <= users for day, users in there.items())


@pytest.mark.parametrize(
    "name, column, flags",
    [
        ("plays_by_weekday", 2, []),
        ("heat_map", 2, []),
        ("plays_per_user", 2, []),
        ("metros", 3, ["--top", MILLION]),
        ("devices", 4, []),
        ("catalogue_match", 1, []),
        ("top_songs", 3, ["--top", MILLION]),
        ("top_artists", 2, ["--top", MILLION]),
        ("user_activity", 5, ["--top", MILLION]),
    ],
)
def test_rows_of_a_report_add_up_to_all_plays(name, column, flags, simulated):
    warehouse, truth = simulated
    assert truth["counts"]["events"] == MILLION
    rows = rows_of(warehouse, name, *flags)
    assert sum(row[column] for row in rows) == truth["counts"]["songplays"]


def test_concentration_is_over_all_plays(simulated):
    warehouse, truth = simulated
    found = {row[0]: row for row in rows_of(warehouse, "concentration")}
    assert {row[2] for row in found.values()} == {truth["counts"]["songplays"]}
    assert found["artists"][1] < found["songs"][1]


def test_users_are_all_accounted_for(simulated):
    warehouse, truth = simulated
    users, changes = truth["counts"]["users"], truth["level_changes"]
    assert not any(change.startswith("return") for change in changes)
    day, paid, free, live, _ = rows_of(warehouse, "paid_share")[-1]
    assert day == max(truth["daily_active_users"])
    assert paid + free == live == users - changes["cancel observed"]
    ((converted, not_converted, *_),) = rows_of(warehouse, "time_to_convert")
    ((were_free, of_free, _),) = rows_of(warehouse, "conversion_rate")
    assert converted + not_converted == were_free < users
    seen_free = "select count(distinct user_id) from events where level = 'free'"
    assert were_free == warehouse.value(seen_free)
    assert 0 < of_free == converted <= changes["upgrade observed"]
    groups = {row[0]: row[1] for row in rows_of(warehouse, "before_upgrade")}
    assert groups["upgraded"] == converted


def test_cancellations_are_those_of_the_answer_key(simulated):
    warehouse, truth = simulated
    free = sum(row[4] for row in rows_of(warehouse, "churn_rate"))
    of_paid = rows_of(warehouse, "downgrade_funnel")[-1][2]
    assert of_paid + free == truth["events_by_page"]["Cancellation Confirmation"]
    funnel = [row[2] for row in rows_of(warehouse, "upgrade_funnel")]
    assert 0 < funnel[2] <= truth["events_by_page"]["Submit Upgrade"]


def test_events_and_sessions_are_those_of_the_answer_key(simulated):
    warehouse, truth = simulated
    days = rows_of(warehouse, "error_rate")
    assert sum(row[1] for row in days) == MILLION
    assert [row[0] for row in days] == sorted(truth["daily_active_users"])
    sessions = sum(row[1] for row in rows_of(warehouse, "sessions"))
    # Visitors who never log in have sessions, too.
    assert 0.9 * truth["counts"]["sessions"] < sessions <= truth["counts"]["sessions"]
    weeks = {}
    for week, state, users in rows_of(warehouse, "lifecycle"):
        weeks[week] = weeks.get(week, 0) + (users if state != "dormant" else 0)
    there = truth["weekly_active_users"]
    # Nobody can be told to be new in the first week.
    assert weeks.keys() <= there.keys() - {min(there)}
    assert all(0.9 * there[week] < users <= there[week] for week, users in weeks.items())


@pytest.fixture(scope="module")
def november(real_data, tmp_path_factory):
    warehouse = Warehouse(tmp_path_factory.mktemp("november") / "november.duckdb")
    warehouse.load(real_data / "log_data", real_data / "song_data")
    return warehouse


def raw_plays_by_weekday(folder):
    """Counted in the files themselves; 0 is Sunday."""
    found = Counter()
    for path in folder.glob("log_data/**/*.json"):
        for line in path.read_text().splitlines():
            row = json.loads(line)
            if row["page"] == "NextSong" and row["userId"]:
                found[datetime.fromtimestamp(row["ts"] / 1000, UTC).isoweekday() % 7] += 1
    return found


def test_november_2018_is_what_was_measured_of_it(november, real_data):
    """Figures found with other tools before the reports were written."""

    def only(name, *flags):
        return rows_of(november, name, *flags)

    assert only("concentration")[0] == ["users", 96, 6820, pytest.approx(0.753, abs=5e-4)]
    assert [row[2] for row in only("upgrade_funnel")][1:] == [15, 7, 7]
    changes = [sum(column) for column in zip(*(r[1:4] for r in only("paid_net_adds")), strict=True)]
    assert changes == [8, 1, 0]
    assert only("paid_share")[-1][1:4] == [22, 75, 97]
    # 83 of the 97 users have an event while free.
    assert only("time_to_convert")[0][:2] == [8, 83 - 8]
    levels = {row[0]: row[1:] for row in only("plays_per_user")}
    assert (levels["free"][1], levels["paid"][:2]) == (1229, [22, 5591])
    skips = only("skip_rate")
    assert sum(row[1] for row in skips) == 6151
    assert round(skips[1][3], 3) == 0.027
    assert [row[2] for row in only("downgrade_funnel")] == [22, 17, 1, 0, 0]
    assert dict(only("table_rows")) == {
        "events": 8056,
        "songplays": 6820,
        "time": 6813,
        "sessions": 941,
        "user_history": 106,
        "users": 97,
        "songs": 71,
        "artists": 69,
        "level_changes": 9,
    }
    assert [(row[0], row[1]) for row in only("catalogue_match")] == [
        ("none", 6799),
        ("artist", 20),
        ("title+artist+duration", 1),
    ]
    assert {row[0]: row[2] for row in only("plays_by_weekday")} == raw_plays_by_weekday(real_data)
    assert all(row[3] is None for row in only("sentiment")), "the sample has no thumbs"
    assert sum(row[1] for row in only("ad_load")) == 0, "nor adverts"
