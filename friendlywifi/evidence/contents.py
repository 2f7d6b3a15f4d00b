"""What is in a bundle, as records: everything that a plan is drawn from and a run is judged with.

Names of files are part of the contract `friendlywifi/bundle/1`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from criteria.kinds import Attested, FirstStage
from criteria.records import Judgement, Reference
from criteria.standard import Loaded
from friendlywifi.evidence.commitment import FILE as COMMITMENT
from friendlywifi.evidence.commitment import Commitment, read_commitment, seed_digest
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.listproofs import ListProof, require_members
from friendlywifi.evidence.place import place
from friendlywifi.evidence.standards import OWN, from_files
from probes.encrypted import Ways
from probes.portals import Portal
from probes.records import Engine, Family, Observation, Plan, R, Record, Run, decode, digest

RUN = "run.json"
PLAN = "plan.json"
OBSERVATIONS = "observations.jsonl"
JUDGEMENT = "judgement.json"
DRAWING = "drawing.json"
JUDGING = "judging.json"
REFERENCE = "reference.json"
KNOWLEDGE = "knowledge.json"
RULES = "rules.toml"
FINGERPRINTS = "fingerprints.toml"
MECHANISMS = "mechanisms.toml"
LISTS = "lists/"

NEEDED = (
    RUN,
    PLAN,
    OBSERVATIONS,
    JUDGEMENT,
    DRAWING,
    JUDGING,
    COMMITMENT,
    OWN,
    KNOWLEDGE,
    RULES,
    FINGERPRINTS,
    MECHANISMS,
)


class Drawing(Record):
    """What the plan was drawn from, beside the standard and the lists. The seed is revealed here."""

    seed: str
    resolvers: tuple[str, ...]
    portals: tuple[Portal, ...]
    foreign: tuple[str, ...]
    ways: Ways | None = None
    engines: tuple[Engine, ...] = ()
    families: tuple[Family, ...]
    vendor: str | None
    second_of: Plan | None = None
    """The plan of the first stage, whose names the second one leaves out."""


class Judging(Record):
    """What the run was judged with, beside the standard, the rules and the reference."""

    vendor: str | None
    witnessed: bool
    reference_signer: str | None
    """The id of the key that signed the reference; `None`: nobody did."""
    reference_trusted: bool
    attestations: tuple[Attested, ...]
    first: tuple[FirstStage, ...] = ()
    """What the samples came to that this run decides."""


class Known(Record):
    """A file of what the program knows: block pages, words, shields, suffixes."""

    name: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The files of one bundle, decoded and found to fit together."""

    files: dict[str, bytes]
    run: Run
    plan: Plan
    observations: tuple[Observation, ...]
    judgement: Judgement
    drawing: Drawing
    judging: Judging
    commitment: Commitment
    reference: Reference | None
    standard: Loaded
    knowledge: tuple[Known, ...]
    rules: str
    fingerprints: str
    mechanisms: str
    lists: tuple[ListProof, ...]
    remarks: tuple[str, ...] = ()
    """What is odd and proves nothing, a sentence each."""


def read_contents(files: dict[str, bytes]) -> Contents:
    """The records of a bundle whose bytes are known to be unchanged. Raises `EvidenceFault`."""
    for name in NEEDED:
        if name not in files:
            raise EvidenceFault(f"{name} is missing")
    names = tuple(sorted(name for name in files if name.startswith(LISTS)))
    found = Contents(
        files=files,
        run=_record(files, RUN, Run),
        plan=_record(files, PLAN, Plan),
        observations=_observations(files[OBSERVATIONS]),
        judgement=_record(files, JUDGEMENT, Judgement),
        drawing=_record(files, DRAWING, Drawing),
        judging=_record(files, JUDGING, Judging),
        commitment=read_commitment(files[COMMITMENT]),
        reference=_record(files, REFERENCE, Reference) if REFERENCE in files else None,
        standard=from_files(files),
        knowledge=_record(files, KNOWLEDGE, tuple[Known, ...]),
        rules=_text(files, RULES),
        fingerprints=_text(files, FINGERPRINTS),
        mechanisms=_text(files, MECHANISMS),
        lists=tuple(_record(files, name, ListProof) for name in names),
    )
    _require_run(found)
    _require_commitment(found)
    for name, proof in zip(names, found.lists, strict=True):
        require_members(proof, file=name)
    return replace(found, remarks=_remarks(found))


def _record(files: dict[str, bytes], name: str, kind: type[R]) -> R:
    try:
        return decode(files[name], kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise EvidenceFault(f"it cannot be read: {problem}", file=name) from None


def _text(files: dict[str, bytes], name: str) -> str:
    try:
        return files[name].decode("utf-8")
    except UnicodeDecodeError as problem:
        raise EvidenceFault(
            "it is not UTF-8 text", file=name, where=place(files[name], problem.start, problem.end)
        ) from None


def _observations(data: bytes) -> tuple[Observation, ...]:
    found: list[Observation] = []
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            found.append(decode(line, Observation))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
            raise EvidenceFault(
                f"it cannot be read: {problem}", file=OBSERVATIONS, where=f"line {number}"
            ) from None
    ids: set[str] = set()
    for number, item in enumerate(found, start=1):
        if item.id in ids:
            raise EvidenceFault(f"{item.id} stands twice", file=OBSERVATIONS, where=f"line {number}")
        ids.add(item.id)
    return tuple(found)


def sorted_lines(data: bytes) -> bytes:
    """Lines of observations in the order of their ids, whatever order they lie in: what is digested."""
    lines = [(_id_of(line), line + b"\n") for line in data.split(b"\n") if line]
    return b"".join(line for _, line in sorted(lines))


def _id_of(line: bytes) -> str:
    try:
        return decode(line, _HasId).id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


class _HasId(msgspec.Struct):
    id: str


def _require_run(found: Contents) -> None:
    """The run is of this plan, these observations, this standard and these lists."""
    run, files = found.run, found.files
    if run.plan != digest(files[PLAN]):
        raise EvidenceFault("the run names the digest of another plan", file=RUN, where="plan")
    if run.observations != digest(files[OBSERVATIONS]):
        raise EvidenceFault("the run names the digest of other observations", file=RUN, where="observations")
    if found.plan.standard != found.standard.digest:
        raise EvidenceFault("the plan was drawn for another standard", file=PLAN, where="standard")
    if found.judgement.assessment.standard_digest != found.standard.digest:
        raise EvidenceFault(
            "it was assessed against another standard",
            file=JUDGEMENT,
            where="assessment.standard_digest",
        )
    questions = {item.id for item in found.plan.questions}
    for number, item in enumerate(found.observations, start=1):
        if item.question_id not in questions:
            raise EvidenceFault(
                f"nothing in the plan asked {item.question_id}",
                file=OBSERVATIONS,
                where=f"line {number} ({item.id})",
            )
    refs = tuple(sorted((proof.ref for proof in found.lists), key=lambda item: item.id))
    if refs != tuple(sorted(run.lists, key=lambda item: item.id)):
        raise EvidenceFault(
            "the run names other lists than those whose proofs are here", file=RUN, where="lists"
        )


def _require_commitment(found: Contents) -> None:
    """What was promised before the run is what was done."""
    promised, files = found.commitment, found.files
    reference = digest(files[REFERENCE]) if REFERENCE in files else None
    kept: dict[str, bool] = {
        "hotspot": promised.hotspot == found.run.hotspot,
        "serial": promised.serial == found.run.serial,
        "seed": promised.seed == seed_digest(found.drawing.seed) and found.plan.seed == found.drawing.seed,
        "standard": promised.standard == found.standard.digest,
        "rules": promised.rules == digest(files[RULES]),
        "reference": promised.reference == reference,
        "suffixes": found.plan.suffixes is not None and promised.suffixes == found.plan.suffixes.digest,
        "lists": sorted(promised.lists, key=lambda item: item.id)
        == sorted((item.promised for item in found.lists), key=lambda item: item.id),
        "software": promised.software == found.run.software,
        "committed": promised.committed <= found.run.started,
    }
    for field, is_kept in kept.items():
        if not is_kept:
            raise EvidenceFault(
                "the run is not what was committed to before it", file=COMMITMENT, where=field
            )


def _remarks(found: Contents) -> tuple[str, ...]:
    run, told = found.run, []
    outside = sum(not run.started <= item.started <= run.ended for item in found.observations)
    if outside:
        told.append(
            f"{outside} observations say a time outside of the run: its clock was changed while it ran, "
            "or they were not made by it."
        )
    promised = found.commitment
    if promised.aborted:
        told.append(
            f"Its promise names runs that ended before they began: {', '.join(map(str, promised.aborted))}."
        )
    if promised.previous is None and len(promised.aborted) < run.serial - 1:
        told.append(f"Run {run.serial} names no run before it, though it is not the first.")
    return tuple(told)
