"""Warehouses written by earlier versions of the program open, check and go on."""

import gzip

import pytest
from eventfiles import play, song, write_events, write_song
from program import ROOT, Warehouse

FIXTURES = sorted((ROOT / "tests/fixtures").glob("warehouse_v*.duckdb.gz"))


COLUMNS = (
    "select table_name, column_name, data_type from information_schema.columns "
    "where table_schema = 'main' order by table_name, ordinal_position"
)


def test_the_first_format_is_kept_as_a_fixture():
    assert [fixture.name for fixture in FIXTURES][0] == "warehouse_v1.duckdb.gz"


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name.split(".")[0])
def test_a_warehouse_of_an_earlier_version_goes_on(fixture, tmp_path, warehouse):
    old = Warehouse(tmp_path / "old.duckdb")
    old.path.write_bytes(gzip.decompress(fixture.read_bytes()))
    old.expect_green()
    write_events(tmp_path / "logs/new.json", [play(user=2, session=9)])
    write_song(tmp_path / "songs/new.json", song("SO9", "AR9"))
    old.load(tmp_path / "logs", tmp_path / "songs")
    old.expect_green()
    plays = old.query("select song_id, match_method from songplays")
    assert {"song_id": "SO1", "match_method": "title+artist+duration"} in plays
    assert len(plays) == 2
    warehouse.load(tmp_path / "logs", tmp_path / "songs")
    assert old.query(COLUMNS) == warehouse.query(COLUMNS)
