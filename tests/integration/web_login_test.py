"""The web app on addresses that others can reach: TLS, users, and who tries without."""

import http.client
import re
import socket
import ssl
import urllib.parse

import pytest
from browsing import settled
from eventfiles import play, write_events
from program import OK, Warehouse, clean_environment, finish, run, start

PASSWORD = "correct horse & battery=staple+'%"
FORM = {"user": "alice", "password": PASSWORD}


def set_user(path, name="alice", password=PASSWORD, action="add"):
    words = ["serve", "user", action, name, "--warehouse", path]
    run(*words, text=password + "\n" if action == "add" else None).expect(OK)


class Outside:
    """A server whose web app listens on every address."""

    def __init__(self, path):
        self.path = path
        listen = ["--listen", "127.0.0.1:0", "--web-listen", "0.0.0.0:0"]
        hosts = ["--web-host", "music.example,proxy.example:443"]
        self.process = start("serve", "--warehouse", path, *listen, *hosts, env=clean_environment())
        self.lines = []
        for line in self.process.stderr:
            self.lines.append(line.decode())
            if found := re.search(r"web app: (https://music\.example:(\d+)/)$", self.lines[-1]):
                self.port = int(found[2])
                break
        else:
            raise AssertionError(f"no address of the web app\n{self.lines}")
        self.tls = ssl.create_default_context(cafile=f"{path}.crt")

    def ask(self, target, form=None, method=None, source="127.0.0.1", **headers):
        """Status, headers and text of one answer."""
        link = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=60, context=self.tls, source_address=(source, 0)
        )
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers.setdefault("Host", f"127.0.0.1:{self.port}")
        body = None if form is None else urllib.parse.urlencode(form)
        link.request(method or ("GET" if form is None else "POST"), target, body, headers)
        response = link.getresponse()
        text = response.read().decode(errors="replace")
        link.close()
        return response.status, dict(response.getheaders()), text

    def cookie(self, source="127.0.0.1", **changes):
        status, headers, text = self.ask("/login", FORM | changes, source=source)
        assert status == 303, text
        return headers["Set-Cookie"].partition(";")[0]

    def stop(self):
        self.process.terminate()
        return finish(self.process, timeout=60).expect(OK)


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outside")
    write_events(folder / "logs/a.json", [play(user=1, session=1)])
    warehouse = Warehouse(folder / "served.duckdb")
    warehouse.load(folder / "logs")
    set_user(warehouse.path)
    server = Outside(warehouse.path)
    yield server
    server.stop()


def test_it_is_refused_without_a_user_or_without_tls(tmp_path):
    path = tmp_path / "w.duckdb"
    flags = ["--warehouse", path, "--listen", "127.0.0.1:0", "--web-listen", "0.0.0.0:0"]
    (tmp_path / "dwh.cfg").write_text("[CLUSTER]\nDB_USER=alice\nDB_PASSWORD=Passw0rd\n")
    result = run("serve", *flags, cwd=tmp_path, timeout=60)
    # That of the configuration is for this machine alone.
    result.expect_error(2, "demands a user with a password", "sparkify serve user add NAME")
    assert "--web-listen 127.0.0.1:" in result.err
    set_user(path)
    run("serve", *flags, "--no-tls", timeout=60).expect_error(
        2, "demands TLS", "leave --no-tls out"
    )
    run("create-tables", "--warehouse", path).expect(OK)
    result = run("dashboard", "--no-open", "--warehouse", path, "--web-listen", "0.0.0.0:0")
    result.expect_error(2, "for this machine alone", "sparkify serve --web-listen")


def test_nobody_sees_anything_without_a_password(outside):
    for target, status in (("/", 401), ("/growth?level=paid", 401), ("/login", 200)):
        found, headers, text = outside.ask(target)
        assert found == status and '<form method="post" action="/login">' in text
        assert "form-action 'self'" in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in headers
    assert 'name="to" value="/growth?level=paid"' in outside.ask("/growth?level=paid")[2]
    for target in ("/api/reports", "/api/warehouse", "/app.js", "/?token=0123456789abcdef"):
        found, _, text = outside.ask(target)
        assert found == 401 and "top_songs" not in text
    assert outside.ask("/api/queries", {}, method="POST")[0] == 401
    assert outside.ask("/login.css", Accept_Encoding="gzip")[0] == 200


def test_a_password_opens_a_session(outside):
    status, headers, _ = outside.ask("/login", FORM | {"to": "/growth?level=paid"})
    assert (status, headers["Location"]) == (303, "/growth?level=paid")
    cookie, *flags = headers["Set-Cookie"].split("; ")
    assert cookie.startswith(f"__Host-sparkify_{outside.port}=")
    assert flags == ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"]
    assert outside.ask("/api/reports", Cookie=cookie)[0] == 200
    assert outside.cookie() != cookie
    status, headers, _ = outside.ask("/logout", {}, Cookie=cookie)
    assert (status, headers["Location"]) == (303, "/login")
    assert outside.ask("/api/reports", Cookie=cookie)[0] == 401


@pytest.mark.parametrize("to", ["//evil.example/", "https://evil.example/", "/\\evil", "/\r\nX: y"])
def test_the_form_leads_nowhere_else(to, outside):
    assert outside.ask("/login", FORM | {"to": to})[1]["Location"] == "/"


WRONG = [
    {"password": "wrong"},
    {"user": "bob"},
    {"user": "alice' --"},
    {"password": PASSWORD + "x"},
]


def test_a_wrong_password_is_refused_and_guessing_takes_long(outside):
    for number, wrong in enumerate(WRONG):
        status, headers, text = outside.ask("/login", FORM | wrong, source="127.0.0.8")
        assert (status, "Set-Cookie" in headers) == (401, False), number
        assert "The user or the password is wrong." in text and PASSWORD not in text
    statuses = [outside.ask("/login", FORM | WRONG[0], source="127.0.0.8")[0] for _ in range(5)]
    assert statuses == [401] + [429] * 4
    status, headers, _ = outside.ask("/login", FORM, source="127.0.0.8")
    assert (status, headers["Retry-After"]) == (429, "10")
    outside.cookie(source="127.0.0.9")  # others are not hindered


@pytest.mark.parametrize("form", [{}, {"user": "alice"}, {"user": "", "password": "x"}])
def test_half_a_form_is_no_attempt(form, outside):
    assert outside.ask("/login", form)[0] == 400


def test_other_hosts_and_origins_are_refused(outside):
    cookie = outside.cookie()
    port = outside.port
    for host, status in (
        (f"music.example:{port}", 200),
        ("proxy.example", 200),
        (f"localhost:{port}", 200),
        (f"{socket.gethostname()}:{port}", 200),
        ("music.example", 421),
        (f"evil.example:{port}", 421),
        (f"music.example.evil:{port}", 421),
    ):
        assert outside.ask("/api/reports", Host=host, Cookie=cookie)[0] == status, host
        assert outside.ask("/login", FORM, Host=host)[0] == (303 if status == 200 else 421)
    for origin in (f"http://127.0.0.1:{port}", "https://evil.example", "null"):
        assert outside.ask("/api/reports", Origin=origin, Cookie=cookie)[0] == 403
        assert outside.ask("/login", FORM, Origin=origin)[0] == 403
    assert outside.ask("/login", FORM, Origin=f"https://127.0.0.1:{port}")[0] == 303


def test_a_session_ends_with_its_user_and_with_the_password(outside):
    set_user(outside.path, "carol", "first")
    cookie = outside.cookie(user="carol", password="first")
    assert outside.ask("/api/reports", Cookie=cookie)[0] == 200
    set_user(outside.path, "carol", "second")
    assert outside.ask("/api/reports", Cookie=cookie)[0] == 401
    cookie = outside.cookie(user="carol", password="second")
    set_user(outside.path, "carol", action="remove")
    assert outside.ask("/api/reports", Cookie=cookie)[0] == 401


def test_a_line_that_no_user_has_is_said_to_who_asks(outside):
    cookie = outside.cookie(source="127.0.0.10")
    users = outside.path.with_name(outside.path.name + ".users")
    text = users.read_text()
    users.write_text(text + "nonsense\n")
    try:
        for answer in (
            outside.ask("/api/reports", Cookie=cookie),
            outside.ask("/login", FORM, source="127.0.0.10"),
        ):
            assert answer[0] == 500
            assert "this is no line of a file of users" in answer[2]
            assert "nonsense" not in answer[2] and str(outside.path) not in answer[2]
    finally:
        users.write_text(text)
    outside.cookie(source="127.0.0.10")


def test_who_follows_a_link_of_another_site_stays_logged_in(outside):
    status, headers, text = outside.ask("/growth?top=3", Sec_Fetch_Site="cross-site")
    assert (status, headers["Refresh"]) == (200, "0; url=/growth?top=3")
    assert "form" not in text


def test_without_tls_nothing_is_said(outside):
    with socket.create_connection(("127.0.0.1", outside.port), timeout=30) as link:
        link.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{outside.port}\r\n\r\n".encode())
        assert b"Sparkify" not in link.recv(65536)
    assert outside.ask("/login")[0] == 200


def test_the_slow_and_the_silent_do_not_keep_others_out(outside):
    links = [socket.create_connection(("127.0.0.1", outside.port)) for _ in range(100)]
    try:
        for link in links[:50]:
            link.sendall(b"\x16\x03\x01\x02")  # and no more of its handshake
        slow = outside.tls.wrap_socket(
            socket.create_connection(("127.0.0.1", outside.port), timeout=60),
            server_hostname="127.0.0.1",
        )
        links.append(slow)
        slow.sendall(b"POST /login HTTP/1.1\r\nContent-Le")
        for _ in range(3):
            assert outside.ask("/login")[0] == 200
    finally:
        for link in links:
            link.close()


def test_a_person_logs_in(outside, browser):
    address = f"https://127.0.0.1:{outside.port}"
    page = browser.open(address + "/listening?top=3", ignore_https_errors=True)
    page.get_by_label("User").fill("alice")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    assert page.get_by_role("alert").inner_text() == "The user or the password is wrong."
    page.get_by_label("User").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    settled(page)
    assert page.url == address + "/listening?top=3"
    page.get_by_role("link", name="log out").click()
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Password").wait_for()
    page.goto(address + "/growth")
    page.get_by_label("Password").wait_for()
    # The console tells of answers that are refusals.
    browser.complaints[:] = [each for each in browser.complaints if " 401 " not in each]
