"""Every command of the README and of docs runs, one after another, as a reader would type it."""

import re
import subprocess

import pytest
from program import BINARY, ROOT, clean_environment


def commands_of(page):
    """The lines of a page's shell blocks that use the program."""
    text = (ROOT / page).read_text()
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    lines = blocks.replace("\\\n", "").splitlines()
    return [line for line in lines if re.search(r"(^|\| )sparkify ", line)]


@pytest.mark.parametrize(
    "page, least", [("README.md", 9), ("docs/simulate.md", 6), ("docs/scaling.md", 1)]
)
def test_every_command_of_a_page_runs(page, least, tmp_path):
    commands = commands_of(page)
    assert len(commands) >= least
    # Under its own name on the PATH, whatever the binary under test is called.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/sparkify").symlink_to(BINARY)
    environment = clean_environment(PATH=f"{tmp_path / 'bin'}:/usr/bin:/bin")
    for command in commands:
        shell = ["bash", "-o", "pipefail", "-c", command]
        result = subprocess.run(
            shell, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
        )
        assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
    if page == "README.md":
        assert "user_id,day,level_end" in (tmp_path / "user_days.csv").read_text()
