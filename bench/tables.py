"""The rows of the page's tables, and the targets, from the groups of results."""

from bench.measure import fastest, median

HEADER = [
    "",
    "wall s",
    "median",
    "CPU s",
    "peak MB",
    "events/s",
    "MB/s",
    "its wall / ours",
    "its CPU / ours",
]
OURS = "sparkify"


def thousands(number: float) -> str:
    return f"{number:,.0f}"


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """A table; the first column is text, the others numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def best(group: dict, side: str) -> dict:
    return fastest(group["sides"][side]["runs"])


def side_named(group: dict, start: str) -> str:
    """The first side whose name begins so."""
    return next(name for name in group["sides"] if name.startswith(start))


def our_side(group: dict) -> str:
    return side_named(group, OURS)


def known(value: float, form: str) -> str:
    """Zero is not known: another process did the work."""
    return format(value, form) if value else ""


def cost_rows(group: dict) -> list[list[str]]:
    ours = best(group, our_side(group))
    rows = []
    for name, side in group["sides"].items():
        run = fastest(side["runs"])
        is_peer = name != our_side(group)
        rows.append(
            [
                name,
                f"{run['wall']:.2f}",
                f"{median(side['runs']):.2f}",
                known(run["cpu"], ".2f"),
                known(run["peak_mb"], ".0f"),
                thousands(group["events"] / run["wall"]),
                thousands(group["bytes"] / run["wall"] / 1e6),
                f"{run['wall'] / ours['wall']:.2f}" if is_peer else "",
                f"{run['cpu'] / ours['cpu']:.2f}" if is_peer else "",
            ]
        )
    return rows


def classic_rows(groups: dict) -> list[list[str]]:
    rows = []
    for name, group in groups.items():
        if not name.startswith("classics/"):
            continue
        ours = best(group, our_side(group))["wall"]
        for side in group["sides"]:
            if side == our_side(group):
                continue
            wall = best(group, side)["wall"]
            rows.append(
                [
                    side,
                    thousands(group["events"]),
                    f"{wall:.2f}",
                    thousands(group["events"] / wall),
                    thousands(group["events"] / ours),
                    f"{wall / ours:.1f}",
                ]
            )
    return rows


def stages(groups: dict) -> dict[str, float]:
    group = groups.get("full_star")
    return group["sides"]["sparkify etl"].get("stages", {}) if group else {}


def stage_rows(groups: dict) -> list[list[str]]:
    found = stages(groups)
    total = sum(found.values())
    return [
        [name, f"{seconds:.2f}", f"{100 * seconds / total:.0f}"] for name, seconds in found.items()
    ]


def time_rows(group: dict, last) -> list[list[str]]:
    """Fastest and median run of each side, and what `last` says of its runs."""
    return [
        [
            name,
            f"{fastest(side['runs'])['wall']:.3f}",
            f"{median(side['runs']):.3f}",
            last(side["runs"]),
        ]
        for name, side in group["sides"].items()
    ]


def small_file_rows(group: dict) -> list[list[str]]:
    return time_rows(group, lambda runs: thousands(group["files"] / fastest(runs)["wall"]))


def increment_rows(group: dict) -> list[list[str]]:
    return [
        [
            name,
            f"{fastest(side['runs'])['wall']:.2f}",
            f"{median(side['runs']):.2f}",
            f"{min(run['cpu'] for run in side['runs']):.2f}",
            f"{fastest(side['runs'])['peak_mb']:.0f}",
        ]
        for name, side in group["sides"].items()
    ]


def limit_rows(group: dict) -> list[list[str]]:
    return time_rows(group, lambda runs: f"{min(run['cpu'] for run in runs):.2f}")


def s3_rows(group: dict, bytes_of_work: float) -> list[list[str]]:
    """Each side with its median, CPU time, peak memory and bytes a second."""
    return [
        [
            name,
            f"{fastest(side['runs'])['wall']:.2f}",
            f"{median(side['runs']):.2f}",
            f"{min(run['cpu'] for run in side['runs']):.2f}",
            f"{fastest(side['runs'])['peak_mb']:.0f}",
            thousands(bytes_of_work / fastest(side["runs"])["wall"] / 1e6),
        ]
        for name, side in group["sides"].items()
    ]


SERVED = {
    "rows": ("all rows through psycopg2", 1, "s"),
    "psql": ("all rows through `psql -A -t`", 1, "s"),
    "trivial": ("`select 1` through psycopg2", 1000, "ms"),
    "busy": ("20 clients with 10 queries each, 100 idle", 1, "s"),
}


def serve_rows(group: dict) -> list[list[str]]:
    """A question a line: our time, the peer's, and how many times as fast we are."""
    rows = []
    for what, (name, factor, unit) in SERVED.items():
        walls = [fastest(side["runs"])["wall"] for side in group["asked"][what].values()]
        shown = [f"{wall * factor:.3f} {unit}" for wall in walls]
        rows.append([name, *shown, f"{walls[1] / walls[0]:.2f}"])
    return rows


def shown_ms(run: dict, key: str) -> str:
    return f"{run[key] * 1000:.0f}"


def page_rows(group: dict) -> list[list[str]]:
    """A page a line: how many reports, then times in milliseconds."""
    return [
        [
            title,
            str(page["reports"]),
            *(shown_ms(page["fresh"], key) for key in ("first", "wall", "cpu")),
            *(shown_ms(page["month"], key) for key in ("wall", "cpu")),
            shown_ms(page["kept"], "wall"),
        ]
        for title, page in group["pages"].items()
    ]


def report_rows(group: dict) -> list[list[str]]:
    """A report a line, the slowest first."""
    slowest = sorted(group["reports"].items(), key=lambda line: -line[1]["cpu"])
    return [
        [name, run["page"], shown_ms(run, "wall"), shown_ms(run, "cpu")] for name, run in slowest
    ]


def memory_groups(groups: dict) -> list[dict]:
    found = [group for name, group in groups.items() if name.startswith("memory/")]
    return sorted(found, key=lambda group: group["events"])


def memory_rows(groups: dict) -> list[list[str]]:
    return [
        [
            thousands(group["events"]),
            f"{group['bytes'] / 1e9:.2f}",
            f"{best(group, 'sparkify etl')['peak_mb']:.0f}",
        ]
        for group in memory_groups(groups)
    ]


def points(groups: dict, kind: str) -> list[tuple[str, dict]]:
    """The groups of one kind of scaling, by their place on its axis."""
    start = f"scaling/{kind}/"
    found = [(name[len(start) :], group) for name, group in groups.items() if start in name]
    if kind == "events":
        found.sort(key=lambda point: point[1]["events"])
    elif kind != "input":
        found.sort(key=lambda point: int(point[0]))
    return found


def point_rows(groups: dict, kind: str, column: str) -> tuple[list[str], list[list[str]]]:
    found = points(groups, kind)
    sides = list(found[0][1]["sides"]) if found else []
    rows = [
        [
            thousands(group["events"]) if kind == "events" else place,
            *(thousands(group["events"] / best(group, side)["wall"]) for side in sides),
        ]
        for place, group in found
    ]
    return [column, *sides], rows


def target_rows(groups: dict) -> list[list[str]]:
    """What was promised and what came out; a missing measurement is said to be missing."""
    rows = []

    def add(name: str, target: str, value: float | None, form: str, is_met: bool | None) -> None:
        shown = "not measured" if value is None else form.format(value)
        verdict = "" if value is None else ("met" if is_met else "missed")
        rows.append([name, target, shown, verdict])

    for what, peer, group, least in (
        ("five tables, beside tuned SQL", "DuckDB SQL, tuned", "five_tables", 2.5),
        ("five tables, beside SQL with its defaults", "DuckDB SQL, defaults", "five_tables", 6),
        ("whole star, beside the same SQL over read_json", "read_json", "full_star", 2),
        ("small files, beside read_json", "read_json", "small_files", 15),
    ):
        found = ratio(groups, group, peer)
        add(what, f"{least} x as fast", found, "{:.2f} x", found and found >= least)
    for what, name in (("wall", "wall time"), ("cpu", "CPU time")):
        grown = growth(groups, what)
        add(f"one more day after a year, {name}", "at most 1.3 x that of an empty warehouse", grown,
            "{:.2f} x", grown and grown <= 1.3)  # fmt: skip
    for count, most in ((64, 9), (128, 5)):
        group = groups.get(f"s3/small/{count}")
        name = f"{thousands(group['objects'])} small objects" if group else "small objects"
        wall = group and best(group, our_side(group))["wall"]
        add(f"{name} of S3 at 30 ms, {count} connections", f"below {most} s", wall, "{:.2f} s",
            wall and wall < most)  # fmt: skip
    found = ratio_of_sides(groups.get("s3/large"), "curl", "the program's store")
    add("large objects of S3, beside curl", "0.9 x as fast", found, "{:.2f} x",
        found and found >= 0.9)  # fmt: skip
    found = ratio_of_sides(
        groups.get("s3/load"), "sparkify etl, from S3", "sparkify etl, from disk"
    )
    add("whole star from S3, beside from disk", "at most 1.2 x its time", found, "{:.2f} x",
        found and found <= 1.2)  # fmt: skip
    asked = groups.get("serve/rows", {}).get("asked", {})
    for what in ("rows", "psql"):
        found = ratio_of_sides({"sides": asked[what]} if asked else None, "PostgreSQL", "sparkify")
        add(f"served: {SERVED[what][0]}", "as fast as PostgreSQL 15", found, "{:.2f} x",
            found and found >= 1)  # fmt: skip
    wall = fastest(asked["trivial"]["sparkify serve"]["runs"])["wall"] * 1000 if asked else None
    add("served: a trivial query", "below 1 ms", wall, "{:.2f} ms", wall and wall < 1)
    found = ratio_of_sides(groups.get("serve/copy"), "COPY", "sparkify etl")
    add("served: COPY of the logs", "at most 1.3 x `etl`'s time", found, "{:.2f} x",
        found and found <= 1.3)  # fmt: skip
    memory = [best(group, "sparkify etl")["peak_mb"] for group in memory_groups(groups)]
    most = max(memory, default=None)
    add("memory", "below 2 GB", most, "{:.0f} MB", most and most < 2000)
    flat = memory[-1] / memory[0] if len(memory) > 1 else None
    ends = [thousands(group["events"]) for group in memory_groups(groups)]
    name = f"memory, of {ends[0]} and {ends[-1]} events" if flat else "memory as input grows"
    add(name, "within 15 %", flat, "{:.2f} x", flat and 1 / 1.15 <= flat <= 1.15)
    return rows


def ratio(groups: dict, name: str, peer: str) -> float | None:
    """How many times as fast as the fastest side whose name begins like the peer's."""
    group = groups.get(name)
    if not group:
        return None
    peers = [best(group, side)["wall"] for side in group["sides"] if side.startswith(peer)]
    return min(peers) / best(group, our_side(group))["wall"]


def ratio_of_sides(group: dict | None, above: str, below: str) -> float | None:
    """Wall time of the fastest side that begins with `above`, divided by that of `below`."""
    if not group:
        return None
    walls = [
        min(best(group, side)["wall"] for side in group["sides"] if side.startswith(start))
        for start in (above, below)
    ]
    return walls[0] / walls[1]


def growth(groups: dict, what: str) -> float | None:
    group = groups.get("increment")
    if not group:
        return None
    before, after = (
        min(run[what] for run in group["sides"][side_named(group, start)]["runs"])
        for start in ("into an empty", "after a year")
    )
    return after / before
