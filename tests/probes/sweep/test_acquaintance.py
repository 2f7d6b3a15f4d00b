"""Resolvers are met quickly, and what they show is noticed."""

from __future__ import annotations

import asyncio
import random
import time

from probes.network import Network
from probes.sweep.acquaintance import GRACE, MEETING, Met, chosen, meet
from probes.sweep.block import Canary
from tests.probes.sweep.responder import Responder

CANARIES = tuple(Canary(f"good{number}.example", "A") for number in range(3))


def met(*resolvers: Responder) -> tuple[Met, ...]:
    return asyncio.run(
        meet(
            [item.endpoint for item in resolvers],
            network=Network(confined=True),
            canaries=CANARIES,
            types=("A", "AAAA"),
            randomness=random.Random(1),
        )
    )


def test_a_resolver_that_says_nothing_of_names_elsewhere_is_not_waited_for() -> None:
    with Responder(nowhere=None) as one:
        began = time.monotonic()
        (found,) = met(one)
    assert time.monotonic() - began < (GRACE + MEETING.dns) / 2
    assert found.right == CANARIES
    assert found.rewrites == frozenset()


def test_what_it_gives_for_names_that_cannot_exist_is_learnt() -> None:
    with Responder(nowhere="198.18.0.1") as one:
        (found,) = met(one)
    assert found.rewrites == {"198.18.0.1"}


def test_canaries_ride_along_that_open_at_most_resolvers() -> None:
    def but_one(name: str) -> str | None:
        return "0.0.0.0" if name.startswith("good1") else "93.184.216.34"

    with Responder() as one, Responder(answer=but_one) as two, Responder(answer=but_one) as three:
        found = met(one, two, three)
    assert chosen(found, CANARIES) == (CANARIES[0], CANARIES[2])


def test_a_resolver_that_is_silent_has_opened_nothing() -> None:
    with Responder(alive=False) as gone:
        (found,) = met(gone)
    assert (found.right, found.instance) == ((), None)
