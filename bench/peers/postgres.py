"""PostgreSQL 15. Three ways, as --variant:

rows    one insert a row from Python, one look-up a play, as the well-known exercise has it;
        a commit a file
values  rows collected and matched in Python, inserted in bulk by psycopg2's execute_values
copy    COPY of the lines into a jsonb column, then SQL
"""

import io
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import psycopg2.extras

from bench.answers import FIVE
from bench.peers import records
from bench.peers.clock import Job, measured
from bench.peers.cluster import cluster

TABLES = """
create table songplays (
  songplay_id bigserial primary key, start_time timestamp not null, user_id integer not null,
  level text, song_id text, artist_id text, session_id integer, location text, user_agent text);
create table users (
  user_id integer primary key, first_name text, last_name text, gender text, level text);
create table songs (
  song_id text primary key, title text, artist_id text, year integer, duration double precision);
create table artists (
  artist_id text primary key, name text, location text, latitude double precision,
  longitude double precision);
create table time (
  start_time timestamp primary key, hour integer, day integer, week integer, month integer,
  year integer, weekday integer);
create index on songs (title);
"""
PLAY = (
    "insert into songplays (start_time, user_id, level, song_id, artist_id, session_id, location,"
    " user_agent) values "
)
LOOK_UP = """
select s.song_id, a.artist_id from songs s join artists a on a.artist_id = s.artist_id
where s.title = %s and a.name = %s and s.duration = %s
"""
PAGE_ROWS = 5000


def marks(count: int) -> str:
    return "(" + ", ".join(["%s"] * count) + ")"


def load_rows(job: Job, connection) -> None:
    cursor = connection.cursor()
    cursor.execute(TABLES)
    for song in records.songs(job.songs):
        nothing = "on conflict do nothing"
        cursor.execute(f"insert into songs values {marks(5)} {nothing}", records.song_row(song))
        cursor.execute(f"insert into artists values {marks(5)} {nothing}", records.artist_row(song))
        connection.commit()
    for path in records.files(job.logs):
        for event in records.events(path):
            insert_event(cursor, event)
        connection.commit()


def insert_event(cursor, event: dict) -> None:
    if not event["userId"]:
        return
    cursor.execute(
        f"insert into users values {marks(5)} on conflict (user_id) do update set "
        "first_name = excluded.first_name, last_name = excluded.last_name, "
        "gender = excluded.gender, level = excluded.level",
        records.user_row(event),
    )
    if event["page"] != "NextSong":
        return
    time = records.time_row(event["ts"])
    cursor.execute(f"insert into time values {marks(7)} on conflict do nothing", time)
    cursor.execute(LOOK_UP, (event["song"], event["artist"], event["length"]))
    song_id, artist_id = cursor.fetchone() or (None, None)
    cursor.execute(PLAY + marks(8), play_row(event, time[0], song_id, artist_id))


def play_row(event: dict, at, song_id: str | None, artist_id: str | None) -> tuple:
    return (
        at,
        int(event["userId"]),
        event["level"],
        song_id,
        artist_id,
        event["sessionId"],
        event["location"],
        event["userAgent"],
    )


def load_values(job: Job, connection) -> None:
    cursor = connection.cursor()
    cursor.execute(TABLES)

    def insert(into: str, rows) -> None:
        psycopg2.extras.execute_values(cursor, f"{into} %s", rows, page_size=PAGE_ROWS)

    songs, artists, catalogue = {}, {}, {}
    for song in records.songs(job.songs):
        songs[song["song_id"]] = records.song_row(song)
        artists[song["artist_id"]] = records.artist_row(song)
        key = song["title"], song["artist_name"], song["duration"]
        catalogue[key] = song["song_id"], song["artist_id"]
    insert("insert into songs values", songs.values())
    insert("insert into artists values", artists.values())
    users, times = {}, {}
    for path in records.files(job.logs):
        plays = []
        for event in records.events(path):
            if not event["userId"]:
                continue
            users[event["userId"]] = records.user_row(event)
            if event["page"] != "NextSong":
                continue
            time = times.setdefault(event["ts"], records.time_row(event["ts"]))
            key = event["song"], event["artist"], event["length"]
            plays.append(play_row(event, time[0], *catalogue.get(key, (None, None))))
        insert(f"{PLAY}", plays)
    insert("insert into users values", users.values())
    insert("insert into time values", times.values())
    connection.commit()


class Lines(io.RawIOBase):
    """The files of a folder as one stream, one record a line."""

    def __init__(self, folder: Path):
        self._blocks = self._read(folder)
        self._rest = b""

    @staticmethod
    def _read(folder: Path) -> Iterator[bytes]:
        for path in records.files(folder):
            text = path.read_bytes()
            yield text if text.endswith(b"\n") else text + b"\n"

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._rest = block
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def load_copy(job: Job, connection) -> None:
    cursor = connection.cursor()
    for table, folder in (("raw_songs", job.songs), ("raw_events", job.logs)):
        cursor.execute(f"create unlogged table {table} (data jsonb)")
        # Quote and delimiter that no line holds: COPY takes it as it is.
        cursor.copy_expert(
            f"copy {table} from stdin (format csv, quote e'\\x01', delimiter e'\\x02')",
            Lines(folder),
            size=1 << 20,
        )
    cursor.execute(Path(__file__).with_name("postgres_copy.sql").read_text())
    connection.commit()


LOADS = {"rows": load_rows, "values": load_values, "copy": load_copy}


def export(connection, out: Path) -> None:
    out.mkdir(parents=True)
    cursor = connection.cursor()
    for table, columns in FIVE.items():
        query = f"select {', '.join(columns)} from {table}"
        with (out / f"{table}.csv").open("w") as file:
            cursor.copy_expert(f"copy ({query}) to stdout (format csv, header, null '\\N')", file)


def main() -> None:
    with cluster() as socket:
        connection = psycopg2.connect(host=str(socket), user="postgres", dbname="postgres")
        measured(
            lambda job: LOADS[job.variant](job, connection),
            lambda job: export(connection, job.out),
            is_served=True,
        )
        connection.close()


if __name__ == "__main__":
    main()
