"""Scripts in the shape of the course's projects, run unchanged against `sparkify serve` with an S3
server behind it."""

import shutil
import subprocess
import sys

import pytest
from clouds import REAL, lay_real
from program import OK, ROOT, clean_environment
from s3_server import S3Server
from served import Served

SEED = ROOT / "tests" / "fixtures" / "seed"
CONFIGURATION = """\
[CLUSTER]
HOST=127.0.0.1
DB_NAME=dev
DB_USER=tester
DB_PASSWORD=Passw0rd
DB_PORT={port}

[IAM_ROLE]
ARN=arn:aws:iam::123456789012:role/dwhRole

[S3]
LOG_DATA='s3://{bucket}/log_data'
LOG_JSONPATH='s3://{bucket}/log_json_path.json'
SONG_DATA='s3://{bucket}/song_data'
"""

# What the real logs and songs give.
KNOWN_COUNTS = {
    "staging_events": 8056,
    "staging_songs": 71,
    "songplays": 6820,
    "users": 96,
    "songs": 71,
    "artists": 69,
    "time": 6813,
}


@pytest.fixture
def warehouse_of_seeds(tmp_path, real_data):
    """A folder with the scripts and their dwh.cfg, and the server they go to."""
    with S3Server() as cloud:
        lay_real(cloud, real_data)
        served = Served(tmp_path, **cloud.environment())
        folder = tmp_path / "project"
        shutil.copytree(SEED, folder)
        configuration = CONFIGURATION.format(port=served.port, bucket=REAL)
        (folder / "dwh.cfg").write_text(configuration)
        yield served, folder
        served.stop().expect(OK)


def run_script(folder, name):
    done = subprocess.run(
        [sys.executable, name],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr


def test_the_scripts_give_the_known_counts(warehouse_of_seeds):
    served, folder = warehouse_of_seeds
    for script in ("create_tables.py", "etl.py"):
        run_script(folder, script)
    counts = {table: int(served.answer(f"select count(*) from {table}")) for table in KNOWN_COUNTS}
    assert counts == KNOWN_COUNTS
    first = "select min(start_time), count(song_id), count(distinct user_id) from songplays"
    assert served.answer(first) == "2018-11-01 21:01:46.796|1|96\n"
    busiest = "select weekday from time group by weekday order by count(*) desc limit 1"
    assert served.answer(busiest) == "3\n"
    # Again from the start: the tables are dropped, the numbers begin anew.
    for script in ("create_tables.py", "etl.py"):
        run_script(folder, script)
    assert served.answer("select min(songplay_id), count(*) from songplays") == "0|6820\n"


def test_a_copy_that_fails_says_where(warehouse_of_seeds):
    served, folder = warehouse_of_seeds
    run_script(folder, "create_tables.py")
    served.answer("create table narrow (artist_id varchar(3))")
    done = served.psql(
        "-v",
        "VERBOSITY=verbose",
        "-c",
        f"copy narrow from 's3://{REAL}/song_data' iam_role default json 'auto'",
    )
    assert "XX000" in done.stderr and "stl_load_errors" in done.stderr
    query = "select colname, err_reason from stl_load_errors order by starttime desc limit 1"
    column, reason = served.answer(query).strip().split("|")
    assert (column.strip(), "exceeds" in reason.lower()) == ("artist_id", True)
