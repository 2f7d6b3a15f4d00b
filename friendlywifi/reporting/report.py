"""`friendlywifi/report/1`: one check as JSON, complete, stable, never localised.

One definition gives the Python type, the JSON, and the published JSON Schema.
"""

from __future__ import annotations

from criteria.kinds import Attested
from criteria.records import (
    Assessment,
    Fitness,
    Outcome,
    Reference,
    Route,
    SafeSearch,
    Strength,
    Verdict,
)
from friendlywifi.checking.check import Checked
from probes.records import (
    Category,
    Family,
    ListRef,
    Overlap,
    Record,
    Service,
    Stage,
    Time,
    Vantage,
    digest,
    encode,
)

SCHEMA = "friendlywifi/report/1"


class ReportedReference(Record):
    id: str
    taken: Time
    vantage: str
    names: int
    signer: str | None = None
    """The id of the key that signed it; `None`: nobody did."""
    trusted: bool = False
    """Whether whoever made the check trusts that key."""


class ReportedRun(Record):
    """The run as every report shows it: where, when, by which resolvers, with what, and whether it counts."""

    id: str
    hotspot: str
    serial: int
    started: Time
    ended: Time
    authorised_by: str
    vantage: Vantage
    resolvers: tuple[str, ...]
    resolver_source: str
    overrides: tuple[str, ...]
    fitness: Fitness
    reference: ReportedReference | None
    lists: tuple[ListRef, ...]
    software: str
    rules_version: str
    void_reason: str | None
    filter_lists: tuple[Overlap, ...] = ()
    """What the filter uses itself, beside what was drawn."""
    second_of: str | None = None
    """The run whose open samples this one decides."""
    connect_to: tuple[tuple[str, str], ...] = ()
    """The endpoints that were dialled in place of those that DNS gave; part of the overrides."""
    interrupted: bool = False
    """It was stopped before its end."""
    attestations: tuple[Attested, ...] = ()
    """What was declared, with who, when and which document; never measured."""
    plan: str
    observations: str
    """Digest of the observations that lie beside the report."""


class ReportedCell(Record):
    resolver: str
    family: Family
    service: Service
    stage: Stage
    outcome: Outcome
    mechanism: str | None
    strength: Strength
    rule: str
    witnesses: tuple[str, ...]


class ReportedVerdict(Record):
    target: str
    category: Category
    outcome: Outcome
    mechanisms: tuple[str, ...]
    strength: Strength
    judged_at: Stage
    rule: str
    cells: tuple[ReportedCell, ...]


class Report(Record):
    schema: str
    run: ReportedRun
    verdicts: tuple[ReportedVerdict, ...]
    routes: tuple[Route, ...]
    safesearch: tuple[SafeSearch, ...]
    assessment: Assessment


def report_of(
    checked: Checked,
    *,
    reference: Reference | None = None,
    signer: str | None = None,
    trusted: bool = False,
    attestations: tuple[Attested, ...] = (),
) -> Report:
    """The report of one check."""
    run, judgement = checked.run, checked.judgement
    return Report(
        schema=SCHEMA,
        run=ReportedRun(
            id=run.id,
            hotspot=run.hotspot,
            serial=run.serial,
            started=run.started,
            ended=run.ended,
            authorised_by=run.authorised_by,
            vantage=run.vantage,
            resolvers=run.resolvers,
            resolver_source=run.resolver_source,
            overrides=run.overrides,
            fitness=judgement.fitness,
            reference=_reference(reference, signer=signer, trusted=trusted),
            lists=run.lists,
            software=run.software,
            rules_version=judgement.rules_version,
            void_reason=judgement.fitness.void_reason,
            filter_lists=run.filter_lists,
            second_of=run.second_of,
            connect_to=run.connect_to,
            interrupted=run.interrupted,
            attestations=attestations,
            plan=run.plan,
            observations=run.observations,
        ),
        verdicts=tuple(_verdict(item) for item in judgement.verdicts),
        routes=judgement.routes,
        safesearch=judgement.safesearch,
        assessment=judgement.assessment,
    )


def _reference(reference: Reference | None, *, signer: str | None, trusted: bool) -> ReportedReference | None:
    if reference is None:
        return None
    return ReportedReference(
        id=reference.id,
        taken=reference.taken,
        vantage=reference.vantage,
        names=len(reference.entries),
        signer=signer,
        trusted=trusted,
    )


def _verdict(verdict: Verdict) -> ReportedVerdict:
    return ReportedVerdict(
        target=verdict.target,
        category=verdict.category,
        outcome=verdict.outcome,
        mechanisms=verdict.mechanisms,
        strength=verdict.strength,
        judged_at=verdict.judged_at,
        rule=verdict.rule,
        cells=tuple(
            ReportedCell(
                resolver=cell.resolver,
                family=cell.family,
                service=cell.service,
                stage=cell.stage,
                outcome=cell.outcome,
                mechanism=cell.mechanism,
                strength=cell.strength,
                rule=cell.rule,
                witnesses=cell.witnesses,
            )
            for cell in verdict.cells
        ),
    )


def observation_lines(checked: Checked) -> bytes:
    """The observations as JSON Lines in the order of their ids: the bytes that the run's digest is over."""
    ordered = sorted(checked.observations, key=lambda item: item.id)
    lines = b"".join(encode(item) + b"\n" for item in ordered)
    if digest(lines) != checked.run.observations:
        raise AssertionError("the run's digest is over other observations")
    return lines
