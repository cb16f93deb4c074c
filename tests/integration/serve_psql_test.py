"""psql's own commands at `sparkify serve`: what they show of a warehouse."""

import pytest

TABLES = """
    create schema stage;
    create table users (user_id integer primary key, level varchar(4) not null default 'free');
    create table plays (
        play_id integer identity(0, 1) primary key,
        user_id integer not null references users (user_id) distkey,
        played timestamp sortkey,
        price numeric(10, 2)
    );
    create view listeners as select distinct user_id from plays;
    create table stage.logs (line varchar(max));
"""


@pytest.fixture
def filled(served):
    done = served.psql("-q", text=TABLES)
    assert "ERROR" not in done.stderr
    return served


def lines_of(served, command):
    done = served.psql("-c", command)
    assert (done.returncode, done.stderr) == (0, ""), command
    return done.stdout.splitlines()


def test_d_lists_relations(filled):
    assert lines_of(filled, "\\d") == [
        "public|listeners|view|tester",
        "public|plays|table|tester",
        "public|users|table|tester",
    ]


def test_dt_lists_tables(filled):
    assert lines_of(filled, "\\dt") == [
        "public|plays|table|tester",
        "public|users|table|tester",
    ]
    assert lines_of(filled, "\\dt stage.*") == ["stage|logs|table|tester"]
    assert lines_of(filled, "\\dv") == ["public|listeners|view|tester"]


def test_d_of_a_table_shows_its_columns_and_keys(filled):
    lines = lines_of(filled, "\\d plays")
    assert lines[0].startswith("play_id|integer||not null|")
    assert lines[1:4] == [
        "user_id|integer||not null|",
        "played|timestamp without time zone|||",
        "price|numeric(10,2)|||",
    ]
    whole = filled.psql("-P", "tuples_only=off", "-c", "\\d plays").stdout
    assert '"plays_pkey" PRIMARY KEY' in whole
    assert "FOREIGN KEY (user_id) REFERENCES users(user_id)" in whole
    assert "user_id" in lines_of(filled, "\\d listeners")[0]


def test_the_other_lists(filled):
    assert lines_of(filled, "\\l")[0].startswith("dev|tester|UTF8|")
    assert lines_of(filled, "\\dn") == ["public|tester", "stage|tester"]
    assert lines_of(filled, "\\du")[0].startswith("tester|Superuser")
    assert lines_of(filled, "\\df") == []


def test_a_failed_script_stops_where_it_fails(served):
    done = served.psql("-v", "ON_ERROR_STOP=1", text="select 1;\nselect nope;\nselect 2;\n")
    assert (done.returncode, done.stdout) == (3, "1\n")


def test_rows_come_in_parts_when_psql_asks_so(served):
    done = served.psql("-v", "FETCH_COUNT=1000", "-c", "select * from range(2500)")
    assert len(done.stdout.splitlines()) == 2500
