"""What S3 refuses, told: which permission on what is missing, what is not there, whose clock is
wrong. Nothing is loaded, and nothing secret is said."""

import pytest
from clouds import cloud_warehouse, expect_no_secret
from eventfiles import as_bytes, event_line, play
from program import BAD_DATA, DENIED, OK, UNAVAILABLE, USAGE, Warehouse
from s3_server import S3Server
from s3_server.server import TESTER
from s3_server.signatures import Account

LOG = as_bytes(map(event_line, [play(user=1, session=1)]))
TEMPORARY = Account("ASIAEXAMPLE", "temporary/secret+EXAMPLEKEY/of+forty+chars", "token/EXAMPLE==")


@pytest.fixture
def server():
    with S3Server() as found:
        found.bucket("music").put("logs/a.json", LOG)
        found.accounts[TEMPORARY.access_key] = TEMPORARY
        yield found


def refused(server, tmp_path, exit_code, *texts, path="s3://music/logs", account=TESTER, **env):
    """The result of a load that must be refused, within a few seconds."""
    cloud = cloud_warehouse(tmp_path / "w.duckdb", server, account, **env)
    result = cloud.etl(path)
    result.expect_error(exit_code, *texts)
    expect_no_secret(result, TEMPORARY)
    assert result.seconds < 10, "nothing that will not pass is tried again"
    assert "hint: " in result.err, str(result)
    return result


def test_listing_that_is_denied_names_permission_and_bucket(server, tmp_path):
    server.deny("s3:ListBucket", "music")
    refused(server, tmp_path, DENIED, "s3:ListBucket", "music")


def test_reading_that_is_denied_names_permission_and_object(server, tmp_path):
    server.deny("s3:GetObject", "music/logs/*")
    refused(server, tmp_path, DENIED, "s3:GetObject", "s3://music/logs/a.json")


def test_one_object_that_is_denied_refuses_the_load(server, tmp_path):
    bucket = server.buckets["music"]
    for number in range(30):
        bucket.put(f"logs/{number}.json", LOG)
    server.deny("s3:GetObject", "music/logs/17.json")
    refused(server, tmp_path, DENIED, "s3:GetObject", "s3://music/logs/17.json")
    cloud = cloud_warehouse(tmp_path / "w.duckdb", server)
    server.denied.clear()
    cloud.load("s3://music/logs")


def test_a_bucket_that_is_not_there(server, tmp_path):
    refused(server, tmp_path, BAD_DATA, "no-such", path="s3://no-such/logs")


def test_a_prefix_under_which_nothing_is(server, tmp_path):
    refused(server, tmp_path, BAD_DATA, "s3://music/lags", path="s3://music/lags")


def test_a_jsonpaths_file_that_is_not_there(server, tmp_path):
    cloud = cloud_warehouse(tmp_path / "w.duckdb", server)
    result = cloud.etl("s3://music/logs", None, "--log-jsonpath", "s3://music/paths.json")
    result.expect_error(BAD_DATA, "s3://music/paths.json")


def test_a_path_without_a_bucket(server, tmp_path):
    refused(server, tmp_path, USAGE, "s3://", path="s3://")


def test_a_secret_that_is_wrong(server, tmp_path):
    wrong = Account(TESTER.access_key, TESTER.secret[::-1])
    result = refused(server, tmp_path, DENIED, "SignatureDoesNotMatch", account=wrong)
    expect_no_secret(result, wrong)


def test_a_key_that_nobody_knows(server, tmp_path):
    unknown = Account("AKIAUNKNOWN", "secret/unknown")
    result = refused(server, tmp_path, DENIED, "AKIAUNKNOWN", account=unknown)
    expect_no_secret(result, unknown)


def test_a_token_that_has_expired(server, tmp_path):
    server.accounts[TEMPORARY.access_key].is_expired = True
    try:
        refused(server, tmp_path, DENIED, "expired", account=TEMPORARY)
    finally:
        TEMPORARY.is_expired = False


def test_temporary_credentials_are_good(server, tmp_path):
    cloud = cloud_warehouse(tmp_path / "w.duckdb", server, TEMPORARY)
    expect_no_secret(cloud.load("s3://music/logs"), TEMPORARY)


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_that_is_wrong_is_told(server, tmp_path, minutes):
    server.clock_offset = minutes * 60
    cloud = cloud_warehouse(tmp_path / "w.duckdb", server)
    result = cloud.etl("s3://music/logs")
    result.expect_error(DENIED, "clock")
    assert "20 minutes" in result.err or "minutes" in result.err, str(result)


def test_no_credentials_at_all(server, tmp_path):
    result = refused(server, tmp_path, DENIED, "credentials", account=None)
    assert "AWS_ACCESS_KEY_ID" in result.err or "--no-sign-request" in result.err, str(result)


def test_a_bucket_that_is_not_public_asked_without_credentials(server, tmp_path):
    nobody = cloud_warehouse(tmp_path / "w.duckdb", server, account=None)
    result = nobody.etl("s3://music/logs", None, "--no-sign-request")
    result.expect_error(DENIED, "s3:ListBucket", "music")


def test_a_server_that_is_not_there(tmp_path):
    with S3Server() as server:
        env = server.environment()
    cloud = Warehouse(tmp_path / "w.duckdb", **env)
    result = cloud.etl("s3://music/logs").expect_error(UNAVAILABLE, env["AWS_ENDPOINT_URL_S3"])
    assert result.seconds < 10
    expect_no_secret(result)


def test_a_server_that_is_no_s3(tmp_path):
    """Something else answers at the endpoint."""
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    class Other(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            body = b"<!DOCTYPE html><html><body>Welcome!</body></html>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    other = HTTPServer(("127.0.0.1", 0), Other)
    Thread(target=other.serve_forever, daemon=True).start()
    try:
        with S3Server() as server:
            env = server.environment()
        env["AWS_ENDPOINT_URL_S3"] = f"http://127.0.0.1:{other.server_port}"
        result = Warehouse(tmp_path / "w.duckdb", **env).etl("s3://music/logs")
        assert result.exit_code not in (OK, 70), str(result)
        assert "s3://music/logs" in result.err or env["AWS_ENDPOINT_URL_S3"] in result.err
    finally:
        other.shutdown()


def test_a_refused_load_leaves_what_was_there(server, tmp_path):
    cloud = cloud_warehouse(tmp_path / "w.duckdb", server)
    cloud.load("s3://music/logs")
    before = cloud.content()
    server.buckets["music"].put("logs/b.json", LOG.replace(b'"sessionId":1', b'"sessionId":2'))
    server.deny("s3:GetObject", "music/logs/b.json")
    cloud.etl("s3://music/logs").expect_error(DENIED, "s3:GetObject")
    assert cloud.content() == before
    cloud.expect_green()
