"""`plan`: what docs/scaling.md shows is what it says, and numbers it cannot take are refused."""

import re

import pytest
from program import OK, ROOT, USAGE, run

PAGE = (ROOT / "docs/scaling.md").read_text()


def plan(*words, **how):
    return run("plan", *words, **how)


@pytest.fixture(scope="module")
def answer():
    return plan("--events-per-day", "1e9", "--format", "json").expect(OK).json


def rows_of(heading):
    """The cells of a table of the page, by the first of its head."""
    table = re.search(rf"\| {heading} \|.*\n\| ---.*\n((?:\|.*\n)+)", PAGE)[1]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def shown(number):
    return f"{number:.0f}" if number == int(number) else f"{number:g}"


def test_the_page_shows_what_the_program_says():
    (example,) = re.findall(r"```sh\nsparkify plan (.*)\n```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
    assert plan(*example[0].split()).expect(OK).out == example[1]


def test_the_page_names_every_constant_and_node(answer):
    keys = ("name", "value", "unit", "ground", "source")
    assert rows_of("name") == [
        [shown(each[key]) if key == "value" else each[key] for key in keys]
        for each in answer["constants"]
    ]
    numbers = ("vcpus", "terabytes", "lone_terabytes")
    assert rows_of("node") == [
        [each["name"], *(f"{each[key]:g}" if each[key] else "-" for key in numbers)]
        + [f"{each['least_nodes']} to {each['most_nodes']}", f"{each['dollars_an_hour']:g}"]
        for each in answer["node_types"]
    ]


def test_what_is_said_twice_is_the_same(answer):
    """The page's formulas, with the numbers of the answer."""
    of = {each["name"]: each["value"] for each in answer["constants"]}
    (node,) = [each for each in answer["node_types"] if each["name"] == answer["node_type"]]
    events, days, vcpus = 1e9, 365, node["vcpus"] * answer["node_count"]
    users = events * 30 / of["user_events_a_month"]
    star = events * days * (of["star_event_bytes"] + of["time_event_bytes"])
    expected = {
        "raw_bytes": events * of["raw_event_bytes"],
        "part_bytes": events * of["part_event_bytes"],
        "read_core_seconds": events * of["read_seconds"],
        "copy_seconds": events * of["raw_event_bytes"] / of["copy_rate"] / vcpus,
        "build_seconds": events * of["build_seconds"] / of["cores_per_vcpu"] / vcpus,
        "staging_bytes": events * of["staging_event_bytes"] * of["storage_factor"],
        "star_bytes": (star + users * of["user_bytes"]) * of["storage_factor"],
        "dollars_an_hour": node["dollars_an_hour"] * answer["node_count"],
    }
    stored = expected["staging_bytes"] + expected["star_bytes"]
    expected["storage_dollars_a_month"] = stored / 1e9 * of["storage_price"]
    expected["dollars_a_month"] = (
        expected["dollars_an_hour"] * of["month_hours"] + expected["storage_dollars_a_month"]
    )
    assert {name: answer[name] for name in expected} == pytest.approx(expected)


def test_a_number_can_be_written_in_several_ways():
    plain = plan("--events-per-day", "5000000").expect(OK).out
    for text in ("5m", "5e6", "0.005b"):
        assert plan("--events-per-day", text).expect(OK).out == plain


def test_the_layout_comes_from_the_configuration(tmp_path):
    (tmp_path / "dwh.cfg").write_text("[WAREHOUSE]\nLAYOUT=by-user\n")
    words = "--events-per-day", "1e9"
    assert "layout by-user" in plan(*words, cwd=tmp_path).expect(OK).out
    assert "layout auto" in plan(*words, "--layout", "auto", cwd=tmp_path).expect(OK).out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], ["needs a number of events"]),
        (["--events-per-day", "0"], ['"0" is no whole number', "5m or 1e9"]),
        (["--events-per-day", "many"], ['"many" is no whole number']),
        (["--events-per-day", "1.5"], ["no whole number"]),
        (["--events-per-day", "1e400"], ["no whole number"]),
        (["--events-per-day", "1e15"], ["no cluster does that", "keep fewer days"]),
        (["--events-per-day", "5m", "--retention", "0"], ["--retention: 0 is no number of days"]),
        (["--events-per-day", "5m", "--retention", "99999999"], ["from 1 to 36500"]),
        (["--events-per-day", "5m", "--retention", "year"], ["not a whole number"]),
        (["--events-per-day", "5m", "--layout", "sideways"], ["sideways"]),
    ],
)
def test_what_cannot_be_computed_is_told(words, told):
    plan(*words).expect_error(USAGE, *told)
