"""A letter as bytes: headers, text and HTML beside each other, the calendar attached.

Every header goes through the library's own registry, which refuses a line break; every text from outside was
made one line before. The same message has the same Message-ID however often it is sent, so that a reader's
program shows two copies as one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from friendlywifi.mail.addresses import needs_smtputf8, spelt
from friendlywifi.mail.words import Words
from probes.records import Record

SHEET_FILE = "hand-over.txt"


class Dates(Record):
    """A calendar file to attach."""

    name: str
    method: str
    """As in the file: a mail program that offers to take it in looks here."""
    data: bytes


class Envelope(Record):
    """What is handed to a mail server."""

    sender: str
    recipient: str
    message: bytes
    smtputf8: bool


def message_id(*, kind: str, subject: str, step: str, recipient: str, domain: str) -> str:
    """The same for the same message, and nothing can be read from it."""
    key = f"{kind}\n{subject}\n{step}\n{recipient}"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def envelope(
    words: Words,
    *,
    sender: Address,
    recipient: Address,
    identifier: str,
    now: datetime,
    reply_to: Address | None = None,
    unsubscribe: bool = False,
    calendars: tuple[Dates, ...] = (),
    sheet: str | None = None,
) -> Envelope:
    """The message of a letter.

    `unsubscribe`: say in a header how to get no more of this kind. `sheet`: for whoever runs the filter.
    """
    message = EmailMessage()
    message["Date"] = format_datetime(now)
    message["From"] = sender
    message["To"] = recipient
    if reply_to is not None:
        message["Reply-To"] = reply_to
    message["Subject"] = words.subject
    message["Message-ID"] = identifier
    # RFC 3834: no answering machine shall answer, and no other program take it for a person's.
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe:
        # RFC 2369. A person reads it; there is no service behind it that could promise one click (RFC 8058).
        message["List-Unsubscribe"] = f"<mailto:{spelt(reply_to or sender)}?subject=unsubscribe>"
    message.set_content(text(words), cte="quoted-printable")
    message.add_alternative(html(words), subtype="html", cte="quoted-printable")
    for dates in calendars:
        message.add_attachment(
            dates.data,
            maintype="text",
            subtype="calendar",
            filename=dates.name,
            params={"charset": "utf-8", "method": dates.method},
        )
    if sheet is not None:
        message.add_attachment(sheet, subtype="plain", filename=SHEET_FILE, cte="quoted-printable")
    # Last: making a message of several parts moves what begins with Content- into the first of them.
    message["Content-Language"] = words.language
    smtputf8 = any(needs_smtputf8(item) for item in (sender, recipient))
    return Envelope(
        sender=spelt(sender),
        recipient=spelt(recipient),
        # 7 bits: not every server on the way takes more, whatever the first one says.
        message=message.as_bytes(policy=SMTP.clone(cte_type="7bit", utf8=smtputf8)),
        smtputf8=smtputf8,
    )


def text(words: Words) -> str:
    """The letter as plain text."""
    return _environment(autoescape=False).get_template("letter.txt").render(words=words)


def html(words: Words) -> str:
    """The letter as a page: no picture, no script, nothing fetched, so that nobody learns that it is read."""
    return _environment(autoescape=True).get_template("letter.html").render(words=words)


@cache
def _environment(*, autoescape: bool) -> Environment:
    return Environment(
        loader=PackageLoader("friendlywifi.mail", "templates"),
        autoescape=autoescape,  # noqa: S701 - off for plain text alone
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
