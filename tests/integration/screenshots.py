"""Pictures of the web app's pages for the documentation: scripts/screenshots runs this.

python -m screenshots WAREHOUSE FOLDER
"""

import sys
from pathlib import Path
from urllib.parse import quote

from browsing import Browser, WebServed, settled

MOST_BYTES, MOST_BYTES_TOGETHER = 120_000, 1_000_000
ROWS = '/rows?report=heat_map&of=plays&row={"weekday":5,"hour":18}'
QUESTION = """\
-- Who hears the most?
select u.first_name, u.last_name, u.level, count(*) as plays,
       round(sum(p.listened_seconds) / 3600, 1) as hours
from songplays p
join users u on u.user_id = p.user_id
group by u.user_id, u.first_name, u.last_name, u.level
order by plays desc
limit 100;"""
# Name: path, width, scheme.
PICTURES = {
    "overview": ("/", 1280, "light"),
    "compare": ("/?from=2018-11-16&to=2018-11-30&compare=1", 1280, "light"),
    "growth": ("/growth", 1280, "light"),
    "listening": ("/listening", 1280, "dark"),
    "audience": ("/audience", 1280, "light"),
    "health": ("/health", 1280, "light"),
    "rows": (quote(ROWS, safe="/?=&"), 1280, "light"),
    "sql": ("/sql", 1280, "light"),
    "schema": ("/schema", 1280, "light"),
    "phone": ("/listening", 390, "dark"),
}


def take(served, browser, folder, name):
    path, width, scheme = PICTURES[name]
    height = {"rows": 500, "schema": 650}.get(name, 800)
    page = browser.open(served.link, width=width, height=height, scheme=scheme)
    page.goto(served.home + path)
    page.wait_for_selector("main h1")
    if page.get_by_role("heading", name="There is no such page").is_visible():
        sys.exit(f"there is no page {path}")
    if page.locator(".place").count() > 0:
        settled(page)
    if name == "sql":
        page.locator(".cm-content").fill(QUESTION)
        page.keyboard.press("Control+Enter")
        page.locator(".summary", has_text="rows, ").wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)
    page.screenshot(path=folder / f"{name}.png", animations="disabled")
    page.close()


def main(warehouse, folder):
    folder.mkdir(parents=True, exist_ok=True)
    served, browser = WebServed(warehouse), Browser()
    try:
        for name in PICTURES:
            take(served, browser, folder, name)
    finally:
        browser.close()
        served.stop()
    sizes = {path.name: path.stat().st_size for path in sorted(folder.glob("*.png"))}
    for name, size in sizes.items():
        print(f"{size:>8} {name}")
    if max(sizes.values()) > MOST_BYTES or sum(sizes.values()) > MOST_BYTES_TOGETHER:
        sys.exit("too large for a repository: let fewer things be seen")
    if browser.complaints:
        sys.exit("\n".join(browser.complaints))


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]))
