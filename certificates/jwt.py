"""A credential in its envelope: the compact JWS with `typ: vc+jwt` (VC-JOSE-COSE, section 3.1).

The payload is the credential itself, and the algorithm is `Ed25519` (RFC 9864). Nothing else is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from certificates.didweb import jwk, method_id
from certificates.keys import to_pem
from probes.records import decode

MAX_JWT = 128 * 1024
"""Bytes; a status list half full of random bits makes thirty thousand."""

_ALGORITHM = "Ed25519"
_TYPE = "vc+jwt"


class JwtFault(ValueError):  # noqa: N818 - the fault is in the input
    """An envelope that cannot be opened. Its text is one sentence."""


def sign_jwt(payload: bytes, key: Ed25519PrivateKey, *, did: str) -> str:
    """The envelope around the JSON of a credential; `kid` names the key in the issuer's did.json."""
    header = {"alg": _ALGORITHM, "typ": _TYPE, "kid": method_id(did, key.public_key())}
    return jws.serialize_compact(header, payload, OKPKey.import_key(to_pem(key)), algorithms=[_ALGORITHM])


def claimed_kid(text: str) -> str:
    """Which key an envelope says it was signed with. Raises `JwtFault` and nothing else."""
    if len(text) > MAX_JWT:
        raise JwtFault("The envelope is far longer than any credential.")
    try:
        claimed = jws.extract_compact(text.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError) as problem:
        raise JwtFault("The text is no signed credential.") from problem
    if (claimed.get("typ"), claimed.get("alg")) != (_TYPE, _ALGORITHM):
        raise JwtFault("The credential is signed in a way that this issuer does not sign.")
    return str(claimed.get("kid"))


def open_jwt(text: str, trusted: Mapping[str, Ed25519PublicKey]) -> dict[str, Any]:
    """The credential inside, where one of the `trusted` keys signed it; they are found by their `kid`.

    Raises `JwtFault` and nothing else, whatever the text is.
    """
    key = trusted.get(claimed_kid(text))
    if key is None:
        raise JwtFault("The credential is signed with a key that is not known here.")
    try:
        opened = jws.deserialize_compact(text, OKPKey.import_key(dict(jwk(key))), algorithms=[_ALGORITHM])
        content = decode(opened.payload, dict[str, Any])
    except (JoseError, ValueError, msgspec.DecodeError, RecursionError) as problem:
        raise JwtFault("The signature does not fit: the credential is forged or was changed.") from problem
    return content
