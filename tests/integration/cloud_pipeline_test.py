"""From nothing to a loaded cluster and back, as docs/redshift.md walks: the stack at moto, whose
address leads to `sparkify serve`, and S3 behind that."""

import json
import socket
from contextlib import ExitStack

import pytest
from certificates import make_certificate
from clouds import REAL, lay_real
from motos import Moto
from program import OK, Warehouse, run
from s3_server import S3Server
from s3_server.signatures import Account
from served import Served

PASSWORD = "Rotated-0"


def free_port():
    """One of those that Redshift listens on."""
    for port in [*range(5431, 5456), *range(8191, 8216)]:
        with socket.socket() as taken:
            if taken.connect_ex(("127.0.0.1", port)) != 0:
                return port
    pytest.fail("no port is free")


def settings(port):
    return f"""\
[DWH]
DWH_NODE_TYPE          = rg.large
DWH_CLUSTER_IDENTIFIER = dwhCluster
DWH_DB                 = dwh
DWH_DB_USER            = dwhuser
DWH_DB_PASSWORD        = Passw0rd
DWH_PORT               = {port}
DWH_IAM_ROLE_NAME      = dwhRole

[WAREHOUSE]
PATH = redshift://

[S3]
LOG_DATA = 's3://{REAL}/log_data'
SONG_DATA = 's3://{REAL}/song_data'
STAGING = s3://staging/parts
"""


@pytest.fixture
def begun():
    """What is to end with the test, also when it fails."""
    with ExitStack() as stack:
        yield stack


def test_setup_tables_load_checks_queries_and_back_to_nothing(tmp_path, real_data, begun):
    moto, cloud = Moto(), begun.enter_context(S3Server())
    begun.callback(moto.server.stop)
    begun.callback(moto.serverless.stop)
    port, config = free_port(), tmp_path / "dwh.cfg"
    config.write_text(settings(port))
    config.chmod(0o600)
    account = Account(moto.keys["aws_access_key_id"], moto.keys["aws_secret_access_key"])
    cloud.accounts = {account.access_key: account}
    environment = moto.environment() | {
        **cloud.environment(account),
        "PGHOSTADDR": "127.0.0.1",  # where the cluster's name would lead
    }

    def sparkify(*words, **more):
        done = run(*words, cwd=tmp_path, env=environment | more).expect(OK)
        assert account.secret not in done.out + done.err and PASSWORD not in done.out + done.err
        return done

    lay_real(cloud, real_data)
    staging = cloud.bucket("staging")
    sparkify("setup", "--yes")
    (cluster,) = moto.client("redshift").describe_clusters()["Clusters"]

    # The password has been changed since, by Secrets Manager.
    secret = {"username": "dwhuser", "password": PASSWORD}
    made = moto.client("secretsmanager").create_secret(
        Name="dwhuser", SecretString=json.dumps(secret)
    )
    config.write_text(config.read_text() + f"\n[CLUSTER]\nSECRET_ARN = {made['ARN']}\n")
    (tmp_path / "password").write_text(PASSWORD)
    user = ["serve", "user", "add", "dwhuser", "--warehouse", tmp_path / "served.duckdb"]
    run(*user, "--password-file", tmp_path / "password").expect(OK)
    _, certificate = make_certificate(tmp_path, cluster["Endpoint"]["Address"])
    flags = ["--tls-cert", certificate, "--tls-key", tmp_path / "key.pem"]
    served = Served(tmp_path, *flags, port=port, **cloud.environment(account))
    begun.callback(served.process.kill)

    environment["PGSSLROOTCERT"] = str(certificate)
    sparkify("create-tables", "--yes")
    sparkify("etl")
    sparkify("check")
    counted = "select count(*) from songplays"
    found = sparkify("sql", "--format", "csv", counted).out
    embedded = Warehouse(tmp_path / "embedded.duckdb", **cloud.environment(account))
    embedded.load(f"s3://{REAL}/log_data", f"s3://{REAL}/song_data")
    assert found.split() == ["count", str(embedded.value(counted))]
    assert staging.keys() == []

    served.stop().expect(OK)
    cleaned = sparkify("clean", "--yes")
    assert cleaned.out.endswith("0 left\n")
    assert not moto.client("redshift").describe_clusters()["Clusters"]
    moto.verify(None)
