"""Every command of the README's tour runs, one after another, as a reader would type it."""

import re
import subprocess

from program import BINARY, ROOT, clean_environment


def tour_commands():
    """The lines of the README's shell blocks that use the program."""
    text = (ROOT / "README.md").read_text()
    lines = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines()
    return [line for line in lines if re.search(r"(^|\| )sparkify ", line)]


def test_every_command_of_the_tour_runs(tmp_path):
    commands = tour_commands()
    assert len(commands) >= 8
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
    assert "user_id,day,level_end" in (tmp_path / "user_days.csv").read_text()
