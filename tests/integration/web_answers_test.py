"""Answers of the web app that are kept: the same ones, and none that no longer holds."""

import json
import time

import psycopg2
import pytest
from browsing import WebServed
from eventfiles import song as song_of
from eventfiles import write_events, write_song
from program import Warehouse
from reports import hand_made_events

WEEKDAYS = "/api/reports/plays_by_weekday"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("answers")
    write_events(folder / "logs/all.json", hand_made_events())
    write_song(folder / "songs/all.json", song_of("SO1", "AR1", "One", "A", duration=100))
    return folder


@pytest.fixture
def served(data, tmp_path):
    warehouse = Warehouse(tmp_path / "kept.duckdb")
    warehouse.load(data / "logs", data / "songs")
    server = WebServed(warehouse.path)
    server.warehouse = warehouse
    server.kept_cookie = server.cookie()
    yield server
    server.stop()


def ask(served, path=WEEKDAYS):
    """The text of an answer, and whether it was kept: then its length is known beforehand."""
    status, headers, text = served.ask(path, Cookie=served.kept_cookie)
    assert status == 200, text
    return text, "Content-Length" in headers


def kept(served, path=WEEKDAYS):
    """The text of an answer that was kept: a moment after it was given first."""
    for _ in range(50):
        text, is_kept = ask(served, path)
        if is_kept:
            return text
        time.sleep(0.1)
    pytest.fail(f"{path} was not kept")


def plays(served):
    return sum(row[2] for row in json.loads(ask(served)[0])["rows"])


def client(served, **options):
    link = psycopg2.connect(
        host="127.0.0.1", port=served.wire_port, user="tester", dbname="dev", connect_timeout=30
    )
    link.set_session(**options)
    return link


def test_an_answer_is_kept_and_stays_the_same(served):
    path = WEEKDAYS + "?level=free&from=2018-10-30"
    fresh, is_kept = ask(served, path)
    assert not is_kept
    assert kept(served, path) == fresh
    assert ask(served, WEEKDAYS + "?level=paid&from=2018-10-30")[0] != fresh
    assert not ask(served, WEEKDAYS + "?from=2018-10-31")[1]


@pytest.mark.parametrize("query", ["", "?level=paid"])
def test_what_pages_ask_first_is_answered_before_they_ask(query, served):
    reports = json.loads(ask(served, "/api/reports")[0])
    names = [each["name"] for each in reports if not query or "level" in each["parameters"]]
    for name in reversed(names):  # none twice: who asks would be answered from what was kept
        if ask(served, f"/api/reports/{name}{query}")[1]:
            return
        time.sleep(1)
    pytest.fail("no report had been asked before")


@pytest.mark.parametrize(
    "statement",
    [
        "delete from listening_hours where user_id = 1",
        "update listening_hours set play_count = play_count + 1",
        "insert into listening_hours select * from listening_hours",
        "with h as (select 1 as n) update listening_hours set play_count = play_count + 1",
        "truncate listening_hours",
        "begin; delete from listening_hours; commit",
        "alter table listening_hours rename to old_hours; "
        "create view listening_hours as select * from old_hours where user_id = 1",
    ],
)
def test_a_write_of_another_client_ends_what_is_kept(statement, served):
    before = plays(served)
    kept(served)
    link = client(served, autocommit=True)
    link.cursor().execute(statement)
    assert plays(served) != before
    link.close()


def test_a_transaction_counts_once_it_is_committed(served):
    before = plays(served)
    link = client(served)
    link.cursor().execute("delete from listening_hours")
    assert plays(served) == before and kept(served)
    link.rollback()
    assert plays(served) == before and kept(served)
    link.cursor().execute("delete from listening_hours")
    assert plays(served) == before and kept(served)
    link.commit()
    assert plays(served) == 0
    link.close()


def test_a_load_ends_what_is_kept(served, tmp_path):
    before = plays(served)
    kept(served)
    late = [row | {"ts": row["ts"] + 86_400_000, "sessionId": 77} for row in hand_made_events()]
    write_events(tmp_path / "more/late.json", [row for row in late if row["userId"] == "1"])
    served.warehouse.load(tmp_path / "more", None)
    assert plays(served) > before
