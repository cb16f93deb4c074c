"""The web app of `sparkify serve` as a person uses it, in Chromium, and as others try to."""

import csv
import io
import json
import re
import select
import socket

import pytest
from browsing import WebServed, card, marks_of, settled, table_of
from eventfiles import play, write_events
from program import OK, ROOT, Warehouse, run

SCRIPT = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
# A billion plays, for who counts them.
SLOW = """
alter table track_plays rename to few_plays;
create view track_plays as select p.* from few_plays p, few_plays a, few_plays b
"""


@pytest.fixture(scope="module")
def served(real_data, tmp_path_factory):
    """The real logs, served; and what SQL says of them."""
    warehouse = Warehouse(tmp_path_factory.mktemp("web") / "real.duckdb")
    warehouse.load(real_data / "log_data", real_data / "song_data")
    server = WebServed(warehouse.path)
    server.warehouse = warehouse
    yield server
    server.stop()


@pytest.fixture
def serve_web():
    """Starts servers, and ends them whatever becomes of the test."""
    servers = []

    def begin(*words):
        servers.append(WebServed(*words))
        return servers[-1]

    yield begin
    for server in servers:
        server.stop()


def test_the_printed_address_opens_the_overview(served, browser):
    page = settled(browser.open(served.link))
    assert page.url == served.home + "/"  # the token has gone from it
    assert page.title() == "Overview \u00b7 Sparkify"
    titles = page.locator(".card h2").all_inner_texts()
    assert "Net paid additions" in titles and "Churn" in titles
    section = card(page, "paid_net_adds")
    assert "Upgrades less downgrades" in section.locator(".definition").inner_text()
    assert section.locator(".unit").inner_text() == "Unit: users"
    section.locator("summary").click()
    assert "Weeks without a change have no row" in section.locator("details p").inner_text()


def test_figures_and_marks_say_what_sql_says(served, browser):
    page = settled(browser.open(served.link))
    rows = served.warehouse.query("select count(*) as n from level_changes where kind = 'upgrade'")
    figures = card(page, "conversion_rate").locator("dd").all_inner_texts()
    assert figures[1] == str(rows[0]["n"]) == "8"
    bars = marks_of(page, "paid_net_adds", "bar")
    upgrades = [int(bar["users"]) for bar in bars if bar.get("what") == "upgrades"]
    weeks = served.warehouse.query(
        "select date_trunc('week', changed_at) as week, count(*) as n from level_changes "
        "where kind = 'upgrade' group by 1 order by 1"
    )
    assert upgrades == [week["n"] for week in weeks]


def test_a_day_that_is_typed_is_one_step_of_the_history(served, browser):
    page = settled(browser.open(served.link))
    page.goto(served.home)
    settled(page)
    steps = page.evaluate("history.length")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    filters = page.get_by_role("form", name="Filters")
    filters.get_by_label("From").focus()
    page.keyboard.type("11052018", delay=50)
    settled(page)
    assert page.url.endswith("/?from=2018-11-05")
    assert page.evaluate("history.length") == steps + 1
    assert any("from=2018-11-05" in url for url in asked)
    assert not any("from=0" in url for url in asked)


def test_a_year_of_three_digits_is_taken_when_its_field_is_left(served, browser):
    page = settled(browser.open(served.link))
    filters = page.get_by_role("form", name="Filters")
    filters.get_by_label("From").focus()
    page.keyboard.type("1105201", delay=50)
    assert "from" not in page.url
    filters.get_by_label("Level").focus()
    settled(page)
    assert page.url.endswith("/?from=0201-11-05")


def test_filters_narrow_and_the_address_keeps_them(served, browser):
    page = settled(browser.open(served.link))
    page.get_by_role("link", name="Listening").click()
    settled(page)
    filters = page.get_by_role("form", name="Filters")
    filters.get_by_label("From").fill("2018-11-05")
    filters.get_by_label("To").fill("2018-11-11")
    filters.get_by_label("Level").select_option("paid")
    rows = table_of(page, "top_artists")
    expected = served.warehouse.query(
        "select artist_name, count(*) as plays from songplays where level = 'paid' "
        "and start_time >= '2018-11-05' and start_time < '2018-11-12' "
        "group by 1 order by 2 desc, count(distinct user_id) desc, 1 limit 20"
    )
    assert [(row[1], int(row[2])) for row in rows] == [tuple(r.values()) for r in expected]
    assert page.url.endswith(
        "/listening?from=2018-11-05&to=2018-11-11&level=paid&tables=top_artists"
    )
    page.reload()
    settled(page)
    assert filters.get_by_label("Level").input_value() == "paid"
    assert table_of(page, "top_artists") == rows
    assert card(page, "sessions").locator(".scope").inner_text() == "Not filtered by level"
    page.go_back()
    settled(page)
    assert card(page, "top_artists").locator("svg").count() == 1


def test_rows_can_be_kept_as_csv(served, browser):
    page = settled(browser.open(served.link))
    page.goto(served.home + "/listening?from=2018-11-20")
    settled(page)
    with page.expect_download() as download:
        card(page, "top_songs").get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "top_songs.csv"
    found = download.value.path().read_text()
    flags = ["--from", "2018-11-20", "--format", "csv"]
    # As the command line writes it, from the same server.
    assert found == run("analytics", "top_songs", "--warehouse", served.warehouse.path, *flags).out
    assert len(list(csv.reader(io.StringIO(found)))) == 21


def test_a_chart_can_be_kept_as_a_picture(served, browser):
    page = settled(browser.open(served.link))
    section = card(page, "active_users")
    for name, first in (("SVG", b"<svg "), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            section.get_by_role("button", name=name).click()
        assert download.value.suggested_filename == f"active_users.{name.lower()}"
        assert download.value.path().read_bytes().startswith(first)
    section.get_by_role("button", name="Table").click()
    section.locator("table").wait_for()
    assert not section.get_by_role("button", name="SVG").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_kept_picture_has_the_ground_of_its_card(served, browser, scheme):
    page = settled(browser.open(served.link, scheme=scheme))
    section = card(page, "active_users")
    ground = section.evaluate("each => getComputedStyle(each).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(27, 33, 41)"}[scheme]
    with page.expect_download() as download:
        section.get_by_role("button", name="SVG").click()
    first = re.search(r"<rect [^>]*>", download.value.path().read_text())[0]
    assert f'fill="{ground}"' in first


def test_a_period_is_compared_with_the_one_before(served, browser):
    page = settled(browser.open(served.link))
    page.goto(served.home + "/?from=2018-11-16&to=2018-11-30")
    settled(page)
    expected = []
    for period in (("2018-11-16", "2018-11-30"), ("2018-11-01", "2018-11-15")):
        flags = ["--from", period[0], "--to", period[1], "--format", "json"]
        expected.append(served.warehouse.run("analytics", "conversion_rate", *flags).json[0])
    now, before = (str(each["converted"]) for each in expected)
    figures = card(page, "conversion_rate").locator("dl > div").nth(1).locator("dd")
    assert figures.all_inner_texts() == [now, f"before: {before}"]
    assert now != before


def test_bars_have_room_beside_their_names_on_a_phone(served, browser):
    page = browser.open(served.link, width=390, height=800, scheme="dark")
    page.goto(served.home + "/listening")
    settled(page)
    section = card(page, "top_songs")
    first = section.locator('[aria-roledescription="bar"]').first
    assert first.bounding_box()["width"] > section.locator(".chart").bounding_box()["width"] * 0.45


@pytest.mark.parametrize("width, scheme", [(390, "dark"), (1024, "light"), (2560, "dark")])
def test_every_page_fits_screens_of_all_widths(width, scheme, served, browser):
    page = settled(browser.open(served.link, width=width, height=800, scheme=scheme))
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, color[4:-1].split(","))) < 60) == (scheme == "dark")
    titles = page.locator("nav a").all_inner_texts()
    assert titles == ["Overview", "Growth", "Listening", "Audience", "Health", "SQL", "Schema"]
    titles = titles[:5]  # what is made of cards
    for title in titles:
        page.get_by_role("link", name=title).click()
        settled(page)
        assert page.locator("h1").inner_text() == title
        assert page.locator(".wrong").all_inner_texts() == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    "scheme, titles", [("light", ["Overview", "Listening"]), ("dark", ["Growth"])]
)
def test_axe_finds_nothing_serious(scheme, titles, served, browser):
    """axe-core comes from outside of the page, which its policy would not let in."""
    page = browser.open(served.link, scheme=scheme, bypass_csp=True)
    settled(page)
    page.add_script_tag(path=ROOT / "web/node_modules/axe-core/axe.min.js")
    for title in titles:
        page.get_by_role("link", name=title).click()
        settled(page)
        result = page.evaluate("axe.run({exclude: ['.chart svg g']})")
        assert len(result["passes"]) > 15
        found = result["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"]) for each in serious] == [], title


def test_the_keyboard_reaches_filters_and_tables(served, browser):
    page = settled(browser.open(served.link))
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    toggle = card(page, "stickiness").get_by_role("button", name="Table")
    toggle.focus()
    page.keyboard.press("Enter")
    card(page, "stickiness").locator("table").wait_for()
    assert toggle.get_attribute("aria-pressed") == "true"
    chart = card(page, "active_users").locator(".chart")
    assert chart.get_attribute("aria-label").startswith("Active users: Distinct users")


def test_the_focus_goes_on_with_the_page(served, browser):
    page = settled(browser.open(served.link))
    assert page.evaluate("document.activeElement === document.body")
    page.get_by_role("link", name="Growth").press("Enter")
    settled(page)
    assert page.evaluate("document.activeElement.id") == "main"
    filters = page.get_by_role("form", name="Filters")
    compare = filters.get_by_role("checkbox", name="Compare")
    link = page.get_by_role("link", name="Listening")
    assert compare.is_disabled()
    assert "From and To" in filters.locator("label").nth(3).get_attribute("title")
    filters.get_by_label("From").fill("2018-11-05")
    link.focus()
    filters.get_by_label("To").evaluate(
        "each => (each.value = '2018-11-11', each.dispatchEvent(new Event('change')))"
    )
    assert link.evaluate("each => each === document.activeElement")
    assert link.get_attribute("href") == "/listening?from=2018-11-05&to=2018-11-11"
    assert compare.is_enabled()
    current = page.locator('nav [aria-current="page"]')
    assert current.all_inner_texts() == ["Growth"]


def test_a_period_that_is_none_is_said_on_the_page(served, browser):
    page = settled(browser.open(served.link))
    page.goto(served.home + "/?from=2018-11-20&to=2018-11-01")
    settled(page)
    assert "ends before it begins" in page.locator(".wrong").first.inner_text()
    # Chromium logs answers of 400 by itself.
    assert all("400 (Bad Request)" in each for each in browser.complaints)
    browser.complaints.clear()


def test_a_script_in_a_song_title_is_a_title(browser, serve_web, tmp_path):
    warehouse = Warehouse(tmp_path / "hostile.duckdb")
    write_events(tmp_path / "logs/all.json", [play(song=SCRIPT, artist=SCRIPT)])
    warehouse.load(tmp_path / "logs")
    server = serve_web(warehouse.path)
    page = settled(browser.open(server.link))
    page.goto(server.home + "/listening")
    settled(page)
    assert table_of(page, "top_songs")[0][1:3] == [SCRIPT, SCRIPT]
    card(page, "top_artists").locator('[aria-roledescription="bar"]').hover()
    assert SCRIPT in page.get_by_role("tooltip").inner_text()
    assert page.title() == "Listening \u00b7 Sparkify"
    assert page.locator("img").count() == 0


# --- others ---


def test_without_the_token_nothing_is_answered(served):
    for path in ("/", "/app.js", "/api/reports", "/api/reports/top_songs.csv", "/?token=guess"):
        status, _, text = served.ask(path, Accept_Encoding="gzip")
        assert (status, text.strip()) == (
            401,
            "open the address that sparkify serve printed when it started",
        )
    wrong = served.cookie()[:-1] + "x"
    assert served.ask("/api/reports", Cookie=wrong)[0] == 401


def test_the_cookie_is_for_this_site_alone(served):
    status, headers, _ = served.ask(f"/?token={served.token}")
    assert (status, headers["Location"]) == (303, "/")
    assert headers["Set-Cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert served.token not in headers["Set-Cookie"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{}", "127.0.0.1", "127.0.0.1:1", "localhost.evil:{}", ""]
)
def test_another_host_is_refused(host, served):
    host = host.format(served.port)
    assert served.ask("/api/reports", Cookie=served.cookie(), Host=host)[0] == 421
    assert served.ask(f"/?token={served.token}", Host=host)[0] == 421


def test_the_names_of_this_machine_are_known(served):
    for host in (f"localhost:{served.port}", f"[::1]:{served.port}"):
        assert served.ask("/api/reports", Cookie=served.cookie(), Host=host)[0] == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_another_origin_is_refused(origin, served):
    assert served.ask("/api/reports", Cookie=served.cookie(), Origin=origin)[0] == 403


def test_every_answer_has_a_strict_policy(served):
    cookie = served.cookie()
    for path, status in (("/", 200), ("/api/reports", 200), ("/api/none", 404), ("/no.js", 404)):
        found, headers, _ = served.ask(path, Cookie=cookie, Accept_Encoding="gzip")
        assert found == status
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/api/reports"])
def test_what_is_read_cannot_be_written(path, method, served):
    assert served.ask(path, method, Cookie=served.cookie(), Content_Length="0")[0] == 405


def test_a_body_of_a_mebibyte_is_read(served):
    assert served.ask("/api/reports", "POST", b"x" * (1 << 20), Cookie=served.cookie())[0] == 405


REFUSED = {
    "/api/reports/top_sogns": (404, 'did you mean "top_songs"?'),
    "/api/reports/top_songs?top=0": (400, "--top must be 1 at least"),
    "/api/reports/top_songs?top=many": (400, '"many" is no number'),
    "/api/reports/top_songs?limit=3": (400, 'unknown parameter "limit"'),
    "/api/reports/top_songs?from=2018-11-31": (400, "is no day"),
    "/api/reports/top_songs?level=x'%20or%201=1": (400, "unknown level"),
    "/api/reports/table_rows?level=paid": (400, "takes no --level"),
    "/api/other": (404, "there is no such answer"),
}


@pytest.mark.parametrize("path", REFUSED)
def test_a_wrong_question_has_an_answer_with_a_reason(path, served):
    status, headers, text = served.ask(path, Cookie=served.cookie())
    assert (status, headers["Content-Type"]) == (REFUSED[path][0], "application/json")
    assert REFUSED[path][1] in " ".join(filter(None, json.loads(text)["error"].values()))


def raw(served, data):
    """All that the server says to bytes, until it closes the connection."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as link:
        link.sendall(data)
        parts = []
        while part := link.recv(65536):
            parts.append(part)
    return b"".join(parts).decode(errors="replace")


def test_what_is_no_request_ends_its_connection(served):
    host = f"Host: 127.0.0.1:{served.port}\r\n"
    for data, status in (
        ("\x16\x03\x01\x02 TLS\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\n{host}X: {'x' * 20_000}\r\n\r\n", 431),
        (f"GET / HTTP/1.1\r\n{host}Content-Length: 9999999\r\n\r\n", 413),
        (f"GET / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 413),
        (f"POST / HTTP/1.1\r\n{host}Content-Length: {(1 << 20) + 1}\r\n\r\n", 413),
        (f"GET / HTTP/1.0\r\n{host}\r\n", 505),
        (f"GET http://evil/ HTTP/1.1\r\n{host}\r\n", 400),
        (f"GET /%zz HTTP/1.1\r\n{host}\r\n", 400),
    ):
        assert raw(served, data.encode("latin-1")).startswith(f"HTTP/1.1 {status} "), data[:60]


def test_many_connections_do_not_keep_others_out(served):
    links = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(150)]
    try:
        assert served.ask("/api/reports", Cookie=served.cookie())[0] == 200
    finally:
        for link in links:
            link.close()


def send_until_stalled(links, request):
    """Until none of them takes more: the other side waits for its answers to be read."""
    open_links = list(links)
    while ready := select.select([], open_links, [], 0.5)[1]:
        for link in ready:
            try:
                link.send(request * 20)
            except (BrokenPipeError, ConnectionResetError):
                open_links.remove(link)


def test_strangers_who_read_nothing_do_not_keep_others_out(served):
    """Their refusals fill the little that the system keeps for them, and wait to be taken."""
    request = f"GET /{'x' * 100} HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode()
    links = []
    try:
        for _ in range(64):
            link = socket.socket()
            links.append(link)
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            link.connect(("127.0.0.1", served.port))
            link.setblocking(False)
        send_until_stalled(links, request)
        assert served.ask("/api/reports", Cookie=served.cookie())[0] == 200
    finally:
        for link in links:
            link.close()


def test_a_statement_that_takes_too_long_ends(serve_web, tmp_path, real_data):
    warehouse = Warehouse(tmp_path / "slow.duckdb")
    warehouse.load(real_data / "log_data")
    warehouse.run("sql", SLOW).expect(OK)
    server = serve_web(warehouse.path, "--statement-timeout", "1")
    status, _, text = server.ask("/api/reports/top_songs", Cookie=server.cookie())
    assert status == 503
    assert json.loads(text)["error"]["message"] == "the question took longer than it may"


def test_an_address_has_a_port(tmp_path):
    result = run("serve", "--web-listen", "8080", cwd=tmp_path, timeout=60)
    result.expect_error(2, '--web-listen: "8080" is no HOST:PORT')
