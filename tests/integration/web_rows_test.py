"""From a figure to the rows it counts: the API, and clicks on the page."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest
from browsing import WebServed, card, settled, table_of
from eventfiles import song, write_events, write_song
from program import ROOT, TOO_MANY_REJECTS, Warehouse
from reports import hand_made_events

BAD_RECORDS = [b"{broken", b"[1, 2]", b"{broken"]
QUOTE = "O'Brien \\ \"x\" %_ '; drop table songplays; --"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The small music service of reports.py with a hostile song, and a file that was refused."""
    folder = tmp_path_factory.mktemp("rows")
    events = hand_made_events()
    for event in events:
        if event["song"] == "Three":
            event["song"] = QUOTE
    write_events(folder / "logs/all.json", events)
    write_events(folder / "more/bad.json", BAD_RECORDS)
    write_song(folder / "songs/all.json", song("SO1", "AR1", "One", "A", duration=100))
    warehouse = Warehouse(folder / "rows.duckdb")
    warehouse.load("logs", "songs", cwd=folder)
    warehouse.etl("more", cwd=folder).expect(TOO_MANY_REJECTS)
    warehouse.load("more", None, "--max-rejects", 3, cwd=folder)
    server = WebServed(warehouse.path)
    server.warehouse = warehouse
    server.kept_cookie = server.cookie()
    yield server
    server.stop()


def get(served, path, **query):
    status, _, text = served.ask(f"/api/{path}?{urlencode(query)}", Cookie=served.kept_cookie)
    assert status == 200, text
    return text


def named_rows(answer):
    names = [column["name"] for column in answer["columns"]]
    return [dict(zip(names, row, strict=True)) for row in answer["rows"]]


def behind(served, report, of, row, **filters):
    return json.loads(get(served, f"rows/{report}", of=of, row=json.dumps(row), **filters))


def known(filters, parameters):
    return {name: value for name, value in filters.items() if name in parameters}


@pytest.mark.parametrize(
    "filters", [{}, {"from": "2018-10-31", "to": "2018-11-06"}, {"level": "paid"}], ids=str
)
def test_as_many_rows_lie_behind_a_figure_as_it_says(filters, served):
    """For every report, every row of it, and every column that says what lies behind it."""
    count = 0
    for report in json.loads(get(served, "reports")):
        asked = known(filters, report["parameters"])
        for row in named_rows(json.loads(get(served, f"reports/{report['name']}", **asked))):
            for drill in report["rows"]:
                keys = {key: row[key] for key in drill["keys"]}
                narrowed = known(asked, drill["parameters"])
                found = behind(served, report["name"], drill["column"], keys, **narrowed)
                place = (report["name"], drill["column"], keys)
                assert found["count"] == abs(row[drill["column"]]), place
                assert len(found["rows"]) == found["count"], place
                count += 1
    assert count > 100
    named = {each["name"] for each in json.loads(get(served, "reports")) if each["rows"]}
    assert "top_songs" in named and len(named) == 32


def test_the_rows_are_those_of_the_figure(served):
    found = behind(served, "states", "plays", {"state": "IL"}, level="free")
    assert [row["song_title"] for row in named_rows(found)] == ["Two"]
    assert named_rows(found)[0]["start_time"] == "2018-11-06 12:00:30"
    who = behind(served, "active_users", "daily_users", {"day": "2018-11-01"})
    assert [row["user_id"] for row in named_rows(who)] == [1, 3]


def test_values_are_bound_whatever_they_hold(served):
    row = {"artist_name": "B", "song_title": QUOTE}
    assert behind(served, "top_songs", "plays", row)["count"] == 2
    assert behind(served, "states", "plays", {"state": "%"})["count"] == 0
    assert behind(served, "states", "plays", {"state": "' or '1'='1"})["count"] == 0


def test_a_limit_is_of_the_rows_not_of_the_count(served):
    row = {"artist_name": "A"}
    found = behind(served, "top_artists", "plays", row, top=3)
    assert (found["count"], len(found["rows"])) == (8, 3)
    as_csv = get(served, "rows/top_artists.csv", row=json.dumps(row))
    lines = list(csv.DictReader(io.StringIO(as_csv)))
    assert len(lines) == 8 and [line["song_title"] for line in lines].count("One") == 5
    starts = [line["start_time"] for line in lines]
    assert starts == sorted(starts)


REFUSED = {
    "rows/top_sogns?row={}": (404, "unknown report"),
    "rows/top_songs?row={}": (400, 'the row has no "artist_name"'),
    "rows/top_songs?row=[1]": (400, "row is no JSON object"),
    "rows/top_songs?row={": (400, "row is no JSON object"),
    'rows/top_artists?row={"artist_name":[1]}': (400, "of another kind"),
    'rows/top_artists?row={"artist_name":1.5}': (400, "of another kind"),
    'rows/top_artists?row={"artist_name":"a\\u0000b"}': (400, "of another kind"),
    'rows/user_activity?row={"user_id":"1"}': (400, "of another kind"),
    'rows/user_activity?row={"user_id":99999999999999999999}': (400, "of another kind"),
    'rows/user_activity?row={"user_id":18446744073709551615}': (400, "of another kind"),
    'rows/active_users?row={"day":"2018-02-30"}': (400, "of another kind"),
    'rows/active_users?row={"day":"2018-11-01","days":900}': (400, "nothing asks for"),
    'rows/top_artists?of=rank&row={"artist_name":"A"}': (400, 'no rows behind "rank"'),
    'rows/top_artists?row={"artist_name":"A"}&limit=1': (400, 'unknown parameter "limit"'),
    'rows/top_artists?row={"artist_name":"A"}&top=0': (400, "--top must be 1"),
    "rows/table_rows?row={}": (400, "has no rows behind its figures"),
}


@pytest.mark.parametrize("path", REFUSED)
def test_a_figure_that_is_none_has_an_answer_with_a_reason(path, served):
    path = path.replace('"', "%22").replace("\\", "%5C")
    status, _, text = served.ask(f"/api/{path}", Cookie=served.kept_cookie)
    expected = REFUSED[path.replace("%22", '"').replace("%5C", "\\")]
    assert (status, expected[1] in json.loads(text)["error"]["message"]) == (expected[0], True), (
        text
    )


# --- on the page ---


def rows_shown(page):
    """The cells of the page of rows, once it shows some."""
    page.wait_for_url("**/rows?*")
    page.locator(".rows tbody tr").first.wait_for()
    return [row.locator("td").all_inner_texts() for row in page.locator(".rows tbody tr").all()]


@pytest.fixture
def listening(served, browser):
    page = browser.open(served.link)
    page.goto(served.home + "/listening?level=free")
    return settled(page)


def test_a_click_on_a_bar_shows_its_rows_and_back_leads_home(served, listening):
    bar = card(listening, "top_songs").locator('[aria-roledescription="bar"]').nth(1)
    assert "plays: 2" in bar.get_attribute("aria-label")
    bar.click()
    rows = rows_shown(listening)
    assert [row[3:5] for row in rows] == [["B", QUOTE]] * 2
    assert listening.get_by_role("status").inner_text().startswith("2 rows. One row: one play.")
    where = listening.locator(".where dd").all_inner_texts()
    assert where == ["B", QUOTE, "free"]
    listening.reload()
    assert rows_shown(listening) == rows
    listening.go_back()
    settled(listening)
    assert listening.url.endswith("/listening?level=free")
    assert card(listening, "top_songs").locator("svg").count() == 1


def test_a_figure_in_a_table_is_a_link_to_its_rows(served, listening):
    shown = table_of(listening, "top_artists")
    assert shown[0][1:3] == ["A", "4"]
    card(listening, "top_artists").locator("tbody").get_by_role("link", name="4").first.click()
    assert len(rows_shown(listening)) == 4
    with listening.expect_download() as download:
        listening.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "top_artists_rows.csv"
    assert len(download.value.path().read_text().splitlines()) == 5
    listening.get_by_role("link", name="Listening: Top artists").click()
    settled(listening)
    assert listening.url.endswith("/listening?level=free")


def test_the_keyboard_leads_from_a_mark_to_its_rows(listening):
    chart = card(listening, "heat_map").locator(".chart")
    chart.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End"):
        listening.keyboard.press(key)
    label = listening.locator(":focus").get_attribute("aria-label")
    assert "plays: 1" in label
    listening.keyboard.press("Enter")
    (row,) = rows_shown(listening)
    assert row[0] == "2018-11-03 07:00:00"


def test_points_figures_and_cells_lead_to_their_rows(served, browser):
    page = browser.open(served.link)
    settled(page)
    point = card(page, "active_users").locator('[aria-roledescription="point"]')
    point.and_(page.locator('[aria-label*="monthly users"]')).first.click()
    assert [row[0] for row in rows_shown(page)] == ["1"]
    page.go_back()
    settled(page)
    card(page, "conversion_rate").get_by_role("link", name="3").click()
    assert [row[0] for row in rows_shown(page)] == ["1", "2", "4"]
    page.goto(served.home + "/health?from=2018-11-01&to=2018-11-30")
    settled(page)
    card(page, "loads").locator("tbody").get_by_role("link", name="3").first.click()
    rows = rows_shown(page)
    assert [row[2:4] + row[6:7] for row in rows][1] == ["2", "1", "[1, 2]"]


def test_an_address_of_no_figure_says_so(served, browser):
    page = browser.open(served.link)
    for query in ("", "?report=top_songs&of=rank&row={}", "?report=none&of=plays&row={}", "?row=["):
        page.goto(served.home + "/rows" + query)
        page.get_by_role("heading", name="There is no such figure").wait_for()


@pytest.mark.parametrize("width, scheme", [(390, "dark"), (1024, "light"), (2560, "light")])
def test_rows_fit_and_axe_finds_nothing_serious(width, scheme, served, browser):
    page = browser.open(served.link, width=width, scheme=scheme, bypass_csp=True)
    for path in ("/rows?report=states&of=plays&row=%7B%22state%22%3A%22AZ%22%7D", "/health"):
        page.goto(served.home + path)
        page.wait_for_selector(".card tbody tr")
        page.add_script_tag(path=ROOT / "web/node_modules/axe-core/axe.min.js")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = page.evaluate("axe.run({exclude: ['.chart svg g']})")["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"]) for each in serious] == [], path
