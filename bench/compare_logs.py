"""Prints what sets of event logs have in common, side by side, as a Markdown table.

Stdlib only. Example: compare_logs.py real=../data/log_data default=build/month/log_data
"""

import argparse
import json
from collections import Counter
from pathlib import Path


def measure(folder: Path) -> dict[str, float]:
    """The share of each page, then means a session and a user."""
    pages, sessions, users, levels = Counter(), Counter(), Counter(), Counter()
    plays_of_session: Counter = Counter()
    hidden = 0
    for path in sorted(folder.rglob("*.json")):
        for line in path.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            pages[event["page"]] += 1
            sessions[event["sessionId"]] += 1
            hidden += event["userId"] == ""
            if event["userId"] != "":
                users[event["userId"]] += 1
            if event["page"] == "NextSong":
                plays_of_session[event["sessionId"]] += 1
                levels[event["level"]] += 1
    total = sum(pages.values())
    found = {f"{page}, % of events": 100 * count / total for page, count in pages.items()}
    return found | {
        "lines that name no user, % of events": 100 * hidden / total,
        "plays while paid, % of plays": 100 * levels["paid"] / pages["NextSong"],
        "plays a session": pages["NextSong"] / len(sessions),
        "events a session": total / len(sessions),
        "sessions a user": len(sessions) / len(users),
        "events a user": total / len(users),
        "events": total,
    }


def main() -> None:
    """Reads NAME=FOLDER arguments, prints one column for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("logs", nargs="+", metavar="NAME=FOLDER")
    columns = {}
    for argument in parser.parse_args().logs:
        name, _, folder = argument.partition("=")
        columns[name] = measure(Path(folder))
    first = next(iter(columns.values()))
    last = list(first)[-7:]
    names = {name for column in columns.values() for name in column} - set(last)
    shares = sorted(names, key=lambda n: -max(column.get(n, 0) for column in columns.values()))
    print(f"| | {' | '.join(columns)} |")
    print(f"| --- |{' ---: |' * len(columns)}")
    for name in [*shares, *last]:
        cells = []
        for column in columns.values():
            value = column.get(name)
            if value is None:
                cells.append("")
            else:
                cells.append(f"{value:,.0f}" if name == "events" else f"{value:.2f}")
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
