"""`sparkify dashboard --export`: the web app as one file, opened without a server or a network."""

import csv
import io
import json
import os
import re

import pytest
from browsing import Browser, card, marks_of, table_of
from eventfiles import play, write_events
from playwright.sync_api import expect
from program import BAD_DATA, DENIED, OK, USAGE, Warehouse, run
from served import Served

SCRIPT = "<img src=x onerror=\"document.title='taken'\"></script><script>document.title='taken'"


@pytest.fixture(scope="module")
def real(real_data, tmp_path_factory):
    """The real logs, and a report file of a fortnight of them."""
    folder = tmp_path_factory.mktemp("report")
    warehouse = Warehouse(folder / "november.duckdb")
    warehouse.load(real_data / "log_data", real_data / "song_data")
    warehouse.file = folder / "report.html"
    flags = ["--from", "2018-11-16", "--to", "2018-11-30"]
    done = warehouse.run("dashboard", "--export", warehouse.file, *flags)
    done.expect(OK, f"wrote {warehouse.file}, ")
    return warehouse


@pytest.fixture(scope="module")
def browser():
    found = Browser()
    yield found
    found.close()


def opened(browser, file):
    """The page of a file, drawn; its context is offline, and it asks nobody for anything."""
    context = browser.chromium.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.asked, page.said = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda said: page.said.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(f"file://{file}")
    page.wait_for_selector(".card")
    expect(page.locator(".place[aria-busy], .place:empty")).to_have_count(0, timeout=20_000)
    return page


def closed(page, file):
    asked = [url for url in page.asked if not url.startswith(("blob:", "data:"))]
    assert asked == [f"file://{file}"]
    assert page.said == []
    page.context.close()


def test_it_shows_what_the_server_would(real, browser):
    page = opened(browser, real.file)
    assert page.title() == "november \u00b7 Sparkify"
    titles = page.locator("h1").all_inner_texts()
    assert titles == ["Overview", "Growth", "Listening", "Audience", "Health"]
    assert page.locator(".wrong").count() == 0
    assert "Events from 2018-11-16 to 2018-11-30" in page.locator(".filters").inner_text()
    flags = ["--from", "2018-11-16", "--to", "2018-11-30", "--format", "json"]
    rows = real.run("analytics", "paid_net_adds", *flags).json
    bars = marks_of(page, "paid_net_adds", "bar")
    upgrades = [int(bar["users"]) for bar in bars if bar.get("what") == "upgrades"]
    assert upgrades == [row["upgrades"] for row in rows]
    rows = real.run("analytics", "top_artists", *flags).json
    shown = table_of(page, "top_artists")
    assert [row[1] for row in shown] == [row["artist_name"] for row in rows]
    section = card(page, "paid_net_adds")
    assert "Upgrades less downgrades" in section.locator(".definition").inner_text()
    section.locator("summary").click()
    assert "Weeks without a change have no row" in section.locator("details p").inner_text()
    before = card(page, "conversion_rate").locator("dd.before").first.inner_text()
    assert before.startswith("before: ")
    assert "Copyright" in page.locator(".licenses pre").text_content()
    closed(page, real.file)


def test_rows_and_pictures_can_be_kept(real, browser):
    page = opened(browser, real.file)
    section = card(page, "top_songs")
    with page.expect_download() as download:
        section.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "top_songs.csv"
    found = list(csv.reader(io.StringIO(download.value.path().read_text())))
    flags = ["--from", "2018-11-16", "--to", "2018-11-30", "--format", "csv"]
    expected = real.run("analytics", "top_songs", *flags).out
    assert found == list(csv.reader(io.StringIO(expected)))
    with page.expect_download() as download:
        section.get_by_role("button", name="SVG").click()
    assert download.value.path().read_bytes().startswith(b"<svg ")
    closed(page, real.file)


def test_numbers_in_csv_are_written_as_the_server_writes_them(real, browser):
    page = opened(browser, real.file)
    fractions = 0
    for report in ("conversion_rate", "paid_net_adds", "churn_rate", "ad_load", "ads_and_upgrades"):
        with page.expect_download() as download:
            card(page, report).get_by_role("link", name="CSV").click()
        found = download.value.path().read_text()
        flags = ["--from", "2018-11-16", "--to", "2018-11-30", "--format", "csv"]
        assert found == real.run("analytics", report, *flags).out
        fractions += len(re.findall(r"(?<=[,\n])\d+\.0(?=[,\n])", found))
    assert fractions > 0
    closed(page, real.file)


def test_the_file_is_of_a_size_to_send(real):
    assert real.file.stat().st_size < 2_000_000
    text = real.file.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy and "http" not in policy


def test_no_text_of_the_warehouse_becomes_markup(browser, tmp_path):
    write_events(tmp_path / "logs/all.json", [play(song=SCRIPT, artist=SCRIPT)])
    warehouse = Warehouse(tmp_path / "hostile.duckdb")
    warehouse.load(tmp_path / "logs")
    file = tmp_path / "report.html"
    file.write_text("an older one")
    warehouse.run("dashboard", "--export", file, "--level", "free").expect(OK)
    page = opened(browser, file)
    assert table_of(page, "top_songs")[0][1:3] == [SCRIPT, SCRIPT]
    assert page.title() == "hostile \u00b7 Sparkify"
    assert page.locator("img").count() == 0
    closed(page, file)


def test_a_report_of_an_empty_warehouse_opens(browser, tmp_path):
    warehouse = Warehouse(tmp_path / "empty.duckdb")
    warehouse.run("create-tables").expect(OK)
    file = tmp_path / "report.html"
    warehouse.run("dashboard", "--export", file).expect(OK)
    page = opened(browser, file)
    assert "No events are loaded" in page.locator(".filters").inner_text()
    closed(page, file)


def test_what_cannot_be_written_leaves_nothing(loaded, tmp_path):
    nowhere = tmp_path / "no.html/report.html"
    nowhere.parent.write_text("a file")
    loaded.run("dashboard", "--export", nowhere).expect_error(BAD_DATA)
    kept = tmp_path / "kept.html"
    kept.write_text("kept")
    wrong = loaded.run("dashboard", "--export", kept, "--from", "2018-13-01")
    wrong.expect_error(USAGE, "is no day")
    assert kept.read_text() == "kept"
    assert [name for name in os.listdir(tmp_path) if name.startswith("kept")] == ["kept.html"]
    loaded.run("dashboard", "--from", "2018-11-01").expect_error(USAGE, "--from goes with --export")
    loaded.run("dashboard", "--export", kept, "--no-open").expect_error(USAGE, "without --no-open")
    missing = Warehouse(tmp_path / "none.duckdb")
    assert missing.run("dashboard", "--export", kept).exit_code in (BAD_DATA, DENIED)


def contents_of(file):
    """What the file shows, but for the warehouse's name and the time."""
    pattern = r'<script type="application/json"[^>]*>(.*?)</script>'
    contents = json.loads(re.search(pattern, file.read_text(), re.DOTALL)[1])
    assert contents.pop("warehouse") and contents.pop("made_at")
    return contents


def rounded(value):
    """Sums of fractions depend in their last digit on the order in which they were made."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return float(f"{value:.12g}") if isinstance(value, float) else value


def test_a_warehouse_on_redshift_becomes_the_same_file(real, tmp_path):
    server = Served(real.path.parent, "--no-tls", name=real.path.stem)
    address = f"redshift://tester@127.0.0.1:{server.port}/dev?sslmode=disable"
    flags = ["--from", "2018-11-16", "--to", "2018-11-30"]
    file = tmp_path / "remote.html"
    run("dashboard", "--warehouse", address, "--export", file, *flags).expect(OK)
    server.stop().expect(OK)
    assert rounded(contents_of(file)) == rounded(contents_of(real.file))
