"""What a page of the web app asks, over HTTP as its browser does: all its reports at once, on a few
connections. Fresh answers, by a last day that nobody has asked for, and answers that are kept."""

import http.client
import json
import os
import re
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from bench.data import DataSet, label
from bench.measure import Failed, timed
from bench.suites import Bench

PAGES = Path("web/src/pages.ts")
CONNECTIONS = 6  # of a browser to one server
MONTH = {"from": "2018-12-01", "to": "2018-12-31"}


def measure(bench: Bench) -> None:
    bench.store.measure(f"reports/{label(bench.sizes.events)}", lambda: group(bench))


def pages() -> dict[str, list[str]]:
    """The reports of each page, as the app has them."""
    found: dict[str, list[str]] = {}
    for title, name in re.findall(r'title: "([^"]+)"|report: "(\w+)"', PAGES.read_text()):
        if title:
            found[title] = []
        else:
            found[list(found)[-1]].append(name)
    return {title: names for title, names in found.items() if names}


class Server:
    """A warehouse served to browsers."""

    def __init__(self, process: subprocess.Popen):
        self.process = process
        for line in process.stderr:
            found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=(\w+)", line)
            if found:
                break
        else:
            raise Failed("sparkify serve said no address")
        self.port = int(found[1])
        link = self.link()
        link.request("GET", f"/?token={found[2]}")
        answer = link.getresponse()
        answer.read()
        self.cookie = answer.getheader("Set-Cookie").partition(";")[0]
        self.parameters = {
            each["name"]: each["parameters"] for each in json.loads(self.get(link, "reports"))
        }

    def link(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def get(self, link: http.client.HTTPConnection, path: str) -> bytes:
        link.request("GET", f"/api/{path}", headers={"Cookie": self.cookie})
        answer = link.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise Failed(f"{path}: {body.decode()}")
        return body

    def report(self, link: http.client.HTTPConnection, name: str, filters: dict) -> bytes:
        taken = {key: value for key, value in filters.items() if key in self.parameters[name]}
        return self.get(link, f"reports/{name}?{urlencode(taken)}")

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def page(self, names: list[str], filters: dict) -> dict[str, float]:
        """Seconds until the first and the last answer to a page, and of the server's processors."""
        waiting, answered, failed = list(reversed(names)), [], []

        def ask() -> None:
            link = self.link()
            try:
                while waiting:
                    self.report(link, waiting.pop(), filters)
                    answered.append(time.perf_counter())
            except (IndexError, Failed) as error:  # another one took the last report
                failed.extend([error] if isinstance(error, Failed) else [])
            finally:
                link.close()

        threads = [threading.Thread(target=ask) for _ in range(min(CONNECTIONS, len(names)))]
        cpu, start = self.cpu_seconds(), time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]
        return {
            "first": min(answered) - start,
            "wall": max(answered) - start,
            "cpu": self.cpu_seconds() - cpu,
        }


@contextmanager
def served(bench: Bench, warehouse: Path) -> Iterator[Server]:
    words = ["serve", "--warehouse", warehouse, "--listen", "127.0.0.1:0"]
    words += ["--web-listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        [str(word) for word in (bench.programs.sparkify, *words)],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Server(process)
    finally:
        process.terminate()
        process.communicate()


def expect_all_plays(server: Server, truth: dict) -> None:
    found = json.loads(server.report(server.link(), "plays_by_weekday", {}))
    plays = {str(row[0]): row[2] for row in found["rows"]}
    if plays != truth["plays_by_weekday"]:
        raise Failed("plays_by_weekday is not what the answer key says")


def group(bench: Bench) -> dict:
    data = bench.data.sized(bench.sizes.events)
    bench.work.mkdir(parents=True, exist_ok=True)
    warehouse = bench.work / "reports.duckdb"
    warehouse.unlink(missing_ok=True)
    timed(bench.programs.etl(warehouse, data.logs, data.song_files))
    truth = json.loads((data.folder / "truth.json").read_text())["warehouse"]
    try:
        with served(bench, warehouse) as server:
            expect_all_plays(server, truth)
            return described_pages(data, bench.rounds, asked(server, bench.rounds))
    finally:
        warehouse.unlink()


def described_pages(data: DataSet, rounds: int, found: dict) -> dict:
    return {"events": data.events, "songs": data.songs, "rounds": rounds, **found}


def median_of(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def asked(server: Server, rounds: int) -> dict:
    """Medians, of pages and of single reports."""
    found: dict[str, dict] = {"pages": {}, "reports": {}}
    day = iter(range(10_000))

    def fresh() -> dict:
        number = next(day)
        return {"to": f"{2100 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"}

    def month(number: int) -> dict:
        return {"from": MONTH["from"], "to": f"2018-12-{31 - number:02}"}

    for names in pages().values():  # so that nothing warms up beside what is measured
        server.page(names, {})
    for title, names in pages().items():
        found["pages"][title] = {
            "reports": len(names),
            "fresh": median_of([server.page(names, fresh()) for _ in range(rounds)]),
            "month": median_of([server.page(names, month(n)) for n in range(rounds)]),
            "kept": median_of([server.page(names, {}) for _ in range(rounds)]),
        }
        for name in names:
            runs = [server.page([name], fresh()) for _ in range(rounds)]
            found["reports"][name] = {"page": title, **median_of(runs)}
    return found
