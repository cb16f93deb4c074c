"""What the Python peers share: the files of a folder, a record's values as the tables want them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path


def files(folder: Path) -> list[Path]:
    """In order of their names, which is the order of days."""
    return sorted(folder.rglob("*.json"))


def events(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def songs(folder: Path) -> Iterator[dict]:
    for path in files(folder):
        song = json.loads(path.read_bytes())
        song["title"] = str(song["title"])  # some are numbers
        yield song


def song_row(song: dict) -> tuple:
    return (song["song_id"], song["title"], song["artist_id"], song["year"], song["duration"])


def artist_row(song: dict) -> tuple:
    """An empty place is none."""
    return (
        song["artist_id"],
        song["artist_name"],
        song["artist_location"] or None,
        song["artist_latitude"],
        song["artist_longitude"],
    )


def user_row(event: dict) -> tuple:
    return (
        int(event["userId"]),
        event["firstName"],
        event["lastName"],
        event["gender"],
        event["level"],
    )


def time_row(milliseconds: int) -> tuple:
    """A timestamp and its parts: week of ISO 8601, Sunday is weekday 0."""
    at = datetime.fromtimestamp(milliseconds // 1000, UTC)
    at = at.replace(microsecond=milliseconds % 1000 * 1000, tzinfo=None)
    week, weekday = at.isocalendar()[1:]
    return (at, at.hour, at.day, week, at.month, at.year, weekday % 7)
