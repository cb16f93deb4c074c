"""`sparkify dashboard`: the web app opened for a person, and a file of it to send around."""

import contextlib
import os
import pathlib
import signal
import socket
import stat
import time
import urllib.parse

import pytest
from browsing import Browser, WebServed, settled
from eventfiles import play, write_events
from program import (
    BAD_DATA,
    OK,
    UNAVAILABLE,
    USAGE,
    Warehouse,
    clean_environment,
    finish,
    run,
    start,
)

SCRIPT = "<img src=x onerror=\"document.title='taken'\"></script><script>document.title='taken'"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A warehouse of a few plays, one of a song with a hostile title."""
    folder = tmp_path_factory.mktemp("dashboard")
    events = [play(song=SCRIPT, artist="Mallory"), play(song="Quiet", artist="Nora", session=2)]
    write_events(folder / "logs/all.json", events)
    warehouse = Warehouse(folder / "small.duckdb")
    warehouse.load(folder / "logs")
    return warehouse


@pytest.fixture(scope="module")
def browser():
    found = Browser()
    yield found
    found.close()


class Dashboard:
    """`sparkify dashboard`, until it is stopped."""

    def __init__(self, path, *flags, **env):
        words = ["dashboard", "--warehouse", path, *flags]
        self.process = start(*words, env=clean_environment(**env))
        self.link = self.process.stdout.readline().decode().strip()
        assert self.link, str(finish(self.process))
        self.port = urllib.parse.urlsplit(self.link).port

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        return finish(self.process, timeout=60)


@pytest.fixture
def begin():
    """Starts dashboards, and ends them whatever becomes of the test."""
    begun = []

    def one(*words, **env):
        begun.append(Dashboard(*words, **env))
        return begun[-1]

    yield one
    for dashboard in begun:
        if dashboard.process.poll() is None:
            dashboard.process.kill()
            finish(dashboard.process)


@pytest.fixture
def desktop(tmp_path):
    """An environment with a browser: what it is told to open is written down."""
    program = tmp_path / "bin/xdg-open"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked.part\n'
                       f"mv {tmp_path}/asked.part {tmp_path}/asked\n")  # fmt: skip
    program.chmod(0o755)
    return {"PATH": f"{program.parent}:/usr/bin:/bin", "DISPLAY": ":7"}


def asked_to_open(tmp_path):
    deadline = 200
    while not (tmp_path / "asked").exists() and deadline > 0:
        deadline -= 1
        time.sleep(0.05)
    return (tmp_path / "asked").read_text().strip()


def expect_no_children(process):
    """Nor one that has ended and nobody has waited for."""
    for _ in range(100):
        found = []
        for state in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                text = state.read_text()
                parent = text.rpartition(")")[2].split()[1]
                found += [text] * (parent == str(process))
        if not found:
            return
        time.sleep(0.05)
    raise AssertionError(found)


def test_it_serves_the_web_app_until_ctrl_c(small, browser, begin):
    dashboard = begin(small.path, "--web-listen", "127.0.0.1:0")
    page = settled(browser.open(dashboard.link))
    assert page.title() == "Overview \u00b7 Sparkify"
    browser.close_pages()
    # Commands work meanwhile.
    assert small.value("select count(*) from songplays") == 2
    done = dashboard.stop().expect(OK, "until Ctrl-C")
    assert done.out == ""
    assert browser.complaints == []
    assert not small.path.with_name("small.duckdb.sock").exists()


def test_it_opens_the_browser_and_tells_nobody_else_the_address(
    small, browser, begin, desktop, tmp_path
):
    dashboard = begin(small.path, "--web-listen", "127.0.0.1:0", **desktop)
    way_in = asked_to_open(tmp_path)
    assert way_in == f"{small.path}.open.html"  # no token in the arguments, which all can read
    assert stat.S_IMODE(os.stat(way_in).st_mode) == 0o600
    # A page of another site, as a file is, does not get in by a cookie; this one leads there.
    context = browser.chromium.new_context()
    page = context.new_page()
    page.goto(f"file://{way_in}")
    page.wait_for_url(f"http://127.0.0.1:{dashboard.port}/")
    settled(page)
    context.close()
    expect_no_children(dashboard.process.pid)
    dashboard.stop().expect(OK)
    assert not os.path.exists(way_in)


@pytest.mark.parametrize("flags", [("--no-open",), ()])
def test_without_a_browser_it_prints_the_address(flags, small, begin, desktop, tmp_path):
    env = dict(desktop) if flags else {"PATH": desktop["PATH"]}  # no display
    dashboard = begin(small.path, *flags, "--web-listen", "127.0.0.1:0", **env)
    dashboard.stop(signal.SIGTERM).expect(OK)
    assert not (tmp_path / "asked").exists()


def test_a_second_one_joins_the_first(small, browser, begin):
    first = begin(small.path, "--web-listen", "127.0.0.1:0")
    second = begin(small.path)
    assert second.link == first.link
    finish(second.process).expect(OK, "is served already")
    first.stop().expect(OK)


def test_it_joins_a_server_with_and_without_a_web_app(small, browser, begin):
    served = WebServed(small.path)
    joined = begin(small.path)
    assert joined.link == served.link
    served.stop()
    server = start("serve", "--warehouse", small.path, "--listen", "127.0.0.1:0")
    assert b"serving" in server.stderr.readline()
    joined = begin(small.path)
    finish(joined.process).expect(OK)
    assert settled(browser.open(joined.link)).title() == "Overview \u00b7 Sparkify"
    browser.close_pages()
    server.terminate()
    finish(server).expect(OK)


def test_a_taken_port_is_no_hindrance_unless_it_was_asked_for(small, begin):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", 8080))
            other.listen()
        except OSError:
            pass  # somebody else has it, which is as good
        dashboard = begin(small.path)
        assert dashboard.port != 8080
        dashboard.stop().expect(OK)
        taken = small.run("dashboard", "--web-listen", "127.0.0.1:8080")
        taken.expect_error(UNAVAILABLE, "127.0.0.1:8080")


def test_what_is_no_warehouse_has_no_dashboard(small, tmp_path):
    missing = Warehouse(tmp_path / "none.duckdb")
    missing.run("dashboard").expect_error(BAD_DATA, "there is no warehouse here")
    assert list(tmp_path.iterdir()) == []
    empty = Warehouse(tmp_path / "empty.duckdb")
    empty.run("sql", "create table t (a integer)").expect(OK)
    empty.run("dashboard", "--web-listen", "127.0.0.1:0").expect_error(BAD_DATA, "no tables")
    far = run("dashboard", "--warehouse", "redshift://user@nowhere:5439/dev")
    far.expect_error(USAGE, "a warehouse that is a file")
    wrong = small.run("dashboard", "--web-listen", "here")
    wrong.expect_error(USAGE, '--web-listen: "here" is no HOST:PORT')
