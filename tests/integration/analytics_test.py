"""Reports beside answers worked out by hand, on the command line and through a server."""

import csv
import io
import json
import os
import re

import pytest
from eventfiles import play, song, write_events, write_song
from program import BAD_DATA, OK, ROOT, TOO_MANY_REJECTS, USAGE, Warehouse, run
from reports import CHICAGO, NAMES, PHOENIX, close, hand_made_events, rows_of
from served import Served
from sqlalchemy_redshift.dialect import RESERVED_WORDS

BAD_RECORDS = [b"{broken", b'[1, "<b>"]', b"{broken \xc3\xa9"]
# Each load is of a day in November and takes 1.5 seconds.
CLOCK = """
update etl_loads set
  started_at = dateadd(day, cast(load_id as integer), timestamp '2018-11-10 06:00:00'),
  finished_at = dateadd(ms, 1500, dateadd(day, cast(load_id as integer),
    timestamp '2018-11-10 06:00:00'));
update etl_files set size_bytes = 1000 + file_id
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A warehouse of the sessions above: 38 events, 11 plays, 5 users. A file of bad records was
    refused, and then read with leave to pass them over."""
    folder = tmp_path_factory.mktemp("small")
    write_events(folder / "logs/all.json", hand_made_events())
    write_song(
        folder / "songs/all.json",
        song("SO1", "AR1", "One", "A", duration=100),
        song("SO2", "AR1", "Two", "A", duration=999),
        song("SO3", "AR2", "Other", "B", duration=100),
    )
    write_events(folder / "more/bad.json", BAD_RECORDS)
    warehouse = Warehouse(folder / "small.duckdb")
    warehouse.load("logs", "songs", cwd=folder)
    warehouse.etl("more", cwd=folder).expect(TOO_MANY_REJECTS)
    warehouse.load("more", None, "--max-rejects", 3, cwd=folder)
    warehouse.run("sql", CLOCK).expect(OK)
    warehouse.expect_green()
    return warehouse


HOUR = 3600
REFUSAL = (
    "text does not parse as one JSON object; refused 3 of 3 records (malformed_json 2, "
    "not_an_object 1), 0 allowed"
)
ANSWERS = {
    "active_users": [
        ["2018-10-30", 1, 1, 1, 1],
        ["2018-10-31", 2, 3, 3, 3],  # user 5 only looked in
        ["2018-11-01", 2, 3, 3, 2],
        ["2018-11-03", 1, 4, 4, 1],  # a visitor is no user
        ["2018-11-06", 1, 4, 4, 1],  # user 1 played on 11-01, 6 days before
        ["2018-11-07", 0, 4, 4, 1],
        ["2018-11-11", 0, 1, 4, 1],
    ],
    # The 28 days end on 11-06, the last play, and the logs hold 8 of them: (1 * 1 + 3 * 2) / 8
    # users a day.
    "stickiness": [[1, 1, 0.875, 4, 0.21875], [2, 3, 0.875, 4, 0.21875]],
    # Nobody can be told to be new in the first week.
    "lifecycle": [
        ["2018-11-05", "dormant", -3],
        ["2018-11-05", "returning", 1],
    ],
    # Seconds 0 10 170 190 330 340, plays 0 1 1 2 3 3; then 0 10 90 and 0 0 1.
    "sessions": [
        ["2018-10-29", 6, 1.2, 180.0, 335.0, 1.5, 1 / 6],
        ["2018-11-05", 3, 1.0, 10.0, 74.0, 0.0, 1 / 3],
    ],
    "plays_per_user": [
        ["free", 3, 6, 430 / HOUR, 2.0, 430 / HOUR / 3],
        ["paid", 3, 5, 380 / HOUR, 5 / 3, 380 / HOUR / 3],
    ],
    # Heard of its length: 1 0.1 1 0.5 0.3 1; 1 0.1 0.7 1.
    "skip_rate": [["free", 6, 1, 1 / 6, 0.65], ["paid", 4, 1, 0.25, 0.7]],
    "paid_share": [
        ["2018-10-30", 0, 1, 1, 0.0],
        ["2018-10-31", 3, 1, 4, 0.75],
        ["2018-11-01", 4, 0, 4, 1.0],
        ["2018-11-03", 4, 1, 5, 0.8],
        ["2018-11-06", 3, 2, 5, 0.6],
        ["2018-11-07", 2, 2, 4, 0.5],
        ["2018-11-11", 2, 1, 3, 2 / 3],
    ],
    "paid_net_adds": [["2018-10-29", 1, 0, 0, 1, 0], ["2018-11-05", 0, 1, 1, -2, 0]],
    "upgrade_funnel": [
        [1, "played while free", 3, 1.0, None],
        [2, "saw Upgrade", 1, 1 / 3, 1 / 3],
        [3, "submitted it", 1, 1 / 3, 1.0],
        [4, "was paid", 1, 1 / 3, 1.0],
    ],
    "conversion_rate": [[3, 1, 1 / 3]],
    # From 10-20 10:00:00 to 11-01 09:01:40. Users 2 and 4 were free and did not upgrade.
    "time_to_convert": [[1, 2, *[1_033_300 / 86_400] * 3]],
    # User 2 was paid before: only user 4 stayed free. Their event of 11-03 07:00:00 is 8 times
    # 24 hours before their last one, those after it less: with the last one on 3 days.
    "before_upgrade": [
        ["upgraded", 1, 4.0, 2.0, 2.0, 2.0],
        ["stayed free", 1, 1.0, 3.0, 3.0, 0.0],
    ],
    # Paid when November begins: 2, 3 and 5. User 1 upgrades on its first day; user 4 was free.
    "churn_rate": [["2018-10-01", 0, 0, None, 0], ["2018-11-01", 3, 2, 2 / 3, 1]],
    "downgrade_funnel": [
        [1, "was paid", 4, 1.0],
        [2, "saw Downgrade", 1, 0.25],
        [3, "submitted it", 1, 0.25],
        [4, "began to cancel", 1, 0.25],
        [5, "cancelled", 1, 0.25],
    ],
    "retention": [["2018-10-29", 0, 4, 4, 1.0], ["2018-10-29", 1, 4, 1, 0.25]],
    "ad_load": [
        ["2018-10-29", 5, 5, 370 / HOUR, 1.0, 5 / (370 / HOUR)],
        ["2018-11-05", 1, 1, 60 / HOUR, 1.0, 60.0],
    ],
    # The 7 days of 11-06 and 11-11 were not over when the logs end.
    "ads_and_upgrades": [["1-2", 2, 2, 1.0], ["3-5", 1, 0, 0.0]],
    "top_artists": [
        [1, "A", 8, 3, 610 / HOUR, 2],
        [2, "B", 2, 2, 200 / HOUR, 1],
        [3, "C", 1, 1, None, 1],
    ],
    "top_songs": [
        [1, "A", "One", 5, 3, 330 / HOUR, "SO1"],
        [2, "A", "Two", 3, 2, 280 / HOUR, "SO2"],
        [3, "B", "Three", 2, 2, 200 / HOUR, None],
        [4, "C", "Nought", 1, 1, None, None],
    ],
    "heat_map": [
        [2, 10, 3, 1],
        [2, 12, 1, 1],
        [3, 20, 1, 1],
        [3, 23, 1, 1],
        [4, 0, 1, 1],
        [4, 9, 3, 1],
        [6, 7, 1, 1],
    ],
    "metros": [
        [1, PHOENIX, 2, 8, 640 / HOUR, 1.0, 1],
        [2, CHICAGO, 1, 2, 70 / HOUR, 1.0, 3],
        [3, "unknown", 1, 1, 100 / HOUR, 0.0, 0],
    ],
    "states": [
        ["AZ", 2, 8, 640 / HOUR, 1.0, 0],
        ["IL", 1, 2, 70 / HOUR, 1.0, 2],
        ["IN", 1, 2, 70 / HOUR, 1.0, 2],
        ["WI", 1, 2, 70 / HOUR, 1.0, 2],
        ["unknown", 1, 1, 100 / HOUR, 0.0, 0],
    ],
    "devices": [
        ["computer", "Windows", "Chrome", 1, 6, 470 / HOUR, 1.0],
        ["phone", "iOS", "Safari", 1, 2, 170 / HOUR, 1.0],
        ["tablet", "iOS", "Safari", 1, 2, 70 / HOUR, 1.0],
        ["unknown", "other", "other", 1, 1, 100 / HOUR, 0.0],
    ],
    # Of the four tracks C's has no match; of the three songs "Other" was not played.
    "catalogue_match": [
        ["title+artist+duration", 5, 5 / 11, 1, 1 / 3, 3 / 4, 2 / 3],
        ["title+artist", 3, 3 / 11, 1, 1 / 3, 3 / 4, 2 / 3],
        ["artist", 2, 2 / 11, 1, 0.0, 3 / 4, 2 / 3],
        ["none", 1, 1 / 11, 1, 0.0, 3 / 4, 2 / 3],
    ],
    "error_rate": [
        ["2018-10-30", 6, 0, 0.0, 0.0, 0, 0],
        ["2018-10-31", 5, 1, 0.2, 1 / 3, 1, 1],
        ["2018-11-01", 12, 1, 1 / 12, 0.5, 1, 0],
        ["2018-11-03", 7, 0, 0.0, 0.0, 0, 0],
        ["2018-11-06", 5, 0, 0.0, 0.0, 0, 0],
        ["2018-11-07", 2, 0, 0.0, 0.0, 0, 0],
        ["2018-11-11", 1, 0, 0.0, 0.0, 0, None],
    ],
    # Plays 1 2 2 6: (-3 * 1 - 1 * 2 + 1 * 2 + 3 * 6) / (4 * 11), and so on.
    "concentration": [
        ["users", 4, 11, 15 / 44],
        ["songs", 4, 11, 13 / 44],
        ["artists", 3, 11, 14 / 33],
    ],
    "sentiment": [
        ["free", 0, 0, None, 0.0, 100 / 6],
        ["paid", 1, 1, 0.5, 20.0, 0.0],
    ],
    "table_rows": [
        ["events", 38],
        ["songplays", 11],
        ["time", 11],
        ["sessions", 10],
        ["user_history", 9],
        ["users", 5],
        ["level_changes", 4],
        ["songs", 3],
        ["artists", 2],
    ],
    "plays_by_weekday": [
        [2, "Tuesday", 4, 2],
        [3, "Wednesday", 2, 2],
        [4, "Thursday", 4, 2],
        [6, "Saturday", 1, 1],
    ],
    "user_activity": [
        [1, 1, "First1", "Last1", "paid", 6, 2, 2, 470 / HOUR],
        [2, 2, "First2", "Last2", "free", 2, 2, 2, 70 / HOUR],
        [3, 3, "First3", "Last3", "paid", 2, 1, 2, 170 / HOUR],
        [4, 4, "First4", "Last4", "free", 1, 1, 1, 100 / HOUR],
    ],
    # 39 records of events, one of them twice, and 3 songs.
    "loads": [
        [3, "loaded", "2018-11-13 06:00:00", 1.5, 1, 3, 0, 0, 3, None],
        [2, "failed", "2018-11-12 06:00:00", 1.5, 0, 3, 0, 0, 3, REFUSAL],
        [1, "loaded", "2018-11-11 06:00:00", 1.5, 2, 42, 41, 1, 0, None],
    ],
    "files": [
        [3, "events", "more/bad.json", 1003, 3, 0, 0, 3, 0],
        [1, "events", "logs/all.json", 1002, 39, 38, 1, 0, 0],
        [1, "songs", "songs/all.json", 1001, 3, 3, 0, 0, 0],
    ],
    "rejects": [["malformed_json", None, 4, 1, 2, 3], ["not_an_object", None, 2, 1, 2, 3]],
    "refused_records": [
        [load, "more/bad.json", line, column, reason, None, text, size]
        for load in (3, 2)
        for line, column, reason, text, size in (
            (1, 2, "malformed_json", "{broken", 7),
            (2, 1, "not_an_object", '[1, "<b>"]', 10),
            (3, 2, "malformed_json", "{broken \u00e9", 10),
        )
    ],
}


def test_every_report_has_an_answer_by_hand():
    assert sorted(ANSWERS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_report_says_what_was_worked_out_by_hand(name, small):
    assert rows_of(small, name) == close(ANSWERS[name])


IOS = "Mozilla/5.0 (iPhone; CPU iPhone OS 13_3_1 like Mac OS X) AppleWebKit/605.1.15"
ANDROID = "Mozilla/5.0 (Linux; Android 10; HD1913) AppleWebKit/537.36 (KHTML, like Gecko)"
BROWSERS = {
    f"{IOS} FxiOS/23.0 Mobile/15E148 Safari/605.1.15": ["phone", "iOS", "Firefox"],
    f"{IOS} EdgiOS/97.0.1072.69 Mobile/15E148 Safari/604.1": ["phone", "iOS", "Edge"],
    f"{IOS} CriOS/80.0.3987.95 Mobile/15E148 Safari/604.1": ["phone", "iOS", "Chrome"],
    f"{ANDROID} Chrome/131.0.0.0 Mobile Safari/537.36 EdgA/131.0.2903.87": [
        "phone",
        "Android",
        "Edge",
    ],
    f"{ANDROID} Chrome/131.0.0.0 Safari/537.36": ["tablet", "Android", "Chrome"],
}


def test_browsers_of_phones_are_told_apart(tmp_path):
    plays = [play(session=i, userAgent=agent) for i, agent in enumerate(BROWSERS, 1)]
    write_events(tmp_path / "logs/all.json", plays)
    warehouse = Warehouse(tmp_path / "devices.duckdb")
    warehouse.load(tmp_path / "logs")
    found = rows_of(warehouse, "devices")
    assert [row[:3] for row in found] == sorted(BROWSERS.values())


def test_the_rows_of_a_device_are_told_as_it_is():
    def told(name):
        text = (ROOT / f"sql/report/{name}.sql").read_text()
        return text.partition("agents as (")[2].partition("from (select distinct")[0]

    assert "FxiOS" in told("devices") and told("devices") == told("rows/device_plays")


FILTERED = [
    ("plays_by_weekday", "--from 2018-11-01", [[2, 1], [4, 4], [6, 1]]),
    ("plays_by_weekday", "--to 2018-10-31", [[2, 3], [3, 2]]),
    ("plays_by_weekday", "--from 2018-11-03 --to 2018-11-03", [[6, 1]]),
    ("plays_by_weekday", "--from 2018-11-01 --level paid", [[4, 3]]),
    ("plays_by_weekday", "--level all --to 2018-10-30", [[2, 3]]),
    ("plays_by_weekday", "--from 2019-01-01", []),
]


@pytest.mark.parametrize("name, flags, expected", FILTERED)
def test_filters_narrow_a_report(name, flags, expected, small):
    found = rows_of(small, name, *flags.split())
    assert [[row[0], row[2]] for row in found] == expected


def test_a_period_keeps_what_lies_before_it_in_mind(small):
    """A stock and a first time are of all that was ever loaded, not of the period."""
    period = ["--from", "2018-11-05", "--to", "2018-11-07"]
    for name in ("active_users", "paid_share", "lifecycle", "error_rate"):
        expected = [r for r in ANSWERS[name] if "2018-11-05" <= r[0] <= "2018-11-07"]
        assert expected and rows_of(small, name, *period) == close(expected), name
    assert rows_of(small, "conversion_rate", *period) == [[2, 0, 0.0]]
    assert rows_of(small, "stickiness", "--to", "2018-10-31")[0][3] == 3
    # User 2 is free from 11-06 on. On 10-31 user 1 had not upgraded yet.
    assert rows_of(small, "time_to_convert", "--to", "2018-11-05")[0][:2] == [1, 1]
    assert rows_of(small, "time_to_convert", "--to", "2018-10-31")[0][:2] == [0, 1]
    month = ["--from", "2018-11-30", "--to", "2018-11-30"]
    assert rows_of(small, "churn_rate", *month) == close(ANSWERS["churn_rate"][1:])


def test_top_and_level_narrow_a_ranking(small):
    for name in ("top_songs", "top_artists", "metros", "user_activity"):
        assert rows_of(small, name, "--top", 1) == close(ANSWERS[name][:1])
    free = rows_of(small, "top_songs", "--level", "free", "--top", 2)
    assert [row[:5] for row in free] == [[1, "A", "Two", 2, 2], [2, "B", "Three", 2, 2]]


def test_a_period_of_loads_is_of_days_on_which_they_began(small):
    for name, on_day in (("loads", 1), ("files", 2), ("rejects", 0), ("refused_records", 0)):
        found = rows_of(small, name, "--from", "2018-11-11", "--to", "2018-11-11")
        assert found == (close(ANSWERS[name][-on_day:]) if on_day else []), name
        if name != "rejects":
            assert rows_of(small, name, "--top", 2) == close(ANSWERS[name][:2])
    one_load = rows_of(small, "rejects", "--from", "2018-11-12", "--to", "2018-11-12")
    assert one_load == [["malformed_json", None, 2, 1, 1, 2], ["not_an_object", None, 1, 1, 1, 2]]


REFUSED = {
    "retentoin": ('unknown report "retentoin"', 'did you mean "retention"?'),
    "active_users --from 2018-11-31": ('"2018-11-31" of --from is no day', "2018-11-30"),
    "active_users --to yesterday": ('"yesterday" of --to is no day',),
    "active_users --from 2018-11-02 --to 2018-11-01": ("the period ends before it begins",),
    "active_users --level paid": ("active_users takes no --level", "it takes --from --to"),
    "table_rows --top 3": ("table_rows takes no --top",),
    "top_songs --top 0": ("--top must be 1 at least",),
    "top_songs --top many": ("--top",),
    "skip_rate --level gold": ("gold", "free"),
    "skip_rate --format xml": ("xml", "json"),
    "skip_rate --all --out x": ("both a report and --all are given",),
    "--all": ("--all needs --out FOLDER",),
    "--out x": ("--out goes with a report or --all",),
}


@pytest.mark.parametrize("words", REFUSED)
def test_a_wrong_command_line_is_refused_with_a_reason(words, small):
    result = small.run("analytics", *words.split()).expect_error(USAGE, *REFUSED[words])
    assert result.out == ""


def test_without_a_warehouse_there_is_a_list_but_no_report(tmp_path):
    listed = run("analytics", "--format", "json", cwd=tmp_path).expect(OK).json
    assert sorted(each["name"] for each in listed) == NAMES
    missing = Warehouse(tmp_path / "none.duckdb")
    missing.run("analytics", "skip_rate").expect_error(BAD_DATA, "no such file")


def as_page(listed):
    """The generated part of docs/reports.md."""
    parts = []
    for each in listed:
        flags = " ".join(f"`--{name}`" for name in each["parameters"])
        facts = [each["metric"], f"one row: {each['grain']}", f"unit: {each['unit']}", flags]
        parts += [f"## {each['name']}", "", f"**{each['title']}.** {each['definition']}"]
        parts += ["", " · ".join(filter(None, facts)), "", "| column | is |", "| --- | --- |"]
        parts += [f"| {column['name']} | {column['meaning']} |" for column in each["columns"]]
        parts += ["", each["caveat"] or "", ""] if each["caveat"] else [""]
    return "\n".join(parts)[:-1] + "\n"


def test_the_page_of_reports_is_up_to_date():
    """SPARKIFY_UPDATE_GOLDEN=1 writes it."""
    page = ROOT / "docs/reports.md"
    text = page.read_text()
    listed = run("analytics", "--format", "json").expect(OK).json
    expected = text.partition("## ")[0] + as_page(listed)
    if os.environ.get("SPARKIFY_UPDATE_GOLDEN"):
        page.write_text(expected)
    assert page.read_text() == expected


def test_no_name_in_a_report_is_reserved_on_redshift():
    for name in NAMES:
        text = re.sub(r"--.*|'[^']*'", "", (ROOT / f"sql/report/{name}.sql").read_text())
        text = re.sub(r"\bcast\(:\w+ as timestamp\)", "", text)
        used = re.findall(r"\bas (\w+)|(\w+) as \(|\.(\w+)", text)
        words = {word.lower() for found in used for word in found if word}
        assert words and not words & RESERVED_WORDS, name


def test_every_format_holds_the_same_rows(small):
    def printed(form):
        return small.run("analytics", "top_songs", "--format", form).expect(OK).out

    as_json = json.loads(printed("json"))
    head, *rows = csv.reader(io.StringIO(printed("csv")))
    assert head == list(as_json[0])
    assert rows == [["" if v is None else str(v) for v in row.values()] for row in as_json]
    lines = printed("markdown").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == head and set("".join(cells[1])) <= set("-: ")
    assert [row[:4] for row in cells[2:]] == [row[:4] for row in rows]


RANKINGS = "files loads metros refused_records top_artists top_songs user_activity".split()


def test_all_reports_are_written_at_once(small, tmp_path):
    flags = ["--out", tmp_path / "out", "--from", "2018-10-01", "--top", 2]
    small.run("analytics", "--all", *flags).expect(OK, "34 reports in")
    files = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in files] == [f"{name}.csv" for name in NAMES]
    for path in files:
        rows = list(csv.reader(path.open(newline="")))
        expected = ANSWERS[path.stem]
        ranked = path.stem in RANKINGS
        assert len(rows) == 1 + (2 if ranked else len(expected)), path.name
    small.run("analytics", "--all", "--format", "json", "--out", tmp_path / "json").expect(OK)
    assert all(json.loads(path.read_text()) for path in (tmp_path / "json").iterdir())


# --- clients of a server ---


@pytest.fixture(scope="module")
def served_small(small):
    server = Served(small.path.parent, name="small")
    yield server
    server.stop().expect(OK)


def with_literals(name):
    """The file of a report as somebody would paste it into an editor."""
    text = (ROOT / f"sql/report/{name}.sql").read_text()
    values = {"from": "'2018-10-01'", "to": "'2018-12-31'", "level": "'all'", "top": "20"}
    return re.sub(r"(?<!:):(from|to|level|top)\b", lambda found: values[found[1]], text)


def as_psql_prints(value):
    return "" if value is None else str(value)


def same(found, expected):
    if isinstance(expected, float):
        return float(found) == pytest.approx(expected, abs=1e-9)
    return found == as_psql_prints(expected)


def test_the_same_files_answer_alike_in_psql(served_small):
    for name in NAMES:
        done = served_small.psql("-F", "\t", "-f", "-", text=with_literals(name))
        assert (done.returncode, done.stderr) == (0, ""), f"{name}\n{done.stderr}"
        rows = [line.split("\t") for line in done.stdout.splitlines()]
        assert len(rows) == len(ANSWERS[name]), name
        for found, expected in zip(rows, ANSWERS[name], strict=True):
            assert all(map(same, found, expected)), f"{name}: {found} is not {expected}"


def test_a_report_of_a_served_warehouse_comes_from_the_server(served_small, small):
    assert rows_of(small, "skip_rate") == close(ANSWERS["skip_rate"])
