"""The star of docs/warehouse.md in plain Python, computed from source files.

Independent of the program: it shares no code and no SQL with it. Clear before fast.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sources import EPOCH, EVENT_COLUMNS, read_events, read_songs

END_OF_TIME = datetime(9999, 12, 31)

# The star: every table with its columns; songplay_id comes first in songplays and is left out
# because its values are free.
STAR = {
    "songplays": (
        "start_time user_id level song_id artist_id session_id location user_agent "
        "item_in_session song_title artist_name length_seconds listened_seconds match_method"
    ).split(),
    "events": (
        "event_time user_id session_id item_in_session page auth method status level location "
        "user_agent"
    ).split(),
    "users": "user_id first_name last_name gender level registered_at".split(),
    "user_history": "user_id level valid_from valid_to is_current".split(),
    "songs": (
        "song_id title artist_id year duration artist_name artist_location artist_latitude "
        "artist_longitude"
    ).split(),
    "artists": "artist_id name location latitude longitude".split(),
    "time": "start_time hour day week month year weekday".split(),
    "sessions": (
        "session_id user_id started_at ended_at event_count play_count ad_count error_count "
        "level_start level_end location user_agent"
    ).split(),
    "level_changes": "user_id changed_at from_level to_level kind evidence".split(),
    "user_days": (
        "user_id day level_end event_count play_count ad_count thumbs_up_count thumbs_down_count "
        "error_count listened_seconds free_event_count free_play_count free_ad_count "
        "free_listened_seconds"
    ).split(),
}


def null_low(values):
    """Orders tuples that hold None: None below everything."""
    return tuple((value is not None, value) if value is not None else (False,) for value in values)


def in_event_order(events):
    return sorted(
        events,
        key=lambda e: null_low((e["ts"], e["item_in_session"], e["session_id"], e["user_id"])),
    )


def event_key(event):
    return (event["session_id"], event["item_in_session"], event["ts"], event["user_id"])


def event_rank(event):
    return null_low(event[column[0]] for column in EVENT_COLUMNS)


def song_rank(song):
    return null_low(song[column] for column in STAR["songs"])


def grouped(rows, key):
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def last_known(events, column):
    return next((e[column] for e in reversed(events) if e[column] is not None), None)


def is_error(event):
    return (event["status"] or 0) >= 400 or event["page"] == "Error"


def is_play(event):
    return event["page"] == "NextSong" and event["user_id"] is not None


def is_cancellation(event):
    return event["page"] == "Cancellation Confirmation" or event["auth"] == "Cancelled"


def count_page(events, page):
    return sum(e["page"] == page for e in events)


def sum_known(values):
    known = [value for value in values if value is not None]
    return sum(known) if known else None


@dataclass
class Version:
    """One user's stay at one level."""

    level: str
    valid_from: datetime
    opening_index: int  # of the user's events, in order
    valid_to: datetime = END_OF_TIME


class Warehouse:
    """What the warehouse must hold after some loads."""

    def __init__(self):
        self.events = {}  # by key
        self.songs = {}  # by song_id

    def load(self, event_files=(), song_files=()):
        """One load that passes; returns its FileContent by path."""
        contents = {}
        staged = {}
        for path in event_files:
            contents[path] = read_events(path)
            for event in contents[path].records:
                key = event_key(event)
                if key not in staged or event_rank(event) > event_rank(staged[key]):
                    staged[key] = event
        self.events = staged | self.events
        for path in song_files:
            contents[path] = read_songs(path)
            for song in contents[path].records:
                known = self.songs.get(song["song_id"])
                if known is None or song_rank(song) > song_rank(known):
                    self.songs[song["song_id"]] = song
        return contents

    def star(self):
        """Every table as a list of tuples, in the columns of STAR."""
        ordered = in_event_order(self.events.values())
        sessions = grouped(ordered, lambda e: e["session_id"])
        known = [e for e in ordered if e["user_id"] is not None]
        users = grouped(known, lambda e: e["user_id"])
        listened = listened_seconds(sessions)
        matcher = Matcher(self.songs.values())
        plays = [e for e in ordered if is_play(e)]
        histories = {user_id: user_versions(events) for user_id, events in users.items()}
        days = grouped(known, lambda e: (e["user_id"], e["ts"].date()))
        return {
            "songplays": [songplay(e, listened, matcher) for e in plays],
            "events": [event_row(e) for e in ordered],
            "users": [user_row(user_id, events[-1]) for user_id, events in users.items()],
            "user_history": [
                (user_id, v.level, v.valid_from, v.valid_to, v.valid_to == END_OF_TIME)
                for user_id, versions in histories.items()
                for v in versions
            ],
            "songs": [tuple(s[c] for c in STAR["songs"]) for s in self.songs.values()],
            "artists": artist_rows(self.songs.values()),
            "time": [time_row(t) for t in {e["ts"] for e in plays}],
            "sessions": [session_row(sid, events) for sid, events in sessions.items()],
            "level_changes": [
                row
                for user_id, versions in histories.items()
                for row in level_change_rows(user_id, versions, users[user_id])
            ],
            "user_days": [
                user_day_row(user_id, day, events, listened)
                for (user_id, day), events in days.items()
            ],
        }


def listened_seconds(sessions):
    """By event key, for every event that has a length and is followed in its session."""
    listened = {}
    for events in sessions.values():
        for event, following in zip(events, events[1:], strict=False):
            if event["length"] is not None:
                gap = (following["ts"] - event["ts"]) / timedelta(milliseconds=1) / 1000
                listened[event_key(event)] = min(event["length"], gap)
    return listened


class Matcher:
    """Finds the song that was heard."""

    def __init__(self, songs):
        self.by_title = grouped(songs, lambda s: (s["title"], s["artist_name"]))
        self.by_artist = grouped(songs, lambda s: s["artist_name"])

    def match(self, event):
        """(song_id, artist_id, match_method)"""
        title, name, length = event["song"], event["artist"], event["length"]
        if name is None:
            return None, None, None
        candidates = self.by_title.get((title, name)) if title is not None else None
        if candidates:
            best = min(candidates, key=lambda s: (distance(s, length), s["song_id"]))
            is_exact = distance(best, length) == 0
            method = "title+artist+duration" if is_exact else "title+artist"
            return best["song_id"], best["artist_id"], method
        credited = self.by_artist.get(name)
        if credited:
            counts = Counter(s["artist_id"] for s in credited)
            return None, min(counts, key=lambda a: (-counts[a], a)), "artist"
        return None, None, None


def distance(song, length):
    if song["duration"] is None or length is None:
        return float("inf")
    return abs(song["duration"] - length)


def songplay(event, listened, matcher):
    song_id, artist_id, method = matcher.match(event)
    return (
        event["ts"],
        event["user_id"],
        event["level"],
        song_id,
        artist_id,
        event["session_id"],
        event["location"],
        event["user_agent"],
        event["item_in_session"],
        event["song"],
        event["artist"],
        event["length"],
        listened.get(event_key(event)),
        method,
    )


def event_row(event):
    return (event["ts"], *(event[column] for column in STAR["events"][1:]))


def user_row(user_id, last):
    registration = last["registration"]
    registered_at = None
    if registration is not None:
        registered_at = EPOCH + timedelta(milliseconds=registration)
    return (
        user_id,
        last["first_name"],
        last["last_name"],
        last["gender"],
        last["level"],
        registered_at,
    )


def user_versions(events):
    """user_history of one user, whose events are in order."""
    runs = []
    for index, event in enumerate(events):
        level = "cancelled" if is_cancellation(event) else event["level"]
        if level is not None and (not runs or runs[-1].level != level):
            runs.append(Version(level, event["ts"], index))
    for run, following in zip(runs, runs[1:], strict=False):
        run.valid_to = following.valid_from
    versions = []
    for run in runs:
        if run.valid_to == run.valid_from:
            continue
        if versions and versions[-1].level == run.level:
            versions[-1].valid_to = run.valid_to
        else:
            versions.append(run)
    return versions


SUBMITS = {"upgrade": "Submit Upgrade", "downgrade": "Submit Downgrade"}


def level_change_rows(user_id, versions, events):
    rows = []
    for before, version in zip([None, *versions], versions, strict=False):
        if version.level == "cancelled":
            from_level, kind = events[version.opening_index]["level"], "cancel"
            evidence = "observed"
        elif before is None:
            continue
        else:
            from_level = before.level
            if from_level == "cancelled":
                kind = "return"
            else:
                kind = "upgrade" if version.level == "paid" else "downgrade"
            previous = events[version.opening_index - 1]
            is_observed = previous["page"] == SUBMITS.get(kind)
            evidence = "observed" if is_observed else "inferred"
        rows.append((user_id, version.valid_from, from_level, version.level, kind, evidence))
    return rows


def artist_rows(songs):
    rows = []
    for artist_id, own in grouped(songs, lambda s: s["artist_id"]).items():
        names = Counter(s["artist_name"] for s in own if s["artist_name"] is not None)
        places = Counter(s["artist_location"] for s in own if s["artist_location"] is not None)
        pairs = Counter((s["artist_latitude"], s["artist_longitude"]) for s in own)
        pairs = {pair: count for pair, count in pairs.items() if None not in pair}
        name = min(names, key=lambda n: (-names[n], len(n), n), default=None)
        place = min(places, key=lambda p: (-places[p], p), default=None)
        pair = min(pairs, key=lambda p: (-pairs[p], p), default=(None, None))
        rows.append((artist_id, name, place, *pair))
    return rows


def time_row(at):
    return (
        at,
        at.hour,
        at.day,
        at.isocalendar().week,
        at.month,
        at.year,
        at.isoweekday() % 7,
    )


def session_row(session_id, events):
    return (
        session_id,
        last_known(events, "user_id"),
        events[0]["ts"],
        events[-1]["ts"],
        len(events),
        sum(map(is_play, events)),
        count_page(events, "Roll Advert"),
        sum(map(is_error, events)),
        events[0]["level"],
        events[-1]["level"],
        last_known(events, "location"),
        last_known(events, "user_agent"),
    )


def user_day_row(user_id, day, events, listened):
    free = [e for e in events if e["level"] == "free"]

    def sum_listened(some):
        return sum_known(listened.get(event_key(e)) for e in some if is_play(e))

    return (
        user_id,
        day,
        events[-1]["level"],
        len(events),
        sum(map(is_play, events)),
        count_page(events, "Roll Advert"),
        count_page(events, "Thumbs Up"),
        count_page(events, "Thumbs Down"),
        sum(map(is_error, events)),
        sum_listened(events),
        len(free),
        sum(map(is_play, free)),
        count_page(free, "Roll Advert"),
        sum_listened(free),
    )
