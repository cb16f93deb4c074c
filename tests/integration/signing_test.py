"""Signatures beside those that botocore, Amazon's own, computes for the same requests."""

import datetime
import random
from urllib.parse import parse_qsl, quote, urlsplit

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from probe import sign

COUNT = 400
REGIONS = ["us-east-1", "us-west-2", "eu-central-1", "cn-north-1"]
SERVICES = ["sts", "redshift", "ec2", "es", "redshift-data", "secretsmanager"]
LETTERS = "abcXYZ019-._~ +=%&?#/:;,@$!*'()[]{}|^\"<>`\\\u00e9\u65e5\U0001f3b5"


def text(random_source, most, letters=LETTERS):
    return "".join(random_source.choices(letters, k=random_source.randint(0, most)))


def encode(words, safe=""):
    return quote(words.encode(), safe=safe + "~")


def a_path(random_source):
    parts = random_source.choices(["", ".", "..", "a", "year=2018", "x y"], k=5)
    parts += [text(random_source, 12).replace("/", "") for _ in range(2)]
    random_source.shuffle(parts)
    return "/" + encode("/".join(parts), safe="/")


def a_query(random_source):
    names = {text(random_source, 6) or "list-type" for _ in range(random_source.randint(0, 4))}
    pairs = [f"{encode(name)}={encode(text(random_source, 9))}" for name in sorted(names)]
    random_source.shuffle(pairs)
    if random_source.random() < 0.2:
        pairs.append("uploads")
    return "&".join(pairs)


def a_request(random_source, service):
    query = a_query(random_source)
    host = random_source.choice(
        ["h.example.com", "b.s3.amazonaws.com:443", "127.0.0.1:9000", "h.example.com:8443"]
    )
    headers = {"Range": "bytes=0-99", "X-Amz-Meta-A": "  two   words ", "x-amz-acl": "private"}
    chosen = random_source.sample(sorted(headers), random_source.randint(0, 3))
    return {
        "method": random_source.choice(["GET", "PUT", "POST", "DELETE", "HEAD"]),
        "url": f"https://{host}{a_path(random_source)}{'?' + query if query else ''}",
        "headers": [[name, headers[name]] for name in chosen],
        "body_hex": random_source.randbytes(random_source.choice([0, 0, 1, 300])).hex(),
        "key": "AKIDEXAMPLE",
        "secret": text(random_source, 40, "abcXYZ019/+") or "s",
        "token": random_source.choice(["", text(random_source, 60, "abcXYZ019/+=") or "t"]),
        "region": random_source.choice(REGIONS),
        "service": service,
        "time": random_source.randint(1_400_000_000, 2_000_000_000),
    }


@pytest.fixture
def requests():
    # Other requests each day, the same when they are looked into.
    seed = datetime.date.today().toordinal()
    print(f"seed {seed}")
    random_source = random.Random(seed)
    return [
        a_request(random_source, random_source.choice(["s3", "s3", random_source.choice(SERVICES)]))
        for _ in range(COUNT)
    ]


def by_botocore(request, signer, monkeypatch, *more):
    """The same request, signed there."""
    theirs = AWSRequest(
        request["method"],
        request["url"],
        headers=dict(request["headers"]),
        data=bytes.fromhex(request["body_hex"]),
    )
    now = datetime.datetime.fromtimestamp(request["time"], datetime.UTC)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_: now)
    credentials = Credentials(request["key"], request["secret"], request["token"] or None)
    signer(credentials, request["service"], request["region"], *more).add_auth(theirs)
    return theirs


def test_headers_are_signed_as_botocore_signs_them(requests, monkeypatch):
    for request, ours in zip(requests, sign(requests), strict=True):
        is_s3 = request["service"] == "s3"
        signer = botocore.auth.S3SigV4Auth if is_s3 else botocore.auth.SigV4Auth
        theirs = by_botocore(request, signer, monkeypatch).headers
        given = {name.lower() for name, _ in request["headers"]}
        for name, value in theirs.items():
            if name.lower() not in given:
                found = {key.lower(): value for key, value in ours.items()}.get(name.lower())
                assert found == value, f"{name} of {request}"


def test_urls_are_signed_as_botocore_signs_them(requests, monkeypatch):
    # botocore puts a body's fields into the query instead.
    requests = [dict(request, lifetime=3600, body_hex="") for request in requests]
    for request, ours in zip(requests, sign(requests), strict=True):
        is_s3 = request["service"] == "s3"
        signer = botocore.auth.S3SigV4QueryAuth if is_s3 else botocore.auth.SigV4QueryAuth
        theirs = by_botocore(request, signer, monkeypatch, 3600).url
        assert urlsplit(ours["url"]).path == urlsplit(theirs).path
        found, wanted = (
            sorted(parse_qsl(urlsplit(url).query, keep_blank_values=True))
            for url in (ours["url"], theirs)
        )
        assert found == wanted, str(request)
