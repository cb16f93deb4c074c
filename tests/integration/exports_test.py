"""Results as Parquet and spreadsheets, read again by others' readers."""

import contextlib
import fcntl
import json
import os
import pty
import re
import resource
import signal
import struct
import subprocess
import termios
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import openpyxl
import pyarrow.parquet
import pytest
from eventfiles import song, write_events, write_song
from program import BAD_DATA, OK, ROOT, UNAVAILABLE, USAGE, Warehouse, command_of
from redshifts import Redshift
from reports import NAMES, hand_made_events, rows_of
from served import Served

TYPED = """
select 7 as id, cast(9007199254740993 as bigint) as key, cast(12.50 as numeric(10, 2)) as price,
  cast(0.1 as float8) as share, true as is_paid, date '2018-11-01' as day,
  timestamp '2018-11-01 21:01:46.796' as started_at, '=1+1' as formula, 'ö 日 <&>' as name,
  '' as nothing, sum(3) as total
union all
select null, null, null, null, null, null, null, null, null, null, null
union all
select -1, -5, -0.01, 1e300, false, date '1899-12-31', timestamp '1969-12-31 23:59:59',
  '@sum(a1)', 'a' || chr(10) || 'b', ' ', 1000000000000000000
order by 1 desc
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    write_events(folder / "logs/all.json", hand_made_events())
    write_song(folder / "songs/all.json", song("SO1", "AR1", "One", "A", duration=100))
    warehouse = Warehouse(folder / "small.duckdb", TMPDIR=str(folder))
    warehouse.load(folder / "logs", folder / "songs")
    yield warehouse
    assert not list(folder.glob("sparkify-copy-*")), "files were left on the way"


def write(warehouse, path, query):
    warehouse.run("sql", query, "--out", path).expect(OK)
    return path


def sheet_rows(path, sheet=0):
    sheets = openpyxl.load_workbook(path).worksheets
    return [[cell.value for cell in row] for row in sheets[sheet].iter_rows()]


@pytest.fixture(scope="module")
def remote(tmp_path_factory):
    """A warehouse as on Redshift: libpq and `sparkify serve`."""
    served = Served(tmp_path_factory.mktemp("remote"))
    yield Redshift(served.port)
    served.stop().expect(OK)


def parquet_rows(path):
    return [list(row.values()) for row in pyarrow.parquet.read_table(path).to_pylist()]


# As any engine names them, and as Redshift does.
OVER_THE_WIRE = """
select 7::smallint as small, 8::int as whole, 9007199254740993::bigint as key,
       12.50::numeric(10, 2) as price, 0.25::real as half, 0.1::double precision as share,
       true as flag, date '2018-11-01' as day, timestamp '2018-11-01 21:01:46.796' as at,
       timestamptz '2018-11-01 21:01:46.796+00' as instant, 'text' as text
union all
select null, null, null, null, null, null, null, null, null, null, null
union all
select cast(-1 as smallint), -2, -3, -0.01, -1.5, 1e300, false, date '1899-12-31',
       timestamp '1969-12-31 23:59:59', timestamptz '1969-12-31 23:59:59+00', 'a' || chr(10) || 'b'
order by 1 desc nulls first
"""


def test_what_comes_from_redshift_has_the_types_of_a_file(small, remote, tmp_path):
    tables = [
        pyarrow.parquet.read_table(write(each, tmp_path / f"{name}.parquet", OVER_THE_WIRE))
        for name, each in (("file", small), ("redshift", remote))
    ]
    assert tables[0].schema.equals(tables[1].schema), f"{tables[0].schema}\n{tables[1].schema}"
    assert tables[0].to_pylist() == tables[1].to_pylist()
    assert [str(kind) for kind in tables[1].schema.types] == [
        "int16",
        "int32",
        "int64",
        "decimal128(10, 2)",
        "float",
        "double",
        "bool",
        "date32[day]",
        "timestamp[us]",
        "timestamp[us, tz=UTC]",
        "string",
    ]
    sheets = [
        sheet_rows(write(each, tmp_path / f"{name}.xlsx", OVER_THE_WIRE))
        for name, each in (("file", small), ("redshift", remote))
    ]
    assert sheets[0] == sheets[1]
    assert datetime(2018, 11, 1, 21, 1, 46, 796000) in sheets[1][2]


def test_a_sheet_keeps_types(small, tmp_path):
    path = write(small, tmp_path / "typed.xlsx", TYPED)
    head, null, first, last = sheet_rows(path)
    assert head[:3] == ["id", "key", "price"]
    assert null == [None] * len(head)
    # More than 15 digits: a spreadsheet program would make another number of it.
    assert first[:5] == [7, "9007199254740993", 12.5, 0.1, True]
    assert first[5:7] == [datetime(2018, 11, 1), datetime(2018, 11, 1, 21, 1, 46, 796000)]
    assert first[7:] == ["=1+1", "ö 日 <&>", None, 3]
    # A sheet's days begin in 1900.
    assert last[:6] == [-1, -5, -0.01, 1e300, False, "1899-12-31"]
    assert last[6:] == [datetime(1969, 12, 31, 23, 59, 59), "@sum(a1)", "a\nb", " ", 10**18]
    sheet = openpyxl.load_workbook(path).active
    assert sheet.title == "result" and sheet["F3"].number_format == "yyyy-mm-dd"
    assert sheet["F3"].is_date and sheet["G3"].is_date and not sheet["C3"].is_date
    assert {sheet["H3"].data_type, sheet["H4"].data_type} == {"s"}, "text became a formula"


def test_parquet_keeps_types(small, tmp_path):
    path = write(small, tmp_path / "typed.parquet", TYPED)
    table = pyarrow.parquet.read_table(path)
    types = {field.name: str(field.type) for field in table.schema}
    assert types == {
        "id": "int32",
        "key": "int64",
        "price": "decimal128(10, 2)",
        "share": "double",
        "is_paid": "bool",
        "day": "date32[day]",
        "started_at": "timestamp[us]",
        "formula": "string",
        "name": "string",
        "nothing": "string",
        "total": types["total"],
    }
    null, first, last = parquet_rows(path)
    assert null == [None] * len(types)
    assert first[:4] == [7, 9007199254740993, Decimal("12.50"), 0.1]
    assert first[4:7] == [True, date(2018, 11, 1), datetime(2018, 11, 1, 21, 1, 46, 796000)]
    assert first[7:] == ["=1+1", "ö 日 <&>", "", 3]
    assert last[3:6] == [1e300, False, date(1899, 12, 31)]
    assert last[8:] == ["a\nb", " ", 10**18]


def test_names_that_occur_twice_are_told_apart(small, tmp_path):
    query = """select 1 as n, 2 as "N", time '10:11:12.5' as "a ""b"" 'c'" """
    path = write(small, tmp_path / "it's.parquet", query)
    table = pyarrow.parquet.read_table(path)
    assert table.schema.names == ["n", "N_2", "a \"b\" 'c'"]
    assert table.to_pylist()[0]["a \"b\" 'c'"] == time(10, 11, 12, 500000)
    assert sheet_rows(write(small, tmp_path / "a.xlsx", query))[1][2] == time(10, 11, 12, 500000)


def test_characters_that_no_sheet_can_hold_are_spelt_as_sheets_spell_them(small, tmp_path):
    query = "select '_x0041_' || chr(1) || chr(13) || 'x' as odd"
    path = write(small, tmp_path / "odd.xlsx", query)
    assert sheet_rows(path) == [["odd"], ["_x005F_x0041__x0001__x000D_x"]]
    assert parquet_rows(write(small, tmp_path / "odd.parquet", query)) == [["_x0041_\x01\rx"]]


def test_the_full_sheet_goes_on_on_the_next(small, tmp_path):
    """Excel's own limit: 1,048,576 rows with the header."""
    count = 1_048_578
    query = f"select range as n from range({count})"
    with zipfile.ZipFile(write(small, tmp_path / "long.xlsx", query)) as archive:
        sheets = [archive.read(f"xl/worksheets/sheet{i}.xml") for i in (1, 2)]
        assert "xl/worksheets/sheet3.xml" not in archive.namelist()
        assert b'"result (2)"' in archive.read("xl/workbook.xml")
    assert sheets[0].count(b"<row ") == 1_048_576
    assert b'<row r="1048576"' in sheets[0] and b'<row r="1048577"' not in sheets[0]
    assert sheets[1].count(b"<row ") == 4
    for cell in (b'r="A2"><v>1048575<', b'r="A3"><v>1048576<', b'r="A4"><v>1048577<'):
        assert cell in sheets[1]
    assert b"<v>1048574<" in sheets[0][-400:]
    table = pyarrow.parquet.read_table(write(small, tmp_path / "long.parquet", query))
    assert table.column("n").to_pylist() == list(range(count)), "order or rows were lost"


def test_a_text_longer_than_a_cell_is_refused_and_leaves_no_file(small, tmp_path):
    query = "select 1 as id, repeat('a', 32768) as text"
    failed = small.run("sql", query, "--out", tmp_path / "long.xlsx")
    failed.expect_error(BAD_DATA, 'row 1, column "text"', "32,768", "32,767", "parquet")
    assert not list(tmp_path.iterdir())
    write(small, tmp_path / "long.xlsx", query.replace("32768", "32767"))
    assert parquet_rows(write(small, tmp_path / "long.parquet", query)) == [[1, "a" * 32768]]


def same(found, expected):
    if isinstance(found, datetime):
        # A sheet keeps milliseconds.
        return abs(found - datetime.fromisoformat(str(expected))) < timedelta(milliseconds=1)
    if isinstance(found, date):
        return found == date.fromisoformat(str(expected)[:10])
    if isinstance(expected, float):
        return float(found) == pytest.approx(expected, rel=1e-14)
    return found == expected


def columns_of(name):
    """As the report's header tells them; those of an empty answer too."""
    text = (ROOT / f"sql/report/{name}.sql").read_text()
    return re.findall(r"^-- column (\w+):", text, re.MULTILINE)


def test_all_reports_hold_the_same_rows_in_every_format(small, tmp_path):
    for form in ("json", "parquet", "xlsx", "markdown"):
        small.run("analytics", "--all", "--format", form, "--out", tmp_path).expect(
            OK, f"{len(NAMES)} reports"
        )
    endings = ("json", "md", "parquet", "xlsx")
    expected = sorted(f"{name}.{ending}" for name in NAMES for ending in endings)
    assert sorted(path.name for path in tmp_path.iterdir()) == expected
    for name in NAMES:
        answers = json.loads((tmp_path / f"{name}.json").read_text())
        assert openpyxl.load_workbook(tmp_path / f"{name}.xlsx").active.title == name
        sheet = sheet_rows(tmp_path / f"{name}.xlsx")
        assert sheet[0] == columns_of(name)
        assert not answers or list(answers[0]) == sheet[0]
        for found in (sheet[1:], parquet_rows(tmp_path / f"{name}.parquet")):
            assert len(found) == len(answers), name
            for row, answer in zip(found, answers, strict=True):
                assert all(map(same, row, answer.values())), f"{name}: {row} is not {answer}"


def test_a_served_warehouse_gives_the_same_files(small, tmp_path):
    exports = [(TYPED, "typed"), ("select * from songplays order by songplay_id", "songplays")]

    def written(folder):
        folder.mkdir()
        for query, name in exports:
            for ending in ("parquet", "xlsx", "csv"):
                write(small, folder / f"{name}.{ending}", query)
        return folder

    alone = written(tmp_path / "alone")
    server = Served(small.path.parent, name="small")
    try:
        served = written(tmp_path / "served")
    finally:
        server.stop().expect(OK)
    for _, name in exports:
        tables = [pyarrow.parquet.read_table(f / f"{name}.parquet") for f in (alone, served)]
        assert tables[0].num_rows > 1 and tables[0].equals(tables[1])
        assert sheet_rows(alone / f"{name}.xlsx") == sheet_rows(served / f"{name}.xlsx")
        assert (alone / f"{name}.csv").read_text() == (served / f"{name}.csv").read_text()


def export(warehouse, *words, **how):
    """A run whose standard output holds bytes."""
    command = command_of("sql", "--warehouse", warehouse.path, TYPED, *words)
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": warehouse.env} | how
    return subprocess.run(command, stdin=subprocess.DEVNULL, timeout=60, **how)


def test_a_redirection_gets_the_same_bytes_as_a_file(small, tmp_path):
    path = write(small, tmp_path / "a.parquet", TYPED)
    done = export(small, "--format", "parquet")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == path.read_bytes()
    (tmp_path / "b.xlsx").write_bytes(export(small, "--format", "xlsx").stdout)
    assert len(sheet_rows(tmp_path / "b.xlsx")) == 4


def test_nobody_who_reads_the_file_to_its_end_is_an_error(small):
    ours, its = os.pipe()
    os.close(ours)
    done = export(small, "--format", "xlsx", stdout=its)
    os.close(its)
    assert done.returncode == UNAVAILABLE
    assert b"standard output was closed before the file was whole" in done.stderr


@pytest.mark.parametrize("form", ["parquet", "xlsx", "csv"])
def test_a_full_disk_is_an_error_and_leaves_no_file(small, tmp_path, form):
    """Files that may not grow beyond 64 KiB behave like those on a disk that is full."""
    query = "select range as n, md5(cast(range as varchar)) as text from range(100000)"
    limit = (1 << 16, 1 << 16)

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    failed = small.run("sql", query, "--out", tmp_path / f"a.{form}", preexec_fn=limited)
    failed.expect_error(UNAVAILABLE)
    assert "file too large" in failed.err.lower()
    assert not list(tmp_path.iterdir())
    with open("/dev/full", "wb") as full:
        done = export(small, "--format", form, stdout=full)
    assert (done.returncode, b"no space left" in done.stderr.lower()) == (UNAVAILABLE, True)


@pytest.mark.parametrize("form", ["parquet", "xlsx", "csv"])
def test_a_path_that_cannot_be_written_is_refused(small, tmp_path, form):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept")
    os.mkfifo(tmp_path / "pipe")
    flags = ["--format", form, "--out"]
    where = f"{tmp_path}/folder"
    small.run("sql", TYPED, *flags, where).expect_error(USAGE, "is a folder", "name a file in it")
    small.run("sql", TYPED, *flags, tmp_path / "pipe").expect_error(USAGE, "is no file")
    small.run("sql", TYPED, *flags, tmp_path / "file/a").expect_error(BAD_DATA, "directory")
    assert (tmp_path / "file").read_text() == "kept"
    small.run("sql", "select no from songplays", *flags, tmp_path / "file").expect_error(
        BAD_DATA, "no", "<query>:1:8"
    )
    assert (tmp_path / "file").read_text() == "kept", "a query that fails replaced a file"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder", "pipe"]


def test_one_file_holds_one_result(small, tmp_path):
    path = tmp_path / "a.xlsx"
    small.run("sql", "select 1; select 2", "--out", path).expect_error(USAGE, "holds one result")
    assert not path.exists()
    text = "create temp table t as select 5 as n; insert into t values (6); select * from t"
    small.run("sql", text, "--out", path).expect(OK)
    assert sheet_rows(path) == [["n"], [5], [6]]
    small.run("sql", "select 1 as n; select 2 as n", "--out", tmp_path / "a.csv").expect(OK)
    assert (tmp_path / "a.csv").read_text() == "n\n1\nn\n2\n"


def test_the_name_tells_the_format_unless_a_flag_does(small, tmp_path):
    small.run("analytics", "table_rows", "--out", tmp_path / "a.json").expect(OK)
    rows = [list(row.values()) for row in json.loads((tmp_path / "a.json").read_text())]
    assert rows == rows_of(small, "table_rows")
    flags = ["--format", "csv", "--out", tmp_path / "b.json"]
    small.run("analytics", "table_rows", *flags).expect(OK)
    assert (tmp_path / "b.json").read_text().startswith("table_name,row_count\n")
    small.run("analytics", "--format", "xlsx").expect_error(USAGE, "the list of reports")
    small.run("analytics", "--out", "x.csv").expect_error(USAGE, "--out goes with a report or")


# --- on a terminal ---


def on_terminal(warehouse, *words, columns=120, **environment):
    """Exit code, text and errors of a run whose standard output is a terminal."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command, *rest = words
    started = subprocess.Popen(
        command_of(command, "--warehouse", warehouse.path, *rest),
        stdin=subprocess.DEVNULL,
        stdout=its,
        stderr=subprocess.PIPE,
        env={**warehouse.env, "TERM": "xterm", **environment},
    )
    os.close(its)
    text = b""
    with contextlib.suppress(OSError):  # what a terminal says when nobody writes any more
        while part := os.read(ours, 1 << 16):
            text += part
    os.close(ours)
    _, errors = started.communicate(timeout=60)
    return started.returncode, text.decode().replace("\r\n", "\n"), errors.decode()


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_a_file_is_not_written_to_a_terminal(small, form):
    code, text, errors = on_terminal(small, "sql", TYPED, "--format", form)
    assert (code, text) == (USAGE, "")
    assert f"{form} is no text for a terminal" in errors and f"--out FILE.{form}" in errors


def bars(text):
    return [line.count("█") for line in text.splitlines() if line.startswith(" 2018-")]


def test_a_terminal_shows_bars_and_a_sparkline(small):
    code, text, _ = on_terminal(small, "analytics", "active_users")
    assert code == OK and text.startswith("Active users (users)\nDistinct users with at least")
    assert bars(text) == [12, 24, 24, 12, 12, 0, 0]
    assert "\ndaily_users: ▅██▅▅▁▁\n" in text
    assert "Days without any event have no row." in text.splitlines()[-1]
    assert "\x1b" not in text, "no colours: NO_COLOR has nothing to change"
    assert "░" in on_terminal(small, "analytics", "lifecycle")[1]


def test_bars_take_the_room_there_is(small):
    """The table alone is 69 columns wide, no bar shorter than 8."""
    widths = {}
    for columns in (120, 88, 80, 79, 40):
        text = on_terminal(small, "analytics", "active_users", columns=columns)[1]
        rows = [line for line in text.splitlines() if line.startswith(" 2018-")]
        widths[columns] = max(bars(text)), max(map(len, rows))
    alone = widths[40][1]
    assert widths[40] == widths[79] == (0, alone)
    assert widths[120] == (24, alone + 3 + 24)
    assert all(room >= widest for room, (_, widest) in widths.items() if room > 79)
    assert (widths[80][0], widths[88][0]) == (8, 16)


def test_elsewhere_there_are_numbers_alone(small):
    piped = small.run("analytics", "active_users").expect(OK).out
    dumb = on_terminal(small, "analytics", "active_users", TERM="dumb")[1]
    assert dumb == piped and not set(piped) & set("█▅▁░")
    assert piped.startswith("Active users (users)\n")
