"""What an issuer says of one certificate today: a small signed answer, good for a short time.

Pure. It is believed where a key signed it that is the certificate's own, or that the scheme lists for the
same issuer; an old answer is no answer, since whoever keeps it could show it for ever.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import KeyFault, key_id, public_from_text, public_text
from certificates.records import Certificate, Digest, Short, Signature, Status
from certificates.trust import TrustList
from probes.records import Record, Time, decode, digest, encode

STATUS_SCHEMA: Literal["friendlywifi/certificate-status/1"] = "friendlywifi/certificate-status/1"
MAX_FILE = 16 * 1024

AHEAD = timedelta(minutes=10)
"""How far the clock of whoever answered may be before ours."""


class Statement(Record):
    """The status of one certificate."""

    schema: Literal["friendlywifi/certificate-status/1"] = STATUS_SCHEMA
    number: Short
    certificate: Digest
    status: Status
    since: Time
    made: Time
    good_until: Time
    """From then on it says nothing any more."""
    key: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9+/]{43}=$")]


class SignedStatement(Record):
    """The file `status.json` of a certificate."""

    statement: Statement
    signature: Signature


class Told(Record):
    """What a file says of a certificate; `status` is `None` where it may not be believed."""

    status: Status | None
    remark: str
    """One sentence for the verifier."""


def sign_statement(
    certificate: Certificate,
    status: Status,
    *,
    since: datetime,
    now: datetime,
    good_for: timedelta,
    key: Ed25519PrivateKey,
) -> bytes:
    """The bytes of `status.json`."""
    public = key.public_key()
    statement = Statement(
        number=certificate.number,
        certificate=digest(certificate),
        status=status,
        since=since,
        made=now,
        good_until=now + good_for,
        key=public_text(public),
    )
    value = base64.b64encode(key.sign(_message(statement))).decode("ascii")
    signed = SignedStatement(statement=statement, signature=Signature(key_id=key_id(public), value=value))
    return _written(signed)


class About(Record):
    """What an answer must be about, and who may say so."""

    number: Short
    certificate: Digest | None
    """`None`: of a code, which holds no digest."""
    key: str
    """The key that signed it, base64."""
    issuers: tuple[str, ...]
    """By the names that the scheme lists."""
    test: bool


def read_statement(data: bytes, *, certificate: Certificate, trust: TrustList | None, now: datetime) -> Told:
    """What it says of this certificate. Whatever the bytes are, an answer and never an exception."""
    issuer = certificate.issuer
    about = About(
        number=certificate.number,
        certificate=digest(certificate),
        key=issuer.key,
        issuers=(issuer.name,),
        test=certificate.test,
    )
    return told_about(data, about, trust=trust, now=now)


def told_about(data: bytes, about: About, *, trust: TrustList | None, now: datetime) -> Told:
    """What it says of this number. Whatever the bytes are, an answer and never an exception."""
    if len(data) > MAX_FILE:
        return _nothing("The answer about its status is far too long to be one.")
    try:
        signed = decode(data, SignedStatement)
        key = public_from_text(signed.statement.key)
        key.verify(base64.b64decode(signed.signature.value), _message(signed.statement))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyFault, ValueError) as problem:
        return _nothing(f"The answer about its status cannot be read: {problem}")
    except InvalidSignature:
        return _nothing("The answer about its status is forged or was changed.")
    if _written(signed) != data or signed.signature.key_id != key_id(key):
        return _nothing("The answer about its status is not in its one written form: it was changed.")
    statement = signed.statement
    if statement.number != about.number or about.certificate not in (None, statement.certificate):
        return _nothing("The answer about its status is that of another certificate.")
    if not _may_say(statement, about, trust):
        return _nothing("The answer about its status is signed by a key that is not its issuer's.")
    if statement.made > now + AHEAD:
        return _nothing("The answer about its status is dated in the future.")
    if now > statement.good_until:
        return _nothing(
            f"The answer about its status is of {statement.made:%Y-%m-%d} and was good until "
            f"{statement.good_until:%Y-%m-%d}: it may be kept back to hide a newer one."
        )
    return Told(
        status=statement.status,
        remark=f"Its issuer said so {statement.made:%Y-%m-%d %H:%M} UTC: {statement.status.value}.",
    )


def _may_say(statement: Statement, about: About, trust: TrustList | None) -> bool:
    """The key of the certificate, while it was in force; or another of the same issuer."""
    listed = () if trust is None else trust.issuers_with_key(statement.key)
    if not listed:
        return trust is None and statement.key == about.key
    return any(
        item.name in about.issuers
        and item.signs_at(statement.made)
        and (about.test or not item.test)
        # Whoever has a leaked key could say "valid" with it, and date that as they like.
        and item.only is None
        for item in listed
    )


def _written(signed: SignedStatement) -> bytes:
    return msgspec.json.format(encode(signed), indent=2) + b"\n"


def _nothing(remark: str) -> Told:
    return Told(status=None, remark=remark)


def _message(statement: Statement) -> bytes:
    return STATUS_SCHEMA.encode("ascii") + b"\n" + encode(statement)
