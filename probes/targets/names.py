"""Hosts and URLs in the one form that records hold: lower-case A-labels, no trailing dot, a path apart."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, urlsplit

import idna

_LABEL = re.compile(r"[a-z0-9_-]{1,63}")  # RFC 1035 2.3.4; `_` and odd hyphens resolve, so they stay
LONGEST = 253
"""Characters of a name (RFC 1035, 2.3.4, without the root's)."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PORTS = {"http": 80, "https": 443}
# What may stand unescaped in a path and query (RFC 3986 3.3, 3.4); `%` because it may be escaped already.
_PATH_SAFE = "/:@!$&'()*+,;=-._~%?"


class NameFault(ValueError):  # noqa: N818 - a fault of what was given, not of the program
    """What is wrong with a name, as the end of a sentence: `"x y" has a blank in it`."""


def normalise_host(text: str) -> str:
    """The host as it goes into a DNS question. Raises `NameFault`; addresses are no hosts."""
    shown = f'"{_printable(text)}"'
    host = text.strip().rstrip(".")
    if not host or len(text) > 1024:
        raise NameFault("the name is empty" if not host else f"{shown} is too long")
    if any(char.isspace() or not char.isprintable() for char in host):
        raise NameFault(f"{shown} has a blank or control character in it")
    if _is_address(host):
        raise NameFault(f"{shown} is an address, not a name")
    labels = _to_ascii(host, shown).split(".")
    for label in labels:
        if not label:
            raise NameFault(f"{shown} has an empty label")
        if len(label) > 63:
            raise NameFault(f"{shown} has a label longer than 63 characters")
        if not _LABEL.fullmatch(label):
            raise NameFault(f"{shown} is no host name")
    if len(labels) < 2:
        raise NameFault(f"{shown} has no dot: it is no full name")
    if len(".".join(labels)) > LONGEST:
        raise NameFault(f"{shown} is longer than {LONGEST} characters")
    # WHATWG URL, "ends in a number": programs read such a host as an IPv4 address.
    if labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
        raise NameFault(f"{shown} is an address, not a name")
    return ".".join(labels)


def split_target(text: str) -> tuple[str, str]:
    """Host and path of a host or of an http(s) URL. Raises `NameFault`.

    The fragment is dropped (it never leaves a browser). Credentials and ports other than the scheme's are
    refused, because a target is what a visitor opens.
    """
    text = text.strip()
    shown = f'"{_printable(text)}"'
    if "/" not in text and "?" not in text and "#" not in text and ":" not in text:
        return normalise_host(text), "/"
    if any(char.isspace() or not char.isprintable() for char in text):
        raise NameFault(f"{shown} has a blank or control character in it")
    try:
        # A query may hold a whole URL: only what stands before everything else is the scheme.
        parts = urlsplit(text if _SCHEME.match(text) else f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise NameFault(f"{shown} is no URL") from None
    if parts.scheme not in ("", *_PORTS):
        raise NameFault(f"{shown} is no http or https URL")
    if parts.username is not None or parts.password is not None:
        raise NameFault(f"{shown} holds credentials")
    if host is None or _is_address(host):
        raise NameFault(f"{shown} has no host name")
    if port is not None and port != _PORTS.get(parts.scheme):
        raise NameFault(f"{shown} names a port; only the usual ones are asked")
    path = quote(parts.path or "/", safe=_PATH_SAFE)
    query = f"?{quote(parts.query, safe=_PATH_SAFE)}" if parts.query else ""
    return normalise_host(host), path + query


def _to_ascii(host: str, shown: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise NameFault(f"{shown} is no valid internationalised name") from None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def _printable(text: str) -> str:
    clean = "".join(char if char.isprintable() else "?" for char in text)
    return clean if len(clean) <= 80 else clean[:77] + "..."
