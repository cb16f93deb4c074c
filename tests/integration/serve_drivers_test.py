"""Python's clients of PostgreSQL and Redshift at `sparkify serve`, each as people use it."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal

import asyncpg
import psycopg
import psycopg2
import psycopg2.extras
import pytest
import redshift_connector

MOMENT = datetime(2018, 11, 1, 21, 1, 46, 796000)
ROW = (1, 2**40, 1.5, Decimal("12.50"), "caf\u00e9 'x' \\", True, date(2018, 11, 1), MOMENT, None)
TABLE = """
    create table plays (
        id integer not null, big bigint, ratio float8, price numeric(10, 2), song varchar(256),
        is_paid boolean, day date, played timestamp, nothing integer
    ) diststyle all sortkey (id)
"""
PLACES = ", ".join(["%s"] * len(ROW))


def parts(served):
    return {"host": "127.0.0.1", "port": served.port, "database": "dev", "user": "tester"}


# --- psycopg2 --------------------------------------------------------------------------------


def test_psycopg2_as_the_scripts_use_it(served):
    connection = psycopg2.connect(f"host=127.0.0.1 dbname=dev user=tester port={served.port}")
    cursor = connection.cursor()
    cursor.execute("drop table if exists plays")
    cursor.execute(TABLE)
    cursor.execute(f"insert into plays values ({PLACES})", ROW)
    assert (cursor.rowcount, cursor.statusmessage) == (1, "INSERT 0 1")
    connection.commit()
    cursor.execute("select * from plays where song = %s", (ROW[4],))
    assert cursor.fetchone() == ROW
    assert [column.name for column in cursor.description][:3] == ["id", "big", "ratio"]
    cursor.executemany("insert into plays (id) values (%s)", [(2,), (3,)])
    psycopg2.extras.execute_values(cursor, "insert into plays (id) values %s", [(4,), (5,)])
    connection.rollback()
    cursor.execute("select count(*) from plays")
    assert cursor.fetchone() == (1,)
    connection.close()


def test_psycopg2_tells_errors_apart(served):
    connection = psycopg2.connect(served.dsn)
    cursor = connection.cursor()
    with pytest.raises(psycopg2.errors.UndefinedTable, match='relation "nope" does not exist'):
        cursor.execute("select * from nope")
    with pytest.raises(psycopg2.errors.InFailedSqlTransaction):
        cursor.execute("select 1")
    connection.rollback()
    cursor.execute("create table t (i integer)")
    with pytest.raises(psycopg2.errors.DuplicateTable):
        cursor.execute("create table t (i integer)")
    connection.rollback()
    with pytest.raises(psycopg2.errors.SyntaxError):
        cursor.execute("selec 1")
    connection.close()


def test_psycopg2_hears_notices_and_reads_through_named_cursors(served):
    connection = psycopg2.connect(served.dsn)
    cursor = connection.cursor()
    cursor.execute(TABLE)
    assert any("DISTSTYLE" in notice for notice in connection.notices)
    with connection.cursor("rows") as named:
        named.itersize = 100
        named.execute("select * from generate_series(1, 1000)")
        assert sum(row[0] for row in named) == 500500
    connection.close()


# --- psycopg ---------------------------------------------------------------------------------


@pytest.fixture
def cursor(served):
    """Of psycopg2, each text a transaction."""
    connection = psycopg2.connect(served.dsn)
    connection.autocommit = True
    yield connection.cursor()
    connection.close()


def shown(cursor, name):
    cursor.execute(f"show {name}")
    return cursor.fetchone()[0]


def test_explain_analyze_is_taken_back_with_what_came_together(cursor):
    cursor.execute("create table explained (a int)")
    with pytest.raises(psycopg2.errors.UndefinedColumn):
        cursor.execute("explain analyze insert into explained values (1); select nope")
    cursor.execute("explain analyze insert into explained values (2); select 1")
    cursor.execute("select a from explained")
    assert cursor.fetchall() == [(2,)]


def test_a_search_path_that_is_taken_back_has_no_effect(cursor):
    cursor.execute("create schema aside; create table kept (a int)")
    with pytest.raises(psycopg2.errors.UndefinedColumn):
        cursor.execute("insert into kept values (1); set search_path to aside; select nope")
    assert shown(cursor, "search_path") == "$user, public"
    cursor.execute("create table made_after (a int)")
    cursor.execute(
        "select table_schema from information_schema.tables where table_name = 'made_after'"
    )
    assert cursor.fetchall() == [("public",)]


def test_a_setting_of_the_session_outlasts_a_local_one(cursor):
    cursor.execute("begin; set local statement_timeout to 1000; set statement_timeout to 5000")
    assert shown(cursor, "statement_timeout") == "5000"
    cursor.execute("commit")
    assert shown(cursor, "statement_timeout") == "5000"
    cursor.execute("begin; set local statement_timeout to 1000; commit")
    assert shown(cursor, "statement_timeout") == "5000"
    cursor.execute("begin; set local statement_timeout to 1000; reset all; commit")
    assert shown(cursor, "statement_timeout") == "0"


@pytest.mark.parametrize("is_binary", [False, True])
def test_psycopg_in_both_formats(served, is_binary):
    with psycopg.connect(served.dsn) as connection:
        connection.execute(TABLE)
        with connection.cursor(binary=is_binary) as cursor:
            cursor.execute(f"insert into plays values ({PLACES})", ROW)
            cursor.execute("select * from plays where id = %s and song = %s", (1, ROW[4]))
            assert cursor.fetchone() == ROW
            cursor.executemany("insert into plays (id) values (%s)", [(n,) for n in range(50)])
            cursor.execute("select count(*), sum(id), avg(price) from plays")
            assert cursor.fetchone() == (51, 1226, Decimal("12.50"))


def test_psycopg_passes_arrays(served):
    with psycopg.connect(served.dsn) as connection:
        words = ["a", 'b "c"', "f\\g", None, "null", "", "it's", "'", "{x}", "a,b", " y "]
        assert connection.execute("select %s::text[]", (words,)).fetchone() == (words,)
        query = "select count(*) from generate_series(1, 10) as t(n) where n = any(%s)"
        assert connection.execute(query, ([2, 3, 99],)).fetchone() == (2,)


def test_psycopg_prepares_and_pipelines(served):
    with psycopg.connect(served.dsn, prepare_threshold=1) as connection:
        for number in range(5):
            row = connection.execute("select %s::int + 1 as next", (number,)).fetchone()
            assert row == (number + 1,)
        with connection.pipeline():
            first = connection.execute("select 1")
            second = connection.execute("select 2")
            assert (first.fetchone(), second.fetchone()) == ((1,), (2,))


def test_a_prepared_statement_follows_its_tables(served):
    with psycopg.connect(served.dsn, autocommit=True) as connection, connection.cursor() as cursor:
        other = psycopg.connect(served.dsn)
        cursor.execute("create table t (a int, b varchar(10))")
        insert = "insert into t values (%s, %s)"
        cursor.execute(insert, (1, "x"), prepare=True)
        other.execute("alter table t drop column b")
        other.execute("alter table t add column c varchar(10) default 'none'")
        other.commit()
        cursor.execute(insert, (2, "y"), prepare=True)
        cursor.execute("select a, c from t order by a")
        assert cursor.fetchall() == [(1, "none"), (2, "y")]
        # What it returns was told to its client.
        cursor.execute("select * from t where a = %s", (2,), prepare=True)
        other.execute("alter table t add column d int")
        other.rollback()
        cursor.execute("select * from t where a = %s", (2,), prepare=True)
        assert cursor.fetchall() == [(2, "y")]
        other.execute("alter table t add column d int")
        other.commit()
        other.close()
        with pytest.raises(psycopg.errors.FeatureNotSupported, match="cached plan"):
            cursor.execute("select * from t where a = %s", (2,), prepare=True)
        # And what a session knows of itself changes, too.
        for group in ("one", "two"):
            cursor.execute(f"set query_group to {group}")
            cursor.execute("select current_setting('query_group')", prepare=True)
            assert cursor.fetchall() == [(group,)]


def test_the_last_query_has_a_number(served):
    with psycopg.connect(served.dsn, autocommit=True) as connection:

        def last():
            return connection.execute("select pg_last_query_id()", prepare=True).fetchone()[0]

        assert last() == -1
        connection.execute("create table t (i int)")
        connection.execute("select 1")
        assert last() == -1  # the leader node's own
        connection.execute("insert into t values (1)")
        first = last()
        assert last() == first > 0
        with psycopg.connect(served.dsn, autocommit=True) as other:
            other.execute("select * from t")
        assert last() == first
        connection.execute("select * from t")
        assert last() > first + 1


# --- asyncpg ---------------------------------------------------------------------------------


async def talk_to(served):
    connection = await asyncpg.connect(**parts(served), ssl=False, timeout=60)
    try:
        await connection.execute(TABLE)
        places = ", ".join(f"${number}" for number in range(1, len(ROW) + 1))
        await connection.execute(f"insert into plays values ({places})", *ROW)
        await connection.executemany("insert into plays (id) values ($1)", [(2,), (3,)])
        row = await connection.fetchrow("select * from plays where id = $1", 1)
        assert tuple(row) == ROW
        assert await connection.fetchval("select count(*) from plays") == 3
        zoned = await connection.fetchval("select timestamptz '2018-11-01 21:01:46+00'")
        assert zoned == datetime(2018, 11, 1, 21, 1, 46, tzinfo=UTC)
        async with connection.transaction():
            numbers = [
                record[0]
                async for record in connection.cursor("select * from generate_series(1, 500)")
            ]
        assert numbers == list(range(1, 501))
        with pytest.raises(asyncpg.UndefinedColumnError):
            await connection.fetch("select nope from plays")
        statement = await connection.prepare("select id, song from plays where id > $1")
        assert [column.name for column in statement.get_attributes()] == ["id", "song"]
        assert len(await statement.fetch(1)) == 2
    finally:
        await connection.close()


def test_asyncpg_in_binary(served):
    asyncio.run(talk_to(served))


async def pass_arrays(served):
    connection = await asyncpg.connect(**parts(served), ssl=False, timeout=60)
    try:
        words = ["it's", 'a "b"', "c\\d", None, "", "null"]
        for kind, values in (
            ("int", [1, None, 3]),
            ("text", words),
            ("varchar", words),
            ("float8", [0.5]),
            ("timestamp", [MOMENT]),
            ("numeric", [Decimal(2)]),
        ):
            assert await connection.fetchval(f"select $1::{kind}[]", values) == values, kind
        found = await connection.fetch(
            "select n from generate_series(1, 9) as t(n) where n = any($1) and n <> all($2::int[])",
            [2, 3, 4, 99],
            [4],
        )
        assert [row["n"] for row in found] == [2, 3]
        query = "select w from (select 'a' as w union select 'it''s') where w = any ( $1 )"
        assert await connection.fetchval(query, words) == "it's"
    finally:
        await connection.close()


def test_asyncpg_passes_arrays(served):
    asyncio.run(asyncio.wait_for(pass_arrays(served), 60))


async def use_pool(served):
    async with asyncpg.create_pool(**parts(served), ssl=False, min_size=2, max_size=4) as pool:
        found = await asyncio.gather(
            *[pool.fetchval("select $1::bigint * 2", number) for number in range(20)]
        )
    assert found == [2 * number for number in range(20)]


def test_asyncpgs_pool_resets_its_connections(served):
    asyncio.run(use_pool(served))


# --- redshift_connector ----------------------------------------------------------------------


def test_redshift_connector(served):
    connection = redshift_connector.connect(**parts(served), password="any", ssl=False)
    cursor = connection.cursor()
    cursor.execute(TABLE)
    cursor.execute(f"insert into plays values ({PLACES})", ROW)
    connection.commit()
    cursor.execute("select * from plays")
    assert tuple(cursor.fetchone()) == ROW
    cursor.execute("select count(*), sum(id) from plays where id = %s", (1,))
    assert tuple(cursor.fetchone()) == (1, 1)
    with pytest.raises(redshift_connector.ProgrammingError, match="nope"):
        cursor.execute("select * from nope")
    connection.rollback()
    connection.close()


def test_redshift_connector_asks_the_catalogue(served):
    connection = redshift_connector.connect(**parts(served), password="any", ssl=False)
    cursor = connection.cursor()
    cursor.execute(TABLE)
    connection.commit()
    tables = cursor.get_tables(schema_pattern="public", table_name_pattern="plays")
    assert [row[2] for row in tables] == ["plays"]
    columns = cursor.get_columns(schema_pattern="public", tablename_pattern="plays")
    assert [row[3] for row in columns][:3] == ["id", "big", "ratio"]
    connection.close()
