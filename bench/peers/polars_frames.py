"""Polars: a lazy scan of the logs with a given schema, then the five tables as parquet."""

import polars as pl

from bench.peers import records
from bench.peers.clock import Job, measured

EVENTS = {
    "artist": pl.String,
    "firstName": pl.String,
    "gender": pl.String,
    "lastName": pl.String,
    "length": pl.Float64,
    "level": pl.String,
    "location": pl.String,
    "page": pl.String,
    "sessionId": pl.Int32,
    "song": pl.String,
    "ts": pl.Int64,
    "userAgent": pl.String,
    "userId": pl.String,
}
SONGS = {
    "song_id": pl.String,
    "title": pl.String,
    "artist_id": pl.String,
    "year": pl.Int32,
    "duration": pl.Float64,
    "artist_name": pl.String,
    "artist_location": pl.String,
    "artist_latitude": pl.Float64,
    "artist_longitude": pl.Float64,
}


def scan_events(job: Job) -> pl.LazyFrame:
    """Events of known users."""
    return (
        pl.scan_ndjson(records.files(job.logs), schema=EVENTS)
        .filter(pl.col("userId") != "")
        .select(
            pl.col("ts").cast(pl.Datetime("ms")).alias("start_time"),
            pl.col("userId").cast(pl.Int32).alias("user_id"),
            pl.col("firstName").alias("first_name"),
            pl.col("lastName").alias("last_name"),
            "gender",
            "level",
            (pl.col("page") == "NextSong").alias("is_play"),
            pl.col("song").alias("title"),
            pl.col("artist").alias("artist_name"),
            pl.col("length").alias("duration"),
            pl.col("sessionId").alias("session_id"),
            "location",
            pl.col("userAgent").alias("user_agent"),
        )
    )


def read_songs(job: Job) -> pl.DataFrame:
    """One frame of all the small files; Python's reader beats a scan of each."""
    return pl.DataFrame(list(records.songs(job.songs)), schema=SONGS, strict=False)


def time_table(plays: pl.DataFrame) -> pl.DataFrame:
    at = pl.col("start_time").dt
    return (
        plays.select("start_time")
        .unique()
        .select(
            "start_time",
            at.hour().alias("hour"),
            at.day().alias("day"),
            at.week().alias("week"),
            at.month().alias("month"),
            at.year().alias("year"),
            (at.weekday() % 7).alias("weekday"),
        )
    )


def load(job: Job) -> None:
    job.out.mkdir(parents=True)
    events = scan_events(job).collect(engine="streaming")
    staged = read_songs(job)
    plays = events.filter("is_play").join(
        staged.select("title", "artist_name", "duration", "song_id", "artist_id"),
        on=["title", "artist_name", "duration"],
        how="left",
    )
    last = pl.col("first_name", "last_name", "gender", "level").sort_by("start_time").last()
    tables = {
        "songplays": plays.select(
            "start_time", "user_id", "level", "song_id", "artist_id", "session_id", "location",
            "user_agent",
        ),
        "users": events.group_by("user_id").agg(last),
        "songs": staged.select("song_id", "title", "artist_id", "year", "duration").unique(),
        "artists": staged.group_by("artist_id").agg(
            pl.col("artist_name").min().alias("name"),
            pl.col("artist_location").replace("", None).min().alias("location"),
            pl.col("artist_latitude").min().alias("latitude"),
            pl.col("artist_longitude").min().alias("longitude"),
        ),
        "time": time_table(plays),
    }  # fmt: skip
    for name, table in tables.items():
        table.write_parquet(job.out / f"{name}.parquet")


if __name__ == "__main__":
    measured(load)
