"""What one bundle comes to: verified, replayed, and compared with the place that it says it is of.

Evaluator and decider weigh it alike, and nothing that somebody wrote beside it is believed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from criteria.kinds.sample_blocked import SampleBlocked, population
from criteria.records import AssessmentOutcome, CriterionOutcome, Judgement
from criteria.standard import Standard
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.records.evidence import genuine
from friendlywifi.records.hotspots import Hotspot, fold
from friendlywifi.records.identity import Finding, Place, Seen, compare
from probes.records import Kind, Run, Target

GOOD = frozenset({AssessmentOutcome.CERTIFIABLE, AssessmentOutcome.PROVISIONAL})


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One bundle that is as it was signed, with what came out of it again."""

    bundle: str
    """Digest."""
    vantage: str
    """Id of the key that signed it."""
    run: Run
    judgement: Judgement
    targets: tuple[Target, ...]
    asked: frozenset[str]
    """Those of their names of which there is an observation."""
    where: Finding
    seen: Seen
    """The network, as the vantage signed it."""
    unpromised: tuple[int, ...]
    """Numbers before it that were claimed by runs which ended before they were promised."""
    standard: tuple[str, ...]
    """The texts of the standard that it was judged by, its own first."""

    @property
    def usable(self) -> bool:
        """It can be judged, was made there, by the public's own path."""
        return self._sound and self.where.place is Place.SAME

    @property
    def against(self) -> bool:
        """A gate failed there, though perhaps on a changed network: no evidence for it, and some against."""
        return self._sound and self.failed and self.where.place in (Place.SAME, Place.CHANGED)

    @property
    def changed(self) -> bool:
        """It could be judged, and the network there is not the enrolled one any more."""
        return self._sound and self.where.place is Place.CHANGED

    @property
    def _sound(self) -> bool:
        sound = self.judgement.fitness.void_reason is None and not self.run.interrupted
        return sound and not self.run.overrides

    @property
    def outcome(self) -> AssessmentOutcome:
        return self.judgement.assessment.outcome

    def sampled(self, standard: Standard) -> bool:
        """Names were drawn for it and some of them asked, whatever came of that. A run of the gates alone
        draws none; one that a login page or a dead line held up asks none, and nobody learns by it.
        """
        tests = (item.test for item in standard.criteria if item.gate and item.enabled)
        drawn = (population(self.targets, test) for test in tests if isinstance(test, SampleBlocked))
        return any(target.name in self.asked for names in drawn for target in names)

    @property
    def failed(self) -> bool:
        """A gate failed: a daily run stays inconclusive by its outcome, since it asks no sample."""
        return bool(self.failed_gates)

    @property
    def failed_gates(self) -> tuple[str, ...]:
        return tuple(
            item.id
            for item in self.judgement.assessment.criteria
            if item.gate and item.result is CriterionOutcome.FAIL
        )

    @property
    def answers(self) -> bool:
        """It says something, good or bad."""
        return self.failed or self.outcome is not AssessmentOutcome.INCONCLUSIVE


def weigh(data: bytes, hotspot: Hotspot) -> Weighed:
    """One bundle. Raises `EvidenceFault`: it was changed, does not come out again, or is of another place."""
    found = genuine(data)
    run = found.contents.run
    if fold(run.hotspot) not in (fold(hotspot.name), hotspot.id):
        raise EvidenceFault(f"it is of “{run.hotspot}”, not of {hotspot.name}")
    networks = () if hotspot.identity is None else hotspot.identity.at(run.started)
    subjects = {item.id: item.subject for item in found.contents.plan.questions if item.kind is Kind.TARGET}
    return Weighed(
        bundle=found.digest,
        vantage=found.vantage,
        run=run,
        judgement=found.contents.judgement,
        targets=found.contents.plan.targets,
        asked=frozenset(
            subjects[item.question_id] for item in found.contents.observations if item.question_id in subjects
        ),
        where=compare(networks, found.seen, ssids=hotspot.ssids),
        seen=found.seen,
        unpromised=found.contents.commitment.aborted,
        standard=found.contents.standard.texts,
    )


def good_run(item: Weighed, *, standard_digest: str, shown: Collection[str] = ()) -> bool | None:
    """Whether a single run shows that all is well: `None` where it could not tell.

    `shown`: the gates that a certificate says were passed; a run that did not test one of them shows it no
    more.
    """
    assessment = item.judgement.assessment
    if not item.usable or assessment.standard_digest != standard_digest:
        return False if item.against else None
    if item.outcome in GOOD:
        untested = {one.id for one in assessment.criteria if one.result is CriterionOutcome.NOT_TESTED}
        return None if untested & set(shown) else True
    return False if item.answers else None


def why_unusable(item: Weighed) -> str:
    """In a clause, after the number of the run."""
    void = item.judgement.fitness.void_reason
    if void is not None:
        return f"is void ({void.replace('_', ' ')})"
    if item.run.interrupted:
        return "was interrupted"
    if item.run.overrides:
        return f"is not what visitors get ({item.run.overrides[0]})"
    if item.where.place is Place.ELSEWHERE:
        return f"was made elsewhere ({'; '.join(item.where.differs)})"
    if item.where.place is Place.CHANGED:
        return "saw another network than the enrolled one"
    return "was made where nothing shows which place it is"


def why_no_answer(item: Weighed) -> str:
    return "was inconclusive" if item.usable else why_unusable(item)
