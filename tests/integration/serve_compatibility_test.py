"""The statements of tests/sql, as a client of `sparkify serve` sees what they answer."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from program import OK
from psycopg import pq
from served import Served

SQL = Path(__file__).resolve().parents[1] / "sql"
# Values for `:name` are the program's own, and in literals of clients a backslash is an escape.
NOT_OF_CLIENTS = ("parameters", "like_escape")
FILES = sorted(
    path
    for name in ("catalog", "ddl", "dialect")
    for path in (SQL / name).glob("*.test")
    if path.stem not in NOT_OF_CLIENTS
)
BOOLEAN, REALS, INTERVAL = 16, (700, 701), 1186


@dataclass
class Block:
    kind: str
    line: int
    text: list[str] = field(default_factory=list)
    expected: list[str] | None = None

    @property
    def statement(self):
        return "\n".join(self.text)


def read_blocks(path):
    blocks = []
    is_open = False
    for number, line in enumerate(path.read_text().split("\n"), 1):
        if not line:
            is_open = False
        elif not is_open:
            if not line.startswith("#"):
                blocks.append(Block(line, number))
                is_open = True
        elif line == "----":
            blocks[-1].expected = []
        elif blocks[-1].expected is not None:
            blocks[-1].expected.append(line)
        else:
            blocks[-1].text.append(line)
    return blocks


def as_the_engine_writes(value, oid):
    """A value in text as DuckDB casts it to text, which is how the files have it."""
    if value is None:
        return "NULL"
    text = value.decode()
    if oid == BOOLEAN:
        return {"t": "true", "f": "false"}[text]
    if oid in REALS:
        return str(float(text)) if re.fullmatch(r"-?[\d.]+", text) else text
    if oid == INTERVAL:
        return re.sub(r"\bmon(s?)\b", r"month\1", text)
    if text.startswith("{") and text.endswith("}") and '":' not in text:
        return "[" + ", ".join(text[1:-1].replace('"', "").split(",")) + "]"
    return text


def rows_of(result):
    """Of what changes rows, how many."""
    if result.nfields == 0:
        return [result.command_status.split()[-1].decode()]
    width = range(result.nfields)
    return [
        "\t".join(as_the_engine_writes(result.get_value(row, i), result.ftype(i)) for i in width)
        for row in range(result.ntuples)
    ]


def place_of(result, text):
    position = result.error_field(pq.DiagnosticField.STATEMENT_POSITION)
    if position is None:
        return None
    before = text[: int(position) - 1]
    column = len(before.rsplit("\n", 1)[-1].encode()) + 1
    return f"{before.count(chr(10)) + 1}:{column}"


def said_of_error(result, block):
    """What is wrong with an error, besides nothing."""
    if result.status != pq.ExecStatus.FATAL_ERROR:
        return "no error"
    message = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY).decode()
    if block.expected[0] not in message:
        return message
    state = result.error_field(pq.DiagnosticField.SQLSTATE).decode()
    for word in block.kind.split()[1:]:
        found = place_of(result, block.statement) if ":" in word else state
        if found != word:
            return f"{word} is expected, found {found}: {message}"
    return None


def said_of(block, connection):
    """What is wrong with what the server answers, besides nothing."""
    result = connection.pgconn.exec_(block.statement.encode())
    if block.kind.startswith("error"):
        return said_of_error(result, block)
    if result.status == pq.ExecStatus.FATAL_ERROR:
        return result.error_message.decode()
    if block.kind == "query" and rows_of(result) != (block.expected or []):
        return f"{block.expected} is expected, found {rows_of(result)}"
    return None


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_server_answers_as_the_file_says(path, tmp_path):
    served = Served(tmp_path, name="dev", user="sparkify")
    wrong = []
    parameters = re.compile(r"(?<![:\w]):[a-z]")
    with psycopg.connect(served.dsn, autocommit=True) as connection:
        for block in read_blocks(path):
            is_run = block.kind.split()[0] in ("statement", "query", "error")
            if not is_run or parameters.search(block.statement):
                continue
            fault = said_of(block, connection)
            if fault:
                wrong.append(f"{path.name}:{block.line}: {fault.strip()}")
    served.stop().expect(OK)
    assert wrong == []
