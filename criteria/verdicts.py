"""What became of a target? One fixed rule folds its cells, and the most open way counts."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from criteria.looks import sureness
from criteria.records import Cell, Outcome, Strength, Verdict
from probes.records import Stage, Target, encode

NOTHING_APPLICABLE = "nothing_applicable"
"""The rule of a verdict that no cell could carry."""

_STAGES = (Stage.IDENTITY, Stage.DNS, Stage.TCP, Stage.TLS, Stage.QUIC, Stage.HTTP)


def fold(*, target: Target, cells: Sequence[Cell]) -> Verdict:
    """Any reachable cell makes the target reachable; else it is blocked if all applicable cells are; else
    dead if all are blocked or dead; else inconclusive. The order of the cells is of no importance.
    """
    ordered = _in_order(cells)
    applicable = [cell for cell in ordered if cell.outcome is not Outcome.NOT_APPLICABLE]
    outcome = _outcome(applicable)
    deciding = [cell for cell in applicable if cell.outcome is outcome]
    if not deciding:
        return Verdict(
            target=target.name,
            category=target.category,
            outcome=Outcome.INCONCLUSIVE,
            mechanisms=(),
            strength=Strength.WEAK,
            judged_at=Stage.DNS,
            rule=NOTHING_APPLICABLE,
            cells=ordered,
        )
    # One sure way in is enough to be open; to be shut, the least sure one counts.
    choose = max if outcome is Outcome.REACHABLE else min
    decider = choose(deciding, key=lambda cell: (sureness(cell.strength), _STAGES.index(cell.stage)))
    return Verdict(
        target=target.name,
        category=target.category,
        outcome=outcome,
        mechanisms=tuple(sorted({word for cell in applicable for word in _mechanisms(cell)})),
        strength=decider.strength,
        judged_at=decider.stage,
        rule=decider.rule,
        cells=ordered,
    )


def _outcome(cells: Sequence[Cell]) -> Outcome:
    outcomes = {cell.outcome for cell in cells}
    if Outcome.REACHABLE in outcomes:
        return Outcome.REACHABLE
    if outcomes == {Outcome.BLOCKED}:
        return Outcome.BLOCKED
    if outcomes and outcomes <= {Outcome.BLOCKED, Outcome.DEAD}:
        return Outcome.DEAD
    return Outcome.INCONCLUSIVE


def _mechanisms(cell: Cell) -> tuple[str, ...]:
    return cell.mechanisms or (() if cell.mechanism is None else (cell.mechanism,))


def _in_order(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    places = {_PLACE(cell) for cell in cells}
    if len(places) == len(cells):
        return tuple(sorted(cells, key=_PLACE))
    # Two of one place come only from a stranger.
    return tuple(sorted(cells, key=lambda cell: (*_PLACE(cell), encode(cell))))


_PLACE = attrgetter("resolver", "family", "service")
