"""A stand-in for Amazon's management services that follows a script, for what moto cannot do:
events of each resource, stacks that roll back or resist, throttling, expired credentials."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

STACK_ID = "arn:aws:cloudformation:us-west-2:123456789012:stack/sparkify/1"
ROLE = "arn:aws:iam::123456789012:role/sparkify-redshift"


@dataclass
class Step:
    """What a stack is after one more look at it, and what has happened by then."""

    status: str
    events: list = field(default_factory=list)  # (logical id, type, status, reason)


def members(items):
    return "".join(f"<member>{item}</member>" for item in items)


def tags_of(pairs):
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in pairs.items())


class Amazon:
    """One account with at most one stack. `when` holds the script: for CreateStack, UpdateStack and
    DeleteStack the steps that the stack goes through, one at each DescribeStacks."""

    def __init__(self):
        self.when = {
            "CreateStack": [Step("CREATE_COMPLETE")],
            "UpdateStack": [Step("UPDATE_COMPLETE")],
            "DeleteStack": [Step("DELETE_COMPLETE")],
        }
        self.faults = {}  # action: list of (status, code, message), each for one request
        self.calls = []  # (action, fields)
        self.keys = []  # access key ids, by request
        self.status = None  # of the stack
        self.parameters, self.tags = {}, {}
        self.template = ""
        self.events, self.steps = [], []
        self.clusters = {}  # identifier: fields of a cluster
        self.groups = {}  # security groups: id: name
        self.roles = {}  # name: its tags
        self.cluster_of_stack = {}
        self.serverless = {}  # "workgroup" and "namespace": what is told of them
        self.snapshots = {}  # of serverless: name: what is told of it
        self.login = {"username": "sparkify", "password": "none"}  # of the secret and of IAM
        self.tagged = []  # ARNs that the tagging service names
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def handler(amazon):  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):  # noqa: N802 - http.server's name
                self.answer(200, "203.0.113.9\n")

            def do_POST(self):  # noqa: N802 - http.server's name
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                key = self.headers.get("Authorization", "").partition("Credential=")[2]
                amazon.keys.append(key.split("/")[0])
                target = self.headers.get("X-Amz-Target", "")
                if target:
                    self.answer(*amazon.answer_json(target.partition(".")[2], json.loads(body)))
                else:
                    self.answer(*amazon.answer(dict(parse_qsl(body, keep_blank_values=True))))

            def answer(self, status, text):
                self.send_response(status)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        return Handler

    def answer(self, fields):
        action = fields["Action"]
        self.calls.append((action, fields))
        if self.faults.get(action):
            return self.refuse(*self.faults[action].pop(0))
        result = getattr(self, action)(fields)
        if isinstance(result, tuple):
            return self.refuse(*result)
        return (
            200,
            f"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>",
        )

    def answer_json(self, action, fields):
        """Redshift Serverless, Secrets Manager and the tagging service, which speak JSON."""
        self.calls.append((action, fields))
        if self.faults.get(action):
            status, code, message = self.faults[action].pop(0)
            return status, json.dumps({"__type": code, "message": message})
        if action == "CreateSnapshot":
            told = {"status": "AVAILABLE", "totalBackupSizeInMegaBytes": 1500}
            self.snapshots[fields["snapshotName"]] = fields | told
            return 200, "{}"
        if action == "GetSnapshot":
            return 200, json.dumps({"snapshot": self.snapshots[fields["snapshotName"]]})
        if action == "ListSnapshots" and "namespaceName" in fields and not self.serverless:
            kind = "com.amazonaws.redshiftserverless#ResourceNotFoundException"
            return 400, json.dumps({"__type": kind, "message": "no namespace"})
        if action == "ListSnapshots":
            return 200, json.dumps({"snapshots": list(self.snapshots.values())})
        if action == "GetSecretValue":
            return 200, json.dumps({"SecretString": json.dumps(self.login)})
        if action == "GetCredentials":
            user, password = self.login.values()
            return 200, json.dumps({"dbUser": user, "dbPassword": password})
        if action == "ListSecrets":
            return 200, json.dumps({"SecretList": []})
        if action == "GetResources":  # a page for each
            left = self.tagged[int(fields.get("PaginationToken", 0)) :]
            after = str(len(self.tagged) - len(left) + 1) if len(left) > 1 else ""
            found = [{"ResourceARN": arn, "Tags": []} for arn in left[:1]]
            return 200, json.dumps({"ResourceTagMappingList": found, "PaginationToken": after})
        what = action.removeprefix("Get").removeprefix("Delete").lower()
        if what not in self.serverless:
            kind = "com.amazonaws.redshiftserverless#ResourceNotFoundException"
            return 400, json.dumps({"__type": kind, "message": f"no {what}"})
        about = self.serverless[what]
        if action.startswith("Delete"):
            del self.serverless[what]
        return 200, json.dumps({what: about})

    @staticmethod
    def refuse(status, code, message):
        error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        return status, f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"

    def count(self, action):
        return sum(name == action for name, _ in self.calls)

    # The stack.

    def read_order(self, fields, action):
        self.template = fields["TemplateBody"]

        def pairs(what, key, value):
            numbers = range(1, 40)
            return {
                fields[f"{what}.member.{n}.{key}"]: fields.get(f"{what}.member.{n}.{value}")
                for n in numbers
                if f"{what}.member.{n}.{key}" in fields
            }

        given = pairs("Parameters", "ParameterKey", "ParameterValue")
        self.parameters |= {name: value for name, value in given.items() if value is not None}
        self.tags |= pairs("Tags", "Key", "Value")
        self.steps = list(self.when[action])
        self.status = action.removesuffix("Stack").upper() + "_IN_PROGRESS"
        return f"<StackId>{STACK_ID}</StackId>"

    def CreateStack(self, fields):  # noqa: N802 - Amazon's names, as those that follow
        assert fields["Capabilities.member.1"] == "CAPABILITY_NAMED_IAM"
        self.clusters |= self.cluster_of_stack
        return self.read_order(fields, "CreateStack")

    def UpdateStack(self, fields):  # noqa: N802
        return self.read_order(fields, "UpdateStack")

    def DeleteStack(self, fields):  # noqa: N802
        self.steps = list(self.when["DeleteStack"])
        self.status = "DELETE_IN_PROGRESS"
        return ""

    def advance(self):
        if not self.steps or not self.status.endswith("_IN_PROGRESS"):
            return
        step = self.steps.pop(0)
        self.status = step.status
        self.events += step.events
        if step.status == "DELETE_COMPLETE":
            self.status = None
            for name in self.cluster_of_stack:
                self.clusters.pop(name, None)

    def absent(self):
        return 400, "ValidationError", "Stack with id sparkify does not exist"

    def DescribeStacks(self, fields):  # noqa: N802
        if self.status:
            self.advance()
        if not self.status:
            return self.absent()
        shown = {
            name: "****" if name == "AdminPassword" else v for name, v in self.parameters.items()
        }
        parameters = members(
            tags_of({"ParameterKey": name, "ParameterValue": value})
            for name, value in shown.items()
        )
        tags = members(tags_of({"Key": key, "Value": value}) for key, value in self.tags.items())
        output = members([tags_of({"OutputKey": "RoleArn", "OutputValue": ROLE})])
        about = tags_of({"StackId": STACK_ID, "StackName": "sparkify", "StackStatus": self.status})
        return (
            f"<Stacks><member>{about}<Parameters>{parameters}</Parameters>"
            f"<Outputs>{output}</Outputs><Tags>{tags}</Tags></member></Stacks>"
        )

    def GetTemplate(self, fields):  # noqa: N802
        assert fields["TemplateStage"] == "Original"
        return tags_of({"TemplateBody": self.template})

    def DescribeStackEvents(self, fields):  # noqa: N802
        names = ("LogicalResourceId", "ResourceType", "ResourceStatus", "ResourceStatusReason")
        events = [
            tags_of({"EventId": number, **dict(zip(names, event, strict=True))})
            for number, event in enumerate(self.events)
        ]
        return f"<StackEvents>{members(reversed(events))}</StackEvents>"

    # What is around it.

    def GetCallerIdentity(self, fields):  # noqa: N802
        return tags_of({"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/me"})

    def DescribeVpcs(self, fields):  # noqa: N802
        return "<vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>"

    def DescribeSubnets(self, fields):  # noqa: N802
        items = "".join(
            f"<item><subnetId>subnet-{zone}</subnetId>"
            f"<availabilityZone>us-west-2{zone}</availabilityZone></item>"
            for zone in "ba"
        )
        return f"<subnetSet>{items}</subnetSet>"

    def DescribeSecurityGroups(self, fields):  # noqa: N802
        items = "".join(
            f"<item><groupId>{number}</groupId><groupName>{name}</groupName></item>"
            for number, name in self.groups.items()
        )
        return f"<securityGroupInfo>{items}</securityGroupInfo>"

    def DeleteSecurityGroup(self, fields):  # noqa: N802
        self.groups.pop(fields["GroupId"])
        return ""

    def GetRole(self, fields):  # noqa: N802
        name = fields["RoleName"]
        if name not in self.roles:
            return 404, "NoSuchEntity", f"The role with name {name} cannot be found."
        tags = self.roles[name].items()
        shown = members(tags_of({"Key": key, "Value": value}) for key, value in tags)
        return f"<Role>{tags_of({'Arn': ROLE, 'RoleName': name})}<Tags>{shown}</Tags></Role>"

    def ListRolePolicies(self, fields):  # noqa: N802
        return "<PolicyNames/>"

    def ListAttachedRolePolicies(self, fields):  # noqa: N802
        return "<AttachedPolicies/>"

    def DeleteRole(self, fields):  # noqa: N802
        del self.roles[fields["RoleName"]]
        return ""

    def DescribeClusters(self, fields):  # noqa: N802
        name = fields.get("ClusterIdentifier")
        if name and name not in self.clusters:
            return 404, "ClusterNotFound", f"Cluster {name} not found."
        clusters = "".join(
            f"<Cluster>{tags_of({'ClusterIdentifier': each})}{cluster}</Cluster>"
            for each, cluster in self.clusters.items()
            if name in (None, each)
        )
        return f"<Clusters>{clusters}</Clusters>"

    def GetClusterCredentials(self, fields):  # noqa: N802
        user, password = self.login.values()
        return tags_of({"DbUser": user, "DbPassword": password})

    GetClusterCredentialsWithIAM = GetClusterCredentials

    def DeleteCluster(self, fields):  # noqa: N802
        assert fields["SkipFinalClusterSnapshot"] == "true"
        del self.clusters[fields["ClusterIdentifier"]]
        return ""

    def DescribeClusterSubnetGroups(self, fields):  # noqa: N802
        return "<ClusterSubnetGroups/>"

    def DescribeClusterParameterGroups(self, fields):  # noqa: N802
        return "<ParameterGroups/>"

    def DescribeClusterSnapshots(self, fields):  # noqa: N802
        return "<Snapshots/>"


def cluster(host="sparkify.example", port=5439, is_public=False):
    """Fields of a cluster that is there."""
    return (
        tags_of(
            {
                "ClusterStatus": "available",
                "NodeType": "rg.large",
                "NumberOfNodes": 1,
                "DBName": "sparkify",
                "MasterUsername": "sparkify",
                "PubliclyAccessible": str(is_public).lower(),
                "Encrypted": "true",
                "MasterPasswordSecretArn": "arn:aws:secretsmanager:us-west-2:123456789012:secret:1",
            }
        )
        + f"<Endpoint><Address>{host}</Address><Port>{port}</Port></Endpoint>"
    )
