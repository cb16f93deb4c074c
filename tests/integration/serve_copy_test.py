"""COPY from S3 and UNLOAD through `sparkify serve`, as psycopg2 asks for them."""

import bz2
import csv
import gzip
import io
import json
import re
import signal
import time
from datetime import UTC, datetime

import psycopg2
import pytest
from clouds import REAL, lay_real
from program import OK, clean_environment, finish, start
from s3_server import S3Server
from s3_server.server import TESTER
from s3_server.signatures import Account

ROLE = "CREDENTIALS 'aws_iam_role=arn:aws:iam::123456789012:role/dwh' REGION 'us-west-2'"
OTHER = Account("AKIDOTHER", "other/SECRET+of=nobody", "token-of-other")
EVENTS = """
    create table {name} (
        artist varchar, auth varchar, firstName varchar, gender char(1), itemInSession int,
        lastName varchar, length double precision, level varchar, location varchar,
        method varchar, page varchar, registration double precision, sessionId int, song varchar,
        status int, ts {ts}, userAgent varchar, userId int)
"""
EVENT_KEYS = (
    "artist auth firstName gender itemInSession lastName length level location method page "
    "registration sessionId song status ts userAgent userId"
).split()
SONGS = """
    create table {name} (
        num_songs int, artist_id varchar, artist_latitude double precision,
        artist_longitude double precision, artist_location varchar, artist_name varchar,
        song_id varchar, title varchar, duration double precision, year int)
"""
SONG_KEYS = (
    "num_songs artist_id artist_latitude artist_longitude artist_location artist_name song_id "
    "title duration year"
).split()


class Cloud:
    """A served warehouse and the S3 it may load from."""

    def __init__(self, folder, server):
        self.s3 = server
        self.warehouse = folder / "served.duckdb"
        self.process = start(
            "serve",
            "--warehouse",
            self.warehouse,
            "--listen",
            "127.0.0.1:0",
            env=clean_environment(**server.environment()),
        )
        line = self.process.stderr.readline().decode()
        self.port = int(re.search(r"on 127\.0\.0\.1:(\d+)", line)[1])
        self.count = 0

    def connect(self):
        link = psycopg2.connect(host="127.0.0.1", port=self.port, user="tester", dbname="dev")
        link.autocommit = True
        return link

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return finish(self.process, timeout=120)


class Client:
    """One session."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.link = cloud.connect()
        self.cursor = self.link.cursor()

    def run(self, text):
        self.link.notices.clear()
        self.cursor.execute(text)
        return self

    def rows(self, text):
        self.cursor.execute(text)
        return self.cursor.fetchall()

    def value(self, text):
        ((value,),) = self.rows(text)
        return value

    def table(self, ddl):
        """A new table by a pattern; its name."""
        self.cloud.count += 1
        name = f"t{self.cloud.count}"
        self.run(
            ddl.format(name=name, ts="bigint") if "{name}" in ddl else f"create table {name} {ddl}"
        )
        return name

    def refused(self, text):
        """The error of a statement."""
        with pytest.raises(psycopg2.Error) as found:
            self.run(text)
        return found.value


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    with S3Server() as server:
        server.accounts[OTHER.access_key] = OTHER
        server.bucket("music")
        found = Cloud(tmp_path_factory.mktemp("served"), server)
        yield found
        found.stop().expect(OK)


@pytest.fixture
def client(cloud):
    found = Client(cloud)
    yield found
    found.link.close()


@pytest.fixture(scope="module")
def real(cloud, real_data):
    lay_real(cloud.s3, real_data)
    return real_data


def lay(cloud, key, data):
    cloud.s3.buckets["music"].put(key, data)
    return f"s3://music/{key}"


def records(folder):
    """The values of all files below; one may go over several lines."""
    found = []
    for path in sorted(folder.rglob("*.json")):
        text = path.read_text().strip()
        while text:
            value, end = json.JSONDecoder().raw_decode(text)
            found.append(value)
            text = text[end:].lstrip()
    return found


def instant(milliseconds):
    return datetime.fromtimestamp(milliseconds / 1000, UTC).replace(tzinfo=None)


def event_row(event, ts=lambda value: value):
    """As COPY with BLANKSASNULL EMPTYASNULL TRUNCATECOLUMNS loads it."""
    row = []
    for key in EVENT_KEYS:
        value = event[key]
        if key == "userId":
            value = int(value) if value.strip() else None
        elif key == "ts":
            value = ts(value)
        elif isinstance(value, str):
            value = value.encode()[:256].decode(errors="ignore") if value.strip() else None
        row.append(value)
    return tuple(row)


def in_order(rows):
    return sorted(map(tuple, rows), key=repr)


# --- the seeds' forms ------------------------------------------------------------------------


def test_events_by_jsonpaths(client, real):
    name = client.table(EVENTS.replace("{ts}", "timestamp"))
    client.run(
        f"COPY {name} FROM 's3://{REAL}/log_data' {ROLE}\n"
        f"FORMAT AS JSON 's3://{REAL}/log_json_path.json'\n"
        "TIMEFORMAT 'epochmillisecs' BLANKSASNULL EMPTYASNULL TRUNCATECOLUMNS;"
    )
    assert client.cursor.statusmessage == "COPY"
    (notice,) = client.link.notices
    text = f"Load into table '{name}' completed, 8056 record(s) loaded successfully."
    assert text in notice and notice.startswith("INFO")
    expected = [event_row(event, instant) for event in records(real / "log_data")]
    assert in_order(client.rows(f"select * from {name}")) == in_order(expected)
    assert client.value("select pg_last_copy_count()") == 8056
    number = client.value("select pg_last_copy_id()")
    (load,) = client.rows(f"select loaded_rows from sys_load_history where query_id = {number}")
    assert load == (8056,)
    files = client.value(f"select count(*) from stl_load_commits where query = {number}")
    assert files == 30


def test_events_by_keys_in_any_case(client, real):
    name = client.table(EVENTS)
    client.run(
        f"copy {name} from 's3://{REAL}/log_data/2018/11' iam_role default json 'auto ignorecase' "
        "blanksasnull emptyasnull truncatecolumns compupdate off statupdate off"
    )
    expected = [event_row(event) for event in records(real / "log_data")]
    assert in_order(client.rows(f"select * from {name}")) == in_order(expected)


def test_auto_takes_lower_case_keys_only(client, real):
    name = client.table(EVENTS)
    client.run(f"copy {name} from 's3://{REAL}/log_data' iam_role 'arn' json 'auto'")
    assert client.rows(
        f"select count(*), count(firstname), count(sessionid), count(level), count(ts) from {name}"
    ) == [(8056, 0, 0, 8056, 8056)]


def test_songs(client, real):
    name = client.table(SONGS)
    client.run(f"COPY {name} FROM 's3://{REAL}/song_data' {ROLE} JSON 'auto' TRUNCATECOLUMNS")
    expected = [tuple(song[key] for key in SONG_KEYS) for song in records(real / "song_data")]
    assert len(expected) == 71
    assert in_order(client.rows(f"select * from {name}")) == in_order(expected)


# --- who asks --------------------------------------------------------------------------------


def test_keys_of_the_statement_are_used_as_given(client, cloud):
    path = lay(cloud, "keys/a.csv", b"1\n")
    name = client.table("(a int)")
    cloud.s3.forget()
    for access in (
        f"access_key_id '{OTHER.access_key}' secret_access_key '{OTHER.secret}' "
        f"session_token '{OTHER.token}'",
        f"credentials 'aws_access_key_id={OTHER.access_key};"
        f"aws_secret_access_key={OTHER.secret};token={OTHER.token}'",
    ):
        client.run(f"copy {name} from '{path}' {access} csv")
    assert client.value(f"select count(*) from {name}") == 2
    used = {seen.headers["authorization"] for seen in cloud.s3.seen}
    assert used and all(OTHER.access_key in each for each in used)


def test_wrong_keys_are_refused_and_not_shown(client, cloud):
    path = lay(cloud, "keys/b.csv", b"1\n")
    name = client.table("(a int)")
    error = client.refused(
        f"copy {name} from '{path}' access_key_id '{TESTER.access_key}' "
        "secret_access_key 'PRIVATEKEY' csv"
    )
    assert "PRIVATEKEY" not in str(error) and TESTER.secret not in str(error)
    # A literal without an end may hold a secret.
    for text in (
        f"copy {name} from '{path}' csv secret_access_key 'PRIVATEKEY",
        f"copy {name} from '{path}' secret_acces_key 'PRIVATEKEY' csv",
        f"copy {name} from '{path}' credentials 'aws_secret_access_key=PRIVATEKEY' csv",
    ):
        error = client.refused(text)
        told = [error.pgerror, error.diag.message_primary, error.diag.message_hint]
        assert "PRIVATE" not in " ".join(map(str, told[1:])), text


def test_what_is_not_there_is_said(client, cloud):
    name = client.table("(a int)")
    assert client.refused(f"copy {name} from 's3://music/none/' {ROLE} csv").pgcode == "XX000"
    assert client.refused(f"copy nowhere from 's3://music/' {ROLE} csv").pgcode == "42P01"
    assert client.refused(f"copy {name} from '/etc/passwd' {ROLE} csv").pgcode == "42501"
    error = client.refused(f"copy {name} from 's3://music/x' {ROLE} csv maxerorr 5")
    assert error.pgcode == "42601" and error.diag.statement_position


# --- errors in rows --------------------------------------------------------------------------

BAD_ROWS = b"1|ok\nx|2\n3|too long a text\n4|fine\n|\xff\n5\n6|a|b\n"


def test_rows_that_do_not_fit_are_told_to_everybody(client, cloud):
    path = lay(cloud, "bad/rows.txt", BAD_ROWS)
    name = client.table("(id int not null, word varchar(5))")
    client.link.autocommit = False
    client.run(f"insert into {name} values (0, 'x')")
    error = client.refused(f"copy {name} from '{path}' {ROLE} maxerror 4")
    assert error.pgcode == "XX000" and "stl_load_errors" in str(error)
    client.link.rollback()
    client.link.autocommit = True
    other = Client(cloud)
    for each in (client, other):
        rows = each.rows(
            "select trim(filename), line_number, trim(colname), trim(type), err_code, "
            "trim(err_reason), trim(raw_field_value) from stl_load_errors "
            "where query = (select max(query) from stl_load_errors) order by line_number"
        )
        assert [(row[1], row[2], row[4]) for row in rows] == [
            (2, "id", 1207),
            (3, "word", 1204),
            (5, "id", 1213),
            (6, "id", 1214),
        ]
        assert rows[0][0] == path and rows[0][3] == "int4" and rows[0][6] == "x"
        assert rows[1][5] == "String length exceeds DDL length"
        assert each.value(f"select count(*) from {name}") == 0
    sys_rows = other.rows(
        "select line_number, error_code from sys_load_error_detail "
        "where query_id = (select max(query_id) from sys_load_error_detail) order by 1"
    )
    assert [row[1] for row in sys_rows] == [1207, 1204, 1213, 1214]
    assert other.value(
        "select count(*) from stl_loaderror_detail "
        "where query = (select max(query) from stl_load_errors)"
    )
    other.link.close()


def test_copies_that_come_together_stand_and_fall_together(client, cloud):
    good, bad = lay(cloud, "pair/good.txt", b"1|a\n"), lay(cloud, "pair/bad.txt", b"x|a\n")
    name = client.table("(id int, word varchar(5))")
    client.refused(f"copy {name} from '{good}' {ROLE}; copy {name} from '{bad}' {ROLE}")
    assert client.value(f"select count(*) from {name}") == 0


def test_maxerror_lets_rows_pass(client, cloud):
    path = lay(cloud, "bad/some.txt", BAD_ROWS)
    name = client.table("(id int not null, word varchar(5))")
    client.run(f"copy {name} from '{path}' {ROLE} maxerror 10")
    assert client.rows(f"select * from {name} order by 1") == [(1, "ok"), (4, "fine")]
    assert any("5 record(s) could not be loaded" in each for each in client.link.notices)
    assert client.value("select pg_last_copy_count()") == 2


def test_noload_looks_only(client, cloud):
    path = lay(cloud, "bad/noload.txt", b"1|a\n2|b\n")
    name = client.table("(id int, word varchar(5))")
    client.run(f"copy {name} from '{path}' {ROLE} noload")
    assert client.value(f"select count(*) from {name}") == 0


# --- sources ---------------------------------------------------------------------------------


def test_packed_objects(client, cloud):
    plain = b"".join(b"%d,row %d\n" % (i, i) for i in range(1000))
    name = client.table("(i int, t varchar)")
    lay(cloud, "packed/a.gz", gzip.compress(plain))
    lay(cloud, "packed/b.bz2", bz2.compress(plain))
    client.run(f"copy {name} from 's3://music/packed/a.gz' {ROLE} csv gzip")
    client.run(f"copy {name} from 's3://music/packed/b.bz2' {ROLE} csv bzip2")
    assert client.rows(f"select count(*), sum(i), count(distinct t) from {name}") == [
        (2000, 999000, 1000)
    ]


def test_a_manifest_names_the_objects(client, cloud):
    for number in range(3):
        lay(cloud, f"listed/{number}.csv", b"%d\n" % number)
    entries = [{"url": f"s3://music/listed/{n}.csv", "mandatory": True} for n in (0, 2)]
    path = lay(cloud, "manifest.json", json.dumps({"entries": entries}).encode())
    name = client.table("(i int)")
    client.run(f"copy {name} from '{path}' {ROLE} csv manifest")
    assert client.rows(f"select i from {name} order by 1") == [(0,), (2,)]


def test_objects_of_many_blocks(client, cloud):
    """Read in pieces by several threads: a line each, and values that go over lines."""
    count = 60_000
    lines = [
        json.dumps({"id": i, "text": f"{i:08d}" + "x" * 150, "at": 1541105830796 + i})
        for i in range(count)
    ]
    path = lay(cloud, "large/lines.json", ("\n".join(lines) + "\n").encode())
    name = client.table("(id int, text varchar, at timestamp)")
    client.run(f"copy {name} from '{path}' {ROLE} json 'auto' timeformat 'epochmillisecs'")
    total = count * (count - 1) // 2
    assert client.rows(f"select count(*), sum(id), min(len(text)) from {name}") == [
        (count, total, 158)
    ]

    pretty = [json.dumps({"id": i, "text": "y" * 150, "at": 0}, indent=2) for i in range(count)]
    path = lay(cloud, "large/values.json", "\n".join(pretty).encode())
    client.run(f"truncate {name}")
    client.run(f"copy {name} from '{path}' {ROLE} json 'auto' timeformat 'epochmillisecs'")
    assert client.rows(f"select count(*), sum(id) from {name}") == [(count, total)]

    text = io.StringIO()
    writer = csv.writer(text)
    for i in range(count):
        writer.writerow([i, f'line one "{i}"\nline, two\n' + "z" * 150])
    data = text.getvalue().encode()
    assert len(data) > 8 << 20
    path = lay(cloud, "large/quoted.csv", data)
    name = client.table("(id int, text varchar)")
    client.run(f"copy {name} from '{path}' {ROLE} csv")
    assert client.rows(
        f"select count(*), sum(id), min(regexp_count(text, '\n')), "
        f"max(regexp_count(text, '\n')) from {name}"
    ) == [(count, total, 2, 2)]
    path = lay(cloud, "large/broken.csv", data.replace(b"\r\n40000,", b"\r\nforty,", 1))
    client.refused(f"copy {name} from '{path}' {ROLE} csv")
    (row,) = client.rows(
        "select line_number, trim(colname), err_code from stl_load_errors "
        "where query = (select max(query) from stl_load_errors)"
    )
    assert row == (3 * 40000 + 1, "id", 1207)


def test_a_copy_that_waits_can_be_cancelled(client, cloud):
    path = lay(cloud, "slow/a.csv", b"1\n")
    name = client.table("(a int)")
    client.run("set statement_timeout to 500")
    cloud.s3.latency = 20.0
    try:
        begun = time.monotonic()
        assert client.refused(f"copy {name} from '{path}' {ROLE} csv").pgcode == "57014"
        assert time.monotonic() - begun < 15
    finally:
        cloud.s3.latency = 0.0
    client.run("set statement_timeout to 0")
    assert client.value(f"select count(*) from {name}") == 0


# --- UNLOAD ----------------------------------------------------------------------------------

KINDS = """
    (id bigint, word varchar(40), price numeric(10, 2), at timestamp, day date, is_on boolean,
    r real)
"""
KIND_ROWS = """
    (1, 'plain', 1.50, '2018-11-01 21:01:46.796', '2018-11-01', true, 0.5),
    (2, 'a|b,c "quoted" ''single''', -0.01, '1999-12-31 23:59:59', '2000-02-29', false, -3),
    (3, 'two\nlines', null, null, null, null, null),
    (4, 'h\u00e9llo \u65e5\u672c', 99999999.99, '2018-11-30 00:00:00', '2018-11-30', true, 1e20)
"""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("format csv", "csv"),
        ("csv header gzip", "csv gzip ignoreheader 1"),
        ("csv delimiter '\\t' bzip2", "csv delimiter '\\t' bzip2"),
        ("format json", "json 'auto'"),
        ("json zstd", "json 'auto' zstd"),
        ("format as parquet", "format as parquet"),
        ("delimiter '|' escape null as 'nil'", "delimiter '|' escape null as 'nil'"),
        ("addquotes escape gzip", "removequotes escape gzip emptyasnull"),
        ("csv parallel off", "csv"),
    ],
)
def test_what_is_unloaded_is_loaded_again(client, cloud, written, read):
    name, back = client.table(KINDS), client.table(KINDS)
    client.run(f"insert into {name} values {KIND_ROWS}")
    target = f"s3://music/unloaded/{name}/part_"
    client.run(
        f"unload ('select * from {name} order by id') to '{target}' {ROLE} {written} manifest"
    )
    assert client.cursor.statusmessage == "UNLOAD"
    assert client.value("select pg_last_unload_count()") == 4
    client.run(f"copy {back} from '{target}manifest' {ROLE} {read} manifest")
    # CSV knows no difference between NULL and an empty text; none of these is empty.
    rows = f"select * from {name} order by id"
    assert client.rows(rows.replace(name, back)) == client.rows(rows)


def test_unload_leaves_other_objects_alone(client, cloud):
    path = lay(cloud, "kept/old_000", b"old\n")
    query = "unload ('select 1 as a') to 's3://music/kept/' csv parallel off "
    assert "not empty" in str(client.refused(query + ROLE))
    client.run(query + ROLE + " allowoverwrite")
    bucket = cloud.s3.buckets["music"]
    assert path.removeprefix("s3://music/") in bucket.objects
    client.run(query + ROLE + " cleanpath")
    assert [key for key in sorted(bucket.objects) if key.startswith("kept/")] == ["kept/000"]


def test_errors_point_into_the_query(client, cloud):
    error = client.refused("unload ('select nothing from (select 1 as a) t') to 's3://music/x'")
    assert error.pgcode == "42703" and int(error.diag.statement_position) == 17


@pytest.mark.parametrize(
    "query",
    [
        "'select * from read_csv(''/etc/passwd'')'",
        "'select * from read_blob(''{warehouse}'')'",
        "'select * from \"read_text\" /**/ (''/etc/passwd'')'",
        "E'select * from read_text(\\'/etc/passwd\\')'",
        "$$select * from parquet_scan('{warehouse}')$$",
        "'select * from ''/etc/passwd.csv'''",
        "'with a as (select * from query(''select 1'')) select * from a'",
        "'select * from enable_logging()'",
    ],
)
def test_unload_reaches_nothing_but_the_warehouse(client, cloud, query):
    text = query.format(warehouse=cloud.warehouse)
    for form in ("csv", "parquet"):
        error = client.refused(f"unload ({text}) to 's3://music/reached/' {ROLE} {form}")
        assert error.pgcode == "42501", error
    bucket = cloud.s3.buckets["music"]
    assert not [key for key in bucket.objects if key.startswith("reached/")]
