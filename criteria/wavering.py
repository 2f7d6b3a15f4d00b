"""Does a resolver refuse a name, or whoever asks too much? What it answers at times it does not block.

A resolver that limits its clients answers some questions with REFUSED or SERVFAIL by their number. That shows
in questions which were both refused and answered, and in names that nobody can have on a list.
"""

from __future__ import annotations

from collections.abc import Sequence

from criteria import answers
from criteria.controls import Control, Look, Looks, State
from probes import failure
from probes.records import Kind, Plan

_ANSWERED = frozenset({None, failure.NXDOMAIN, failure.NO_ANSWER})
_ASKED = frozenset({Kind.TARGET, Kind.CONTROL, Kind.RANDOM, Kind.SAFESEARCH})


def refusing_at_times(*, plan: Plan, looks: Looks, controls: Sequence[Control]) -> frozenset[str]:
    """Resolvers that refused what they answer at another time, or names that cannot exist."""
    found = _told_to_others(failure.REFUSED, plan=plan, looks=looks, controls=controls)
    for question in plan.questions:
        if question.kind not in _ASKED or question.via is None:
            continue
        told = _told(looks.of(question))
        if failure.REFUSED in told and told & _ANSWERED:
            found.add(question.via.resolver)
    return frozenset(found)


def failing_at_times(*, plan: Plan, looks: Looks, controls: Sequence[Control]) -> frozenset[str]:
    """Resolvers that said SERVFAIL to a control that opens, or to names that cannot exist.

    A target that fails once and is answered later is no sign: its own servers may have been slow.
    """
    return frozenset(_told_to_others(failure.SERVFAIL, plan=plan, looks=looks, controls=controls))


def _told_to_others(said: str, *, plan: Plan, looks: Looks, controls: Sequence[Control]) -> set[str]:
    """Who said so to a name which cannot exist, or to a control that is right at other times."""
    right = {
        (item.question.via.resolver, item.question.subject)
        for item in controls
        if item.state is State.RIGHT and item.question.via is not None
    }
    return {
        question.via.resolver
        for question in plan.questions
        if question.via is not None
        and (
            question.kind is Kind.RANDOM
            or (question.kind is Kind.CONTROL and (question.via.resolver, question.subject) in right)
        )
        and said in _told(looks.of(question))
    }


def _told(looks: Sequence[Look]) -> set[str | None]:
    seen = (answers.dns_of(look.items) for look in looks)
    return {item.failure for item in seen if item is not None}
