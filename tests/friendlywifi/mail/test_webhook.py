"""Another program hears the same events: over https, without persons, and it can tell a second call."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from friendlywifi.mail.delivering import deliver
from friendlywifi.mail.desk import Desk
from friendlywifi.mail.queueing import queue_certificates
from friendlywifi.mail.webhook import WEBHOOK, fault
from friendlywifi.records import outbox
from friendlywifi.records.database import Records
from friendlywifi.records.outbox import State
from tests.friendlywifi.mail.cast import Mailbox, mail_server, sending, step_day, town


@contextmanager
def _hook(*codes: int) -> Iterator[tuple[str, list[tuple[dict[str, Any], str | None]]]]:
    """A program that answers with these codes, then with 204; its address, and what it was told."""
    told: list[tuple[dict[str, Any], str | None]] = []
    left = list(codes)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append((json.loads(body), self.headers["Idempotency-Key"]))
            self.send_response(left.pop(0) if left else 204)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hook", told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def _round(records: Records, url: str, authority: trustme.CA, ca: Path, **later: float) -> None:
    now = step_day(30) + timedelta(**later)
    queue_certificates(records, Desk(webhook=True), now=now)
    with mail_server(Mailbox(), authority) as port:
        out = sending(port, ca)
        out = type(out)(server=out.server, sender=out.sender, webhook=url)
        await deliver(records, out, worker="w1", clock=lambda: now)


async def test_the_facts_without_persons_are_told_once(
    records: Records, authority: trustme.CA, ca: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:9")
    town(records, 1)
    with _hook() as (url, told):
        await _round(records, url, authority, ca)
        await _round(records, url, authority, ca, hours=1)
    ((facts, key),) = told
    assert facts["schema"] == "friendlywifi/event/1"
    assert (facts["kind"], facts["step"], facts["hotspot"]) == ("reminder", "before-30", "library-1")
    assert facts["certificate"] == "FW-2026-000001"
    assert key == facts["id"]
    assert "contact" not in json.dumps(facts).lower()


async def test_a_program_that_is_busy_is_called_again_with_the_same_name(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    town(records, 1)
    with _hook(503, 429) as (url, told):
        await _round(records, url, authority, ca)
        await _round(records, url, authority, ca, minutes=6)
        await _round(records, url, authority, ca, hours=2)
    assert len(told) == 3
    assert len({key for _, key in told}) == 1


@pytest.mark.parametrize("code", (404, 302))
async def test_what_is_refused_is_shown_and_no_redirect_is_followed(
    records: Records, authority: trustme.CA, ca: Path, code: int
) -> None:
    town(records, 1)
    with _hook(code) as (url, told):
        await _round(records, url, authority, ca)
    assert len(told) == 1
    (message,) = (item for item in outbox.every(records) if item.recipient == WEBHOOK)
    assert message.state is (State.FAILED if code == 404 else State.PENDING)
    assert message.reply == f"HTTP {code}"


@pytest.mark.parametrize(
    ("url", "fine"),
    (
        ("https://chat.example.al/hook", True),
        ("http://127.0.0.1:8080/hook", True),
        ("http://localhost/hook", True),
        ("http://chat.example.al/hook", False),
        ("http://192.0.2.1/hook", False),
        ("ftp://chat.example.al/", False),
        ("https://", False),
        ("chat.example.al", False),
    ),
)
def test_only_https_or_this_machine_is_called(url: str, *, fine: bool) -> None:
    assert (fault(url) is None) == fine
