"""`check --truth` passes on an answer key that was counted here, and finds every number that is
wrong."""

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from eventfiles import epoch_ms, event, play, song, write, write_events, write_song
from program import BAD_DATA, CHECK_FAILED, OK, ROOT, TOO_MANY_REJECTS, USAGE

SECTIONS = sorted(path.stem for path in (ROOT / "sql/truth").glob("*.sql"))
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
SUNDAY = epoch_ms("2018-11-04T22:30:00.796")

SONGS = [
    song("SO1", "AR1"),
    song("SO2", "AR1", title="Kissing You", duration=300.5),
    song("SO3", "AR2", title="Hunter", name="Björk"),
]


def story(user, session, ts, *steps):
    """Events of one session, ten minutes apart: (page, level) or (page, level, changes)."""
    found = []
    for item, (page, level, *more) in enumerate(steps):
        changes = more[0] if more else {}
        found.append(event(user, session, item, ts + item * 10 * MINUTE, page, level, **changes))
    return found


def world():
    """Five users and a visitor: every kind of change, match and week."""
    cancelled = {"auth": "Cancelled"}
    return [
        # Over midnight and into another week, upgrades and is seen to.
        *story(
            1,
            1,
            SUNDAY,
            ("Home", "free"),
            ("NextSong", "free"),
            ("Upgrade", "free"),
            ("Submit Upgrade", "free"),
            ("NextSong", "paid", {"song": "Kissing You"}),
            ("NextSong", "paid", {"artist": "Björk", "song": "Unheard"}),
            *[("NextSong", "paid")] * 6,
        ),
        *story(1, 2, SUNDAY + 15 * DAY, ("Submit Downgrade", "paid"), ("NextSong", "free")),
        # Found paid, found free again: nobody saw why.
        *story(2, 3, SUNDAY - 6 * DAY, ("Home", "free"), ("NextSong", "free")),
        *story(2, 4, SUNDAY - 2 * DAY, ("NextSong", "paid"), ("Error", "paid", {"status": 404})),
        *story(2, 5, SUNDAY + DAY, ("NextSong", "free")),
        # Cancels, and comes back.
        *story(
            3,
            6,
            SUNDAY + 2 * DAY,
            ("NextSong", "paid", {"artist": "Nobody", "song": "Nothing"}),
            ("Cancel", "paid"),
            ("Cancellation Confirmation", "paid", cancelled),
        ),
        *story(3, 7, SUNDAY + 30 * DAY, ("Home", "free")),
        *story(4, 8, SUNDAY, ("Cancellation Confirmation", "free", cancelled)),
        # A line without a level, a play without an artist.
        *story(5, 9, SUNDAY, ("NextSong", "free", {"artist": None}), ("Home", None)),
        # A visitor who never says a name, and one who logs in.
        *story(None, 10, SUNDAY, ("Home", "free"), ("NextSong", "free"), ("Help", "paid")),
        *story(None, 11, SUNDAY, ("Login", "free", {"method": "PUT", "status": 307})),
        event(5, 11, 1, SUNDAY + 11 * MINUTE, "Home", "free"),
    ]


def moment(found):
    return datetime.fromtimestamp(found["ts"] / 1000, UTC)


def monday(found):
    day = moment(found).date()
    return day - timedelta(days=day.weekday())


def matches(found, songs):
    """How a play finds its song: rule 2 of docs/warehouse.md, without the winner."""
    of_artist = [s for s in songs if s["artist_name"] == found["artist"]]
    of_title = [s for s in of_artist if s["title"] == found["song"]]
    if any(s["duration"] == found["length"] for s in of_title):
        return "title+artist+duration"
    return "title+artist" if of_title else "artist" if of_artist else "none"


def top(texts):
    ranked = sorted(Counter(texts).items(), key=lambda line: (-line[1], line[0].encode()))
    return dict(ranked[:20])


def stays(events):
    """(user, level, how it came about) in the order of time; the first of a user came by ''."""
    found = []
    last_stay, last_page = {}, {}
    for e in sorted(events, key=lambda e: e["ts"]):
        user, before = e["userId"], last_stay.get(e["userId"])
        is_cancelled = e["page"] == "Cancellation Confirmation" or e["auth"] == "Cancelled"
        stay = "cancelled" if is_cancelled else e["level"]
        if stay is not None and stay != before:
            submit = {"paid": "Submit Upgrade", "free": "Submit Downgrade"}.get(stay)
            seen = "observed" if last_page.get(user) == submit else "inferred"
            if stay == "cancelled":
                change = "cancel observed"
            elif before == "cancelled":
                change = "return inferred"
            else:
                change = f"{'upgrade' if stay == 'paid' else 'downgrade'} {seen}" if before else ""
            found.append((user, stay, change))
            last_stay[user] = stay
        last_page[user] = e["page"]
    return found


def active(known, period):
    """A period for each user who was there in it."""
    return [str(each) for each, _ in {(period(e), e["userId"]) for e in known}]


def by_week(known):
    weeks = defaultdict(set)
    for e in known:
        weeks[e["userId"]].add(monday(e))
    return [
        f"{min(known_weeks)} +{(week - min(known_weeks)).days // 7}"
        for known_weeks in weeks.values()
        for week in known_weeks
    ]


def answer_key(events, songs, rejects=0, duplicates=0):
    """What a correct warehouse holds of these events and songs, each of them given once."""
    known = [e for e in events if e["userId"]]
    plays = [e for e in known if e["page"] == "NextSong"]
    times = [(moment(e).isoweekday() % 7, moment(e).hour) for e in plays]
    changes = [change for _, _, change in stays(known) if change]
    last_level = {e["userId"]: e["level"] for e in sorted(known, key=lambda e: e["ts"])}
    submits = ("Submit Upgrade", "Submit Downgrade", "Cancellation Confirmation")
    sections = {
        "counts": {
            "artists": len({s["artist_id"] for s in songs}),
            "duplicates": duplicates,
            "events": len(events),
            "level_changes": len(changes),
            "rejects": rejects,
            "sessions": len({e["sessionId"] for e in events}),
            "songplays": len(plays),
            "songs": len(songs),
            "user_history_versions": len(stays(known)),
            "users": len({e["userId"] for e in known}),
        },
        "events_by_page": [e["page"] for e in events],
        "events_by_level": [e["level"] or "none" for e in events],
        "events_by_page_and_level": [f"{e['page']}, {e['level'] or 'none'}" for e in events],
        "events_by_auth": [e["auth"] for e in events],
        "submits": [e["page"] for e in events if e["page"] in submits],
        "plays_by_level": [e["level"] for e in plays],
        "plays_by_match": [matches(e, songs) for e in plays],
        "plays_by_weekday": [str(weekday) for weekday, _ in times],
        "plays_by_hour": [str(hour) for _, hour in times],
        "plays_by_weekday_and_hour": [f"{weekday} {hour}" for weekday, hour in times],
        "top_songs": top(f"{e['artist'] or ''}: {e['song']}" for e in plays),
        "top_artists": top(e["artist"] or "" for e in plays),
        "daily_active_users": active(known, lambda e: moment(e).date()),
        "weekly_active_users": active(known, monday),
        "cohort_retention": by_week(known),
        "level_changes": changes,
        "users_by_level": [level or "none" for level in last_level.values()],
    }
    return {name: dict(Counter(lines)) for name, lines in sections.items()}


def write_truth(path, sections, **changes):
    truth = {"format": 1, "settings": {}, "generated": {}, "warehouse": sections} | changes
    return write(path, json.dumps(truth).encode())


@pytest.fixture
def key(tmp_path):
    return tmp_path / "truth.json"


@pytest.fixture
def told(warehouse, tmp_path):
    """A warehouse that holds the world."""
    write_events(tmp_path / "logs/a.json", world())
    write_song(tmp_path / "songs/a.json", *SONGS)
    warehouse.load(tmp_path / "logs", tmp_path / "songs")
    return warehouse


def test_the_answer_key_here_has_every_section_and_says_something_in_each():
    sections = answer_key(world(), SONGS)
    assert sorted(sections) == SECTIONS
    assert all(sections.values())
    assert sections["level_changes"] == {
        "upgrade observed": 1,
        "upgrade inferred": 1,
        "downgrade observed": 1,
        "downgrade inferred": 1,
        "cancel observed": 2,
        "return inferred": 1,
    }
    assert sections["plays_by_match"].keys() >= {"title+artist+duration", "title+artist", "artist"}


def test_a_warehouse_that_holds_what_it_should_passes(told, key):
    write_truth(key, answer_key(world(), SONGS))
    result = told.run("check", "--truth", key).expect(OK)
    assert "failed" not in result.out
    assert result.err == ""
    for name in SECTIONS:
        assert name in result.out


@pytest.mark.parametrize("section", SECTIONS)
def test_a_wrong_number_is_shown(section, told, key):
    sections = answer_key(world(), SONGS)
    changed = sorted(sections[section])[-1]
    true_count = sections[section][changed]
    sections[section][changed] += 1234
    line_count = sum(map(len, sections.values()))
    write_truth(key, sections)
    result = told.run("check", "--truth", key)
    result.expect_error(CHECK_FAILED, f"error: 1 of {line_count} lines of {key} differ")
    shown = [[cell.strip() for cell in line.split("|")] for line in result.out.splitlines()]
    assert [section, "failed", str(len(sections[section])), "1"] in shown
    assert [section, changed, f"{true_count + 1234:,}", str(true_count)] in shown
    assert sum(row[1:2] == ["ok"] for row in shown) == len(SECTIONS) - 1


def test_a_key_that_one_side_lacks_is_zero_there(told, key):
    sections = {"events_by_auth": answer_key(world(), SONGS)["events_by_auth"]}
    lost = sections["events_by_auth"].pop("Cancelled")
    sections["events_by_auth"] |= {"Guest": 3, "Ghost": 0}
    write_truth(key, sections)
    result = told.run("check", "--truth", key, "--format", "json").expect(CHECK_FAILED)
    (section,) = result.json
    assert (section["section"], section["ok"], section["difference_count"]) == (
        "events_by_auth",
        False,
        2,
    )
    columns = ("expected", "found", "ok")
    lines = {line["key"]: tuple(line[c] for c in columns) for line in section["lines"]}
    assert lines["Cancelled"] == (0, lost, False)
    assert lines["Guest"] == (3, 0, False)
    assert lines["Ghost"] == (0, 0, True)
    assert lines["Logged In"][2] and lines["Logged Out"][2]


def test_of_many_differences_the_first_are_shown_and_the_others_counted(told, key):
    write_truth(key, {"events_by_page": {f"Page {n:02}": n + 1 for n in range(23)}, "submits": {}})
    result = told.run("check", "--truth", key).expect(CHECK_FAILED)
    assert "Page 10" in result.out
    assert "Page 20" not in result.out
    assert len(answer_key(world(), SONGS)["events_by_page"]) == 10
    assert "and 13 more of events_by_page" in result.out
    assert "more of submits" not in result.out


def test_repeated_events_count_once_and_as_duplicates(warehouse, tmp_path, key):
    events = world()
    write_events(tmp_path / "logs/a.json", [*events, events[1], events[4]])
    write_events(tmp_path / "later/b.json", [events[0], events[-1], events[-2]])
    write_song(tmp_path / "songs/a.json", *SONGS, SONGS[0])
    warehouse.load(tmp_path / "logs", tmp_path / "songs")
    warehouse.load(tmp_path / "later")
    write_truth(key, answer_key(events, SONGS, duplicates=6))
    warehouse.run("check", "--truth", key).expect(OK)


def test_rejects_count_unless_their_load_was_refused(warehouse, tmp_path, key):
    write_events(tmp_path / "logs/a.json", [*world(), "{broken", '{"ts":"yesterday"}'])
    write_song(tmp_path / "songs/a.json", *SONGS)
    warehouse.etl(tmp_path / "logs", tmp_path / "songs").expect(TOO_MANY_REJECTS)
    write_truth(key, answer_key([], []))
    warehouse.run("check", "--truth", key).expect(OK)
    warehouse.load(tmp_path / "logs", tmp_path / "songs", "--max-rejects", "2")
    write_truth(key, answer_key(world(), SONGS, rejects=2))
    warehouse.run("check", "--truth", key).expect(OK)


def test_the_same_songs_heard_as_often_are_ranked_by_their_bytes(warehouse, tmp_path, key):
    titles = [*"zyxwvutsrqponmlkjihgfedcba", "Z", "É", "\N{GRINNING FACE}", "\ufb01"]
    events = [play(item=n, ts=SUNDAY + n, song=title) for n, title in enumerate(titles)]
    write_events(tmp_path / "logs/a.json", [*events, play(item=99, ts=SUNDAY + 99, song="É")])
    warehouse.load(tmp_path / "logs")
    sections = {"top_songs": {f"Des'ree: {title}": 1 for title in "Zabcdefghijklmnopqr"}}
    sections["top_songs"]["Des'ree: É"] = 2
    write_truth(key, sections)
    warehouse.run("check", "--truth", key).expect(OK)


def test_an_empty_warehouse_holds_nothing(warehouse, key):
    warehouse.run("create-tables").expect(OK)
    write_truth(key, {name: {} for name in SECTIONS})
    result = warehouse.run("check", "--truth", key, "--format", "json").expect(OK)
    assert [section["section"] for section in result.json] == SECTIONS
    assert {line["found"] for section in result.json for line in section["lines"]} == {0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this is no JSON"),
        ('{"format": 1,\n  "warehouse": {]}', "truth.json:2:"),
        ("[1, 2]", "an object is expected"),
        ('{"warehouse": {"counts": {}}}', 'there is no "format" in it'),
        ('{"format": 2, "warehouse": {"counts": {}}}', '"format" is 2, not 1'),
        ('{"format": "1", "warehouse": {"counts": {}}}', '"format" is "1", not 1'),
        ('{"format": 1}', 'there is no "warehouse" in it'),
        ('{"format": 1, "warehouse": []}', '"warehouse" is no object'),
        ('{"format": 1, "warehouse": {}}', '"warehouse" is no object with sections'),
        ('{"format": 1, "warehouse": {"counts": 3}}', 'section "counts" is no object'),
        ('{"format": 1, "warehouse": {"counts": {"events": 1.5}}}', '"events" is 1.5'),
        ('{"format": 1, "warehouse": {"counts": {"events": "1"}}}', '"events" is "1"'),
        ('{"format": 1, "warehouse": {"counts": {"events": null}}}', '"events" is null'),
        ('{"format": 1, "warehouse": {"counts": {"events": -1}}}', '"events" is -1'),
        (
            '{"format": 1, "warehouse": {"counts": {"events": 18446744073709551615}}}',
            "which is no count",
        ),
    ],
)
def test_what_is_no_answer_key_is_refused(text, message, loaded, key):
    write(key, text.encode())
    result = loaded.run("check", "--truth", key)
    result.expect_error(USAGE, message, str(key))
    assert result.out == ""


def test_a_deeply_nested_answer_key_is_refused(loaded, key):
    depth = 100_000
    write(key, b'{"format": ' + b"[" * depth + b"]" * depth + b"}")
    loaded.run("check", "--truth", key).expect_error(USAGE, '"format" is an array, not 1')


def test_an_unknown_section_is_refused_with_the_nearest_name(loaded, key):
    write_truth(key, {"counts": {}, "plays_by_hours": {"1": 1}})
    result = loaded.run("check", "--truth", key)
    result.expect_error(USAGE, str(key), '"plays_by_hours"', 'did you mean "plays_by_hour"?')
    assert result.out == ""


def test_a_missing_answer_key_is_not_found(loaded, tmp_path):
    loaded.run("check", "--truth", tmp_path / "none.json").expect_error(BAD_DATA, "none.json")


def test_a_warehouse_without_tables_is_told_so(warehouse, key):
    warehouse.run("create-tables").expect(OK)
    warehouse.run("sql", "drop table warehouse_version").expect(OK)
    write_truth(key, {"counts": {}})
    warehouse.run("check", "--truth", key).expect_error(BAD_DATA, "no tables")
