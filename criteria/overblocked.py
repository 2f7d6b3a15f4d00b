"""Which names that must open does the filter itself keep away? They are a failed gate, and no broken network.

A control that fails voids a run, because a network on which names fail by themselves shows nothing of a
filter. One that is blocked each time while the others open is another matter: it is left out of the account,
so that the run is judged and the criteria about wrong blocks can fail. Where most controls fail, nobody can
tell a filter from a wall, and the run is void as ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction

from criteria.controls import Control, State
from probes.records import Family

_OTHERS = 2
"""So many names must open in a lane for each one that is left out, and so many at least."""
_UNSIGNED = 5
"""Of so many names one may fail each time without the filter's signature, and at least one."""


def overblocked(controls: Sequence[Control]) -> frozenset[str]:
    """The ids of control questions at which the filter was met in place of the network's soundness.

    Each lane (resolver, family) is looked at by itself.
    """
    lanes: dict[tuple[str, Family], dict[str, list[Control]]] = defaultdict(lambda: defaultdict(list))
    for item in controls:
        if item.question.via is not None and item.state is not State.NOT_APPLICABLE:
            lane = (item.question.via.resolver, item.question.via.family)
            lanes[lane][item.question.subject].append(item)
    return frozenset(
        item.question.id for names in lanes.values() for name in _kept_away(names) for item in names[name]
    )


def _kept_away(names: dict[str, list[Control]]) -> set[str]:
    opening = {name for name, looks in names.items() if any(item.state is State.RIGHT for item in looks)}
    failing = set(names) - opening
    signed = {name for name in failing if all(item.signed for item in names[name])}
    steady = all(item.state is State.RIGHT for name in opening for item in names[name])
    denied = {
        name
        for name in failing - signed
        if all(item.signed or item.denied for item in names[name]) or (steady and len(names[name]) > 1)
    }
    if len(denied) > max(1, len(names) // _UNSIGNED):
        denied = set()
    found = signed | denied
    enough = len(opening) >= _OTHERS * max(1, len(found))
    return found if enough else set()


def share_by_name(controls: Iterable[Control]) -> Fraction:
    """Which share of names came right, each name counted once however often it was drawn; of none, 0."""
    asked: dict[str, list[bool]] = defaultdict(list)
    for item in controls:
        asked[item.question.subject].append(item.state is State.RIGHT)
    if not asked:
        return Fraction(0)
    return sum((Fraction(sum(states), len(states)) for states in asked.values()), Fraction(0)) / len(asked)
