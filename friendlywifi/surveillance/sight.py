"""What one run tells of a hotspot: its filter, what stood in the way of seeing it, or nothing."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from criteria.records import AssessmentOutcome, CriterionOutcome
from friendlywifi.surveillance.rhythm import Rhythm
from probes.records import Record, Time


class Sight(StrEnum):
    GOOD = "good"
    """Valid, by the public's path, and every gate decided and none failed: the only evidence there is."""
    BAD = "bad"
    """Valid, and a gate failed."""
    UNDECIDED = "undecided"
    """Valid, no gate failed, and one that decides is not known: neither evidence nor failure."""
    CAPTIVE = "captive"
    """A login page held the probe."""
    OFFLINE = "offline"
    """Nothing beyond the hotspot answered."""
    VOID = "void"
    """Void for another reason: it tells nothing, but that the probe is alive."""
    APART = "apart"
    """Made with overrides: not the public's path, so it tells nothing of it."""


class Sighting(Record):
    """A run, as surveillance sees it."""

    run: str
    started: Time
    path: str = ""
    """The network name that it was made on; empty: a cable, or unknown."""
    vantage: str = ""
    """Id of the key of whoever looked."""
    sight: Sight
    failed: tuple[str, ...] = ()
    """Gates, sorted."""
    causes: tuple[str, ...] = ()
    """Resolvers or routes behind a failure, sorted."""
    sampled: bool = False
    """The gates over a random sample were decided: a full run."""
    evidence: str = ""
    """The digest of its bundle."""

    @property
    def alive(self) -> bool:
        """Whether the network carried it, so that no portal and no dead line stood in the way."""
        return self.sight in (Sight.GOOD, Sight.BAD, Sight.UNDECIDED)


_STANDS_IN_THE_WAY = {"captive": Sight.CAPTIVE, "offline": Sight.OFFLINE}
_NO_EVIDENCE = frozenset({AssessmentOutcome.INCONCLUSIVE, AssessmentOutcome.CONDITIONAL})
_OPEN = frozenset({CriterionOutcome.INCONCLUSIVE, CriterionOutcome.CONDITIONAL})


def sight_of(
    *,
    void_reason: str | None,
    overrides: Collection[str],
    here: bool,
    certain: bool,
    outcome: AssessmentOutcome,
    gates: Collection[tuple[str, CriterionOutcome]],
) -> Sight:
    """What a run tells. A gate that failed counts beside unknown ones; with anything unknown, no evidence.

    `here`: it was surely made at this hotspot; `certain`: and its network is the one that was enrolled.
    """
    if overrides:
        return Sight.APART
    if void_reason is not None:
        return _STANDS_IN_THE_WAY.get(void_reason, Sight.VOID)
    if not here:
        return Sight.UNDECIDED
    if any(result is CriterionOutcome.FAIL for _, result in gates):
        return Sight.BAD
    if not certain:
        return Sight.UNDECIDED
    if outcome is AssessmentOutcome.NOT_CERTIFIABLE:
        # It failed for something that is not listed among its gates: never evidence.
        return Sight.UNDECIDED
    if outcome in _NO_EVIDENCE or not gates or any(result in _OPEN for _, result in gates):
        return Sight.UNDECIDED
    return Sight.GOOD


def failed_gates(gates: Collection[tuple[str, CriterionOutcome]]) -> tuple[str, ...]:
    return tuple(sorted(name for name, result in gates if result is CriterionOutcome.FAIL))


def is_full(rhythm: Rhythm, gates: Collection[tuple[str, CriterionOutcome]]) -> bool:
    """Whether the gates over a random sample were decided. A standard without one has full runs only."""
    decided = {name for name, result in gates if result in (CriterionOutcome.PASS, CriterionOutcome.FAIL)}
    return rhythm.samples <= decided
