"""Bad files: a clear message, an exit code that tells what to do, and nothing changed."""

import os
import shutil
import subprocess
import threading
import time

import pytest
import reference
from eventfiles import event_line, play, write, write_events
from program import (
    BAD_DATA,
    BINARY,
    DENIED,
    OK,
    TOO_MANY_REJECTS,
    UNAVAILABLE,
    Result,
    Warehouse,
    clean_environment,
)
from sources import EVENT_COLUMNS
from worlds import large_log_lines

GOOD = event_line(play(item=0)).encode()


def test_a_directory_named_like_a_log_is_walked_into(warehouse, tmp_path):
    write_events(tmp_path / "logs/x.json/inner.json", [GOOD])
    warehouse.load(tmp_path / "logs")
    assert warehouse.value("select count(*) from songplays") == 1


def test_an_empty_directory_named_like_a_log_is_no_file(warehouse, tmp_path):
    write_events(tmp_path / "logs/a.json", [GOOD])
    (tmp_path / "logs/x.json").mkdir()
    warehouse.load(tmp_path / "logs")
    assert warehouse.value("select count(*) from etl_files") == 1


def test_a_broken_symlink_named_like_a_log_refuses_the_load(loaded, tmp_path):
    write_events(tmp_path / "logs/a.json", [GOOD])
    (tmp_path / "logs/gone.json").symlink_to(tmp_path / "nowhere.json")
    before = loaded.content()
    loaded.etl(tmp_path / "logs").expect_error(BAD_DATA, "gone.json", "symbolic link")
    assert loaded.content() == before


def test_a_broken_symlink_of_another_name_is_named_and_passed_over(warehouse, tmp_path):
    write_events(tmp_path / "logs/a.json", [GOOD])
    (tmp_path / "logs/latest").symlink_to(tmp_path / "nowhere")
    result = warehouse.load(tmp_path / "logs")
    assert "latest" in result.out + result.err
    assert warehouse.value("select count(*) from songplays") == 1


def test_a_circle_of_symlinks_ends(warehouse, tmp_path):
    write_events(tmp_path / "logs/a.json", [GOOD])
    (tmp_path / "logs/circle").symlink_to(tmp_path / "logs")
    warehouse.etl(tmp_path / "logs", timeout=30)
    assert warehouse.value("select count(*) from songplays") == 1


def as_ordinary_user(tmp_path):
    """How to start a child without root's power over permissions."""
    if os.geteuid() != 0:
        return {}
    nobody = 65534
    for folder in [tmp_path, *tmp_path.rglob("*")]:
        os.chown(folder, nobody, nobody, follow_symlinks=False)
    # The folders above belong to root alone.
    for folder in list(tmp_path.parents)[:-2]:
        folder.chmod(folder.stat().st_mode | 0o011)
    return {"user": nobody, "group": nobody, "extra_groups": []}


def test_a_file_without_permission_refuses_the_load(loaded, tmp_path):
    write_events(tmp_path / "logs/a.json", [GOOD])
    closed = write_events(tmp_path / "logs/closed.json", [GOOD])
    before = loaded.content()
    who = as_ordinary_user(tmp_path)
    closed.chmod(0)
    loaded.etl(tmp_path / "logs", **who).expect_error(DENIED, "closed.json")
    assert loaded.content() == before


def test_a_folder_without_permission_refuses_the_load(loaded, tmp_path):
    write_events(tmp_path / "logs/a.json", [GOOD])
    write_events(tmp_path / "logs/closed/b.json", [GOOD])
    before = loaded.content()
    who = as_ordinary_user(tmp_path)
    (tmp_path / "logs/closed").chmod(0)
    try:
        loaded.etl(tmp_path / "logs", **who).expect_error(DENIED, "closed")
    finally:
        (tmp_path / "logs/closed").chmod(0o755)
    assert loaded.content() == before


FAILING_READDIR = r"""
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

// As a disk that breaks, or a file server that goes away, between one name and the next.
extern "C" dirent* readdir(DIR* directory) {
  static auto real = reinterpret_cast<dirent* (*)(DIR*)>(dlsym(RTLD_NEXT, "readdir"));
  dirent* entry = real(directory);
  if (entry == nullptr || strcmp(entry->d_name, getenv("FAILS_AT")) != 0) return entry;
  errno = EIO;
  return nullptr;
}
"""


def test_a_folder_that_fails_before_its_end_refuses_the_load(loaded, tmp_path):
    write_events(tmp_path / "logs/a.json", [GOOD])
    write_events(tmp_path / "logs/b.json", [GOOD])
    write(tmp_path / "failing.cpp", FAILING_READDIR.encode())
    compiler = ["c++", "-shared", "-fPIC", "-o", "failing.so", "failing.cpp"]
    subprocess.run(compiler, cwd=tmp_path, check=True, timeout=60)
    before = loaded.content()
    failing = clean_environment(LD_PRELOAD=str(tmp_path / "failing.so"), FAILS_AT="b.json")
    result = loaded.etl(tmp_path / "logs", env=failing)
    result.expect_error(UNAVAILABLE, "cannot list directory", "logs", "input/output error")
    assert loaded.content() == before


def test_a_warehouse_in_a_folder_without_permission_is_denied(tmp_path):
    write_events(tmp_path / "logs/a.json", [GOOD])
    (tmp_path / "closed").mkdir()
    who = as_ordinary_user(tmp_path)
    (tmp_path / "closed").chmod(0o555)
    warehouse = Warehouse(tmp_path / "closed/w.duckdb")
    warehouse.etl(tmp_path / "logs", **who).expect_error(DENIED, "w.duckdb")


def test_a_prefix_with_nothing_below_is_not_found(loaded, tmp_path):
    before = loaded.content()
    loaded.etl(tmp_path / "nowhere").expect_error(BAD_DATA, "nowhere")
    (tmp_path / "empty").mkdir()
    loaded.etl(tmp_path / "empty").expect_error(BAD_DATA, "empty")
    assert loaded.content() == before


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("damage", ["cut", "other", "flipped"])
def test_a_broken_compressed_file_refuses_the_load(suffix, damage, loaded, tmp_path):
    lines = list(large_log_lines(500, seed=4))
    path = write_events(tmp_path / f"logs/a.json{suffix}", lines)
    data = path.read_bytes()
    damaged = {
        "cut": data[: len(data) * 2 // 3],
        "other": b"this is no archive",
        "flipped": data[:500] + bytes([data[500] ^ 0xFF]) + data[501:],
    }[damage]
    path.write_bytes(damaged)
    before = loaded.content()
    loaded.etl(tmp_path / "logs").expect_error(BAD_DATA, str(path))
    assert loaded.content() == before


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_an_archive_of_several_members_is_read_whole(suffix, warehouse, tmp_path):
    parts = [
        write_events(tmp_path / f"part{n}{suffix}", [event_line(play(item=n)) + "\n"]).read_bytes()
        for n in range(3)
    ]
    write(tmp_path / "logs/a.json", b"").rename(tmp_path / f"logs/a.json{suffix}")
    (tmp_path / f"logs/a.json{suffix}").write_bytes(b"".join(parts))
    warehouse.load(tmp_path / "logs")
    assert warehouse.value("select count(*) from songplays") == 3


class Rewriter(threading.Thread):
    """Changes a file again and again while it is read."""

    def __init__(self, path, change):
        super().__init__(daemon=True)
        self.path, self.change = path, change
        self.is_done = threading.Event()

    def run(self):
        while not self.is_done.is_set():
            self.change(self.path)
            time.sleep(0.002)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.is_done.set()
        self.join()


def append(path):
    with path.open("ab") as out:
        out.write(b"\n" + event_line(play(user=1, session=7, item=int(time.time()))).encode())


def cut(path):
    os.truncate(path, max(0, path.stat().st_size - 100_000))


def overwrite(path):
    with path.open("r+b") as out:
        out.write(b'{"artist":"Changed"')


def replace(path):
    other = path.with_suffix(".other")
    shutil.copy(path, other)
    with other.open("ab") as out:
        out.write(b"\n" + GOOD)
    os.replace(other, path)


@pytest.mark.parametrize("change", [append, cut, overwrite, replace])
def test_a_file_that_changes_while_it_is_read_is_not_loaded_in_part(change, loaded, tmp_path):
    log = write_events(
        tmp_path / "logs/large.json", large_log_lines(60_000, seed=6, first_session=1000)
    )
    before = loaded.content()
    with Rewriter(log, change):
        result = loaded.etl(tmp_path / "logs", None, "--max-rejects", "0")
    assert result.exit_code in (OK, TOO_MANY_REJECTS, UNAVAILABLE), str(result)
    if result.exit_code == OK:
        # One whole state of the file: never less than it began with.
        assert loaded.value("select count(*) from events") >= 60_001
    else:
        result.expect_error(result.exit_code, str(log))
        assert loaded.content() == before
    loaded.expect_green()


@pytest.mark.parametrize("spare_megabytes", [1, 2, 3])
def test_a_full_disk_leaves_the_warehouse_as_it_was(spare_megabytes, loaded, tmp_path):
    """A tmpfs with little more room than the file takes, in a mount namespace of its own; needs
    root or user namespaces."""
    write_events(tmp_path / "logs/a.json", large_log_lines(150_000, seed=9, first_session=1000))
    before = loaded.content()
    disk = tmp_path / "disk"
    disk.mkdir()
    size = loaded.path.stat().st_size + spare_megabytes * 2**20
    script = f"""
set -e
mount -t tmpfs -o size={size} tmpfs '{disk}'
cp '{loaded.path}' '{disk}/w.duckdb'
set +e
'{BINARY}' etl --warehouse '{disk}/w.duckdb' --log-data '{tmp_path}/logs'
code=$?
rm -f '{tmp_path}'/after.duckdb*
cp '{disk}'/w.duckdb '{tmp_path}/after.duckdb'
if [ -e '{disk}/w.duckdb.wal' ]; then
  cp '{disk}/w.duckdb.wal' '{tmp_path}/after.duckdb.wal'
fi
exit $code
"""
    flags = ["-m"] if os.geteuid() == 0 else ["-rm"]
    done = subprocess.run(
        ["unshare", *flags, "sh", "-c", script],
        capture_output=True,
        text=True,
        env=clean_environment(),
        timeout=120,
    )
    assert (tmp_path / "after.duckdb").exists(), f"no full disk could be made: {done.stderr}"
    result = Result(done.args, done.returncode, done.stdout, done.stderr)
    result.expect_error(UNAVAILABLE)
    after = Warehouse(tmp_path / "after.duckdb")
    assert after.content() == before
    after.expect_green()
    after.load(tmp_path / "logs")
    assert after.value("select count(*) from events") == 150_001


# --- jsonpaths ---

BAD_JSONPATHS = {
    "not_json": ('{"jsonpaths": [', "json"),
    "no_list": ('{"paths": []}', "jsonpaths"),
    "too_few": ('{"jsonpaths": ["$.artist"]}', "18"),
    "no_path": ('{"jsonpaths": [' + ", ".join(['"artist"'] * 18) + "]}", "artist"),
}


@pytest.mark.parametrize("name", BAD_JSONPATHS)
def test_a_bad_jsonpaths_file_is_named_with_its_line(name, loaded, tmp_path):
    text, expected = BAD_JSONPATHS[name]
    paths = write(tmp_path / "paths.json", text.encode())
    write_events(tmp_path / "logs/a.json", [GOOD])
    before = loaded.content()
    result = loaded.etl(tmp_path / "logs", None, "--log-jsonpath", paths)
    result.expect_error(BAD_DATA, f"{paths}:1:", expected)
    assert loaded.content() == before


def test_a_jsonpaths_file_finds_nested_values(warehouse, tmp_path):
    keys = [column[1] for column in EVENT_COLUMNS]
    paths = [f"$['e'].{key}" if n % 2 else f"$.e['{key}']" for n, key in enumerate(keys)]
    listed = ", ".join(f'"{path}"' for path in paths)
    write(tmp_path / "paths.json", f'{{"jsonpaths": [{listed}]}}'.encode())
    write(tmp_path / "logs/a.json", b'{"e":' + GOOD + b"}")
    warehouse.load(tmp_path / "logs", None, "--log-jsonpath", tmp_path / "paths.json")
    plain = write_events(tmp_path / "plain.json", [GOOD])
    expected = reference.Warehouse()
    expected.load([plain])
    warehouse.expect_star(expected.star())


def test_a_missing_jsonpaths_file_is_not_found(loaded, tmp_path):
    write_events(tmp_path / "logs/a.json", [GOOD])
    result = loaded.etl(tmp_path / "logs", None, "--log-jsonpath", tmp_path / "none.json")
    result.expect_error(BAD_DATA, "none.json")
