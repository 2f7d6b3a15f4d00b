"""Does a resolver refuse a name, or whoever asks too much? What it answers at times it does not block.

A resolver that limits its clients answers some questions with REFUSED or SERVFAIL by their number. That shows
in questions which were both refused and answered, and in names that nobody can have on a list.
"""

from __future__ import annotations

from collections.abc import Sequence

from criteria.controls import Control, State
from criteria.index import Looks
from probes import failure
from probes.records import Kind

_ANSWERED = frozenset({None, failure.NXDOMAIN, failure.NO_ANSWER})
_ASKED = frozenset({Kind.TARGET, Kind.CONTROL, Kind.RANDOM, Kind.SAFESEARCH})


def refusing_at_times(*, looks: Looks, controls: Sequence[Control]) -> frozenset[str]:
    """Resolvers that refused what they answer at another time, or names that cannot exist."""
    found = _told_to_others(failure.REFUSED, looks=looks, controls=controls)
    for question, look in looks.seen:
        if look.dns is None or look.dns.failure != failure.REFUSED:
            continue
        if question.kind not in _ASKED or question.via is None:
            continue
        told = {other.dns.failure for other in looks.of(question) if other.dns is not None}
        if told & _ANSWERED:
            found.add(question.via.resolver)
    return frozenset(found)


def failing_at_times(*, looks: Looks, controls: Sequence[Control]) -> frozenset[str]:
    """Resolvers that said SERVFAIL to a control that opens, or to names that cannot exist.

    A target that fails once and is answered later is no sign: its own servers may have been slow.
    """
    return frozenset(_told_to_others(failure.SERVFAIL, looks=looks, controls=controls))


def _told_to_others(said: str, *, looks: Looks, controls: Sequence[Control]) -> set[str]:
    """Who said so to a name which cannot exist, or to a control that is right at other times."""
    right = {
        (item.question.via.resolver, item.question.subject)
        for item in controls
        if item.state is State.RIGHT and item.question.via is not None
    }
    return {
        question.via.resolver
        for question, look in (*looks.at(Kind.RANDOM), *looks.at(Kind.CONTROL))
        if look.dns is not None
        and look.dns.failure == said
        and question.via is not None
        and (question.kind is Kind.RANDOM or (question.via.resolver, question.subject) in right)
    }
