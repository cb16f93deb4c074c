"""SQLAlchemy at `sparkify serve`, and `%sql` in IPython as the course's notebooks use it."""

import json
import subprocess
import sys

import pytest
import sqlalchemy as sa
from program import clean_environment
from sqlalchemy import orm

# With psycopg, SQLAlchemy looks for hstore behind a savepoint, and Redshift has neither.
WAYS = [("postgresql", {}), ("postgresql+psycopg", {"use_native_hstore": False})]

# What a notebook's cells hold, and what the last line of each must show.
CELLS = [
    ("%load_ext sql", ""),
    ("conn_string = 'postgresql://tester:any@127.0.0.1:{port}/dev'", ""),
    ("%sql $conn_string", ""),
    ("%sql CREATE TABLE plays (id INT, level VARCHAR) DISTSTYLE ALL", ""),
    ("%sql INSERT INTO plays VALUES (1, 'free'), (2, 'paid'), (3, 'paid')", ""),
    ("counted = %sql SELECT COUNT(*) FROM plays\nprint(counted[0][0])", "3"),
    ("%%sql\nSELECT level, COUNT(*) AS n\nFROM plays\nGROUP BY level ORDER BY n DESC;", ""),
    ("print([tuple(row) for row in _])", "[('paid', 2), ('free', 1)]"),
    ("level = 'paid'\nrows = %sql SELECT id FROM plays WHERE level = :level ORDER BY id", ""),
    ("print(rows.keys if isinstance(rows.keys, list) else list(rows.keys), len(rows))", "['id'] 2"),
]
NOTEBOOK = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
for cell in json.load(sys.stdin):
    print("--- cell")
    shell.run_cell(cell).raise_error()
"""


@pytest.fixture(params=WAYS, ids=lambda way: way[0])
def engine(served, request):
    driver, options = request.param
    made = sa.create_engine(f"{driver}://tester:any@127.0.0.1:{served.port}/dev", **options)
    yield made
    made.dispose()


def test_tables_are_made_filled_and_asked(engine):
    metadata = sa.MetaData()
    plays = sa.Table(
        "plays",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("song", sa.String(20), nullable=False),
        sa.Column("price", sa.Numeric(10, 2)),
    )
    metadata.create_all(engine)
    metadata.create_all(engine)  # looks first, and finds it
    with engine.begin() as connection:
        rows = [{"id": n, "song": f"it's \\{n}", "price": n} for n in range(3)]
        connection.execute(plays.insert(), rows)
    with engine.connect() as connection:
        found = connection.execute(sa.select(plays.c.song).where(plays.c.id > 0))
        assert found.scalars().all() == ["it's \\1", "it's \\2"]
        total = sa.select(sa.func.count(), sa.func.sum(plays.c.price))
        assert tuple(connection.execute(total).one()) == (3, 3)
    metadata.drop_all(engine)
    assert sa.inspect(engine).get_table_names() == []


def test_tables_are_reflected(served, engine):
    served.psql(
        "-q",
        text="""
        create table users (id integer primary key, level varchar(4) not null);
        create table plays (
            id bigint not null, user_id integer references users (id) distkey,
            price numeric(10, 2), played timestamp sortkey
        );
        create view listeners as select id from users;
        """,
    )
    metadata = sa.MetaData()
    metadata.reflect(engine)
    assert sorted(metadata.tables) == ["plays", "users"]
    plays, users = metadata.tables["plays"], metadata.tables["users"]
    assert [str(column.type) for column in plays.columns] == [
        "BIGINT",
        "INTEGER",
        "NUMERIC(10, 2)",
        "TIMESTAMP",
    ]
    assert [column.name for column in users.primary_key] == ["id"]
    assert [str(key.target_fullname) for key in plays.foreign_keys] == ["users.id"]
    assert not users.c.level.nullable
    inspector = sa.inspect(engine)
    assert inspector.get_view_names() == ["listeners"]
    assert "public" in inspector.get_schema_names()


def test_the_older_ways_of_the_orm(engine):
    base = orm.declarative_base()

    class Play(base):
        __tablename__ = "plays"
        id = sa.Column(sa.Integer, primary_key=True, autoincrement=False)
        song = sa.Column(sa.String(20))

    base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.add_all([Play(id=1, song="a"), Play(id=2, song="b")])
        session.commit()
        assert session.query(Play).filter(Play.song == "b").one().id == 2
        session.query(Play).filter(Play.id == 1).update({"song": "c"})
        session.rollback()
        assert session.get(Play, 1).song == "a"


def test_sql_magic_in_a_notebook(served):
    cells = [cell.replace("{port}", str(served.port)) for cell, _ in CELLS]
    done = subprocess.run(
        [sys.executable, "-c", NOTEBOOK],
        input=json.dumps(cells),
        env=clean_environment(HOME=str(served.path.parent)),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shown = done.stdout.split("--- cell\n")[1:]
    for (cell, expected), text in zip(CELLS, shown, strict=True):
        if expected:
            assert text.strip().splitlines()[-1] == expected, cell
