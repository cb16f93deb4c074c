"""pgjdbc, PostgreSQL's driver for Java, at `sparkify serve`: each check of PgjdbcChecks.java."""

import re
import subprocess
from pathlib import Path

import pytest
from program import OK, clean_environment
from served import Served

CHECKS = Path(__file__).with_name("PgjdbcChecks.java")
DRIVER = Path("/usr/share/java/postgresql.jar")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """One Java for all checks: it takes longer to start than any of them."""
    assert DRIVER.exists(), f"{DRIVER} is missing: scripts/setup installs it"
    server = Served(tmp_path_factory.mktemp("pgjdbc"))
    done = subprocess.run(
        ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Duser.timezone=UTC"]
        + ["-cp", DRIVER, CHECKS, str(server.port)],
        capture_output=True,
        text=True,
        timeout=300,
        env=clean_environment(),
    )
    server.stop().expect(OK)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(line.split("\t", 1) for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    "name", re.findall(r"static void (\w+)\(\) throws", CHECKS.read_text(encoding="utf-8"))
)
def test_pgjdbc(outcomes, name):
    assert outcomes[name] == "ok"
