"""What became of every target? Each is judged once for each thing that can be seen of one.

Most names are asked for their addresses alone, and a filter, or a network without one, does the same to
hundreds of them. Of such a name everything that can decide is its signature: whether it is known to work, and
what the answers amount to, look by look and lane by lane. Names with one signature have one verdict, but for
its name and its witnesses. What was visited, or fell into a void window, is judged by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from criteria.cells import Bench
from criteria.lanes import Lane
from criteria.records import Verdict
from criteria.together import Pair, in_turn
from criteria.verdicts import fold
from probes.records import Family, Plan, Service, Target, Transport

Signature = tuple[object, ...]
_DNS = (Service.DNS,)


def judge_targets(*, plan: Plan, bench: Bench) -> tuple[Verdict, ...]:
    """One verdict for every planned target, in the order of the plan; a name that stands twice has one."""
    targets = {target.name: target for target in reversed(plan.targets)}
    names = dict.fromkeys(target.name for target in plan.targets)
    known: dict[Signature, Verdict] = {}
    return tuple(_verdict(targets[name], bench, known) for name in names)


def judge_plainly(target: Target, bench: Bench) -> Verdict:
    """One target by itself: what every shortcut has to come to."""
    return fold(target=target, cells=bench.cells_of(target))


def _verdict(target: Target, bench: Bench, known: dict[Signature, Verdict]) -> Verdict:
    found = _signature(target, bench)
    if found is None:
        return judge_plainly(target, bench)
    signature, witnesses = found
    verdict = known.get(signature)
    if verdict is None:
        verdict = known[signature] = judge_plainly(target, bench)
    cells = tuple(
        [
            replace(cell, target=target.name, witnesses=seen)
            for cell, seen in zip(verdict.cells, witnesses, strict=True)
        ]
    )
    return replace(verdict, target=target.name, category=target.category, cells=cells)


def _signature(target: Target, bench: Bench) -> tuple[Signature, list[tuple[str, ...]]] | None:
    """All that decides about a target, and the witnesses of its cells; `None`: it takes a closer look."""
    truth = bench.truths.of(target)
    words: list[object] = [truth.alive, truth.stale, truth.has(Family.IPV4), truth.has(Family.IPV6)]
    witnesses: list[tuple[str, ...]] = []
    for lane, asked in bench.asked.get(target.name, {}).items():
        if asked.services != _DNS or not _plain(lane, asked.looks):
            return None
        words.append(lane)
        looks = sorted(asked.looks, key=in_turn) if len(asked.looks) > 1 else asked.looks
        for question, look in looks:
            if look.gist is not None:
                answer = lane.read(look.gist, truth)
                words += (question.token is None, look.attempt, answer.signals, answer.mechanisms)
                words += (look.gist.failure is None, look.gist.sends, look.gist.variant)
        ids = [look.items[0].id for _, look in looks]
        witnesses.append(tuple(sorted(set(ids)) if len(ids) > 1 else ids))
    return tuple(words), witnesses


def _plain(lane: Lane, looks: Sequence[Pair]) -> bool:
    """Whether each look is one answer of a resolver that counts, and no more."""
    for question, look in looks:
        if len(look.items) > 1 or look.gist is None or look.gist.transport is not Transport.UDP:
            # How long a silence by another way lasted is no part of a gist.
            return False
        if lane.void and (question.id, look.attempt) in lane.void:
            return False
    return True
