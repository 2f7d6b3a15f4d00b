"""A mail address that somebody typed, made such that it can be written to; or a sentence why it cannot."""

from __future__ import annotations

import unicodedata
from email.headerregistry import Address

import idna

from certificates.records import plain

LONGEST_LOCAL, LONGEST = 64, 254
"""Octets: RFC 5321, 4.5.3.1."""

_NEVER = frozenset('()<>[]:;,"\\@')
"""What would need quotes (RFC 5321, 4.1.2). Such addresses are legal and as good as never true."""


class AddressFault(ValueError):  # noqa: N818 - the fault is in the input
    """An address that cannot be. Its text is one sentence."""


def address(text: str, *, name: str = "") -> Address:
    """The address for a header and an envelope: the domain in its ASCII form (RFC 5891).

    Raises `AddressFault`. Nothing in it can begin another header: control characters are refused here, and
    a name loses them.
    """
    local, at, domain = unicodedata.normalize("NFC", text.strip()).rpartition("@")
    if not at or not local:
        raise AddressFault(f"“{plain(text)}” is no mail address: it is written NAME@PLACE.")
    if any(char in _NEVER or char.isspace() or unicodedata.category(char)[0] == "C" for char in local):
        raise AddressFault(f"“{plain(text)}” is no mail address: there is a character in it that none has.")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise AddressFault(f"“{plain(text)}” is no mail address: its dots are in the wrong place.")
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise AddressFault(f"“{plain(text)}” is no mail address: its domain cannot be.") from None
    if "." not in ascii_domain and ascii_domain != "localhost":
        raise AddressFault(f"“{plain(text)}” is no mail address: its domain has no dot.")
    if len(local.encode()) > LONGEST_LOCAL or len(local.encode()) + 1 + len(ascii_domain) > LONGEST:
        raise AddressFault(f"“{plain(text)[:40]}…” is no mail address: it is too long.")
    return Address(display_name=plain(name), username=local, domain=ascii_domain)


def spelt(found: Address) -> str:
    """The address alone, as the envelope and the outbox hold it."""
    return f"{found.username}@{found.domain}"


def needs_smtputf8(found: Address) -> bool:
    """Whether only a server with SMTPUTF8 (RFC 6531) can take it: letters like ë before the @."""
    return not found.username.isascii()
