"""A town with certified libraries, and a mail server that behaves as it is told."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from pathlib import Path
from typing import Any, cast

import msgspec
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from certificates.keys import key_from_seed, key_id, public_text
from certificates.lifecycle import Event, Proof
from certificates.records import SignedCertificate, end_of_day_after
from certificates.signing import from_file, sign
from certificates.transitions import EventKind, Role, Why
from friendlywifi.mail.addresses import address
from friendlywifi.mail.delivering import Sending
from friendlywifi.mail.post import Security, Server
from friendlywifi.records import certificates, hotspots
from friendlywifi.records.certificates import CertificateRow, New, Series
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Contact, Hotspot, Language
from friendlywifi.records.hotspots import Role as ContactRole

GOLDEN = Path(__file__).parents[2] / "certificates" / "golden" / "valid.json"
KEY = key_from_seed(bytes(range(32)))
MODEL = from_file(GOLDEN.read_bytes()).certificate
ISSUED = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
RUN = "sha256:" + "1" * 64
PASSWORD = "fletë-2026"
DRITA = Contact(name="Drita Hoxha", email="drita@example.al")
JOHN = Contact(name="John Smith", email="john@example.al", language=Language.ENGLISH)
NET = Contact(name="Net", email="noc@net.example", language=Language.ENGLISH, role=ContactRole.PROVIDER)


def library(number: int, **changed: Any) -> Hotspot:
    given: dict[str, Any] = {
        "id": f"library-{number}",
        "name": f"Biblioteka {number}",
        "place": "Tiranë",
        "address": f"Rruga e Kavajës {number}",
        "ssids": ("Biblioteka",),
        "operator": "Bashkia Tiranë",
        "contacts": (DRITA,),
    }
    return Hotspot(**{**given, **changed})


def signed(number: str, issued: datetime, *, days: int, **changed: Any) -> SignedCertificate:
    public = KEY.public_key()
    issuer = msgspec.structs.replace(MODEL.issuer, key=public_text(public), key_id=key_id(public))
    certificate = msgspec.structs.replace(
        MODEL,
        number=number,
        issued=issued,
        valid_until=end_of_day_after(issued, days),
        issuer=issuer,
        **changed,
    )
    return sign(certificate, KEY)


def event(kind: EventKind, why: Why, at: datetime, **changed: Any) -> Event:
    given: dict[str, Any] = {
        "kind": kind,
        "at": at,
        "by": "Arben Çela",
        "role": Role.DECIDER,
        "why": why,
        "evidence": (Proof(digest=RUN, made=at, good=kind is not EventKind.SUSPEND),),
        "decided": RUN,
    }
    return Event(**{**given, **changed})


def issue(
    records: Records, hotspot: str, issued: datetime = ISSUED, *, days: int = 365, **changed: Any
) -> CertificateRow:
    def make(number: str) -> New:
        return New(
            signed=signed(number, issued, days=days, **changed),
            hotspot=hotspot,
            decided=event(EventKind.ISSUE, Why.DECIDED, issued),
            suspension_days=183,
            evidence_days=30,
        )

    row = certificates.issue_row(records, series=Series(name="FW"), make=make, now=issued, actor="Arben Çela")
    assert isinstance(row, CertificateRow)
    return row


def town(records: Records, count: int, issued: datetime = ISSUED, *, days: int = 365, **changed: Any) -> None:
    """So many libraries, each with a certificate and a contact of its own."""
    with records.writing():
        for number in range(1, count + 1):
            contact = Contact(name=f"Contact {number}", email=f"contact-{number}@example.al")
            place = library(number, contacts=(contact,), **changed)
            hotspots.add(records, place, now=issued, actor="the tests")
            issue(records, place.id, issued, days=days)


@dataclass
class Mailbox:
    """A mail server's memory, and how it is to behave."""

    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refused: frozenset[str] = frozenset()
    greylists: bool = False
    slow_s: float = 0.0
    hangs_up_after_data: bool = False
    seen: set[str] = field(default_factory=set)
    secure: list[bool] = field(default_factory=list)
    sessions: int = 0

    async def handle_EHLO(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        self.sessions += session.ssl is not None
        return answers

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, session: Session, envelope: Envelope, text: str, _options: list[str]
    ) -> str:
        if text in self.refused:
            return f"550 5.1.1 <{text}>: no such user"
        if self.greylists and text not in self.seen:
            self.seen.add(text)
            return "451 4.7.1 greylisted, come again"
        self.secure.append(session.ssl is not None)
        envelope.rcpt_tos.append(text)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        assert isinstance(envelope.content, bytes)
        parsed = cast("EmailMessage", message_from_bytes(envelope.content, policy=POLICY))
        self.taken.append(parsed)
        self.recipients.extend(envelope.rcpt_tos)
        # It has the message, and has not said so yet.
        await asyncio.sleep(self.slow_s)
        if self.hangs_up_after_data:
            server.transport.abort()
        return "250 taken"

    @property
    def copies(self) -> Counter[str]:
        """How often each message was taken, by its Message-ID."""
        return Counter(str(message["Message-ID"]) for message in self.taken)


@contextmanager
def mail_server(
    mailbox: Mailbox, authority: trustme.CA, *, port: int = 0, auth: bool = True, tls: bool = True
) -> Iterator[int]:
    """An SMTP server on loopback with STARTTLS and a login, in a thread of its own. Gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)

    def login(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        # `handled`: whether the callback has answered by itself.
        known = (data.login, data.password) == (b"wifi", PASSWORD.encode())
        return AuthResult(success=known, handled=False)

    loop = asyncio.new_event_loop()

    def session() -> SMTP:
        return SMTP(
            mailbox,
            tls_context=context if tls else None,
            require_starttls=tls,
            authenticator=login if auth else None,
            auth_required=auth,
            enable_SMTPUTF8=True,
            loop=loop,
        )

    async def begin() -> asyncio.Server:
        return await loop.create_server(session, "127.0.0.1", port)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)

    async def end() -> None:
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def sending(port: int, ca: Path, **changed: Any) -> Sending:
    server = Server(
        host="localhost",
        port=port,
        security=Security.STARTTLS,
        user="wifi",
        password=PASSWORD,
        ca=str(ca),
        name="wifi.example.al",
    )
    return Sending(
        server=replace(server, **changed),
        sender=address("wifi@example.al", name="Friendly Wi-Fi"),
        reply_to=address("it@example.al"),
    )


def step_day(step_days: int, *, hour: int = 12) -> datetime:
    """Noon UTC, so many days before the end of a certificate of a year."""
    return (end_of_day_after(ISSUED, 365) - timedelta(days=step_days)).replace(hour=hour, minute=0, second=0)
