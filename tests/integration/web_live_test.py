"""Charts that follow a warehouse as it grows, and that show the period before."""

import re
from contextlib import ExitStack

import pytest
from browsing import WebServed, card, marks_of, settled, table_of
from eventfiles import epoch_ms, play, write_events
from playwright.sync_api import expect
from program import Warehouse, start

DAY = 24 * 3600 * 1000
NOON = epoch_ms("2018-11-01T12:00:00")


def plays_of(users, session, day):
    """One play of each user on a day."""
    return [play(user, session + user, 0, NOON + day * DAY + user) for user in users]


@pytest.fixture
def growing(tmp_path):
    """Users 1 to 4 on the first of November, and a server."""
    write_events(tmp_path / "logs/1.json", plays_of(range(1, 5), 100, 0))
    warehouse = Warehouse(tmp_path / "growing.duckdb")
    warehouse.load(tmp_path / "logs")
    server = WebServed(warehouse.path)
    server.warehouse, server.folder = warehouse, tmp_path / "logs"
    yield server
    server.stop()


def grow(served, name, users, day):
    write_events(served.folder / f"{name}.json", plays_of(users, 100 + 100 * day, day))
    served.warehouse.load(served.folder)


def test_the_page_follows_what_is_loaded_and_keeps_its_place(growing, browser):
    page = browser.open(growing.link, height=500)
    page.goto(growing.home + "/?tables=stickiness")
    settled(page)
    updated = page.locator(".updated")
    before = updated.inner_text()
    assert before.startswith("Updated ")
    box = card(page, "stickiness").get_by_role("region", name="Stickiness")
    box.focus()
    page.evaluate("scrollTo(0, 700)")
    place = page.evaluate("scrollY")
    assert place > 300
    grow(growing, 2, [1, 2], 1)
    expect(box.locator("tbody tr")).to_have_count(2, timeout=15_000)
    cells = table_of(page, "stickiness")
    assert [row[:2] for row in cells] == [["1", "2"], ["2", "2"]]
    expect(updated).not_to_have_text(before)
    assert page.evaluate("scrollY") == place
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Stickiness"
    assert "to 2018-11-02" in page.locator("footer").inner_text()
    assert page.locator("#to").get_attribute("max") == "2018-11-02"


def test_a_page_follows_again_after_an_answer_that_failed(growing, browser):
    page = browser.open(growing.link)
    page.goto(growing.home + "/schema")
    page.locator(".box").first.wait_for()
    page.route("**/api/warehouse", lambda route: route.abort(), times=1)
    preview = page.get_by_role("button", name="Preview rows of users")
    preview.focus()
    grow(growing, 2, [8, 9], 1)
    expect(page.locator(".live.lost")).to_be_visible(timeout=15_000)
    expect(page.locator("#table-users")).to_contain_text("6 rows", timeout=15_000)
    assert preview.evaluate("each => each === document.activeElement")
    expect(page.locator("footer")).to_contain_text("to 2018-11-02", timeout=15_000)
    expect(page.locator(".live.lost")).to_have_count(0)
    assert all("ERR_FAILED" in each for each in browser.complaints)
    browser.complaints.clear()


@pytest.mark.parametrize(
    ("path", "rows_before", "rows_after"),
    [
        ("/?tables=stickiness", 1, 2),
        ("/rows?report=stickiness&of=users&row=%7B%22active_days%22%3A1%7D", 4, 3),
    ],
    ids=["report", "rows"],
)
def test_one_answer_that_fails_leaves_the_picture_and_is_asked_again(
    growing, browser, path, rows_before, rows_after
):
    page = browser.open(growing.link)
    page.goto(growing.home + path)
    settled(page)
    where = "#main" if path.startswith("/rows") else '[data-report="stickiness"]'
    lines = page.locator(f"{where} tbody tr")
    expect(lines).to_have_count(rows_before)
    page.evaluate(
        "new MutationObserver(() => window.wrong ||= !!document.querySelector('.wrong'))"
        ".observe(document.body, {childList: true, subtree: true})"
    )
    failed = []
    answers = re.compile(r"/api/(reports|rows)/stickiness(\?|$)")
    page.route(answers, lambda route: (failed.append(route), route.abort()), times=1)
    write_events(growing.folder / "2.json", plays_of([5], 100, 0) + plays_of([1, 2], 200, 1))
    growing.warehouse.load(growing.folder)
    expect(page.locator(".live.lost")).to_be_visible(timeout=15_000)
    expect(lines).to_have_count(rows_before)
    expect(lines).to_have_count(rows_after, timeout=15_000)
    expect(page.locator(".live.lost")).to_have_count(0)
    assert (len(failed), page.evaluate("window.wrong")) == (1, False)
    assert all("ERR_FAILED" in each for each in browser.complaints)
    browser.complaints.clear()


def test_a_link_that_stalls_is_seen_and_the_page_follows_again(growing, browser):
    """The longer of both waits is leapt over by the clock of the page."""
    page = browser.open(growing.link)
    page.clock.install()
    page.goto(growing.home + "/schema")
    page.locator(".box").first.wait_for()
    lost = page.locator(".live.lost")
    stalled = []
    page.route("**/api/newest", lambda route: stalled.append(route), times=1)
    expect(lost).to_be_visible(timeout=20_000)
    expect(lost).to_have_count(0, timeout=15_000)
    page.route("**/api/warehouse", lambda route: stalled.append(route), times=1)
    with page.expect_request("**/api/warehouse"):
        grow(growing, 2, [8, 9], 1)
    expect(page.locator("#table-users")).to_contain_text("6 rows")
    expect(lost).to_have_count(0)
    page.clock.fast_forward("01:01")
    expect(page.locator("footer")).to_contain_text("to 2018-11-02", timeout=15_000)
    expect(lost).to_have_count(0)
    assert len(stalled) == 2


def test_a_page_shows_a_service_as_it_goes_on(growing, browser):
    """Events are made and loaded as time passes, a minute in each tenth of a second."""
    page = browser.open(growing.link)
    page.goto(growing.home + "/health?tables=table_rows")
    settled(page)
    events = card(page, "table_rows").locator("tr", has_text="events").locator("td").last
    expect(events).to_have_text("4")
    live = growing.folder.parent / "live"
    flags = ["--from", "2018-11-05", "--days", 1, "--users", 400, "--speed", 600, "--quiet"]
    with ExitStack() as begun:
        for process in (
            start("simulate", "--follow", "--out", live, *flags),
            growing.warehouse.start(
                "etl", "--follow", "--interval", "1", "--log-data", live / "log_data"
            ),
        ):
            begun.callback(process.wait)
            begun.callback(process.terminate)
        seen = [4]
        for _ in range(2):
            expect(events).not_to_have_text(f"{seen[-1]:,}", timeout=30_000)
            seen.append(int(events.inner_text().replace(",", "")))
    assert seen == sorted(set(seen))


def test_a_paused_page_stands_still_until_it_goes_on(growing, browser):
    page = browser.open(growing.link)
    page.goto(growing.home + "/audience?tables=user_activity")
    settled(page)
    pause = page.get_by_role("button", name="Pause")
    pause.click()
    assert pause.get_attribute("aria-pressed") == "true"
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    grow(growing, 2, [9], 1)
    page.wait_for_timeout(4_000)
    assert asked == []
    pause.click()
    expect(card(page, "user_activity").locator("tbody tr")).to_have_count(5, timeout=15_000)


def test_a_chart_shows_the_period_before_when_it_is_asked_to(growing, browser):
    grow(growing, 2, [1, 2], 1)
    page = browser.open(growing.link)
    page.goto(growing.home + "/?from=2018-11-02&to=2018-11-02")
    settled(page)

    def daily():
        return {
            point["what"]: point["users"]
            for point in marks_of(page, "active_users", "point")
            if point["what"].startswith("daily")
        }

    now = {"daily users": "2"}
    assert daily() == now
    page.get_by_label("Compare").check()
    settled(page)
    assert page.url.endswith("/?from=2018-11-02&to=2018-11-02&compare=1")
    then = {"daily users, period before": "4"}
    old = card(page, "active_users").locator(
        '[aria-roledescription="point"][aria-label*="period before"]'
    )
    expect(old).to_have_count(3)
    assert "day then: 2018-11-01" in old.first.get_attribute("aria-label")
    assert daily() == now | then
    page.reload()
    settled(page)
    assert page.get_by_label("Compare").is_checked() and daily() == now | then
    page.get_by_label("Compare").uncheck()
    settled(page)
    expect(old).to_have_count(0)
