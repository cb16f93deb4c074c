"""notebooks/analytics.ipynb, executed against `sparkify serve` as JupyterLab would."""

import json
import math
import os
import subprocess

import pytest
from amazon import Amazon
from program import BINARY, OK, ROOT, Warehouse, clean_environment, run
from reports import NAMES
from served import Served
from strangers import Server

NOTEBOOK = ROOT / "notebooks/analytics.ipynb"
PYTHON = ROOT / ".deps/notebook/bin"
PASSWORD = "of this test's server: 'a' %b"
CONFIGURATION = """\
[CLUSTER]
HOST=127.0.0.1
DB_NAME=dev
DB_USER=reader
DB_PASSWORD={password}
DB_PORT={port}
"""
VEGA_LITE = "application/vnd.vegalite.v5+json"
# Prints what every report gives when a notebook asks for it.
EVERY_REPORT = """
import json
from warehouse import Warehouse, json_value
warehouse = Warehouse()
print(json.dumps({
    name: [[json_value(value) for value in row] for row in warehouse.report(name).to_numpy(object)]
    for name in warehouse.reports
}))
"""
# Connects as cells do, for reports and for `%sql`, and names the user that it was let in as.
WHO = """
import sys
import sqlalchemy
from warehouse import Warehouse
warehouse = Warehouse(sys.argv[1])
(engine,) = sqlalchemy.create_engine(warehouse.address).execute("select current_user").first()
(reports,) = warehouse.query("select current_user as name").name
print(reports, engine)
"""


def cells_of(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


class Executed:
    """A server on the real logs, and what the cells of the notebook show of it."""

    def __init__(self, folder, real_data):
        assert (PYTHON / "jupyter").exists(), "no Jupyter: scripts/setup notebook installs it"
        self.warehouse = Warehouse(folder / "served.duckdb")
        self.warehouse.load(real_data / "log_data", real_data / "song_data")
        configuration = folder / "dwh.cfg"
        configuration.write_text(CONFIGURATION.format(password=PASSWORD, port=5439))
        configuration.chmod(0o600)
        self.served = Served(folder, "--config", configuration)
        text = CONFIGURATION.format(password=PASSWORD, port=self.served.port)
        configuration.write_text(text)
        charts = folder / "charts.mjs"
        subprocess.run([ROOT / "scripts/web", "charts", charts], check=True, timeout=120)
        self.environment = clean_environment(
            HOME=str(folder),
            PATH=f"{PYTHON}:{os.environ['PATH']}",
            PYTHONPATH=str(ROOT / "notebooks"),
            PYTHONDONTWRITEBYTECODE="1",
            SPARKIFY_BIN=str(BINARY),
            SPARKIFY_CHARTS=str(charts),
            SPARKIFY_CONFIG=str(configuration),
        )
        out = folder / "executed.ipynb"
        self.run_python("-m", "jupyter", "execute", NOTEBOOK, f"--output={out}")
        self.text = out.read_text()
        self.cells = cells_of(json.loads(self.text))

    def run_python(self, *words, **environment):
        done = self.try_python(*words, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def try_python(self, *words, **environment):
        return subprocess.run(
            [PYTHON / "python", *words],
            env=self.environment | environment,
            cwd=self.warehouse.path.parent,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def data(self, source):
        """What the cell with this in its source shows, by media type; later outputs win."""
        (cell,) = [cell for cell in self.cells if source in "".join(cell["source"])]
        shown = {}
        for output in cell["outputs"]:
            assert output["output_type"] != "error"
            shown |= output.get("data", {})
        return shown

    def chart(self, report):
        return self.data(f'show("{report}"')[VEGA_LITE]


@pytest.fixture(scope="module")
def executed(real_data, tmp_path_factory):
    made = Executed(tmp_path_factory.mktemp("notebook"), real_data)
    yield made
    made.served.stop().expect(OK)


def test_the_repository_holds_it_without_outputs():
    notebook = json.loads(NOTEBOOK.read_text())
    for cell in cells_of(notebook):
        assert (cell["outputs"], cell["execution_count"]) == ([], None)


def test_its_charts_show_what_sql_says(executed):
    days = executed.warehouse.query(
        "select cast(start_time as date) as day, count(distinct user_id) as users "
        "from songplays group by 1 order by 1"
    )
    values = executed.chart("active_users")["data"]["values"]
    daily = [(each["day"], each["#value"]) for each in values if each["#series"] == "daily users"]
    assert daily == [(row["day"], row["users"]) for row in days]
    artists = executed.warehouse.query(
        "select artist_name as artist, count(*) as plays from songplays group by 1 "
        "order by 2 desc, count(distinct user_id) desc, 1 limit 10"
    )
    values = executed.chart("top_artists")["data"]["values"]
    assert [(each["artist_name"], each["plays"]) for each in values] == [
        (row["artist"], row["plays"]) for row in artists
    ]
    weekdays = executed.chart("plays_by_weekday")["data"]["values"]
    assert sum(each["#value"] for each in weekdays) == 6820
    layers = executed.chart("paid_net_adds")["layer"]
    upgrades = [each for each in layers[0]["data"]["values"] if each["#series"] == "upgrades"]
    assert sum(each["#value"] for each in upgrades) == 8


def test_sql_of_ones_own_is_answered(executed):
    plays = executed.warehouse.query(
        "select level, count(*) as plays, count(distinct user_id) as listeners, "
        "count(distinct session_id) as sessions from songplays group by 1 order by 1"
    )
    shown = "".join(executed.data("by_level.DataFrame()")["text/plain"]).split()
    assert (
        shown
        == " ".join(
            ["level plays listeners sessions"]
            + [" ".join(map(str, [i, *row.values()])) for i, row in enumerate(plays)]
        ).split()
    )


def is_same(value, wanted):
    if isinstance(wanted, float):
        return math.isclose(value, wanted, rel_tol=1e-9)
    if isinstance(wanted, str) and "." in wanted:
        # Python writes six digits of a second, or none.
        return value.rstrip("0") == wanted.rstrip("0")
    return value == wanted


def test_every_report_gives_what_the_command_line_prints(executed):
    found = json.loads(executed.run_python("-c", EVERY_REPORT))
    assert sorted(found) == NAMES
    for name, rows in found.items():
        flags = ["--warehouse", executed.warehouse.path, "--format", "json"]
        expected = run("analytics", name, *flags).expect(OK).json
        assert len(rows) == len(expected), name
        for row, other in zip(rows, expected, strict=True):
            for value, wanted in zip(row, other.values(), strict=True):
                assert is_same(value, wanted), (name, row, other)


@pytest.mark.parametrize("kept", ["DB_PASSWORD=\n", ""], ids=["empty", "absent"])
def test_a_password_outside_of_the_file_is_found(kept, executed, tmp_path):
    configuration = tmp_path / "dwh.cfg"
    text = CONFIGURATION.format(password=PASSWORD, port=executed.served.port)
    configuration.write_text(text.replace(f"DB_PASSWORD={PASSWORD}\n", kept))
    (tmp_path / "nobody").touch(0o600)
    alone = {"PGPASSFILE": str(tmp_path / "nobody")}
    asked = ["-c", WHO, configuration]
    assert executed.run_python(*asked, PGPASSWORD=PASSWORD, **alone) == "reader reader\n"
    (tmp_path / "pgpass").touch(0o600)
    escaped = PASSWORD.replace(":", "\\:")
    (tmp_path / "pgpass").write_text(f"127.0.0.1:*:*:reader:{escaped}\n")
    found = executed.run_python(*asked, PGPASSFILE=str(tmp_path / "pgpass"))
    assert found == "reader reader\n"
    refused = executed.try_python(*asked, **alone)
    assert refused.returncode != 0 and "no password supplied" in refused.stderr


def test_the_password_that_secrets_manager_keeps_is_asked_for(executed, tmp_path):
    """What `setup` writes names the secret alone."""
    secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:redshift!dwh-reader-1"
    configuration = tmp_path / "dwh.cfg"
    text = CONFIGURATION.format(password="", port=executed.served.port)
    configuration.write_text(text + f"SECRET_ARN={secret}\n")
    amazon = Amazon()
    amazon.login = {"username": "reader", "password": PASSWORD}
    account = {
        "AWS_ACCESS_KEY_ID": "AKIDFIRST",
        "AWS_SECRET_ACCESS_KEY": "not-to-be-told",
        "AWS_ENDPOINT_URL": amazon.url,
        "PGPASSFILE": str(tmp_path / "nobody"),
    }
    asked = ["-c", WHO, configuration]
    assert executed.run_python(*asked, **account) == "reader reader\n"
    (call,) = amazon.calls
    assert call[0] == "GetSecretValue" and call[1]["SecretId"] == secret
    # What is said by hand counts more.
    refused = executed.try_python(*asked, **account, PGPASSWORD="another")
    assert "password authentication failed" in refused.stderr and len(amazon.calls) == 1
    amazon.stop()


def test_another_machine_must_show_a_certificate_for_its_name(executed, tmp_path):
    configuration = tmp_path / "dwh.cfg"
    (tmp_path / "password").write_text(PASSWORD + "\n")
    user = ["serve", "user", "add", "reader", "--warehouse", tmp_path / "served.duckdb"]
    run(*user, "--password-file", tmp_path / "password").expect(OK)
    server = Server(tmp_path, host="127.0.0.2")
    text = CONFIGURATION.format(password=PASSWORD, port=server.port)
    configuration.write_text(text.replace("127.0.0.1", "127.0.0.2"))
    asked = ["-c", WHO, configuration]
    refused = executed.try_python(*asked)
    assert refused.returncode != 0 and "certificate verify failed" in refused.stderr
    known = {"PGSSLROOTCERT": server.certificate}
    assert executed.run_python(*asked, **known) == "reader reader\n"
    assert executed.run_python(*asked, PGSSLMODE="require") == "reader reader\n"
    server.stop().expect(OK)


def test_it_keeps_the_password_to_itself(executed):
    assert PASSWORD not in executed.text and "%27a%27" not in executed.text
