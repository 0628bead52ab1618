"""Alerts over real sockets: sent once, tried again after a failure, off by default."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import made_up_clinic
import pytest

from auricle.alerts import ATTEMPTS, send_alerts
from auricle.settings import Alerts, Clinic, Mail, Settings, StoreSettings
from auricle.store import Store
from auricle.store.access import as_owner
from auricle.store.filters import CallFilter
from auricle.store.listing import calls
from auricle.store.reads import rows


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_up_clinic.build(tmp_path_factory.mktemp("alerts"), calls=12).path


@pytest.fixture
def store(made: Path) -> Iterator[Store]:
    store = Store(made)
    yield store
    with store.importing() as connection:
        connection.execute("DELETE FROM alerts")


class Hook:
    """A webhook on this machine that answers with ``status``."""

    def __init__(self) -> None:
        self.status, self.got, self.keys = 200, [], []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if hook.status == 200:
                    hook.got.append(json.loads(body))
                hook.keys.append(self.headers["Idempotency-Key"])
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    thread = threading.Thread(target=hook.server.serve_forever)
    thread.start()
    yield hook
    hook.server.shutdown()
    thread.join()
    hook.server.server_close()


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """Just enough of SMTP to be handed messages: its port and what it was handed."""
    listener = socket.create_server(("127.0.0.1", 0))
    messages: list[str] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:

                def answer(line: bytes, stream=stream) -> None:
                    stream.write(line + b"\r\n")
                    stream.flush()

                answer(b"220 here")
                while line := stream.readline():
                    if line.upper().startswith(b"DATA"):
                        answer(b"354 go on")
                        text = b""
                        while (part := stream.readline()) != b".\r\n":
                            text += part
                        messages.append(text.decode())
                    if line.upper().startswith(b"QUIT"):
                        answer(b"221 bye")
                        break
                    answer(b"250 fine")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], messages
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def wishing(store: Store, mail: Mail | None = None, **alerts: object) -> Settings:
    return Settings(store=StoreSettings(path=store.path), clinic=Clinic(timezone="UTC"),
                    mail=mail or Mail(), alerts=Alerts(within_days=400, **alerts))  # fmt: skip


def now(store: Store) -> datetime:
    newest = calls(as_owner(store.path), CallFilter(), order="newest").rows[0].start_local
    assert newest is not None
    return newest.astimezone() + timedelta(hours=1)


def critical(store: Store) -> set[str]:
    found = calls(as_owner(store.path), CallFilter(critical=True))
    return {row.call_id for row in found.rows}


def test_off_by_default(store: Store) -> None:
    assert send_alerts(Settings(store=StoreSettings(path=store.path)), store, now(store)) == (0, [])


def test_a_webhook_is_told_once_of_each_call(store: Store, hook: Hook) -> None:
    settings = wishing(store, kinds=("critical",), webhooks=(hook.address,))
    sent, problems = send_alerts(settings, store, now(store))
    assert not problems and sent == len(critical(store)) > 0
    assert {told["call_id"] for told in hook.got} == critical(store)
    assert hook.got[0]["kind"] == "critical" and "scorecard?call=" in hook.got[0]["link"]
    assert send_alerts(settings, store, now(store)) == (0, [])
    assert len(hook.got) == sent


def test_what_failed_is_tried_again_and_given_up_in_the_end(store: Store, hook: Hook) -> None:
    settings = wishing(store, kinds=("critical",), webhooks=(hook.address,))
    hook.status = 503
    sent, problems = send_alerts(settings, store, now(store))
    assert sent == 0 and len(problems) == len(critical(store))
    assert "503" in problems[0]
    hook.status = 200
    assert send_alerts(settings, store, now(store))[0] == len(critical(store))
    half = len(hook.keys) // 2
    assert hook.keys[:half] == hook.keys[half:]  # the same alert has the same key
    with store.importing() as connection:
        connection.execute("DELETE FROM alerts")
    hook.status = 500
    for _ in range(ATTEMPTS + 2):
        send_alerts(settings, store, now(store))
    kept = rows(as_owner(store.path), "SELECT * FROM alerts")
    assert {row["attempts"] for row in kept} == {ATTEMPTS}


def test_by_mail_without_a_word_of_the_call(store: Store) -> None:
    with mail_server() as (port, messages):
        settings = wishing(store, Mail(host="127.0.0.1", port=port, security="none"),
                           kinds=("not_offered",), to=("owner@example.org",))  # fmt: skip
        sent, problems = send_alerts(settings, store, now(store))
    assert not problems and sent == len(messages) > 0
    assert "Subject: No appointment was offered" in messages[0]
    assert "To: owner@example.org" in messages[0]
    assert "call us again" not in "".join(messages)


def test_old_calls_alert_nobody(store: Store, hook: Hook) -> None:
    settings = wishing(store, kinds=("critical",), webhooks=(hook.address,))
    assert send_alerts(settings, store, now(store) + timedelta(days=500)) == (0, [])
