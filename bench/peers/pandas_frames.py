"""pandas, its readers and writers on Arrow: frames of the logs, then the five tables as parquet."""

import pandas as pd

from bench.peers import records
from bench.peers.clock import Job, measured

EVENT_COLUMNS = {
    "ts": "start_time",
    "userId": "user_id",
    "firstName": "first_name",
    "lastName": "last_name",
    "gender": "gender",
    "level": "level",
    "page": "page",
    "song": "title",
    "artist": "artist_name",
    "length": "duration",
    "sessionId": "session_id",
    "location": "location",
    "userAgent": "user_agent",
}
PLAY_COLUMNS = [
    "start_time", "user_id", "level", "song_id", "artist_id", "session_id", "location",
    "user_agent",
]  # fmt: skip


def read_events(job: Job) -> pd.DataFrame:
    """Events of known users in the order of the log."""
    frames = []
    for path in records.files(job.logs):
        frame = pd.read_json(path, lines=True, engine="pyarrow", dtype_backend="pyarrow")
        frame = frame[[*EVENT_COLUMNS]].rename(columns=EVENT_COLUMNS)
        frames.append(frame[frame["user_id"] != ""])
    events = pd.concat(frames, ignore_index=True)
    events["user_id"] = events["user_id"].astype("int32[pyarrow]")
    events["start_time"] = events["start_time"].astype("timestamp[ms][pyarrow]")
    return events


def time_table(instants: pd.Series) -> pd.DataFrame:
    parts = instants.astype("datetime64[ms]").dt
    return pd.DataFrame(
        {
            "start_time": instants,
            "hour": parts.hour,
            "day": parts.day,
            "week": parts.isocalendar().week,
            "month": parts.month,
            "year": parts.year,
            "weekday": (parts.day_of_week + 1) % 7,
        }
    )


def load(job: Job) -> None:
    job.out.mkdir(parents=True)
    events = read_events(job)
    staged = pd.DataFrame(list(records.songs(job.songs))).convert_dtypes(dtype_backend="pyarrow")
    staged["duration"] = staged["duration"].astype("double[pyarrow]")
    plays = events[events["page"] == "NextSong"].merge(
        staged[["title", "artist_name", "duration", "song_id", "artist_id"]],
        on=["title", "artist_name", "duration"],
        how="left",
    )
    artists = staged[
        ["artist_id", "artist_name", "artist_location", "artist_latitude", "artist_longitude"]
    ].drop_duplicates("artist_id")
    artists.columns = ["artist_id", "name", "location", "latitude", "longitude"]
    artists["location"] = artists["location"].replace("", None)
    users = events.drop_duplicates("user_id", keep="last")
    tables = {
        "songplays": plays[PLAY_COLUMNS],
        "users": users[["user_id", "first_name", "last_name", "gender", "level"]],
        "songs": staged[["song_id", "title", "artist_id", "year", "duration"]].drop_duplicates(),
        "artists": artists,
        "time": time_table(plays["start_time"].drop_duplicates()),
    }
    for name, table in tables.items():
        table.to_parquet(job.out / f"{name}.parquet", index=False)


if __name__ == "__main__":
    measured(load)
