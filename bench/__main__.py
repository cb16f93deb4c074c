"""The benchmark's command line; scripts/bench calls it after building. See docs/benchmarks.md."""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench import against, machine, report
from bench.data import Data
from bench.measure import Failed
from bench.programs import Programs
from bench.rounds import say
from bench.store import Store, fingerprint
from bench.suites import (
    CHECK,
    Bench,
    Sizes,
    classics,
    five_tables,
    full_star,
    increment,
    limits,
    memory,
    reports,
    s3,
    scaling,
    serve,
    small_files,
)

ROOT = Path(__file__).resolve().parents[1]
SUITES = {
    "five_tables": five_tables,
    "full_star": full_star,
    "classics": classics,
    "small_files": small_files,
    "increment": increment,
    "s3": s3,
    "serve": serve,
    "reports": reports,
    "limits": limits,
    "scaling": scaling,
    "memory": memory,  # after what it can take from others
}
LARGE = 50_000_000


def read_flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--events", type=int, default=Sizes.events, help="of the main data set")
    parser.add_argument("--rounds", type=int, default=3, help="of each comparison [3]")
    parser.add_argument(
        "--only",
        default="",
        help=f"of: {', '.join(SUITES)}; or a part, such as scaling/files; comma-separated",
    )
    parser.add_argument("--large", action="store_true", help="with 50 million events, 23 GB")
    parser.add_argument("--data", type=Path, help="where data sets lie [build/bench/data]")
    parser.add_argument("--build", type=Path, help="where the programs lie [build/release]")
    parser.add_argument("--fresh", action="store_true", help="measure again what was measured")
    parser.add_argument("--against", metavar="REV", help="compare with the build of a commit")
    parser.add_argument("--check", action="store_true", help="answers on small data, no page")
    parser.add_argument("--page", action="store_true", help="write the page again, measure nothing")
    flags = parser.parse_args()
    flags.only = list(filter(None, flags.only.split(",")))
    unknown = {each.split("/")[0] for each in flags.only} - SUITES.keys()
    if unknown:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    if flags.rounds < 1 or flags.events < 1000:
        parser.error("at least one round and 1000 events")
    return flags


def make_bench(flags: argparse.Namespace, folder: Path) -> Bench:
    programs = Programs((flags.build or ROOT / "build/release").absolute())
    sizes = CHECK if flags.check else replace(Sizes(), events=flags.events)
    if flags.large:
        sizes = replace(sizes, large=(LARGE,))
    rounds = 1 if flags.check else flags.rounds
    processor = machine.machine()["processor"]
    mark = fingerprint(
        programs.sparkify,
        programs.five_tables,
        programs.s3_server,
        programs.s3_read,
        processor,
        sizes.events,
        rounds,
    )
    data = Data((flags.data or folder / "data").absolute(), programs.sparkify)
    store = Store(folder / "results.json", mark, flags.fresh, flags.only)
    return Bench(programs, data, store, folder / "work", rounds, sizes)


def measure(bench: Bench) -> int:
    """Runs what was chosen. Returns how many groups failed."""
    bench.store.describe(
        {
            "machine": machine.machine(),
            "versions": machine.versions(bench.programs.sparkify),
            "revision": machine.revision(ROOT),
            "processor": machine.machine()["processor"],
            "events": bench.sizes.events,
            "rounds": bench.rounds,
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
        }
    )
    for suite in SUITES.values():
        suite.measure(bench)
    return len(bench.store.failures)


def check(flags: argparse.Namespace) -> int:
    """Everything once on small data; only the answers matter."""
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder:
        bench = make_bench(flags, Path(folder))
        failed = measure(bench)
        report.pages(bench.store.content)  # that it can be written, too
        print(f"bench: {len(bench.store.groups) - failed} passed, {failed} failed")
        return failed


def main() -> int:
    flags = read_flags()
    os.chdir(ROOT)  # where the peers find the package bench
    folder = ROOT / "build/bench"
    if flags.check:
        return 1 if check(flags) else 0
    bench = make_bench(flags, folder)
    if flags.against:
        return 0 if against.measure(bench, flags.against) else 1
    failed = 0 if flags.page else measure(bench)
    for path, text in report.pages(bench.store.content).items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text)
    say("docs/benchmarks.md is written")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        print(f"bench: error: {failure}", file=sys.stderr)
        sys.exit(1)
