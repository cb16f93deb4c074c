"""Every check of sql/check is green on a good warehouse and finds the fault it is there for."""

import pytest
from eventfiles import START, event, play, song, write_events, write_song
from program import BAD_DATA, CHECK_FAILED, OK, ROOT, Warehouse

# check: statements that break what it guards
FAULTS = {
    "dimension_keys_are_unique": [
        "insert into songs select * from songs",
        "insert into sessions select * from sessions",
    ],
    "events_are_not_in_the_future": [
        "update events set event_time = timestamp '2999-01-01 00:00:00'"
    ],
    "events_keys_are_unique": ["insert into events select * from events"],
    "ledger_reconciles": [
        "update etl_files set loaded_count = loaded_count + 1",
        "update etl_loads set rows_read = rows_read + 1",
        "delete from etl_rejects",
        "delete from events",
    ],
    "listening_hours_agree_with_songplays": [
        "update listening_hours set play_count = play_count + 1",
        "update listening_hours set listened_seconds = 1000",
        "delete from listening_hours",
        "update songplays set location = 'Nowhere'",
    ],
    "level_changes_agree_with_history": [
        "delete from level_changes",
        "update level_changes set changed_at = timestamp '2001-01-01 00:00:00'",
    ],
    "matches_agree_with_method": [
        "update songplays set match_method = null",
        "update songplays set match_method = 'artist'",
        "update songplays set artist_id = 'AR404'",
    ],
    "other_references_resolve": ["delete from artists", "delete from users"],
    "plays_equal_events": [
        "delete from songplays",
        "update sessions set play_count = play_count + 1",
        "update sessions set event_count = 0",
    ],
    "required_values_are_there": [
        "alter table songplays alter column start_time drop not null; "
        "update songplays set start_time = null",
        "alter table time alter column weekday drop not null; update time set weekday = null",
    ],
    "session_hours_agree_with_events": [
        "update session_hours set event_count = event_count + 1",
        "update session_hours set first_at = hour_at - interval '1 hour'",
        "update session_hours set last_ad_at = hour_at + interval '1 second'",
        "delete from session_hours",
        "update events set page = 'Thumbs Up' where page = 'Home'",
    ],
    "songplays_keys_are_unique": [
        "update songplays set item_in_session = 0, start_time = timestamp '2018-11-01 00:00:00'",
    ],
    "songplays_references_resolve": [
        "delete from time",
        "delete from songs",
        "delete from sessions",
        "update songplays set user_id = 404",
    ],
    "tracks_agree_with_songplays": [
        "delete from track_plays",
        "update tracks set match_method = null",
        "update track_plays set listened_seconds = 1000",
        "update songplays set song_title = 'Another'",
    ],
    "user_history_has_no_gaps": [
        "update user_history set is_current = false",
        "delete from user_history where is_current",
    ],
    "users_are_fresh": [
        "update users set level = 'free'",
        "update user_last_events set event_time = timestamp '2001-01-01 00:00:00'",
    ],
    "values_are_accepted": [
        "update events set level = 'gold'",
        "update songplays set listened_seconds = length_seconds + 1",
        "update time set month = 13",
    ],
}


@pytest.fixture
def good(warehouse, tmp_path):
    """A small warehouse with something in every table."""
    events = [
        play(item=0),
        event(item=1, ts=START + 1000, page="Submit Upgrade"),
        play(item=2, ts=START + 2000, level="paid"),
        event(item=3, ts=START + 3000, level="paid"),
        "{broken",
    ]
    write_events(tmp_path / "logs/a.json", events)
    write_song(tmp_path / "songs/a.json", song("SO1", "AR1"))
    warehouse.load(tmp_path / "logs", tmp_path / "songs", "--max-rejects", "1")
    warehouse.expect_green()
    return warehouse


def test_every_check_has_a_fault_here():
    names = {path.stem for path in (ROOT / "sql/check").glob("*.sql")}
    assert names == set(FAULTS)


@pytest.mark.parametrize(
    ("check", "fault"), [(check, fault) for check, faults in FAULTS.items() for fault in faults]
)
def test_a_check_finds_its_fault(check, fault, good):
    good.run("sql", fault).expect(OK)
    result = good.run("check").expect(CHECK_FAILED)
    assert check in result.out + result.err, str(result)


def test_an_empty_warehouse_passes_every_check(warehouse):
    warehouse.run("create-tables").expect(OK)
    warehouse.expect_green()


def test_a_file_without_our_tables_is_told_so(tmp_path):
    other = Warehouse(tmp_path / "other.duckdb")
    other.run("create-tables").expect(OK)
    other.run("sql", "drop table warehouse_version").expect(OK)
    other.run("check").expect_error(BAD_DATA, "no tables", "sparkify etl")
