"""How long it takes to judge a run: the demo's own, the same spread over the Internet, and a whole bundle."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from criteria.judge import judge
from criteria.records import Judgement, Reference
from friendlywifi.evidence.bundle import load
from friendlywifi.evidence.contents import Contents
from friendlywifi.evidence.replay import replay
from probes.records import Kind, Observation, Plan, observations_digest

_TIMES = 15
_NOWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True, kw_only=True)
class Judging:
    """Milliseconds of processor time, the least of many times: what else runs here counts for nothing."""

    targets: int
    observations: int
    run_ms: float
    apart_ms: float
    """Where no two names share an address, as on the Internet: hardly two answers are the same."""
    replay_ms: float
    """A bundle read, its signature and digests checked, its plan drawn and its run judged once more."""


def judging(bundle: Path) -> Judging:
    """Measured over the bundle of a run."""
    contents = load(bundle).contents
    if _judged(contents, contents.plan, contents.observations, contents.reference) != contents.judgement:
        raise SystemExit("the run is judged otherwise than it was")
    plan, observations, reference = spread(contents)
    apart = _judged(contents, plan, observations, reference)
    if [item.outcome for item in apart.verdicts] != [item.outcome for item in contents.judgement.verdicts]:
        raise SystemExit("at other addresses something else comes out")
    return Judging(
        targets=len(contents.plan.targets),
        observations=len(contents.observations),
        run_ms=_least(lambda: _judged(contents, contents.plan, contents.observations, contents.reference)),
        apart_ms=_least(lambda: _judged(contents, plan, observations, reference)),
        replay_ms=_least(lambda: replay(load(bundle).contents)),
    )


def spread(contents: Contents) -> tuple[Plan, tuple[Observation, ...], Reference | None]:
    """The same run, in which every name is at addresses of its own."""
    places = {target.name: number for number, target in enumerate(contents.plan.targets, start=1)}
    subjects = {
        question.id: question.subject
        for question in contents.plan.questions
        if question.kind in (Kind.TARGET, Kind.CONTROL)
    }

    def own(name: str, address: str) -> str:
        number = places.get(name)
        if number is None or address in _NOWHERE:
            return address
        return f"2a00::{number:x}" if ":" in address else f"20.1.{number // 250}.{number % 250}"

    def moved(item: Observation) -> Observation:
        subject = subjects.get(item.question_id)
        if subject is None or item.dns is None:
            return item
        records = tuple(
            replace(rr, data=own(subject, rr.data)) if rr.type in ("A", "AAAA") else rr
            for rr in item.dns.answers
        )
        return replace(item, dns=replace(item.dns, answers=records))

    targets = tuple(
        replace(target, expect=tuple(sorted(own(target.name, item) for item in target.expect)))
        for target in contents.plan.targets
    )
    reference = contents.reference
    if reference is not None:
        entries = tuple(
            replace(entry, addresses=tuple(own(entry.name, item) for item in entry.addresses))
            for entry in reference.entries
        )
        reference = replace(reference, entries=entries)
    observations = tuple(moved(item) for item in contents.observations)
    if observations_digest(observations) == contents.run.observations:
        raise SystemExit("no name was moved")
    return replace(contents.plan, targets=targets), observations, reference


def _judged(
    contents: Contents,
    plan: Plan,
    observations: tuple[Observation, ...],
    reference: Reference | None,
) -> Judgement:
    return judge(
        plan=plan,
        run=contents.run,
        observations=observations,
        standard=contents.standard.standard,
        standard_digest=contents.standard.digest,
        reference=reference,
        attestations=contents.judging.attestations,
        first=contents.judging.first,
        vendor=contents.judging.vendor,
    )


def _least(measured: Callable[[], object]) -> float:
    taken = []
    for _ in range(_TIMES):
        began = time.process_time()
        measured()
        taken.append(time.process_time() - began)
    return min(taken) * 1e3
