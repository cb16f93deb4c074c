"""The program against OpenStack Swift's S3: a strict server that others wrote. Run by
scripts/test-swift, which starts it; SWIFT_URL says where it is."""

import os
from pathlib import Path

import boto3
import pytest
from cluster import ACCESS_KEY, REGION, SECRET
from conftest import real_data  # noqa: F401 - a fixture
from known_counts_test import expect_known, expected_star, sources  # noqa: F401 - fixtures
from program import BAD_DATA, DENIED, OK, Warehouse, clean_environment, run

BUCKET = "udacity-dend"
URL = os.environ["SWIFT_URL"]
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": ACCESS_KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_REGION": REGION,
    "AWS_ENDPOINT_URL_S3": URL,
}
ODD_KEYS = [
    "odd/a b+c=d.json",
    "odd/h\u00e9/\u65e5\u672c.json",
    "odd/two//slashes.json",
    "odd/a%20b.json",
]


@pytest.fixture(scope="module")
def client():
    found = boto3.client(
        "s3",
        endpoint_url=URL,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET,
    )
    found.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    return found


@pytest.fixture
def cloud(tmp_path):
    return Warehouse(tmp_path / "w.duckdb", **ENVIRONMENT)


def test_the_real_data_gives_the_known_counts(client, cloud, real_data, expected_star):  # noqa: F811
    for path in sorted(real_data.rglob("*.json")):
        key = path.relative_to(real_data).as_posix()
        if key.startswith(("log_data/", "song_data/", "log_json_path")):
            client.put_object(Bucket=BUCKET, Key=key, Body=path.read_bytes())
    flags = ["--log-jsonpath", f"s3://{BUCKET}/log_json_path.json"]
    for _ in range(2):
        # With its slash: song_data is the beginning of song_data_s3_sample, too.
        cloud.load(f"s3://{BUCKET}/log_data", f"s3://{BUCKET}/song_data/", *flags)
    expect_known(cloud, expected_star)
    assert len(cloud.loads()) == 1


def test_odd_keys(client, cloud, real_data):  # noqa: F811
    logs = sorted((real_data / "log_data").rglob("*.json"))
    for key, path in zip(ODD_KEYS, logs, strict=False):
        client.put_object(Bucket=BUCKET, Key=key, Body=path.read_bytes())
    cloud.load(f"s3://{BUCKET}/odd/")
    paths = sorted(row["path"] for row in cloud.ledger()["etl_files"])
    assert paths == sorted(f"s3://{BUCKET}/{key}" for key in ODD_KEYS)


def test_what_is_simulated_there_equals_a_folder(client, tmp_path):
    """Also in parts, of which Swift wants 5 MiB at least."""
    flags = ["--events", 60_000, "--users", 20_000, "--songs", 10, "--seed", 4]
    run("simulate", "--out", tmp_path / "made", *flags).expect(OK)
    out = f"s3://{BUCKET}/made"
    run("simulate", "--out", out, *flags, env=clean_environment(**ENVIRONMENT)).expect(OK)
    files = [path for path in Path(tmp_path / "made").rglob("*") if path.is_file()]
    assert any(path.stat().st_size > 9 << 20 for path in files)
    for path in files:
        key = f"made/{path.relative_to(tmp_path / 'made').as_posix()}"
        assert client.get_object(Bucket=BUCKET, Key=key)["Body"].read() == path.read_bytes(), key
    assert not client.list_multipart_uploads(Bucket=BUCKET).get("Uploads")


def test_refusals(client, cloud, tmp_path):
    cloud.etl(f"s3://{BUCKET}/nothing").expect_error(BAD_DATA, f"s3://{BUCKET}/nothing")
    cloud.etl("s3://no-such-bucket/logs").expect_error(BAD_DATA, "no-such-bucket")
    wrong = ENVIRONMENT | {"AWS_SECRET_ACCESS_KEY": SECRET[::-1]}
    result = Warehouse(tmp_path / "v.duckdb", **wrong).etl(f"s3://{BUCKET}/log_data")
    result.expect_error(DENIED, "SignatureDoesNotMatch")
    assert SECRET[::-1] not in result.err
