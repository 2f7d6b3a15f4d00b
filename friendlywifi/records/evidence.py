"""From the bytes of a bundle to what the records keep of it. Pure: everything is in the bundle.

A bundle is read as a stranger's: its bytes must be as its vantage signed them, and its verdicts must come out
of its observations again.
"""

from __future__ import annotations

from dataclasses import dataclass

from certificates.keys import key_id, public_from_text
from criteria.records import CriterionOutcome, Judgement, RouteOutcome
from friendlywifi.evidence.bundle import open_zip, read_bundle
from friendlywifi.evidence.commitment import FILE as COMMITMENT
from friendlywifi.evidence.contents import Contents
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.redact import MARK
from friendlywifi.evidence.replay import replay
from friendlywifi.records.identity import Finding, Place, Seen, seen_of
from friendlywifi.records.runs import GateResult, Ours, RunRow
from probes.records import digest

ELSEWHERE = "elsewhere"
"""Why a run is void that was made at another place than it says."""


@dataclass(frozen=True, kw_only=True)
class Genuine:
    """A bundle that is as it was signed and whose verdicts come out again."""

    digest: str
    contents: Contents
    vantage: str
    """Id of the key that signed it."""

    @property
    def seen(self) -> Seen:
        """The network that it was made on."""
        return seen_of(self.contents.run.vantage, key_id=self.vantage)


def genuine(data: bytes) -> Genuine:
    """Verified and replayed. Raises `EvidenceFault`."""
    _, files = open_zip(data)
    if MARK in files:
        raise EvidenceFault("this is the published form, without names; the whole bundle is needed")
    bundle = read_bundle(data)
    done = replay(bundle.contents)
    if not done.holds:
        first = done.differences[0]
        raise EvidenceFault(
            f"something else comes out of its observations: {len(done.differences)} values differ, first "
            f"{first.part} {first.field}: it says {first.recorded}, and {first.recomputed} comes out"
        )
    return Genuine(
        digest=digest(data),
        contents=bundle.contents,
        vantage=key_id(public_from_text(bundle.sealed.key)),
    )


def row_of(evidence: Genuine, *, hotspot: str, ours: Ours, where: Finding, path: str | None) -> RunRow:
    """What is kept of it."""
    run, judgement = evidence.contents.run, evidence.contents.judgement
    void = judgement.fitness.void_reason
    if void is None and where.place is Place.ELSEWHERE:
        void = ELSEWHERE
    return RunRow(
        hotspot=hotspot,
        run=run.id,
        serial=run.serial,
        vantage=evidence.vantage,
        ssid=run.vantage.ssid,
        started=run.started,
        ended=run.ended,
        ours=ours,
        place=where.place,
        differs=where.differs,
        unknown=where.unknown,
        network=evidence.seen,
        void_reason=void,
        outcome=judgement.assessment.outcome,
        gates=tuple(
            GateResult(id=item.id, result=item.result) for item in judgement.assessment.criteria if item.gate
        ),
        causes=causes(judgement),
        standard=judgement.assessment.standard_digest,
        second_of=run.second_of,
        interrupted=run.interrupted,
        overrides=run.overrides,
        commitment=digest(evidence.contents.files[COMMITMENT]),
        bundle=evidence.digest,
        path=path,
    )


def causes(judgement: Judgement) -> tuple[str, ...]:
    """Through which resolvers and by which ways the failing gates failed, sorted. It names no site."""
    against = {
        name
        for item in judgement.assessment.criteria
        if item.gate and item.result is CriterionOutcome.FAIL
        for name in item.against
    }
    resolvers = {
        cell.resolver
        for verdict in judgement.verdicts
        if verdict.target in against
        for cell in verdict.cells
        if cell.outcome is verdict.outcome
    }
    sites = {verdict.target for verdict in judgement.verdicts}
    ways = {
        route.endpoint
        for route in judgement.routes
        if route.outcome is RouteOutcome.OPEN and route.endpoint in against - sites
    }
    return tuple(sorted(resolvers | ways))
