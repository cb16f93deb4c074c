"""An account at moto, which verifies signatures and the user's policy."""

import json
import urllib.request

import boto3
from amazon import Amazon
from moto.server import ThreadedMotoServer
from program import clean_environment

REGION = "us-west-2"
ACTIONS = [
    "cloudformation:*",
    "ec2:Describe*",
    "ec2:*SecurityGroup*",
    "iam:*Role*",
    "redshift:*",
    "secretsmanager:*Secret*",
    "sns:*",
    "sts:GetCallerIdentity",
    "tagging:GetResources",  # AWS's name is tag:GetResources
]


class Moto:
    """The server, and what else asks it: boto3 with the keys of a user."""

    def __init__(self):
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        self.serverless = Amazon()  # moto does not play it
        self.url = "http://{}:{}".format(*self.server.get_host_and_port())
        self.keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
        self.verify(None)
        self.post("reset")
        self.keys, self.other_keys = self.user("builder", ACTIONS), self.user("guest", ["sts:*"])
        self.verify(0)

    def post(self, what, body=""):
        url = f"{self.url}/moto-api/{what}"
        plain = {"Content-Type": "text/plain"}
        urllib.request.urlopen(urllib.request.Request(url, body.encode(), plain)).read()

    def verify(self, after):
        """From how many more requests on signatures and policies are looked at; None: never."""
        self.post("reset-auth", "inf" if after is None else str(after))

    def client(self, service):
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, **self.keys)

    def user(self, name, actions):
        iam = self.client("iam")
        iam.create_user(UserName=name)
        statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {
            "aws_access_key_id": key["AccessKeyId"],
            "aws_secret_access_key": key["SecretAccessKey"],
        }

    def environment(self, keys=None):
        keys = keys or self.keys
        return clean_environment(
            **{name.upper(): value for name, value in keys.items()},
            AWS_REGION=REGION,
            AWS_ENDPOINT_URL=self.url,
            AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS=self.serverless.url,
            AWS_EC2_METADATA_DISABLED="true",
        )
