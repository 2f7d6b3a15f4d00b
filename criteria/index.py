"""Which observations belong to which question? One pass over a run, so that nobody searches it again.

The order does not depend on the one in which observations came.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import msgspec

from criteria.gist import Gist, Gists
from probes.records import Kind, Observation, Plan, Question, Stage

_BY_ID = attrgetter("id")


class Look(msgspec.Struct, frozen=True, eq=False):
    """What one attempt at one question brought, ordered by id."""

    attempt: int
    items: tuple[Observation, ...]
    dns: Observation | None
    """What the resolver said."""
    gist: Gist | None
    """Of that."""


def look_of(attempt: int, items: tuple[Observation, ...], gists: Gists) -> Look:
    """A look of these observations."""
    said = items[0] if len(items) == 1 and items[0].stage is Stage.DNS else dns_of(items)
    return Look(attempt, items, said, None if said is None else gists.of(said))


Seen = Sequence[tuple[Question, Look]]
"""Looks with their questions, in the order of the plan."""


class Looks:
    """The looks of a run."""

    def __init__(self, plan: Plan, observations: Sequence[Observation]) -> None:
        found: dict[str, dict[int, list[Observation]]] = {}
        beyond: set[str] = set()
        peculiar: set[str] = set()
        question_id, attempt, items = "", 0, list[Observation]()
        for item in sorted(observations, key=_BY_ID):
            if item.question_id != question_id or item.attempt != attempt or not items:
                question_id, attempt = item.question_id, item.attempt
                items = found.setdefault(question_id, {}).setdefault(attempt, [])
            items.append(item)
            if item.stage is not Stage.DNS or item.tls is not None or item.http is not None:
                beyond.add(question_id)
            if item.dns is not None and (item.dns.strays or item.dns.variant is not None):
                peculiar.add(question_id)
        self.gists = Gists()
        self._looks: dict[str, tuple[Look, ...]] = {}
        for question_id, attempts in found.items():
            order = sorted(attempts) if len(attempts) > 1 else attempts
            looks = [look_of(number, tuple(attempts[number]), self.gists) for number in order]
            self._looks[question_id] = tuple(looks)
        self.attempts = tuple(sorted({item.attempt for item in observations}))
        self.seen: list[tuple[Question, Look]] = []
        """Every look at a question of the plan."""
        self.visited: list[tuple[Question, Look]] = []
        """Those at questions that brought more than a resolver's words, at one look at least."""
        self.peculiar: list[tuple[Question, Look]] = []
        """Those at questions of which an answer did not come alone, or was asked for differently."""
        self._by_kind: dict[Kind, list[tuple[Question, Look]]] = {kind: [] for kind in Kind}
        for question in plan.questions:
            pairs = [(question, look) for look in self._looks.get(question.id, ())]
            self.seen += pairs
            self._by_kind[question.kind] += pairs
            if question.id in beyond:
                self.visited += pairs
            if question.id in peculiar:
                self.peculiar += pairs

    def of(self, question: Question) -> tuple[Look, ...]:
        """The looks at one question, first attempt first; none if it was never asked."""
        return self._looks.get(question.id, ())

    def at(self, kind: Kind) -> Seen:
        """The looks at all questions of a kind."""
        return self._by_kind[kind]


def dns_of(observations: Sequence[Observation]) -> Observation | None:
    """The DNS observation of one look: the last one, if there are several.

    What was asked differently beside it only explains it; alone it is what the question asked for.
    """
    asked = [item for item in observations if item.stage is Stage.DNS]
    found = [item for item in asked if item.dns is None or item.dns.variant is None] or asked
    return max(found, key=_BY_ID, default=None)
