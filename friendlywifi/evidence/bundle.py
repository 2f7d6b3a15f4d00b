"""A bundle: one check with all that is needed to work it out again, in one file that cannot change unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from criteria import released
from criteria.records import Reference
from friendlywifi import files as disk
from friendlywifi.checking.check import Checked, Input
from friendlywifi.complaint import Complaint
from friendlywifi.evidence import contents as names
from friendlywifi.evidence.commitment import FILE as COMMITMENT
from friendlywifi.evidence.container import MAX_FILE, MAX_FILES, NAME, body, packed, read, unpack, write
from friendlywifi.evidence.contents import Contents, Drawing, Judging, read_contents
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.listproofs import prove
from friendlywifi.evidence.manifest import (
    BLOCKS,
    SEAL,
    SUMS,
    blocks_of,
    require_unchanged,
    root_hex,
    sums_of,
)
from friendlywifi.evidence.seal import Sealed, make_seal, read_seal
from friendlywifi.evidence.standards import as_files
from friendlywifi.reporting.report import observation_lines
from probes.portals import portals
from probes.records import Family, digest, encode

BUNDLE = "bundle.zip"
MAX_BUNDLE = 256 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A bundle that is as its vantage signed it."""

    sealed: Sealed
    contents: Contents
    unpacked: bool
    """It was read from a folder: how it was compressed is not checked there."""


def rules_text(given: Input) -> str:
    """The text of the rule list that a check is judged with."""
    return released.rules_text(given.rules.version)


def reference_bytes(reference: Reference | None) -> bytes | None:
    """A reference as a bundle holds it, and as a commitment digests it."""
    return None if reference is None else encode(reference)


def make_bundle(
    *,
    given: Input,
    checked: Checked,
    commitment: bytes,
    standard: tuple[str, ...],
    key: Ed25519PrivateKey,
) -> bytes:
    """The bundle of a check. `commitment` is the file made before it, `standard` the texts of the
    standard, its own first.

    The same check gives the same bytes, with the same key and the same zlib.
    """
    drawn = frozenset(item.name for item in checked.plan.targets)
    reference = reference_bytes(given.reference)
    content: dict[str, bytes] = {
        names.RUN: encode(checked.run),
        names.PLAN: encode(checked.plan),
        names.OBSERVATIONS: observation_lines(checked),
        names.JUDGEMENT: encode(checked.judgement),
        names.DRAWING: encode(
            Drawing(
                seed=given.seed,
                resolvers=given.resolvers,
                portals=portals(),
                foreign=given.foreign,
                ways=given.ways,
                engines=given.engines,
                families=tuple(Family),
                vendor=given.vendor,
                second_of=given.first.plan if given.first is not None else None,
            )
        ),
        names.JUDGING: encode(
            Judging(
                vendor=given.vendor,
                witnessed=False,
                reference_signer=given.reference_signer,
                reference_trusted=given.reference_trusted,
                attestations=given.attestations,
                first=given.first.stages if given.first is not None else (),
            )
        ),
        names.KNOWLEDGE: encode(
            tuple(
                names.Known(name=name, digest=digest(text.encode()))
                for name, text in released.knowledge().items()
            )
        ),
        **as_files(standard),
        names.RULES: rules_text(given).encode(),
        names.FINGERPRINTS: released.fingerprints_text().encode(),
        names.MECHANISMS: released.mechanisms_text().encode(),
        COMMITMENT: commitment,
    }
    if reference is not None:
        content[names.REFERENCE] = reference
    for item in given.lists:
        content[f"{names.LISTS}{item.id}.json"] = encode(prove(item, drawn))
    for proof in given.long_lists:
        content[f"{names.LISTS}{proof.id}.json"] = encode(proof)
    run = checked.run
    return seal_files(content, hotspot=run.hotspot, serial=run.serial, run=run.id, key=key)


def seal_files(
    content: Mapping[str, bytes], *, hotspot: str, serial: int, run: str, key: Ed25519PrivateKey
) -> bytes:
    """The zip over these files, with marks, digests and signature."""
    files = {**content, BLOCKS: blocks_of(content)}
    files[SUMS] = sums_of(files)
    entries = [packed(name, files[name]) for name in sorted(files)]
    seal = make_seal(
        hotspot=hotspot,
        serial=serial,
        run=run,
        root=root_hex(files[SUMS]),
        packed=hashlib.sha256(body(entries)).hexdigest(),
        key=key,
    )
    return write([*entries, packed(SEAL, seal, store=True)])


def open_zip(data: bytes) -> tuple[Sealed, dict[str, bytes]]:
    """The files of a bundle, each as it was signed. Raises `EvidenceFault` and nothing else."""
    if len(data) > MAX_BUNDLE:
        raise EvidenceFault("the file is far larger than any bundle")
    entries = read(data)
    files: dict[str, bytes] = {}
    problems: dict[str, str] = {}
    for item in entries:
        files[item.name], problem = unpack(item)
        if problem is not None:
            problems[item.name] = problem
    sealed = _sealed(files, problems)
    before = [item for item in entries if item.name != SEAL]
    if entries[-1].name != SEAL or hashlib.sha256(body(before)).hexdigest() != sealed.packed:
        for item in before:
            again = packed(item.name, files[item.name])
            if again != item:
                raise EvidenceFault(
                    "its content is as signed, but how it is compressed was changed", file=item.name
                )
        raise EvidenceFault("the files are as signed, but they were packed again")
    return sealed, files


def _sealed(files: Mapping[str, bytes], problems: Mapping[str, str]) -> Sealed:
    require_unchanged(files, problems)
    sealed = read_seal(files[SEAL])
    if sealed.root != root_hex(files[SUMS]):
        raise EvidenceFault(
            "the signature is over other files: the digests were made again after it", file=SEAL, where="root"
        )
    return sealed


def read_bundle(data: bytes) -> Bundle:
    """A bundle from the bytes of its zip. Raises `EvidenceFault`."""
    sealed, files = open_zip(data)
    return _bundle(sealed, files, unpacked=False)


def read_folder(directory: Path) -> Bundle:
    """A bundle that was unpacked into a folder. Raises `EvidenceFault`."""
    files = _folder_files(directory)
    return _bundle(_sealed(files, {}), files, unpacked=True)


def _bundle(sealed: Sealed, files: dict[str, bytes], *, unpacked: bool) -> Bundle:
    found = read_contents(files)
    run = found.run
    if (sealed.hotspot, sealed.serial, sealed.run) != (run.hotspot, run.serial, run.id):
        raise EvidenceFault("it signs another run than the one inside", file=SEAL)
    if sealed.key != found.commitment.key:
        raise EvidenceFault("it is signed by another vantage than the commitment", file=SEAL, where="key")
    return Bundle(sealed=sealed, contents=found, unpacked=unpacked)


def _folder_files(directory: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.is_dir() and not path.is_symlink():
            continue
        if path.is_symlink() or not path.is_file() or NAME.fullmatch(name) is None:
            raise EvidenceFault(f"the folder holds {name}, which no bundle does")
        if len(found) == MAX_FILES:
            raise EvidenceFault(f"the folder holds more than {MAX_FILES} files; no bundle does")
        if path.stat().st_size > MAX_FILE:
            raise EvidenceFault(f"it is larger than {MAX_FILE >> 20} MB; no bundle's is", file=name)
        found[name] = disk.read_bytes(path, what="the file", largest=MAX_FILE)
    return found


def load(path: Path) -> Bundle:
    """The bundle that the user named: a zip, an unpacked folder, or the folder that a check left.

    Raises `EvidenceFault`; complains where there is none.
    """
    if path.is_dir():
        if (path / BUNDLE).is_file():
            return read_bundle(disk.read_bytes(path / BUNDLE, what="the bundle", largest=MAX_BUNDLE))
        if (path / SUMS).is_file():
            return read_folder(path)
        raise Complaint(f"{path} holds no {BUNDLE} and is no unpacked one")
    return read_bundle(disk.read_bytes(path, what="the bundle", largest=MAX_BUNDLE))
