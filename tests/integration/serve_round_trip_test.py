"""What UNLOAD writes, COPY reads: random rows of every type in every format, and what is left of
either when it is ended halfway."""

import contextlib
import csv
import io
import json
import random
import resource
import signal
import string
import subprocess
import time
from datetime import date, datetime, timedelta
from decimal import Decimal

import psycopg2
import pytest
from program import OK
from s3_server import S3Server
from served import Served

COLUMNS = {
    "id": "int",
    "small": "smallint",
    "whole": "bigint",
    "price": "numeric(18, 4)",
    "exact": "numeric(38, 10)",
    "narrow": "real",
    "wide": "double precision",
    "is_on": "boolean",
    "word": "varchar(max)",
    "code": "char(5)",
    "day": "date",
    "at": "timestamp",
    "zoned": "timestamptz",
    "clock": "time",
    "doc": "super",
}
NULL = "@null@"
EXTREMES = {
    "small": [-32768, 32767, 0],
    "whole": [-(2**63), 2**63 - 1, 2**53 + 1],
    "price": [Decimal("-99999999999999.9999"), Decimal("0.0001")],
    "exact": [Decimal(sign + "9" * 28 + "." + "9" * 10) for sign in ("", "-")],
    "narrow": [3.4028235e38, 1.1754944e-38, 1e-45, -0.0, float("nan"), float("-inf"), 16777217],
    "wide": [1.7976931348623157e308, 5e-324, 0.1, float("nan"), float("inf"), -1e22, 123456789.0],
    "word": [
        *(
            "",
            " ",
            "  x  ",
            "NULL",
            "null",
            "\\N",
            "\\",
            "a\\",
            "\\\\",
            "\\n",
            "'",
            '"',
            '""',
            "''",
        ),
        *(",", "|", ",|\t", "\n", "\r\n", "a\rb", "\n\n\n", '"\n"', "\t", "\x01", "\x7f", "\ufeff"),
        *("\u65e5\u672c\u8a9e", "\U0001f3b5", "e\u0301", "\u2028", "\u00a0", "@", "x" * 9000),
        *("{}", "[1]", '{"a": 1}', "true", "1e5", "'||'", '","', '\\"', "\\|", "a|b\\|c", "\\,"),
    ],
    "code": ["", "a", "abcde", "a|\\\"'", "\n", " "],
    "day": [date(1, 1, 1), date(9999, 12, 31), date(2000, 2, 29), date(1969, 12, 31)],
    "at": [
        datetime(1, 1, 1),
        datetime(9999, 12, 31, 23, 59, 59, 999999),
        datetime(1969, 12, 31, 23, 59, 59, 1),
    ],
    # Not JSON's null: in a file of JSON it is no different from NULL.
    "doc": [True, 0, -1.5, "", "it's", '"', "\\", "\n", [], {}, [1, [2, {"a|b": None}]]],
}
LETTERS = string.ascii_letters + "\"\"''\\\\||,,\t\n\r  \u00e9\u65e5\U0001f3b5"


def random_value(rng, name):
    """A value that COPY FROM STDIN takes for this column."""
    if rng.random() < 0.1:
        return None
    if name in EXTREMES and rng.random() < 0.5:
        value = rng.choice(EXTREMES[name])
        return json.dumps(value, separators=(",", ":")) if name == "doc" else value
    second = timedelta(microseconds=rng.randrange(10**17))
    return {
        "small": lambda: rng.randrange(-99, 99),
        "whole": lambda: rng.randrange(-(2**62), 2**62),
        "price": lambda: Decimal(rng.randrange(-(10**9), 10**9)).scaleb(-4),
        "exact": lambda: Decimal(rng.randrange(-(10**20), 10**20)).scaleb(-10),
        "narrow": lambda: rng.uniform(-1000, 1000),
        "wide": lambda: rng.uniform(-1, 1) * 10.0 ** rng.randrange(-300, 300),
        "is_on": lambda: rng.random() < 0.5,
        "word": lambda: "".join(rng.choices(LETTERS, k=rng.randrange(30))),
        "code": lambda: "".join(rng.choices(string.ascii_letters, k=rng.randrange(6))),
        "day": lambda: date(1000, 1, 1) + second,
        "at": lambda: datetime(1900, 1, 1) + second,
        "zoned": lambda: f"{datetime(1900, 1, 1) + second}+00",
        "clock": lambda: (datetime(1900, 1, 1) + second).time(),
        "doc": lambda: json.dumps(
            {rng.choice("ab\"'"): rng.random() for _ in range(3)}, separators=(",", ":")
        ),
    }[name]()


def connect(served):
    link = psycopg2.connect(served.dsn)
    link.autocommit = True
    return contextlib.closing(link)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    """A server whose folder has a quote in its name, and its S3."""
    with S3Server() as s3:
        s3.bucket("music")
        served = Served(tmp_path_factory.mktemp("it's"), **s3.environment())
        served.s3 = s3
        yield served
        served.stop().expect(OK)


@pytest.fixture
def cursor(cloud):
    with connect(cloud) as link:
        yield link.cursor()


def create(cursor, name):
    columns = ", ".join(f"{each} {kind}" for each, kind in COLUMNS.items())
    cursor.execute(f"drop table if exists {name}; create table {name} ({columns})")


def fill(cursor, name, count, seed):
    """Rows through the connection."""
    rng = random.Random(seed)
    create(cursor, name)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for number in range(count):
        values = [random_value(rng, each) for each in COLUMNS if each != "id"]
        writer.writerow([number, *(NULL if value is None else value for value in values)])
    text.seek(0)
    cursor.copy_expert(f"copy {name} from stdin csv null '{NULL}'", text)


def differences(cursor, left, right):
    """Rows of either that the other has not, the first few."""
    columns = ", ".join(COLUMNS)
    found = []
    for one, other in ((left, right), (right, left)):
        cursor.execute(
            f"select {columns} from {one} except all select {columns} from {other} "
            "order by 1 limit 3"
        )
        found += [(one, *row) for row in cursor.fetchall()]
    return found


FORMATS = {
    "csv": (f"csv null as '{NULL}'", f"csv null as '{NULL}'"),
    "csv_packed": (
        f"csv header gzip delimiter ';' null as '{NULL}'",
        f"csv gzip ignoreheader 1 delimiter ';' null as '{NULL}'",
    ),
    "csv_quoted": (
        f"csv addquotes zstd null as '{NULL}'",
        f"csv zstd null as '{NULL}'",
    ),
    "escaped": (f"escape null as '{NULL}'", f"escape null as '{NULL}'"),
    "quoted": (
        f"delimiter ',' addquotes escape bzip2 null as '{NULL}'",
        f"delimiter ',' removequotes escape bzip2 null as '{NULL}'",
    ),
    "json": ("json", "json 'auto'"),
    "json_packed": ("json zstd", "json 'auto ignorecase' zstd"),
    "parquet": ("parquet", "parquet"),
}


@pytest.mark.parametrize("form", FORMATS)
def test_random_rows_come_back(cursor, form):
    written, read = FORMATS[form]
    fill(cursor, "origin", 2500, seed=form)
    target = f"s3://music/{form}/"
    role = "iam_role default timeformat 'auto'" if form != "parquet" else "iam_role default"
    cursor.execute(f"unload ('select * from origin') to '{target}' iam_role default {written}")
    create(cursor, "back")
    cursor.execute(f"copy back from '{target}' {role} {read}")
    assert differences(cursor, "origin", "back") == []


LOADED = 150_000


def lay_numbers(s3, cursor):
    """A table's rows as text and as Parquet."""
    lines = "".join(f"{number},{'x' * 40}\n" for number in range(LOADED))
    s3.buckets["music"].put("numbers/text", lines.encode())
    cursor.execute("create table numbers (a int, b varchar)")
    cursor.execute("copy numbers from 's3://music/numbers/text' iam_role default csv")
    cursor.execute(
        "unload ('select * from numbers') to 's3://music/numbers/parquet' iam_role default parquet"
    )


# --- a disk that is full -----------------------------------------------------------------------


def ignore_large_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def test_a_full_disk_ends_the_statement_and_nothing_else(tmp_path):
    """No file may grow beyond a limit, which is what a full disk looks like."""
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    with S3Server() as s3:
        s3.bucket("music")
        served = Served(tmp_path, preexec_fn=ignore_large_files, **s3.environment())
        with connect(served) as link:
            cursor = link.cursor()
            lay_numbers(s3, cursor)
            cursor.execute("create table few (a int)")
            log = tmp_path / "served.duckdb.wal"
            size = max(log.stat().st_size if log.exists() else 0, 1 << 18) + 100_000
            resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (size, unlimited[1]))
            for statement in (
                "insert into few select a from numbers",
                "unload ('select a, md5(a::varchar) from numbers') to 's3://music/full/' "
                "iam_role default parquet",
                "copy numbers from 's3://music/numbers/parquet' iam_role default parquet",
            ):
                with pytest.raises(psycopg2.Error) as found:
                    cursor.execute(statement)
                assert found.value.pgcode in ("53100", "58030"), f"{statement}: {found.value}"
            assert list((tmp_path / "served.duckdb.scratch").iterdir()) == []
            resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, unlimited)
            cursor.execute("select (select count(*) from numbers), (select count(*) from few)")
            assert cursor.fetchall() == [(LOADED, 0)]
            cursor.execute("insert into few values (1)")
        served.stop().expect(OK)
        served = Served(tmp_path, **s3.environment())
        assert served.answer("select count(*) from few") == "1\n"
        served.stop().expect(OK)


# --- a server that is killed -------------------------------------------------------------------


def kill_in_copy(served, s3, statement, delay):
    """Ends the server when it has asked for the object."""
    s3.forget()
    copying = subprocess.Popen(
        ["psql", "-X", "-q", "-d", served.dsn, "-c", "truncate numbers", "-c", statement],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while s3.count("GetObject") == 0 and time.monotonic() < deadline:
        time.sleep(0.002)
    assert s3.count("GetObject") > 0
    time.sleep(delay)
    served.process.kill()
    served.process.communicate()
    copying.wait(timeout=60)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_server_killed_in_a_copy_has_loaded_all_or_nothing(tmp_path, form):
    key = "text" if form == "csv" else "parquet"
    copy = f"copy numbers from 's3://music/numbers/{key}' iam_role default {form}"
    with S3Server() as s3:
        s3.bucket("music")
        served = Served(tmp_path, **s3.environment())
        with connect(served) as link:
            lay_numbers(s3, link.cursor())
        for delay in (0, 0.05, 0.2):
            kill_in_copy(served, s3, copy, delay)
            served = Served(tmp_path, **s3.environment())
            assert int(served.answer("select count(*) from numbers")) in (0, LOADED)
            assert list((tmp_path / "served.duckdb.scratch").iterdir()) == []
        served.answer(f"truncate numbers; {copy}")
        assert int(served.answer("select count(distinct a) from numbers")) == LOADED
        served.stop().expect(OK)
