"""Bad records: refused with a place and a reason, kept on record; the rest of the file is read."""

import pytest
import reference
from eventfiles import as_bytes, event_line, play, song, song_text, write, write_events
from program import OK, TOO_MANY_REJECTS


def line_with(**changes):
    return event_line(play(item=1, **changes)).encode()


def line_with_literal(key, literal):
    """A good line in which one key's value is replaced by a literal."""
    text = event_line(play(item=1, **{key: "@"}))
    return text.encode().replace(b'"@"', literal)


GOOD = event_line(play(item=0)).encode()

# name: (line, reason, column)
BAD_EVENTS = {
    "truncated": (GOOD[:100], "malformed_json", None),
    "two_objects_on_a_line": (GOOD + GOOD, "malformed_json", None),
    "text_after_the_object": (GOOD + b" x", "malformed_json", None),
    "bare_word": (b"hello", "malformed_json", None),
    "not_a_number_literal": (line_with_literal("length", b"NaN"), "malformed_json", None),
    "array": (b"[1, 2]", "not_an_object", None),
    "string": (b'"text"', "not_an_object", None),
    "number": (b"42", "not_an_object", None),
    "null": (b"null", "not_an_object", None),
    "word_for_a_number": (line_with(ts="yesterday"), "wrong_type", "ts"),
    "word_for_a_user": (line_with(userId="eight"), "wrong_type", "user_id"),
    "word_for_a_length": (line_with(length="long"), "wrong_type", "length"),
    "boolean_for_text": (line_with(artist=True), "wrong_type", "artist"),
    "boolean_for_a_number": (line_with(status=False), "wrong_type", "status"),
    "object_for_text": (line_with(song={"a": 1}), "nested_value", "song"),
    "array_for_a_number": (line_with(status=[200]), "nested_value", "status"),
    "integer_too_large": (line_with(status=2**31), "out_of_range", "status"),
    "integer_too_small": (line_with(sessionId=-(2**31) - 1), "out_of_range", "session_id"),
    "integer_of_many_digits": (line_with(status=10**30), "out_of_range", "status"),
    "quoted_integer_too_large": (line_with(userId="99999999999"), "out_of_range", "user_id"),
    "fraction_for_an_integer": (line_with(itemInSession=1.5), "out_of_range", "item_in_session"),
    "real_too_large": (line_with_literal("length", b"1e999"), "out_of_range", "length"),
    "time_too_large": (line_with_literal("ts", b"9" * 25), "out_of_range", "ts"),
    "long_page": (line_with(page="x" * 65), "text_too_long", "page"),
    "long_artist_of_two_byte_letters": (line_with(artist="é" * 513), "text_too_long", "artist"),
    "no_time": (line_with(ts=None), "missing_value", "ts"),
    "blank_time": (line_with(ts=" "), "missing_value", "ts"),
    "no_session": (line_with(sessionId=None), "missing_value", "session_id"),
    "blank_page": (line_with(page="  "), "missing_value", "page"),
    "no_item": (line_with(itemInSession=None), "missing_value", "item_in_session"),
    "key_absent": (GOOD.replace(b'"ts":', b'"tz":'), "missing_value", "ts"),
    "escaped_nul": (line_with(song="a\0b"), "nul_byte", "song"),
    "raw_nul": (GOOD.replace(b"You Gotta Be", b"You\0Gotta Be"), "nul_byte", None),
    "invalid_utf8": (GOOD.replace(b"You Gotta Be", b"You \xff\xfe Be"), "invalid_utf8", None),
    "overlong_utf8": (GOOD.replace(b"You Gotta Be", b"You \xc0\xaf Be"), "invalid_utf8", None),
    "latin1": (GOOD.replace(b"You Gotta Be", "Señorita".encode("latin-1")), "invalid_utf8", None),
    "lone_surrogate": (line_with(song="a\ud800b"), "invalid_utf8", "song"),
}


@pytest.mark.parametrize("name", BAD_EVENTS)
def test_a_bad_event_refuses_the_load_and_is_on_record(name, loaded, tmp_path):
    line, reason, column = BAD_EVENTS[name]
    log = write_events(tmp_path / "logs/bad.json", [GOOD, line, event_line(play(item=2))])
    before = loaded.content()
    loaded.etl(tmp_path / "logs").expect_error(TOO_MANY_REJECTS, f"{log}:2:")
    assert loaded.content() == before
    expect_refusal_on_record(loaded, log, reason, column, line)
    loaded.load(tmp_path / "logs", None, "--max-rejects", "1")
    assert loaded.value("select count(*) from songplays where session_id = 139") == 2
    expect_refusal_on_record(loaded, log, reason, column, line)


def expect_refusal_on_record(warehouse, log, reason, column, line):
    """The last load holds one reject, of line 2."""
    ledger = warehouse.ledger()
    last = max(ledger["etl_loads"], key=lambda row: row["load_id"])
    assert (last["rejects"], last["rows_read"]) == (1, 3)
    assert last["status"] == "loaded" or last["error"]
    (found,) = [row for row in ledger["etl_rejects"] if row["load_id"] == last["load_id"]]
    assert (found["file"], found["line"], found["reason"]) == (str(log), 2, reason)
    if column is not None:
        assert found["column_name"] == column
    assert found["raw_bytes"] == len(line)
    assert 1 <= found["byte_column"] <= len(line) + 1
    if line.isascii() and b"\0" not in line:
        assert found["raw_text"] == line.decode()


def test_the_column_of_a_reject_points_at_the_value(loaded, tmp_path):
    line = line_with(ts="yesterday")
    log = write_events(tmp_path / "logs/bad.json", [line])
    result = loaded.etl(tmp_path / "logs").expect(TOO_MANY_REJECTS)
    column = line.index(b'"yesterday"') + 1
    assert f"{log}:1:{column}: error: " in result.err
    excerpt, caret = result.err.split(" error: ")[1].splitlines()[1:3]
    assert '"yesterday"' in excerpt
    assert excerpt[caret.index("^")] == '"', "the caret stands below the value"


def test_rejects_are_told_grouped_by_reason_with_counts(loaded, tmp_path):
    lines = [GOOD]
    lines += [line_with(ts="yesterday")] * 3
    lines += [line_with(song=["x"])] * 2
    lines += [b"{broken"] * 4
    write_events(tmp_path / "logs/bad.json", lines)
    before = loaded.content()
    result = loaded.etl(tmp_path / "logs", None, "--max-rejects", "8")
    result.expect_error(TOO_MANY_REJECTS, "9", "4", "3", "2")
    assert loaded.content() == before
    query = "select reason, count(*) as n from etl_rejects group by reason"
    by_reason = {row["reason"]: row["n"] for row in loaded.query(query)}
    assert by_reason == {"malformed_json": 4, "wrong_type": 3, "nested_value": 2}
    assert loaded.loads()[-1]["status"] == "failed"
    loaded.load(tmp_path / "logs", None, "--max-rejects", "9")
    assert {row["reason"]: row["n"] for row in loaded.query(query)} == {
        reason: 2 * count for reason, count in by_reason.items()
    }


def test_reading_goes_on_at_the_next_line_after_a_bad_one(loaded, tmp_path):
    lines = []
    for number in range(50):
        lines += [event_line(play(item=number)), "{" * (number % 3) + "x"]
    log = write_events(tmp_path / "logs/bad.json", lines)
    loaded.load(tmp_path / "logs", None, "--max-rejects", "50")
    rejects = loaded.ledger()["etl_rejects"]
    assert sorted(row["line"] for row in rejects) == list(range(2, 101, 2))
    assert {row["file"] for row in rejects} == {str(log)}
    assert loaded.value("select count(*) from events where session_id = 139") == 50


BAD_SONGS = {
    "truncated": (song_text(song("SO1", "AR1"))[:60], "malformed_json", None),
    "no_song_id": (song_text(song(None, "AR1")), "missing_value", "song_id"),
    "blank_artist_id": (song_text(song("SO1", "  ")), "missing_value", "artist_id"),
    "long_song_id": (song_text(song("S" * 65, "AR1")), "text_too_long", "song_id"),
    "word_for_a_year": (song_text(song("SO1", "AR1", year="last")), "wrong_type", "year"),
    "nested_title": (song_text(song("SO1", "AR1", title=["x"])), "nested_value", "title"),
    "boolean_name": (song_text(song("SO1", "AR1", name=True)), "wrong_type", "artist_name"),
    "array": ("[]", "not_an_object", None),
}


@pytest.mark.parametrize("name", BAD_SONGS)
def test_a_bad_song_refuses_the_load_and_is_on_record(name, loaded, tmp_path):
    text, reason, column = BAD_SONGS[name]
    path = write(tmp_path / "songs/bad.json", text.encode())
    before = loaded.content()
    loaded.etl(None, tmp_path / "songs").expect_error(TOO_MANY_REJECTS, f"{path}:1:")
    assert loaded.content() == before
    (found,) = loaded.ledger()["etl_rejects"]
    assert (found["line"], found["reason"]) == (1, reason)
    assert column is None or found["column_name"] == column


def test_a_bad_song_in_a_file_of_several_leaves_the_others(loaded, tmp_path):
    texts = [song_text(song(f"SO{n}", "AR1")) for n in (1, 2)]
    data = "\n".join([texts[0], texts[1][:40], texts[1]]).encode()
    write(tmp_path / "songs/bad.json", data)
    loaded.load(None, tmp_path / "songs", "--max-rejects", "1")
    assert loaded.value("select count(*) from songs") == 3


def test_bytes_that_are_no_text_are_kept_as_hexadecimal(loaded, tmp_path):
    write_events(tmp_path / "logs/bad.json", [b'{"page":"\xff\xc3\xa9"}', b'{"page":"a\0"}'])
    loaded.etl(tmp_path / "logs").expect(TOO_MANY_REJECTS)
    raw = {row["line"]: row["raw_text"] for row in loaded.ledger()["etl_rejects"]}
    assert raw == {1: '{"page":"\\xFFé"}', 2: '{"page":"a\\x00"}'}


def test_a_hopeless_file_is_not_read_to_its_end(loaded, tmp_path):
    log = write_events(tmp_path / "logs/bad.json", ["{broken"] * 200_000)
    before = loaded.content()
    loaded.etl(tmp_path / "logs").expect_error(TOO_MANY_REJECTS, f"{log}:1:2: ", "at least")
    assert loaded.content() == before
    kept = loaded.value("select count(*) from etl_rejects")
    assert 1000 < kept < 50_000


def test_a_line_of_more_than_64_mebibytes_is_refused_as_a_whole(loaded, tmp_path):
    line = line_with(song="x" * (65 << 20))
    write_events(tmp_path / "logs/bad.json", [GOOD, line, event_line(play(item=2))])
    loaded.etl(tmp_path / "logs").expect_error(TOO_MANY_REJECTS)
    (found,) = loaded.ledger()["etl_rejects"]
    assert (found["line"], found["reason"], found["raw_bytes"]) == (2, "line_too_long", len(line))


# --- odd but good ---


def expect_same_as_reference(warehouse, tmp_path, data, name="odd.json"):
    path = write(tmp_path / "logs" / name, data)
    warehouse.load(tmp_path / "logs")
    expected = reference.Warehouse()
    content = expected.load([path])[path]
    assert not content.rejects
    warehouse.expect_star(expected.star())
    return content


TWO = [event_line(play(item=n)) for n in range(2)]
ODD_FILES = {
    "byte_order_mark": b"\xef\xbb\xbf" + as_bytes(TWO),
    "carriage_returns": "\r\n".join(TWO).encode() + b"\r\n",
    "blank_lines": b"\n\n  \n" + b"\n\t\n".join(line.encode() for line in TWO) + b"\n\n",
    "blanks_around_objects": b"  " + b"  \n\t ".join(line.encode() for line in TWO) + b" \t",
    "empty": b"",
    "blanks_only": b" \n\t\n   ",
    "byte_order_mark_only": b"\xef\xbb\xbf",
    "text_at_its_limit": line_with(artist="é" * 512, song="x" * 1024 + " " * 500),
    "long_unknown_value": as_bytes([event_line(play(extra="x" * 10_000_000)), *TWO]),
    "deep_unknown_value": line_with(extra=[[[[{"a": [1, {"b": None}]}]]]]),
    "huge_numbers_under_unknown_keys": line_with(extra=10**40),
    "ends_of_integers": line_with(sessionId=2**31 - 1, status=-(2**31)),
    "key_given_twice": GOOD.replace(b'"status":200', b'"status":"x","status":404'),
    "time_before_1970": line_with(ts=-1),
    "escapes": line_with(song='a"b\\c/d\te\nf\u2028g', artist="😀"),
}


@pytest.mark.parametrize("name", ODD_FILES)
def test_an_odd_but_good_file_loads(name, warehouse, tmp_path):
    content = expect_same_as_reference(warehouse, tmp_path, ODD_FILES[name])
    (row,) = warehouse.ledger()["etl_files"]
    assert (row["row_count"], row["reject_count"]) == (len(content.records), 0)


def test_a_registration_that_is_no_date_does_not_stop_a_load(loaded, tmp_path):
    """It is a good DOUBLE in staging, but no TIMESTAMP."""
    write_events(tmp_path / "logs/a.json", [line_with(registration=1e300)])
    loaded.load(tmp_path / "logs", None, "--max-rejects", "1")
    assert loaded.query("select registered_at from users where user_id = 8") in (
        [],
        [{"registered_at": None}],
    )


def test_a_line_of_ten_megabytes_of_text_is_refused_by_its_column(loaded, tmp_path):
    line = line_with(song="x" * 10_000_000)
    write_events(tmp_path / "logs/bad.json", [GOOD, line, event_line(play(item=2))])
    result = loaded.etl(tmp_path / "logs").expect_error(TOO_MANY_REJECTS)
    assert len(result.err) < 10_000, "the message shows a window of the line"
    (found,) = loaded.ledger()["etl_rejects"]
    assert (found["reason"], found["column_name"]) == ("text_too_long", "song")
    assert found["raw_bytes"] == len(line)
    assert len(found["raw_text"]) <= 1 << 20


def test_a_failed_load_names_its_error_on_record(loaded, tmp_path):
    write_events(tmp_path / "logs/bad.json", [b"{broken"])
    loaded.etl(tmp_path / "logs").expect(TOO_MANY_REJECTS)
    last = loaded.loads()[-1]
    assert last["status"] == "failed" and last["error"]
    assert (last["files_loaded"], last["rows_loaded"]) == (0, 0)
    (recent, *_) = loaded.run("status", "--format", "json").expect(OK).json["recent_loads"]
    assert (recent["status"], recent["error"]) == ("failed", last["error"])
    write_events(tmp_path / "logs/bad.json", [GOOD])
    loaded.load(tmp_path / "logs")
    assert [row["status"] for row in loaded.loads()] == ["loaded", "failed", "loaded"]
