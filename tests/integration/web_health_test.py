"""The page Health: what was loaded, what was refused, whether the rules hold."""

import json

import pytest
from browsing import WebServed, card, marks_of, settled, table_of
from eventfiles import event_line, play, write_events
from program import OK, TOO_MANY_REJECTS, Warehouse

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


def verdicts(page):
    return page.locator("[data-checks] li b").all_inner_texts()


def test_the_checks_are_run_and_told(served, health):
    """As the command line tells them, from the same server."""
    told = served.warehouse.run("check", "--format", "json").json
    assert len(told) >= 14
    assert health.get_by_text(f"{len(told)} of {len(told)} rules hold.").is_visible()
    assert verdicts(health) == ["\u2713 holds"] * len(told)
    rule = health.locator('[data-check="plays_equal_events"]').inner_text()
    assert "There are as many songplays as NextSong events" in rule
    status, _, text = served.ask("/api/checks", Cookie=served.cookie())
    assert (status, json.loads(text)) == (200, told)


def test_a_broken_rule_shows_the_rows_that_break_it(served, health):
    gone, back = (f"update users set level = '{x}' where user_id = 8" for x in ("gold", "free"))
    served.warehouse.run("sql", gone).expect(OK)
    try:
        health.locator("[data-checks]").get_by_role("button", name="Run again").click()
        broken = health.locator("[data-checks] li.broken")
        broken.first.wait_for()
        assert "1 row breaks it" in broken.first.inner_text()
        assert "rules hold." in health.locator("[data-checks] [role=status]").inner_text()
        lagging = health.locator('[data-check="users_are_fresh"]')
        lagging.locator("summary").click()
        assert lagging.locator("tbody td").all_inner_texts()[3:] == ["gold", "free"]
    finally:
        served.warehouse.run("sql", back).expect(OK)
