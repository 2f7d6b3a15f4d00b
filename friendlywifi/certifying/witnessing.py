"""An announcement that came to the decider before the run began: then it is more than the evaluator's word.

The evaluator signs what they announced and sends it; the decider's machine writes down, by its own clock,
when it came. A run that began later cannot have been chosen for what it showed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import key_id, public_from_text, public_text, spoken
from certificates.records import Digest, Short, Signature
from friendlywifi import files
from friendlywifi.certifying.office import Office, say
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.seal import holds, read_written, signed, written
from friendlywifi.exitcodes import Exit
from friendlywifi.records import journal
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import fold
from friendlywifi.records.times import read
from probes.records import Record, Time, decode

SCHEMA: Literal["friendlywifi/announcement/1"] = "friendlywifi/announcement/1"
MAX_FILE = 64 * 1024
WITNESSED = "certification.witnessed"
"""The journal's word for it."""


class Notice(Record):
    """What the evaluator announces."""

    schema: Literal["friendlywifi/announcement/1"] = SCHEMA
    hotspot: Short
    """Its id where it is watched."""
    name: Short
    at: Time
    by: Short
    journal: Digest
    """Hash of the entry in the evaluator's journal."""
    key: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9+/]{43}=$")]
    """The evaluator's public key, base64."""


class SignedNotice(Record):
    """The file that is sent."""

    notice: Notice
    signature: Signature


class Receipt(Record):
    """What the decider's journal keeps of it; the entry's own time is when it came."""

    notice: Notice


def signed_notice(notice: Notice, key: Ed25519PrivateKey) -> bytes:
    """The bytes of the file. The notice must name this key."""
    if notice.key != public_text(key.public_key()):
        raise AssertionError("the notice names another key than the one it would be signed with")
    return written(SignedNotice(notice=notice, signature=signed(SCHEMA, notice, key)))


def read_notice(data: bytes, *, file: str) -> Notice:
    """A notice whose signature holds. Raises `EvidenceFault`."""
    found = read_written(data, SignedNotice, file=file)
    if not holds(SCHEMA, found.notice, found.signature, found.notice.key):
        raise EvidenceFault("its signature does not fit: it was changed after it was signed")
    return found.notice


def witness(office: Office, path: Path, *, by: str, now: datetime) -> Exit:
    """Write down when an announcement came. Again: nothing changes."""
    data = files.read_bytes(path, what="the announcement", largest=MAX_FILE)
    try:
        notice = read_notice(data, file=path.name)
    except EvidenceFault as fault:
        say(f"Refused: {path}: {fault}.")
        return Exit.NO
    with office.records(make=True) as records:
        before = next((at for at, known in receipts(records, notice.hotspot) if known == notice), None)
        if before is None:
            data_kept = Receipt(notice=notice)
            journal.append(records, now=now, actor=by, kind=WITNESSED, subject=notice.hotspot, data=data_kept)
    came = before or now
    say(
        f"Written down: {notice.by} announced a certification run of {notice.name}, and this machine knows "
        f"it since {came:%-d %B %Y, %H:%M} UTC. Their key is {spoken(key_id(public_from_text(notice.key)))}."
    )
    return Exit.YES


def receipts(records: Records, hotspot: str, *, name: str | None = None) -> Iterator[tuple[datetime, Notice]]:
    """When each announcement of a hotspot came here, and what it says. `name`: also those that give another
    id to the hotspot of this name, since the id is the evaluator's word.
    """
    for entry in journal.entries(records, subject=None if name is not None else hotspot):
        if entry.kind == WITNESSED and entry.data is not None:
            notice = decode(entry.data, Receipt).notice
            if notice.hotspot == hotspot or (name is not None and fold(notice.name) == fold(name)):
                yield read(entry.at), notice
