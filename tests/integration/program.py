"""Runs the program under test from outside and reads its answers."""

import atexit
import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from reference import STAR

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("SPARKIFY_BIN", ROOT / "build/release/sparkify")).absolute()

# Exit codes, as the style guide's table of error kinds gives them.
OK, BAD_DATA, USAGE, CHECK_FAILED, TOO_MANY_REJECTS = 0, 1, 2, 3, 4
UNAVAILABLE, IN_DOUBT, DENIED, LOCKED, INTERNAL, INTERRUPTED = 5, 5, 6, 7, 70, 130

LEDGER = {
    "etl_files": (
        "file_id load_id source path size_bytes version content_hash row_count loaded_count "
        "duplicate_count reject_count unknown_key_count"
    ).split(),
    "etl_loads": (
        "load_id status started_at finished_at files_loaded rows_read rows_loaded duplicates "
        "rejects error"
    ).split(),
    "etl_rejects": ("load_id file line byte_column reason column_name raw_text raw_bytes").split(),
}


def clean_environment(**changes):
    """The environment of a child: ours without what would configure it, home in nowhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SPARKIFY_", "AWS_", "XDG_", "LC_", "LANG", "TZ"))
    }
    kept.update(HOME="/nonexistent", NO_COLOR="1", LC_ALL="C.UTF-8")
    kept.update(changes)
    return kept


@dataclass
class Result:
    command: list
    exit_code: int
    out: str
    err: str
    seconds: float = 0

    def __str__(self):
        words = " ".join(map(str, self.command))
        return f"$ {words}\n{self.out[-4000:]}{self.err[-4000:]}[exit {self.exit_code}]"

    @property
    def json(self):
        return json.loads(self.out)

    def expect(self, exit_code, *texts):
        """Asserts the exit code and that standard error holds the texts; returns itself."""
        assert self.exit_code == exit_code, f"expected exit {exit_code}\n{self}"
        for text in texts:
            assert text in self.err, f"expected {text!r} on standard error\n{self}"
        return self

    def expect_error(self, exit_code, *texts):
        """Asserts a message of the form `place: error: what was found`, and the exit code."""
        self.expect(exit_code, "error: ", *texts)
        first = next(line for line in self.err.splitlines() if "error: " in line)
        message = first.split("error: ", 1)[1]
        assert message and not message.endswith("."), f"a full stop ends the message\n{self}"
        assert not message.startswith("internal error"), f"a bug of ours\n{self}"
        assert "terminate called" not in self.err, str(self)
        return self


def command_of(*arguments):
    return [str(BINARY), *map(str, arguments)]


@functools.cache
def public_copy():
    """The program where every user may run it: nobody but root reaches what lies below /root."""
    folder = Path(tempfile.mkdtemp(prefix="sparkify-public-"))
    atexit.register(shutil.rmtree, folder)
    folder.chmod(0o755)
    libraries = subprocess.run(["ldd", BINARY], capture_output=True, text=True, check=True).stdout
    shutil.copy(re.search(r"libduckdb\S* => (\S+)", libraries)[1], folder)
    return shutil.copy(BINARY, folder / BINARY.name)


def start(*arguments, env=None, cwd=None, **popen):
    """Starts the program and returns at once. Another `user` gets a copy of it."""
    command = command_of(*arguments)
    env = env or clean_environment()
    if "user" in popen:
        command[0] = str(public_copy())
        env = {**env, "LD_LIBRARY_PATH": str(public_copy().parent)}
    process = subprocess.Popen(
        command,
        env=env,
        cwd=cwd or tempfile.gettempdir(),
        stdin=popen.pop("stdin", subprocess.DEVNULL),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **popen,
    )
    process.began = time.monotonic()
    return process


def finish(process, text=None, timeout=300):
    """Waits for a started program."""
    try:
        out, err = process.communicate(text, timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Result(
        process.args,
        process.returncode,
        out.decode(errors="replace"),
        err.decode(errors="replace"),
        time.monotonic() - process.began,
    )


def run(*arguments, text=None, timeout=300, **how):
    """Runs the program to its end. `how` as for start()."""
    if text is not None:
        how["stdin"] = subprocess.PIPE
    return finish(start(*arguments, **how), None if text is None else text.encode(), timeout)


def read_arrays(text):
    """JSON arrays one after another."""
    decoder = json.JSONDecoder()
    arrays = []
    text = text.strip()
    while text:
        array, end = decoder.raw_decode(text)
        arrays.append(array)
        text = text[end:].lstrip()
    return arrays


INSTANTS = {
    "start_time",
    "event_time",
    "registered_at",
    "valid_from",
    "valid_to",
    "started_at",
    "ended_at",
    "changed_at",
}


def to_value(column, value):
    """A value of the JSON answer as the reference holds it."""
    if value is None:
        return None
    if column in INSTANTS:
        return datetime.fromisoformat(value)
    if column == "day" and isinstance(value, str):
        return date.fromisoformat(value[:10])
    return value


class Warehouse:
    """One warehouse file and the commands on it."""

    def __init__(self, path, **env):
        self.path = Path(path)
        self.env = clean_environment(**env)

    def run(self, command, *arguments, **how):
        how.setdefault("env", self.env)
        return run(command, "--warehouse", self.path, *arguments, **how)

    def start(self, command, *arguments, **how):
        how.setdefault("env", self.env)
        return start(command, "--warehouse", self.path, *arguments, **how)

    @staticmethod
    def sources(logs=None, songs=None):
        flags = []
        if logs is not None:
            flags += ["--log-data", logs]
        if songs is not None:
            flags += ["--song-data", songs]
        return flags

    def etl(self, logs=None, songs=None, *flags, **how):
        return self.run("etl", *self.sources(logs, songs), *flags, **how)

    def load(self, logs=None, songs=None, *flags, **how):
        """A load that must pass."""
        return self.etl(logs, songs, *flags, **how).expect(OK)

    def query(self, text):
        """Rows of one statement as dicts."""
        return self.run("sql", "--format", "json", text).expect(OK).json

    def value(self, text):
        """The only value of the only row."""
        (row,) = self.query(text)
        (value,) = row.values()
        return value

    def read_tables(self, tables):
        """Every table as a list of tuples, in one run of the program."""
        statements = [
            f"select {', '.join(columns)} from {table};\n" for table, columns in tables.items()
        ]
        result = self.run("sql", "--format", "json", text="".join(statements)).expect(OK)
        arrays = read_arrays(result.out)
        assert len(arrays) == len(tables), str(result)
        return {
            table: [tuple(to_value(c, row[c]) for c in columns) for row in rows]
            for (table, columns), rows in zip(tables.items(), arrays, strict=True)
        }

    def star(self):
        return self.read_tables(STAR)

    def ledger(self):
        """What the warehouse keeps about loads, as lists of dicts."""
        tables = self.read_tables(LEDGER)
        return {
            name: [dict(zip(LEDGER[name], row, strict=True)) for row in rows]
            for name, rows in tables.items()
        }

    def loads(self):
        return sorted(self.ledger()["etl_loads"], key=lambda row: row["load_id"])

    def expect_green(self):
        self.run("check").expect(OK)

    def expect_star(self, expected):
        """Asserts that every table holds the expected rows, in any order."""
        found = self.star()
        complaints = [differences(table, found[table], expected[table]) for table in STAR]
        assert not any(complaints), "\n".join(filter(None, complaints))

    def content(self):
        """Everything that must not change when a load is refused or killed, comparable by ==."""
        tables = self.read_tables(
            {
                **STAR,
                "songplays": ["songplay_id", *STAR["songplays"]],
                "etl_files": LEDGER["etl_files"],
            }
        )
        return {table: Counter(map(comparable, rows)) for table, rows in tables.items()}

    def digest(self, is_by_path=True):
        """Count and content of every table and of what the ledger says of files, order apart; sums
        of doubles rounded. Not by path: equal for the same files elsewhere."""
        parts = []
        for table, columns in STAR.items():
            values = ", ".join(
                f"round({c}, 3)" if c.endswith("listened_seconds") else c for c in columns
            )
            parts.append(
                f"select '{table}' as part, count(*) as row_count, "
                f"cast(sum(hash({values})) as varchar) as content from {table}"
            )
        parts.append(
            "select 'etl_files', count(*), "
            f"cast(sum(hash({'path, ' if is_by_path else ''}content_hash, row_count, loaded_count, "
            "duplicate_count, reject_count)) as varchar) from etl_files"
        )
        parts.append(
            "select 'etl_loads', count(*), cast(sum(hash(rows_read, rows_loaded)) as varchar) "
            "from etl_loads where status = 'loaded'"
        )
        rows = self.query(" union all ".join(parts))
        assert len(rows) == len(STAR) + 2
        return {row["part"]: (row["row_count"], row["content"]) for row in rows}


def comparable(row):
    """Sums of doubles may differ in their last bits."""
    return tuple(f"{value:.6f}" if isinstance(value, float) else value for value in row)


def differences(table, found, expected):
    """Empty when both hold the same rows, else a text with the first that differ."""
    reals = {i for row in expected for i, value in enumerate(row) if isinstance(value, float)}

    def bag(rows):
        # 4 and 4.0 are one number, but print differently.
        return Counter(
            comparable(
                float(value) if i in reals and isinstance(value, int) else value
                for i, value in enumerate(row)
            )
            for row in rows
        )

    have, want = bag(found), bag(expected)
    lines = [f"  missing    {row}" for row in list((want - have).elements())[:5]]
    lines += [f"  unexpected {row}" for row in list((have - want).elements())[:5]]
    if not lines:
        return ""
    return "\n".join([f"{table}: {len(found)} rows, {len(expected)} expected", *lines])
