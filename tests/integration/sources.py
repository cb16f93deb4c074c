"""Reads source files by the value rules of docs/warehouse.md; shares nothing with the program."""

import gzip
import json
import re
import subprocess
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

EPOCH = datetime(1970, 1, 1)

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
