"""Bitstring Status Lists (W3C Recommendation, v1.0): what became of each certificate, one bit each.

Two lists an issuer: one for revocation, one for suspension. Whoever asks takes a whole list, so that the
issuer does not learn whom they asked about. A suspension may be lifted; a revocation never, and writing
a list that forgets one is refused here.
"""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.didweb import did_web
from certificates.jwt import sign_jwt
from certificates.records import Status
from probes.records import encode

BITS = 131_072
"""The least length that the Recommendation allows: a short list would show who is asked about."""

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"


class Purpose(StrEnum):
    REVOCATION = "revocation"
    SUSPENSION = "suspension"


class StatusListFault(ValueError):  # noqa: N818 - the fault is in the input
    """A list that cannot be read, or must not be written. Its text is one sentence."""


_REVOKED = frozenset((Status.WITHDRAWN, Status.SUPERSEDED))
"""The ends that no date tells: a replaced one may name a place that moved, or networks that are gone."""


def set_bits(statuses: Collection[tuple[int, Status]], purpose: Purpose) -> frozenset[int]:
    """The indexes to set, from each certificate's index and its status today.

    Suspended: the suspension bit. Withdrawn or superseded: the revocation bit, for ever. An expired one says
    so by its date.
    """
    wanted = _REVOKED if purpose is Purpose.REVOCATION else (Status.SUSPENDED,)
    return frozenset(index for index, status in statuses if status in wanted)


def draw_index(taken: Collection[int], below: Callable[[int], int]) -> int:
    """A free index. `below(n)` gives a number from 0 to n - 1: `secrets.randbelow`.

    Drawn, not counted, so that a place in the list does not tell the order of issue.
    """
    used = frozenset(taken)
    if len(used) >= BITS // 2:
        raise StatusListFault("The status list is half full; a new one is due.")
    while (index := below(BITS)) in used:
        pass
    return index


def encoded(bits: Collection[int]) -> str:
    """`u` and base64url of the GZIP of the bits; index 0 is the leftmost bit (section 3.3)."""
    raw = bytearray(BITS // 8)
    for index in bits:
        if not 0 <= index < BITS:
            raise StatusListFault(f"Index {index} lies outside the status list.")
        raw[index // 8] |= 0x80 >> index % 8
    return "u" + base64.urlsafe_b64encode(_gzip(bytes(raw))).rstrip(b"=").decode("ascii")


def decoded(text: str) -> frozenset[int]:
    """The indexes that are set. Raises `StatusListFault` and nothing else."""
    if not text.startswith("u"):
        raise StatusListFault("The status list is not in base64url.")
    try:
        packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=31)
        raw = unpacker.decompress(packed, BITS // 8 + 1)
    except (binascii.Error, ValueError, zlib.error) as problem:
        raise StatusListFault("The status list is damaged.") from problem
    if len(raw) != BITS // 8 or not unpacker.eof or unpacker.unused_data:
        raise StatusListFault("The status list is not of the one length that this issuer writes.")
    return frozenset(
        place * 8 + bit for place, byte in enumerate(raw) if byte for bit in range(8) if byte & 0x80 >> bit
    )


def status_list(
    *,
    list_url: str,
    register_url: str,
    purpose: Purpose,
    bits: Collection[int],
    before: Collection[int],
    issued: datetime,
    valid_until: datetime,
    key: Ed25519PrivateKey,
) -> str:
    """The signed list (`vc+jwt`), one line of ASCII. The same input, the same text.

    `list_url`: where it will stand. `register_url`: the address whose did:web signs. `before`: the bits of
    the list that was published last (empty for the first one). `valid_until`: after it the list must be
    fetched anew. Raises `StatusListFault` where a revocation would be taken back.
    """
    lost = frozenset(before) - frozenset(bits)
    if purpose is Purpose.REVOCATION and lost:
        raise StatusListFault(f"A revocation is for ever: index {min(lost)} was revoked and must stay so.")
    did = did_web(register_url)
    payload = encode(
        {
            "@context": [CREDENTIALS],
            "id": list_url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": did,
            "validFrom": msgspec.to_builtins(issued),
            "validUntil": msgspec.to_builtins(valid_until),
            "credentialSubject": {
                "id": f"{list_url}#list",
                "type": "BitstringStatusList",
                "statusPurpose": purpose.value,
                "encodedList": encoded(bits),
            },
        }
    )
    return sign_jwt(payload, key, did=did)


def _gzip(data: bytes) -> bytes:
    """GZIP (RFC 1952) without a time and without an operating system."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + body + struct.pack("<II", zlib.crc32(data), len(data))
