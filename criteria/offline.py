"""Nothing opens. Is the line dead, or the resolver? To whoever asks a silent one both look alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.records import Observation, Plan, Question, Stage

if TYPE_CHECKING:
    from criteria.fitness import Soundness

_DEAD = "No control opened and no portal probe was answered rightly: there is no way to the Internet."
_SILENT = (
    "No resolver of this network answers, so that no name leads anywhere; nothing shows whether the line "
    "behind {it} works."
)
_ONLY_SILENT = (
    "No resolver of this network answers, so that no name leads anywhere, and yet others answer from beyond "
    "it: the line works, the resolver does not."
)
_UNDERSTOOD = frozenset({0, 3})
"""NOERROR and NXDOMAIN: whoever says so asked somebody."""


FEW = 12
"""Questions that show whether the line works: enough for some to come through a filter that knows others."""


def beyond(plan: Plan) -> tuple[Question, ...]:
    """A few questions of the plan that need no resolver of this network: one to each place elsewhere."""
    found: dict[str, Question] = {}
    for question in plan.questions:
        via = question.via
        if question.address is not None:
            found.setdefault(question.address, question)
        elif via is not None and via.through is None and via.resolver not in plan.resolvers:
            found.setdefault(f"{via.transport} {via.resolver}", question)
    return tuple(found.values())[:FEW]


def why_offline(plan: Plan, sound: Soundness) -> str:
    """One sentence about a run in which nothing that must open did."""
    seen = [(question, item) for question, look in sound.looks.seen for item in look.items]
    own = [item for _, item in seen if item.dns is not None and item.dns.resolver in plan.resolvers]
    if not own or any(item.dns is not None and item.dns.rcode is not None for item in own):
        return _DEAD
    if any(_from_beyond(plan, question, item) for question, item in seen):
        return _ONLY_SILENT
    return _SILENT.format(it="it" if len(plan.resolvers) == 1 else "them")


def _from_beyond(plan: Plan, question: Question, item: Observation) -> bool:
    """Whether somebody who is no resolver of this network was heard."""
    if item.dns is not None:
        return item.dns.resolver not in plan.resolvers and item.dns.rcode in _UNDERSTOOD
    placed = question.address is not None or (question.via is not None and question.via.through is None)
    return placed and (item.tls is not None or (item.stage is Stage.TCP and item.failure is None))
