"""The star of docs/warehouse.md in plain Python, computed from source files.

Independent of the program: it shares no code and no SQL with it. Clear before fast.
"""

import gzip
import json
import re
import subprocess
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

EPOCH = datetime(1970, 1, 1)
END_OF_TIME = datetime(9999, 12, 31)

# column, JSON key, type, bytes, is required
EVENT_COLUMNS = (
    ("artist", "artist", "text", 1024, False),
    ("auth", "auth", "text", 64, False),
    ("first_name", "firstName", "text", 1024, False),
    ("gender", "gender", "text", 64, False),
    ("item_in_session", "itemInSession", "integer", 0, True),
    ("last_name", "lastName", "text", 1024, False),
    ("length", "length", "real", 0, False),
    ("level", "level", "text", 64, False),
    ("location", "location", "text", 1024, False),
    ("method", "method", "text", 64, False),
    ("page", "page", "text", 64, True),
    ("registration", "registration", "real", 0, False),
    ("session_id", "sessionId", "integer", 0, True),
    ("song", "song", "text", 1024, False),
    ("status", "status", "integer", 0, False),
    ("ts", "ts", "timestamp", 0, True),
    ("user_agent", "userAgent", "text", 2048, False),
    ("user_id", "userId", "integer", 0, False),
)
SONG_COLUMNS = (
    ("num_songs", "num_songs", "integer", 0, False),
    ("artist_id", "artist_id", "text", 64, True),
    ("artist_latitude", "artist_latitude", "real", 0, False),
    ("artist_longitude", "artist_longitude", "real", 0, False),
    ("artist_location", "artist_location", "text", 1024, False),
    ("artist_name", "artist_name", "text", 1024, False),
    ("song_id", "song_id", "text", 64, True),
    ("title", "title", "text", 1024, False),
    ("duration", "duration", "real", 0, False),
    ("year", "year", "integer", 0, False),
)

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


# --- values ----------------------------------------------------------------------------------


class Literal(str):
    """A JSON number as it is written."""


class Refused(Exception):
    """A record that cannot be loaded."""

    def __init__(self, reason, column_name=None):
        super().__init__(reason)
        self.reason = reason
        self.column_name = column_name


NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
BLANKS = " \t\n\v\f\r"


def to_text(value, max_bytes):
    text = value.rstrip(BLANKS)
    if "\0" in text:
        raise Refused("nul_byte")
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise Refused("invalid_utf8")
    if len(text.encode()) > max_bytes:
        raise Refused("text_too_long")
    return text or None


def to_number(value):
    """The number a literal or a quoted number stands for; None for a blank string."""
    text = value.strip(BLANKS)
    if not text:
        return None
    if not NUMBER.fullmatch(text):
        raise Refused("wrong_type")
    return text


def to_whole(value, low, high):
    text = to_number(value)
    if text is None:
        return None
    number = Decimal(text)
    if number != number.to_integral_value() or not low <= number <= high:
        raise Refused("out_of_range")
    return int(number)


def to_real(value):
    text = to_number(value)
    if text is None:
        return None
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise Refused("out_of_range")
    return number


def to_column(value, kind, max_bytes):
    if value is None:
        return None
    if isinstance(value, bool):
        raise Refused("wrong_type")
    if isinstance(value, (dict, list)):
        raise Refused("nested_value")
    if kind == "text":
        return to_text(value, max_bytes)
    if kind == "integer":
        return to_whole(value, -(2**31), 2**31 - 1)
    if kind == "timestamp":
        whole = to_whole(value, -(2**53), 2**53)
        return None if whole is None else EPOCH + timedelta(milliseconds=whole)
    return to_real(value)


def to_record(found, columns):
    """A JSON value into a dict by column; raises Refused."""
    if not isinstance(found, dict):
        raise Refused("not_an_object")
    record = {}
    for name, key, kind, max_bytes, is_required in columns:
        try:
            record[name] = to_column(found.get(key), kind, max_bytes)
        except Refused as refused:
            raise Refused(refused.reason, name) from None
        if is_required and record[name] is None:
            raise Refused("missing_value", name)
    return record


# --- files -----------------------------------------------------------------------------------


def no_constant(name):
    raise ValueError(name)


DECODER = json.JSONDecoder(parse_float=Literal, parse_int=Literal, parse_constant=no_constant)


@dataclass
class FileContent:
    records: list = field(default_factory=list)
    rejects: list = field(default_factory=list)  # (line, reason, column or None)
    unknown_key_count: int = 0

    def take(self, line, found, columns):
        try:
            self.records.append(to_record(found, columns))
        except Refused as refused:
            self.rejects.append((line, refused.reason, refused.column_name))
        if isinstance(found, dict):
            known = {column[1] for column in columns}
            self.unknown_key_count += sum(key not in known for key in found)

    @property
    def row_count(self):
        return len(self.records) + len(self.rejects)


def read_bytes(path):
    path = Path(path)
    if path.suffix.lower() == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix.lower() == ".zst":
        return subprocess.run(["zstd", "-dcq", path], check=True, capture_output=True).stdout
    return path.read_bytes()


def read_events(path):
    """One object a line."""
    content = FileContent()
    data = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    for number, line in enumerate(data.split(b"\n"), start=1):
        line = line.strip(BLANKS.encode())
        if not line:
            continue
        try:
            found = DECODER.decode(line.decode())
        except UnicodeDecodeError:
            content.rejects.append((number, "invalid_utf8", None))
        except ValueError:
            reason = "nul_byte" if b"\0" in line else "malformed_json"
            content.rejects.append((number, reason, None))
        else:
            content.take(number, found, EVENT_COLUMNS)
    return content


def read_songs(path):
    """Objects one after another, on one line or over several."""
    content = FileContent()
    text = read_bytes(path).removeprefix(b"\xef\xbb\xbf").decode()
    position = 0
    while True:
        while position < len(text) and text[position] in BLANKS:
            position += 1
        if position == len(text):
            return content
        line = text.count("\n", 0, position) + 1
        try:
            found, position = DECODER.raw_decode(text, position)
        except ValueError:
            content.rejects.append((line, "malformed_json", None))
            end = text.find("\n", position)
            position = len(text) if end < 0 else end
        else:
            content.take(line, found, SONG_COLUMNS)


READERS = {"events": read_events, "songs": read_songs}


# --- the star --------------------------------------------------------------------------------


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
        if title is None or name is None:
            return None, None, None
        candidates = self.by_title.get((title, name))
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
