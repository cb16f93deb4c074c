"""Compares this tree's build with that of another commit, in the same run.

A loss is what lies outside the noise: the fastest run is slower by 5 % than the fastest of the
other commit, and in all but a fifth of the rounds this tree was the slower one. Two copies of one
build differ by up to 10 % on a busy machine, in both directions.
"""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

from bench.measure import Failed, fastest, spread
from bench.programs import Programs
from bench.rounds import Plan, Side, compare, say
from bench.suites import Bench

ROOT = Path(__file__).resolve().parents[1]
WORTH_TELLING = 1.05


def run(*words: object, cwd: Path = ROOT) -> str:
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, cwd=cwd)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, words))}:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout.strip()


def build(revision: str) -> Programs:
    """The programs of a commit, in a worktree that stays for the next time."""
    commit = run("git", "rev-parse", "--verify", f"{revision}^{{commit}}")
    tree = ROOT / "build/bench/against" / commit[:12]
    if not tree.exists():
        run("git", "worktree", "prune")
        run("git", "worktree", "add", "--detach", tree, commit)
    programs = Programs(tree / "build/release")
    say(f"building {commit[:12]}")
    duckdb = os.environ.get("DUCKDB_ROOT", ROOT / ".deps/duckdb")
    run("cmake", "--preset", "release", f"-DDUCKDB_ROOT={duckdb}", cwd=tree)
    build_target(tree, "sparkify")
    if "bench_five_tables" in run("ninja", "-t", "targets", "all", cwd=programs.folder):
        build_target(tree, "bench_five_tables")
    return programs


def build_target(tree: Path, target: str) -> None:
    run("cmake", "--build", "--preset", "release", "--target", target, cwd=tree)


def sides_of(bench: Bench, other: Programs) -> dict[str, list[Side]]:
    """By what is compared: this tree's side, then the other's."""
    data = bench.data.sized(bench.sizes.events)
    there = replace(bench, programs=other)
    pairs = {"sparkify etl": [each.etl_side(data) for each in (bench, there)]}
    if other.five_tables.exists():
        pairs["five tables"] = [each.five_side(data) for each in (bench, there)]
    named = {}
    for name, (here, before) in pairs.items():
        named[name] = [replace(here, name="now"), replace(before, name="then")]
    return named


def is_loss(now: list[dict], then: list[dict]) -> bool:
    """Runs are in the order of their rounds."""
    slower = sum(here["wall"] > there["wall"] for here, there in zip(now, then, strict=True))
    is_consistent = slower >= len(now) - len(now) // 5
    return is_consistent and fastest(now)["wall"] >= WORTH_TELLING * fastest(then)["wall"]


def measure(bench: Bench, revision: str) -> bool:
    """Prints a table; whether nothing was lost."""
    other = build(revision)
    data = bench.data.sized(bench.sizes.events)
    rows, has_lost = [], False
    for name, sides in sides_of(bench, other).items():
        say(f"{name} against {revision}")
        found = compare(Plan(sides, [data.logs, data.song_files], bench.rounds, bench.work))
        now, then = found["now"]["runs"], found["then"]["runs"]
        lost = is_loss(now, then)
        has_lost = has_lost or lost
        ratio = fastest(now)["wall"] / fastest(then)["wall"]
        rows.append(
            f"| {name} | {fastest(now)['wall']:.2f} | {spread(now):.0%} | "
            f"{fastest(then)['wall']:.2f} | {spread(then):.0%} | {ratio:.3f} | "
            f"{fastest(now)['cpu'] / fastest(then)['cpu']:.3f} | {'LOSS' if lost else ''} |"
        )
    print(f"| | now, s | spread | {revision}, s | spread | ratio | of CPU | |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    print("\n".join(rows))
    return not has_lost
