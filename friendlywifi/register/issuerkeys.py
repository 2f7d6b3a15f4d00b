"""The issuer's public keys, old ones too, as did.json and the pages hold them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.didweb import IssuerKey
from certificates.keys import key_id, public_from_text
from friendlywifi.certifying.keyring import Ended, KeyEntry, Purpose
from probes.records import Record


class PageKey(Record):
    """One key for the script of a page. Days are counted from 1970-01-01, UTC."""

    id: str
    """SHA-256 of the key, hexadecimal."""
    x: str
    """The 32 bytes, base64url."""
    from_: int
    until: int | None
    revoked: bool
    """Somebody else has it, or may have it."""
    test: bool
    """It vouches for TEST certificates alone."""


def issuer_keys(entries: Iterable[KeyEntry]) -> tuple[IssuerKey, ...]:
    """Every key that ever signed certificates here, with its time."""
    return tuple(
        IssuerKey(
            key=entry.key,
            valid_from=entry.made,
            valid_until=entry.ended,
            revoked=entry.ended if entry.why in (Ended.LEAKED, Ended.LOST) else None,
        )
        for entry in entries
        if entry.purpose is Purpose.ISSUER
    )


def keys_for_tests(entries: Iterable[KeyEntry]) -> frozenset[str]:
    """Those of them that sign TEST certificates, and nothing else of theirs counts."""
    return frozenset(entry.key for entry in entries if entry.purpose is Purpose.ISSUER and entry.test)


def counting(keys: tuple[IssuerKey, ...], tests: frozenset[str]) -> tuple[IssuerKey, ...]:
    """The keys for did.json: whoever reads it does not know of TEST. Where all are such keys, all of them."""
    return tuple(item for item in keys if item.key not in tests) or keys


def page_keys(keys: Iterable[IssuerKey], tests: frozenset[str]) -> tuple[PageKey, ...]:
    return tuple(
        PageKey(
            id=key_id(public).removeprefix("ed25519:"),
            x=base64.urlsafe_b64encode(public.public_bytes_raw()).rstrip(b"=").decode("ascii"),
            from_=_day(item.valid_from),
            until=None if item.valid_until is None else _day(item.valid_until),
            revoked=item.revoked is not None,
            test=item.key in tests,
        )
        for item in keys
        for public in (public_from_text(item.key),)
    )


def public_keys(keys: Iterable[IssuerKey]) -> tuple[Ed25519PublicKey, ...]:
    return tuple(public_from_text(item.key) for item in keys)


def _day(time: datetime) -> int:
    return (time - datetime(1970, 1, 1, tzinfo=UTC)).days
