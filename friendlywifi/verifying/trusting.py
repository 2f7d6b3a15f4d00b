"""Whose certificates are recognised here, and which lists of trust were seen: none goes back unnoticed."""

from __future__ import annotations

from pathlib import Path

from certificates.keys import key_id, public_from_text
from certificates.trust import Trust, TrustFault, read_trust
from certificates.trustlist import require_not_older
from friendlywifi import files
from friendlywifi.checking.serials import state_directory
from friendlywifi.complaint import Complaint
from friendlywifi.settings import TrustSettings


def known_trust(settings: TrustSettings, named: Path | None) -> Trust | None:
    """The list that was named or configured; `None`: there is none. Complains where it cannot be used.

    The newest list of each scheme is remembered: an older one may hold a key that has ended since.
    """
    path = named or (Path(settings.trusted_issuers).expanduser() if settings.trusted_issuers else None)
    if path is None:
        return None
    data = files.read_bytes(path, what="the list of issuers")
    try:
        trust = read_trust(data, scheme_key=settings.scheme_key)
        seen = _seen(trust)
        before = _before(seen)
        if before is not None:
            require_not_older(trust.list, before.list)
    except TrustFault as fault:
        raise Complaint(f"{path}: {fault}") from None
    if before is None or before.list != trust.list:
        _remember(seen, data)
    return trust


def _seen(trust: Trust) -> Path:
    """Where the newest list of this scheme is kept."""
    name = key_id(public_from_text(trust.list.key)).removeprefix("ed25519:")[:32]
    return state_directory() / "trust" / f"{name}.json"


def _before(path: Path) -> Trust | None:
    """The newest one that was seen; one that cannot be read any more says nothing."""
    if not path.is_file():
        return None
    try:
        return read_trust(files.read_bytes(path, what="the last list of issuers"))
    except TrustFault:
        return None


def _remember(path: Path, data: bytes) -> None:
    """As far as it can be: whoever only verifies may have no place to write, and gets an answer anyway."""
    try:
        files.write(path, data)
    except Complaint:
        return
