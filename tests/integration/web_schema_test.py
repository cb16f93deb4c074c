"""The schema page of the web app as a person uses it, in Chromium."""

import json

import pytest
from browsing import WebServed, serious_faults
from playwright.sync_api import expect
from program import OK, Warehouse

# A table that somebody made, as clients of Redshift make them.
OWN = """
create table campaigns (
  campaign_id integer, user_id integer, "a<b" varchar(20), primary key (campaign_id)
) distkey (user_id) sortkey (campaign_id)
"""


@pytest.fixture(scope="module")
def served(real_data, tmp_path_factory):
    warehouse = Warehouse(tmp_path_factory.mktemp("schema") / "real.duckdb")
    warehouse.load(real_data / "log_data", real_data / "song_data")
    warehouse.run("sql", "checkpoint").expect(OK)
    server = WebServed(warehouse.path, "--web-writable")
    body = json.dumps({"sql": OWN}).encode()
    cookie = {"Cookie": server.cookie(), "Content_Type": "application/json"}
    assert '"done"' in server.ask("/api/sql", "POST", body, **cookie)[2]
    server.warehouse = warehouse
    yield server
    server.stop()


def schema(browser, served, **look):
    page = browser.open(served.link, **look)
    page.goto(served.home + "/schema")
    page.locator(".box").first.wait_for()
    return page


def section(page, table):
    return page.locator(f"#table-{table}")


def test_the_star_is_drawn_with_its_rows(served, browser):
    page = schema(browser, served)
    boxes = page.locator(".box")
    names = boxes.evaluate_all("all => all.map(each => each.dataset.table)")
    assert {"songplays", "users", "songs", "artists", "time", "sessions", "events"} <= set(names)
    songplays = page.locator('.box[data-table="songplays"]').get_attribute("aria-label")
    count = served.warehouse.query("select count(*) as n from songplays")[0]["n"]
    assert songplays.startswith(f"songplays, fact, {count:,} rows, ")
    for dimension in ("users", "songs", "artists", "time", "sessions"):
        assert dimension in songplays.partition("refers to")[2]
    lines = page.locator(".edge title").all_text_contents()
    assert "songplays.start_time refers to time" in lines
    assert "songs.artist_id refers to artists" in lines


def test_each_table_says_what_it_is(served, browser):
    page = schema(browser, served)
    songplays = section(page, "songplays")
    text = songplays.inner_text()
    assert "Songs played by known users" in text
    assert "one NextSong event of a known user" in text
    layouts = songplays.locator(".layouts li").all_inner_texts()
    assert layouts[0] == "auto: diststyle auto sortkey auto (as it is here)"
    assert "by-user: distkey(user_id) sortkey(artist_id)" in layouts
    assert "merge-join: distkey(song_id) sortkey(song_id)" in layouts
    rows = [row.locator("th, td").all_inner_texts() for row in songplays.locator("tbody tr").all()]
    assert rows[0] == ["songplay_id", "bigint identity(0, 1)", "key"]
    assert ["song_id", "varchar(64)", "refers to songs"] in rows
    assert len(rows) == len(served.warehouse.query("select * from songplays limit 1")[0])


def test_a_table_that_somebody_made_is_told_with_its_keys(served, browser):
    page = schema(browser, served)
    own = section(page, "campaigns")
    layouts = own.locator(".layouts li").all_inner_texts()
    assert layouts == ["its own: distkey(user_id) sortkey(campaign_id) (as it is here)"]
    rows = [row.locator("th, td").all_inner_texts() for row in own.locator("tbody tr").all()]
    assert [row[0] for row in rows] == ["campaign_id", "user_id", "a<b"]
    assert "key" in rows[0][2] and "refers to users" in rows[1][2]
    assert rows[2][1] == "character varying(20)"


def test_sizes_are_those_of_the_file(served):
    status, _, text = served.ask("/api/schema", Cookie=served.cookie())
    tables = {table["name"]: table for table in json.loads(text)["tables"]}
    assert status == 200
    assert tables["user_days"]["is_view"] and tables["user_days"]["rows"] is None
    block = 262_144
    assert tables["songplays"]["bytes"] >= block and tables["songplays"]["bytes"] % block == 0
    size = served.warehouse.path.stat().st_size
    assert sum(table["bytes"] or 0 for table in tables.values()) <= size
    assert tables["etl_loads"]["role"] == "internal"
    assert tables["users"]["role"] == tables["user_history"]["role"] == "dimension"


def test_the_keyboard_follows_a_box_to_its_table(served, browser):
    page = schema(browser, served)
    box = page.locator('.box[data-table="users"]')
    box.focus()
    assert page.locator(".edge.lit").count() > 2
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("id") == "table-users"
    expect(section(page, "users")).to_be_in_viewport()


def test_rows_are_previewed_in_the_editor(served, browser):
    page = schema(browser, served)
    for table in ("time", "users"):
        section(page, table).get_by_role("button", name=f"Preview rows of {table}").click()
        page.wait_for_url("**/sql")
        page.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".outcome .summary")).to_contain_text(" rows, ")
        assert page.locator('[role="tab"][aria-selected="true"]').inner_text() == table
        page.go_back()
        page.locator(".box").first.wait_for()


def test_the_schema_fits_a_phone_in_the_dark(served, browser):
    page = schema(browser, served, width=390, height=800, scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    color = page.locator(".card").first.evaluate("each => getComputedStyle(each).backgroundColor")
    assert max(map(int, color[4:-1].split(","))) < 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(scheme, served, browser):
    page = schema(browser, served, scheme=scheme, bypass_csp=True)
    assert serious_faults(page) == []
