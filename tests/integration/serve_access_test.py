"""Who may connect to `sparkify serve`: users and their passwords, TLS, other machines."""

import asyncio
import base64
import contextlib
import os
import pty
import re
import ssl
import stat
import subprocess

import asyncpg
import psycopg
import psycopg2
import pytest
import redshift_connector
from certificates import make_certificate
from program import OK, USAGE, clean_environment, command_of, run
from strangers import (
    PASSWORD,
    SSL_REQUEST,
    add_user,
    error_state,
    read_exactly,
    read_message,
    read_to_end,
    sasl_initial,
    startup,
)

# Users


def test_users_are_added_listed_and_removed(tmp_path):
    warehouse = tmp_path / "w.duckdb"
    for name in ("bob", "alice"):
        run("serve", "user", "add", name, "--warehouse", warehouse, text="one\n").expect(OK)
    listed = run("serve", "user", "list", "--warehouse", warehouse).expect(OK)
    assert listed.out == "alice\nbob\n"
    users = tmp_path / "w.duckdb.users"
    assert stat.S_IMODE(users.stat().st_mode) == 0o600
    before = users.read_text()
    (tmp_path / "password").write_text("two\r\n")
    run(
        *("serve", "user", "add", "bob", "--warehouse", warehouse),
        *("--password-file", tmp_path / "password"),
    ).expect(OK, "new password of bob")
    assert users.read_text() != before
    run("serve", "user", "remove", "alice", "--warehouse", warehouse).expect(OK)
    assert run("serve", "user", "list", "--warehouse", warehouse).out == "bob\n"
    gone = run("serve", "user", "remove", "alice", "--warehouse", warehouse)
    gone.expect_error(1, 'no user "alice"')
    assert sorted(path.name for path in tmp_path.iterdir()) == ["password", "w.duckdb.users"]


@pytest.mark.parametrize(
    ("words", "password"),
    [
        (["add"], "x"),
        (["add", "a", "b"], "x"),
        (["list", "a"], "x"),
        (["change", "a"], "x"),
        (["add", "a\nb"], "x"),
        (["add", "a"], ""),
        (["add", "a"], "pässword"),
    ],
)
def test_users_that_cannot_be_are_refused(tmp_path, words, password):
    done = run("serve", "user", *words, "--warehouse", tmp_path / "w.duckdb", text=password + "\n")
    done.expect_error(USAGE)
    assert not list(tmp_path.iterdir())


def test_a_password_is_asked_for_without_echo(tmp_path):
    users = tmp_path / "w.duckdb.users"
    for second, code in (("secret", OK), ("other", USAGE)):
        users.unlink(missing_ok=True)
        terminal, its_end = pty.openpty()
        process = subprocess.Popen(
            command_of("serve", "user", "add", "alice", "--warehouse", tmp_path / "w.duckdb"),
            stdin=its_end,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=clean_environment(),
        )
        os.close(its_end)
        for typed, prompt in (("secret", b"password: "), (second, b"again: ")):
            assert process.stderr.read(len(prompt)) == prompt
            os.write(terminal, typed.encode() + b"\n")
        assert process.wait(60) == code
        shown = b""
        with contextlib.suppress(OSError):  # how a terminal ends on Linux
            while part := os.read(terminal, 1000):
                shown += part
        os.close(terminal)
        assert b"secret" not in shown and b"other" not in shown
        assert users.exists() == (code == OK)


# Passwords


def test_without_users_this_machine_is_let_in_and_told_so(serve):
    server = serve()
    assert server.answer("select 1", user="anybody") == "1"
    assert "no password is asked" in server.stop().err


def test_users_need_their_password(serve, tmp_path):
    add_user(tmp_path)
    server = serve("--log-statements")
    for tls in ("require", "disable"):
        assert server.answer("select current_user", password=PASSWORD, sslmode=tls) != ""
        texts = []
        for user, password in (("alice", "wr0ng"), ("alice", ""), ("mallory", PASSWORD)):
            done = server.psql("select 1", user=user, password=password, sslmode=tls)
            assert done.returncode == 2, (user, password)
            texts.append(done.stderr.replace(user, "USER"))
        assert "FATAL:  password authentication failed" in texts[0]
        assert texts[0] == texts[2]
    told = server.stop().err
    assert "a password is asked of everybody" in told
    assert 'authentication failed for user "mallory"' in told
    assert PASSWORD not in told and "wr0ng" not in told


def test_users_come_and_go_while_the_server_runs(serve, tmp_path):
    server = serve()
    assert server.answer("select 1") == "1"
    add_user(tmp_path)
    assert "password authentication failed" in server.psql("select 1", password="wrong").stderr
    assert server.answer("select 1", password=PASSWORD) == "1"
    run("serve", "user", "remove", "alice", "--warehouse", server.path).expect(OK, "nobody is left")
    # Who has asked for passwords goes on asking.
    assert "password authentication failed" in server.psql("select 1", password=PASSWORD).stderr


def test_a_broken_file_of_users_lets_nobody_in(serve, tmp_path):
    server = serve()
    (tmp_path / "served.duckdb.users").write_text("user alice:plain\n")
    done = server.psql("select 1", password=PASSWORD)
    assert done.returncode == 2 and "this is no line of a file of users" in done.stderr
    # The server's owner is told where; strangers learn neither what it says nor where it lies.
    assert "plain" not in done.stderr and "served.duckdb" not in done.stderr
    server.stop()
    again = run("serve", "--warehouse", server.path, "--listen", "127.0.0.1:0")
    again.expect_error(USAGE, "served.duckdb.users:1")


def test_the_user_of_the_configuration_is_one_on_this_machine(serve, tmp_path):
    config = "[CLUSTER]\nDB_NAME=dwh\nDB_USER=dwhuser\nDB_PASSWORD=Passw0rd\n"
    (tmp_path / "dwh.cfg").write_text(config)
    os.chmod(tmp_path / "dwh.cfg", 0o600)
    server = serve()
    assert server.answer("select 1", user="dwhuser", password="Passw0rd", dbname="dwh") == "1"
    assert (
        "password authentication failed"
        in server.psql("select 1", user="dwhuser", password="passw0rd").stderr
    )
    assert (
        "password authentication failed"
        in server.psql("select 1", user="alice", password="Passw0rd").stderr
    )
    told = server.stop().err
    assert "dwhuser" in told and "Passw0rd" not in told
    elsewhere = run("serve", "--warehouse", server.path, "--listen", "0.0.0.0:0", cwd=tmp_path)
    elsewhere.expect_error(USAGE, "demands a user with a password")


def salt_of(server, user):
    with server.link() as link:
        link.sendall(startup(user))
        kind, body = read_message(link)
        assert kind == b"R" and body[:4] == b"\0\0\0\x0a"
        link.sendall(sasl_initial(b"n,,n=,r=abcdefgh"))
        kind, body = read_message(link)
        found = re.fullmatch(rb"r=abcdefgh\S{20,},s=([\w+/=]+),i=4096", body[4:])
        assert kind == b"R" and found, body
        return base64.b64decode(found[1])


def test_an_unknown_user_cannot_be_told_from_a_known_one(serve, tmp_path):
    add_user(tmp_path)
    server = serve()
    salts = {user: salt_of(server, user) for user in ("alice", "mallory", "eve")}
    assert {len(salt) for salt in salts.values()} == {16}
    assert len(set(salts.values())) == 3
    server.stop()
    again = serve()
    assert {user: salt_of(again, user) for user in salts} == salts


# TLS


def test_libpq_gets_tls_as_it_wants_it(serve, tmp_path):
    add_user(tmp_path)
    server = serve()
    key = tmp_path / "served.duckdb.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    for how in (
        {"sslmode": "require"},
        {"sslmode": "require", "channel_binding": "require"},
        {"sslmode": "verify-full", "sslrootcert": server.certificate, "host": "localhost"},
        {"sslmode": "verify-full", "sslrootcert": server.certificate},
        {"sslmode": "disable"},
        {"sslmode": "disable", "gssencmode": "prefer"},
    ):
        assert server.answer("select 'in'", password=PASSWORD, **how) == "in", how
    stranger = tmp_path / "other"
    stranger.mkdir()
    _, other = make_certificate(stranger)
    done = server.psql("select 1", sslmode="verify-full", sslrootcert=other, host="localhost")
    assert "certificate verify failed" in done.stderr
    server.stop()
    before = key.read_bytes()
    serve()
    assert key.read_bytes() == before


def test_a_given_certificate_is_shown(serve, tmp_path):
    _, certificate = make_certificate(tmp_path)
    given = ("--tls-cert", certificate, "--tls-key", tmp_path / "key.pem")
    server = serve(*given)
    how = {"sslmode": "verify-full", "sslrootcert": certificate}
    assert server.answer("select 1", **how) == "1"
    assert not (tmp_path / "served.duckdb.key").exists()
    server.stop()
    warehouse = ("--warehouse", tmp_path / "served.duckdb", "--listen", "127.0.0.1:0")
    run("serve", *warehouse, *given[:2]).expect_error(USAGE, "go together")
    run("serve", *warehouse, "--no-tls", *given).expect_error(USAGE, "exclude")
    swapped = ("--tls-cert", given[3], "--tls-key", given[1])
    run("serve", *warehouse, *swapped).expect_error(1, "not usable for TLS")
    missing = ("--tls-cert", tmp_path / "none.pem", "--tls-key", given[3])
    run("serve", *warehouse, *missing).expect_error(1, "none.pem")


def test_no_tls_is_answered_as_postgresql_does(serve):
    server = serve("--no-tls")
    assert server.answer("select 1", sslmode="prefer") == "1"
    assert "does not support SSL" in server.psql("select 1", sslmode="require").stderr
    assert not os.path.exists(server.certificate)


def shake_hands(link, context):
    link.sendall(SSL_REQUEST)
    assert read_exactly(link, 1) == b"S"
    return context.wrap_socket(link)


def trusting():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def test_old_tls_is_refused(serve):
    server = serve()
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        context = trusting()
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        with server.link() as link, pytest.raises((ssl.SSLError, ConnectionError)):
            shake_hands(link, context)
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = trusting()
        context.minimum_version = context.maximum_version = version
        with server.link() as link:
            tls = shake_hands(link, context)
            tls.sendall(startup())
            assert read_message(tls)[0] == b"R"


def test_an_idle_client_is_told_over_tls_that_the_server_stops(serve):
    server = serve()
    with server.link() as link:
        tls = shake_hands(link, trusting())
        tls.sendall(startup())
        data = b""
        while b"Z\0\0\0\5" not in data:
            data += tls.recv(65536)
        server.stop()
        assert b"57P01" in read_to_end(tls)


def test_what_comes_before_the_handshake_does_not_count_as_said_in_it(serve):
    server = serve()
    with server.link() as link:
        link.sendall(SSL_REQUEST + startup())
        data = read_to_end(link)
        assert data[:1] == b"E" and error_state(data) == "08P01"


# Clients


def test_psycopg2(serve, tmp_path):
    add_user(tmp_path)
    server = serve()
    how = {"host": "127.0.0.1", "port": server.port, "user": "alice", "dbname": "dev"}
    for tls in ("disable", "require"):
        with contextlib.closing(psycopg2.connect(**how, password=PASSWORD, sslmode=tls)) as link:
            cursor = link.cursor()
            cursor.execute("select 42")
            assert cursor.fetchone() == (42,)
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(**how, password="wrong", sslmode=tls)


def test_psycopg_3(serve, tmp_path):
    add_user(tmp_path)
    server = serve()
    how = {"host": "127.0.0.1", "port": server.port, "user": "alice", "dbname": "dev"}
    for tls in ({"sslmode": "disable"}, {"sslmode": "require", "channel_binding": "require"}):
        with psycopg.connect(**how, password=PASSWORD, **tls) as link:
            assert link.execute("select 42").fetchone() == (42,)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(**how, password="wrong", **tls)


def test_asyncpg(serve, tmp_path):
    add_user(tmp_path)
    server = serve()
    context = ssl.create_default_context(cafile=server.certificate)

    async def ask(password, tls):
        link = await asyncpg.connect(
            host="localhost",
            port=server.port,
            user="alice",
            password=password,
            database="dev",
            ssl=tls,
        )
        try:
            return await link.fetchval("select 42")
        finally:
            await link.close()

    for tls in (False, context):
        assert asyncio.run(ask(PASSWORD, tls)) == 42
        with pytest.raises(asyncpg.InvalidPasswordError):
            asyncio.run(ask("wrong", tls))


def test_redshift_connector(serve, tmp_path, monkeypatch):
    add_user(tmp_path)
    server = serve()
    monkeypatch.setenv("SSL_CERT_FILE", server.certificate)
    how = {"host": "localhost", "port": server.port, "user": "alice", "database": "dev"}
    for tls in ({"ssl": False}, {"ssl": True, "sslmode": "verify-full"}):
        with redshift_connector.connect(**how, password=PASSWORD, **tls) as link:
            cursor = link.cursor()
            cursor.execute("select 42")
            assert list(cursor.fetchone()) == [42]
        with pytest.raises(redshift_connector.Error, match="28P01"):
            redshift_connector.connect(**how, password="wrong", **tls)


# Others than this machine


def test_others_are_served_over_tls_and_with_passwords_only(serve, tmp_path):
    warehouse = ("--warehouse", tmp_path / "served.duckdb")
    public = ("serve", *warehouse, "--listen", "0.0.0.0:0")
    run(*public).expect_error(USAGE, "a user with a password", "sparkify serve user add")
    run(*public, "--no-tls").expect_error(USAGE, "a user with a password and TLS", "--no-tls")
    add_user(tmp_path)
    run(*public, "--no-tls").expect_error(USAGE, "demands TLS")
    assert not (tmp_path / "served.duckdb").exists()
    server = serve(host="0.0.0.0")
    assert server.answer("select 1", password=PASSWORD, sslmode="prefer") == "1"
    done = server.psql("select 1", password=PASSWORD, sslmode="disable")
    assert done.returncode == 2 and "reached over TLS only" in done.stderr
    with server.link() as link:
        link.sendall(startup())
        kind, body = read_message(link)  # instead of asking for the password
        assert kind == b"E" and error_state(body) == "28000"
