"""The SQL editor of the web app as a person uses it, in Chromium, and as others try to."""

import csv
import io
import json
import re
import time
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pyarrow.parquet
import pytest
from browsing import WebServed, serious_faults
from playwright.sync_api import expect
from program import OK, Warehouse, run

SCRIPT = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
# Nobody waits for its end.
ENDLESS = "select count(*) from generate_series(1, 100000) a, generate_series(1, 10000000) b"
MANY = "select n, n * 2 as twice, 'row ' || n as name from generate_series(1, 150000) as t(n)"


@pytest.fixture(scope="module")
def served(real_data, tmp_path_factory):
    """The real logs, served for reading."""
    warehouse = Warehouse(tmp_path_factory.mktemp("editor") / "real.duckdb")
    warehouse.load(real_data / "log_data", real_data / "song_data")
    server = WebServed(warehouse.path)
    server.warehouse = warehouse
    yield server
    server.stop()


@pytest.fixture(scope="module")
def writable(tmp_path_factory):
    warehouse = Warehouse(tmp_path_factory.mktemp("writable") / "own.duckdb")
    warehouse.run("create-tables").expect(OK)
    warehouse.run("sql", "create table notes (id integer, note varchar(40))").expect(OK)
    server = WebServed(warehouse.path, "--web-writable", "--statement-timeout", "2")
    server.warehouse = warehouse
    yield server
    server.stop()


def post(server, path, document, method="POST", **headers):
    """Status and answer to JSON, as the page asks."""
    headers.setdefault("Content_Type", "application/json")
    body = json.dumps(document).encode()
    status, _, text = server.ask(path, method, body, Cookie=server.cookie(), **headers)
    return status, text


def told(server, sql):
    """The lines of a run."""
    status, text = post(server, "/api/sql", {"sql": sql})
    assert status == 200
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines[-1] == {"end": True}
    return lines


def failure(server, sql):
    found = [line["failed"] for line in told(server, sql) if "failed" in line]
    assert len(found) == 1, sql
    return found[0]


def editor(browser, server, text=None, **look):
    """The editor's page, in its last tab or with a text in a new one."""
    page = browser.open(server.link, **look)
    page.goto(server.home + "/sql")
    page.locator(".cm-content").wait_for()
    if text is not None:
        page.get_by_role("button", name="New tab").click()
        write(page, text)
    return page


def write(page, text):
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Backspace")
    page.keyboard.insert_text(text)


def run_all(page, text=None):
    if text is not None:
        write(page, text)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Cancel")).to_be_disabled(timeout=20_000)
    return page.locator(".outcome")


def cells(outcome):
    """The rows that a grid shows, as texts."""
    outcome.locator(".line").first.wait_for()
    lines = outcome.locator(".line").all()
    return [line.locator(".cell").all_inner_texts() for line in lines]


def test_statements_run_one_after_another_and_show_what_sql_says(served, browser):
    page = editor(browser, served, "")
    text = "select level, count(*) as n from songplays group by 1 order by 1;\nshow search_path;"
    outcomes = run_all(page, text)
    expect(outcomes).to_have_count(2)
    expected = served.warehouse.query(
        "select level, count(*) as n from songplays group by 1 order by 1"
    )
    assert cells(outcomes.nth(0)) == [[row["level"], str(row["n"])] for row in expected]
    assert cells(outcomes.nth(1)) == [["$user, public"]]
    assert "2 rows, " in outcomes.nth(0).locator(".summary").inner_text()
    assert page.locator(".status").inner_text().startswith("2 statements, ")


def test_only_the_selection_runs(served, browser):
    page = editor(browser, served, "select 1 as one;\nselect 2 as two;")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Shift+Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Home")
    assert page.get_by_role("button", name="Run selection").is_visible()
    outcomes = run_all(page)
    assert outcomes.count() == 1 and cells(outcomes.first) == [["2"]]


def test_an_error_is_marked_at_its_place(served, browser):
    page = editor(browser, served, "select 1;\nselect usr_id\n  from songplays; select 3")
    outcomes = run_all(page)
    expect(outcomes).to_have_count(2)  # what stands behind does not run
    wrong = outcomes.nth(1).locator(".wrong").inner_text()
    assert 'column "usr_id" does not exist' in wrong and "42703" in wrong
    assert "line 2, column 8" in wrong and 'did you mean "user_id"?' in wrong
    assert page.locator(".cm-lintRange-error").all_inner_texts() == ["usr_id"]


def test_a_statement_is_cancelled_and_ends_in_the_server(served, browser):
    page = editor(browser, served, ENDLESS)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Cancel").click(timeout=10_000)
    expect(page.locator(".status")).to_contain_text("cancelled after")
    begun = time.monotonic()
    assert cells(run_all(page, "select 4 as four").first) == [["4"]]
    assert time.monotonic() - begun < 10


def test_a_screen_reader_hears_begin_and_end_of_a_run(served, browser):
    page = editor(browser, served, ENDLESS)
    page.evaluate(
        """() => {
          const status = document.querySelector(".tools [role=status]");
          window.heard = [];
          const hear = () => window.heard.push(status.textContent);
          new MutationObserver(hear).observe(status, {childList: true, characterData: true});
        }"""
    )
    page.keyboard.press("Control+Enter")
    clock = page.locator(".status [aria-hidden]")
    expect(clock).to_have_text("for 2 s")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".status")).to_contain_text("cancelled after")
    expect(clock).to_have_text("")
    begin, end = page.evaluate("window.heard")
    assert (begin, end[:16]) == ("running", "cancelled after ")


def test_tabs_texts_and_history_are_there_after_a_reload(served, browser):
    page = editor(browser, served, "select 41 + 1 as answer")
    run_all(page)
    count = page.get_by_role("tab").count()
    page.reload()
    page.locator(".cm-content").wait_for()
    assert page.get_by_role("tab").count() == count
    assert page.locator(".cm-content").inner_text().strip() == "select 41 + 1 as answer"
    page.locator("summary", has_text="History").click()
    entry = page.locator(".past li").first
    assert "select 41 + 1 as answer" in entry.inner_text() and "1 row, " in entry.inner_text()
    page.get_by_role("tab").last.press("ArrowLeft")
    assert page.locator(".cm-content").inner_text().strip() != "select 41 + 1 as answer"


def test_names_of_the_warehouse_are_completed(served, browser):
    page = editor(browser, served, "")
    with page.expect_response("**/api/sql/names"):
        page.reload()
    page.locator(".cm-content").click()
    page.keyboard.type("select * from songpl", delay=20)
    options = page.locator(".cm-tooltip-autocomplete li")
    expect(options.first).to_contain_text("songplays")
    page.wait_for_timeout(150)  # a list that has just opened takes no key
    page.keyboard.press("Tab")
    expect(page.locator(".cm-content")).to_have_text("select * from songplays")
    page.keyboard.type(" where songplays.artist_", delay=20)
    expect(options.filter(has_text="artist_name")).to_have_count(1)


def test_many_rows_scroll_and_only_those_on_the_screen_are_drawn(served, browser):
    page = editor(browser, served, MANY)
    outcome = run_all(page).first
    assert "150,000 rows, " in outcome.locator(".summary").inner_text()
    grid = outcome.get_by_role("grid")
    assert grid.get_attribute("aria-rowcount") == "150001"
    grid.focus()
    page.keyboard.press("Control+End")
    last = outcome.locator('.cell[aria-selected="true"]')
    expect(last).to_have_text("row 150000")
    expect(last).to_be_in_viewport()
    assert outcome.locator(".line").count() < 100
    page.keyboard.press("Control+Home")
    page.keyboard.press("PageDown")
    expect(last).to_be_in_viewport()
    assert 5 < int(last.inner_text()) < 30


def test_what_the_page_does_not_hold_is_said_and_exported(served, browser):
    page = editor(browser, served, MANY.replace("150000", "210000"))
    outcome = run_all(page).first
    summary = outcome.locator(".summary").inner_text()
    assert summary.startswith("the first 200,000 rows") and "an export has all" in summary
    with page.expect_download() as download:
        outcome.get_by_role("button", name="Export all rows as CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    rows = list(csv.reader(io.StringIO(download.value.path().read_text())))
    assert len(rows) == 210_001
    assert rows[0] == ["n", "twice", "name"] and rows[-1] == ["210000", "420000", "row 210000"]


def test_exports_hold_what_the_command_line_writes(served, browser):
    query = "select level, start_time, length_seconds, null as nothing, 'a,\"b' as t "
    query += "from songplays order by songplay_id"
    page = editor(browser, served, query)
    outcome = run_all(page).first
    kept = {}
    for name in ("JSON", "PARQUET", "XLSX"):
        with page.expect_download() as download:
            outcome.get_by_role("button", name=f"Export all rows as {name}").click()
        kept[name] = download.value.path()
    expected = served.warehouse.query(query)
    assert json.loads(kept["JSON"].read_text()) == expected
    table = pyarrow.parquet.read_table(kept["PARQUET"])
    assert [str(kind) for kind in table.schema.types][:3] == ["string", "timestamp[us]", "double"]
    assert table.column("length_seconds").to_pylist() == [r["length_seconds"] for r in expected]
    sheet = openpyxl.load_workbook(io.BytesIO(kept["XLSX"].read_bytes()), read_only=True).active
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0] == tuple(expected[0])
    assert [line[0] for line in lines[1:]] == [row["level"] for row in expected]


def test_explain_shows_a_plan(served, browser):
    page = editor(browser, served, "select level from songplays")
    page.get_by_role("button", name="Explain").click()
    plan = page.locator(".plan")
    plan.wait_for()
    assert "songplays" in plan.inner_text()


def test_explain_runs_none_of_several_statements(writable, browser):
    page = editor(browser, writable, "select 1; create table never as select 1 as one")
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".plan")).to_have_count(2)
    expect(page.locator(".plan").last).to_contain_text("CREATE")
    assert writable.warehouse.query("select * from pg_tables where tablename = 'never'") == []


def test_a_result_becomes_a_chart(served, browser):
    query = "select level, count(*) as plays from songplays group by 1 order by 1"
    page = editor(browser, served, query)
    outcome = run_all(page).first
    outcome.get_by_role("button", name="Chart").click()
    marks = outcome.locator('[aria-roledescription="bar"]')
    expect(marks).to_have_count(2)
    assert "level: free" in marks.first.get_attribute("aria-label")
    outcome.get_by_role("combobox", name="Chart").select_option("ranking")
    expect(outcome.locator(".chart svg")).to_contain_text("paid")


def test_a_chart_tells_columns_of_one_name_apart(served, browser):
    query = "select 'this' as value, 'that' as value, 3 as value"
    outcome = run_all(editor(browser, served, query)).first
    outcome.get_by_role("button", name="Chart").click()
    mark = outcome.locator('[aria-roledescription="bar"]')
    expect(mark).to_have_attribute("aria-label", re.compile("this.*3"))
    outcome.get_by_role("combobox", name="Across").select_option("value (column 2)")
    expect(mark).to_have_attribute("aria-label", re.compile("that.*3"))


def test_a_query_is_saved_opened_and_deleted(served, browser):
    page = editor(browser, served, "select 'kept' as text")
    answers = ["Plays per day", None]
    page.on("dialog", lambda dialog: dialog.accept(answers.pop(0)))
    page.get_by_role("button", name="Save", exact=True).click()
    side = page.get_by_role("complementary", name="Queries")
    expect(side.get_by_role("button", name="Plays per day", exact=True)).to_be_visible()
    folder = served.warehouse.path.with_name(served.warehouse.path.name + ".queries")
    assert (folder / "Plays per day.sql").read_text() == "select 'kept' as text"
    (folder / "from elsewhere.sql").write_text("select 'elsewhere' as text")
    page.reload()
    side.get_by_role("button", name="from elsewhere", exact=True).click()
    expect(page.locator(".cm-content")).to_have_text("select 'elsewhere' as text")
    side.get_by_role("button", name="Delete Plays per day").click()
    expect(side.get_by_role("button", name="Plays per day", exact=True)).to_have_count(0)
    assert [each.name for each in folder.iterdir()] == ["from elsewhere.sql"]


def test_edits_of_a_saved_query_go_only_when_they_may(served, browser):
    folder = served.warehouse.path.with_name(served.warehouse.path.name + ".queries")
    folder.mkdir(exist_ok=True)
    (folder / "edited.sql").write_text("select 'old' as text")
    page = editor(browser, served, "")
    run_all(page, "select 'ran' as text")
    page.get_by_role("button", name="New tab").click()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    side, text = page.get_by_role("complementary", name="Queries"), page.locator(".cm-content")
    side.get_by_role("button", name="edited", exact=True).click()
    expect(text).to_have_text("select 'old' as text")
    write(page, "select 'new' as text")
    page.get_by_role("button", name="Close edited").click()
    page.get_by_role("tab", selected=True).press("Delete")
    assert asked == ['Close "edited"? What is not saved of it goes.'] * 2
    expect(text).to_have_text("select 'new' as text")
    # What comes from elsewhere is not put into an emptied tab: Save would keep it as that query.
    write(page, "")
    page.locator("summary", has_text="History").click()
    page.locator(".past li .link").first.click()
    page.get_by_role("tab", name="edited").click()
    expect(text).to_have_text("")
    write(page, "select 'old' as text")
    page.get_by_role("button", name="Close edited").click()
    expect(page.get_by_role("tab", name="edited")).to_have_count(0)
    assert len(asked) == 2
    (folder / "edited.sql").unlink()


def test_a_completion_that_is_open_stays_with_its_tab(served, browser):
    page = editor(browser, served, "")
    page.get_by_role("button", name="New tab").click()
    write(page, "select song_title, art")
    completions = page.locator(".cm-tooltip-autocomplete")
    completions.wait_for()
    # It is to be placed anew in the moment in which the text becomes another, shorter one.
    page.evaluate(
        """async () => {
          document.execCommand("insertText", false, "i");
          await Promise.resolve();
          [...document.querySelectorAll("[role=tab]")].at(-2).click();
        }"""
    )
    expect(page.locator(".cm-content")).to_have_text("")
    expect(completions).to_have_count(0)
    page.get_by_role("tab").last.click()
    expect(page.locator(".cm-content")).to_have_text("select song_title, arti")
    expect(completions).to_have_count(0)


def test_two_windows_keep_each_others_tabs(served, browser):
    one, other = editor(browser, served, "select 'one'"), editor(browser, served, "select 'other'")
    expect(one.get_by_role("tab")).to_have_count(other.get_by_role("tab").count())
    write(one, "select 'one more'")
    one.wait_for_timeout(500)  # kept by then
    write(other, "select 'another'")
    other.wait_for_timeout(500)
    other.reload()
    expect(other.locator(".cm-content")).to_have_text("select 'another'")
    other.get_by_role("tab").nth(-2).click()
    expect(other.locator(".cm-content")).to_have_text("select 'one more'")
    expect(one.locator(".cm-content")).to_have_text("select 'one more'")


def test_a_script_in_a_value_is_text(served, browser):
    value = SCRIPT.replace("'", "''")
    page = editor(browser, served, f"select '{value}' as \"{SCRIPT.replace(chr(34), '')}\"")
    outcome = run_all(page).first
    assert cells(outcome) == [[SCRIPT]]
    assert page.locator("img").count() == 0
    assert page.title() == "SQL \u00b7 Sparkify"


def test_the_editor_fits_a_phone_in_the_dark(served, browser):
    page = editor(browser, served, "select * from songplays", width=390, height=800, scheme="dark")
    run_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    color = page.locator(".cm-editor").evaluate("each => getComputedStyle(each).backgroundColor")
    assert max(map(int, color[4:-1].split(","))) < 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(scheme, served, browser):
    page = editor(
        browser, served, "select level, 1 as n from users", scheme=scheme, bypass_csp=True
    )
    run_all(page)
    assert serious_faults(page) == []


def test_who_may_write_is_told_so(served, writable, browser):
    assert editor(browser, served).locator(".access").inner_text().startswith("Reads only.")
    page = editor(browser, writable, "insert into notes values (1, 'from the page')")
    assert "can change the warehouse" in page.locator(".writable").inner_text()
    outcome = run_all(page).first
    assert outcome.locator(".summary").inner_text().startswith("INSERT 0 1, ")
    assert cells(run_all(page, "select note from notes").first) == [["from the page"]]


# --- others ---

WRITES = {
    "delete from songplays": "DELETE",
    "begin; delete from songplays; commit": "DELETE",
    "commit; update users set level = 'free'": "UPDATE",
    "rollback; insert into users (user_id) values (0)": "INSERT",
    "truncate users": "TRUNCATE TABLE",
    "create table z (a int)": "CREATE TABLE",
    "create view z as select 1 as a": "CREATE VIEW",
    "drop table users": "DROP TABLE",
    "alter table users add column x int": "ALTER TABLE",
    "prepare p as delete from users; execute p": "EXECUTE",
    "explain analyze delete from users": "EXPLAIN",
    "with x as (select 1) delete from users": "DELETE",
    "copy users from 's3://bucket/x' iam_role default": "COPY",
    "unload ('select 1') to 's3://bucket/x' iam_role default": "UNLOAD",
}


@pytest.mark.parametrize("sql", WRITES)
def test_whoever_reads_cannot_write(sql, served):
    found = failure(served, sql)
    assert found["state"] == "25006", found
    assert found["hint"] == "sparkify serve --web-writable lets this page write"


def test_nothing_was_written(served):
    """After all those attempts, by the program itself."""
    rows = served.warehouse.query("select count(*) as n from songplays")
    assert rows == [{"n": 6820}]


# Not allowed, no such relation, no such setting, not supported, no such syntax.
REFUSALS = ("42501", "42P01", "42704", "0A000", "42601", "25006")
UNREACHED = [
    "attach 'other.duckdb' as other",
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from '/etc/passwd'",
    "copy users to '/tmp/users.csv'",
    "copy (select 1) to '/tmp/one.csv'",
    "copy users from '/etc/passwd'",
    "install httpfs",
    "load httpfs",
    "pragma enable_profiling",
    "export database '/tmp/all'",
    "set enable_external_access = true",
]


@pytest.mark.parametrize("sql", UNREACHED)
def test_files_stay_out_of_reach(sql, served, writable):
    for server in (served, writable):
        assert failure(server, sql)["state"] in REFUSALS, sql
    assert not Path("/tmp/users.csv").exists() and not Path("/tmp/one.csv").exists()


def test_temporary_tables_are_everybodys(served):
    lines = told(served, "create temp table t as select 7 as a; select * from t")
    assert {"rows": [["7"]]} in lines


def test_a_statement_that_takes_too_long_ends(writable):
    found = failure(writable, ENDLESS)
    assert found["state"] == "57014" and "statement timeout" in found["message"]
    # Not even whoever asks for more time gets it.
    assert failure(writable, "set statement_timeout = 0; " + ENDLESS)["state"] == "57014"


HOSTILE = ["..", "../x", "a/../../x", "/etc/passwd", ".hidden", "a\x00b", "a\nb", " a", "a\\b"]
HOSTILE += ["%2e%2e%2fx", "a" * 81, "\udcff"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_of_a_query_is_refused(name, served):
    path = "/api/queries/" + quote(name, safe="", errors="surrogateescape")
    status, text = post(served, path, {"text": "select 1"}, "PUT")
    assert (status, "cannot have this name" in text) == (400, True)
    assert served.ask(path, Cookie=served.cookie())[0] == 400
    assert served.ask(path, "DELETE", Cookie=served.cookie())[0] == 400


def test_a_link_among_the_queries_is_not_followed(served, tmp_path):
    folder = served.warehouse.path.with_name(served.warehouse.path.name + ".queries")
    folder.mkdir(exist_ok=True)
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (folder / "linked.sql").symlink_to(secret)
    try:
        assert served.ask("/api/queries/linked", Cookie=served.cookie())[0] == 404
        assert "linked" not in served.ask("/api/queries", Cookie=served.cookie())[2]
        assert post(served, "/api/queries/linked", {"text": "mine"}, "PUT")[0] == 200
        assert secret.read_text() == "secret"
    finally:
        (folder / "linked.sql").unlink()


def test_names_of_all_languages_are_names(served):
    for name in ("H\u00f6rer je Tag", "\u6b4c", "a.b-c_d 1"):
        path = "/api/queries/" + quote(name)
        assert post(served, path, {"text": name}, "PUT")[0] == 200
        status, _, text = served.ask(path, Cookie=served.cookie())
        assert (status, json.loads(text)) == (200, {"name": name, "text": name})
        assert served.ask(path, "DELETE", Cookie=served.cookie())[0] == 200


def test_a_body_must_be_json_that_says_so(served):
    """Pages of other sites can send neither without being asked."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert post(served, "/api/sql", {"sql": "select 1"}, Content_Type=kind)[0] == 400
    for document in ([], {}, {"sql": 1}, {"text": "select 1"}, "select 1"):
        assert post(served, "/api/sql", document)[0] == 400
    cookie = {"Cookie": served.cookie(), "Content_Type": "application/json"}
    assert served.ask("/api/sql", "POST", b'{"sql": ', **cookie)[0] == 400
    assert (
        served.ask("/api/sql", "POST", b'{"sql": "1"}', Content_Type="application/json")[0] == 401
    )
    origin = {"Origin": "https://evil.example"}
    assert served.ask("/api/sql", "POST", b'{"sql": "1"}', **cookie, **origin)[0] == 403


def test_an_export_is_of_one_statement_with_rows(served):
    for sql, format, said in (
        ("select 1; select 2", "csv", "not of 2"),
        ("", "csv", "not of 0"),
        ("select 1", "exe", "no format"),
    ):
        status, text = post(served, "/api/sql/exports", {"sql": sql, "format": format})
        assert (status, said in text) == (400, True), text
    for format in ("csv", "parquet"):
        status, text = post(served, "/api/sql/exports", {"sql": "select nosuch", "format": format})
        assert (status >= 400, "does not exist" in text) == (True, True), text
    late = "select cast(user_id || 'x' as integer) from users"
    for sql, said in (("begin", "no rows"), (late, "could not convert")):
        for format in ("csv", "parquet"):
            _, text = post(served, "/api/sql/exports", {"sql": sql, "format": format})
            address = json.loads(text)["address"]
            status, _, text = served.ask(address, Cookie=served.cookie())
            assert (status >= 400, said in text) == (True, True), text
    assert served.ask("/api/sql/exports/guess", Cookie=served.cookie())[0] == 404


def test_an_export_that_cannot_begin_says_why_on_the_page(served, browser):
    page = editor(
        browser, served, "create temporary table mine as select 7 as a; select a from mine"
    )
    outcome = run_all(page).last
    assert cells(outcome) == [["7"]]
    outcome.get_by_role("button", name="Export all rows as CSV").click()
    expect(outcome.locator(".wrong")).to_contain_text('relation "mine" does not exist')
    assert all("Failed to load resource" in each for each in browser.complaints)
    browser.complaints.clear()


def test_an_export_never_writes(writable):
    told(writable, "create table only_once (a integer)")
    sql = "insert into only_once values (1) returning a"
    _, text = post(writable, "/api/sql/exports", {"sql": sql, "format": "csv"})
    address = json.loads(text)["address"]
    assert writable.ask(address, Cookie=writable.cookie())[0] >= 400
    assert {"rows": [["0"]]} in told(writable, "select count(*) from only_once")


def test_an_empty_result_is_a_file_with_its_columns(served):
    sql = {"sql": "select user_id from users where false", "format": "csv"}
    address = json.loads(post(served, "/api/sql/exports", sql)[1])["address"]
    status, headers, text = served.ask(address, Cookie=served.cookie())
    assert (status, text) == (200, "user_id\n")
    assert headers["Content-Disposition"] == 'attachment; filename="result.csv"'


def test_web_writable_is_a_flag_of_serve(tmp_path):
    result = run("sql", "--web-writable", "select 1", cwd=tmp_path)
    result.expect_error(2, "web-writable")
