"""A served warehouse with its web app, and a browser to look at it with."""

import http.client
import re
import shutil
from typing import ClassVar

from playwright.sync_api import expect, sync_playwright
from program import OK, ROOT, clean_environment, finish, start


class WebServed:
    """`sparkify serve` with the web app, on ports of its own."""

    def __init__(self, path, *flags):
        listen = ["--listen", "127.0.0.1:0", "--web-listen", "127.0.0.1:0"]
        self.process = start("serve", "--warehouse", path, *listen, *flags, env=clean_environment())
        self.wire_port = 0
        for line in self.process.stderr:
            wire = re.search(r" on 127\.0\.0\.1:(\d+)", line.decode())
            self.wire_port = int(wire[1]) if wire else self.wire_port
            found = re.search(r"web app: (http://127\.0\.0\.1:(\d+)/\?token=(\w+))", line.decode())
            if found:
                self.link, self.port, self.token = found[1], int(found[2]), found[3]
                self.home = f"http://127.0.0.1:{self.port}"
                return
        raise AssertionError(f"no address of the web app\n{finish(self.process)}")

    def ask(self, path, method="GET", body=None, **headers):
        """Status, headers and text of one answer, as a program asks; `Host` replaces ours."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers.setdefault("Host", f"127.0.0.1:{self.port}")
        link.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            link.putheader(name, value)
        if body is not None:
            link.putheader("Content-Length", str(len(body)))
        link.endheaders(body)
        response = link.getresponse()
        body = response.read()
        link.close()
        return response.status, dict(response.getheaders()), body.decode(errors="replace")

    def cookie(self):
        """What a browser that opened the link has."""
        status, headers, _ = self.ask(f"/?token={self.token}")
        assert status == 303
        return headers["Set-Cookie"].partition(";")[0]

    def stop(self):
        # Pages ask now and then whether there is something new, and complain when nobody answers.
        for browser in Browser.running:
            browser.close_pages()
        self.process.terminate()
        return finish(self.process, timeout=60).expect(OK)


class Browser:
    """Debian's Chromium. Every page of it must stay without complaints."""

    running: ClassVar[list] = []

    def __init__(self):
        path = shutil.which("chromium")
        assert path, "chromium is missing: scripts/setup installs it"
        self.playwright = sync_playwright().start()
        self.chromium = self.playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        self.complaints = []
        self.contexts = {}
        self.running.append(self)

    def open(self, address, width=1280, height=900, scheme="light", **how):
        """A page. Those of one size and scheme share their cookies and what they have cached."""
        look = (width, height, scheme, *how)
        if look not in self.contexts:
            size = {"width": width, "height": height}
            context = self.chromium.new_context(viewport=size, color_scheme=scheme, **how)
            context.set_default_timeout(20_000)
            self.contexts[look] = context
        page = self.contexts[look].new_page()
        page.on("console", lambda said: self.complaints.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: self.note_request(address, asked.url))
        page.goto(address)
        return page

    def close_pages(self):
        for context in self.contexts.values():
            for page in context.pages:
                page.close()

    def note_request(self, address, url):
        if not url.startswith(re.match(r"http://[^/]+/|", address)[0]):
            self.complaints.append(f"a request to elsewhere: {url}")

    def close(self):
        self.running.remove(self)
        self.chromium.close()
        self.playwright.stop()


def settled(page):
    """Waits until every card shows its answer."""
    page.wait_for_selector(".card")
    expect(page.locator(".place[aria-busy], .place:empty")).to_have_count(0, timeout=20_000)
    return page


def serious_faults(page):
    """What axe-core finds. It comes from outside of the page, which its policy would not let in."""
    page.add_script_tag(path=ROOT / "web/node_modules/axe-core/axe.min.js")
    result = page.evaluate("axe.run({exclude: ['.chart svg g']})")
    assert len(result["passes"]) > 15
    serious = [each for each in result["violations"] if each["impact"] in ("serious", "critical")]
    return [(each["id"], each["nodes"][0]["html"]) for each in serious]


def card(page, report):
    return page.locator(f'section[data-report="{report}"]')


def table_of(page, report):
    """The cells of a report's table, which is turned to."""
    section = card(page, report)
    if section.locator("table").count() == 0:
        section.get_by_role("button", name="Table").click()
    section.locator("tbody tr").first.wait_for()
    rows = section.locator("tbody tr").all()
    return [row.locator("td").all_inner_texts() for row in rows]


def marks_of(page, report, kind):
    """What the marks of a chart say of themselves, as a screen reader hears it."""
    marks = card(page, report).locator(f'[aria-roledescription="{kind}"]')
    marks.first.wait_for(state="attached")
    return [dict(re.findall(r"([^:;]+): ([^;]*)(?:; )?", text)) for text in labels(marks)]


def labels(marks):
    return marks.evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")
