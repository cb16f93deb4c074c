"""Commands, their output and their exit code, as the .txt files beside this one hold them.

A file holds runs: a line `$ sparkify …`, the output (standard output, then standard error), and a
line `[exit N]`. SPARKIFY_UPDATE_GOLDEN=1 writes what the program says now.
"""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BINARY = Path(os.environ.get("SPARKIFY_BIN", ROOT / "build/release/sparkify")).absolute()
FILES = sorted(path.name for path in HERE.glob("*.txt"))
SHELLS = ("bash", "zsh", "fish")


def run(arguments, cwd):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [BINARY, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=60,
    )


def transcript(command, cwd):
    done = run(shlex.split(command)[1:], cwd)
    output = done.stdout + done.stderr
    # What differs between machines and releases.
    output = output.replace(str(cwd), "WORK")
    output = re.sub(r"(sparkify|DuckDB) v?\d+\.\d+\.\d+\S*", r"\1 VERSION", output)
    output = re.sub(r"\d+\.\d\d s\b", "TIME", output)
    if output and not output.endswith("\n"):
        output += "\n"
    return f"$ {command}\n{output}[exit {done.returncode}]\n"


@pytest.mark.parametrize("name", FILES)
def test_output_is_as_recorded(name, tmp_path):
    path = HERE / name
    commands = re.findall(r"^\$ (sparkify.*)$", path.read_text(), re.MULTILINE)
    assert commands, f"{name} holds no command"
    found = "\n".join(transcript(command, tmp_path) for command in commands)
    if os.environ.get("SPARKIFY_UPDATE_GOLDEN"):
        path.write_text(found)
    assert found == path.read_text()


def commands_of_help(tmp_path):
    """The names that `sparkify help` lists: first words of its indented lines."""
    text = run(["help"], tmp_path).stdout
    return re.findall(r"^  ([a-z]+(?:[ -][a-z]+)*)  ", text, re.MULTILINE)


def test_every_command_has_its_help_on_record(tmp_path):
    commands = commands_of_help(tmp_path)
    assert {"etl", "sql", "check", "status", "create-tables"} <= set(commands)
    for command in commands:
        path = HERE / f"help_{re.sub('[ -]', '_', command)}.txt"
        assert path.exists(), f"{path.name} is missing"
        text = path.read_text()
        assert f"$ sparkify help {command}\n" in text
        assert f"$ sparkify {command} --help\n" in text


def test_help_of_a_command_is_the_same_both_ways(tmp_path):
    for command in commands_of_help(tmp_path):
        words = command.split()
        asked = run(["help", *words], tmp_path), run([*words, "--help"], tmp_path)
        assert asked[0].stdout == asked[1].stdout != ""


@pytest.mark.parametrize("shell", SHELLS)
def test_completions_parse_and_offer_every_command(shell, tmp_path):
    done = run(["completions", shell], tmp_path)
    assert done.returncode == 0
    script = tmp_path / f"completion.{shell}"
    script.write_text(done.stdout)
    parsed = subprocess.run([shell, "-n", script], capture_output=True, text=True)
    assert (parsed.returncode, parsed.stderr) == (0, "")
    for command in commands_of_help(tmp_path):
        assert command.split()[0] in done.stdout


def test_bash_completes_commands_and_flags(tmp_path):
    script = tmp_path / "completion.bash"
    script.write_text(run(["completions", "bash"], tmp_path).stdout)

    def complete(*words):
        listed = " ".join(map(shlex.quote, words))
        code = f"""
source {script}
COMP_WORDS=({listed}); COMP_CWORD={len(words) - 1}
COMP_LINE="${{COMP_WORDS[*]}}"; COMP_POINT=${{#COMP_LINE}}
entry=$(complete -p sparkify | sed -E 's/.*-F ([^ ]+).*/\\1/')
$entry sparkify "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
        done = subprocess.run(["bash", "-c", code], capture_output=True, text=True)
        assert done.stderr == ""
        return {word.strip() for word in done.stdout.split("\n") if word.strip()}

    assert complete("sparkify", "et") == {"etl"}
    assert "--log-data" in complete("sparkify", "etl", "--lo")
    assert "--max-rejects" not in complete("sparkify", "etl", "--lo")


def test_the_command_reference_is_up_to_date(tmp_path):
    done = run(["help", "--markdown"], tmp_path)
    assert done.returncode == 0
    assert done.stdout == (ROOT / "docs/cli.md").read_text()
