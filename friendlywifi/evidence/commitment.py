"""What was fixed before the first packet: the seed's hash, the standard, the lists, and which run this is.

The file stands beside the run's number, and each names the one before it: the commitments of a hotspot form
a chain. The seed is revealed in the bundle. Without a witness nobody but the vantage vouches for the time.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import public_text
from certificates.records import Signature
from friendlywifi import files
from friendlywifi.checking import serials
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.listproofs import ListRoot
from friendlywifi.evidence.seal import holds, read_written, signed, written
from probes.records import Record, Time, digest

SCHEMA: Literal["friendlywifi/commitment/1"] = "friendlywifi/commitment/1"
FILE = "commitment.json"

UNWITNESSED = "unwitnessed"


class Commitment(Record):
    """One run, promised before it began."""

    schema: Literal["friendlywifi/commitment/1"] = SCHEMA
    hotspot: str
    serial: int
    committed: Time
    seed: str
    """`sha256:` over the schema's name, a line break, and the seed."""
    standard: str
    """Digest of the standard."""
    rules: str
    """Digest of the rule list's text."""
    reference: str | None
    """Digest of the reference; `None`: there is none."""
    suffixes: str
    """Digest of the snapshot of the Public Suffix List by which siblings are told."""
    lists: tuple[ListRoot, ...]
    software: str
    previous: str | None
    """Digest of the commitment before this one; `None` for the first, or where it is not at hand."""
    aborted: tuple[int, ...] = ()
    """Numbers between the two that were claimed and never promised: runs that ended before they began."""
    witness: str = UNWITNESSED
    """Who vouches for the time. No receipt of a witness is understood yet, so that nothing else can stand."""
    key: str
    """The vantage's public key, base64."""


class SignedCommitment(Record):
    """The file `commitment.json`."""

    commitment: Commitment
    signature: Signature


def seed_digest(seed: str) -> str:
    """The hash that is published before the seed is."""
    return "sha256:" + hashlib.sha256(f"{SCHEMA}\n{seed}".encode()).hexdigest()


def commit(
    *,
    hotspot: str,
    serial: int,
    now: datetime,
    seed: str,
    standard: str,
    rules_text: str,
    reference: str | None,
    suffixes: str,
    lists: tuple[ListRoot, ...],
    software: str,
    previous: bytes | None,
    key: Ed25519PrivateKey,
    aborted: tuple[int, ...] = (),
) -> bytes:
    """The bytes of a commitment's file. `previous` is the file of the promise before."""
    statement = Commitment(
        hotspot=hotspot,
        serial=serial,
        committed=now,
        seed=seed_digest(seed),
        standard=standard,
        rules=digest(rules_text.encode()),
        reference=reference,
        suffixes=suffixes,
        lists=lists,
        software=software,
        previous=None if previous is None else digest(previous),
        aborted=aborted,
        key=public_text(key.public_key()),
    )
    return written(SignedCommitment(commitment=statement, signature=signed(SCHEMA, statement, key)))


def read_commitment(data: bytes, *, file: str = FILE) -> Commitment:
    """A commitment whose signature holds. Raises `EvidenceFault`."""
    found = read_written(data, SignedCommitment, file=file)
    if not holds(SCHEMA, found.commitment, found.signature, found.commitment.key):
        raise EvidenceFault("its signature does not fit: it was changed", file=file)
    if list(found.commitment.aborted) != sorted(
        {number for number in found.commitment.aborted if 0 < number < found.commitment.serial}
    ):
        raise EvidenceFault("it names numbers that cannot be before it", file=file, where="aborted")
    if found.commitment.witness != UNWITNESSED:
        raise EvidenceFault("it names a witness, but holds no receipt", file=file, where="witness")
    return found.commitment


def kept(state: Path, hotspot: str, serial: int) -> Path:
    """Where the commitment of a run is kept: beside the file that claims its number."""
    return serials.folder(state, hotspot) / f"{serial:06d}.{FILE}"


def before(state: Path, hotspot: str, serial: int) -> tuple[bytes | None, tuple[int, ...]]:
    """The last commitment before this run, where there is one, and the numbers since that have none."""
    since: list[int] = []
    for number in reversed([item for item in serials.claimed(state, hotspot) if item < serial]):
        path = kept(state, hotspot, number)
        if path.is_file():
            return files.read_bytes(path, what="the commitment"), tuple(reversed(since))
        since.append(number)
    return None, tuple(reversed(since))
