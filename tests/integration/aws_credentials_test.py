"""Who one is, asked from outside: moto plays the Security Token Service, IAM and an instance."""

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
from moto.server import ThreadedMotoServer
from probe import run_probe, who
from program import DENIED, OK, USAGE, clean_environment, run

ROOT_KEY = {"aws_access_key_id": "root", "aws_secret_access_key": "root-secret"}
ASSUME = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}],
}
NOBODY = {"AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture(scope="module")
def moto():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def set_free_actions(moto, count):
    """After so many actions moto verifies signatures and policies."""
    form = {"Content-Type": "text/plain"}
    request = urllib.request.Request(f"{moto}/moto-api/reset-auth", count.encode(), form)
    urllib.request.urlopen(request).close()


@pytest.fixture
def user(moto):
    """Keys of a user who may assume roles; from now on signatures are verified."""
    set_free_actions(moto, "inf")
    iam = boto3.client("iam", endpoint_url=moto, region_name="us-west-2", **ROOT_KEY)
    iam.create_user(UserName="musician")
    iam.put_user_policy(UserName="musician", PolicyName="assume", PolicyDocument=json.dumps(ASSUME))
    key = iam.create_access_key(UserName="musician")["AccessKey"]
    for role in ("listener", "band"):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(ASSUME))
        iam.put_role_policy(RoleName=role, PolicyName="assume", PolicyDocument=json.dumps(ASSUME))
    set_free_actions(moto, "0")
    yield {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
    set_free_actions(moto, "inf")
    urllib.request.urlopen(urllib.request.Request(f"{moto}/moto-api/reset", data=b"")).close()


@pytest.fixture
def home(tmp_path):
    (tmp_path / ".aws").mkdir()
    return tmp_path


def write_profiles(home, user, config):
    (home / ".aws/config").write_text(config)
    (home / ".aws/credentials").write_text(
        f"[base]\naws_access_key_id = {user['id']}\naws_secret_access_key = {user['secret']}\n"
    )


def arn(role):
    return f"arn:aws:iam::123456789012:role/{role}"


def identity_of(moto, found):
    """What moto says of the credentials that were found."""
    sts = boto3.client(
        "sts",
        endpoint_url=moto,
        region_name="us-west-2",
        aws_access_key_id=found["access_key_id"],
        aws_secret_access_key=found["secret_access_key"],
        aws_session_token=found["session_token"],
    )
    return sts.get_caller_identity()["Arn"]


def test_a_role_is_assumed_with_a_verified_signature(moto, user, home):
    write_profiles(
        home,
        user,
        f"[profile music]\nrole_arn = {arn('listener')}\nsource_profile = base\n"
        "role_session_name = tuesday+evening@home\nexternal_id = a b&c\nduration_seconds = 900\n"
        "region = eu-west-1\n",
    )
    found = who(HOME=str(home), AWS_PROFILE="music", AWS_ENDPOINT_URL_STS=moto)
    assert found["origin"] == f'role {arn("listener")} by profile "music" of {home}/.aws/config:2'
    assert 800 < found["expires_in"] <= 900
    assert found["region"] == "eu-west-1"
    assert identity_of(moto, found).endswith("assumed-role/listener/tuesday+evening@home")


def test_a_role_assumes_a_role(moto, user, home):
    write_profiles(
        home,
        user,
        f"[profile music]\nrole_arn = {arn('listener')}\nsource_profile = band\n"
        f"[profile band]\nrole_arn = {arn('band')}\nsource_profile = base\n",
    )
    found = who(HOME=str(home), AWS_PROFILE="music", AWS_ENDPOINT_URL=moto)
    assert "assumed-role/listener/sparkify-" in identity_of(moto, found)


def test_a_wrong_secret_is_refused_in_words(moto, user, home):
    user["secret"] = "hush" * 10
    write_profiles(
        home, user, f"[profile music]\nrole_arn = {arn('listener')}\nsource_profile = base\n"
    )
    done = run_probe("who", HOME=str(home), AWS_PROFILE="music", AWS_ENDPOINT_URL_STS=moto)
    assert done.returncode == DENIED
    assert f"sts:AssumeRole on {arn('listener')}: SignatureDoesNotMatch" in done.stderr
    assert "hush" not in done.stderr


def test_a_web_identity_becomes_a_role(moto, home):
    (home / "token").write_text("header.payload.signature\n")
    found = who(
        HOME=str(home),
        AWS_WEB_IDENTITY_TOKEN_FILE="~/token",
        AWS_ROLE_ARN=arn("pod"),
        AWS_ROLE_SESSION_NAME="pod-1",
        AWS_ENDPOINT_URL_STS=moto,
    )
    assert found["origin"] == f"role {arn('pod')} by web identity, AWS_WEB_IDENTITY_TOKEN_FILE"
    assert found["session_token"] and 3500 < found["expires_in"] <= 3600


def test_an_instance_gives_its_role(moto):
    found = who(AWS_EC2_METADATA_SERVICE_ENDPOINT=moto)
    assert found["origin"] == "instance, role default-role"
    assert found["access_key_id"] == "test-key"
    assert found["region"] == "us-east-1"


class Container(BaseHTTPRequestHandler):
    def do_GET(self):
        is_known = self.headers.get("Authorization") == "Bearer of news"
        body = {"AccessKeyId": "A", "SecretAccessKey": "S", "Token": "T"} if is_known else {}
        body["Expiration"] = "2999-01-01T00:00:00Z"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_):
        pass


def test_a_container_gives_its_role(tmp_path):
    (tmp_path / "token").write_text("Bearer of news")
    with ThreadingHTTPServer(("127.0.0.1", 0), Container) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = who(
            AWS_CONTAINER_CREDENTIALS_FULL_URI=f"http://127.0.0.1:{server.server_port}/role",
            AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(tmp_path / "token"),
            AWS_REGION="us-west-2",
        )
        server.shutdown()
    assert (found["access_key_id"], found["session_token"]) == ("A", "T")


def shown(*arguments, **environment):
    """`config show --origin` as a dict of name to (value, origin)."""
    environment = clean_environment(**NOBODY, **environment)
    done = run("config", "show", "--origin", "--format", "json", *arguments, env=environment)
    assert "hush" not in done.out + done.err
    done.expect(OK)
    return {row["setting"]: (row["value"], row["origin"]) for row in done.json}


def test_show_tells_who_won_and_nothing_secret(home):
    config, credentials = home / ".aws/config", home / ".aws/credentials"
    config.write_text(
        "[profile music]\nregion = eu-west-3\nendpoint_url = http://127.0.0.1:9\nca_bundle = ~/ca\n"
    )
    credentials.write_text("[music]\naws_access_key_id = hush1\naws_secret_access_key = hush2\n")
    told = shown(HOME=str(home), AWS_PROFILE="music")
    assert told["aws credentials"] == ("set, not shown", f'profile "music" of {credentials}:2')
    assert told["s3.region"] == ("eu-west-3", f'profile "music" of {config}:2')
    assert told["aws.region"] == told["s3.region"]
    assert told["s3.endpoint"] == ("http://127.0.0.1:9", f'profile "music" of {config}:3')
    assert told["aws.ca_bundle"][0] == f"{home}/ca"
    assert told["aws.profile"] == ("music", "AWS_PROFILE")
    keys = {"AWS_ACCESS_KEY_ID": "hush3", "AWS_SECRET_ACCESS_KEY": "hush4"}
    told = shown(HOME=str(home), AWS_REGION="eu-west-2", AWS_ENDPOINT_URL="http://x", **keys)
    assert told["aws credentials"] == ("set, not shown", "AWS_ACCESS_KEY_ID")
    assert told["s3.region"] == ("eu-west-2", "AWS_REGION")
    assert told["s3.endpoint"] == ("http://x", "AWS_ENDPOINT_URL")
    told = shown(HOME=str(home))
    assert told["aws credentials"] == ("none", "no source has any: requests go unsigned")
    assert told["s3.region"] == ("us-east-1", "default")
    told = shown(HOME=str(home), SPARKIFY_S3_UNSIGNED="yes", **keys)
    assert told["aws credentials"] == ("none", "SPARKIFY_S3_UNSIGNED")


def test_a_password_in_an_endpoint_is_refused_and_not_shown(home):
    for variable in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        environment = clean_environment(HOME=str(home), **{variable: "http://me:hush@localhost:9"})
        for arguments in (["config", "show"], ["etl", "--log-data", "s3://music/log"]):
            done = run(*arguments, cwd=home, env=environment)
            assert "hush" not in done.out + done.err
            done.expect_error(USAGE, "names a user before its host")


def test_show_tells_everything_else_before_what_is_wrong(home):
    (home / ".aws/config").write_text("[default]\nregion = x\nnonsense\n")
    done = run("config", "show", env=clean_environment(HOME=str(home)))
    done.expect_error(USAGE, f'{home}/.aws/config:3:1: error: expected "key = value"')
    assert "warehouse.path" in done.out
