"""The same against moto, which others wrote: what both agree on is S3, not this project's idea."""

import boto3
import pytest
from botocore.config import Config
from clouds import REAL
from eventfiles import song, song_text
from known_counts_test import expect_known, expected_star, sources  # noqa: F401 - fixtures
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer
from program import BAD_DATA, OK, Warehouse, clean_environment, run

ACCESS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing-secret",
    "AWS_REGION": "us-west-2",
}


@pytest.fixture(scope="module")
def moto():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def client(moto):
    return boto3.client(
        "s3",
        # Of an object in parts this server names a checksum that is not of the whole; tests
        # compare bytes.
        config=Config(response_checksum_validation="when_required"),
        endpoint_url=moto,
        region_name=ACCESS["AWS_REGION"],
        aws_access_key_id=ACCESS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ACCESS["AWS_SECRET_ACCESS_KEY"],
    )


def make_bucket(client, name):
    client.create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": ACCESS["AWS_REGION"]}
    )


@pytest.fixture
def environment(moto):
    return {**ACCESS, "AWS_ENDPOINT_URL_S3": moto, "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture
def cloud(environment, tmp_path):
    return Warehouse(tmp_path / "w.duckdb", **environment)


def test_the_real_data_gives_the_known_counts(client, cloud, real_data, expected_star):  # noqa: F811
    make_bucket(client, REAL)
    for path in real_data.rglob("*.json"):
        key = path.relative_to(real_data).as_posix()
        if key.startswith(("log_data/", "song_data/", "log_json_path")):
            client.upload_file(str(path), REAL, key)
    flags = ["--log-jsonpath", f"s3://{REAL}/log_json_path.json"]
    for _ in range(2):
        cloud.load(f"s3://{REAL}/log_data", f"s3://{REAL}/song_data/", *flags)
    expect_known(cloud, expected_star)
    assert len(cloud.loads()) == 1


def test_more_than_a_page_of_songs(client, cloud):
    make_bucket(client, "songs")
    behind = s3_backends["123456789012"]["aws"]  # through HTTP it takes half a minute
    for number in range(1100):
        text = song_text(song(f"SO{number}", f"AR{number % 90}"))
        behind.put_object("songs", f"a b+c/{number}=1.json", text.encode())
    cloud.load(None, "s3://songs/a b+c/")
    assert cloud.value("select count(*) from songs") == 1100


def test_what_is_simulated_there_equals_a_folder(client, environment, tmp_path):
    make_bucket(client, "made")
    flags = ["--events", 25_000, "--users", 9_000, "--songs", 10, "--seed", 2]  # of 12 MB
    run("simulate", "--out", tmp_path / "made", *flags).expect(OK)
    run("simulate", "--out", "s3://made/x", *flags, env=clean_environment(**environment)).expect(OK)
    expected = {
        f"x/{path.relative_to(tmp_path / 'made').as_posix()}": path.read_bytes()
        for path in (tmp_path / "made").rglob("*")
        if path.is_file()
    }
    pages = client.get_paginator("list_objects_v2").paginate(Bucket="made")
    found = {
        each["Key"]: client.get_object(Bucket="made", Key=each["Key"])["Body"].read()
        for page in pages
        for each in page["Contents"]
    }
    assert found.keys() == expected.keys()
    assert all(found[key] == expected[key] for key in found)
    assert not client.list_multipart_uploads(Bucket="made").get("Uploads")


def test_what_is_not_there(client, cloud):
    make_bucket(client, "empty")
    cloud.etl("s3://empty/logs").expect_error(BAD_DATA, "s3://empty/logs")
    cloud.etl("s3://nowhere/logs").expect_error(BAD_DATA, "nowhere")
