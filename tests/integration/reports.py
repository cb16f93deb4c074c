"""Reports as rows, and a small music service whose every answer can be worked out by hand."""

import re

import pytest
from eventfiles import AGENT, epoch_ms, event
from program import OK, ROOT

NAMES = sorted(path.stem for path in (ROOT / "sql/report").glob("*.sql"))
WINDOWS = AGENT[:-1] + ' Chrome/36.0.1985.143 Safari/537.36"'
IPAD = '"Mozilla/5.0 (iPad; CPU OS 7_1_2 like Mac OS X) AppleWebKit/537.51.2 Mobile Safari/9537.53"'
IPHONE = (
    '"Mozilla/5.0 (iPhone; CPU iPhone OS 7_1 like Mac OS X) AppleWebKit/537.51.2 Safari/9537.53"'
)
PHOENIX, CHICAGO = "Phoenix-Mesa-Scottsdale, AZ", "Chicago-Naperville-Elgin, IL-IN-WI"
REGISTERED = float(epoch_ms("2018-10-20T10:00:00"))

USERS = {
    0: {},
    1: {"location": PHOENIX, "userAgent": WINDOWS, "registration": REGISTERED},
    2: {"location": CHICAGO, "userAgent": IPAD, "registration": REGISTERED},
    3: {"location": PHOENIX, "userAgent": IPHONE, "registration": REGISTERED},
    4: {"location": None, "userAgent": None, "registration": None},
    5: {"location": PHOENIX, "userAgent": WINDOWS, "registration": REGISTERED},
}
SONGS = {
    "One": {"artist": "A", "song": "One", "length": 100},
    "Two": {"artist": "A", "song": "Two", "length": 200},
    "Three": {"artist": "B", "song": "Three", "length": 100},
    "Nought": {"artist": "C", "song": "Nought", "length": 100},
}

# Session, user, and what happened: when, at which level, a song or a page. 2018-10-29 is a Monday.
# Comments say for how many seconds a song was heard, as the next line tells.
SESSIONS = [
    (
        (1, 1),
        "2018-10-30 10:00:00 free Home",
        "2018-10-30 10:01:00 free One",  # 100
        "2018-10-30 10:02:40 free Two",  # 20 of 200: a skip
        "2018-10-30 10:03:00 free Roll Advert",
        "2018-10-30 10:03:30 free Three",  # 100, though 120 pass
        "2018-10-30 10:05:30 free Upgrade",
    ),
    (
        (2, 1),
        "2018-11-01 09:00:00 free One",  # 50
        "2018-11-01 09:00:50 free Roll Advert",
        "2018-11-01 09:01:20 free Upgrade",
        "2018-11-01 09:01:30 free Submit Upgrade",
        "2018-11-01 09:01:40 paid Home",
        "2018-11-01 09:02:00 paid Two",  # 200
        "2018-11-01 09:05:20 paid Thumbs Up",
        "2018-11-01 09:05:30 paid Add to Playlist",
        "2018-11-01 09:05:40 paid Nought",  # not known
    ),
    (
        (3, 2),
        "2018-10-31 20:00:00 paid One",  # 10: a skip
        "2018-10-31 20:00:10 paid Thumbs Down",
    ),
    (
        (4, 3),
        "2018-10-31 23:58:50 paid Error",
        "2018-10-31 23:59:00 paid One",  # 70
        "2018-11-01 00:00:10 paid Home",  # with a status of 500, see below
        "2018-11-01 00:00:20 paid One",  # 100
        "2018-11-01 00:02:00 paid Logout",
    ),
    (
        (5, 2),
        "2018-11-06 12:00:00 paid Downgrade",
        "2018-11-06 12:00:10 paid Submit Downgrade",
        "2018-11-06 12:00:20 free Home",
        "2018-11-06 12:00:30 free Two",  # 60
        "2018-11-06 12:01:30 free Roll Advert",
    ),
    (
        (6, 3),
        "2018-11-07 08:00:00 paid Cancel",
        "2018-11-07 08:00:10 paid Cancellation Confirmation",
    ),
    (
        (7, 4),
        "2018-11-03 07:00:00 free Three",  # 100
        "2018-11-03 07:01:40 free Add Friend",
        "2018-11-03 07:01:50 free Roll Advert",
        "2018-11-03 07:02:20 free Roll Advert",
        "2018-11-03 07:02:50 free Roll Advert",
    ),
    ((8, 4), "2018-11-11 07:00:00 free Cancellation Confirmation"),
    ((9, 0), "2018-11-03 06:00:00 free Home", "2018-11-03 06:00:10 free Login"),
    ((10, 5), "2018-10-31 22:00:00 paid Home"),
]


def events_of(sessions):
    """Events of sessions written as those above."""
    events = []
    for (session, user), *lines in sessions:
        for item, line in enumerate(lines):
            day, clock, level, what = line.split(" ", 3)
            page = "NextSong" if what in SONGS else what
            events.append(
                event(user, session, item, epoch_ms(f"{day}T{clock}"), page, level)
                | USERS.get(user, {})
                | SONGS.get(what, {})
            )
    return events


def hand_made_events():
    events = events_of(SESSIONS)
    by_clock = {row["ts"]: row for row in events}
    by_clock[epoch_ms("2018-10-31T23:58:50")]["status"] = 404
    by_clock[epoch_ms("2018-11-01T00:00:10")]["status"] = 500
    by_clock[epoch_ms("2018-11-01T00:02:00")]["status"] = 307
    # An advert that was delivered twice.
    return [*events, by_clock[epoch_ms("2018-10-30T10:03:00")]]


def rows_of(warehouse, name, *flags):
    """A report as lists of values; dates without their time."""
    found = warehouse.run("analytics", name, "--format", "json", *flags).expect(OK).json
    return [[plain(value) for value in row.values()] for row in found]


def plain(value):
    if isinstance(value, str):
        return re.sub(r"^(\d{4}-\d\d-\d\d) 00:00:00.*", r"\1", value)
    return value


def close(rows):
    return [
        [pytest.approx(v, abs=1e-9) if isinstance(v, float) else v for v in row] for row in rows
    ]
