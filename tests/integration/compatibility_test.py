"""docs/redshift-compatibility.md and the SQL tests it rests on name each other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "redshift-compatibility.md").read_text()
FOLDERS = ("catalog", "copy", "ddl", "dialect")


def sql_tests() -> set[str]:
    folder = ROOT / "tests" / "sql"
    paths = [path for name in FOLDERS for path in (folder / name).iterdir()]
    kinds = {".test", ".copy"}
    return {f"{path.parent.name}/{path.stem}" for path in paths if path.suffix in kinds}


def named_tests() -> set[str]:
    return set(re.findall(rf"`((?:{'|'.join(FOLDERS)})/\w+)`", PAGE))


def test_each_test_that_the_page_names_is_there():
    assert named_tests() - sql_tests() == set()


def test_the_page_leaves_no_test_out():
    assert sql_tests() - named_tests() == set()


def test_each_row_of_a_construct_names_a_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and line.count("|") == 4]
    unproven = [
        row
        for row in rows
        if not re.search(r"`\w+/\w+` \|$", row) and not re.search(r"\| (test|---) \|$", row)
    ]
    assert unproven == []
