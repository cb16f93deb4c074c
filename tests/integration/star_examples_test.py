"""Rules of the star by example: rows written by hand, without the reference."""

import pytest
from eventfiles import START, event, play, song, write_events, write_song

SECOND = 1000
PAID, FREE = {"level": "paid"}, {"level": "free"}


def at(seconds):
    return START + seconds * SECOND


def on(session_events):
    """Numbers events and puts them a given count of seconds after the start."""
    return [
        event(item=number, ts=at(seconds), **changes)
        for number, (seconds, changes) in enumerate(session_events)
    ]


def load(warehouse, folder, events, *songs):
    write_events(folder / "logs/a.json", events)
    if songs:
        write_song(folder / "songs/a.json", *songs)
    warehouse.load(folder / "logs", folder / "songs" if songs else None)


def seconds_after_start(text):
    """21:01:46.796 and on, as 0 and on; the end of time as None."""
    if text.startswith("9999-12-31"):
        return None
    hours, minutes, seconds = text.split(" ")[1].split(":")
    return round(int(hours) * 3600 + int(minutes) * 60 + float(seconds) - 75706.796, 3)


def history(warehouse):
    rows = warehouse.query(
        "select level, valid_from, valid_to, is_current from user_history "
        "order by user_id, valid_from"
    )
    for row in rows:
        assert row["is_current"] == row["valid_to"].startswith("9999-12-31")
    return [
        (row["level"], seconds_after_start(row["valid_from"]), seconds_after_start(row["valid_to"]))
        for row in rows
    ]


def changes(warehouse):
    rows = warehouse.query(
        "select changed_at, from_level, to_level, kind, evidence from level_changes "
        "order by user_id, changed_at"
    )
    return [(seconds_after_start(row.pop("changed_at")), *row.values()) for row in rows]


CANCEL = {"page": "Cancellation Confirmation"}
LEVELS = {
    "an_upgrade_with_its_submit_is_observed": (
        [(0, FREE), (5, {"page": "Submit Upgrade"}), (6, PAID)],
        [("free", 0, 6), ("paid", 6, None)],
        [(6, "free", "paid", "upgrade", "observed")],
    ),
    "an_upgrade_without_a_submit_is_inferred": (
        [(0, FREE), (5, {"page": "Upgrade"}), (6, PAID)],
        [("free", 0, 6), ("paid", 6, None)],
        [(6, "free", "paid", "upgrade", "inferred")],
    ),
    "an_upgrade_after_the_other_submit_is_inferred": (
        [(0, FREE), (5, {"page": "Submit Downgrade"}), (6, PAID)],
        [("free", 0, 6), ("paid", 6, None)],
        [(6, "free", "paid", "upgrade", "inferred")],
    ),
    "a_downgrade_with_its_submit_is_observed": (
        [(0, PAID | {"page": "Submit Downgrade"}), (1, FREE)],
        [("paid", 0, 1), ("free", 1, None)],
        [(1, "paid", "free", "downgrade", "observed")],
    ),
    "a_submit_alone_changes_nothing": (
        [(0, FREE), (5, {"page": "Submit Upgrade"})],
        [("free", 0, None)],
        [],
    ),
    "a_cancellation_closes_the_stay_and_a_return_opens_one": (
        [(0, PAID), (5, PAID | CANCEL), (9, FREE)],
        [("paid", 0, 5), ("cancelled", 5, 9), ("free", 9, None)],
        [(5, "paid", "cancelled", "cancel", "observed"), (9, "cancelled", "free", "return")],
    ),
    "a_cancelled_auth_is_a_cancellation": (
        [(0, FREE), (5, FREE | {"auth": "Cancelled"})],
        [("free", 0, 5), ("cancelled", 5, None)],
        [(5, "free", "cancelled", "cancel", "observed")],
    ),
    "a_cancellation_as_first_event_is_a_change_of_its_own_level": (
        [(0, PAID | CANCEL)],
        [("cancelled", 0, None)],
        [(0, "paid", "cancelled", "cancel", "observed")],
    ),
    "a_stay_of_no_length_is_dropped_and_its_neighbours_joined": (
        [(0, FREE), (5, PAID), (5, FREE), (9, FREE)],
        [("free", 0, None)],
        [],
    ),
    "a_first_stay_of_no_length_is_dropped": (
        [(0, FREE), (0, PAID), (9, PAID)],
        [("paid", 0, None)],
        [],
    ),
    "an_event_of_unknown_level_opens_no_stay": (
        [(0, {"level": None}), (1, FREE), (2, {"level": None}), (3, FREE)],
        [("free", 1, None)],
        [],
    ),
    "a_cancellation_of_unknown_level_still_cancels": (
        [(0, FREE), (5, CANCEL | {"level": None})],
        [("free", 0, 5), ("cancelled", 5, None)],
        [(5, None, "cancelled", "cancel", "observed")],
    ),
}


@pytest.mark.parametrize("splits", ["in_one_load", "in_order", "backwards"])
@pytest.mark.parametrize("name", LEVELS)
def test_level_history(name, splits, warehouse, tmp_path):
    steps, expected_history, expected_changes = LEVELS[name]
    events = on(steps)
    if splits == "in_one_load":
        load(warehouse, tmp_path, events)
    else:
        for number, one in enumerate(events if splits == "in_order" else events[::-1]):
            load(warehouse, tmp_path / f"{number}", [one])
    assert history(warehouse) == expected_history
    found = changes(warehouse)
    assert [row[: len(want)] for row, want in zip(found, expected_changes, strict=True)] == (
        expected_changes
    )
    warehouse.expect_green()


def listened(warehouse):
    rows = warehouse.query("select listened_seconds from songplays order by item_in_session")
    return [row["listened_seconds"] for row in rows]


def test_listening_ends_with_the_song_or_the_next_event_of_the_session(warehouse, tmp_path):
    events = [
        play(item=0, ts=at(0), length=100.25),
        play(item=1, ts=at(40), length=100.25),
        event(item=2, ts=at(500), page="Home"),
        play(item=3, ts=at(501), length=None),
        play(item=4, ts=at(600), length=100.25),
        play(session=140, item=5, ts=at(610), length=100.25),
    ]
    load(warehouse, tmp_path, events)
    assert listened(warehouse) == [40, 100.25, None, None, None]


def test_a_late_event_closes_an_open_play_and_shortens_a_closed_one(warehouse, tmp_path):
    load(warehouse, tmp_path / "1", [play(item=0, ts=at(0), length=100.25)])
    assert listened(warehouse) == [None]
    load(warehouse, tmp_path / "2", [event(item=2, ts=at(90))])
    assert listened(warehouse) == [90]
    load(warehouse, tmp_path / "3", [event(user=None, item=1, ts=at(20))])
    assert listened(warehouse) == [20]


def test_a_session_knows_the_last_that_was_told_of_its_visitor(warehouse, tmp_path):
    events = [
        event(user=None, item=0, ts=at(0), level="free"),
        event(user=8, item=1, ts=at(1), location="Lima, OH", userAgent="One"),
        play(user=8, item=2, ts=at(2), location="  ", userAgent="Two"),
        event(user=8, item=3, ts=at(3), location=None, page="Roll Advert"),
        event(user=None, item=4, ts=at(4), page="Error", status=404, level="paid"),
        event(user=None, item=5, ts=at(5), page="Help", status=500, level=None),
    ]
    load(warehouse, tmp_path, events)
    (row,) = warehouse.query("select * from sessions")
    started, ended = row.pop("started_at"), row.pop("ended_at")
    assert (seconds_after_start(started), seconds_after_start(ended)) == (0, 5)
    assert row.pop("user_agent").startswith('"Mozilla/5.0')
    assert row == {
        "session_id": 139,
        "user_id": 8,
        "event_count": 6,
        "play_count": 1,
        "ad_count": 1,
        "error_count": 2,
        "level_start": "free",
        "level_end": None,
        "location": "Lima, OH",
    }


def test_a_user_is_as_of_the_last_event_with_its_nulls(warehouse, tmp_path):
    events = [
        event(item=1, ts=at(9), firstName="Sylvie", lastName=None, gender=None, level="paid"),
        event(item=0, ts=at(9), firstName="Ann", gender="F"),
        event(item=7, ts=at(3), firstName="Eve", gender="F"),
    ]
    for number, one in enumerate(events):
        load(warehouse, tmp_path / f"{number}", [one])
    (row,) = warehouse.query("select first_name, last_name, gender, level from users")
    assert list(row.values()) == ["Sylvie", None, None, "paid"]


def test_an_artist_goes_by_the_name_and_place_that_most_songs_carry(warehouse, tmp_path):
    def credited(number, name, place="", latitude=None, longitude=None):
        return song(
            f"SO{number}",
            "AR1",
            title=f"T{number}",
            artist_name=name,
            artist_location=place,
            artist_latitude=latitude,
            artist_longitude=longitude,
        )

    load(
        warehouse,
        tmp_path,
        [play()],
        credited(1, "Kid Cudi / Kanye West", "Chicago, IL", 41.8, -87.6),
        credited(2, "Kid Cudi", "  ", 41.5, -81.7),
        credited(3, "Kid Cudi / Kanye West", "Cleveland, OH", 41.5, None),
        credited(4, "Kid Cudi", "Cleveland, OH", None, -81.7),
        credited(5, "Kid Cudi / Common"),
    )
    assert warehouse.query("select * from artists") == [
        {
            "artist_id": "AR1",
            "name": "Kid Cudi",
            "location": "Cleveland, OH",
            "latitude": 41.5,
            "longitude": -81.7,
        }
    ]


def test_of_records_with_one_song_id_the_greatest_stays(warehouse, tmp_path):
    records = [
        song("SO1", "AR2", title="B", year=1999),
        song("SO1", "AR1", title="B", year=2005),
        song("SO1", "AR9", title=None, year=2018),
        song("SO1", "AR9", title="A", year=2018),
    ]
    for number, record in enumerate(records):
        load(warehouse, tmp_path / f"{number}", [play()], record)
    (row,) = warehouse.query("select title, artist_id, year from songs")
    assert list(row.values()) == ["B", "AR2", 1999]
    assert warehouse.query("select artist_id from artists") == [{"artist_id": "AR2"}]


def test_numbers_become_text_as_they_are_written(warehouse, tmp_path):
    write_events(
        tmp_path / "logs/a.json",
        [
            b'{"page":"NextSong","ts":1541106106796,"sessionId":1,"itemInSession":0,"userId":"8",'
            b'"song":1986,"artist":1e2,"location":-0.50}'
        ],
    )
    warehouse.load(tmp_path / "logs")
    (row,) = warehouse.query("select song_title, artist_name, location from songplays")
    assert list(row.values()) == ["1986", "1e2", "-0.50"]


def test_time_tells_the_iso_week_the_calendar_year_and_sunday_as_zero(warehouse, tmp_path):
    # Sunday, 2017-01-01, is in week 52 of 2016.
    load(warehouse, tmp_path, [play(ts=1483228799000 + 1000 + 5 * 3600_000)])
    (row,) = warehouse.query("select hour, day, week, month, year, weekday from time")
    assert list(row.values()) == [5, 1, 52, 1, 2017, 0]


def test_a_play_of_a_visitor_is_an_event_but_no_songplay(warehouse, tmp_path):
    load(warehouse, tmp_path, [play(user=None)])
    for table, count in {"events": 1, "sessions": 1, "songplays": 0, "time": 0, "users": 0}.items():
        assert warehouse.value(f"select count(*) from {table}") == count
    assert warehouse.value("select play_count from sessions") == 0


def test_a_day_of_a_user_counts_what_was_heard_for_free(warehouse, tmp_path):
    events = [
        play(item=0, ts=at(0), length=50.5, level="free"),
        event(item=1, ts=at(60), page="Roll Advert", level="free"),
        event(item=2, ts=at(70), page="Thumbs Up", level="free"),
        event(item=3, ts=at(71), page="Submit Upgrade", level="free"),
        play(item=4, ts=at(80), length=200, level="paid"),
        event(item=5, ts=at(100), page="Thumbs Down", level="paid"),
        event(item=6, ts=at(86_400), page="Error", status=404, level="paid"),
    ]
    load(warehouse, tmp_path, events)
    rows = warehouse.query("select * from user_days order by day")
    for row in rows:
        row.pop("user_id"), row.pop("day")
    assert [list(row.values()) for row in rows] == [
        ["paid", 6, 2, 1, 1, 1, 0, 70.5, 4, 1, 1, 50.5],
        ["paid", 1, 0, 0, 0, 0, 1, None, 0, 0, 0, None],
    ]


@pytest.mark.parametrize(
    ("missing", "expected"), [("song", [None, "AR1", "artist"]), ("artist", [None, None, None])]
)
def test_a_play_without_a_title_matches_its_artist_and_without_an_artist_nothing(
    missing, expected, warehouse, tmp_path
):
    load(warehouse, tmp_path, [play(**{missing: None})], song("SO1", "AR1"))
    (row,) = warehouse.query("select song_id, artist_id, match_method from songplays")
    assert list(row.values()) == expected
