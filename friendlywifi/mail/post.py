"""Hands messages to a mail server (RFC 5321) and says what it said. Every failure is an answer, never raised.

One connection for many messages. Before the first byte of a message goes out, the caller is told (`handing`):
from there on only the server knows whether it took it.
"""

from __future__ import annotations

import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

import aiosmtplib
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from certificates.records import plain
from friendlywifi.mail.envelope import Envelope
from probes.records import Record

TIMEOUT_S = 60.0
"""For one step of the conversation. Shorter than the lease of a message by far."""

LONGEST_REPLY = 300


class Security(StrEnum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """For a server on this machine only."""


PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where mail is handed in. The password is a secret: it stands in no message and no record."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: str | None = None
    """A file with the certificate of an authority of one's own."""
    name: str = "localhost"
    """What this machine calls itself."""


class Outcome(StrEnum):
    """What became of one message."""

    TAKEN = "taken"
    LATER = "later"
    """4xx."""
    REFUSED = "refused"
    """5xx, about this reader or this message."""
    UNKNOWN = "unknown"
    """The connection broke while the server had it."""
    NOT_HANDED = "not_handed"
    """The caller took it back."""
    NO_SERVER = "no_server"
    """The server cannot be spoken to, or takes nothing from us at all: no matter of this message."""


class Reply(Record):
    outcome: Outcome
    text: str
    """What the server said, in one short line."""


class Post:
    """An open conversation."""

    def __init__(self, client: aiosmtplib.SMTP, trouble: str | None) -> None:
        self._client = client
        self._trouble = trouble

    async def send(self, envelope: Envelope, *, handing: Callable[[], bool]) -> Reply:
        """Hand one message over. `handing` says that it is about to be; `False`: do not."""
        if self._trouble is not None:
            return Reply(outcome=Outcome.NO_SERVER, text=self._trouble)
        handed = False
        try:
            if not self._client.is_connected:
                await self._client.connect()
            if envelope.smtputf8 and not self._client.supports_extension("SMTPUTF8"):
                return Reply(
                    outcome=Outcome.REFUSED, text="the mail server takes no addresses with such letters"
                )
            encoding = "utf-8" if envelope.smtputf8 else "ascii"
            options = ("SMTPUTF8",) if envelope.smtputf8 else ()
            await self._client.mail(envelope.sender, options=options, encoding=encoding)
            await self._client.rcpt(envelope.recipient, encoding=encoding)
            if not handing():
                await self._client.rset()
                return Reply(outcome=Outcome.NOT_HANDED, text="another sender has it")
            handed = True
            response = await self._client.data(envelope.message)
        except SMTPResponseException as problem:
            reply = _of_code(problem)
            await self._start_afresh()
            return reply
        except (SMTPException, OSError, ssl.SSLError, ValueError) as problem:
            self._client.close()
            return Reply(outcome=Outcome.UNKNOWN if handed else Outcome.NO_SERVER, text=_said(problem))
        return Reply(outcome=Outcome.TAKEN, text=_line(f"{response.code} {response.message}"))

    async def _start_afresh(self) -> None:
        try:
            await self._client.rset()
        except (SMTPException, OSError):
            self._client.close()


@asynccontextmanager
async def post(server: Server, *, timeout_s: float = TIMEOUT_S) -> AsyncIterator[Post]:
    """A conversation with this server. One that cannot be begun answers so to each message."""
    trouble = refusal(server)
    try:
        context = _context(server)
    except (OSError, ssl.SSLError) as problem:
        context, trouble = None, f"the certificate authority {server.ca} cannot be read: {_said(problem)}"
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        tls_context=context,
        local_hostname=server.name,
        timeout=timeout_s,
    )
    try:
        if trouble is None:
            try:
                await client.connect()
            except (SMTPException, OSError, ssl.SSLError, ValueError) as problem:
                trouble = _said(problem)
        yield Post(client, trouble)
    finally:
        if client.is_connected:
            with contextlib.suppress(SMTPException, OSError):
                await client.quit()
        client.close()


def refusal(server: Server) -> str | None:
    """Why this server is not spoken to: nothing leaves this machine in the clear, a password least of all."""
    if server.security is Security.NONE and not _loopback(server.host):
        return f'security = "none" is for a mail server on this machine; {server.host} is another one'
    return None


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _context(server: Server) -> ssl.SSLContext | None:
    if server.security is Security.NONE:
        return None
    return ssl.create_default_context(cafile=server.ca)


def _of_code(problem: SMTPResponseException) -> Reply:
    """A reply code, by what it was about."""
    text = _line(f"{problem.code} {problem.message}")
    if isinstance(problem, SMTPRecipientRefused | SMTPDataError):
        return Reply(outcome=Outcome.REFUSED if problem.code >= 500 else Outcome.LATER, text=text)
    if isinstance(problem, SMTPSenderRefused) and problem.code < 500:
        return Reply(outcome=Outcome.LATER, text=text)
    # Our own address, our password: every message would meet the same.
    return Reply(outcome=Outcome.NO_SERVER, text=text)


def _said(problem: BaseException) -> str:
    if isinstance(problem, SMTPResponseException):
        return _line(f"{problem.code} {problem.message}")
    return _line(str(problem) or type(problem).__name__)


def _line(text: str) -> str:
    return plain(text)[:LONGEST_REPLY]
