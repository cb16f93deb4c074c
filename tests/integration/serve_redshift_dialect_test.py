"""sqlalchemy-redshift at `sparkify serve`: SQLAlchemy with Redshift's tables, COPY and UNLOAD."""

import json

import pytest
import sqlalchemy as sa
from program import OK
from s3_server import S3Server
from served import Served
from sqlalchemy_redshift.commands import CopyCommand, Format, UnloadFromSelect
from sqlalchemy_redshift.dialect import SUPER

ROLE = "arn:aws:iam::123456789012:role/dwh"
DRIVERS = {
    "redshift+psycopg2": {"sslmode": "disable"},
    "redshift+redshift_connector": {"ssl": False, "sslmode": "disable"},
}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    with S3Server() as server:
        server.bucket("music")
        server.served = Served(tmp_path_factory.mktemp("dialect"), **server.environment())
        yield server
        server.served.stop().expect(OK)


@pytest.fixture(params=DRIVERS)
def engine(cloud, request):
    url = f"{request.param}://tester:any@127.0.0.1:{cloud.served.port}/dev"
    made = sa.create_engine(url, connect_args=DRIVERS[request.param])
    with made.begin() as connection:
        connection.execute(sa.text("drop schema if exists shop cascade"))
        connection.execute(sa.text("create schema shop"))
    yield made
    made.dispose()


def make_tables(engine):
    metadata = sa.MetaData(schema="shop")
    sa.Table(
        "users",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("level", sa.String(4), nullable=False, server_default="free"),
        redshift_diststyle="ALL",
    )
    plays = sa.Table(
        "plays",
        metadata,
        sa.Column("id", sa.BigInteger, primary_key=True, redshift_identity=(0, 1)),
        sa.Column("user_id", sa.ForeignKey("shop.users.id"), redshift_encode="az64"),
        sa.Column("song", sa.String(64), unique=True),
        sa.Column("price", sa.Numeric(10, 2)),
        sa.Column("played", sa.TIMESTAMP(timezone=True)),
        sa.Column("more", SUPER),
        redshift_diststyle="KEY",
        redshift_distkey="user_id",
        redshift_sortkey=["played", "id"],
    )
    metadata.create_all(engine)
    metadata.create_all(engine)  # looks first, and finds them
    return plays


def test_tables_are_made_with_their_layout_and_reflected(engine):
    make_tables(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("comment on table shop.plays is 'one row a play'"))
        connection.execute(sa.text("create view shop.songs as select song from shop.plays"))
    inspector = sa.inspect(engine)
    assert sorted(inspector.get_table_names("shop")) == ["plays", "users"]
    assert inspector.get_view_names("shop") == ["songs"]
    assert "select" in inspector.get_view_definition("songs", "shop").lower()
    assert inspector.default_schema_name == "public"
    assert {"public", "shop"} <= set(inspector.get_schema_names())
    assert not inspector.has_table("nothing", "shop")
    assert inspector.get_table_options("plays", "shop") == {
        "redshift_diststyle": "KEY",
        "redshift_distkey": "user_id",
        "redshift_sortkey": ("played", "id"),
        "redshift_interleaved_sortkey": None,
    }
    assert inspector.get_table_options("users", "shop")["redshift_diststyle"] == "ALL"

    table = sa.Table("plays", sa.MetaData(), schema="shop", autoload_with=engine)
    assert [str(column.type) for column in table.columns] == [
        "BIGINT",
        "INTEGER",
        "VARCHAR(64)",
        "NUMERIC(10, 2)",
        "TIMESTAMPTZ",
        "SUPER",
    ]
    assert table.comment == "one row a play"
    assert [column.name for column in table.primary_key] == ["id"]
    assert [key.target_fullname for key in table.foreign_keys] == ["shop.users.id"]
    unique = [each for each in table.constraints if isinstance(each, sa.UniqueConstraint)]
    assert [column.name for each in unique for column in each.columns] == ["song"]
    level = sa.Table("users", sa.MetaData(), schema="shop", autoload_with=engine).c.level
    assert (level.nullable, "free" in str(level.server_default.arg)) == (False, True)


def test_rows_go_in_and_out(engine):
    plays = make_tables(engine)
    with engine.begin() as connection:
        connection.execute(plays.insert(), [{"song": f"it's {n}", "price": n} for n in range(3)])
    with engine.connect() as connection:
        query = sa.select(plays.c.song, sa.func.now()).where(plays.c.price > 1)
        assert connection.execute(query).one()[0] == "it's 2"
        limited = sa.select(plays.c.song).order_by(plays.c.song.desc()).limit(1).offset(1)
        assert connection.scalar(limited) == "it's 1"
    with engine.begin() as connection:
        users = sa.Table("users", sa.MetaData(), schema="shop", autoload_with=engine)
        connection.execute(users.insert(), [{"id": 1}])
        gone = connection.execute(plays.delete().where(plays.c.song == "it's 0"))
        assert gone.rowcount == 1
        connection.execute(plays.delete().where(plays.c.user_id == users.c.id))
        assert connection.scalar(sa.select(sa.func.count()).select_from(plays)) == 2
    with pytest.raises(sa.exc.DBAPIError, match="nope"), engine.connect() as connection:
        connection.execute(sa.text("select nope from shop.plays"))


# The other driver binds words of COPY, for which there are no parameters, on Redshift neither.
@pytest.mark.parametrize("engine", ["redshift+psycopg2"], indirect=True)
def test_copy_and_unload_as_constructs(engine, cloud):
    plays = make_tables(engine)
    rows = [{"song": f"song {n}", "price": n + 0.5} for n in range(20)]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    cloud.buckets["music"].put(f"{engine.driver}/in/rows.json", text.encode())
    copy = CopyCommand(
        [plays.c.song, plays.c.price],
        data_location=f"s3://music/{engine.driver}/in/",
        iam_role_arns=ROLE,
        format=Format.json,
        region="us-west-2",
    )
    unload = UnloadFromSelect(
        sa.select(plays.c.song, plays.c.price).where(plays.c.price > 10),
        f"s3://music/{engine.driver}/out/",
        iam_role_arns=ROLE,
        format=Format.csv,
        header=True,
        parallel=False,
        region="us-west-2",
        gzip=True,
    )
    with engine.begin() as connection:
        connection.execute(copy)
        assert connection.scalar(sa.text("select pg_last_copy_count()")) == 20
        connection.execute(unload)
        assert connection.scalar(sa.text("select pg_last_unload_count()")) == 10
    found = cloud.buckets["music"].objects
    (key,) = [key for key in found if key.startswith(f"{engine.driver}/out/")]
    assert key.endswith(".gz")
