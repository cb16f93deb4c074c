"""Writes docs/benchmarks.md and its plots from the results; measures nothing."""

from pathlib import Path

from bench import plots
from bench.measure import fastest
from bench.tables import (
    HEADER,
    best,
    classic_rows,
    cost_rows,
    increment_rows,
    limit_rows,
    markdown,
    memory_rows,
    our_side,
    page_rows,
    point_rows,
    report_rows,
    s3_rows,
    serve_rows,
    side_named,
    small_file_rows,
    stage_rows,
    stages,
    target_rows,
    thousands,
)

PROFILE = Path(__file__).with_name("profile.md")  # taken by hand, with perf
PAGE = "docs/benchmarks.md"
PLOTS = "docs/benchmarks"

INTRODUCTION = """\
# Benchmarks

Written by `scripts/bench`, which builds the program, installs its peers, simulates the data and
measures. Everything is repeated with that one command; `scripts/bench --help` lists the rest.

**How.** Sides that are compared run in turn, there and back, on one machine, from the same files,
each of which is read once before every run. A time is the least of {rounds} rounds, its
median beside it. Before a time counts, the answer is checked: of every table the row count and a
hash over all columns of all rows, whatever their order, must be those of the peer. The time of a
peer in Python leaves the start of its interpreter and its imports out; ours is the whole process.
Only ratios within one table mean anything elsewhere.

**What.** Logs and songs of `sparkify simulate`, 6,000 users, about 465 bytes an event, three songs
for each thousand events up to 15,000. The five tables are those of the well-known exercise:
`songplays`, `users` (as of their last event), `songs`, `artists`, `time`; a play is linked to the
song with the same title, artist and duration.
"""

REPEAT = """\
## Repeat it

```sh
scripts/bench                          # all of it, about an hour; goes on where it was cut short
scripts/bench --only classics,scaling  # some parts; --help names them all
scripts/bench --large                  # with 50 million events too, which take 23 GB
scripts/bench --against main~1         # this tree against a commit; exit status 1 for a loss of 5 %
scripts/bench --check                  # the answers alone, on small data, under a minute
scripts/bench --page                   # writes this page again from build/bench/results.json
```
"""


def pages(content: dict) -> dict[str, str]:
    """All files by their path from the root: the page and its plots."""
    about = content["about"]
    current = {
        name: group
        for name, group in content["groups"].items()
        if group.get("processor") == about.get("processor")
    }
    groups = {name: group for name, group in current.items() if "failed" not in group}
    drawn = plots.draw(groups)
    parts = [INTRODUCTION.format(rounds=about.get("rounds", 3))]
    parts.append(section_of_machine(about, groups))
    parts.append("## Targets\n\n" + markdown(["", "target", "measured", ""], target_rows(groups)))
    parts += sections(groups, drawn)
    parts += failures(current)
    parts.append(REPEAT)
    files = {f"{PLOTS}/{name}.svg": text for name, text in drawn.items()}
    return files | {PAGE: "\n".join(part.rstrip("\n") + "\n" for part in parts)}


def section_of_machine(about: dict, groups: dict) -> str:
    rows = [[name, value] for name, value in about.get("machine", {}).items()]
    rows += [[name, value] for name, value in about.get("versions", {}).items()]
    rows += [[name, str(about[name])] for name in ("revision", "date") if name in about]
    text = "## Machine and versions\n\n" + markdown(["", ""], rows)
    older: dict[str, list[str]] = {}
    for name, group in groups.items():
        if group.get("revision") != about.get("revision"):
            older.setdefault(str(group.get("revision")), []).append(name)
    for revision, names in older.items():
        text += f"\nMeasured at {revision}: {', '.join(sorted(names))}.\n"
    return text


def failures(groups: dict) -> list[str]:
    failed = [[name, group["failed"]] for name, group in groups.items() if "failed" in group]
    if not failed:
        return []
    return ["## Not measured\n\n" + markdown(["", "why"], failed)]


def image(drawn: dict, name: str, text: str) -> str:
    return f"![{text}](benchmarks/{name}.svg)\n" if name in drawn else ""


def sections(groups: dict, drawn: dict) -> list[str]:
    """One for each question, if it was measured."""
    found = [
        section_of_loads(groups, drawn),
        section_of_classics(groups),
        section_of_stages(groups, drawn),
        section_of_small_files(groups),
        section_of_increment(groups),
        section_of_s3(groups),
        section_of_serve(groups),
        section_of_reports(groups),
        section_of_memory(groups),
        *sections_of_scaling(groups, drawn),
        section_of_limits(groups),
    ]
    return [text for text in found if text]


def section_of_loads(groups: dict, drawn: dict) -> str:
    text = ""
    titles = {
        "five_tables": "Five tables",
        "full_star": "The whole star",
    }
    notes = {
        "five_tables": "The program's reader straight to the five tables, "
        "beside DuckDB's read_json and SQL.",
        "full_star": "`sparkify etl`: nine tables, file hashes, ledger, one transaction. Its peer "
        "fills staging with read_json, then runs the same SQL, without ledger and transaction.",
    }
    for name, title in titles.items():
        group = groups.get(name)
        if not group:
            continue
        size = f"{thousands(group['events'])} events ({group['bytes'] / 1e9:.2f} GB, "
        size += f"{group['files']} files) and {thousands(group['songs'])} song files."
        text += f"## {title}\n\n{notes[name]} {size}\n\n"
        text += markdown(HEADER, cost_rows(group)) + "\n"
        if name == "five_tables" and "throughput" in drawn:
            text += image(drawn, "throughput", "events a second by program") + "\n"
    return text


def section_of_classics(groups: dict) -> str:
    rows = classic_rows(groups)
    if not rows:
        return ""
    note = (
        "The same five tables by other means, each with its own best settings, on as much data as "
        "it can take in a minute; ours on the same data, in the same rounds. PostgreSQL waits for "
        "no disk, keeps a minimal log and has 2 GB of buffers. The sources are in `bench/peers`."
        "\n\n"
    )
    header = ["", "events", "wall s", "events/s", "ours, events/s", "its wall / ours"]
    return "## Other ways to load\n\n" + note + markdown(header, rows)


def section_of_stages(groups: dict, drawn: dict) -> str:
    rows = stage_rows(groups)
    if not rows:
        return ""
    text = "## Time by stage\n\n`sparkify etl` on the data of the whole star, its fastest run.\n\n"
    text += markdown(["stage", "s", "% of all"], rows)
    return text + "\n" + image(drawn, "stages", "seconds by stage")


def section_of_small_files(groups: dict) -> str:
    group = groups.get("small_files")
    if not group:
        return ""
    text = f"## Small files\n\n{thousands(group['files'])} song files, one record each, into a "
    text += "temporary staging table. Ours is the time of the two stages that list and read.\n\n"
    return text + markdown(["", "wall s", "median", "files/s"], small_file_rows(group))


def section_of_increment(groups: dict) -> str:
    group = groups.get("increment")
    if not group:
        return ""
    text = f"## One more day\n\nA day of {thousands(group['events'])} events after "
    text += f"{thousands(group['history'])} of the year before it, and the same day into a "
    text += "warehouse that holds the songs alone.\n\n"
    return text + markdown(["", "wall s", "median", "CPU s", "peak MB"], increment_rows(group))


S3 = """\
## S3

Read from a server of the project's own, native and without TLS, on the same machine: what it takes
of the processors its reader has not. Requests are signed as ever. The curl tool is told all
addresses, the program lists first; the store by itself reads and throws the bytes away, as curl
does.

"""
S3_HEADER = ["", "wall s", "median", "CPU s", "peak MB", "MB/s"]


def section_of_s3(groups: dict) -> str:
    text = ""
    for name, group in groups.items():
        if name.startswith("s3/small/"):
            size = group["bytes"] / group["objects"]
            text += f"**Small objects.** {thousands(group['objects'])} song files of {size:.0f} "
            text += f"bytes, each answer {group['latency_ms']} ms away, "
            text += f"{group['connections']} connections.\n\n"
        elif name == "s3/large":
            text += f"**Large objects.** {group['bytes'] / 1e9:.2f} GB of logs in "
            text += f"{group['objects']} objects, at no distance.\n\n"
        elif name == "s3/load":
            text += f"**A load.** The whole star of {thousands(group['events'])} events and "
            text += f"{thousands(group['songs'])} songs from disk and from S3, at no distance.\n\n"
        else:
            continue
        text += markdown(S3_HEADER, s3_rows(group, group["bytes"])) + "\n"
    return S3 + text if text else ""


SERVED = """\
## Served

`sparkify serve` and PostgreSQL 15, both over TCP without TLS on this machine, a table of {} rows of
9 columns, the same clients, the same statements. What psql prints was compared to the byte before.

"""


def section_of_serve(groups: dict) -> str:
    group, load = groups.get("serve/rows"), groups.get("serve/copy")
    text = ""
    if group:
        text = SERVED.format(thousands(group["rows"]))
        text += markdown(["", "ours", "PostgreSQL", "its wall / ours"], serve_rows(group)) + "\n"
    if load:
        text += f"**COPY.** {load['bytes'] / 1e9:.2f} GB of logs from S3, at no distance, into a "
        text += "staging table of 18 columns in a server's file; `etl` makes the whole star of "
        text += "the same objects. CPU and memory of the first are those of psql, not of its "
        text += "server.\n\n"
        text += markdown(S3_HEADER, s3_rows(load, load["bytes"])) + "\n"
    return text


REPORTS = """\
## Pages of the web app

{events} events in the warehouse. A page is all its reports, asked at once over six connections as
a browser does; a time is the median of {rounds} runs in milliseconds, until the first and the last
answer, and of all processors. *Fresh*: over all days, none answered before. *A month*: with a
period of 31 days, fresh too. *Kept*: over all days, answered before, and nothing has changed since.

"""


def section_of_reports(groups: dict) -> str:
    found = [group for name, group in groups.items() if name.startswith("reports/")]
    if not found:
        return ""
    group = max(found, key=lambda each: each["events"])
    text = REPORTS.format(events=thousands(group["events"]), rounds=group["rounds"])
    header = ["", "reports", "fresh, first", "all", "CPU", "a month, all", "CPU", "kept, all"]
    text += markdown(header, page_rows(group))
    text += "\nEach report by itself, fresh, all days:\n\n"
    return text + markdown(["", "page", "ms", "CPU ms"], report_rows(group))


LIMITS = """\
## Where the rest of the time goes

Parts of the work by themselves, on the data of the five tables and the whole star: no load through
this engine can take less than the parts it is made of. DuckDB's way from rows in memory to a
compressed file is the largest part of both loads, and the same for every program that writes such
a file: statistics of the strings, their dictionaries, the encoding. Text columns are most of it,
and the star has them as text, so that people see plain tables.

"""
FIVE_LIMITS = """
**Five tables.** Both processors are busy from start to end, so that parts add up: reading
{parsed:.2f} s and writing {written:.2f} s make {sum:.2f} s, the load takes {ours:.2f} s. Copying
files out of the page cache and finding where values begin and end are {tokens:.2f} s of the
reading. With these and the writing alone, no number converted, no user kept, no play linked to
its song, it would be {most:.2f} x as fast as the tuned SQL, which spends as much on writing. To be
2.5 x as fast would leave {left:.2f} s for all of these.
"""
STAR_LIMITS = """
**The whole star.** Both sides run the same SQL over the same number of rows, write the same tables
and gain from each improvement of either; the peer has all the machine's memory, this program its
usual limit, a ledger and one transaction. What they do not share is reading, {read:.2f} s here: if
it took no time at all, the ratio would be {most:.2f}. So no faster reader can meet the target,
only other SQL on one side alone. The floor under any such way is reading and writing,
{floor:.2f} s; half the peer's time would leave {left:.2f} s for all between: duplicates, sessions,
history, matches, of {events} events. The stages above show what these take. Doing them in C++
would need an external sort, for inputs beyond memory, and a second definition of the star.
"""
FILE_LIMITS = """
**Small files.** Opening, reading and closing them, listing included, takes {files:.3f} s on all
threads and is nearly all system calls: at most {most:.1f} x as fast as read_json on all threads,
which reads such files in half the time it takes on one.
"""


def section_of_limits(groups: dict) -> str:
    group = groups.get("limits")
    if not group:
        return ""
    files, tokens, parsed, five, star = (
        fastest(side["runs"])["wall"] for side in group["sides"].values()
    )
    text = LIMITS + markdown(["part", "wall s", "median", "CPU s"], limit_rows(group))
    if "five_tables" in groups:
        ours, peer = ours_and_peer(groups["five_tables"], "DuckDB SQL, tuned")
        text += FIVE_LIMITS.format(
            parsed=parsed,
            tokens=tokens,
            written=five,
            sum=parsed + five,
            ours=ours,
            most=peer / (tokens + five),
            left=max(peer / 2.5 - tokens - five, 0),
        )
    if "full_star" in groups:
        ours, peer = ours_and_peer(groups["full_star"], "read_json")
        floor = parsed + star
        read = sum(took for stage, took in stages(groups).items() if stage.startswith("read "))
        text += STAR_LIMITS.format(
            read=read,
            most=peer / (ours - read),
            floor=floor,
            left=max(peer / 2 - floor, 0),
            events=thousands(group["events"]),
        )
    if "small_files" in groups:
        peer = ours_and_peer(groups["small_files"], "read_json, all")[1]
        text += FILE_LIMITS.format(files=files, most=peer / files)
    return text + "\n" + PROFILE.read_text()


def ours_and_peer(group: dict, peer: str) -> tuple[float, float]:
    """Wall seconds of the two sides, each its fastest run."""
    return best(group, our_side(group))["wall"], best(group, side_named(group, peer))["wall"]


def section_of_memory(groups: dict) -> str:
    rows = memory_rows(groups)
    if not rows:
        return ""
    text = "## Memory\n\nPeak of `sparkify etl`, with the memory limit that it has by default.\n\n"
    return text + markdown(["events", "GB of logs", "peak MB"], rows)


def sections_of_scaling(groups: dict, drawn: dict) -> list[str]:
    kinds = {
        "events": ("Scaling: events", "events", "scaling_events"),
        "files": ("Scaling: number of files", "files", "scaling_files"),
        "threads": ("Scaling: threads", "threads", "scaling_threads"),
        "input": ("Scaling: compressed input", "input", ""),
    }
    texts = []
    for kind, (title, column, plot) in kinds.items():
        header, rows = point_rows(groups, kind, column)
        if rows:
            text = f"## {title}\n\nEvents a second, the fastest of the rounds.\n\n"
            texts.append(text + markdown(header, rows) + "\n" + image(drawn, plot, title.lower()))
    return texts
