"""Runs several sides in turn, round after round; believes no time before the answer is right."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench import answers
from bench.measure import Failed, Output, as_dict, fastest, timed, warm


@dataclass(frozen=True)
class Side:
    """One way to do the work."""

    name: str
    command: Callable[[Path], list[object]]  # given the place of the result, which does not exist
    env: dict[str, str] = field(default_factory=dict)
    tables: str = "five"  # whose digests must equal those of other sides; empty: `check` judges
    prepare: Callable[[Path], None] | None = None  # before each run, not timed
    check: Callable[[Output], None] | None = None
    trim: Callable[[Output], Output] | None = None  # to the part of the run that counts


@dataclass(frozen=True)
class Plan:
    """What is to be compared."""

    sides: list[Side]
    inputs: list[Path]  # files and folders, read once before each run
    rounds: int
    work: Path  # where results are written and removed


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def remove(place: Path) -> None:
    """A file with what DuckDB leaves beside it, or a folder."""
    shutil.rmtree(place, ignore_errors=True)
    for path in place.parent.glob(f"{place.name}*"):
        if path.is_file():
            path.unlink()


def compare(plan: Plan) -> dict:
    """All rounds. Returns {side: {"runs": [...]}}, with "stages" of its fastest run if it has any.
    Throws Failed when a command fails or the sides disagree: the first side sets the answer."""
    found: dict = {side.name: {"runs": []} for side in plan.sides}
    expected: dict[str, answers.Digests] = {}
    plan.work.mkdir(parents=True, exist_ok=True)
    for number in range(plan.rounds):
        # There and back again, so that no side gains by its place.
        for side in plan.sides[:: -1 if number % 2 else 1]:
            output = run_once(side, plan, expected)
            add(found[side.name], output)
            say(f"  round {number + 1}, {side.name}: {output.run.wall:.2f} s")
    return found


def run_once(side: Side, plan: Plan, expected: dict[str, answers.Digests]) -> Output:
    """One run and the check of what it made; the first answer is the one expected of the others."""
    place = plan.work / "result"
    remove(place)
    if side.prepare:
        side.prepare(place)
    warm(*plan.inputs)
    output = timed(side.command(place), side.env)
    if side.check:
        side.check(output)
    if side.tables:
        digests = answers.digests(place, side.tables)
        answers.compare(side.name, digests, expected.setdefault(side.tables, digests))
    remove(place)
    return side.trim(output) if side.trim else output


def add(side: dict, output: Output) -> None:
    run = as_dict(output.run)
    side["runs"].append(run)
    stages = stages_of(output.text)
    if stages and fastest(side["runs"]) is run:
        side["stages"] = stages


def stages_of(text: str) -> dict[str, float]:
    """Seconds by stage, from the summary of `sparkify etl`."""
    summary = summary_of(text)
    return {each["stage"]: each["seconds"] for each in summary.get("stages", [])}


def summary_of(text: str) -> dict:
    try:
        summary = json.loads(text)
    except ValueError:
        return {}
    return summary if isinstance(summary, dict) else {}


def expect_rows(count: int) -> Callable[[Output], None]:
    """A check that `sparkify etl` loaded as many rows and refused none."""

    def check(output: Output) -> None:
        summary = summary_of(output.text)
        loaded, rejects = summary.get("rows_loaded"), summary.get("rejects")
        if (loaded, rejects) != (count, 0):
            raise Failed(f"{loaded} rows loaded, {rejects} refused; expected {count}")

    return check
