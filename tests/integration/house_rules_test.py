"""scripts/check-floors on small source trees: what it passes and refuses; the list of decisions."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "check-floors"


@pytest.fixture
def house(tmp_path):
    """A tree of three folders that keeps the rules."""
    files = {
        "src/floors.txt": "# folder: below\nbase:\nevent: base\ncli: base event\n",
        "src/base/error.hpp": "#pragma once\n#include <string>\n",
        "src/event/reader.cpp": '#include "base/error.hpp"\n#include <simdjson.h>\n',
        "src/cli/run.cpp": '#include "cli/run.hpp"\n#include "event/reader.hpp"\n',
        "src/cli/run.hpp": "#pragma once\n#include <CLI/CLI.hpp>\n",
        "src/main.cpp": '#include "cli/run.hpp"\n',
        "docs/ARCHITECTURE.md": "`src/base`, `src/event/`, `src/cli`; see src/floors.txt\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def errors_of(house):
    run = subprocess.run([SCRIPT, house], capture_output=True, text=True, check=False)
    lines = run.stderr.splitlines()
    assert run.returncode == (1 if lines else 0), run.stderr
    return lines


def append(path, text):
    path.write_text(path.read_text() + text)


def test_a_tree_that_keeps_the_rules_passes(house):
    assert errors_of(house) == []


def test_an_include_may_not_go_up(house):
    append(house / "src/base/error.hpp", '\n#include "event/reader.hpp"\n')
    assert errors_of(house) == ["src/base/error.hpp:4:1: error: base/ may not include event/"]


def test_an_include_may_not_reach_a_lower_folder_its_row_does_not_name(house):
    (house / "src/floors.txt").write_text("base:\nevent: base\ncli: base\n")
    assert errors_of(house) == ["src/cli/run.cpp:2:1: error: cli/ may not include event/"]


def test_a_row_may_name_only_rows_above_it(house):
    (house / "src/floors.txt").write_text("base: event\nevent: base\ncli: base event\n")
    assert errors_of(house) == [
        "src/floors.txt:1:1: error: base names event, which is no row above it"
    ]


@pytest.mark.parametrize(
    ("header", "home"),
    [
        ("duckdb.h", "duckdb/"),
        ("nlohmann/json.hpp", "base/json"),
        ("libpq-fe.h", "redshift/link"),
        ("simdjson.h", "event/"),
        ("isa-l/igzip_lib.h", "event/ and src/base/compress and src/s3/checksum"),
        ("zstd.h", "event/ and src/base/compress"),
        ("xxhash.h", "event/"),
        ("CLI/CLI.hpp", "cli/"),
    ],
)
def test_an_outside_header_has_one_home(house, header, home):
    append(house / "src/base/error.hpp", f"#include <{header}>\n")
    assert errors_of(house) == [
        f"src/base/error.hpp:3:1: error: only src/{home} may include {header}"
    ]


def test_an_include_without_a_folder_is_refused(house):
    append(house / "src/cli/run.cpp", '#include "run.hpp"\n')
    assert errors_of(house) == [
        'src/cli/run.cpp:3:1: error: "run.hpp" does not begin with a folder of src/floors.txt'
    ]


def test_a_folder_needs_a_row_and_a_place_in_the_architecture(house):
    (house / "src/attic").mkdir()
    assert errors_of(house) == [
        "src/floors.txt:1:1: error: no row for src/attic",
        "docs/ARCHITECTURE.md:1:1: error: does not name src/attic",
    ]


def test_the_architecture_may_not_name_a_folder_that_is_gone(house):
    append(house / "docs/ARCHITECTURE.md", "\n`src/serve` is the server\n")
    assert errors_of(house) == ["docs/ARCHITECTURE.md:3:1: error: there is no folder src/serve"]


def test_a_row_without_a_folder_is_refused(house):
    append(house / "src/floors.txt", "serve: base\n")
    assert errors_of(house) == ["src/floors.txt:5:1: error: there is no folder src/serve"]


def test_the_list_of_decisions_names_every_record_once():
    folder = ROOT / "docs" / "decisions"
    text = (folder / "0001-record-decisions.md").read_text()
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+)\)", text, re.MULTILINE)
    records = sorted(path.name for path in folder.iterdir())
    assert [name for _, name in listed] == records
    assert all(name.startswith(number + "-") for number, name in listed)
