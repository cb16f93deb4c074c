"""Reports where periods, weeks and days begin and end, and where what decides a figure was lost."""

import re

import pytest
from eventfiles import play, song, write_events, write_song
from program import ROOT
from reports import SONGS, close, events_of, rows_of


def load(warehouse, folder, sessions):
    write_events(folder / "logs/all.json", events_of(sessions))
    warehouse.load(folder / "logs")
    warehouse.expect_green()


def rows_behind(warehouse, name, **values):
    """A file of sql/report/rows with its keys and parameters as literals."""
    text = (ROOT / f"sql/report/rows/{name}.sql").read_text()
    for key, value in values.items():
        literal = value if isinstance(value, int) else f"'{value}'"
        text = re.sub(rf"(?<!:):{key}\b", str(literal), text)
    return warehouse.query(text)


def users_behind(warehouse, name, **values):
    return sorted(row["user_id"] for row in rows_behind(warehouse, name, **values))


def test_who_was_paid_churns_whatever_the_cancellation_says(warehouse, tmp_path):
    """The file with user 1's downgrade was lost: the cancellation is of a free user."""
    load(
        warehouse,
        tmp_path,
        [
            ((1, 1), "2018-10-20 10:00:00 paid Home"),
            ((2, 1), "2018-11-05 10:00:00 free Cancellation Confirmation"),
            ((3, 2), "2018-10-21 10:00:00 paid Home"),
            ((4, 3), "2018-10-21 10:00:00 free Home"),
            ((5, 3), "2018-11-06 10:00:00 free Cancellation Confirmation"),
        ],
    )
    assert rows_of(warehouse, "churn_rate") == [
        ["2018-10-01", 0, 0, None, 0],
        ["2018-11-01", 2, 1, 0.5, 2],
    ]
    november = {"month": "2018-11-01"}
    assert users_behind(warehouse, "paid_at_start", churned=0, **november) == [1, 2]
    (lost,) = rows_behind(warehouse, "paid_at_start", churned=1, **november)
    assert (lost["user_id"], lost["lost_at"]) == (1, "2018-11-05 10:00:00")
    assert users_behind(warehouse, "free_cancellations", **november) == [1, 3]


def numbers_of(warehouse, report, part, *names):
    """The numbers that one part of a report's file gives to its rows, in their order."""
    text = (ROOT / f"sql/report/{report}.sql").read_text()
    begin = text[text.index("with played as") : text.index("\n-- Listeners")].rstrip(",")
    for key, value in (("from", "'2018-10-01'"), ("to", "'2018-12-31'"), ("level", "'all'")):
        begin = begin.replace(f":{key}", value)
    found = warehouse.query(f"{begin} select * from {part} order by number")
    return [tuple(row[name] for name in names) for row in found]


def test_songs_and_artists_played_alike_have_one_order_only(warehouse, tmp_path):
    """Redshift may work out twice what a file names once: it must come out the same."""
    names = [(f"Artist {i % 7}", f"Song {i}") for i in range(70)]
    plays = [
        play(session=i, artist=artist, song=title) for i, (artist, title) in enumerate(names[::-1])
    ]
    write_events(tmp_path / "logs/all.json", [*plays, play(session=99, artist=None, song=None)])
    warehouse.load(tmp_path / "logs")
    songs = numbers_of(warehouse, "top_songs", "songs", "artist_name", "song_title")
    assert songs == [*sorted(names), (None, None)]
    artists = numbers_of(warehouse, "top_artists", "artists_heard", "artist_name")
    assert artists == [*sorted({(artist,) for artist, _ in names}), (None,)]


def test_a_week_without_plays_is_a_week_in_which_nobody_came_back(warehouse, tmp_path):
    load(
        warehouse,
        tmp_path,
        [
            ((1, 1), "2018-10-30 10:00:00 free One"),
            ((2, 2), "2018-10-30 10:00:00 free One"),
            ((3, 2), "2018-11-07 10:00:00 free Home"),  # the only event of its week
            ((4, 1), "2018-11-12 10:00:00 free One"),
            ((5, 3), "2018-11-12 10:00:00 free One"),
            ((6, 0), "2018-11-18 10:00:00 free Home"),  # a Sunday: the week counts as over
            ((7, 1), "2018-11-19 10:00:00 free One"),  # this one does not
        ],
    )
    assert rows_of(warehouse, "retention") == [
        ["2018-10-29", 0, 2, 2, 1.0],
        ["2018-10-29", 1, 2, 0, 0.0],
        ["2018-10-29", 2, 2, 1, 0.5],
        ["2018-11-12", 0, 1, 1, 1.0],
    ]
    assert not users_behind(warehouse, "cohort_members", cohort="2018-10-29", week_number=1)


def test_a_track_may_match_in_two_ways_and_counts_once_in_the_whole(warehouse, tmp_path):
    lengths = [("One", 100), ("One", 50), ("Two", 200), ("Three", 100), ("Nought", 100)]
    write_events(
        tmp_path / "logs/all.json",
        [play(session=i) | SONGS[name] | {"length": n} for i, (name, n) in enumerate(lengths)],
    )
    write_song(
        tmp_path / "songs/all.json",
        song("SO1", "AR1", "One", "A", duration=100),
        song("SO2", "AR1", "Two", "A", duration=999),
        song("SO3", "AR2", "Other", "B", duration=100),
    )
    warehouse.load(tmp_path / "logs", tmp_path / "songs")
    # Of the tracks One, Two, Three and Nought the last has no match. SO1 and SO2 were played.
    whole = [3 / 4, 2 / 3]
    assert rows_of(warehouse, "catalogue_match") == close(
        [
            ["title+artist", 2, 0.4, 2, 2 / 3, *whole],
            ["artist", 1, 0.2, 1, 0.0, *whole],
            ["none", 1, 0.2, 1, 0.0, *whole],
            ["title+artist+duration", 1, 0.2, 1, 1 / 3, *whole],
        ]
    )


def test_nothing_matches_a_catalogue_that_was_not_loaded(warehouse, tmp_path):
    write_events(tmp_path / "logs/all.json", [play()])
    warehouse.load(tmp_path / "logs")
    assert rows_of(warehouse, "catalogue_match") == [["none", 1, 1.0, 1, None, 0.0, None]]


# What each user is on the last of October, and from the first moment of November on.
MIDNIGHT = [
    ((1, 1), "2018-10-31 12:00:00 free Home", "2018-11-01 00:00:00 paid Home"),
    ((2, 2), "2018-10-31 12:00:00 free Home", "2018-11-01 00:00:00 free Cancellation Confirmation"),
    ((3, 3), "2018-10-31 12:00:00 paid Home", "2018-11-01 00:00:00 free Home"),
    ((4, 4), "2018-10-31 12:00:00 paid Home", "2018-11-01 00:00:00 paid Cancellation Confirmation"),
    ((5, 5), "2018-10-31 12:00:00 free Home", "2018-10-31 23:59:59.999 paid Home"),
    ((6, 6), "2018-11-01 00:00:00 free Home", "2018-12-01 00:00:00 paid Home"),
]


@pytest.fixture
def midnight(warehouse, tmp_path):
    load(warehouse, tmp_path, MIDNIGHT)
    return warehouse


@pytest.mark.parametrize(
    "first, last, free, converted",
    [
        ("2018-10-31", "2018-10-31", [1, 2, 5], [5]),
        ("2018-11-01", "2018-11-01", [1, 2, 3, 6], [1]),
        ("2018-11-02", "2018-11-30", [3, 6], []),
        ("2018-12-01", "2018-12-01", [3, 6], [6]),
        ("2018-12-02", "2018-12-31", [3], []),
    ],
)
def test_who_converts_as_a_period_begins_does_so_in_it(first, last, free, converted, midnight):
    found = rows_of(midnight, "conversion_rate", "--from", first, "--to", last)
    assert found == close([[len(free), len(converted), len(converted) / len(free)]])
    period = {"from": first, "to": last}
    assert users_behind(midnight, "free_users", converted=0, **period) == free
    assert users_behind(midnight, "free_users", converted=1, **period) == converted


def test_who_leaves_as_a_month_begins_churns_in_it(midnight):
    """Paid as November begins are those who were paid as the day before ended."""
    assert rows_of(midnight, "churn_rate") == close(
        [
            ["2018-10-01", 0, 0, None, 0],
            ["2018-11-01", 3, 2, 2 / 3, 1],
            ["2018-12-01", 2, 0, 0.0, 0],
        ]
    )
    found = {row[0]: row[1] for row in rows_of(midnight, "paid_share")}
    assert found == {"2018-10-31": 3, "2018-11-01": 2, "2018-12-01": 3}
    for month, paid, lost in (("11", [3, 4, 5], [3, 4]), ("12", [1, 5], [])):
        key = {"month": f"2018-{month}-01"}
        assert users_behind(midnight, "paid_at_start", churned=0, **key) == paid
        assert users_behind(midnight, "paid_at_start", churned=1, **key) == lost


def test_there_are_fourteen_days_in_fourteen_days(warehouse, tmp_path):
    """Steps of 24 hours back from the end; by the calendar user 1 was there on 15 days."""
    there = [f"2018-11-{day:02d} 13:00:00 free Home" for day in range(1, 15)]
    load(
        warehouse,
        tmp_path,
        [
            ((1, 1), *there, "2018-11-15 11:00:00 free Upgrade", "2018-11-15 12:00:00 paid Home"),
            (
                (2, 2),
                "2018-11-10 12:29:00 free One",  # an hour in which a step ends
                "2018-11-10 12:31:00 free Roll Advert",
                "2018-11-14 12:30:00 free Home",  # 24 hours before the last event: a step back
                "2018-11-14 12:30:00.001 free Home",
                "2018-11-15 12:30:00 free Home",
            ),
        ],
    )
    assert rows_of(warehouse, "before_upgrade") == [
        ["upgraded", 1, 0.0, 14.0, 0.0, 1.0],
        ["stayed free", 1, 1.0, 4.0, 1.0, 0.0],
    ]


def test_nobody_knows_yet_who_comes_back_after_the_last_day(warehouse, tmp_path):
    load(
        warehouse,
        tmp_path,
        [
            ((1, 1), "2018-11-01 10:00:00 free Error", "2018-11-02 10:00:00 free Home"),
            ((2, 2), "2018-11-01 10:00:00 free Error", "2018-11-02 10:00:00 free Home"),
            ((3, 3), "2018-11-01 10:00:00 free Error", "2018-11-04 10:00:00 free Error"),
        ],
    )
    days = [
        ["2018-11-01", 3, 3, 1.0, 1.0, 3, 2],
        ["2018-11-02", 2, 0, 0.0, 0.0, 0, 0],
        ["2018-11-04", 1, 1, 1.0, 1.0, 1, None],
    ]
    assert rows_of(warehouse, "error_rate") == days
    # The end of a period is not that of the logs.
    assert rows_of(warehouse, "error_rate", "--to", "2018-11-01") == days[:1]
    assert rows_of(warehouse, "error_rate", "--from", "2018-11-03") == days[2:]
