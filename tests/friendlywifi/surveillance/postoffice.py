"""A mail server on loopback that keeps what it was given, and letters read as their readers read them."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.policy import SMTP as POLICY
from typing import TYPE_CHECKING

from aiosmtpd.smtp import SMTP, Envelope, Session

from friendlywifi.mail.letters import Kind
from tests.friendlywifi.mail.cast import Mailbox

if TYPE_CHECKING:
    from tests.friendlywifi.surveillance.world import Clock

_SUBJECTS = (
    (Kind.REMINDER, r"The certificate for .+ (ends in |ends today, |ended on )"),
    (Kind.ISSUED, r"The certificate for .+ is issued, valid until "),
    (Kind.SUSPENDED, r"The certificate for .+ is suspended since "),
    (Kind.REINSTATED, r"The certificate for .+ is in force again$"),
    (Kind.WITHDRAWN, r"The certificate for .+ was withdrawn on "),
    (Kind.FAILING, r"The filter (at .+ fails$|fails at \d+ places)"),
    (Kind.RECOVERED, r"The filter at .+ works again$"),
    (Kind.PORTAL_LOCKED, r"The checks at .+ stand before a login page$"),
    (Kind.PROBE_SILENT, r"Nothing is heard from the probe at "),
    (Kind.UPLINK_DEAD, r"The hotspot at .+ has no Internet$"),
    (Kind.LAPSING, r"The evidence for .+ ends soon$"),
    (Kind.DIGEST, r"Friendly Wi-Fi: the week from "),
)

_LINES = (
    (Kind.FAILING, "the filter fails since"),
    (Kind.PORTAL_LOCKED, "the checks stand before a login page since"),
    (Kind.PROBE_SILENT, "nothing is heard from the probe since"),
    (Kind.UPLINK_DEAD, "no Internet since"),
    (Kind.LAPSING, "the evidence ends soon"),
)

_NAME = re.compile(r"\b(?:Site|Branch) \d+\b")
_NUMBER = re.compile(r"\bFW-\d{4}-\d{6}\b")
_LEFT = re.compile(r"ends in (\d+) days?")


@dataclass(frozen=True, kw_only=True)
class Read:
    """One letter, as somebody reads it."""

    at: datetime
    """What time it truly was when the server had it."""
    to: str
    identifier: str
    kind: Kind
    subject: str
    places: frozenset[str]
    """Ids of the hotspots that its own words name."""
    beside: frozenset[str]
    """Those that the hand-over sheet names."""
    lines: frozenset[tuple[str, Kind]]
    """Of a digest."""
    number: str | None
    left: int | None
    """Days, as a reminder counts them."""


@dataclass(kw_only=True)
class PostOffice(Mailbox):
    """Takes letters at the world's own time, and now and then behaves as servers do."""

    clock: Clock
    chance: random.Random = field(default_factory=lambda: random.Random(25))
    letters: list[Read] = field(default_factory=list)
    hung_up: Counter[str] = field(default_factory=Counter)
    """Letters that it had, and hung up before it said so."""
    put_off: int = 0

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, session: Session, envelope: Envelope, text: str, _options: list[str]
    ) -> str:
        assert session.ssl is not None
        if self.chance.random() < 0.02:
            self.put_off += 1
            return "451 4.7.1 greylisted, come again"
        envelope.rcpt_tos.append(text)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        assert isinstance(envelope.content, bytes)
        (to,) = envelope.rcpt_tos
        found = read(envelope.content, to=to, at=self.clock.true)
        self.letters.append(found)
        if self.chance.random() < 0.004:
            self.hung_up[found.identifier] += 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 taken"


def read(data: bytes, *, to: str, at: datetime) -> Read:
    """The letter, from its bytes alone."""
    message = message_from_bytes(data, policy=POLICY)
    # Folded before its first word it begins with a space, which no reader shows (RFC 5322, 2.2.3).
    subject = str(message["Subject"]).strip()
    kind = next((kind for kind, pattern in _SUBJECTS if re.match(pattern, subject)), None)
    if kind is None:
        raise ValueError(f"a letter about nothing that is known: {subject}")
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    sheets = [
        part.get_content() for part in message.iter_attachments() if part.get_filename() == "hand-over.txt"
    ]
    lines = set()
    if kind is Kind.DIGEST:
        for line in text.splitlines():
            found = _NAME.search(line)
            about = next((kind for kind, words in _LINES if words in line), None)
            if found is not None and about is not None:
                lines.add((identifier_of(found[0]), about))
    number, left = _NUMBER.search(text), _LEFT.search(subject)
    return Read(
        at=at,
        to=to,
        identifier=str(message["Message-ID"]).strip(),
        kind=kind,
        subject=subject,
        places=frozenset(map(identifier_of, _NAME.findall(text))) if kind is not Kind.DIGEST else frozenset(),
        beside=frozenset(identifier_of(name) for sheet in sheets for name in _NAME.findall(sheet)),
        lines=frozenset(lines),
        number=None if number is None else number[0],
        left=None if left is None else int(left[1]),
    )


def identifier_of(name: str) -> str:
    """`Site 012` is site-012."""
    return name.lower().replace(" ", "-")
