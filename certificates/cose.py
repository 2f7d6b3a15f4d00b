"""The signed fragment of the code on a sign: enough to answer at the door without any network.

The code is the certificate's address, `#`, and base64url of a COSE_Sign1 (RFC 9052) with EdDSA over a small
CBOR map. A phone's camera opens the page and never sends what follows the `#`; a verifier that holds the
issuers' keys reads the fragment alone. Base45 would be shorter in a code of its own, but its letters hold
a space, `%` and `$`, which do not live in an address (RFC 9285, section 6).

COSE_Sign1 is written here, over `cbor2`, and not by a COSE library: one structure with one algorithm is
forty lines, and the reader must refuse whatever is not in the one written form (no other algorithm, no
unsigned header, no second spelling of a number), which a library for all of COSE accepts.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificates.keys import key_id, public_text
from certificates.records import Certificate, end_of_day_after
from certificates.view import day
from probes.records import Record, Time

MAX_CODE = 300
"""Bytes of the whole code: what a camera reads from a sign of 45 mm behind glass."""

_SIGN1 = 18
"""The CBOR tag of COSE_Sign1 (RFC 9052, section 2)."""
_ALGORITHM, _KID, _EDDSA = 1, 4, -8
_KID_BYTES = 4
_PROTECTED_FIELDS = frozenset((_ALGORITHM, _KID))

# The keys of the map, once given, never mean anything else.
_VERSION, _NUMBER, _STATUS, _TEST, _ISSUED, _UNTIL, _PLACE, _WHERE, _LEVEL, _INDEX = range(10)
_FORM = 1
_STATUSES = ("provisional", "valid")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_DAY = 365_000
"""Days since then that every calendar can hold. Days, not seconds: signs print days, and bytes are few."""

_PLACE_BYTES = 36
_ELLIPSIS = "…"
_NO_SIGNATURE = bytes(64)
"""Of the length of every signature, to see whether the rest fits."""


class CoseFault(ValueError):  # noqa: N818 - the fault is in the input
    """A code that is no certificate's, or was changed, or whose key is unknown. Its text is one sentence."""


class SignFacts(Record):
    """What the code on a sign says by itself."""

    number: str
    status: str
    """At issue: `provisional` or `valid`. Suspension is not in it."""
    test: bool
    issued: Time
    """The beginning of that day, UTC."""
    valid_until: Time
    """The end of that day, UTC."""
    place: str
    """Shortened with an ellipsis where it was long."""
    where: str
    """Street and town, or what there was room for."""
    level: str
    """Id of the standard: `baseline`, `family`…"""
    status_index: int | None
    """Of this certificate in the issuer's status lists."""


class Code(Record):
    """A code that was read: its facts, the key that signed them, and the address before the `#`."""

    facts: SignFacts
    key: str
    """The public key, base64: the entry of the trust list to look up."""
    url: str


def facts_of(certificate: Certificate, *, status_index: int | None) -> SignFacts:
    """The facts of a certificate in full length; `code_text` shortens what does not fit."""
    return SignFacts(
        number=certificate.number,
        status=certificate.status,
        test=certificate.test,
        issued=certificate.issued,
        valid_until=certificate.valid_until,
        place=certificate.place,
        where=certificate.address,
        level=certificate.standard.id,
        status_index=status_index,
    )


def code_text(certificate: Certificate, key: Ed25519PrivateKey, *, status_index: int | None) -> str:
    """The whole text of the code: `URL#fragment`, at most `MAX_CODE` bytes. The same input, the same text.

    `key` is the issuer's, that of the certificate. The place is kept before the street. Raises `CoseFault`
    where the address and the number alone are too long.
    """
    facts = facts_of(certificate, status_index=status_index)
    room = MAX_CODE - len(certificate.url.encode()) - 1
    for place, where in _wordings(facts):
        payload = _payload(facts, place, where)
        if len(_fragment(payload, key.public_key(), _NO_SIGNATURE)) <= room:
            signature = key.sign(_message(_protected(key.public_key()), payload))
            return f"{certificate.url}#{_fragment(payload, key.public_key(), signature)}"
    raise CoseFault("The address of the certificate is too long for a code that a camera can read.")


def read(text: str, trusted: Iterable[Ed25519PublicKey]) -> Code:
    """The facts of a code whose signature holds under one of the `trusted` keys.

    Whether that key was in force when the certificate was issued is for the trust list to say. Raises
    `CoseFault` and nothing else, whatever the text is.
    """
    url, hash_sign, fragment = text.partition("#")
    if not hash_sign or not url.startswith("https://") or len(text.encode()) > MAX_CODE:
        raise CoseFault("The code holds no signed fragment.")
    protected, payload, signature = _parts(_unpacked(fragment))
    kid = protected[_KID]
    message = _message(protected, payload)
    for key in trusted:
        if _kid(key) != kid:
            continue
        try:
            key.verify(signature, message)
        except InvalidSignature:
            continue
        facts = _facts(payload)
        if url.rsplit("/", 1)[-1] != facts.number:
            raise CoseFault("The code leads to the page of another certificate than the one it signs.")
        return Code(facts=facts, key=public_text(key), url=url)
    raise CoseFault("The code is not signed by a recognised issuer: it is forged, changed, or of a stranger.")


def answer(code: Code, *, now: datetime, asked: bool = False) -> str:
    """What may be said of a code; `asked`: its issuer says today that it is in force. `now` is aware."""
    facts = code.facts
    if now > facts.valid_until:
        return f"expired on {day(facts.valid_until)}"
    if now < facts.issued:
        return f"not yet valid: issued on {day(facts.issued)}"
    kind = "genuine, provisional" if facts.status == "provisional" else "genuine"
    if facts.test:
        kind = f"TEST, certifies nothing about any real place; {kind}"
    status = "its status was checked" if asked else "suspension not checked"
    return f"{kind}, valid until {day(facts.valid_until)}; {status}"


def _payload(facts: SignFacts, place: str, where: str) -> bytes:
    fields: dict[int, Any] = {
        _VERSION: _FORM,
        _NUMBER: facts.number,
        _STATUS: _STATUSES.index(facts.status),
        _ISSUED: (facts.issued - _EPOCH).days,
        _UNTIL: (facts.valid_until - _EPOCH).days,
        _PLACE: place,
        _WHERE: where,
        _LEVEL: facts.level,
    }
    if facts.test:
        fields[_TEST] = True
    if facts.status_index is not None:
        fields[_INDEX] = facts.status_index
    return cbor2.dumps(fields, canonical=True)


def _fragment(payload: bytes, key: Ed25519PublicKey, signature: bytes) -> str:
    head = cbor2.dumps(_protected(key), canonical=True)
    sign1 = cbor2.CBORTag(_SIGN1, [head, {}, payload, signature])
    return base64.urlsafe_b64encode(cbor2.dumps(sign1, canonical=True)).rstrip(b"=").decode("ascii")


def _protected(key: Ed25519PublicKey) -> dict[int, Any]:
    return {_ALGORITHM: _EDDSA, _KID: _kid(key)}


def _message(protected: Mapping[int, Any], payload: bytes) -> bytes:
    """Sig_structure (RFC 9052, section 4.4): no other kind of document begins like it."""
    head = cbor2.dumps(dict(protected), canonical=True)
    return cbor2.dumps(["Signature1", head, b"", payload], canonical=True)


def _kid(key: Ed25519PublicKey) -> bytes:
    """The beginning of the key's fingerprint: it finds the key, it proves nothing."""
    return bytes.fromhex(key_id(key).removeprefix("ed25519:"))[:_KID_BYTES]


def _unpacked(fragment: str) -> object:
    try:
        data = base64.b64decode(fragment + "=" * (-len(fragment) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as problem:
        raise CoseFault("The fragment of the code is damaged.") from problem
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != fragment:
        raise CoseFault("The fragment of the code is not in its one written form.")
    return _canonical(data)


def _canonical(data: bytes) -> object:
    """CBOR in its one written form (RFC 8949, section 4.2.1), so that no bit can change unseen."""
    stream = io.BytesIO(data)
    try:
        value: object = cbor2.load(stream)
        again = cbor2.dumps(value, canonical=True)
    except Exception as problem:  # a parser of hostile input may fail in any way it likes
        raise CoseFault("The fragment of the code is damaged.") from problem
    if again != data:
        raise CoseFault("The fragment of the code is not in its one written form.")
    return value


def _parts(value: object) -> tuple[dict[int, Any], bytes, bytes]:
    if not isinstance(value, cbor2.CBORTag) or value.tag != _SIGN1:
        raise CoseFault("The fragment of the code is no COSE_Sign1.")
    match value.value:
        case [bytes() as head, dict() as unprotected, bytes() as payload, bytes() as signature] if (
            not unprotected
        ):
            protected = _canonical(head)
        case _:
            raise CoseFault("The fragment of the code is no COSE_Sign1.")
    if (
        not isinstance(protected, dict)
        or protected.keys() != _PROTECTED_FIELDS
        or protected[_ALGORITHM] != _EDDSA
        or not isinstance(protected[_KID], bytes)
    ):
        raise CoseFault("The fragment of the code is signed in a way that certificates are not.")
    return protected, payload, signature


def _facts(payload: bytes) -> SignFacts:
    """Only after the signature held: what does not fit here was written by a newer version."""
    match _canonical(payload):
        case {
            0: 1,
            1: str(number),
            2: int(status),
            4: int(issued),
            5: int(until),
            6: str(place),
            7: str(where),
            8: str(level),
            **rest,
        } if (
            status in range(len(_STATUSES))
            and rest.keys() <= {_TEST, _INDEX}
            and 0 <= issued <= until <= _LAST_DAY
        ):
            index = rest.get(_INDEX)
            return SignFacts(
                number=number,
                status=_STATUSES[status],
                test=rest.get(_TEST) is True,
                issued=_EPOCH + timedelta(days=issued),
                valid_until=end_of_day_after(_EPOCH, until),
                place=place,
                where=where,
                level=level,
                status_index=index if isinstance(index, int) else None,
            )
        case _:
            raise CoseFault("The code was written by a newer version of the program than this one reads.")


def _wordings(facts: SignFacts) -> Iterator[tuple[str, str]]:
    """Place and address from the fullest words to none: first the country goes, then letters of the street,
    at last those of the place.
    """
    parts = facts.where.split(", ")
    place = _shortened(facts.place, _PLACE_BYTES)
    for count in range(len(parts), 1, -1):
        yield place, ", ".join(parts[:count])
    for most in range(len(parts[0].encode()), -1, -1):
        yield place, _shortened(parts[0], most)
    for most in range(_PLACE_BYTES, -1, -1):
        yield _shortened(facts.place, most), ""


def _shortened(text: str, most: int) -> str:
    """At most so many bytes of UTF-8, never half a letter."""
    data = text.encode()
    if len(data) <= most:
        return text
    kept = data[: max(0, most - len(_ELLIPSIS.encode()))].decode("utf-8", "ignore").rstrip(" ,·-–")
    return f"{kept}{_ELLIPSIS}" if most >= len(_ELLIPSIS.encode()) else ""
