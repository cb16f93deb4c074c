"""`setup` and `clean` where things go wrong or slowly, against a stand-in that follows a script."""

import re
import signal
import time

import pytest
from amazon import ROLE, Amazon, Step, cluster
from program import (
    BAD_DATA,
    CHECK_FAILED,
    DENIED,
    INTERRUPTED,
    OK,
    USAGE,
    clean_environment,
    finish,
    run,
    start,
)
from strangers import Server

NODES = ("Cluster", "AWS::Redshift::Cluster")
ACCESS = ("Access", "AWS::EC2::SecurityGroup")
SECRET_ARN = "arn:aws:secretsmanager:us-west-2:123456789012:secret:1"
SECRET = "not-to-be-told-0123456789"
FULL = "Insufficient capacity for rg.large in us-west-2a."


@pytest.fixture
def amazon():
    server = Amazon()
    server.cluster_of_stack = {"sparkify": cluster()}
    yield server
    server.stop()


@pytest.fixture
def sparkify(amazon, tmp_path):
    def call(*words, begin=run, **how):
        environment = clean_environment(
            AWS_ACCESS_KEY_ID="AKIDFIRST",
            AWS_SECRET_ACCESS_KEY=SECRET,
            AWS_EC2_METADATA_DISABLED="true",
            **how.pop("more", {}),
        )
        if "AWS_ENDPOINT_URL" not in environment:
            words = [*words, "--endpoint-url", amazon.url]
        result = begin(*words, cwd=tmp_path, env=environment, **how)
        if begin is run:
            assert SECRET not in result.out + result.err
        return result

    return call


def created(sparkify):
    return sparkify("setup", "--yes").expect(OK)


def test_events_are_told_once_and_in_order(amazon, sparkify, tmp_path):
    first = (*ACCESS, "CREATE_IN_PROGRESS", "")
    amazon.when["CreateStack"] = [
        Step("CREATE_IN_PROGRESS", [first]),
        Step("CREATE_IN_PROGRESS", [(*ACCESS, "CREATE_COMPLETE", "")]),
        Step("CREATE_COMPLETE", [(*NODES, "CREATE_COMPLETE", "")]),
    ]
    told = [line for line in created(sparkify).err.splitlines() if "(AWS::" in line]
    assert told == [
        "CREATE_IN_PROGRESS Access (AWS::EC2::SecurityGroup)",
        "CREATE_COMPLETE Access (AWS::EC2::SecurityGroup)",
        "CREATE_COMPLETE Cluster (AWS::Redshift::Cluster)",
    ]
    assert (tmp_path / "dwh.cfg").read_text() == (
        "[CLUSTER]\nHOST=sparkify.example\nDB_NAME=sparkify\nDB_USER=sparkify\nDB_PASSWORD=\n"
        f"DB_PORT=5439\nSECRET_ARN={SECRET_ARN}\n\n[IAM_ROLE]\nARN={ROLE}\n"
    )
    assert (tmp_path / "dwh.cfg").stat().st_mode == 0o100600


def test_a_rollback_names_the_resource_that_failed(amazon, sparkify, tmp_path):
    amazon.when["CreateStack"] = [
        Step("CREATE_IN_PROGRESS", [(*ACCESS, "CREATE_FAILED", "Resource creation cancelled")]),
        Step("ROLLBACK_IN_PROGRESS", [(*NODES, "CREATE_FAILED", FULL)]),
        Step("ROLLBACK_COMPLETE", [(*NODES, "DELETE_COMPLETE", "")]),
    ]
    sparkify("setup", "--yes").expect_error(
        BAD_DATA, f"Cluster (AWS::Redshift::Cluster) failed: {FULL[:-1]}", "sparkify clean"
    )
    assert not (tmp_path / "dwh.cfg").exists()
    again = sparkify("setup", "--yes").expect_error(BAD_DATA, "ROLLBACK_COMPLETE", "sparkify clean")
    assert amazon.count("CreateStack") == 1, str(again)


def test_an_update_that_fails_leaves_what_was(amazon, sparkify):
    created(sparkify)
    amazon.when["UpdateStack"] = [
        Step("UPDATE_IN_PROGRESS", [(*NODES, "UPDATE_FAILED", FULL)]),
        Step("UPDATE_ROLLBACK_IN_PROGRESS"),
        Step("UPDATE_ROLLBACK_COMPLETE"),
    ]
    sparkify("setup", "--nodes", "4", text="yes\n").expect_error(
        BAD_DATA, FULL[:-1], "the warehouse is as it was before"
    )
    fields = dict(amazon.calls)["UpdateStack"]
    kept = {
        fields[name.replace("UsePreviousValue", "ParameterKey")]
        for name in fields
        if name.endswith("UsePreviousValue")
    }
    assert kept == {"AdminPassword", "VpcId", "SubnetIds", "SnapshotDays"}


def test_a_change_that_would_lose_the_data_is_refused(amazon, sparkify):
    created(sparkify)
    more = {"SPARKIFY_DB_NAME": "other"}
    sparkify("setup", "--yes", more=more).expect_error(USAGE, "DatabaseName", "final-snapshot")
    assert amazon.count("UpdateStack") == 0


def test_nothing_is_made_without_a_yes(amazon, sparkify):
    sparkify("setup").expect_error(USAGE, "nobody answered", "--yes")
    sparkify("setup", text="no\n").expect_error(USAGE, "nothing was changed")
    assert amazon.count("CreateStack") == 0


def test_a_throttled_request_is_sent_again(amazon, sparkify):
    amazon.faults["DescribeStacks"] = [(400, "Throttling", "Rate exceeded")] * 2
    amazon.faults["CreateStack"] = [(503, "ServiceUnavailable", "")]
    created(sparkify)
    first, second = [fields for action, fields in amazon.calls if action == "CreateStack"]
    assert first["ClientRequestToken"] == second["ClientRequestToken"]


def test_expired_credentials_are_told(amazon, sparkify):
    expired = (403, "ExpiredToken", "The security token included in the request is expired")
    amazon.faults["GetCallerIdentity"] = [expired] * 9
    sparkify("setup", "--yes").expect_error(
        DENIED, "sts:GetCallerIdentity: ExpiredToken", "AWS_ACCESS_KEY_ID have expired", "sign in"
    )
    assert amazon.count("GetCallerIdentity") == 2


def test_expired_credentials_are_asked_for_anew(amazon, sparkify, tmp_path):
    """As when hours pass between two waits: the command that gives them is run again."""
    counter = tmp_path / "given"
    script = tmp_path / "give"
    script.write_text(
        f"#!/bin/sh\necho x >> {counter}\n"
        f'echo "{{\\"Version\\": 1, \\"AccessKeyId\\": \\"AKID$(wc -l < {counter})\\",'
        f' \\"SecretAccessKey\\": \\"{SECRET}\\", \\"SessionToken\\": \\"t\\"}}"\n'
    )
    script.chmod(0o700)
    (tmp_path / "config").write_text(f"[default]\ncredential_process = {script}\n")
    amazon.faults["CreateStack"] = [(403, "ExpiredToken", "")]
    more = {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": "",
    }
    environment = clean_environment(AWS_EC2_METADATA_DISABLED="true", **more)
    words = ["setup", "--yes", "--endpoint-url", amazon.url]
    run(*words, cwd=tmp_path, env=environment).expect(OK)
    assert amazon.keys[0] == "AKID1" and amazon.keys[-1] == "AKID2"


@pytest.fixture
def guarded(tmp_path):
    """A server that lets one user in, by TLS, and the environment in which it is believed."""
    (tmp_path / "password").write_text("Passw0rd-1\n")
    user = ["serve", "user", "add", "sparkify", "--warehouse", tmp_path / "served.duckdb"]
    run(*user, "--password-file", tmp_path / "password").expect(OK)
    server = Server(tmp_path)
    yield server, {"AWS_CA_BUNDLE": server.certificate}
    server.stop()


def test_a_public_cluster_opens_this_address_and_lets_its_user_in(
    amazon, sparkify, guarded, tmp_path
):
    server, more = guarded
    amazon.login["password"] = "Passw0rd-1"
    amazon.cluster_of_stack = {"sparkify": cluster("127.0.0.1", server.port, is_public=True)}
    done = sparkify("setup", "--yes", "--public", more=more).expect(OK, "lets sparkify in")
    assert "203.0.113.9/32" in done.out and "Passw0rd-1" not in done.out + done.err
    assert amazon.parameters["PublicClient"] == "203.0.113.9/32"
    assert f"SECRET_ARN={SECRET_ARN}\n" in (tmp_path / "dwh.cfg").read_text()
    amazon.login["password"] = "another-Passw0rd"
    (tmp_path / "dwh.cfg").unlink()  # its port is none of Redshift's
    refused = sparkify("setup", "--public", more=more).expect_error(DENIED, "user or password")
    assert "another-Passw0rd" not in refused.out + refused.err
    server.stop()
    (tmp_path / "dwh.cfg").unlink()
    sparkify("setup", "--public", more=more).expect_error(5, "may this machine reach its port")


def ask(sparkify, amazon, server, more, **settings):
    """Who one is on the server, by the settings of [CLUSTER] alone."""
    more = more | {"AWS_ENDPOINT_URL": amazon.url, "SPARKIFY_DB_NAME": "dev"}
    more |= {"SPARKIFY_HOST": "127.0.0.1", "SPARKIFY_DB_PORT": str(server.port)} | settings
    words = ["sql", "--warehouse", "redshift://", "--format", "csv", "select current_user"]
    return sparkify(*words, more=more)


@pytest.mark.parametrize(
    "settings, action, fields",
    [
        (
            {"SPARKIFY_SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a"},
            "GetSecretValue",
            {"SecretId": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a"},
        ),
        (
            {"SPARKIFY_IAM": "yes", "SPARKIFY_CLUSTER_IDENTIFIER": "dwh"},
            "GetClusterCredentialsWithIAM",
            {"ClusterIdentifier": "dwh", "DbName": "dev"},
        ),
        (
            {
                "SPARKIFY_IAM": "yes",
                "SPARKIFY_CLUSTER_IDENTIFIER": "dwh",
                "SPARKIFY_DB_USER": "me",
            },
            "GetClusterCredentials",
            {"ClusterIdentifier": "dwh", "DbName": "dev", "DbUser": "me"},
        ),
        (
            {
                "SPARKIFY_IAM": "yes",
                "SPARKIFY_HOST": "dwh.abc.eu-west-1.redshift.amazonaws.com",
                "PGHOSTADDR": "127.0.0.1",
                "PGSSLMODE": "require",
            },
            "GetClusterCredentialsWithIAM",
            {"ClusterIdentifier": "dwh", "DbName": "dev"},
        ),
        (
            {
                "SPARKIFY_IAM": "yes",
                "SPARKIFY_HOST": "music.123456789012.eu-west-1.redshift-serverless.amazonaws.com",
                "PGHOSTADDR": "127.0.0.1",
                "PGSSLMODE": "require",
            },
            "GetCredentials",
            {"workgroupName": "music", "dbName": "dev"},
        ),
    ],
    ids=["secret", "as who asks", "as a user", "of a cluster's host", "of a workgroup's host"],
)
def test_passwords_that_nobody_wrote_down(amazon, sparkify, guarded, settings, action, fields):
    server, more = guarded
    amazon.login["password"] = "Passw0rd-1"
    if "PGSSLMODE" in settings:  # the certificate is of another name
        more = {}
    done = ask(sparkify, amazon, server, more, **settings).expect(OK)
    assert done.out.splitlines()[-1] == "sparkify"
    ((name, sent),) = amazon.calls
    assert name == action and fields.items() <= sent.items()


def test_a_secret_without_a_login_is_not_shown(amazon, sparkify, guarded):
    server, more = guarded
    amazon.login = {"word": "Passw0rd-1"}
    refused = ask(sparkify, amazon, server, more, SPARKIFY_SECRET_ARN="warehouse")
    refused.expect_error(BAD_DATA, "holds no")
    assert "Passw0rd-1" not in refused.err


def test_a_temporary_password_needs_a_cluster(amazon, sparkify, guarded):
    server, more = guarded
    ask(sparkify, amazon, server, more, SPARKIFY_IAM="yes").expect_error(USAGE, "IDENTIFIER")


def test_ctrl_c_ends_the_wait_and_setup_takes_it_up_again(amazon, sparkify):
    amazon.when["CreateStack"] = [Step("CREATE_IN_PROGRESS")] * 500
    process = sparkify("setup", "--yes", begin=start)
    deadline = time.monotonic() + 20
    while amazon.count("DescribeStackEvents") < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    finish(process).expect(INTERRUPTED, "AWS goes on")
    amazon.steps = [Step("CREATE_IN_PROGRESS"), Step("CREATE_COMPLETE")]
    joined = sparkify("setup").expect(OK)
    assert "wait for stack sparkify" in joined.out and amazon.count("CreateStack") == 1


def test_a_stack_of_an_older_template_is_an_update(amazon, sparkify):
    """As of one whose role could be assumed by any cluster of the account."""
    created(sparkify)
    latest = amazon.template
    amazon.template = latest.replace("sts:ExternalId", "sts:OtherId").replace("\n", " \r\n", 5)
    assert amazon.template != latest
    dry = sparkify("setup", "--dry-run").expect(OK)
    assert "update stack sparkify" in dry.out and "no change" not in dry.err
    assert "template  an older one -> this program's, other in Resources.Role\n" in dry.out
    sparkify("setup", text="no\n").expect(USAGE, "nothing was changed")
    assert amazon.count("UpdateStack") == 0
    sparkify("setup", "--yes").expect(OK)
    assert amazon.template == latest
    amazon.template = latest.replace("\n", "\r\n")
    sparkify("setup").expect(OK, "no change")


def test_a_time_to_live_is_told_and_warned_of_when_it_is_over(amazon, sparkify):
    sparkify("setup", "--yes", "--ttl", "90m").expect(OK, "nothing but")
    expiry = amazon.tags["sparkify:expires-at"]
    status = sparkify("cluster", "status", "--format", "json").expect(OK)
    assert status.json["to_go_at"] == expiry and "is over" not in status.err
    assert time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) < expiry
    amazon.tags["sparkify:expires-at"] = "2026-01-01T00:00:00Z"
    sparkify("cluster", "status").expect(OK, "warning: its time is over", "sparkify clean")
    assert "2026-01-01T00:00:00Z" in sparkify("setup").expect(OK, "no change").err
    sparkify("setup", "--yes", "--ttl", "2d").expect(OK)
    assert amazon.tags["sparkify:expires-at"] > expiry


def test_what_resists_is_swept_and_the_stack_deleted_again(amazon, sparkify):
    created(sparkify)
    amazon.groups = {"sg-1": "sparkify-Access-1"}
    held = "resource sg-1 has a dependent object"
    amazon.when["DeleteStack"] = [
        Step("DELETE_FAILED", [(*ACCESS, "DELETE_FAILED", held)]),
    ]
    process = sparkify("clean", "--yes", begin=start)
    deadline = time.monotonic() + 20
    while amazon.groups and time.monotonic() < deadline:
        if amazon.status == "DELETE_FAILED":
            amazon.when["DeleteStack"] = [Step("DELETE_COMPLETE")]
        time.sleep(0.005)
    result = finish(process)
    assert f"Access (AWS::EC2::SecurityGroup): {held}" in result.err
    assert amazon.count("DeleteStack") == 2 and not amazon.groups
    assert result.expect(OK).out.endswith("0 left\n")


def test_a_stack_of_others_is_neither_waited_for_nor_deleted(amazon, sparkify):
    amazon.status, amazon.parameters = "CREATE_COMPLETE", {"Environment": "production"}
    for words in (["clean", "--yes"], ["setup", "--yes"]):
        sparkify(*words).expect_error(USAGE, "stack sparkify is none of sparkify's", "--cluster")
    assert amazon.count("DeleteStack") == 0 and amazon.status == "CREATE_COMPLETE"


def test_names_that_begin_alike_are_of_others(amazon, sparkify):
    amazon.cluster_of_stack = {}
    amazon.clusters = {
        "sparkify-cluster-prod": cluster(),
        "sparkify-cluster-a1b2c3d4e5f6": cluster(),
    }
    sparkify("cluster", "status").expect(OK)
    assert (
        "removed cluster sparkify-cluster-a1b2c3d4e5f6" in sparkify("clean", "--yes").expect(OK).err
    )
    assert list(amazon.clusters) == ["sparkify-cluster-prod"]
    sparkify("cluster", "pause").expect_error(BAD_DATA, "there is no cluster")


def test_a_final_snapshot_of_two_is_refused(amazon, sparkify):
    created(sparkify)
    amazon.clusters["sparkify-cluster-a1b2c3d4e5f6"] = cluster()
    refused = sparkify("clean", "--yes", "--final-snapshot")
    refused.expect_error(USAGE, "2 of these hold data")
    assert len(amazon.clusters) == 2 and amazon.count("DeleteStack") == 0


@pytest.mark.parametrize("region", ["us-west-2", "eu-west-1"])
def test_a_role_goes_with_the_warehouse_of_its_own_region(amazon, sparkify, region):
    tags = {"sparkify:warehouse": "sparkify", "sparkify:region": "us-west-2"}
    amazon.roles = {"sparkify-redshift": tags}
    cleaned = sparkify("clean", "--yes", "--region", region).expect(OK)
    assert bool(amazon.roles) == (region == "eu-west-1")
    assert ("left alone: role sparkify-redshift" in cleaned.err) == bool(amazon.roles)
    assert cleaned.out.endswith("0 left\n")


def test_a_role_that_bears_no_tag_is_left_alone(amazon, sparkify):
    amazon.roles = {"sparkify-redshift": {}}
    sparkify("clean", "--yes").expect(OK, "left alone: role sparkify-redshift")
    sparkify("setup", "--yes").expect_error(USAGE, 'a role "sparkify-redshift" already')
    assert amazon.roles


def test_a_secret_of_an_earlier_cluster_is_forgotten(amazon, sparkify, tmp_path):
    created(sparkify)
    assert f"SECRET_ARN={SECRET_ARN}\n" in (tmp_path / "dwh.cfg").read_text()
    sparkify("clean", "--yes").expect(OK)
    without = cluster().replace(SECRET_ARN, "")
    amazon.cluster_of_stack = {"sparkify": without}
    sparkify("setup", "--yes", more={"SPARKIFY_DB_PASSWORD": "Passw0rd-1"}).expect(OK)
    assert "SECRET_ARN=\n" in (tmp_path / "dwh.cfg").read_text()


STACK = ("sparkify", "AWS::CloudFormation::Stack")


def test_who_waits_for_others_is_told_of_now_and_then_gets_what_was_asked(amazon, sparkify):
    created(sparkify)
    amazon.events = [
        (*STACK, "UPDATE_IN_PROGRESS", "User Initiated"),
        (*NODES, "UPDATE_FAILED", FULL),
        (*STACK, "UPDATE_ROLLBACK_COMPLETE", ""),
        (*STACK, "UPDATE_IN_PROGRESS", "User Initiated"),
        (*ACCESS, "UPDATE_COMPLETE", ""),
    ]
    amazon.status, amazon.steps = "UPDATE_IN_PROGRESS", [Step("UPDATE_IN_PROGRESS")] * 2
    amazon.steps.append(Step("UPDATE_COMPLETE"))
    done = sparkify("setup", "--nodes", "4", "--yes").expect(OK)
    assert "wait for stack sparkify" in done.out and "NodeCount  1 -> 4" in done.out
    assert FULL not in done.err and "UPDATE_COMPLETE Access" in done.err
    assert amazon.parameters["NodeCount"] == "4"


def test_a_joined_rollback_is_laid_on_what_failed_now(amazon, sparkify):
    created(sparkify)
    amazon.events = [
        (*STACK, "UPDATE_IN_PROGRESS", "User Initiated"),
        (*ACCESS, "UPDATE_FAILED", "of long ago"),
        (*STACK, "UPDATE_IN_PROGRESS", "User Initiated"),
    ]
    amazon.status = "UPDATE_IN_PROGRESS"
    amazon.steps = [Step("UPDATE_IN_PROGRESS", [(*NODES, "UPDATE_FAILED", FULL)])]
    amazon.steps.append(Step("UPDATE_ROLLBACK_COMPLETE"))
    refused = sparkify("setup").expect_error(
        BAD_DATA, f"Cluster (AWS::Redshift::Cluster) failed: {FULL[:-1]}"
    )
    assert "of long ago" not in refused.err


@pytest.mark.parametrize(
    "code, message",
    [
        ("SignatureDoesNotMatch", "Signature expired: 20260101T000000Z is now earlier than ..."),
        ("InvalidSignatureException", "Signature not yet current: 20270101T000000Z ..."),
        ("RequestTimeTooSkewed", "The difference is too large."),
    ],
)
def test_a_wrong_clock_is_called_one(amazon, sparkify, code, message):
    amazon.faults["GetCallerIdentity"] = [(403, code, message)]
    refused = sparkify("setup", "--yes").expect_error(DENIED, "set this machine's clock")
    assert "does not take the credentials" not in refused.err


def test_what_stays_is_counted(amazon, sparkify):
    created(sparkify)
    amazon.groups = {"sg-1": "sparkify-Access-1"}
    in_use = (400, "DependencyViolation", "resource sg-1 has a dependent object")
    amazon.faults["DeleteSecurityGroup"] = [in_use]
    result = sparkify("clean", "--yes").expect(CHECK_FAILED, "DependencyViolation", "1 of sparkify")
    assert "security group  sg-1, free\n1 left\n" in result.out
    assert sparkify("clean", "--yes").expect(OK).out.endswith("0 left\n")


def test_what_the_tagging_service_names_is_left_unless_it_was_asked_itself(amazon, sparkify):
    """It tells of a cluster for minutes after it is gone; a key of KMS nobody else tells of."""
    here = "us-west-2:123456789012"
    key, address = f"arn:aws:kms:{here}:key/1", f"arn:aws:ec2:{here}:elastic-ip/eipalloc-1"
    amazon.tagged = [
        f"arn:aws:redshift:{here}:cluster:sparkify",
        key,
        f"arn:aws:ec2:{here}:security-group/sg-1",
        f"arn:aws:cloudformation:{here}:stack/sparkify/1",
        address,
        "arn:aws:iam::123456789012:role/sparkify-redshift",
        f"arn:aws:secretsmanager:{here}:secret:redshift!sparkify-sparkify-AbCdEf",
        f"arn:aws:redshift:{here}:snapshot:sparkify/sparkify-final-1",
    ]
    result = sparkify("clean", "--yes").expect(CHECK_FAILED, f"{key} stays: it is no part")
    assert result.out.endswith(
        f"other  {address}, price not known here\nother  {key}, price not known here\n2 left\n"
    )
    amazon.tagged = amazon.tagged[:1]
    assert sparkify("clean", "--yes").expect(OK).out == "0 left\n"


def test_who_may_not_ask_for_tags_and_secrets_is_told(amazon, sparkify):
    created(sparkify)
    denied = (400, "AccessDeniedException", "not authorized")
    amazon.faults = {"GetResources": [denied] * 9, "ListSecrets": [denied] * 9}
    result = sparkify("clean", "--yes").expect(OK, "warning: not everything could be asked")
    assert "tagging:GetResources: AccessDenied" in result.err
    assert "lack the permission tag:GetResources" in result.err
    assert "secretsmanager:ListSecrets: AccessDenied" in result.err
    assert "lack the permission secretsmanager:ListSecrets" in result.err
    assert result.out.endswith("0 left\n") and not amazon.clusters


def test_clean_where_nothing_is(amazon, sparkify):
    assert sparkify("clean").expect(OK).out == "0 left\n"
    assert amazon.count("DeleteStack") == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--node-type", "dc2.large"], ["2025-05-15", "rg.large"]),
        (["--node-type", "dc2.xlarge"], ["never existed", "rg.large"]),
        (["--nodes", "17"], ["rg.large takes 1 to 16 nodes"]),
        (["--cluster", "two--hyphens"], ["no name of a cluster"]),
        (["--region", "Oregon"], ["no region", "us-west-2"]),
        (["--ttl", "forever"], ["4h"]),
        (["--public", "--address", "0.0.0.0"], ["203.0.113.7"]),
        (["--address", "203.0.113.7"], ["--public"]),
        (["--private-clients", "0.0.0.0/0"], ["no range of a private network"]),
        (["--serverless", "--capacity", "2"], ["4 to 1024"]),
        (["--read", "/disk"], ["no path of S3"]),
        (["--read", "s3://music/*"], ["a policy cannot name"]),
        (["--vpc", "vpc-1"], ["belong together"]),
    ],
)
def test_what_cannot_be_is_refused_before_any_call(amazon, sparkify, words, told):
    sparkify("setup", "--yes", *words).expect_error(USAGE, *told)
    assert not amazon.calls


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[DWH]\nDWH_NODE_TYPE=dc2.large\n", ["dwh.cfg:2:15", "rg.large"]),
        ("[CLUSTER]\nDB_PORT=5430\n", ["dwh.cfg:2:9", "5431 to 5455"]),
        ("[CLUSTER]\nDB_PASSWORD=nodigitsHere\n", ["dwh.cfg:2:13", "no digit"]),
        ("[CLUSTER]\nDB_NAME=user\n", ["dwh.cfg:2:9", "word of SQL"]),
        ("[DWH]\nTYPE=single-node\nNODES=4\n", ["dwh.cfg:3:7", "single-node"]),
        ("[IAM_ROLE]\nROLE_NAME=my role\n", ["dwh.cfg:2:11", "no name of a role"]),
    ],
)
def test_a_file_is_checked_before_any_call(amazon, sparkify, tmp_path, text, told):
    (tmp_path / "dwh.cfg").write_text(text)
    (tmp_path / "dwh.cfg").chmod(0o600)
    result = sparkify("setup", "--yes").expect_error(USAGE, *told)
    assert "nodigitsHere" not in result.err and not amazon.calls


def test_unknown_kinds_and_regions_are_doubted(amazon, sparkify):
    result = sparkify("setup", "--dry-run", "--node-type", "rg.larg", "--region", "us-wset-2")
    result.expect(OK, 'did you mean "rg.large"?', 'did you mean "us-west-2"?')
    assert "not known here" in result.out


def test_a_dry_run_needs_no_account(amazon, sparkify):
    nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    environment = clean_environment(AWS_EC2_METADATA_DISABLED="true", **nobody)
    result = run("setup", "--dry-run", "--endpoint-url", amazon.url, env=environment)
    result.expect(OK, "no AWS credentials")
    assert "$0.38 an hour, $277.80 a month" in result.out and not amazon.calls
    shown = ["setup", "--dry-run", "--public", "--endpoint-url", amazon.url]
    out = run(*shown, env=environment).expect(OK).out
    assert re.search(r"^PublicClient +the address of this machine, found at setup$", out, re.M)
    out = run(*shown, "--address", "203.0.113.7", env=environment).expect(OK).out
    assert re.search(r"^PublicClient +203\.0\.113\.7/32$", out, re.M)


def test_a_serverless_warehouse(amazon, sparkify):
    amazon.cluster_of_stack = {}
    amazon.serverless = {
        "workgroup": {
            "workgroupName": "sparkify",
            "status": "AVAILABLE",
            "baseCapacity": 8,
            "endpoint": {"address": "sparkify.example", "port": 5439},
        },
        "namespace": {
            "namespaceName": "sparkify",
            "status": "AVAILABLE",
            "dbName": "sparkify",
            "adminUsername": "sparkify",
        },
    }
    done = sparkify("setup", "--serverless", "--capacity", "8", "--yes").expect(OK)
    assert "$3.00 an hour" in done.out and "counted while queries run" in done.out
    assert amazon.parameters["Deployment"] == "serverless"
    assert amazon.parameters["BaseCapacity"] == "8"
    assert "host      sparkify.example\n" in done.out
    status = sparkify("cluster", "status").expect(OK).out
    assert "8 RPU" in status and "$3.00 an hour while queries run" in status
    sparkify("cluster", "pause").expect_error(USAGE, "serverless", "costs nothing")
    words = ["clean", "--final-snapshot"]
    cleaned = sparkify(*words, text="sparkify\nyes\n").expect(OK, "removed namespace sparkify")
    assert cleaned.out.endswith("0 left\n") and not amazon.serverless
    (snapshot,) = amazon.snapshots
    assert f"snapshot {snapshot} stays: 1.5 GB, $0.036 a month" in cleaned.err
