"""What loads promise: nothing twice, nothing silent, late songs, a bound on memory."""

import json
import re
import subprocess

import pytest
import reference
from eventfiles import START, event, event_line, play, song, write, write_events, write_song
from program import LOCKED, OK, ROOT, USAGE, Warehouse, clean_environment, command_of, finish
from worlds import large_log_lines, large_songs


def star_of(log_files=(), song_files=()):
    expected = reference.Warehouse()
    expected.load(list(log_files), list(song_files))
    return expected.star()


def files_by_name(warehouse):
    return {row["path"].rsplit("/", 1)[-1]: row for row in warehouse.ledger()["etl_files"]}


# --- again and again ---


def test_a_second_run_loads_nothing_and_succeeds(warehouse, logs, songs):
    warehouse.load(logs, songs)
    before = warehouse.content()
    warehouse.load(logs, songs)
    assert warehouse.content() == before
    assert len(warehouse.loads()) == 1


def test_a_file_of_known_content_is_not_read_again_under_another_path(warehouse, logs, tmp_path):
    warehouse.load(logs)
    before = warehouse.content()
    write(tmp_path / "moved/deep/c.json", (logs / "a.json").read_bytes())
    warehouse.load(tmp_path / "moved")
    assert warehouse.content() == before


def test_a_grown_file_is_read_whole_and_its_known_events_count_as_duplicates(warehouse, logs):
    warehouse.load(logs)
    grown = (logs / "b.json").read_bytes()
    write_events(logs / "b.json", [grown, play(item=3)])
    warehouse.load(logs)
    first, second = warehouse.loads()
    assert (second["files_loaded"], second["rows_loaded"], second["duplicates"]) == (1, 1, 1)
    warehouse.expect_star(star_of([logs / "a.json", logs / "b.json"]))


def test_a_touched_file_of_the_same_content_is_not_loaded_again(warehouse, logs):
    warehouse.load(logs)
    before = warehouse.content()
    for path in logs.iterdir():
        path.write_bytes(path.read_bytes())
    warehouse.load(logs)
    after = warehouse.content()
    assert {**after, "etl_files": None} == {**before, "etl_files": None}
    assert sum(row["loaded_count"] for row in warehouse.ledger()["etl_files"]) == 3


def test_the_second_of_two_equal_files_in_one_load_counts_as_duplicates(warehouse, tmp_path):
    for name in ("a.json", "b.json"):
        write_events(tmp_path / "logs" / name, [play(item=0), play(item=1)])
    warehouse.load(tmp_path / "logs")
    files = files_by_name(warehouse)
    accounts = [
        tuple(files[name][c] for c in ("row_count", "loaded_count", "duplicate_count"))
        for name in ("a.json", "b.json")
    ]
    assert accounts == [(2, 2, 0), (2, 0, 2)]
    assert warehouse.value("select count(*) from songplays") == 2


def test_of_different_records_with_one_key_the_greatest_wins_within_a_load(warehouse, tmp_path):
    records = [
        play(item=0, artist="Zoë", location="A"),
        play(item=0, artist="Zoë", location="B"),
        play(item=0, artist=None, location="Z"),
        play(item=0, artist="Zo", location="Z"),
    ]
    paths = [
        write_events(tmp_path / "logs" / f"{n}.json", [record]) for n, record in enumerate(records)
    ]
    warehouse.load(tmp_path / "logs")
    warehouse.expect_star(star_of(paths))
    (row,) = warehouse.query("select artist_name, location from songplays")
    assert row == {"artist_name": "Zoë", "location": "B"}


def test_a_key_that_the_warehouse_holds_stays_as_it_is(warehouse, tmp_path):
    write_events(tmp_path / "1/a.json", [play(artist="Abba")])
    write_events(tmp_path / "2/a.json", [play(artist="Zappa")])
    warehouse.load(tmp_path / "1")
    warehouse.load(tmp_path / "2")
    assert warehouse.query("select artist_name from songplays") == [{"artist_name": "Abba"}]
    assert warehouse.loads()[-1]["duplicates"] == 1


# --- before a load ---


def test_dry_run_says_what_it_would_do_and_changes_nothing(warehouse, logs):
    write(logs / "notes.txt", b"not ours")
    planned = {
        row["path"].rsplit("/", 1)[-1]: row["verdict"]
        for row in warehouse.load(logs, None, "--dry-run", "--format", "json").json
    }
    assert planned["a.json"] == planned["b.json"] == "load"
    assert planned["notes.txt"] != "load"
    warehouse.load(logs)
    before = warehouse.content()
    write_events(logs / "b.json", [play(item=9)])
    write(logs / "copy.json", (logs / "a.json").read_bytes())
    planned = {
        row["path"].rsplit("/", 1)[-1]: row["verdict"]
        for row in warehouse.load(logs, None, "--dry-run", "--format", "json").json
    }
    assert planned["a.json"] == "unchanged since load 1"
    assert planned["b.json"] == "load"
    assert planned["copy.json"].startswith("same content as")
    assert "a.json" in planned["copy.json"] and "load 1" in planned["copy.json"]
    assert warehouse.content() == before


def test_a_dry_run_makes_no_warehouse(warehouse, logs):
    warehouse.load(logs, None, "--dry-run")
    assert not warehouse.path.exists()


def test_files_of_other_kinds_are_passed_over_and_named(warehouse, logs):
    write(logs / "README.md", b"# notes")
    result = warehouse.load(logs)
    assert "README.md" in result.out + result.err
    assert warehouse.value("select count(*) from etl_files") == 2


@pytest.mark.parametrize("name", ["x.jsonl", "x.ndjson", "x.JSON", "x.jsonl.gz", "x.ndjson.zst"])
def test_every_ending_of_the_contract_is_read(warehouse, tmp_path, name):
    write_events(tmp_path / "logs/deep/er" / name, [play()])
    warehouse.load(tmp_path / "logs")
    assert warehouse.value("select count(*) from songplays") == 1


# --- the ledger ---


def test_the_ledger_accounts_for_every_record_of_every_file(warehouse, tmp_path):
    logs = tmp_path / "logs"
    write_events(logs / "a.json", [play(item=0), play(item=0), "{broken", play(item=1)])
    write_events(logs / "b.json", [play(item=1), event(item=2, extra={"x": 1})])
    write_song(tmp_path / "songs/s.json", song("SO1", "AR1"), song("SO1", "AR1"))
    warehouse.load(logs, tmp_path / "songs", "--max-rejects", "1")
    files = files_by_name(warehouse)
    a, b, s = files["a.json"], files["b.json"], files["s.json"]
    columns = ("row_count", "loaded_count", "duplicate_count", "reject_count")
    assert [tuple(row[c] for c in columns) for row in (a, b)] == [(4, 2, 1, 1), (2, 1, 1, 0)]
    assert (s["row_count"], s["loaded_count"] + s["duplicate_count"]) == (2, 2)
    assert [row["unknown_key_count"] for row in (a, b, s)] == [0, 1, 0]
    assert [row["source"] for row in (a, b, s)] == ["events", "events", "songs"]
    assert a["size_bytes"] == (logs / "a.json").stat().st_size
    (load,) = warehouse.loads()
    assert load["status"] == "loaded" and load["error"] is None
    assert load["files_loaded"] == 3
    assert load["rows_read"] == 8
    assert load["rows_read"] == load["rows_loaded"] + load["duplicates"] + load["rejects"]


def test_the_summary_as_json_gives_the_same_counts_as_the_ledger(warehouse, logs, songs):
    summary = warehouse.load(logs, songs, "--format", "json").json
    (load,) = warehouse.loads()
    for name in ("load_id", "files_loaded", "rows_read", "rows_loaded", "duplicates", "rejects"):
        assert summary[name] == load[name], name


# --- songs that come late ---


def matches(warehouse):
    return warehouse.query("select song_id, artist_id, match_method from songplays")


def test_a_song_that_arrives_after_its_plays_links_them(warehouse, logs, songs):
    warehouse.load(logs)
    assert {row["match_method"] for row in matches(warehouse)} == {None}
    warehouse.load(None, songs)
    assert [row["song_id"] for row in matches(warehouse)] == ["SO1", "SO1"]


def test_a_better_match_replaces_a_worse_one(warehouse, tmp_path):
    write_events(tmp_path / "logs/a.json", [play(length=200.5)])
    steps = [
        (song("SO5", "AR5", title="Other"), (None, "AR5", "artist")),
        (song("SO4", "AR4", duration=None), ("SO4", "AR4", "title+artist")),
        (song("SO9", "AR9", duration=210), ("SO9", "AR9", "title+artist")),
        (song("SO3", "AR3", duration=200.5), ("SO3", "AR3", "title+artist+duration")),
        (song("SO2", "AR2", duration=200.5), ("SO2", "AR2", "title+artist+duration")),
        (song("SO1", "AR1", duration=200.4), ("SO2", "AR2", "title+artist+duration")),
    ]
    warehouse.load(tmp_path / "logs")
    for number, (record, expected) in enumerate(steps):
        write_song(tmp_path / f"songs{number}/s.json", record)
        warehouse.load(None, tmp_path / f"songs{number}")
        assert [tuple(row.values()) for row in matches(warehouse)] == [expected]


def test_a_song_record_that_changes_title_unlinks_its_plays(warehouse, tmp_path):
    write_events(tmp_path / "logs/a.json", [play()])
    write_song(tmp_path / "songs1/s.json", song("SO1", "AR1"))
    write_song(tmp_path / "songs2/s.json", song("SO1", "AR1", title="You Gotta Be (Live)"))
    warehouse.load(tmp_path / "logs", tmp_path / "songs1")
    warehouse.load(None, tmp_path / "songs2")
    (row,) = matches(warehouse)
    assert (row["song_id"], row["match_method"]) == (None, "artist")


# --- tables ---


def test_create_tables_refuses_to_drop_data_without_yes(warehouse, logs):
    warehouse.load(logs)
    before = warehouse.content()
    warehouse.run("create-tables").expect_error(USAGE, "--yes")
    assert warehouse.content() == before
    warehouse.run("create-tables", "--yes").expect(OK)
    assert warehouse.value("select count(*) from songplays") == 0
    assert warehouse.value("select count(*) from etl_files") == 0
    warehouse.load(logs)
    assert warehouse.value("select count(*) from songplays") == 2


def test_create_tables_makes_an_empty_warehouse(warehouse):
    warehouse.run("create-tables").expect(OK)
    warehouse.expect_star(star_of())
    warehouse.expect_green()


def test_tables_have_the_columns_of_the_contract_in_order(warehouse):
    warehouse.run("create-tables").expect(OK)
    for table, columns in reference.STAR.items():
        result = warehouse.run("sql", "--format", "csv", f"select * from {table}").expect(OK)
        expected = (["songplay_id"] if table == "songplays" else []) + columns
        assert result.out.strip().split(",") == expected, table


def test_kept_staging_holds_the_batch_of_the_last_load(warehouse, logs, songs):
    warehouse.load(logs, songs, "--keep-staging")
    assert warehouse.value("select count(*) from staging_events") == 3
    assert warehouse.value("select count(*) from staging_songs") == 1


def test_staging_is_gone_after_a_load_unless_kept(warehouse, logs, songs):
    warehouse.load(logs, songs)
    warehouse.run("sql", "select count(*) from staging_events").expect_error(1, "staging_events")


# --- at once ---


def test_two_loads_at_once_both_succeed_when_they_wait(warehouse, logs, songs):
    first = warehouse.start("etl", *warehouse.sources(logs), "--wait", "60")
    second = warehouse.start("etl", *warehouse.sources(None, songs), "--wait", "60")
    finish(first).expect(OK)
    finish(second).expect(OK)
    warehouse.expect_star(star_of(sorted(logs.iterdir()), songs.iterdir()))
    assert [row["status"] for row in warehouse.loads()] == ["loaded", "loaded"]


def test_two_loads_at_once_without_waiting_never_half_load(warehouse, logs):
    warehouse.load(logs)
    write_events(logs / "c.json", large_log_lines(20_000, seed=5, first_session=1000))
    racing = [warehouse.start("etl", *warehouse.sources(logs)) for _ in range(3)]
    codes = [finish(process).exit_code for process in racing]
    assert set(codes) <= {OK, LOCKED} and OK in codes
    assert warehouse.value("select count(*) from events") == 20_003
    warehouse.expect_green()


# --- size ---


def peak_bytes(path, log, *flags):
    """Peak resident memory of one load."""
    code = (
        "import resource, subprocess, sys; "
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); "
        "sys.exit(done.returncode)"
    )
    command = command_of("etl", "--warehouse", path, "--log-data", log, "--threads", 2, *flags)
    done = subprocess.run(
        ["python3", "-c", code, *command], capture_output=True, env=clean_environment()
    )
    assert done.returncode == 0, done.stderr.decode()
    return int(done.stdout) * 1024


def write_large_log(path, size_bytes):
    """A log of about this size; returns its count of events."""
    path.parent.mkdir(parents=True)
    count = 0
    with path.open("w") as out:
        for line in large_log_lines(10**9, seed=3):
            out.write(line + "\n")
            count += 1
            if out.tell() >= size_bytes:
                return count
    raise AssertionError("the log ended early")


@pytest.fixture(scope="module")
def large_logs(tmp_path_factory):
    """Logs of 150 and 300 MB with their counts of events, by size."""
    folder = tmp_path_factory.mktemp("large")
    sizes = (150_000_000, 300_000_000)
    return {
        size: (folder / f"{size}", write_large_log(folder / f"{size}/large.json", size))
        for size in sizes
    }


def test_memory_has_a_bound(large_logs, tmp_path):
    logs, count = large_logs[300_000_000]
    assert peak_bytes(tmp_path / "w.duckdb", logs) < 1_500_000_000
    assert Warehouse(tmp_path / "w.duckdb").value("select count(*) from events") == count


def test_memory_does_not_grow_with_the_log(large_logs, tmp_path):
    """With less than either log needs; with the default limit the smaller one would not meet it."""
    small, large = (
        peak_bytes(tmp_path / f"{size}.duckdb", logs, "--memory-limit", "300MB")
        for size, (logs, _) in large_logs.items()
    )
    assert large < 1.35 * small, (small, large)


def test_many_small_files_load_as_one(warehouse, tmp_path):
    lines = list(large_log_lines(2000, seed=8))
    for number in range(500):
        write_events(tmp_path / f"logs/{number % 20}/{number}.json", lines[number * 4 :][:4])
    for number, text in enumerate(large_songs(300, seed=8)):
        write(tmp_path / f"songs/{number % 10}/{number}.json", text.encode())
    warehouse.load(tmp_path / "logs", tmp_path / "songs")
    expected = star_of((tmp_path / "logs").rglob("*.json"), (tmp_path / "songs").rglob("*.json"))
    warehouse.expect_star(expected)
    (load,) = warehouse.loads()
    assert (load["files_loaded"], load["rows_read"]) == (800, 2300)


def test_tables_of_ones_own_stay_whatever_they_are_called(warehouse, logs, songs, tmp_path):
    """Those that a load makes for itself have names that begin with etl_."""
    warehouse.load(logs, songs)
    names = sorted(
        name.removeprefix("etl_")
        for path in (ROOT / "sql").rglob("*.sql")
        for name in re.findall(r"create temp table (\w+)", path.read_text())
    )
    assert len(names) > 20
    for name in names:
        warehouse.run("sql", f"create table {name} as select 1 as mine").expect(OK)
    write_events(tmp_path / "more/logs/c.json", [play(user=3, session=30)])
    write_song(tmp_path / "more/songs/d.json", song("SO9", "AR9"))
    warehouse.load(tmp_path / "more/logs", tmp_path / "more/songs")
    for name in names:
        assert warehouse.value(f"select mine from {name}") == 1, name
    warehouse.expect_green()


def test_as_many_rejects_as_can_be_written_are_allowed(warehouse, tmp_path):
    lines = [b"nothing"] * 5000 + [event_line(play()).encode()]
    write_events(tmp_path / "logs/a.json", lines)
    warehouse.load(tmp_path / "logs", None, "--max-rejects", 2**64 - 1)
    assert warehouse.value("select count(*) from songplays") == 1
    (load,) = warehouse.loads()
    assert (load["rows_read"], load["rejects"]) == (5001, 5000)


@pytest.mark.parametrize("is_late", [False, True])
def test_a_negative_length_is_heard_as_long_in_any_order(warehouse, tmp_path, is_late):
    first = play(item=0, length=-1)
    then = play(item=1, ts=START + 10_000)
    write_events(tmp_path / "a.json", [first] if is_late else [first, then])
    write_events(tmp_path / "b.json", [then])
    warehouse.load(tmp_path / "a.json")
    warehouse.load(tmp_path / "b.json")
    seconds = "select listened_seconds from songplays order by start_time limit 1"
    assert warehouse.value(seconds) == -1


def test_files_of_other_names_are_passed_over_and_named(warehouse, tmp_path):
    write_events(tmp_path / "logs/first.json", [play(user=1, session=1)])
    for number in range(12):
        (tmp_path / f"logs/notes-{number:02}.txt").write_text("no log")
    result = warehouse.load(tmp_path / "logs")
    assert "passed over" in result.err and "notes-00.txt" in result.err, str(result)
    assert "notes-11.txt" not in result.err and "2 more files" in result.err, str(result)
    verdicts = warehouse.etl(tmp_path / "logs", None, "--dry-run").out
    assert verdicts.count("notes-") == 12, verdicts


def test_texts_without_end_load_like_any_others(tmp_path, warehouse):
    """More different texts than the loader keeps as numbers: 140 MB of user agents."""
    count = 70_000
    with (tmp_path / "logs.json").open("w") as file:
        for number in range(count):
            agent = f"{number} " + "x" * 2000
            file.write(json.dumps(play(user=number % 50 + 1, session=number, userAgent=agent)))
            file.write("\n")
    warehouse.load(tmp_path / "logs.json")
    assert warehouse.value("select count(distinct user_agent) from events") == count
    assert warehouse.value("select min(len(user_agent)) from songplays") == 2002
    warehouse.expect_green()
