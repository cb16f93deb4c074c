"""Loads whose objects Redshift reads by itself: the same star, what it refused as our rejects."""

import gzip
import json
import subprocess

import pytest
from clouds import REAL, lay_real
from eventfiles import event_line, play, song
from program import (
    DENIED,
    OK,
    TOO_MANY_REJECTS,
    UNAVAILABLE,
    USAGE,
    Warehouse,
    run,
)
from redshifts import Cut, Scene, expect_understood, kind_of, same_files, words_of
from s3_server import S3Server
from served import Served

MUSIC = "music"
DIRECT = ("--copy", "direct")


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
    stage.bucket = stage.cloud.bucket(MUSIC)
    for key in stage.bucket.keys():
        stage.bucket.remove(key)
    yield stage
    stage.expect_nothing_left()


@pytest.fixture
def embedded(scene, tmp_path):
    return Warehouse(tmp_path / "embedded.duckdb", **scene.cloud.environment())


def lines_of(*records):
    """A file of events; bytes stand for themselves."""
    lines = [one if isinstance(one, bytes) else event_line(one).encode() for one in records]
    return b"".join(line + b"\n" for line in lines)


def path(key=""):
    return f"s3://{MUSIC}/{key}"


def files_of(ledger):
    """What is exact of each file whoever read it."""
    return sorted(
        (row["path"], row["row_count"], row["reject_count"]) for row in ledger["etl_files"]
    )


def sums_of(ledger):
    names = ("row_count", "loaded_count", "duplicate_count", "reject_count")
    return {name: sum(row[name] for row in ledger["etl_files"]) for name in names}


def places_of(ledger):
    return sorted((row["file"], row["line"], row["reason"]) for row in ledger["etl_rejects"])


def without_kind(places):
    """COPY looks for a record's end on the next line too: it may complain of what stands there."""
    unread = ("malformed_json", "invalid_utf8")
    return [(file, line, "unread" if why in unread else why) for file, line, why in places]


def expect_alike(direct, other, judged=lambda places: places):
    """One star, and ledgers that differ in nothing but which file a duplicate is counted for."""
    direct.expect_star(other.star())
    direct.expect_green()
    ours, theirs = direct.ledger(), other.ledger()
    assert files_of(ours) == files_of(theirs)
    assert sums_of(ours) == sums_of(theirs)
    assert judged(places_of(ours)) == judged(places_of(theirs))


# --- whole loads ---


def test_the_real_files_give_the_star_of_the_embedded_engine(scene, embedded, real_data):
    lay_real(scene.cloud, real_data)
    sources = f"s3://{REAL}/log_data", f"s3://{REAL}/song_data"
    begun = len(scene.proxy.statements)
    scene.redshift.load(*sources, *DIRECT)
    expect_understood(scene.proxy.statements[begun:])
    embedded.load(*sources)
    expect_alike(scene.redshift, embedded)
    before = scene.redshift.content()
    again = scene.redshift.load(*sources, *DIRECT)
    assert "nothing" in (again.out + again.err) and scene.redshift.content() == before


@pytest.fixture(scope="module")
def dirty(tmp_path_factory):
    """Some ten thousand events, of which some are spoilt, in gzip objects."""
    folder = tmp_path_factory.mktemp("dirty")
    flags = ["--users", 400, "--days", 10, "--songs", 200, "--dirty", 0.05, "--seed", 7]
    run("simulate", "--out", folder, "--quiet", "--compress", "gzip", *flags).expect(OK)
    return folder


def test_dirty_events_give_the_star_of_the_embedded_engine(scene, embedded, dirty):
    """Also those that come later, and with what our reader and Redshift refuse each."""
    scene.bucket.lay(dirty)
    for part in ("", "late/"):
        sources = path(part + "log_data"), path(part + "song_data"), "--max-rejects", 50_000
        scene.redshift.load(*sources, *DIRECT)
        embedded.load(*sources)
        expect_alike(scene.redshift, embedded, without_kind)
    assert len(places_of(scene.redshift.ledger())) > 1000
    judged = scene.redshift.run("check", "--truth", dirty / "truth.json")
    plain = embedded.run("check", "--truth", dirty / "truth.json")
    assert (judged.exit_code, judged.out) == (plain.exit_code, plain.out), f"{judged}{plain}"


def test_objects_may_be_packed_and_loads_mixed(scene, embedded):
    """What is known by key is not loaded twice, whichever way it came."""
    scene.bucket.put("one/a.json", lines_of(play(item=1), play(item=2)))
    scene.bucket.put("two/b.json.gz", gzip.compress(lines_of(play(item=2), play(item=3))))
    packed = subprocess.run(
        ["zstd", "-c"], input=lines_of(play(item=3), play(item=4)), capture_output=True, check=True
    )
    scene.bucket.put("two/c.json.zst", packed.stdout)
    scene.bucket.put("two/d.json", lines_of(play(item=5)))
    scene.bucket.put("songs/one.json", json.dumps(song("SO1", "AR1")).encode())
    for flags in ((path("one"), path("songs"), "--copy", "compact"), (path("two"), None, *DIRECT)):
        scene.redshift.load(*flags)
        embedded.load(*flags[:2])
    expect_alike(scene.redshift, embedded)
    counts = {
        row["path"]: (row["loaded_count"], row["duplicate_count"])
        for row in scene.redshift.ledger()["etl_files"]
    }
    # Which of them the repeated records are in is not known: the last ones.
    assert counts == {
        path("one/a.json"): (2, 0),
        path("songs/one.json"): (1, 0),
        path("two/b.json.gz"): (2, 0),
        path("two/c.json.zst"): (1, 1),
        path("two/d.json"): (0, 1),
    }


def put_again(bucket, key):
    """The same bytes under another ETag, as of an upload in parts."""
    stored = bucket.put(key, bucket.objects[key].read())
    stored.etag = f'{stored.etag[:-1]}-1"'


def test_known_content_takes_no_records_of_other_files_away(scene, embedded):
    """Blank lines and a song over several make it count records, and find what is known."""
    scene.bucket.put("logs/a.json", lines_of(play(item=1), b"{", play(item=2)))
    scene.bucket.put("songs/a.json", json.dumps(song("SO1", "AR1")).encode())
    sources = path("logs"), path("songs"), "--max-rejects", 1
    scene.redshift.load(*sources, "--copy", "compact")
    embedded.load(*sources)
    for key in ("logs/a.json", "songs/a.json"):
        put_again(scene.bucket, key)
    scene.bucket.put("logs/b.json", lines_of(play(item=3), b"", play(item=4), play(item=5)))
    scene.bucket.put("songs/b.json", json.dumps(song("SO2", "AR2"), indent=2).encode())
    assert "counted here" in scene.redshift.load(*sources, *DIRECT).err
    embedded.load(*sources)
    expect_alike(scene.redshift, embedded)
    assert same_files(scene.redshift.ledger()) == same_files(embedded.ledger())


def test_paths_of_ones_own_lead_to_values(scene, embedded):
    names = json.loads(lines_of(play()).decode()).keys()
    wrapped = {"data": [play(item=4, artist='Q"ö')]}
    scene.bucket.put("logs/a.json", json.dumps(wrapped).encode() + b"\n")
    listed = [f"$['data'][0]['{name}']" for name in names]
    scene.bucket.put("paths", json.dumps({"jsonpaths": listed}).encode())
    sources = path("logs"), None, "--log-jsonpath", path("paths")
    scene.redshift.load(*sources, *DIRECT)
    embedded.load(*sources)
    expect_alike(scene.redshift, embedded)
    assert scene.redshift.value("select artist from staging_events") == 'Q"ö'


def test_an_object_with_text_behind_it_is_no_record(scene, embedded):
    """COPY takes the object and refuses the text; of equal ones, only those with text must go."""
    good = event_line(play(item=1)).encode()
    other = event_line(play(item=2, length=None, artist="Ärzte")).encode()
    lines = [
        good,
        good + b" x",
        other + b"}",
        good + b'"a":1}',
        other + b" 1 2 3",
        good,
        b"x" + good,
    ]
    scene.bucket.put("logs/a.json", b"\n".join(lines))
    sources = path("logs"), None, "--max-rejects", 20
    scene.redshift.load(*sources, *DIRECT)
    embedded.load(*sources)
    expect_alike(scene.redshift, embedded)
    assert sums_of(scene.redshift.ledger()) == {
        "row_count": 7,
        "loaded_count": 1,
        "duplicate_count": 1,
        "reject_count": 5,
    }


# --- what is refused ---


def test_too_many_refused_records_change_nothing(scene, embedded):
    scene.bucket.put("logs/a.json", lines_of(play(item=1)))
    scene.redshift.load(path("logs"), None, *DIRECT)
    before = scene.redshift.content()
    bad = event_line(play(item=3, ts="yesterday")).encode()
    scene.bucket.put("logs/b.json", lines_of(play(item=2), bad, b"{", play(item=4, sessionId=None)))
    result = scene.redshift.etl(path("logs"), None, "--max-rejects", 1, *DIRECT)
    result.expect_error(TOO_MANY_REJECTS, "b.json:2:", "column ts", "1 allowed")
    assert 'value "yesterday"' in result.err and "b.json:3: Invalid value" in result.err
    assert scene.redshift.content() == before
    load = scene.redshift.loads()[-1]
    assert load["status"] == "failed" and load["rejects"] == 2
    kept = [row for row in scene.redshift.ledger()["etl_rejects"] if row["load_id"] == 2]
    assert [(row["line"], row["reason"], row["column_name"]) for row in kept] == [
        (2, "wrong_type", "ts"),
        (3, "malformed_json", None),
    ]
    (value,) = [row for row in kept if row["line"] == 2]
    assert value["raw_text"] == bad.decode()
    assert value["raw_text"][value["byte_column"] - 1 :].startswith('"yesterday"')

    scene.redshift.load(path("logs"), None, "--max-rejects", 3, *DIRECT)
    embedded.load(path("logs"), None, "--max-rejects", 3)
    scene.redshift.expect_star(embedded.star())
    scene.redshift.expect_green()
    third = [row for row in scene.redshift.ledger()["etl_rejects"] if row["load_id"] == 3]
    assert places_of({"etl_rejects": third}) == places_of(embedded.ledger())


def test_rejects_of_known_content_do_not_hide_why_a_load_was_refused(scene):
    """The second COPY fails: nothing can be staged again in the transaction that it ended."""
    scene.bucket.put("logs/a.json", lines_of(play(item=1), b"{"))
    scene.redshift.load(path("logs"), None, "--max-rejects", 1, "--copy", "compact")
    before = scene.redshift.content()
    put_again(scene.bucket, "logs/a.json")
    scene.bucket.put("logs/b.json.gz", gzip.compress(lines_of(b"{", play(item=2), b"}")))
    result = scene.redshift.etl(path("logs"), None, "--max-rejects", 1, *DIRECT)
    result.expect_error(TOO_MANY_REJECTS, "1 allowed")
    assert scene.redshift.content() == before
    assert [load["status"] for load in scene.redshift.loads()] == ["loaded", "failed"]


def test_records_are_what_max_rejects_counts(scene, embedded):
    """COPY stumbles three times in a line that is one record to us."""
    thrice = event_line(play(item=1)).encode() + b" 1 2 3"
    scene.bucket.put("logs/a.json", lines_of(thrice, play(item=2)))
    scene.bucket.put("logs/b.json.gz", gzip.compress(lines_of(play(item=3), b"{", b"{")))
    refused = scene.redshift.etl(path("logs"), None, "--max-rejects", 2, *DIRECT)
    refused.expect_error(TOO_MANY_REJECTS, "2 allowed")
    sources = path("logs"), None, "--max-rejects", 3
    scene.redshift.load(*sources, *DIRECT)
    embedded.load(*sources)
    scene.redshift.expect_star(embedded.star())
    scene.redshift.expect_green()
    assert sums_of(scene.redshift.ledger()) == sums_of(embedded.ledger())


def test_reasons_are_those_of_our_reader(scene, embedded):
    records = [
        play(item=1, status=True),
        play(item=2, status={}),
        play(item=3, status=99999999999),
        play(item=4, artist="a" * 1025),
        play(item=5, page=" "),
        play(item=6, length="long"),
        event_line(play(item=7, song="a\x00b")).encode(),
        event_line(play(item=8)).encode().replace(b"Phoenix", b"Ph\xffnix"),
        b"[1]",
        b'"text"',
        play(item=9, artist="a" * 1024 + "   ", song=" \t ", lastName="x "),
    ]
    scene.bucket.put("logs/a.json", lines_of(*records))
    sources = path("logs"), None, "--max-rejects", 20
    scene.redshift.load(*sources, *DIRECT)
    embedded.load(*sources)
    expect_alike(scene.redshift, embedded)
    assert len(places_of(embedded.ledger())) == len(records) - 1


def test_records_are_counted_where_lines_do_not_tell(scene, embedded):
    """Blank lines, and a song over several."""
    scene.bucket.put("logs/a.json", lines_of(play(item=1), b"", play(item=2), b"{", b"  ", b""))
    scene.bucket.put("logs/b.json", lines_of(play(item=3)))
    scene.bucket.put("songs/a.json", json.dumps(song("SO1", "AR1"), indent=2).encode())
    sources = path("logs"), path("songs"), "--max-rejects", 1
    assert "counted here" in scene.redshift.load(*sources, *DIRECT).err
    embedded.load(*sources)
    expect_alike(scene.redshift, embedded)


# --- what breaks ---


def test_a_link_that_breaks_anywhere_leaves_what_was(scene, embedded):
    scene.bucket.put("logs/a.json", lines_of(play(item=1)))
    scene.redshift.load(path("logs"), None, *DIRECT)
    before = scene.redshift.content()
    scene.bucket.put(
        "logs/b.json", lines_of(play(item=2), event_line(play(item=2)).encode() + b"x")
    )
    sources = path("logs"), None, "--max-rejects", 2, *DIRECT
    steps = [
        Cut("create temp table raw_staging_events"),
        Cut("copy raw_staging_events"),
        Cut("copy raw_staging_events", after=True),
        Cut("select rtrim(file_name)", after=True),
        Cut("delete from raw_staging_events", after=True),
        Cut("insert into staging_events", after=True),
        Cut("commit"),
    ]
    for cut in steps:
        scene.proxy.cut = cut
        scene.redshift.etl(*sources).expect_error(UNAVAILABLE)
        assert cut.is_done
        assert scene.redshift.content() == before, f"after {cut}"
        scene.expect_nothing_left()
    scene.redshift.load(*sources)
    embedded.load(path("logs"), None, "--max-rejects", 2)
    expect_alike(scene.redshift, embedded)


def test_what_may_not_be_written_or_read_ends_the_load(scene):
    before = scene.redshift.content()
    scene.bucket.put("logs/a.json", lines_of(play(item=1)))
    scene.cloud.deny("s3:PutObject", "staging/*")
    scene.redshift.etl(path("logs"), None, *DIRECT).expect_error(DENIED, "s3://staging")
    scene.cloud.denied.clear()
    scene.cloud.deny("s3:GetObject", f"{MUSIC}/*")
    result = scene.redshift.etl(path("logs"), None, *DIRECT)
    assert result.exit_code != OK and "copy into raw_staging_events" in result.err
    assert scene.redshift.content() == before


# --- who reads ---


def test_large_objects_are_left_to_redshift(scene, tmp_path):
    """By their size on average; nothing of them is read to choose."""
    large = b"\n" * 64_000_000
    scene.bucket.put("large/a.json", large + b"\n")
    scene.bucket.put("small/a.json", large[1:])
    scene.bucket.put("small/b.json", b"")
    scene.cloud.forget()

    def explained(key, *flags):
        return scene.redshift.etl(key, None, "--explain", *flags).expect(OK).out

    assert "-- staging_events by --copy direct: 1 object of 64.0 MB" in explained(path("large"))
    assert "by --copy compact: 2 objects of 32.0 MB" in explained(path("small"))
    assert "by --copy compact: as --copy says" in explained(path("large"), "--copy", "compact")
    assert "by --copy direct: as --copy says" in explained(path("small"), *DIRECT)
    many = explained(path("large"), "--max-rejects", 100_000)
    assert "by --copy compact: COPY bears 99,999" in many
    assert scene.cloud.count("GetObject") == 0
    (tmp_path / "a.json").write_bytes(large)
    assert "compact" in explained(tmp_path) and "does not lie in S3" in explained(tmp_path)


def test_what_is_explained_is_what_runs(scene):
    scene.bucket.put("logs/a.json", lines_of(play(item=1)))
    scene.bucket.put("logs/b.json.gz", gzip.compress(lines_of(play(item=2))))
    scene.bucket.put("songs/one.json", json.dumps(song("SO1", "AR1")).encode())
    sources = path("logs"), path("songs"), *DIRECT
    explained = scene.redshift.etl(*sources, "--explain").expect(OK)
    assert scene.redshift.value("select count(*) from etl_loads") == 0
    begun = len(scene.proxy.statements)
    scene.redshift.load(*sources)
    told = [kind_of(text) for text in explained.out.split(";\n\n") if text.strip()]
    ran = [kind_of(text) for text in scene.proxy.statements[begun:]]
    ran = ran[ran.index("begin") : ran.index("commit") + 1]

    def changes(kinds):
        return [kind for kind in kinds if not kind.startswith(("select", "set "))]

    assert changes(told) == changes(ran)
    for text in ("jsonpaths'", "maxerror 1 ", "from stl_load_errors", "from sys_load_detail"):
        assert text in words_of(explained.out), text


def test_ways_that_cannot_be_gone_are_refused(scene, tmp_path):
    (tmp_path / "a.json").write_bytes(lines_of(play(item=1)))
    scene.bucket.put("logs/a.json", lines_of(play(item=1)))
    begun = len(scene.proxy.statements)
    scene.redshift.etl(tmp_path, None, *DIRECT).expect_error(USAGE, str(tmp_path), "--copy auto")
    scene.redshift.etl(path("logs"), tmp_path, *DIRECT).expect_error(USAGE, str(tmp_path))
    many = scene.redshift.etl(path("logs"), None, "--max-rejects", 100_000, *DIRECT)
    many.expect_error(USAGE, "99,999", "--copy compact")
    scene.redshift.etl(path("logs"), None, "--copy", "both").expect_error(USAGE, "auto", "compact")
    file = Warehouse(tmp_path / "file.duckdb", **scene.cloud.environment())
    for way in ("direct", "compact"):
        file.etl(path("logs"), None, "--copy", way).expect_error(USAGE, "the warehouse is a file")
    assert not file.path.exists() and len(scene.proxy.statements) == begun
    long = "logs/" + "x" * 256 + ".json"
    scene.bucket.put(long, lines_of(play(item=1)))
    scene.redshift.etl(path("logs"), None, *DIRECT).expect_error(USAGE, "256 bytes")
    scene.redshift.load(path("logs"))
