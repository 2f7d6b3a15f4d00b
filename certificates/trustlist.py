"""A list of trust as its scheme makes it: begun, changed and dated, step by step, and never backwards.

Pure. Signing and reading are in `certificates.trust`.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from certificates.keys import public_from_text
from certificates.trust import TrustedIssuer, TrustFault, TrustList


def begun(scheme: str, key: str, *, now: datetime) -> TrustList:
    """A list of nobody yet. `key` is the scheme's public key, base64."""
    public_from_text(key)
    return TrustList(scheme=scheme, key=key, issued=now, issuers=(), standards=())


def with_issuer(trust: TrustList, issuer: TrustedIssuer) -> TrustList:
    """The list with an entry for a key; it takes the place of an earlier one for the same key.

    Raises `TrustFault` where the window is empty, the key is the scheme's own or another issuer's, or where
    the entry would give back what was taken away after a leak.
    """
    public_from_text(issuer.key)
    if issuer.valid_until <= issuer.valid_from:
        raise TrustFault("The key's time would end before it begins.")
    if issuer.key == trust.key:
        raise TrustFault("The scheme's own key signs the list, and no certificates.")
    before = trust.issuers_with_key(issuer.key)
    if any(item.name != issuer.name for item in before):
        raise TrustFault(f"The key is listed for {before[0].name} already: one key, one issuer.")
    if any(item.only is not None for item in before):
        raise TrustFault(
            "The key was lost or leaked: only the certificates that were named then can stand. "
            "List a new key."
        )
    rest = tuple(item for item in trust.issuers if item.key != issuer.key)
    entries = sorted((*rest, issuer), key=lambda item: (item.name, item.valid_from, item.key))
    return msgspec.structs.replace(trust, issuers=tuple(entries))


def without_issuer(trust: TrustList, key: str) -> TrustList:
    """The list without a key: nothing that it ever signed is recognised. Raises `TrustFault`."""
    if not trust.issuers_with_key(key):
        raise TrustFault("The list does not hold this key.")
    rest = tuple(item for item in trust.issuers if item.key != key)
    return msgspec.structs.replace(trust, issuers=rest)


def ended(trust: TrustList, key: str, *, since: datetime, only: tuple[str, ...] | None) -> TrustList:
    """The list in which a key ends. `only`: after a leak, the digests of the certificates that stand.

    A key that ended before it began stays on the list, so that nobody lists it again. Raises `TrustFault`
    where the key is not listed.
    """
    entries = trust.issuers_with_key(key)
    if not entries:
        raise TrustFault("The list does not hold this key.")
    rest = tuple(item for item in trust.issuers if item.key != key)
    kept = tuple(
        msgspec.structs.replace(
            item,
            valid_until=min(item.valid_until, since),
            only=_fewer(item.only, only),
        )
        for item in entries
    )
    entries = tuple(sorted((*rest, *kept), key=lambda item: (item.name, item.valid_from, item.key)))
    return msgspec.structs.replace(trust, issuers=entries)


def _fewer(before: tuple[str, ...] | None, now: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """What fell once stays fallen."""
    if before is None or now is None:
        return now if before is None else before
    return tuple(sorted(set(before) & set(now)))


def with_standard(trust: TrustList, digest: str) -> TrustList:
    """The list that recognises a standard, by its digest."""
    return msgspec.structs.replace(trust, standards=tuple(sorted({*trust.standards, digest})))


def without_standard(trust: TrustList, digest: str) -> TrustList:
    """The list that does not recognise it any more. Raises `TrustFault`."""
    if digest not in trust.standards:
        raise TrustFault("The list does not hold this standard.")
    return msgspec.structs.replace(trust, standards=tuple(item for item in trust.standards if item != digest))


def dated(trust: TrustList, *, now: datetime, previous: TrustList | None) -> TrustList:
    """The list as it will be signed now. Raises `TrustFault` where it would not follow the one before."""
    made = msgspec.structs.replace(trust, issued=now)
    if previous is not None:
        require_not_older(made, previous)
        if made.issued == previous.issued:
            raise TrustFault("A list was signed in this second already; wait for the next one.")
    return made


def require_not_older(trust: TrustList, known: TrustList) -> None:
    """A list must not go back behind one of the same scheme that was seen: else a leaked key comes back.

    Raises `TrustFault`. Of another scheme nothing is said.
    """
    if trust.key != known.key:
        return
    if trust.issued < known.issued:
        raise TrustFault(
            f"The list of {trust.scheme} is of {trust.issued:%Y-%m-%d %H:%M:%S} UTC, and a newer one, of "
            f"{known.issued:%Y-%m-%d %H:%M:%S} UTC, was seen here already: an old list may hold a key that "
            "has ended since."
        )
    if trust.issued == known.issued and trust != known:
        raise TrustFault(
            f"Two different lists of {trust.scheme} bear the same time: ask the scheme which one is theirs."
        )
