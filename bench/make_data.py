"""Writes event logs and song files of a chosen size, the same bytes for the same arguments.

Shape as eventsim writes it: 18 keys in its order, one file a UTC day, escapes as in the real logs.
Stdlib only. Example: make_data.py --events 1000000 --songs 15000 --users 6000 --out build/bench/1m
"""

import argparse
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

PAGES = ["Home", "About", "Help", "Settings", "Downgrade", "Upgrade", "Logout", "Error"]
AGENTS = [
    f'"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_{i}) AppleWebKit/537.{30 + i} '
    f'(KHTML, like Gecko) Chrome/{30 + i}.0.1985.{100 + i} Safari/537.{30 + i}"'
    for i in range(40)
]
START = datetime(2018, 11, 1, tzinfo=UTC)
DAY_MS = 86_400_000


def text(value: str) -> str:
    """A JSON string with `/` escaped, as the real files have it."""
    return json.dumps(value).replace("/", "\\/")


class Song:
    """One catalogue song."""

    def __init__(self, number: int, draw: random.Random) -> None:
        artist = int(draw.paretovariate(0.6)) % 4000
        self.song_id = f"SO{number:016X}"
        self.artist_id = f"AR{artist:016X}"
        self.artist_name = f"Artist {artist} & the Example{artist % 7 * 's'}"
        self.title = f"Song number {number} of some length" if number % 3 else f"Zoe {number}"
        self.duration = round(draw.uniform(90, 420), 5)
        self.year = draw.choice([0, 0, 1986, 1999, 2004, 2010])

    def record(self) -> str:
        """The song file's text."""
        return json.dumps(
            {
                "num_songs": 1,
                "artist_id": self.artist_id,
                "artist_latitude": None,
                "artist_longitude": None,
                "artist_location": "",
                "artist_name": self.artist_name,
                "song_id": self.song_id,
                "title": self.title,
                "duration": self.duration,
                "year": self.year,
            }
        )


class User:
    """One user with the parts of a line that never change."""

    def __init__(self, number: int, draw: random.Random) -> None:
        self.user_id = number
        self.level = "paid" if draw.random() < 0.25 else "free"
        registered = START - timedelta(days=draw.randrange(1, 400))
        self.first = text(f"First{number % 800}")
        self.gender = text(draw.choice("FM"))
        self.last = text(f"Last{number % 1200}")
        self.location = text(f"Metro Area {number % 250}-Suburb, S{number % 50}")
        self.registration = f"{int(registered.timestamp() * 1000)}.0"
        self.agent = text(AGENTS[number % len(AGENTS)])


def write_songs(songs: list[Song], out: Path) -> None:
    """song_data/X/Y/Z/SO....json, one song a file, no final newline."""
    for number, song in enumerate(songs):
        a, b, c = (chr(65 + number // 26**i % 26) for i in range(3))
        folder = out / "song_data" / a / b / c
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{song.song_id}.json").write_text(song.record())


def day_lines(
    day: int, count: int, users: list[User], songs: list[Song], session: int, draw: random.Random
) -> tuple[list[str], int]:
    """The lines of one day in order of time, and the next session id."""
    lines: list[tuple[int, str]] = []
    titles = [(text(s.title), text(s.artist_name), s.duration) for s in songs]
    while len(lines) < count:
        user = users[int(len(users) * draw.random() ** 2)]
        at = int(START.timestamp() * 1000) + day * DAY_MS + draw.randrange(DAY_MS)
        session += 1
        for item in range(draw.randrange(1, 60)):
            if draw.random() < 0.84:
                title, artist, duration = titles[int(len(titles) * draw.random() ** 3)]
                if draw.random() < 0.3:
                    artist = '"Not In The Catalogue"'
                page, song, length, method = "NextSong", title, f"{duration}", "PUT"
            else:
                page, method = draw.choice(PAGES), "GET"
                song = artist = length = "null"
            line = (
                f'{{"artist":{artist},"auth":"Logged In","firstName":{user.first},'
                f'"gender":{user.gender},"itemInSession":{item},"lastName":{user.last},'
                f'"length":{length},"level":"{user.level}","location":{user.location},'
                f'"method":"{method}","page":"{page}","registration":{user.registration},'
                f'"sessionId":{session},"song":{song},"status":{404 if page == "Error" else 200},'
                f'"ts":{at},"userAgent":{user.agent},"userId":"{user.user_id}"}}'
            )
            lines.append((at, line))
            at += draw.randrange(1000, 300_000)
    lines.sort(key=lambda pair: pair[0])
    return [line for _, line in lines[:count]], session


def main() -> None:
    """Reads the flags and writes the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--songs", type=int, default=15_000)
    parser.add_argument("--users", type=int, default=6_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    flags = parser.parse_args()
    draw = random.Random(flags.seed)
    songs = [Song(number, draw) for number in range(flags.songs)]
    users = [User(number, draw) for number in range(1, flags.users + 1)]
    write_songs(songs, flags.out)
    session = 0
    for day in range(flags.days):
        count = flags.events * (day + 1) // flags.days - flags.events * day // flags.days
        lines, session = day_lines(day, count, users, songs, session, draw)
        date = START + timedelta(days=day)
        folder = flags.out / "log_data" / f"{date:%Y}" / f"{date:%m}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{date:%Y-%m-%d}-events.json").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
