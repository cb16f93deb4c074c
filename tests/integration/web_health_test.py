"""The page Health: what was loaded, what was refused, whether the rules hold."""

import pytest
from browsing import WebServed, card, marks_of, settled, table_of
from eventfiles import event_line, play, write_events
from program import TOO_MANY_REJECTS, Warehouse

SCRIPT = "{<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A play that was loaded, and two bad records of a file that was refused at first."""
    folder = tmp_path_factory.mktemp("health")
    write_events(folder / "logs/good.json", [play()])
    bad = [SCRIPT, event_line(play(item=1, ts="yesterday"))]
    write_events(folder / "more/bad.json", bad)
    warehouse = Warehouse(folder / "health.duckdb")
    warehouse.load("logs", cwd=folder)
    warehouse.etl("more", cwd=folder).expect(TOO_MANY_REJECTS)
    warehouse.load("more", None, "--max-rejects", 2, cwd=folder)
    server = WebServed(warehouse.path)
    server.warehouse = warehouse
    yield server
    server.stop()


@pytest.fixture
def health(served, browser):
    page = browser.open(served.link)
    page.goto(served.home + "/health")
    return settled(page)


def test_loads_are_told_with_those_that_were_refused(health):
    rows = table_of(health, "loads")
    assert [row[:2] for row in rows] == [["3", "loaded"], ["2", "failed"], ["1", "loaded"]]
    assert rows[1][8] == "2" and "refused 2 of 2 records" in rows[1][9]


def test_files_are_told_with_what_became_of_their_records(health):
    rows = table_of(health, "files")
    assert [row[:3] for row in rows] == [
        ["3", "events", "more/bad.json"],
        ["1", "events", "logs/good.json"],
    ]
    assert [row[4:8] for row in rows] == [["2", "0", "0", "2"], ["1", "1", "0", "0"]]


def test_rejects_are_counted_by_reason_and_column(health):
    bars = marks_of(health, "rejects", "bar")
    found = [(bar["reason"], bar["column name"], bar["rejects"]) for bar in bars]
    assert found == [("malformed_json", "null", "2"), ("wrong_type", "ts", "2")]


def test_a_script_in_a_refused_record_is_text(health):
    rows = table_of(health, "refused_records")
    assert [row[1:3] for row in rows] == [["more/bad.json", "1"], ["more/bad.json", "2"]] * 2
    assert rows[0][6] == SCRIPT and '"yesterday"' in rows[1][6]
    assert health.title() == "Health \u00b7 Sparkify"
    assert health.locator("main img, main script").count() == 0


def test_a_period_of_events_leaves_the_loads_alone(served, health):
    health.goto(served.home + "/health?from=2018-11-01&to=2018-11-30")
    settled(health)
    for name in ("loads", "files", "rejects", "refused_records"):
        scope = card(health, name).locator(".scope").inner_text()
        assert scope == "Not filtered by from and to", name
    assert len(table_of(health, "loads")) == 3
