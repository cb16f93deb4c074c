"""The pipeline on a Redshift, as which `sparkify serve` acts: whole loads, and what breaks them."""

import socket
import threading

import pytest
from clouds import REAL, expect_no_secret, lay_real
from eventfiles import event_line, play, song, write, write_events, write_song
from program import (
    BAD_DATA,
    DENIED,
    IN_DOUBT,
    OK,
    TOO_MANY_REJECTS,
    UNAVAILABLE,
    USAGE,
    Warehouse,
    finish,
    run,
)
from redshifts import (
    NOT_UNDERSTOOD,
    Cut,
    Redshift,
    Scene,
    expect_alike,
    expect_understood,
    kind_of,
    words_of,
)
from s3_server import S3Server
from served import Served


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with S3Server() as cloud:
        served = Served(tmp_path_factory.mktemp("served"), **cloud.environment())
        scene = Scene(cloud, served)
        yield scene
        scene.proxy.stop()
        served.stop().expect(OK)


@pytest.fixture
def scene(stage):
    stage.proxy.cut = None
    stage.proxy.is_closed = False
    stage.cloud.denied.clear()
    stage.redshift.empty()
    yield stage
    stage.expect_nothing_left()


# --- whole loads ---


def test_the_real_files_give_the_star_of_the_embedded_engine(scene, tmp_path, real_data):
    lay_real(scene.cloud, real_data)
    sources = f"s3://{REAL}/log_data", f"s3://{REAL}/song_data"
    result = scene.redshift.load(*sources)
    expect_no_secret(result)
    scene.redshift.expect_green()
    embedded = Warehouse(tmp_path / "embedded.duckdb", **scene.cloud.environment())
    embedded.load(*sources)
    expect_alike(scene.redshift, embedded)
    assert scene.redshift.value("select count(*) from staging_events") == 8056
    before = scene.redshift.content()
    again = scene.redshift.load(*sources)
    assert "nothing" in (again.out + again.err) and scene.redshift.content() == before
    status = scene.redshift.run("status").expect(OK)
    assert "6,820" in status.out


@pytest.fixture(scope="module")
def dirty(tmp_path_factory):
    """More than a million events of which some are spoilt."""
    folder = tmp_path_factory.mktemp("dirty")
    flags = ["--users", 6000, "--days", 20, "--songs", 500, "--dirty", 0.01, "--seed", 5]
    run("simulate", "--out", folder, "--quiet", *flags).expect(OK)
    return folder


def test_dirty_events_give_the_star_of_the_embedded_engine(scene, tmp_path, dirty):
    sources = dirty / "log_data", dirty / "song_data", "--max-rejects", 100_000
    scene.redshift.load(*sources)
    embedded = Warehouse(tmp_path / "embedded.duckdb")
    embedded.load(*sources)
    expect_alike(scene.redshift, embedded)
    judged = scene.redshift.run("check", "--truth", dirty / "truth.json")
    plain = embedded.run("check", "--truth", dirty / "truth.json")
    assert (judged.exit_code, judged.out) == (plain.exit_code, plain.out), f"{judged}{plain}"
    scene.redshift.expect_green()


def test_layouts_are_those_of_the_tables(scene, logs):
    distribution = "select sortkey1 from svv_table_info where \"table\" = 'songplays'"
    scene.redshift.run("create-tables", "--yes", "--layout", "by-user").expect(OK)
    assert scene.redshift.value(distribution) == "artist_id"
    scene.redshift.load(logs)
    scene.redshift.expect_green()
    scene.redshift.run("create-tables", "--yes", "--layout", "merge-join").expect(OK)
    assert scene.redshift.value(distribution) == "song_id"


def test_advice_on_layouts_names_what_to_change(scene, tmp_path, logs, songs):
    scene.redshift.run("create-tables", "--yes", "--layout", "by-user").expect(OK)
    scene.redshift.load(logs, songs)
    advise = ("layout", "advise", "--warehouse", scene.redshift.path, "--format", "json")
    assert run(*advise, env=scene.redshift.env).expect(OK, "nothing to change").json == []
    scene.redshift.run("sql", "alter table users alter diststyle even").expect(OK)
    (advice,) = run(*advise, env=scene.redshift.env).expect(OK).json
    assert advice["table"] == "users" and "rows travel" in advice["finding"]
    scene.redshift.run("sql", advice["remedy"]).expect(OK)
    assert run(*advise, env=scene.redshift.env).expect(OK).json == []


def test_a_file_has_no_layout(tmp_path, logs):
    warehouse = Warehouse(tmp_path / "file.duckdb")
    warehouse.load(logs)
    advise = ("layout", "advise", "--warehouse", warehouse.path)
    run(*advise, env=warehouse.env).expect_error(USAGE, "this warehouse is a file")


def test_what_is_explained_is_what_runs(scene, tmp_path, logs, songs):
    begun = len(scene.proxy.statements)
    explained = scene.redshift.etl(logs, songs, "--explain").expect(OK)
    asked = [words_of(text) for text in scene.proxy.statements[begun:]]
    assert not [text for text in asked if not text.startswith(("select", "set "))]
    assert scene.redshift.value("select count(*) from etl_loads") == 0

    begun = len(scene.proxy.statements)
    scene.redshift.load(logs, songs)
    told = [kind_of(text) for text in explained.out.split(";\n\n") if text.strip()]
    ran = [kind_of(text) for text in scene.proxy.statements[begun:]]
    ran = ran[ran.index("begin") : ran.index("commit") + 1]
    changes = [kind for kind in ran if not kind.startswith("select")]
    assert [kind for kind in told if not kind.startswith("select")] == changes
    assert "manifest format as json 'auto' gzip" in explained.out


def test_a_file_explains_nothing(tmp_path, logs):
    warehouse = Warehouse(tmp_path / "file.duckdb")
    warehouse.etl(logs, None, "--explain").expect_error(USAGE, "the warehouse is a file")
    assert not warehouse.path.exists()


def test_refused_records_are_on_record_and_nothing_else(scene, tmp_path, logs):
    write_events(logs / "c.json", [play(item=7), b'{"page":"NextSong","ts":"yesterday"}'])
    scene.redshift.etl(logs).expect_error(TOO_MANY_REJECTS, "c.json:2:")
    (load,) = scene.redshift.loads()
    assert load["status"] == "failed" and load["rejects"] == 1
    assert scene.redshift.value("select count(*) from events") == 0
    scene.redshift.load(logs, None, "--max-rejects", 1)
    assert [load["status"] for load in scene.redshift.loads()] == ["failed", "loaded"]


def test_without_a_place_for_records_nothing_is_begun(scene, logs):
    bare = Redshift(scene.proxy.port, **scene.cloud.environment())
    del bare.env["SPARKIFY_STAGING"]
    bare.etl(logs).expect_error(USAGE, "--staging")


# --- what breaks ---


def test_a_link_that_breaks_anywhere_leaves_what_was(scene, logs, songs, tmp_path):
    """A link that is cut at any statement of a load, before the commit has come to the server."""
    scene.redshift.load(logs, songs)
    before = scene.redshift.content()
    write_events(logs / "new.json", [play(item=9)])
    write_song(songs / "new.json", song("SO2", "AR1"))
    begun = len(scene.proxy.statements)
    steps = [
        Cut("begin"),
        Cut("lock"),
        Cut("delete from staging_songs"),
        Cut("copy staging_songs", after=True),
        Cut("copy staging_events"),
        Cut("insert into etl_load_files"),
        Cut("insert into events"),
        Cut("update songplays"),
        Cut("insert into etl_files", after=True),
        Cut("insert into etl_loads", after=True),
        Cut("commit"),
    ]
    for cut in steps:
        scene.proxy.cut = cut
        scene.redshift.etl(logs, songs).expect_error(UNAVAILABLE)
        assert cut.is_done
        assert scene.redshift.content() == before, f"after {cut}"
        scene.expect_nothing_left()
    assert len(scene.proxy.statements) > begun
    scene.redshift.load(logs, songs)
    embedded = Warehouse(tmp_path / "embedded.duckdb")
    embedded.load(logs, songs)
    scene.redshift.expect_star(embedded.star())


def test_a_commit_whose_answer_is_lost_is_looked_up(scene, logs):
    scene.proxy.cut = Cut("commit", number=2, after=True)  # the first makes the tables
    scene.redshift.run("create-tables", "--yes").expect(OK)
    result = scene.redshift.load(logs)
    assert scene.proxy.cut.is_done and "the load is there" in result.err
    assert len(scene.redshift.loads()) == 1


def test_a_commit_in_doubt_is_said_to_be(scene, logs):
    scene.proxy.cut = Cut("commit", after=True, is_final=True)
    scene.redshift.etl(logs).expect_error(IN_DOUBT, "lost during the commit")
    scene.proxy.is_closed = False
    assert scene.redshift.value("select count(*) from events") == 3
    before = scene.redshift.content()
    scene.redshift.load(logs)
    assert scene.redshift.content() == before


def test_two_loads_take_turns(scene, logs, songs, tmp_path):
    runs = [scene.redshift.start("etl", *Warehouse.sources(logs, songs)) for _ in range(3)]
    for process in runs:
        finish(process).expect(OK)
    assert [load["load_id"] for load in scene.redshift.loads()] == [1]
    embedded = Warehouse(tmp_path / "embedded.duckdb")
    embedded.load(logs, songs)
    scene.redshift.expect_star(embedded.star())


def test_first_loads_at_once_make_the_tables_once(stage, logs, songs, tmp_path):
    environment = stage.cloud.environment()
    served = Served(tmp_path, name="first", **environment)
    redshift = Redshift(served.port, **environment)
    runs = [redshift.start("etl", *Warehouse.sources(logs, songs)) for _ in range(4)]
    for process in runs:
        finish(process).expect(OK)
    assert [load["load_id"] for load in redshift.loads()] == [1]
    redshift.expect_green()
    served.stop().expect(OK)


def test_records_of_many_backslashes_are_told(scene, logs, tmp_path):
    """As those of UTF-16, in which every other byte is told as four characters."""
    record = event_line(play(song="x" * 3000)).encode("utf-16-le")
    write(logs / "wide.json", record.replace(b"\n", b" ") + b"\n")
    before = scene.redshift.content()
    scene.redshift.etl(logs).expect_error(TOO_MANY_REJECTS, "wide.json")
    assert scene.redshift.loads()[-1]["status"] == "failed" and before == scene.redshift.content()
    scene.redshift.load(logs, None, "--max-rejects", 5)
    embedded = Warehouse(tmp_path / "embedded.duckdb")
    embedded.etl(logs).expect(TOO_MANY_REJECTS)
    embedded.load(logs, None, "--max-rejects", 5)
    expect_alike(scene.redshift, embedded)


def test_s3_that_takes_nothing_ends_the_load(scene, logs):
    before = scene.redshift.content()
    scene.cloud.deny("s3:PutObject", "staging/*")
    scene.redshift.etl(logs).expect_error(DENIED, "s3://staging")
    assert scene.redshift.content() == before


def test_a_copy_that_fails_ends_the_load(scene, logs):
    """The parts are gone before Redshift reads them."""
    before = scene.redshift.content()
    parts = []

    def lose_parts():
        parts.extend(key for key in scene.staging.keys() if "/part-" in key)
        for key in parts:
            scene.staging.remove(key)

    scene.cloud.when("GetObject", 1, lose_parts)
    result = scene.redshift.etl(logs)
    assert parts and result.exit_code != OK and "copy into staging_events" in result.err
    assert scene.redshift.content() == before


# --- what is sent ---


def test_another_parser_of_redshift_understands_every_statement(scene, logs, songs):
    begun = len(scene.proxy.statements)
    for layout in ("by-user", "merge-join", "auto"):
        scene.redshift.run("create-tables", "--yes", "--layout", layout).expect(OK)
    scene.redshift.load(logs, songs)
    write_events(logs / "c.json", [play(item=20), play(item=20), b"nothing"])
    scene.redshift.etl(logs).expect(TOO_MANY_REJECTS)
    scene.redshift.load(logs, songs, "--max-rejects", 1)
    scene.redshift.load(logs, songs)
    scene.redshift.expect_green()
    scene.redshift.run("status").expect(OK)
    run("layout", "advise", "--warehouse", scene.redshift.path, env=scene.redshift.env).expect(OK)
    sent = scene.proxy.statements[begun:]
    assert len(sent) > 300
    expect_understood(sent)
    for known in NOT_UNDERSTOOD:
        assert any(known in text for text in sent), f"nothing says {known!r}"


# --- who may ask ---


def test_a_password_in_the_address_is_refused(scene):
    result = run("sql", "--warehouse", "redshift://tester:Passw0rd@127.0.0.1/dev", "select 1")
    result.expect_error(USAGE, "PGPASSWORD")
    assert "Passw0rd" not in result.err


def test_a_certificate_that_nobody_signed_is_refused(scene):
    address = scene.redshift.path.partition("?")[0]
    direct = address.replace(str(scene.proxy.port), str(scene.proxy.port_behind))
    run("sql", "--warehouse", direct, "select 1").expect_error(UNAVAILABLE, "certificate")


@pytest.mark.parametrize("password", ["Sup3rSecret?x", "Sup3r/Secret", "Sup3rSecret@1:x"])
def test_no_part_of_a_password_in_the_address_is_repeated(password):
    """Not even of one with what separates an address's parts."""
    result = run("sql", "--warehouse", f"redshift://tester:{password}@127.0.0.1/dev", "select 1")
    result.expect_error(USAGE, "PGPASSWORD")
    assert "Sup3r" not in result.err


def refuse_one_connection(listener):
    """As a server does that has no such database."""
    client, _ = listener.accept()
    with client:
        client.recv(1 << 16)
        fields = [b"SFATAL", b"C3D000", b'Mdatabase "nosuchdb" does not exist', b""]
        body = b"\0".join(fields) + b"\0"
        client.sendall(b"E" + (len(body) + 4).to_bytes(4) + body)


def test_a_dry_run_says_which_database_is_missing(logs):
    """Only a file may be missing: a load would make it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=refuse_one_connection, args=(listener,), daemon=True)
        server.start()
        warehouse = Redshift(listener.getsockname()[1])
        warehouse.path = warehouse.path.replace("/dev", "/nosuchdb")
        result = warehouse.etl(logs, None, "--dry-run")
        server.join(30)
    result.expect_error(BAD_DATA, 'database "nosuchdb" does not exist', "name another database")


def test_an_address_may_come_from_the_seeds_configuration(scene, tmp_path):
    (tmp_path / "dwh.cfg").write_text(
        "[WAREHOUSE]\npath=redshift://?sslmode=disable\n"
        f"[CLUSTER]\nHOST=127.0.0.1\nDB_NAME=dev\nDB_USER=tester\nDB_PORT={scene.proxy.port}\n"
    )
    (tmp_path / "dwh.cfg").chmod(0o600)
    result = run("sql", "--format", "csv", "select current_user", cwd=tmp_path).expect(OK)
    assert "tester" in result.out


def test_errors_point_into_the_text_that_was_given(scene):
    result = scene.redshift.run("sql", "select 'ä',\n  sesion_id from songplays")
    result.expect_error(1, '<query>:2:3: error: column "sesion_id" does not exist')
