"""What every integration test may ask for."""

import os
import resource
import shutil
from pathlib import Path

import pytest
from eventfiles import event, play, song, write_events, write_song
from program import BINARY, OK, Warehouse
from served import Served
from strangers import Server


def pytest_sessionstart(session):
    if not os.access(BINARY, os.X_OK):
        pytest.exit(f"no program at {BINARY}: build it or set SPARKIFY_BIN", returncode=2)
    # A crash under test must not fill the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@pytest.fixture
def warehouse(tmp_path):
    """A warehouse that does not exist yet."""
    return Warehouse(tmp_path / "warehouse.duckdb")


@pytest.fixture
def logs(tmp_path):
    """Two log files, one play each and a visitor."""
    folder = tmp_path / "logs"
    write_events(folder / "a.json", [play(item=0), event(user=None, item=1, level="free")])
    write_events(folder / "b.json", [play(item=2)])
    return folder


@pytest.fixture
def songs(tmp_path):
    write_song(tmp_path / "songs/one.json", song("SO1", "AR1"))
    return tmp_path / "songs"


@pytest.fixture
def loaded(warehouse, tmp_path):
    """A warehouse that holds one play and one song already."""
    write_events(tmp_path / "before/logs/first.json", [play(user=1, session=1)])
    write_song(tmp_path / "before/songs/first.json", song("SO0", "AR0"))
    warehouse.load(tmp_path / "before/logs", tmp_path / "before/songs")
    return warehouse


@pytest.fixture
def served(tmp_path):
    """A server on an empty warehouse."""
    assert shutil.which("psql"), "psql is missing: scripts/setup installs it"
    server = Served(tmp_path)
    yield server
    if server.process.poll() is None:
        server.stop().expect(OK)


@pytest.fixture
def serve(tmp_path):
    """Starts servers over the test's folder, and ends those that still run."""
    servers = []

    def begin(*flags, **how):
        servers.append(Server(tmp_path, *flags, **how))
        return servers[-1]

    yield begin
    for server in servers:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="module")
def browser():
    # Loaded by those tests alone that want it, and gone after them: it keeps an event loop running.
    from browsing import Browser

    found = Browser()
    yield found
    found.close()


@pytest.fixture(autouse=True)
def quiet(request):
    """No page of a test logs, fails or asks another server."""
    yield
    if "browser" in request.fixturenames:
        found = request.getfixturevalue("browser")
        found.close_pages()
        complaints = found.complaints
        found, complaints[:] = list(complaints), []
        assert found == []


@pytest.fixture(scope="session")
def real_data():
    """The folder of the real logs and songs; never part of the repository."""
    folder = os.environ.get("SPARKIFY_REAL_DATA")
    if folder:
        assert (Path(folder) / "log_data").is_dir(), f"{folder} holds no log_data"
        return Path(folder)
    reason = "SPARKIFY_REAL_DATA is not set: nothing was compared with the real logs"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter):
    """A skip is said loudly, with or without -rs."""
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(f"SKIPPED {report.nodeid}: {report.longrepr[2]}", red=True)
