"""All or nothing: a load killed at any moment leaves the warehouse as before or as after.

SPARKIFY_CRASH_ROUNDS sets how many loads are killed.
"""

import os
import random
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from eventfiles import write, write_events
from program import INTERRUPTED, OK, Warehouse, finish
from reference import STAR
from worlds import large_log_lines, large_songs

ROUNDS = int(os.environ.get("SPARKIFY_CRASH_ROUNDS", "100"))
INTERRUPTIONS = max(3, ROUNDS // 8)
FIRST_LOADS = max(3, ROUNDS // 10)
EVENTS_BEFORE, EVENTS_OF_THE_LOAD = 4_000, 30_000
WORKERS = 2


def digest(warehouse):
    """Count and content of every table, order apart; sums of doubles rounded."""
    parts = []
    for table, columns in STAR.items():
        values = ", ".join(
            f"round({c}, 3)" if c.endswith("listened_seconds") else c for c in columns
        )
        parts.append(
            f"select '{table}' as part, count(*) as row_count, "
            f"cast(sum(hash({values})) as varchar) as content from {table}"
        )
    parts.append(
        "select 'etl_files', count(*), cast(sum(hash(path, content_hash, row_count, loaded_count, "
        "duplicate_count, reject_count)) as varchar) from etl_files"
    )
    parts.append(
        "select 'etl_loads', count(*), cast(sum(hash(rows_read, rows_loaded)) as varchar) "
        "from etl_loads where status = 'loaded'"
    )
    rows = warehouse.query(" union all ".join(parts))
    assert len(rows) == len(STAR) + 2
    return {row["part"]: (row["row_count"], row["content"]) for row in rows}


@dataclass
class Scene:
    """A warehouse before a load, what it holds before and after, and how long the load takes."""

    file: Path
    logs: Path
    songs: Path
    before: dict
    after: dict
    seconds: float


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crash")
    lines = list(large_log_lines(EVENTS_BEFORE + EVENTS_OF_THE_LOAD, seed=11))
    songs = [text.encode() for text in large_songs(400, seed=11)]
    write_events(folder / "old/logs/a.json", lines[:EVENTS_BEFORE])
    write(folder / "old/songs/a.json", b"\n".join(songs[:200]))
    # The new logs begin in the middle of what is there: a third of a session, some duplicates.
    write_events(folder / "logs/b.json", lines[EVENTS_BEFORE - 500 : 20_000])
    write_events(folder / "logs/c.json", lines[20_000:])
    write(folder / "songs/b.json", b"\n".join(songs[150:]))
    first = Warehouse(folder / "before.duckdb")
    first.load(folder / "old/logs", folder / "old/songs")
    before = digest(first)
    shutil.copy(folder / "before.duckdb", folder / "after.duckdb")
    second = Warehouse(folder / "after.duckdb")
    loaded = second.load(folder / "logs", folder / "songs")
    after = digest(second)
    assert before != after
    return Scene(first.path, folder / "logs", folder / "songs", before, after, loaded.seconds)


def stopped_load(scene, folder, delay, signal_number):
    """Copies the warehouse, loads, sends the signal after `delay` seconds."""
    warehouse = Warehouse(folder / "w.duckdb")
    shutil.copy(scene.file, warehouse.path)
    process = warehouse.start("etl", *warehouse.sources(scene.logs, scene.songs))
    time.sleep(delay)
    process.send_signal(signal_number)
    return warehouse, finish(process)


def expect_whole(warehouse, scene, result, delay):
    """Before or after, nothing between; and the next run completes."""
    told = f"stopped after {delay:.4f} s\n{result}"
    checked = warehouse.run("check")
    assert checked.exit_code == OK, f"{told}\n{checked}"
    found = digest(warehouse)
    assert found in (scene.before, scene.after), f"{told}\n{found}"
    again = warehouse.etl(scene.logs, scene.songs)
    assert again.exit_code == OK, f"{told}\n{again}"
    assert digest(warehouse) == scene.after, told
    left = [path.name for path in warehouse.path.parent.iterdir()]
    assert left == [warehouse.path.name], f"{told}\nleft behind: {left}"
    return found == scene.after


def in_parallel(count, seed, seconds, round_):
    """Runs round_(number, delay) with delays spread at random over the load's duration."""
    draw = random.Random(seed)
    delays = [draw.uniform(0, 1.1 * seconds) for _ in range(count)]
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(round_, range(count), delays))


def test_a_load_killed_at_any_moment_leaves_all_or_nothing(scene, tmp_path):
    def round_(number, delay):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        warehouse, result = stopped_load(scene, folder, delay, signal.SIGKILL)
        assert result.exit_code in (OK, -signal.SIGKILL), str(result)
        expect_whole(warehouse, scene, result, delay)
        shutil.rmtree(folder)
        return result.exit_code == -signal.SIGKILL

    # Two rounds at a time take about twice as long as one load alone.
    killed = in_parallel(ROUNDS, 1, WORKERS * scene.seconds, round_)
    assert sum(killed) > ROUNDS // 3, "most loads ended before they were killed"


def test_a_first_load_killed_at_any_moment_can_be_run_again(scene, tmp_path):
    """There is no warehouse yet: the file itself is half made, or not at all."""

    def round_(number, delay):
        warehouse = Warehouse(tmp_path / f"{number}/w.duckdb")
        warehouse.path.parent.mkdir()
        process = warehouse.start("etl", *warehouse.sources(scene.logs, scene.songs))
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        result = finish(process)
        again = warehouse.etl(scene.logs, scene.songs)
        assert again.exit_code == OK, f"stopped after {delay:.4f} s\n{result}\n{again}"
        warehouse.expect_green()
        found = digest(warehouse)
        shutil.rmtree(warehouse.path.parent)
        return tuple(sorted(found.items()))

    # Half of them while the file is made.
    found = in_parallel(FIRST_LOADS, 3, 0.2, round_)
    found += in_parallel(FIRST_LOADS, 4, WORKERS * scene.seconds, lambda n, d: round_(n + 100, d))
    assert len(set(found)) == 1


def test_a_load_interrupted_at_any_moment_leaves_all_or_nothing(scene, tmp_path):
    def round_(number, delay):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        # Before the program has begun, the signal finds no one to answer it.
        warehouse, result = stopped_load(scene, folder, 0.2 + delay, signal.SIGINT)
        assert result.exit_code in (OK, INTERRUPTED), str(result)
        if result.exit_code == INTERRUPTED:
            result.expect_error(INTERRUPTED, "interrupted")
        is_after = expect_whole(warehouse, scene, result, delay)
        assert is_after or result.exit_code == INTERRUPTED
        shutil.rmtree(folder)
        return result.exit_code == INTERRUPTED

    interrupted = in_parallel(INTERRUPTIONS, 2, WORKERS * scene.seconds, round_)
    assert any(interrupted), "every load ended before it was interrupted"


def test_a_killed_load_holds_no_lock(scene, tmp_path):
    warehouse, result = stopped_load(scene, tmp_path, scene.seconds / 2, signal.SIGKILL)
    warehouse.run("status", timeout=20).expect(OK)
    expect_whole(warehouse, scene, result, scene.seconds / 2)
