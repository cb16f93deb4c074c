"""dwh.cfg as people have it: both shapes in use, and mistakes named by file, line and nearest name.

Precedence: flag, environment, dwh.cfg of the folder, user's file, default.
"""

import pytest
from eventfiles import play, song, write, write_events, write_song
from program import OK, USAGE, Warehouse, clean_environment, run

# As create_tables.py and etl.py of the data warehouse course read it: values by position, paths
# in quotes, to be filled in.
COURSE_CFG = """[CLUSTER]
HOST=''
DB_NAME=''
DB_USER=''
DB_PASSWORD=''
DB_PORT=5439

[IAM_ROLE]
ARN=''

[S3]
LOG_DATA='{logs}'
LOG_JSONPATH='{paths}'
SONG_DATA='{songs}'
"""

# With the cluster declared in the same file and no quotes.
CLUSTER_CFG = """[AWS]
KEY = AKIDEXAMPLE
SECRET = wJalrXUtnFEMI%K7MDENG
REGION = us-west-2

[DWH]
DWH_CLUSTER_TYPE = multi-node
DWH_NUM_NODES = 4
DWH_NODE_TYPE = dc2.large
DWH_IAM_ROLE_NAME = dwhRole
DWH_CLUSTER_IDENTIFIER = dwhCluster
DWH_DB = dwh
DWH_DB_USER = dwhuser
DWH_DB_PASSWORD = Passw0rd-of-nobody
DWH_PORT = 5439

[S3]
log_data = {logs}
log_jsonpath = {paths}
song_data = {songs}
"""
SHAPES = {"course": COURSE_CFG, "cluster": CLUSTER_CFG}
SECRETS = ("AKIDEXAMPLE", "wJalrXUtnFEMI", "Passw0rd-of-nobody")


@pytest.fixture
def sources(tmp_path):
    """Logs, songs and a jsonpaths file for a dwh.cfg to name."""
    write_events(tmp_path / "data/logs/a.json", [play()])
    write_song(tmp_path / "data/songs/a.json", song("SO1", "AR1"))
    keys = (
        "artist auth firstName gender itemInSession lastName length level location method page "
        "registration sessionId song status ts userAgent userId"
    ).split()
    listed = ", ".join(f"\"$['{key}']\"" for key in keys)
    write(tmp_path / "data/paths.json", f'{{"jsonpaths": [{listed}]}}'.encode())
    names = {"logs": "data/logs", "songs": "data/songs", "paths": "data/paths.json"}
    return {key: str(tmp_path / name) for key, name in names.items()}


def write_cfg(folder, text):
    path = write(folder / "dwh.cfg", text.encode())
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("shape", SHAPES)
def test_a_load_finds_its_sources_in_either_shape(shape, sources, tmp_path):
    write_cfg(tmp_path, SHAPES[shape].format(**sources))
    result = run("etl", cwd=tmp_path).expect(OK)
    assert not any(secret in result.out + result.err for secret in SECRETS)
    warehouse = Warehouse(tmp_path / "sparkify.duckdb")
    assert warehouse.query("select song_id from songplays") == [{"song_id": "SO1"}]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_origin_of_every_value_is_shown_and_no_secret(shape, sources, tmp_path):
    text = SHAPES[shape].format(**sources)
    write_cfg(tmp_path, text)
    result = run("config", "show", "--origin", cwd=tmp_path).expect(OK)
    assert not any(secret in result.out + result.err for secret in SECRETS)
    wanted = text.lower().splitlines()
    line = next(n for n, found in enumerate(wanted, start=1) if found.startswith("log_data"))
    (shown,) = [row for row in result.out.splitlines() if "log_data" in row]
    assert sources["logs"] in shown and f"dwh.cfg:{line}" in shown


def test_a_flag_wins_over_the_environment_over_dwh_cfg_over_the_users_file(sources, tmp_path):
    home = tmp_path / "home"
    write(home / ".config/sparkify/sparkify.cfg", b"[WAREHOUSE]\npath = user.duckdb\n")
    env = {"HOME": str(home)}

    def origin(*flags, **more):
        shown = run(
            "config",
            "show",
            "--origin",
            *flags,
            cwd=tmp_path,
            env=clean_environment(**env, **more),
        ).expect(OK)
        (row,) = [row for row in shown.out.splitlines() if "warehouse.path" in row]
        return row

    assert "user.duckdb" in origin() and "sparkify.cfg:2" in origin()
    write_cfg(tmp_path, "[WAREHOUSE]\npath = project.duckdb\n")
    assert "project.duckdb" in origin() and "dwh.cfg:2" in origin()
    row = origin(SPARKIFY_WAREHOUSE="variable.duckdb")
    assert "variable.duckdb" in row and "SPARKIFY_WAREHOUSE" in row
    write_events(tmp_path / "logs/a.json", [play()])
    flags = ["--warehouse", tmp_path / "flag.duckdb", "--log-data", tmp_path / "logs"]
    env["SPARKIFY_WAREHOUSE"] = "variable.duckdb"
    run("etl", *flags, cwd=tmp_path, env=clean_environment(**env)).expect(OK)
    assert sorted(path.name for path in tmp_path.glob("*.duckdb")) == ["flag.duckdb"]


# text: (line, what the message names)
MISTAKES = {
    "key_misspelled": ("[S3]\nLOG_DTA='x'\n", 2, ["LOG_DTA", 'did you mean "log_data"']),
    "section_misspelled": ("[S33]\nLOG_DATA='x'\n", 1, ["S33", 'did you mean "S3"']),
    "section_of_nobody": ("[PLUMBING]\npipe=1\n", 1, ["PLUMBING", "known sections"]),
    "port_that_is_none": ("[CLUSTER]\nDB_NAME=x\nDB_PORT=54x\n", 3, ["54x", "port"]),
    "count_that_is_none": ("[WAREHOUSE]\nmax_rejects = some\n", 2, ["some"]),
    "layout_of_nobody": ("[WAREHOUSE]\nlayout = by-song\n", 2, ["by-song", "by-user"]),
    "key_before_a_section": ("LOG_DATA=x\n", 1, ["[SECTION]"]),
    "line_without_a_key": ("[S3]\nLOG_DATA=x\n\nwhat is this\n", 4, ["key = value"]),
    "key_twice": ("[S3]\nLOG_DATA=x\nlog_data=y\n", 3, ["log_data"]),
    "key_in_the_wrong_section": ("[S3]\nDB_PASSWORD=x\n", 2, ["DB_PASSWORD", "[CLUSTER]"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_dwh_cfg_is_named_with_its_line(name, tmp_path):
    text, line, texts = MISTAKES[name]
    write_cfg(tmp_path, text)
    write_events(tmp_path / "logs/a.json", [play()])
    result = run("etl", "--log-data", tmp_path / "logs", cwd=tmp_path)
    result.expect_error(USAGE, f"dwh.cfg:{line}:", *texts)
    assert not list(tmp_path.glob("*.duckdb"))


def test_a_secret_in_a_wrong_place_is_not_shown(tmp_path):
    write_cfg(tmp_path, "[S3]\nDB_PASWORD=Passw0rd-of-nobody\n")
    result = run("config", "show", cwd=tmp_path).expect_error(USAGE, "dwh.cfg:2:", "DB_PASWORD")
    assert "Passw0rd-of-nobody" not in result.err


def test_secrets_that_others_may_read_are_warned_about(tmp_path):
    path = write_cfg(tmp_path, "[CLUSTER]\nDB_PASSWORD=Passw0rd-of-nobody\n")
    path.chmod(0o644)
    result = run("config", "show", cwd=tmp_path).expect(OK, "warning", "dwh.cfg", "chmod 600")
    assert "Passw0rd-of-nobody" not in result.out + result.err


def test_a_wrong_environment_variable_is_named(tmp_path):
    env = clean_environment(SPARKIFY_MAX_REJECTS="many")
    result = run("config", "show", cwd=tmp_path, env=env)
    result.expect_error(USAGE, "SPARKIFY_MAX_REJECTS", "many")


@pytest.mark.parametrize("encoding", ["\r\n", "\ufeff"])
def test_windows_line_ends_and_byte_order_marks_are_read(encoding, sources, tmp_path):
    text = COURSE_CFG.format(**sources)
    text = text.replace("\n", encoding) if encoding == "\r\n" else encoding + text
    write_cfg(tmp_path, text)
    run("etl", cwd=tmp_path).expect(OK)
    warehouse = Warehouse(tmp_path / "sparkify.duckdb")
    assert warehouse.value("select count(*) from songplays") == 1
