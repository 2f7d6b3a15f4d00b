"""True outcome against judged outcome, target by target: of emulated hotspots and real filters alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from criteria.records import Cell, Outcome, Route, RouteOutcome, Verdict
from friendlywifi.checking.check import Checked
from friendlywifi.lab import Scenario as Emulated
from tests.real import world
from tests.real.running import Done
from tests.real.scenario import Group, True_

OPENNESS = (
    RouteOutcome.NOT_APPLICABLE,
    RouteOutcome.CLOSED,
    RouteOutcome.FILTERED,
    RouteOutcome.INCONCLUSIVE,
    RouteOutcome.OPEN,
)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One target: what is true, and what was said."""

    scenario: str
    filter: str
    group: str
    target: str
    true: Outcome
    said: Outcome
    rule: str
    void: bool
    mechanisms: tuple[str, ...]
    named: bool | None
    """Whether every mechanism that was named is at work; `None`: nothing was decided to be blocked."""
    may_be_undecided: bool = False
    cells: tuple[str, ...] = ()
    """Cells that say what is not true of their family, as sentences."""

    @property
    def wrong(self) -> bool:
        """Decided, and not as it is."""
        return self.said is not Outcome.INCONCLUSIVE and self.said is not self.true


def of_real(done: Done) -> tuple[Judged, ...]:
    """Every target of a real network, controls too."""
    verdicts = {item.target: item for item in done.checked.judgement.verdicts}
    control = Group(
        label="controls", ipv4=done.scenario.controls, ipv6=done.scenario.controls6 or done.scenario.controls
    )
    found = [
        _of(done, each, verdicts[name.name])
        for each in done.scenario.groups
        for name in done.names[each.label]
    ]
    found += [_of(done, control, verdicts[name.name]) for name in world.controls()]
    return tuple(found)


def _of(done: Done, each: Group, verdict: Verdict) -> Judged:
    void = done.scenario.void is not None
    true = Outcome.INCONCLUSIVE if void else each.verdict
    allowed = (*each.ipv4.mechanisms, *each.ipv6.mechanisms, *(each.http.mechanisms if each.http else ()))
    named = None
    if verdict.outcome is Outcome.BLOCKED:
        named = bool(verdict.mechanisms) and all(word.startswith(allowed) for word in verdict.mechanisms)
    return Judged(
        scenario=done.scenario.id,
        filter=done.scenario.filter,
        group=each.label,
        target=verdict.target,
        true=true,
        said=verdict.outcome,
        rule=verdict.rule,
        void=void,
        mechanisms=verdict.mechanisms,
        named=named,
        may_be_undecided=each.undecided or done.scenario.undecided,
        cells=()
        if void
        else tuple(
            _cell(cell, each.true(cell.family, cell.service)) for cell in verdict.cells if _untrue(cell, each)
        ),
    )


def _untrue(cell: Cell, each: Group) -> bool:
    """Whether a cell that is decided says something else than what is true of its family."""
    if cell.outcome is Outcome.INCONCLUSIVE:
        return False
    fit = [true for true in (each.true(cell.family, cell.service), each.also) if true is not None]
    return not any(_fits(cell, true) for true in fit)


def _fits(cell: Cell, true: True_) -> bool:
    if cell.outcome is not true.outcome:
        return False
    return cell.outcome is not Outcome.BLOCKED or (cell.mechanism or "").startswith(true.mechanisms)


def _cell(cell: Cell, true: True_) -> str:
    return (
        f"{cell.family} {cell.service}: {cell.outcome} {cell.mechanism or ''} by {cell.rule}, "
        f"true {true.outcome} {' or '.join(true.mechanisms)}"
    )


def of_emulated(scenario: Emulated, checked: Checked) -> tuple[Judged, ...]:
    """Every target of an emulated hotspot whose truth its file tells."""
    targets = {item.name: item for item in checked.plan.targets}
    found = []
    for verdict in checked.judgement.verdicts:
        told = scenario.truth.verdict(targets[verdict.target])
        void = scenario.truth.void is not None
        if told is None and not void:
            continue
        allowed = told.mechanisms if told else ()
        blocked = verdict.outcome is Outcome.BLOCKED
        found.append(
            Judged(
                scenario=scenario.id,
                filter="emulated hotspots (the lab)",
                group=verdict.category.value,
                target=verdict.target,
                true=told.outcome if told and not void else Outcome.INCONCLUSIVE,
                said=verdict.outcome,
                rule=verdict.rule,
                void=void,
                mechanisms=verdict.mechanisms,
                named=set(verdict.mechanisms) <= set(allowed) and bool(verdict.mechanisms)
                if blocked
                else None,
            )
        )
    return tuple(found)


def most_open(routes: Iterable[Route], way: str) -> RouteOutcome | None:
    """The most open outcome on the ways that fit, `KIND [BEGINNING OF THE ENDPOINT] FAMILY`.

    `None`: none was tried.
    """
    kind, *beginning, family = way.split()
    found = [
        item.outcome
        for item in routes
        if item.kind == kind and item.family == family and item.endpoint.startswith(tuple(beginning) or "")
    ]
    return max(found, key=OPENNESS.index, default=None)


@dataclass(frozen=True)
class Tally:
    """Counts over targets."""

    items: tuple[Judged, ...]

    def count(self, true: Outcome, said: Outcome) -> int:
        """Targets of runs that are not void, of which this is true and that was said."""
        return sum(item.true is true and item.said is said for item in self.items if not item.void)

    @property
    def false_blocked(self) -> int:
        return sum(item.said is Outcome.BLOCKED and item.true is not Outcome.BLOCKED for item in self.items)

    @property
    def false_reachable(self) -> int:
        return sum(
            item.said is Outcome.REACHABLE and item.true is not Outcome.REACHABLE for item in self.items
        )

    @property
    def void(self) -> int:
        return sum(item.void for item in self.items)

    @property
    def undecided(self) -> Counter[str]:
        """Rules by which nothing could be said in runs that are not void."""
        return Counter(
            item.rule for item in self.items if item.said is Outcome.INCONCLUSIVE and not item.void
        )

    @property
    def named(self) -> tuple[int, int]:
        """How many blocked targets have the right mechanism, of how many."""
        asked = [item.named for item in self.items if item.named is not None]
        return sum(asked), len(asked)
