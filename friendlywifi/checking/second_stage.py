"""The second look at a sample that a first run left open: what it came to, out of that run's own bundle."""

from __future__ import annotations

from pathlib import Path

from criteria.kinds import Evidence, FirstStage
from criteria.kinds.sample_blocked import SampleBlocked, first_stage
from criteria.standard import Standard
from friendlywifi.checking.check import FirstRun
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import load
from friendlywifi.evidence.contents import Contents
from friendlywifi.evidence.differences import Difference, differences
from friendlywifi.evidence.fault import EvidenceFault


def first_run(path: Path, *, standard: Standard, digest: str, hotspot: str) -> FirstRun:
    """The first stage in a bundle. Complains where it is of another hotspot or standard, or all decided."""
    try:
        found = load(path).contents
    except EvidenceFault as fault:
        raise Complaint(f"{path}: {fault}") from None
    if found.run.hotspot != hotspot:
        raise Complaint(f'{path} is a run of "{found.run.hotspot}", and this is "{hotspot}"')
    if found.judgement.assessment.standard_digest != digest:
        raise Complaint(f"{path} was judged by another standard: a second sample is of the same one")
    if found.run.second_of is not None:
        raise Complaint(f"{path} is a second sample itself, and there is no third")
    stages = stages_of(found, standard)
    if not stages:
        raise Complaint(f"{path} left no sample open that this standard gives a second one")
    return FirstRun(run=found.run.id, plan=found.plan, stages=stages)


def other_first(found: Contents, first: Contents) -> tuple[Difference, ...]:
    """Where a second sample says something else of the first run than that run's own bundle."""
    standard = found.standard.standard
    return (
        *differences("first run", found.run.second_of, first.run.id),
        *differences("plan of the first run", found.drawing.second_of, first.plan),
        *differences("samples of the first run", found.judging.first, stages_of(first, standard)),
        *differences("first run's hotspot", found.run.hotspot, first.run.hotspot),
    )


def stages_of(found: Contents, standard: Standard) -> tuple[FirstStage, ...]:
    """What each sample came to that was left open and has a second one."""
    evidence = Evidence(
        plan=found.plan,
        fitness=found.judgement.fitness,
        verdicts=found.judgement.verdicts,
        run=found.run,
    )
    stages = (
        first_stage(item.test, evidence)
        for item in standard.criteria
        if item.enabled and isinstance(item.test, SampleBlocked) and item.test.second_sample is not None
    )
    return tuple(item for item in stages if item is not None)
