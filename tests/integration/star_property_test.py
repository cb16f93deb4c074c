"""Any order, any split, any repetition: the star is what the reference says.

Each case is a small random world. SPARKIFY_PROPERTY_CASES sets how many, SPARKIFY_PROPERTY_SEED
the first seed; a failure names its seed.
"""

import os
import subprocess

import pytest
import reference
from eventfiles import write
from program import TOO_MANY_REJECTS, Warehouse, clean_environment
from worlds import Maker

CASES = int(os.environ.get("SPARKIFY_PROPERTY_CASES", "60"))
FIRST_SEED = int(os.environ.get("SPARKIFY_PROPERTY_SEED", "1"))
SEEDS = range(FIRST_SEED, FIRST_SEED + CASES)


def write_files(folder, files):
    return [str(write(folder / name, data)) for name, data in sorted(files.items())]


def load_in_parts(seed, folder, **env):
    """Loads a world in random deliveries; checks star and accounts against the reference."""
    maker = Maker(seed)
    world = maker.world()
    program = Warehouse(folder / "warehouse.duckdb", **env)
    expected = reference.Warehouse()
    for number, delivery in enumerate(maker.deliveries(world)):
        logs, songs = folder / f"{number}/logs", folder / f"{number}/songs"
        log_files = write_files(logs, delivery.logs)
        song_files = write_files(songs, delivery.songs)
        contents = expected.load(log_files, song_files)
        assert not any(c.rejects for c in contents.values()), "the world holds bad records"
        sources = (logs if log_files else None, songs if song_files else None)
        if maker.chance(0.2):
            bad = write((logs if log_files else songs) / "zz/bad.json", b"{broken")
            program.etl(*sources).expect(TOO_MANY_REJECTS)
            bad.unlink()
        program.load(*sources, *maker.pick([[], [], ["--threads", "1"], ["--keep-staging"]]))
    program.expect_star(expected.star())
    program.expect_green()
    expect_accounts(program, expected)


def expect_accounts(program, expected):
    """Rows read are loaded or duplicates; what is loaded is what the star holds."""
    files = program.ledger()["etl_files"]
    for row in files:
        accounted = row["loaded_count"] + row["duplicate_count"] + row["reject_count"]
        assert row["row_count"] == accounted, row
    loaded = sum(row["loaded_count"] for row in files if row["source"] == "events")
    assert loaded == len(expected.events)


@pytest.mark.parametrize("seed", SEEDS)
def test_star_does_not_depend_on_order_split_and_repetition(seed, tmp_path):
    load_in_parts(seed, tmp_path)


@pytest.mark.parametrize("seed", SEEDS[: max(3, CASES // 8)])
def test_star_does_not_depend_on_the_time_zone(seed, tmp_path):
    load_in_parts(1000 + seed, tmp_path, TZ="Asia/Tokyo")


@pytest.fixture(scope="module")
def german_locale(tmp_path_factory):
    """The environment of a locale that writes 1,5 for 1.5, made here; needs package `locales`."""
    folder = tmp_path_factory.mktemp("locale")
    made = subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "UTF-8", str(folder / "de_DE.UTF-8")],
        capture_output=True,
        text=True,
    )
    names = {"LOCPATH": str(folder), "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}
    point = subprocess.run(
        ["locale", "decimal_point"], env=clean_environment(**names), capture_output=True, text=True
    )
    assert point.stdout.strip() == ",", f"no German locale: {made.stderr} {point.stderr}"
    return names


@pytest.mark.parametrize("seed", SEEDS[: max(3, CASES // 8)])
def test_star_does_not_depend_on_the_locale(seed, tmp_path, german_locale):
    load_in_parts(2000 + seed, tmp_path, **german_locale)
