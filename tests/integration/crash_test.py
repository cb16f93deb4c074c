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
from worlds import large_log_lines, large_songs

ROUNDS = int(os.environ.get("SPARKIFY_CRASH_ROUNDS", "100"))
INTERRUPTIONS = max(3, ROUNDS // 8)
FIRST_LOADS = max(3, ROUNDS // 10)
EVENTS_BEFORE, EVENTS_OF_THE_LOAD = 4_000, 30_000
WORKERS = 2


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
    before = first.digest()
    shutil.copy(folder / "before.duckdb", folder / "after.duckdb")
    second = Warehouse(folder / "after.duckdb")
    loaded = second.load(folder / "logs", folder / "songs")
    after = second.digest()
    assert before != after
    return Scene(first.path, folder / "logs", folder / "songs", before, after, loaded.seconds)


class Pace:
    """How long a load takes now, learnt from round to round: other work may slow us down."""

    def __init__(self, seconds):
        self.seconds = seconds

    def learn(self, delay, seconds, is_ended):
        if is_ended:
            self.seconds = (self.seconds + seconds) / 2
        elif delay > self.seconds:
            self.seconds *= 1.2


def stopped_load(warehouse, scene, delay, signal_number):
    """Loads and sends the signal after `delay` seconds."""
    process = warehouse.start("etl", *warehouse.sources(scene.logs, scene.songs))
    time.sleep(delay)
    process.send_signal(signal_number)
    return finish(process)


def copy_before(scene, folder):
    folder.mkdir()
    return Warehouse(shutil.copy(scene.file, folder / "w.duckdb"))


def expect_whole(warehouse, scene, result, delay):
    """Before or after, nothing between; and the next run completes."""
    told = f"stopped after {delay:.4f} s\n{result}"
    checked = warehouse.run("check")
    assert checked.exit_code == OK, f"{told}\n{checked}"
    found = warehouse.digest()
    assert found in (scene.before, scene.after), f"{told}\n{found}"
    again = warehouse.etl(scene.logs, scene.songs)
    assert again.exit_code == OK, f"{told}\n{again}"
    assert warehouse.digest() == scene.after, told
    left = [path.name for path in warehouse.path.parent.iterdir()]
    assert left == [warehouse.path.name], f"{told}\nleft behind: {left}"
    return found == scene.after


def in_parallel(count, seed, pace, round_):
    """Runs round_(number, delay) with delays spread at random over the load's duration."""
    draw = random.Random(seed)
    parts = [draw.uniform(0, 1.1) for _ in range(count)]
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(lambda n: round_(n, parts[n] * pace.seconds), range(count)))


def test_a_load_killed_at_any_moment_leaves_all_or_nothing(scene, tmp_path):
    pace = Pace(scene.seconds)

    def round_(number, delay):
        warehouse = copy_before(scene, tmp_path / f"{number}")
        result = stopped_load(warehouse, scene, delay, signal.SIGKILL)
        assert result.exit_code in (OK, -signal.SIGKILL), str(result)
        pace.learn(delay, result.seconds, result.exit_code == OK)
        expect_whole(warehouse, scene, result, delay)
        shutil.rmtree(warehouse.path.parent)
        return result.exit_code == -signal.SIGKILL

    killed = in_parallel(ROUNDS, 1, pace, round_)
    assert sum(killed) > ROUNDS // 2, "most loads ended before they were killed"


def test_a_first_load_killed_at_any_moment_can_be_run_again(scene, tmp_path):
    """There is no warehouse yet: the file itself is half made, or not at all."""
    pace = Pace(scene.seconds)

    def round_(number, delay):
        warehouse = Warehouse(tmp_path / f"{number}/w.duckdb")
        warehouse.path.parent.mkdir()
        result = stopped_load(warehouse, scene, delay, signal.SIGKILL)
        pace.learn(delay, result.seconds, result.exit_code == OK)
        again = warehouse.etl(scene.logs, scene.songs)
        assert again.exit_code == OK, f"stopped after {delay:.4f} s\n{result}\n{again}"
        warehouse.expect_green()
        found = warehouse.digest()
        shutil.rmtree(warehouse.path.parent)
        return tuple(sorted(found.items()))

    found = in_parallel(FIRST_LOADS, 3, pace, round_)
    # And as many while the file is made.
    found += in_parallel(FIRST_LOADS, 4, Pace(0.2), lambda n, delay: round_(n + 1000, delay))
    assert len(set(found)) == 1


def test_a_load_interrupted_at_any_moment_leaves_all_or_nothing(scene, tmp_path):
    pace = Pace(scene.seconds)

    def round_(number, delay):
        warehouse = copy_before(scene, tmp_path / f"{number}")
        result = stopped_load(warehouse, scene, delay, signal.SIGINT)
        pace.learn(delay, result.seconds, result.exit_code == OK)
        is_after = expect_whole(warehouse, scene, result, delay)
        if result.exit_code == -signal.SIGINT:
            # The program did not listen yet, nor had it spoken; or it had done all and said so.
            assert is_after == ("commit:" in result.err), str(result)
            assert is_after or result.err == ""
        elif result.exit_code != OK:
            result.expect_error(INTERRUPTED, "interrupted")
        else:
            assert is_after
        shutil.rmtree(warehouse.path.parent)
        return result.exit_code == INTERRUPTED

    interrupted = in_parallel(INTERRUPTIONS, 2, pace, round_)
    assert sum(interrupted) > INTERRUPTIONS // 3, "few loads were interrupted"


def test_a_killed_load_holds_no_lock(scene, tmp_path):
    warehouse = copy_before(scene, tmp_path / "copy")
    result = stopped_load(warehouse, scene, scene.seconds / 2, signal.SIGKILL)
    warehouse.run("status", timeout=20).expect(OK)
    expect_whole(warehouse, scene, result, scene.seconds / 2)
