"""From a figure to the rows it counts: the API, and clicks on the page."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest
from browsing import WebServed
from eventfiles import song, write_events, write_song
from program import TOO_MANY_REJECTS, Warehouse
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
