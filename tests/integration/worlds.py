"""Small random worlds full of awkward cases, and large plain logs, both from a seed."""

import json
import random
from dataclasses import dataclass, field

from eventfiles import AGENT, START, event_line, song_text

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000

TITLES = ["Intro", "You Gotta Be", "Björk", "1986", "Señorita ñ", "Ünïcode 夜", "Intro ", "intro"]
NAMES = ["Kid Cudi", "Kid Cudi / Kanye West", "Kid Cudi ", "Sigur Rós", "311", "BjÃ¶rk", "Zé", "zé"]
PLACES = ["Nashville, TN.", "", "   ", "Reykjavík", "Reykjavík ", None, 90210]
PAIRS = [(36.16778, -86.77836), (64.13548, -21.89541), (None, None), (51.5, None), (-0.5, 12)]
DURATIONS = [182.85669, 246.30812, 99, 246.3081, None]
FIRST_NAMES = ["Sylvie", "José", "  Ana", "Ana  ", "", None, "Łukasz"]
PAGES = ["Home", "Logout", "About", "Roll Advert", "Thumbs Up", "Thumbs Down", "Error", "Settings"]


@dataclass
class World:
    """Files by name, of both sources; contents are bytes."""

    logs: dict = field(default_factory=dict)
    songs: dict = field(default_factory=dict)


class Maker:
    """Draws a world from one generator."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.items = {}

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, values):
        return self.random.choice(values)

    # --- songs ---

    def song(self, number):
        latitude, longitude = self.pick(PAIRS)
        title = self.pick(TITLES)
        name = self.pick(NAMES)
        return {
            "num_songs": 1,
            "artist_id": f"AR{self.random.randrange(6)}",
            "artist_latitude": latitude,
            "artist_longitude": longitude,
            "artist_location": self.pick(PLACES),
            "artist_name": self.as_number(name) if self.chance(0.95) else None,
            "song_id": f"SO{number}",
            "title": self.as_number(title),
            "duration": self.pick(DURATIONS),
            "year": self.pick([0, 1986, 2005, "1999", None, 2004.0]),
        }

    def as_number(self, text):
        """Some titles and names are JSON numbers."""
        return int(text) if text.isdigit() and self.chance(0.5) else text

    def song_files(self):
        numbers = range(self.random.randrange(12))
        songs = [self.song(n) for n in numbers]
        songs += [self.song(n) for n in numbers if self.chance(0.25)]  # records that changed
        self.random.shuffle(songs)
        files = {}
        while songs:
            count = self.pick([1, 1, 1, 2, 4])
            part, songs = songs[:count], songs[count:]
            indent = self.pick([None, 2])
            gap = self.pick(["", " ", "\n", "\n\n", "\r\n"])
            text = gap.join(json.dumps(s, indent=indent, ensure_ascii=False) for s in part)
            files[f"{self.pick('ABC')}/{self.pick('AB')}/TR{len(files)}.json"] = text.encode()
        return files

    # --- events ---

    def details(self, user):
        """What a user's rows say about them; it may change over time."""
        if user is None:
            return {
                "auth": self.pick(["Logged Out", "Guest"]),
                "userId": self.pick(["", None, "  "]),
                "level": self.pick(["free", "paid", "free", None]),
            }
        return {
            "auth": "Logged In",
            "firstName": self.pick(FIRST_NAMES),
            "lastName": f"Last{user}",
            "gender": self.pick(["F", "M", None]),
            "location": self.pick(["Lima, OH", "Lima, OH  ", "", None, "Zürich"]),
            "registration": self.pick([1540919166796.0, 1540919166797, "1540919166000", None]),
            "userAgent": self.pick([AGENT, "Mozilla/5.0 (ñ)", None]),
            "userId": self.pick([str(user), str(user), user, float(user)]),
        }

    def page(self, user, at, level):
        """A page and what follows from it."""
        if self.chance(0.55):
            return {
                "page": "NextSong",
                "artist": self.as_number(self.pick(NAMES)) if self.chance(0.95) else None,
                "song": self.as_number(self.pick(TITLES)) if self.chance(0.95) else None,
                "length": self.pick([182.85669, 246.30812, "246.30812", 99.0, 30, None]),
                "method": "PUT",
            }
        if user is not None and self.chance(0.06):
            return {"page": "Cancellation Confirmation", "auth": self.pick(["Cancelled", None])}
        if user is not None and self.chance(0.2):
            return {"page": "Submit Upgrade" if level == "free" else "Submit Downgrade"}
        found = {"page": self.pick(PAGES), "method": "GET"}
        if found["page"] == "Error" or self.chance(0.1):
            found["status"] = self.pick([404, 500, "400", 399, None])
        return found

    def gap(self):
        return self.pick([0, 0, 1, 999, 10_000, MINUTE, 3 * MINUTE, HOUR, 10 * HOUR])

    def session(self, session, user, at, level):
        """The events of one stay; returns them with the time and level it ended at."""
        events = []
        is_known = self.chance(0.7)  # else the user logs in later
        for _ in range(self.random.randrange(1, 14)):
            is_known = is_known or self.chance(0.5)
            item = self.items.get(session, 0)
            self.items[session] = item + (0 if self.chance(0.03) else 1)
            found = {"itemInSession": item, "sessionId": session, "ts": at, "status": 200}
            found |= {"level": level} | self.details(user if is_known else None)
            found |= self.page(user if is_known else None, at, level)
            if self.chance(0.04):
                found["level"] = None
            events.append(self.disguised(found))
            level = self.next_level(found, level)
            at += self.gap()
        return events, at, level

    def next_level(self, found, level):
        is_submit = found["page"].startswith("Submit") and self.chance(0.8)
        if is_submit or self.chance(0.05):  # some changes come without a submit
            return "paid" if level == "free" else "free"
        return level

    def disguised(self, found):
        """The same values in other clothes."""
        if self.chance(0.05):
            found["ts"] = str(found["ts"])
        if self.chance(0.05):
            found["sessionId"] = float(found["sessionId"])
        if self.chance(0.05):
            found["itemInSession"] = str(found["itemInSession"])
        if self.chance(0.05):
            found["page"] += " "
        if self.chance(0.05):
            found["device"] = {"kind": ["phone", None]}  # a key nobody knows
        return found

    def events(self):
        events = []
        starts = [START, START + DAY - HOUR, START + 30 * DAY, START + 60 * DAY]
        for user in range(1, self.random.randrange(2, 6)):
            at, level = self.pick(starts), self.pick(["free", "paid"])
            for _ in range(self.random.randrange(1, 4)):
                session = self.random.randrange(1, 12)
                found, at, level = self.session(session, user, at, level)
                events += found
                at += self.pick([0, -HOUR, HOUR, DAY])
        return without_clashes(events)

    def log_files(self):
        events = self.events()
        if self.chance(0.5):
            self.random.shuffle(events)
        lines = [self.line(e) for e in events]
        files = {}
        while lines:
            count = self.random.randrange(1, 1 + max(8, len(events) // 3))
            part, lines = lines[:count], lines[count:]
            if self.chance(0.4):  # delivered twice, here or in another file
                part += self.random.choices(part, k=2)
            if files and self.chance(0.4):
                other = self.pick(list(files.values()))
                part += [self.pick(other.split(b"\n"))]
            end = self.pick([b"", b"\n", b"\n\n"])
            files[f"2018/11/{len(files):02}-events.json"] = b"\n".join(part) + end
        return files

    def line(self, found):
        if self.chance(0.3):
            return json.dumps(found, ensure_ascii=False).encode()
        return event_line(found).encode()

    def world(self):
        return World(self.log_files(), self.song_files())

    # --- deliveries ---

    def deliveries(self, world):
        """The files of a world over several loads, in any order, some of them again."""
        count = self.random.randrange(1, 5)
        loads = [World() for _ in range(count)]
        for source in ("logs", "songs"):
            for name, data in getattr(world, source).items():
                times = 2 if self.chance(0.25) else 1
                for load in self.random.choices(loads, k=times):
                    files = getattr(load, source)
                    if name in files:
                        name = "again/" + name
                    files[name] = data
        return [load for load in loads if load.logs or load.songs]


def without_clashes(events):
    """Leaves out events whose key another record holds already."""
    seen = {}
    for found in events:
        user = str(found["userId"] or "").strip().removesuffix(".0")
        key = (
            int(found["sessionId"]),
            int(found["itemInSession"]),
            int(found["ts"]),
            user,
        )
        seen.setdefault(key, found)
    return list(seen.values())


def large_log_lines(count, seed, first_session=1):
    """Plain events in order of time, quick to make: sessions of 40, a song a minute."""
    draw = random.Random(seed)
    middle = (
        '"length":{length},"level":"{level}","location":"Lima, OH","method":"PUT",'
        '"page":"{page}","registration":1540919166796.0,'
    )
    template = (
        '{{"artist":{artist},"auth":"Logged In","firstName":"Ann{user}","gender":"F",'
        '"itemInSession":{item},"lastName":"Lee",' + middle + '"sessionId":{session},'
        '"song":{song},"status":200,"ts":{ts},"userAgent":"Mozilla\\/5.0","userId":"{user}"}}'
    )
    for number in range(count):
        session, item = divmod(number, 40)
        user = 1 + (session * 7919) % 997
        is_play = item % 8 != 7
        yield template.format(
            artist=f'"Artist {draw.randrange(300)}"' if is_play else "null",
            user=user,
            item=item,
            length=f"{draw.randrange(30, 400)}.{draw.randrange(10000):04}1" if is_play else "null",
            level="paid" if (user + session // 997) % 3 == 0 else "free",
            page="NextSong" if is_play else "Home",
            session=first_session + session,
            song=f'"Title {draw.randrange(3000)}"' if is_play else "null",
            ts=START + number * 60_000 + draw.randrange(1000),
        )


def large_songs(count, seed):
    draw = random.Random(seed)
    for number in range(count):
        artist = draw.randrange(300)
        yield song_text(
            {
                "num_songs": 1,
                "artist_id": f"AR{artist}",
                "artist_latitude": None,
                "artist_longitude": None,
                "artist_location": "Lima, OH",
                "artist_name": f"Artist {artist}",
                "song_id": f"SO{number}",
                "title": f"Title {draw.randrange(3000)}",
                "duration": draw.randrange(30, 400),
                "year": 2000,
            }
        )
