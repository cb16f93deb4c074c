"""`setup`, `cluster` and `clean` against moto, which others wrote. It verifies signatures and the
user's policy, and its stacks leave clusters and groups behind when they go: the sweep's task."""

import ast
import re

import pytest
from motos import REGION, Moto
from program import CHECK_FAILED, DENIED, OK, USAGE, run

ACCOUNT = "123456789012"
SEED = """\
[AWS]
KEY=
SECRET=

[DWH]
DWH_CLUSTER_TYPE       = multi-node
DWH_NUM_NODES          = 4
DWH_NODE_TYPE          = rg.large
DWH_CLUSTER_IDENTIFIER = dwhCluster
DWH_DB                 = dwh
DWH_DB_USER            = dwhuser
DWH_DB_PASSWORD        = Passw0rd
DWH_PORT               = 5439
DWH_IAM_ROLE_NAME      = dwhRole

[S3]
LOG_DATA='s3://udacity-dend/log_data'
SONG_DATA='s3://udacity-dend/song_data'
LOG_JSONPATH='s3://udacity-dend/log_json_path.json'
"""


@pytest.fixture(scope="module")
def moto():
    moto = Moto()
    yield moto
    moto.verify(None)
    moto.server.stop()
    moto.serverless.stop()


@pytest.fixture
def sparkify(moto, tmp_path):
    """Runs the program in a folder of its own; afterwards nothing is left in the account."""

    def call(*words, keys=None, **how):
        result = run(*words, cwd=tmp_path, env=moto.environment(keys), **how)
        secrets = [moto.keys["aws_secret_access_key"], "Passw0rd"]
        assert not any(secret in result.out + result.err for secret in secrets), str(result)
        return result

    yield call
    call("clean", "--yes").expect(OK)


def names(moto):
    """What lies in the account of what a warehouse is made of."""
    redshift, ec2, iam = moto.client("redshift"), moto.client("ec2"), moto.client("iam")
    return {
        "clusters": [c["ClusterIdentifier"] for c in redshift.describe_clusters()["Clusters"]],
        "subnets": [
            group["ClusterSubnetGroupName"]
            for group in redshift.describe_cluster_subnet_groups()["ClusterSubnetGroups"]
        ],
        "parameters": [
            group["ParameterGroupName"]
            for group in redshift.describe_cluster_parameter_groups()["ParameterGroups"]
            if not group["ParameterGroupName"].startswith("default.")
        ],
        "groups": [
            group["GroupName"]
            for group in ec2.describe_security_groups()["SecurityGroups"]
            if group["GroupName"] != "default"
        ],
        "roles": [role["RoleName"] for role in iam.list_roles()["Roles"]],
    }


def test_from_nothing_to_a_cluster_and_back(moto, sparkify, tmp_path):
    (tmp_path / "dwh.cfg").write_text(SEED)
    (tmp_path / "dwh.cfg").chmod(0o600)
    dry = sparkify("setup", "--dry-run", "--ttl", "4h").expect(OK)
    assert "create stack dwhcluster" in dry.out and f"account {ACCOUNT}" in dry.out
    assert "$1.52 an hour" in dry.out and "$1109.60 a month" in dry.out
    assert re.search("AdminPassword +set, not shown", dry.out) and "sparkify:expires-at" in dry.out
    assert not any(names(moto).values())

    done = sparkify("setup", "--ttl", "4h", text="yes\n").expect(OK, "CREATE_COMPLETE", "private")
    assert done.err.count("nothing but") == 1, "the warning that nothing removes it"
    (cluster,) = moto.client("redshift").describe_clusters()["Clusters"]
    assert (cluster["NumberOfNodes"], cluster["NodeType"]) == (4, "rg.large")
    assert (cluster["DBName"], cluster["MasterUsername"]) == ("dwh", "dwhuser")
    assert cluster["Encrypted"] and not cluster["PubliclyAccessible"]
    text = (tmp_path / "dwh.cfg").read_text()
    assert f"DWH_ENDPOINT={cluster['Endpoint']['Address']}\n" in text
    assert f"DWH_ROLE_ARN=arn:aws:iam::{ACCOUNT}:role/dwhRole\n" in text
    assert (
        "DWH_NUM_NODES          = 4\n" in text and (tmp_path / "dwh.cfg").stat().st_mode == 0o100600
    )

    sparkify("setup").expect(OK, "no change")
    assert (tmp_path / "dwh.cfg").read_text() == text
    change = sparkify("setup", "--nodes", "2", "--dry-run").expect(OK)
    assert "NodeCount  4 -> 2" in change.out and "$0.76 an hour" in change.out
    sparkify("setup", "--nodes", "2", "--yes").expect(OK, "UPDATE_COMPLETE")

    sparkify("clean", text="dwh\n").expect(USAGE, "nothing was removed")
    assert names(moto)["clusters"]
    cleaned = sparkify("clean", text="dwhcluster\nyes\n").expect(OK, "removed cluster")
    assert cleaned.out.endswith("0 left\n") and "the stack left behind" in cleaned.out
    assert not any(names(moto).values())


def test_the_role_reads_the_given_prefixes_alone(moto, sparkify, tmp_path):
    (tmp_path / "dwh.cfg").write_text(
        "[S3]\nLOG_DATA=s3://music/logs\nSONG_DATA=/disk/songs\nSTAGING=s3://mine/parts//\n"
    )
    sparkify("setup", "--yes", "--read", "s3://songs/a b/, s3://music/paths.json").expect(OK)
    iam = moto.client("iam")
    policy = iam.get_role_policy(RoleName="sparkify-redshift", PolicyName="read")["PolicyDocument"]
    if isinstance(policy, str):  # of a stack's role moto keeps the text
        policy = ast.literal_eval(policy)
    get, listing, location = policy["Statement"]
    assert get["Resource"] == [
        "arn:aws:s3:::mine/parts/*",
        "arn:aws:s3:::music/logs*",
        "arn:aws:s3:::music/paths.json*",
        "arn:aws:s3:::songs/a b/*",
    ]
    assert listing["Condition"]["StringLike"]["s3:prefix"] == [
        "a b/*",
        "logs*",
        "parts/*",
        "paths.json*",
    ]
    assert location["Resource"] == [f"arn:aws:s3:::{name}" for name in ("mine", "music", "songs")]
    assert not iam.list_attached_role_policies(RoleName="sparkify-redshift")["AttachedPolicies"]
    role = iam.get_role(RoleName="sparkify-redshift")["Role"]
    (trusted,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Principal"] == {"Service": "redshift.amazonaws.com"}
    assert trusted["Condition"] == {
        "StringLike": {
            "sts:ExternalId": f"arn:aws:redshift:{REGION}:{ACCOUNT}:dbuser:sparkify/*",
        }
    }


def test_pause_resume_and_status(moto, sparkify):
    sparkify("cluster", "status").expect_error(1, "there is no cluster")
    sparkify("setup", "--yes").expect(OK)
    status = sparkify("cluster", "status", "--format", "json").expect(OK).json
    assert status["status"] == "available" and status["price"] == "$0.38 an hour"
    sparkify("cluster", "pause").expect(OK, "nothing for its nodes")
    sparkify("cluster", "pause").expect(OK, "already")
    assert sparkify("cluster", "status").expect(OK).out.count("paused") == 1
    sparkify("cluster", "resume").expect(OK, "$0.38 an hour")


def test_a_public_cluster_opens_one_address(moto, sparkify):
    # The name that moto gives leads nowhere, which the last step finds out.
    sparkify("setup", "--yes", "--public", "--address", "203.0.113.7").expect(5, "may this machine")
    (group,) = [
        group
        for group in moto.client("ec2").describe_security_groups()["SecurityGroups"]
        if group["GroupName"] != "default"
    ]
    (permission,) = group["IpPermissions"]
    assert permission["IpRanges"][0]["CidrIp"] == "203.0.113.7/32"
    assert (permission["FromPort"], permission["ToPort"]) == (5439, 5439)
    assert not permission["Ipv6Ranges"]


def test_a_final_snapshot_stays_and_is_told(moto, sparkify):
    sparkify("setup", "--yes").expect(OK)
    cleaned = sparkify("clean", "--yes", "--final-snapshot").expect(OK, "stays and costs")
    assert cleaned.out.endswith("0 left\n")
    snapshots = moto.client("redshift").describe_cluster_snapshots()["Snapshots"]
    assert [each["SnapshotIdentifier"].startswith("sparkify-final-") for each in snapshots] == [
        True
    ]


def secret_names(moto):
    listed = moto.client("secretsmanager").list_secrets()["SecretList"]
    return sorted(secret["Name"] for secret in listed)


def test_secrets_and_what_else_bears_the_tag_are_found(moto, sparkify):
    """moto deletes the stack and forgets nothing of this; names of others are near."""
    sparkify("setup", "--yes").expect(OK)
    secrets, topics = moto.client("secretsmanager"), moto.client("sns")
    mine = [{"Key": "sparkify", "Value": "sparkify"}]
    others = [{"Key": "sparkify", "Value": "sparkify-2"}, {"Key": "team", "Value": "sparkify"}]
    secrets.create_secret(Name="redshift!sparkify-sparkify", SecretString="Passw0rd")
    secrets.create_secret(Name="of-a-script", SecretString="Passw0rd", Tags=mine)
    secrets.create_secret(Name="redshift!sparkify-2-admin", SecretString="Passw0rd", Tags=others)
    topic = topics.create_topic(Name="alarms", Tags=mine)["TopicArn"]
    topics.create_topic(Name="alarms-2", Tags=others)

    dry = sparkify("clean", "--dry-run").expect(OK).out
    for name in ("of-a-script", "redshift!sparkify-sparkify"):
        assert re.search(rf"secret +{name}, \$0.40 a month\n", dry)
    assert re.search(rf"other +{topic}, price not known here\n", dry)
    assert "sparkify-2" not in dry and "alarms-2" not in dry
    result = sparkify("clean", text="sparkify\nyes\n").expect(CHECK_FAILED, f"{topic} stays")
    assert "removed secret of-a-script" in result.err and result.out.endswith("1 left\n")
    assert secret_names(moto) == ["redshift!sparkify-2-admin"]

    topics.delete_topic(TopicArn=topic)
    assert sparkify("clean").expect(OK).out == "0 left\n"
    restored = secrets.restore_secret(SecretId="of-a-script")["Name"]
    assert secret_names(moto) == [restored, "redshift!sparkify-2-admin"]
    for name in (restored, "redshift!sparkify-2-admin"):
        secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def test_a_cluster_that_somebody_else_made_is_in_the_way(moto, sparkify):
    moto.client("redshift").create_cluster(
        ClusterIdentifier="sparkify",
        NodeType="rg.large",
        MasterUsername="me",
        MasterUserPassword="Passw0rd",
    )
    sparkify("setup", "--yes").expect_error(USAGE, "no stack of that name made", "--cluster")


def test_who_may_not_is_told_which_permission(moto, sparkify):
    sparkify("setup", "--yes", keys=moto.other_keys).expect_error(
        DENIED, "AccessDenied", "cloudformation:DescribeStacks"
    )


def test_a_wrong_secret_is_told(moto, sparkify):
    keys = {**moto.keys, "aws_secret_access_key": "x" * 40}
    sparkify("setup", "--yes", keys=keys).expect_error(DENIED, "AWS_ACCESS_KEY_ID")
