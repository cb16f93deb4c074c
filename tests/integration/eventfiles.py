"""Writes event logs and song files as their makers do."""

import gzip
import json
import subprocess
from datetime import datetime
from pathlib import Path

EVENT_KEYS = (
    "artist auth firstName gender itemInSession lastName length level location method page "
    "registration sessionId song status ts userAgent userId"
).split()
SONG_KEYS = (
    "num_songs artist_id artist_latitude artist_longitude artist_location artist_name song_id "
    "title duration year"
).split()

AGENT = '"Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko)"'


def epoch_ms(text):
    return round(datetime.fromisoformat(text + "+00:00").timestamp() * 1000)


START = epoch_ms("2018-11-01T21:01:46.796")


def event(user=8, session=139, item=0, ts=START, page="Home", level="free", **changes):
    """One event as a dict; NextSong ones name a song unless told otherwise."""
    is_play = page == "NextSong"
    found = {
        "artist": "Des'ree" if is_play else None,
        "auth": "Logged In" if user else "Logged Out",
        "firstName": f"First{user}" if user else None,
        "gender": "F" if user else None,
        "itemInSession": item,
        "lastName": f"Last{user}" if user else None,
        "length": 246.30812 if is_play else None,
        "level": level,
        "location": "Phoenix-Mesa-Scottsdale, AZ" if user else None,
        "method": "PUT" if is_play else "GET",
        "page": page,
        "registration": 1540344794796.0 if user else None,
        "sessionId": session,
        "song": "You Gotta Be" if is_play else None,
        "status": 200,
        "ts": ts,
        "userAgent": AGENT if user else None,
        "userId": str(user) if user else "",
    }
    return changed(found, changes)


def changed(found, changes):
    """With other values; a key that is not ours must be called extra."""
    assert changes.keys() <= found.keys() | {"extra"}, changes
    return found | changes


def play(user=8, session=139, item=0, ts=START, **changes):
    return changed(event(user, session, item, ts, page="NextSong"), changes)


def song(song_id, artist_id, title="You Gotta Be", name="Des'ree", **changes):
    found = {
        "num_songs": 1,
        "artist_id": artist_id,
        "artist_latitude": None,
        "artist_longitude": None,
        "artist_location": "",
        "artist_name": name,
        "song_id": song_id,
        "title": title,
        "duration": 246.30812,
        "year": 0,
    }
    return changed(found, changes)


def in_order(found, keys):
    known = {key: found[key] for key in keys if key in found}
    return known | {key: value for key, value in found.items() if key not in known}


def event_line(found):
    """As eventsim writes: no blanks, slashes escaped, other characters escaped above ASCII."""
    text = json.dumps(in_order(found, EVENT_KEYS), separators=(",", ":"))
    return text.replace("/", "\\/")


def song_text(found):
    return json.dumps(in_order(found, SONG_KEYS))


def as_bytes(lines):
    """Lines of text or bytes as one file; no line feed ends it, as in the real ones."""
    return b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)


def write(path, data):
    """Writes a file, packed as its name says; makes its folders."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        data = gzip.compress(data, compresslevel=1)
    elif path.suffix == ".zst":
        packed = subprocess.run(["zstd", "-qc"], input=data, check=True, capture_output=True)
        data = packed.stdout
    path.write_bytes(data)
    return path


def write_events(path, events):
    """Events as dicts, or raw lines as text or bytes."""
    lines = (event_line(e) if isinstance(e, dict) else e for e in events)
    return write(path, as_bytes(lines))


def write_song(path, *songs):
    return write(path, as_bytes(map(song_text, songs)))
