"""What a kind of decision rule is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from msgspec import Meta

from criteria.records import (
    CriterionOutcome,
    Fitness,
    OrderState,
    Outcome,
    Route,
    SafeSearch,
    Strength,
    Verdict,
)
from criteria.suffixes import Suffixes, latest
from criteria.suffixes import named as suffixes_named
from probes.records import Category, Plan, Record, Run, Target


class Attested(Record):
    """What somebody declares with their name, since no probe can measure it."""

    statement: str
    """One of the statements that a criterion of the standard asks for."""
    by: Annotated[str, Meta(min_length=1)]
    """Who declares it."""
    on: date
    document: str
    """What the document is called."""
    digest: Annotated[str, Meta(pattern="^sha256:[0-9a-f]{64}$")]
    """Over the bytes of the document."""


Number = Annotated[int, Meta(ge=0, le=10_000)]
"""Of names in a sample: what comes in a stranger's bundle is computed with exactly, which takes its time."""


class FirstStage(Record):
    """What the first sample of a two-stage decision came to."""

    run: str
    """Id of its run."""
    category: Category
    live: Number
    misses: Number
    """Live names that opened."""
    undecided: Number


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that one run found, as far as criteria look at it."""

    plan: Plan
    fitness: Fitness
    verdicts: tuple[Verdict, ...]
    routes: tuple[Route, ...] = ()
    safesearch: tuple[SafeSearch, ...] = ()
    attested: tuple[Attested, ...] = ()
    first: tuple[FirstStage, ...] = ()
    """Of the samples to which this run is the second stage."""
    run: Run | None = None
    """`None` while nothing has been run: a forecast."""
    _outcomes: dict[tuple[str, Category], Outcome] = field(init=False, repr=False, compare=False)
    _targets: dict[Category, list[Target]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Frozen: what every criterion looks up is put in order once, here.
        outcomes = {(item.target, item.category): _sure(item) for item in self.verdicts}
        targets: dict[Category, list[Target]] = {}
        for target in self.plan.targets:
            targets.setdefault(target.category, []).append(target)
        object.__setattr__(self, "_outcomes", outcomes)
        object.__setattr__(self, "_targets", targets)

    @property
    def suffixes(self) -> Suffixes:
        """By what siblings are told. Raises `KeyError` where the plan names a snapshot that never shipped."""
        return suffixes_named(self.plan.suffixes)

    def targets(self, category: Category) -> tuple[Target, ...]:
        """The planned targets of a category, in the order of the plan."""
        return tuple(self._targets.get(category, ()))

    def sorted_out(self, targets: Iterable[Target]) -> Sorted:
        """The names of these targets by what became of them.

        Undecided is also what was never judged, and a block that is weak: no second look has agreed with it.
        """
        places: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
        for target in targets:
            outcome = self._outcomes.get((target.name, target.category), Outcome.INCONCLUSIVE)
            places[outcome].append(target.name)
        return Sorted(
            blocked=tuple(places[Outcome.BLOCKED]),
            reachable=tuple(places[Outcome.REACHABLE]),
            dead=tuple(places[Outcome.DEAD]),
            undecided=tuple(places[Outcome.INCONCLUSIVE] + places[Outcome.NOT_APPLICABLE]),
        )


def _sure(verdict: Verdict) -> Outcome:
    weak = verdict.outcome is Outcome.BLOCKED and verdict.strength is Strength.WEAK
    return Outcome.INCONCLUSIVE if weak else verdict.outcome


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """Names by outcome, each in the order of the plan."""

    blocked: tuple[str, ...]
    reachable: tuple[str, ...]
    dead: tuple[str, ...]
    undecided: tuple[str, ...]

    @property
    def live(self) -> int:
        """How many are not dead: the denominator. What is undecided stays in it."""
        return len(self.blocked) + len(self.reachable) + len(self.undecided)

    @property
    def decided(self) -> int:
        return len(self.blocked) + len(self.reachable)


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """The result of one criterion's rule, before the standard's own words are put beside it."""

    result: CriterionOutcome
    reason: str
    """One sentence or two, with the numbers."""
    tested: int | None = None
    passed: int | None = None
    bound: str | None = None
    against: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()
    orders: tuple[OrderState, ...] = ()
    lack: str | None = None
    """What the input lacks, where no run over it can do better: a clause that follows a criterion's id."""


def best_ranked(
    targets: Iterable[Target], category: Category, how_many: int, *, suffixes: Suffixes | None = None
) -> tuple[Target, ...]:
    """The best known of a category, best rank first; names without a rank are none of them.

    Siblings of one registrable domain count once, by the best ranked of them. Without `suffixes` the latest
    snapshot tells siblings.
    """
    ranked = [item for item in targets if item.category is category and item.rank is not None]
    ordered = sorted(ranked, key=lambda item: (item.rank or 0, item.name))
    return (suffixes or latest()).once_each(ordered, name=lambda item: item.name)[:how_many]


def count(number: int, singular: str, plural: str | None = None) -> str:
    """`1 name`, `20 names`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def only_listed(number: int) -> str:
    """`only 25 are listed`, `none is listed`."""
    if number == 0:
        return "none is listed"
    return "only 1 is listed" if number == 1 else f"only {number} are listed"
