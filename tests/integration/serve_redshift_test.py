"""`sparkify serve` speaks Redshift's SQL and answers from Redshift's catalogue."""

import re


def test_redshifts_ddl_is_kept_and_told(served):
    done = served.psql(
        text="""
        create table plays (
            id integer identity(0, 1) primary key,
            song varchar(5) not null distkey,
            price decimal,
            played timestamp sortkey
        ) diststyle key;
        insert into plays (song, price) values ('it\\'s', 1.5);
        select "column", type, distkey, sortkey from pg_table_def where tablename = 'plays';
        select * from plays;
        """
    )
    assert "NOTICE:  DISTKEY has no effect here" in done.stderr
    assert done.stdout.splitlines() == [
        "CREATE TABLE",
        "INSERT 0 1",
        "id|integer|f|0",
        "song|character varying(5)|t|0",
        "price|numeric(18,0)|f|0",
        "played|timestamp without time zone|f|1",
        "0|it's|2|",
    ]


def test_a_statement_that_becomes_several_is_one(served):
    script = """
        begin;
        create table a (x integer distkey);
        rollback;
        create table c distkey(x) as select 1 as x;
        create table c distkey(x) as select 2 as x;
        select * from c;
        select * from a;
    """
    done = served.psql("-v", "VERBOSITY=sqlstate", text=script)
    assert re.findall(r"ERROR:  (\w+)", done.stderr) == ["42P07", "42P01"]
    assert done.stdout.splitlines() == ["BEGIN", "CREATE TABLE", "ROLLBACK", "SELECT", "1"]


def test_texts_are_as_long_as_their_columns(served):
    served.answer("create table t (word varchar(3))")
    done = served.psql("-v", "VERBOSITY=sqlstate", "-c", "insert into t values ('four')")
    assert "ERROR:  22001" in done.stderr


def test_a_relation_that_is_missing_is_named_as_there(served):
    done = served.psql("-c", "select * from nope")
    assert 'ERROR:  relation "nope" does not exist' in done.stderr
    assert "duckdb" not in done.stderr


def test_a_session_knows_who_it_is(served):
    query = "select current_user, current_database(), pg_backend_pid() > 0"
    assert served.answer(query) == "tester|dev|t\n"
    assert served.answer("select version()").startswith("PostgreSQL 8.0.2 on ")


def test_settings_are_known_to_sql(served):
    script = """
        set query_group to 'mine';
        select current_setting('query_group');
        begin;
        set statement_timeout to '5 s';
        select current_setting('statement_timeout');
        rollback;
        select setting from pg_settings where name = 'statement_timeout';
        reset all;
        select current_setting('query_group');
    """
    lines = served.psql(text=script).stdout.splitlines()
    assert [line for line in lines if line.islower() or line.isdigit()] == [
        "mine",
        "5000",
        "0",
        "default",
    ]


def test_tables_are_found_along_the_search_path(served):
    script = """
        create schema stage;
        create table plays (x integer);
        set search_path to stage, public;
        create table songs (x integer);
        select schemaname, tablename from pg_tables where schemaname <> 'pg_catalog' order by 1;
        show search_path;
    """
    lines = served.psql(text=script).stdout.splitlines()
    assert lines[4:] == ["public|plays", "stage|songs", "stage, public"]


def test_what_has_no_effect_says_so(served):
    served.answer("create table plays (x integer)")
    for command in ("vacuum plays", "analyze plays", "grant all on plays to public"):
        done = served.psql("-c", command)
        word = command.split()[0].upper()
        assert done.stdout == f"{word}\n"
        assert f"NOTICE:  {word} has no effect here" in done.stderr


def test_results_have_redshifts_names_and_types(served):
    query = "select count(*), sum(1), 7 / 2, avg(3) from (select 1) t \\gdesc\n"
    assert served.psql(text=query).stdout.splitlines() == [
        "count|bigint",
        "sum|bigint",
        "?column?|integer",
        "avg|bigint",
    ]
