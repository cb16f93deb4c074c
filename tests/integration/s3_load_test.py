"""`etl` from S3: the known counts of the real data, prefixes, odd keys, what is fetched again."""

import pytest
from certificates import make_certificate
from clouds import REAL, cloud_warehouse, expect_no_secret, lay_real, paths_loaded
from eventfiles import as_bytes, event_line, play, song, song_text, write, write_events
from known_counts_test import expect_known, expected_star, sources  # noqa: F401 - fixtures
from program import BAD_DATA, OK, UNAVAILABLE, Warehouse
from s3_server import S3Server

ODD_KEYS = [
    "logs/with space.json",
    "logs/a+b.json",
    "logs/year=2018/month=11/x.json",
    "logs/100%.json",
    "logs/a%20b.json",
    "logs/two//slashes///x.json",
    "logs/./dot/../x.json",
    "logs/h\u00e9llo-\u65e5\u672c\u8a9e-\U0001f3b5.json",
    "logs/e\u0301.json",  # composed in two characters
    "logs/q?a&b#c;d:e@f,g$h!i*j'k(l)m.json",
    'logs/<a>&amp;"q".json',
    "logs/back\\slash.json",
    "logs/%2e%2e/%.json",
    "logs/UPPER.JSON",
    "logs/\ttab.json",
]


@pytest.fixture
def server():
    with S3Server() as found:
        yield found


@pytest.fixture
def cloud(server, tmp_path):
    """A warehouse that does not exist yet."""
    return cloud_warehouse(tmp_path / "w.duckdb", server)


def log_of(session):
    return as_bytes(map(event_line, [play(user=1, session=session)]))


def load_real(warehouse, *flags):
    return warehouse.load(f"s3://{REAL}/log_data", f"s3://{REAL}/song_data", *flags)


# --- the real data ---------------------------------------------------------------------------


def test_the_real_data_gives_the_known_counts(server, cloud, real_data, expected_star):  # noqa: F811
    lay_real(server, real_data)
    result = load_real(cloud, "--log-jsonpath", f"s3://{REAL}/log_json_path.json")
    expect_known(cloud, expected_star)
    expect_no_secret(result)
    (load,) = cloud.loads()
    assert (load["files_loaded"], load["rows_read"], load["rejects"]) == (101, 8056 + 71, 0)
    assert {seen.status for seen in server.seen} <= {200, 206}


def test_pages_of_a_few_keys_give_the_known_counts(server, cloud, real_data, expected_star):  # noqa: F811
    lay_real(server, real_data).page_size = 7
    load_real(cloud)
    expect_known(cloud, expected_star)
    assert server.count("ListObjectsV2") >= 5 + 11


def test_what_is_loaded_is_not_fetched_again(server, cloud, real_data):
    bucket = lay_real(server, real_data)
    load_real(cloud)
    assert server.count("GetObject") >= 101
    before = cloud.digest()

    server.forget()
    load_real(cloud)
    assert server.count("GetObject") == 0
    assert cloud.digest() == before

    changed = "log_data/2018/11/2018-11-30-events.json"
    bucket.put(changed, bucket.objects[changed].read() + b"\n" + log_of(9_000))
    bucket.put("log_data/2018/12/2018-12-01-events.json", log_of(9_001))
    server.forget()
    load_real(cloud)
    fetched = {seen.key for seen in server.requests("GetObject")}
    assert fetched == {changed, "log_data/2018/12/2018-12-01-events.json"}
    assert cloud.value("select count(*) from events") == 8056 + 2
    cloud.expect_green()


def test_the_same_bytes_written_again_are_loaded_once(server, cloud, real_data):
    """Another ETag, as of an upload in parts, but the content that the ledger knows."""
    bucket = lay_real(server, real_data)
    load_real(cloud)
    for key in bucket.keys():
        stored = bucket.put(key, bucket.objects[key].read())
        stored.etag = f'{stored.etag[:-1]}-1"'
    load_real(cloud)
    assert cloud.value("select count(*) from events") == 8056
    cloud.expect_green()


def test_a_disk_and_a_bucket_may_be_loaded_together(server, cloud, real_data, expected_star):  # noqa: F811
    lay_real(server, real_data)
    cloud.load(real_data / "log_data", f"s3://{REAL}/song_data")
    expect_known(cloud, expected_star)


# --- what a path means -----------------------------------------------------------------------


def test_a_prefix_is_any_beginning_of_keys(server, cloud):
    bucket = server.bucket("music")
    for number, key in enumerate(
        ["logs/11/a.json", "logs/12/b.json", "logs_old/c.json", "log.json", "other/logs/d.json"]
    ):
        bucket.put(key, log_of(number))
    for path, count in (
        ("s3://music/logs/11/a.json", 1),
        ("s3://music/logs/1", 2),
        ("s3://music/logs", 3),
        ("s3://music/log", 4),
        ("s3://music", 5),
        ("s3://music/", 5),
    ):
        cloud.path.unlink(missing_ok=True)
        cloud.load(path)
        assert cloud.value("select count(*) from events") == count, path


def test_markers_of_folders_are_passed_over(server, cloud):
    bucket = server.bucket("music")
    bucket.put("logs/", b"")
    bucket.put("logs/11/", b"")
    bucket.put("logs/11/a.json", log_of(1))
    cloud.load("s3://music/logs/")
    assert paths_loaded(cloud) == ["s3://music/logs/11/a.json"]


def test_odd_keys_are_loaded_and_known_again(server, cloud):
    bucket = server.bucket("music")
    for number, key in enumerate(ODD_KEYS):
        bucket.put(key, log_of(number))
    cloud.load("s3://music/logs/")
    assert cloud.value("select count(*) from events") == len(ODD_KEYS)
    assert paths_loaded(cloud) == sorted(f"s3://music/{key}" for key in ODD_KEYS)
    server.forget()
    cloud.load("s3://music/logs/")
    assert server.count("GetObject") == 0


@pytest.mark.parametrize("key", ODD_KEYS)
def test_an_odd_key_alone_is_loaded(server, cloud, key):
    server.bucket("music").put(key, log_of(1))
    cloud.load(f"s3://music/{key}")
    assert paths_loaded(cloud) == [f"s3://music/{key}"]


def test_compressed_objects_are_read_as_such(server, cloud, tmp_path):
    bucket = server.bucket("music")
    for number, suffix in enumerate(["", ".gz", ".zst"]):
        lines = [play(user=1, session=100 * number + n) for n in range(50)]
        path = write_events(tmp_path / f"a.json{suffix}", lines)
        bucket.put(f"logs/a.json{suffix}", path.read_bytes())
    songs = write(tmp_path / "songs.json.gz", song_text(song("SO1", "AR1")).encode())
    bucket.put("songs/1.json.gz", songs.read_bytes())
    cloud.load("s3://music/logs", "s3://music/songs")
    assert cloud.value("select count(*) from events") == 150
    assert cloud.value("select count(*) from songs") == 1


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_objects_that_end_too_early_are_refused(server, cloud, tmp_path, suffix):
    whole = write_events(tmp_path / f"a{suffix}", [play(session=n) for n in range(500)])
    data = whole.read_bytes()
    server.bucket("music").put(f"logs/a.json{suffix}", data[: len(data) // 2])
    result = cloud.etl("s3://music/logs")
    result.expect_error(BAD_DATA, f"s3://music/logs/a.json{suffix}")


def test_an_empty_object_is_a_file_without_records(server, cloud):
    bucket = server.bucket("music")
    bucket.put("logs/empty.json", b"")
    bucket.put("logs/full.json", log_of(1))
    cloud.load("s3://music/logs")
    assert cloud.value("select count(*) from events") == 1
    assert len(paths_loaded(cloud)) == 2


def test_a_bad_record_is_told_with_its_object_and_line(server, cloud):
    server.bucket("music").put("logs/a b.json", log_of(1) + b'\n{"ts": "yesterday"}\n')
    result = cloud.etl("s3://music/logs")
    (reject,) = cloud.query("select file, line from etl_rejects") or [None]
    assert reject == {"file": "s3://music/logs/a b.json", "line": 2}, str(result)


# --- whom to ask, and where --------------------------------------------------------------------


@pytest.mark.parametrize("redirect", ["permanent", "temporary", "malformed"])
def test_a_bucket_of_another_region_is_found(server, cloud, redirect):
    server.redirect = redirect
    server.bucket("far", region="eu-central-1").put("logs/a.json", log_of(1))
    cloud.load("s3://far/logs")
    assert cloud.value("select count(*) from events") == 1
    # It is asked for in vain once, not for every object.
    assert sum(seen.status in (301, 307, 400) for seen in server.seen) == 1


def test_another_server_gets_no_signature_though_this_one_sends_us_there(server, cloud):
    """A redirect that names no region but a host of its own: as AWS's tools, we do not go there."""
    bucket = server.bucket("new")
    with S3Server() as there:
        bucket.elsewhere = there.url
        result = cloud.etl("s3://new/logs")
        result.expect_error(UNAVAILABLE, "s3://new/logs", there.url.removeprefix("http://"))
        assert there.seen == []


def test_a_public_bucket_is_read_without_credentials(server, tmp_path):
    server.bucket("open", is_public=True).put("logs/a.json", log_of(1))
    nobody = cloud_warehouse(tmp_path / "w.duckdb", server, account=None)
    nobody.load("s3://open/logs", None, "--no-sign-request")
    assert nobody.value("select count(*) from events") == 1
    assert not any("authorization" in seen.headers for seen in server.seen)


def test_the_bucket_may_be_part_of_the_host(server, tmp_path):
    server.bucket("music").put("logs/a b.json", log_of(1))
    config = tmp_path / "config"
    config.write_text("[default]\ns3 =\n  addressing_style = virtual\n")
    env = {
        "AWS_CONFIG_FILE": str(config),
        "AWS_ENDPOINT_URL_S3": f"http://localhost:{server.port}",
    }
    cloud = Warehouse(tmp_path / "w.duckdb", **(server.environment() | env))
    cloud.load("s3://music/logs")
    assert {seen.headers["host"] for seen in server.seen} == {f"music.localhost:{server.port}"}


def test_a_server_with_a_certificate_is_believed_by_it(tmp_path):
    context, authority = make_certificate(tmp_path)
    with S3Server(tls=context) as server:
        server.bucket("music").put("logs/a.json", log_of(1))
        trusting = cloud_warehouse(tmp_path / "w.duckdb", server, AWS_CA_BUNDLE=str(authority))
        trusting.load("s3://music/logs")
        assert trusting.value("select count(*) from events") == 1
        wary = cloud_warehouse(tmp_path / "v.duckdb", server)
        assert wary.etl("s3://music/logs").exit_code not in (OK, 70)
        assert server.count("GetObject") == 1
