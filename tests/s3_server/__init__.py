"""A small S3 server for the tests: it verifies every signature with botocore and fails on demand.

    with S3Server() as server:
        bucket = server.bucket("music")
        bucket.put("logs/a.json", b"...")
        run("etl", "--log-data", "s3://music/logs", env=clean_environment(**server.environment()))
        assert server.count("GetObject") == 1

`PYTHONPATH=tests .deps/venv/bin/python -m s3_server --help` serves folders until it is stopped.
"""

from s3_server.faults import KINDS, Faults
from s3_server.server import S3Server
from s3_server.storage import Bucket, Stored

__all__ = ["KINDS", "Bucket", "Faults", "S3Server", "Stored"]
