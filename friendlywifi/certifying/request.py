"""A request for a certificate: the evidence of a period and the evaluator's word on it, signed, in one zip.

It goes to another machine by mail or on a stick. Whoever decides there works everything out again from the
bundles; the words of the request are only compared with that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import key_id, public_from_text, public_text
from certificates.records import Attestation, Digest, Sentence, Short, Signature
from certificates.statuslist import BITS
from criteria.period import PeriodAssessment
from friendlywifi.certifying.dueruns import Agenda
from friendlywifi.evidence.container import MAX_FILES, packed, read, unpack, write
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.seal import holds, read_written, signed, written
from friendlywifi.records.hotspots import Hotspot
from probes.records import Record, Time, digest

SCHEMA: Literal["friendlywifi/request/1"] = "friendlywifi/request/1"
FILE = "request.json"
BUNDLES = "bundles/"
MAX_REQUEST = 512 * 1024 * 1024
MOST_RUNS = MAX_FILES - 1
"""Beside the request itself."""


class RunRef(Record):
    """A run of the period, by its bundle."""

    bundle: Digest
    vantage: Short
    serial: int
    run: Short


class Announced(Record):
    """A certification run that was announced before it began."""

    at: Time
    by: Short
    journal: Digest
    """Hash of the entry in the evaluator's journal, which is a chain."""


class Request(Record):
    """What the evaluator asks for, and on what grounds."""

    schema: Literal["friendlywifi/request/1"] = SCHEMA
    made: Time
    evaluator: Short
    key: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9+/]{43}=$")]
    """The evaluator's public key, base64."""
    test: bool
    hotspot: Hotspot
    """Without the people who are written to: that is nobody's business but their own certifier's."""
    attestation: Attestation
    standard: Digest
    since: Time
    """Where the period begins; every run since then is here."""
    earlier: int
    """Runs of the last weeks that are before it."""
    because: Sentence | None
    """Why the period begins there and not earlier; only where something is left out."""
    announced: Announced
    certification_run: Short
    runs: tuple[RunRef, ...]
    agenda: Agenda
    """Which runs were due in the period."""
    period: PeriodAssessment
    assessment: Digest
    renews: Short | None
    """The number of the certificate that is to be superseded."""
    taken: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=0, lt=BITS)], ...], msgspec.Meta(max_length=BITS)
    ] = ()
    """Places in the status lists that are taken where this was asked for: two machines that decide must not
    give one place to two certificates."""


class SignedRequest(Record):
    """The file `request.json`."""

    request: Request
    signature: Signature


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A request as it was signed, with its bundles, not yet looked into."""

    request: Request
    digest: str
    """Of the signed file: it names every bundle by digest."""
    key_id: str
    bundles: tuple[bytes, ...]
    """In the order of `request.runs`."""


def pack(request: Request, bundles: Iterator[bytes], key: Ed25519PrivateKey) -> bytes:
    """The zip. `bundles` in the order of `request.runs`; the request must name this key."""
    if request.key != public_text(key.public_key()):
        raise AssertionError("the request names another key than the one it would be signed with")
    head = written(SignedRequest(request=request, signature=signed(SCHEMA, request, key)))
    entries = [packed(FILE, head)]
    for ref, data in zip(request.runs, bundles, strict=True):
        if digest(data) != ref.bundle:
            raise AssertionError(f"the bundle of run {ref.serial} is another one")
        entries.append(packed(_name(ref), data, store=True))
    return write(entries)


def open_request(data: bytes) -> Opened:
    """The request and its bundles, each byte as it was signed. Raises `EvidenceFault` and nothing else."""
    if len(data) > MAX_REQUEST:
        raise EvidenceFault("the file is far larger than any request")
    files: dict[str, bytes] = {}
    for item in read(data):
        content, problem = unpack(item)
        if problem is not None:
            raise EvidenceFault(problem, file=item.name)
        files[item.name] = content
    if FILE not in files:
        raise EvidenceFault(f"{FILE} is missing: this is no request for a certificate")
    found = read_written(files[FILE], SignedRequest, file=FILE)
    request = found.request
    if not holds(SCHEMA, request, found.signature, request.key):
        raise EvidenceFault("its signature does not fit: it was changed after it was signed", file=FILE)
    names = tuple(_name(ref) for ref in request.runs)
    if len(set(names)) < len(names) or set(files) != {FILE, *names}:
        raise EvidenceFault("it holds other bundles than those that it names", file=FILE)
    for ref, name in zip(request.runs, names, strict=True):
        if digest(files[name]) != ref.bundle:
            raise EvidenceFault("it is another bundle than the one that was signed for", file=name)
    return Opened(
        request=request,
        digest=digest(files[FILE]),
        key_id=key_id(public_from_text(request.key)),
        bundles=tuple(files[name] for name in names),
    )


def _name(ref: RunRef) -> str:
    return f"{BUNDLES}{ref.bundle.removeprefix('sha256:')}.zip"
