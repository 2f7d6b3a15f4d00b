"""That a certificate stands in the public log of its issuer, and that a paper is the one that was logged.

The holder of a certificate has its entry, the salt and the way to the root (RFC 9162, 2.1.3.1); everybody has
the checkpoint, which the issuer signed. Together they show, without a network, that the issuer said so in
public, and which bytes were printed then: also where today's program would set the page otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.checkpoint import CheckpointFault, Cosignature, read_checkpoint
from certificates.translog import Entry, leaf_hash, salted, verify_inclusion
from probes.records import Record, decode

MAX_FILE = 64 * 1024
_END = b"%%EOF"
"""Ends a print, and every increment behind it (ISO 32000-2, 7.5.5)."""
_MOST_ENDS = 8


class InclusionFault(ValueError):  # noqa: N818 - the fault is in the input
    """A proof that does not show what it is to show. Its text is one sentence."""


class Inclusion(Record):
    """That the issue of a certificate stands in the public log: for its holder, who alone can show it."""

    schema: Literal["friendlywifi/inclusion/1"] = "friendlywifi/inclusion/1"
    number: str
    entry: str
    """The canonical JSON whose leaf it is."""
    salt: str
    """Hexadecimal: with it the hashes of the entry are those of the documents."""
    index: int
    size: int
    """Of the log as it was published last."""
    root: str
    """Hexadecimal, as in the checkpoint of that size."""
    proof: tuple[str, ...]
    """Hexadecimal, from the leaf to the root (RFC 9162, 2.1.3.1)."""


class Shown(Record):
    """The two files that show it, as they came."""

    inclusion: bytes
    checkpoint: bytes


class Logged(Record):
    """A certificate that stands in the log."""

    place: int
    """From 1 on."""
    size: int
    """Of the log when the checkpoint was signed."""
    origin: str
    """The log's name."""
    pdf: str
    """The salted hash of the print."""
    salt: bytes
    witnesses: tuple[Cosignature, ...]


def read_inclusion(shown: Shown, *, number: str, keys: tuple[Ed25519PublicKey, ...]) -> Logged:
    """Where the issue of that certificate stands, in a log whose checkpoint one of the `keys` signed.

    Raises `InclusionFault` and nothing else.
    """
    if max(len(shown.inclusion), len(shown.checkpoint)) > MAX_FILE:
        raise InclusionFault("The proof that it stands in the log is far longer than any proof.")
    try:
        note = shown.checkpoint.decode("utf-8")
        checkpoint = read_checkpoint(note, origin=note.partition("\n")[0], keys=keys)
        found = decode(shown.inclusion, Inclusion)
        entry = decode(found.entry, Entry)
        salt, proof = bytes.fromhex(found.salt), tuple(bytes.fromhex(step) for step in found.proof)
    except CheckpointFault as problem:
        raise InclusionFault(str(problem)) from problem
    except (msgspec.DecodeError, ValueError, RecursionError) as problem:
        raise InclusionFault("The proof that it stands in the log cannot be read.") from problem
    if (found.size, found.root) != (checkpoint.size, checkpoint.root.hex()):
        raise InclusionFault(
            "The proof is of another state of the log than the checkpoint: both must be of one publication."
        )
    leaf = leaf_hash(found.entry.encode())
    if not verify_inclusion(
        leaf=leaf, index=found.index, size=checkpoint.size, proof=proof, root=checkpoint.root
    ):
        raise InclusionFault("The proof does not lead to the root that the checkpoint names.")
    if entry.pdf is None or not number == entry.number == found.number:
        raise InclusionFault("The proof is of another certificate.")
    return Logged(
        place=found.index + 1,
        size=checkpoint.size,
        origin=checkpoint.origin,
        pdf=entry.pdf,
        salt=salt,
        witnesses=checkpoint.witnesses,
    )


def logged_print(data: bytes, logged: Logged) -> bytes | None:
    """The beginning of a PDF that is, byte for byte, the print that was logged; `None`: it is not in it."""
    try:
        return next((part for part in _beginnings(data) if salted(part, logged.salt) == logged.pdf), None)
    except ValueError:  # a salt of another length
        return None


def _beginnings(data: bytes) -> Iterator[bytes]:
    """Up to each end of a PDF's parts, the first ones only: a print has one end, a signature adds another."""
    end = 0
    for _ in range(_MOST_ENDS):
        end = data.find(_END, end) + len(_END)
        if end < len(_END):
            return
        yield data[:end]
        if data[end : end + 1] == b"\n":
            yield data[: end + 1]
