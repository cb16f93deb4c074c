"""Warehouses that load from the tests' own S3 server, and what must never be told."""

from contextlib import contextmanager

from program import Warehouse
from s3_server import S3Server
from s3_server.server import TESTER

REAL = "udacity-dend"


def cloud_warehouse(path, server, account=TESTER, **env):
    """One whose commands ask `server` as `account`."""
    return Warehouse(path, **server.environment(account), **env)


def lay_real(server, real_data):
    """The real logs and songs, where the exercise has them."""
    bucket = server.bucket(REAL)
    bucket.lay(real_data / "log_data", "log_data/")
    bucket.lay(real_data / "song_data", "song_data/")
    bucket.lay(real_data / "log_json_path.json", "log_json_path.json")
    return bucket


@contextmanager
def serving(**how):
    with S3Server(**how) as server:
        yield server


def paths_loaded(warehouse):
    return sorted(row["path"] for row in warehouse.ledger()["etl_files"])


def expect_no_orphans(server):
    """No part is left of an upload that was neither completed nor aborted. An upload without parts
    may be: when the answer that names it is lost, nobody knows of it."""
    for name, bucket in server.buckets.items():
        left = [upload.key for upload in bucket.uploads.values() if upload.parts]
        assert not left, f"parts in {name}"


def expect_no_secret(result, *accounts):
    """Neither secret nor token is shown, nor a signature that was sent."""
    told = result.out + result.err + " ".join(map(str, result.command))
    for account in (TESTER, *accounts):
        assert account.secret not in told and (not account.token or account.token not in told)
    assert "Signature=" not in told and "X-Amz-Signature" not in told
