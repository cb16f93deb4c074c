"""The benchmark's own parts: data sets, rounds, verdicts, the peer that runs the program's SQL.

All peers together, with real answers, are run by `scripts/bench --check`.
"""

import json
import re
import sys

import pytest
from program import BINARY, OK, ROOT, Warehouse

sys.path.insert(0, str(ROOT))

from bench import answers, report, tables  # noqa: E402
from bench.against import is_loss  # noqa: E402
from bench.data import Data  # noqa: E402
from bench.measure import Failed, timed  # noqa: E402
from bench.peers import full_star, records  # noqa: E402
from bench.rounds import Plan, Side, compare  # noqa: E402
from bench.store import Store  # noqa: E402


@pytest.fixture
def data(tmp_path):
    return Data(tmp_path / "data", BINARY)


def lines_of(folder):
    return [
        line
        for path in sorted(folder.rglob("*.json"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def runs(*walls):
    return [{"wall": wall, "cpu": wall, "peak_mb": 1.0} for wall in walls]


def test_a_data_set_is_made_once(data):
    made = data.sized(2000)
    assert (made.events, len(lines_of(made.logs))) == (2000, 2000)
    before = (made.folder / "truth.json").stat().st_mtime_ns
    assert data.sized(2000) == made
    assert (made.folder / "truth.json").stat().st_mtime_ns == before


def test_a_folder_with_other_events_is_not_taken(data):
    made = data.sized(2000)
    made.folder.rename(made.folder.with_name("3k"))
    with pytest.raises(Failed, match="another data set"):
        data.sized(3000)


@pytest.mark.parametrize("count", [1, 7, 100])
def test_more_files_hold_the_same_events_in_the_same_order(data, count):
    source, split = data.sized(2000), data.in_files(2000, count)
    assert split.log_count == count
    assert lines_of(split.logs) == lines_of(source.logs)


def test_the_last_day_of_a_year_lies_apart(data):
    year = data.year(12, 30)
    assert len(lines_of(year.day)) == year.day_events > 0
    assert len(lines_of(year.history.logs)) == year.history.events
    assert max(map(ts_of, lines_of(year.history.logs))) < min(map(ts_of, lines_of(year.day)))
    assert data.year(12, 30) == year


def ts_of(line):
    return json.loads(line)["ts"]


def test_a_command_that_fails_ends_the_measurement_with_what_it_said():
    with pytest.raises(Failed, match="exit 3\nno disk"):
        timed(["sh", "-c", "echo no disk >&2; exit 3"])


def test_a_peer_measures_itself():
    own = {"wall": 1.5, "cpu": 2.5, "peak_mb": 10.0}
    assert timed(["echo", json.dumps({"measure": own})]).run.wall == 1.5
    assert 0.2 <= timed(["sleep", "0.2"]).run.wall < 1.5


def test_sides_take_turns_and_the_fastest_run_gives_the_stages(tmp_path):
    log = tmp_path / "log"

    def side(name):
        text = json.dumps({"stages": [{"stage": name, "seconds": 1}]})
        return Side(
            name, lambda out: ["sh", "-c", f"echo {name} >> {log}; echo '{text}'"], tables=""
        )

    found = compare(Plan([side("one"), side("two")], [], 2, tmp_path / "work"))
    assert log.read_text().split() == ["one", "two", "two", "one"]
    assert [len(found[name]["runs"]) for name in ("one", "two")] == [2, 2]
    assert found["two"]["stages"] == {"two": 1}


def test_another_answer_is_named_by_its_table():
    expected = {"songs": (2, "5"), "users": (1, "7")}
    answers.compare("peer", dict(expected), expected)
    with pytest.raises(Failed, match=r"peer: the answer is wrong\n  songs: 3 rows, 2 expected$"):
        answers.compare("peer", expected | {"songs": (3, "5")}, expected)
    with pytest.raises(Failed, match="users: 1 rows, 1 expected, other values"):
        answers.compare("peer", expected | {"users": (1, "8")}, expected)


@pytest.mark.parametrize(
    ("now", "then", "lost"),
    [
        ((1.06, 1.08, 1.07), (1.00, 1.01, 1.02), True),
        ((1.04, 1.08, 1.07), (1.00, 1.01, 1.02), False),
        ((1.10, 1.20, 1.15), (1.00, 1.30, 1.14), False),
        ((1.06, 1.08, 1.07, 1.09, 1.10), (1.00, 1.01, 1.20, 1.02, 1.03), True),
        ((0.50, 0.60, 0.70), (1.00, 1.01, 1.02), False),
    ],
)
def test_a_loss_is_five_percent_outside_the_noise(now, then, lost):
    assert is_loss(runs(*now), runs(*then)) == lost


def test_what_was_measured_is_not_measured_again(tmp_path):
    count = []

    def measure():
        count.append(1)
        return {"events": len(count)}

    path = tmp_path / "results.json"
    for mark, times in (("a", 1), ("a", 1), ("b", 2)):
        store = Store(path, mark)
        store.measure("group", measure)
        assert (len(count), store.groups["group"]["events"]) == (times, times)
    Store(path, "b", is_fresh=True).measure("group", measure)
    assert len(count) == 3


def test_a_part_may_be_chosen(tmp_path):
    store = Store(tmp_path / "results.json", only=["scaling/files", "memory"])
    names = ["scaling/files/1", "scaling/files", "memory/1m"]
    for name in [*names, "scaling/filesystem", "scaling/events/1m", "five_tables"]:
        store.measure(name, dict)
    assert list(store.groups) == names


def test_a_group_that_fails_leaves_the_others_and_is_tried_again(tmp_path):
    def fail():
        raise Failed("no such peer\nlong text")

    store = Store(tmp_path / "results.json", "a")
    store.measure("broken", fail)
    store.measure("sound", lambda: {"events": 1})
    assert store.failures == ["broken"]
    assert store.groups["broken"]["failed"] == "no such peer"
    again = Store(tmp_path / "results.json", "a")
    again.measure("broken", lambda: {"events": 2})
    assert (again.groups["broken"], again.failures) == ({"mark": "a", "events": 2}, [])


def test_the_page_says_what_was_measured_at_another_revision(tmp_path):
    store = Store(tmp_path / "results.json", "a")
    for revision, name in (("1234", "memory/1m"), ("5678", "memory/2m")):
        store.describe({"revision": revision, "processor": "fast"})
        store.measure(name, lambda: {"events": 1})
    text = report.section_of_machine(store.content["about"], store.groups)
    assert "Measured at 1234: memory/1m." in text
    assert "memory/2m" not in text


def test_the_peer_that_runs_the_programs_sql_makes_the_same_star(data, tmp_path):
    made = data.sized(2000)
    script = tmp_path / "star.sql"
    script.write_text(full_star.script(f"{made.logs}/**/*.json", f"{made.song_files}/**/*.json"))
    peer, ours = Warehouse(tmp_path / "peer.duckdb"), Warehouse(tmp_path / "ours.duckdb")
    peer.run("create-tables").expect(OK)
    peer.run("sql", "-f", script).expect(OK)
    ours.load(made.logs, made.song_files)
    peer.expect_star(ours.star())


def test_targets_that_were_not_measured_are_said_to_be_missing():
    assert {row[2] for row in tables.target_rows({})} == {"not measured"}


@pytest.mark.parametrize(("ours", "verdict"), [(1.0, "met"), (2.0, "missed")])
def test_a_target_is_compared_with_the_fastest_peer(ours, verdict):
    sides = {
        "read_json, 1 thread": {"runs": runs(15.0, 30.0)},
        "read_json, all threads": {"runs": runs(45.0)},
        "sparkify etl, list and read": {"runs": runs(ours, 3.0)},
    }
    rows = tables.target_rows({"small_files": {"sides": sides}})
    assert next(row for row in rows if row[0].startswith("small files"))[3] == verdict


def test_the_targets_of_s3_are_judged_by_whole_loads_and_the_faster_curl():
    groups = {
        "s3/small/64": {
            "objects": 15_000,
            "sides": {"curl --parallel": {"runs": runs(7.0)}, "sparkify etl": {"runs": runs(9.1)}},
        },
        "s3/large": {
            "sides": {
                "curl, one after another": {"runs": runs(4.0)},
                "curl --parallel": {"runs": runs(1.0)},
                "the program's store, reading alone": {"runs": runs(1.05)},
            }
        },
        "s3/load": {
            "sides": {
                "sparkify etl, from disk": {"runs": runs(10.0)},
                "sparkify etl, from S3": {"runs": runs(11.9, 14.0)},
            }
        },
    }
    rows = {row[0]: row[2:] for row in tables.target_rows(groups) if "S3" in row[0]}
    assert list(rows.values()) == [
        ["9.10 s", "missed"],
        ["not measured", ""],
        ["0.95 x", "met"],
        ["1.19 x", "met"],
    ]


def test_the_parts_of_an_instant_are_those_of_the_time_table():
    assert records.time_row(1541106106796)[1:] == (21, 1, 44, 11, 2018, 4)
    assert records.time_row(1546128000000)[1:] == (0, 30, 52, 12, 2018, 0)  # a Sunday


def test_the_peers_engine_is_of_the_programs_version():
    pins = [ROOT / "bench/requirements.lock", ROOT / "packaging/duckdb/header.lock"]
    ours, theirs = (re.search(r"^duckdb==(\S+)", pin.read_text(), re.MULTILINE) for pin in pins)
    assert ours[1] == theirs[1]
