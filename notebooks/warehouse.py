"""A warehouse as notebooks ask it: its reports, drawn as the web app draws them.

The SQL is that of sql/report, what it means is what `sparkify analytics` says, and charts are those
of web/src/charts.ts: nothing of it stands here again.
"""

import configparser
import json
import math
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote, urlencode

import boto3
import pandas
import psycopg2
import sqlalchemy
from botocore.httpsession import get_cert_path
from IPython.display import Markdown, display
from sqlalchemy.dialects import postgresql

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = os.environ.get("SPARKIFY_BIN", ROOT / "build/release/sparkify")
CHARTS = Path(os.environ.get("SPARKIFY_CHARTS", ROOT / "build/notebook/charts.mjs"))
CONFIGURATION = os.environ.get("SPARKIFY_CONFIG", "dwh.cfg")
# What JupyterLab draws by itself. Of what the charts use, 5 and 6 mean the same.
MEDIA_TYPE = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
# All that was ever logged, as `sparkify analytics` without flags has it.
EVERYTHING = {"from": "0001-01-01", "to": "9998-12-31", "level": "all", "top": 20}


class Warehouse:
    """The one that [CLUSTER] of a dwh.cfg names: `sparkify serve` or Amazon Redshift."""

    def __init__(self, path=CONFIGURATION):
        config = configparser.ConfigParser(interpolation=None)
        with open(path) as file:
            config.read_file(file)
        self.cluster = {name: text.strip("'\"") for name, text in config["CLUSTER"].items()}
        self.password = self.cluster.get("db_password") or secret_password(self.cluster)
        self.connection = psycopg2.connect(
            host=self.cluster["host"],
            dbname=self.cluster["db_name"],
            user=self.cluster["db_user"],
            password=self.password,
            port=self.cluster["db_port"],
            **tls_of(self.cluster["host"]),
        )
        self.connection.set_session(autocommit=True)
        self.reports = known_reports()

    @property
    def address(self):
        """What `%sql` connects to. Holds the password if the file does, or Secrets Manager."""
        user, name = (quote(self.cluster[part], safe="") for part in ("db_user", "db_name"))
        if self.password:
            user += ":" + quote(self.password, safe="")
        address = "postgresql://{}@{}:{}/{}".format(
            user, self.cluster["host"], self.cluster["db_port"], name
        )
        return "?".join(filter(None, [address, urlencode(tls_of(self.cluster["host"]))]))

    def query(self, sql, values=None):
        """The rows of a statement; `%(name)s` in it stands for a value."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            names = [column.name for column in cursor.description]
            return pandas.DataFrame(cursor.fetchall(), columns=names)

    def report(self, name, start=None, end=None, level=None, top=None):
        """The rows of a report, of these days (2018-11-01), of that level, so many of a ranking."""
        chosen = {"from": start, "to": end, "level": level, "top": top}
        chosen = {key: value for key, value in chosen.items() if value is not None}
        takes = self.reports[name]["parameters"]
        unknown = set(chosen) - set(takes)
        if unknown:
            raise ValueError(f"{name} takes no {', '.join(sorted(unknown))}")
        values = {key: value for key, value in (EVERYTHING | chosen).items() if key in takes}
        return self.query(statement_of(name), values)

    def show(self, name, **chosen):
        """Draws a report below what it means, and returns its rows."""
        report = self.reports[name]
        lines = [f"**{report['title']}.** {report['definition']} Unit: {report['unit']}."]
        if report["caveat"]:
            lines.append(f"*{report['caveat']}*")
        display(Markdown("\n\n".join(lines)))
        rows = self.report(name, **chosen)
        spec = chart_of(report, rows)
        if spec is not None:
            display({MEDIA_TYPE: spec, "text/plain": f"chart: {name}"}, raw=True)
        return rows


def tls_of(host):
    """What psycopg2 is told of TLS, as `sparkify etl` has it: another machine must show a
    certificate for its name, or the password would go to whoever answers. PGSSLMODE and
    PGSSLROOTCERT count."""
    if host in ("localhost", "127.0.0.1", "::1") or "PGSSLMODE" in os.environ:
        return {}
    return {
        "sslmode": "verify-full",
        "sslrootcert": os.environ.get("PGSSLROOTCERT", get_cert_path(True)),
    }


def secret_password(cluster):
    """The one that Secrets Manager keeps under SECRET_ARN. None when the file names no secret, or
    PGPASSWORD says another: then libpq takes that, or looks into ~/.pgpass."""
    secret = cluster.get("secret_arn")
    if not secret or os.environ.get("PGPASSWORD"):
        return None
    # arn:aws:secretsmanager:REGION:... ; a plain name is looked for in the user's own region.
    region = secret.split(":")[3] if secret.startswith("arn:") else None
    secrets = boto3.client("secretsmanager", region_name=region)
    return json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"])["password"]


def known_reports():
    """What the header of each says, by name."""
    program = PROGRAM if Path(PROGRAM).exists() else shutil.which("sparkify")
    if program is None:
        raise FileNotFoundError(f"no program at {PROGRAM}: run scripts/build, or set SPARKIFY_BIN")
    command = [program, "analytics", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {report["name"]: report for report in json.loads(done.stdout)}


def statement_of(name):
    """A report's SQL as psycopg2 takes it: `%(level)s` where the file says `:level`."""
    text = (ROOT / "sql/report" / f"{name}.sql").read_text()
    return str(sqlalchemy.text(text).compile(dialect=postgresql.dialect(paramstyle="pyformat")))


def chart_of(report, rows):
    """The Vega-Lite of a report's rows; None for those that the web app shows as figures."""
    if not CHARTS.exists():
        raise FileNotFoundError(f"no {CHARTS}: run scripts/web charts {CHARTS}")
    plain = [
        {name: json_value(value) for name, value in row.items()} for row in rows.to_dict("records")
    ]
    text = json.dumps({"report": report, "rows": plain})
    done = subprocess.run(["node", CHARTS], input=text, capture_output=True, text=True, check=True)
    spec = json.loads(done.stdout)
    # A page has a width for its charts, a cell has none.
    return spec and {**spec, "$schema": SCHEMA, "width": 640}


def json_value(value):
    """As /api/reports of the web app has it: a number, a text, nothing."""
    if value is None or value is pandas.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (bool, int, float, str)):
        return value
    number = getattr(value, "__float__", None)
    return float(value) if number else str(value)
