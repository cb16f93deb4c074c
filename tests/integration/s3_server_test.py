"""The tests' own S3 server, asked by boto3: what it verifies, lists, keeps and spoils."""

import time
from contextlib import contextmanager, suppress
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.client import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
)
from s3_server import Faults, S3Server
from s3_server.checksums import DIGESTS
from s3_server.server import TESTER
from s3_server.signatures import Account

ODD_KEYS = [
    "a b",
    "a+b",
    "a=b/year=2018/x",
    "100%/a%20b",
    "two//slashes///end/",
    "/front",
    "h\u00e9/\u65e5\u672c\u8a9e/\U0001f3b5",
    "q?a&b#c;d:e@f,g$h!i*j'k(l)m",
    '<a>&amp;"q"',
    "dot/./dot/../x",
    "~-_.",
    "back\\slash",
]


@pytest.fixture
def server():
    with S3Server() as found:
        yield found


def client(server, account=TESTER, retries=0, **config):
    return boto3.client(
        "s3",
        endpoint_url=server.url,
        region_name=config.pop("region", server.region),
        aws_access_key_id=account.access_key,
        aws_secret_access_key=account.secret,
        aws_session_token=account.token or None,
        config=Config(
            retries={"max_attempts": retries, "mode": "standard"},
            read_timeout=2,
            s3={"addressing_style": config.pop("style", "path")},
            **config,
        ),
    )


@contextmanager
def refused(code, status):
    with pytest.raises(ClientError) as caught:
        yield
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (
        code,
        status,
    )


@pytest.mark.parametrize("key", ODD_KEYS)
def test_any_key_is_written_listed_and_read(server, key):
    server.bucket("music")
    asked = client(server)
    asked.put_object(Bucket="music", Key=key, Body=key.encode())
    assert asked.get_object(Bucket="music", Key=key)["Body"].read() == key.encode()
    for prefix in ("", key[:1], key):
        listed = asked.list_objects_v2(Bucket="music", Prefix=prefix)["Contents"]
        assert [each["Key"] for each in listed] == [key]


def test_a_bucket_may_be_named_by_the_host(server):
    server.bucket("music").put("a b/c", b"x")
    asked = boto3.client(
        "s3",
        endpoint_url=f"http://localhost:{server.port}",
        region_name=server.region,
        aws_access_key_id=TESTER.access_key,
        aws_secret_access_key=TESTER.secret,
        config=Config(s3={"addressing_style": "virtual"}, signature_version="s3v4"),
    )
    url = asked.generate_presigned_url("get_object", {"Bucket": "music", "Key": "a b/c"})
    host = f"music.localhost:{server.port}"
    path = url.partition(host)[2]
    assert path.startswith("/a%20b/c?")
    assert urlopen(Request(server.url + path, headers={"Host": host})).read() == b"x"


def test_a_listing_comes_in_pages_of_whatever_size(server):
    bucket = server.bucket("music")
    bucket.page_size = 7
    keys = [f"k/{number:03}" for number in range(40)]
    for key in [*keys, "j", "l"]:
        bucket.put(key, b"x")
    pages = client(server).get_paginator("list_objects_v2").paginate(Bucket="music", Prefix="k/")
    found = [[each["Key"] for each in page["Contents"]] for page in pages]
    assert (sum(found, []), len(found)) == (keys, 6)
    groups = client(server).list_objects_v2(Bucket="music", Delimiter="/")
    assert [each["Prefix"] for each in groups["CommonPrefixes"]] == ["k/"]
    assert [each["Key"] for each in groups["Contents"]] == ["j", "l"]


def test_folders_and_files_are_laid_over_a_bucket(server, tmp_path):
    (tmp_path / "logs/11").mkdir(parents=True)
    (tmp_path / "logs/11/a.json").write_bytes(b"one")
    (tmp_path / "paths.json").write_bytes(b"two")
    server.bucket("music").lay(tmp_path / "logs", "log_data/").lay(
        tmp_path / "paths.json", "paths.json"
    )
    assert server.buckets["music"].keys() == ["log_data/11/a.json", "paths.json"]
    asked = client(server)
    assert asked.get_object(Bucket="music", Key="log_data/11/a.json")["Body"].read() == b"one"


def test_ranges_and_conditions(server):
    stored = server.bucket("music").put("k", b"0123456789")
    asked = client(server)

    def get(**how):
        answer = asked.get_object(Bucket="music", Key="k", **how)
        return answer["Body"].read(), answer.get("ContentRange")

    assert get(Range="bytes=2-4") == (b"234", "bytes 2-4/10")
    assert get(Range="bytes=8-99") == (b"89", "bytes 8-9/10")
    assert get(Range="bytes=-3") == (b"789", "bytes 7-9/10")
    assert get(IfMatch=stored.etag) == (b"0123456789", None)
    with refused("InvalidRange", 416):
        get(Range="bytes=10-")
    with refused("PreconditionFailed", 412):
        get(IfMatch='"other"')
    assert asked.head_object(Bucket="music", Key="k")["ContentLength"] == 10
    asked.delete_object(Bucket="music", Key="k")
    with refused("NoSuchKey", 404):
        get()
    with refused("404", 404):
        asked.head_object(Bucket="music", Key="k")


def test_the_checksum_of_an_object_is_told_to_who_asks(server):
    bucket = server.bucket("music")
    for algorithm in DIGESTS:
        stored = bucket.put(algorithm, b"123456789", algorithm)
        answer = client(server).get_object(Bucket="music", Key=algorithm, ChecksumMode="ENABLED")
        assert answer[f"Checksum{algorithm.upper()}"] == stored.checksums[algorithm]


def test_checksums_are_those_that_their_authors_publish():
    for algorithm, check in (
        ("crc32", "cbf43926"),
        ("crc32c", "e3069283"),
        ("crc64nvme", "ae8b14860a799888"),
    ):
        assert DIGESTS[algorithm](b"123456789").hex() == check


def test_an_upload_in_parts(server):
    bucket = server.bucket("music")
    asked = client(server)
    parts = [b"a" * (5 << 20), b"b" * (5 << 20), b"c"]
    for kind in ("COMPOSITE", "FULL_OBJECT"):
        upload = asked.create_multipart_upload(
            Bucket="music", Key="k", ChecksumAlgorithm="CRC32", ChecksumType=kind
        )
        name = {"Bucket": "music", "Key": "k", "UploadId": upload["UploadId"]}
        made = []
        for number, data in enumerate(parts, 1):
            part = asked.upload_part(
                **name, PartNumber=number, Body=data, ChecksumAlgorithm="CRC32"
            )
            made.append({"PartNumber": number} | {k: part[k] for k in ("ETag", "ChecksumCRC32")})
        assert len(asked.list_parts(**name)["Parts"]) == 3
        with refused("InvalidPartOrder", 400):
            asked.complete_multipart_upload(**name, MultipartUpload={"Parts": made[::-1]})
        for _ in range(2):  # the second time as after a lost answer
            asked.complete_multipart_upload(**name, MultipartUpload={"Parts": made})
        stored = bucket.objects["k"]
        assert stored.read() == b"".join(parts) and stored.etag.endswith('-3"')
        assert stored.checksums["crc32"].endswith("-3") == (kind == "COMPOSITE")
    assert not bucket.uploads


def test_an_upload_with_a_small_part_is_refused_and_may_be_aborted(server):
    bucket = server.bucket("music")
    asked = client(server)
    name = {"Bucket": "music", "Key": "k"}
    name["UploadId"] = asked.create_multipart_upload(**name)["UploadId"]
    made = []
    for number in (1, 2):
        part = asked.upload_part(**name, PartNumber=number, Body=b"small")
        made.append({"PartNumber": number, "ETag": part["ETag"]})
    with refused("EntityTooSmall", 400):
        asked.complete_multipart_upload(**name, MultipartUpload={"Parts": made})
    uploads = asked.list_multipart_uploads(Bucket="music")["Uploads"]
    assert [each["Key"] for each in uploads] == ["k"]
    asked.abort_multipart_upload(**name)
    assert not bucket.uploads and not bucket.objects
    with refused("NoSuchUpload", 404):
        asked.abort_multipart_upload(**name)


def test_who_is_not_who_they_say_is_refused(server):
    server.bucket("music").put("k", b"x")
    server.accounts["TEMP"] = Account("TEMP", "secret", "token")
    server.accounts["OLD"] = Account("OLD", "secret", "token", is_expired=True)
    name = {"Bucket": "music", "Key": "k"}
    for account, code, status in (
        (Account(TESTER.access_key, "wrong"), "SignatureDoesNotMatch", 403),
        (Account("NOBODY", "secret"), "InvalidAccessKeyId", 403),
        (Account("TEMP", "secret"), "InvalidToken", 400),
        (Account("OLD", "secret", "token"), "ExpiredToken", 400),
    ):
        with refused(code, status):
            client(server, account).get_object(**name)
    assert client(server, Account("TEMP", "secret", "token")).get_object(**name)
    server.clock_offset = 16 * 60
    with refused("RequestTimeTooSkewed", 403):
        client(server).get_object(**name)


def test_a_presigned_address_is_good_until_it_expires(server):
    server.bucket("music").put("year=2018/a b+c", b"x")
    asked = client(server, signature_version="s3v4")
    url = asked.generate_presigned_url(
        "get_object", {"Bucket": "music", "Key": "year=2018/a b+c"}, ExpiresIn=60
    )
    assert urlopen(url).read() == b"x"
    for spoilt, offset in ((url.replace("a%20b", "a%20c"), 0), (url, 61)):
        server.clock_offset = offset
        with pytest.raises(OSError, match="403"):
            urlopen(spoilt)


def test_what_was_signed_is_what_must_arrive(server):
    """A header, a query or a body that was changed on the way."""
    server.bucket("music").put("k", b"x")
    asked = client(server)

    def tamper(change):
        asked.meta.events.register_last("before-send.s3", change)
        with pytest.raises(ClientError) as caught:
            asked.put_object(Bucket="music", Key="k", Body=b"body")
        asked.meta.events.unregister("before-send.s3", change)
        return caught.value.response["Error"]["Code"]

    def add_header(request, **_):
        request.headers["x-amz-meta-more"] = "1"

    def change_header(request, **_):
        request.headers["Content-MD5"] = "other"

    def change_query(request, **_):
        request.url += "?acl="

    def change_body(request, **_):
        request.body = b"ydob"

    assert tamper(add_header) == "AccessDenied"
    assert tamper(change_header) in ("SignatureDoesNotMatch", "BadDigest")
    assert tamper(change_query) == "SignatureDoesNotMatch"
    assert tamper(change_body) == "XAmzContentSHA256Mismatch"


def test_policies(server):
    server.bucket("music").put("logs/a", b"x")
    server.bucket("open", is_public=True).put("a", b"x")
    asked = client(server)
    server.deny("s3:ListBucket", "music")
    with refused("AccessDenied", 403):
        asked.list_objects_v2(Bucket="music")
    assert asked.get_object(Bucket="music", Key="logs/a")
    with refused("AccessDenied", 403):  # and not that there is no such key
        asked.get_object(Bucket="music", Key="logs/b")
    server.deny("s3:Get*", "music/logs/*")
    with refused("AccessDenied", 403):
        asked.get_object(Bucket="music", Key="logs/a")
    with refused("NoSuchBucket", 404):
        asked.list_objects_v2(Bucket="none")
    assert urlopen(f"{server.url}/open/a").read() == b"x"
    with pytest.raises(OSError, match="403"):
        urlopen(f"{server.url}/music/logs/a")


@pytest.mark.parametrize("redirect", ["permanent", "malformed"])
def test_another_region_is_told(server, redirect):
    server.bucket("far", region="eu-west-1").put("k", b"x")
    server.redirect = redirect
    assert client(server).get_object(Bucket="far", Key="k")["Body"].read() == b"x"
    statuses = [seen.status for seen in server.seen]
    assert statuses[0] in (301, 400) and statuses[-1] == 200


def test_a_temporary_redirect_names_another_server(server):
    bucket = server.bucket("far", is_public=True)
    with S3Server() as there:
        there.bucket("far", is_public=True).put("k", b"x")
        bucket.elsewhere = there.url
        assert urlopen(f"{server.url}/far/k").read() == b"x"
        assert (server.seen[-1].status, there.count("GetObject", "k")) == (307, 1)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("slow_down", 503), ("internal_error", 500), ("unavailable", 503), ("too_many", 429)],
)
def test_a_refusal_by_chance(server, kind, status):
    server.bucket("music").put("k", b"x")
    server.faults = Faults((kind,), rate=1)
    with pytest.raises(ClientError) as caught:
        client(server).get_object(Bucket="music", Key="k")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def body_under(server, kind, **how):
    server.faults = Faults((kind,), rate=1)
    found = client(server).get_object(Bucket="music", Key="k", **how)
    assert server.seen[-1].fault == kind
    return found


@pytest.mark.parametrize(
    "kind", ["reset", "no_answer", "reset_mid_body", "short_body", "stalled_body"]
)
def test_a_transfer_that_is_cut_or_stalls(server, kind):
    server.bucket("music").put("k", b"x" * 100_000)
    began = time.monotonic()
    with pytest.raises((ConnectionClosedError, HTTPClientError, OSError)):
        body_under(server, kind)["Body"].read()
    assert (time.monotonic() - began > 1.5) == (kind == "stalled_body")


def test_bodies_that_are_not_what_was_asked_for(server):
    data = bytes(range(200))
    bucket = server.bucket("music")
    stored = bucket.put("k", data)
    assert len(body_under(server, "short_length")["Body"].read()) == 100
    assert len(body_under(server, "long_body")["Body"].read()) > 200
    assert body_under(server, "wrong_etag")["ETag"] != stored.etag
    stored = bucket.put("k", data, "crc32")
    wrong = body_under(server, "wrong_checksum", ChecksumMode="ENABLED")
    assert wrong["ChecksumCRC32"] != stored.checksums["crc32"]
    with pytest.raises(Exception, match="checksum"):
        body_under(server, "corrupt_body", ChecksumMode="ENABLED")["Body"].read()
    other = body_under(server, "wrong_range", Range="bytes=5-9")
    assert other["ContentRange"] == "bytes 4-8/200" and other["Body"].read() == data[4:9]
    assert body_under(server, "ignored_range", Range="bytes=5-9")["Body"].read() == data


def test_chance_is_the_same_for_the_same_seed(server):
    bucket = server.bucket("music")
    for number in range(30):
        bucket.put(f"k{number}", b"x")

    def statuses(order, seed):
        server.forget()
        server.faults = Faults(("slow_down", "internal_error"), seed=seed)
        asked = client(server)
        for number in order:
            with suppress(ClientError):
                asked.get_object(Bucket="music", Key=f"k{number}")
        return {seen.key: seen.status for seen in server.seen}

    first = statuses(range(30), 1)
    assert statuses(reversed(range(30)), 1) == first != statuses(range(30), 2)
    assert 4 <= sum(status != 200 for status in first.values()) <= 18


def test_no_more_faults_in_a_row_than_allowed(server):
    server.bucket("music").put("k", b"x")
    server.faults = Faults(("slow_down",), rate=1, most_in_a_row=2)
    assert client(server, retries=2).get_object(Bucket="music", Key="k")
    assert [seen.status for seen in server.seen] == [503, 503, 200]


def test_something_may_be_arranged_to_happen_between_two_requests(server):
    bucket = server.bucket("music")
    bucket.page_size = 2
    for key in "abcd":
        bucket.put(key, b"x")
    server.when("ListObjectsV2", 2, lambda: (bucket.remove("c"), bucket.put("e", b"x")))
    pages = client(server).get_paginator("list_objects_v2").paginate(Bucket="music")
    assert [each["Key"] for page in pages for each in page["Contents"]] == ["a", "b", "d", "e"]


def test_a_server_that_vanishes_refuses_connections(server):
    server.bucket("music").put("k", b"x")
    asked = client(server)
    assert asked.get_object(Bucket="music", Key="k")
    server.vanish()
    with pytest.raises((HTTPClientError, ConnectionClosedError, EndpointConnectionError)):
        asked.get_object(Bucket="music", Key="k")
