"""A new label below a name that exists proves that a resolver asks others, or leaves it open."""

from __future__ import annotations

from collections import deque

import pytest

from probes.records import DnsFacts, Ede, Rr, Transport
from probes.sweep.block import Canary
from probes.sweep.pulse import BUSIEST, CALMEST, TRIED, Felt, Pulse, felt, gap, proves
from probes.sweep.readings import SILENT, TRUNCATED, Reading, Told, denial

CANARY = Canary("www.good.example", "A")
ABSENT: Told = (Reading(3), ())
OPEN: Told = (Reading(0, public=True), ("93.184.216.34",))


def facts(*records: tuple[str, str]) -> DnsFacts:
    """An authority section of these owners and types."""
    authority = tuple(Rr(name=owner, type=kind, ttl=60, data="") for owner, kind in records)
    return DnsFacts(
        resolver="192.0.2.53:53", transport=Transport.UDP, type="A", rcode=3, sends=1, authority=authority
    )


@pytest.mark.parametrize(
    ("told", "records", "proven"),
    (
        (ABSENT, (("good.example", "SOA"),), True),
        (ABSENT, (("www.good.example", "SOA"),), True),
        ((Reading(0), ()), (("good.example", "SOA"),), True),
        (OPEN, (), True),
        (ABSENT, (), False),
        (ABSENT, (("example", "SOA"),), False),
        (ABSENT, (("", "SOA"),), False),
        (ABSENT, (("rpz.example", "SOA"),), False),
        (ABSENT, (("ood.example", "SOA"),), False),
        (ABSENT, (("good.example", "NS"),), False),
        (ABSENT, (("good.example", "SOA"), ("good.example", "NSEC")), False),
        (ABSENT, (("good.example", "SOA"), ("x.good.example", "NSEC3")), False),
        (OPEN, (("good.example", "RRSIG"),), False),
        ((Reading(0, ("0.0.0.0",)), ()), (("good.example", "SOA"),), False),
        ((Reading(2), ()), (("good.example", "SOA"),), False),
        ((Reading(5), ()), (("good.example", "SOA"),), False),
        ((SILENT, ()), (), False),
        ((TRUNCATED, ()), (), False),
    ),
)
def test_only_what_cannot_come_from_a_cache_proves(
    told: Told, records: tuple[tuple[str, str], ...], *, proven: bool
) -> None:
    assert proves(told, facts(*records), CANARY) is proven


@pytest.mark.parametrize(
    ("told", "word"),
    (
        (ABSENT, "nxdomain"),
        ((Reading(0), ()), "nodata"),
        ((Reading(2), ()), "servfail"),
        ((Reading(5), ()), "refused"),
        ((SILENT, ()), "silence"),
        ((Reading(0, ("0.0.0.0", "198.18.0.1")), ()), "0.0.0.0 198.18.0.1"),
        ((Reading(3, ede=(Ede(code=17, text=""),)), ()), "nxdomain, filtered"),
        ((Reading(3, ede=(Ede(code=23, text=""),)), ()), "nxdomain"),
        (OPEN, None),
        ((TRUNCATED, ()), None),
        (None, None),
    ),
)
def test_each_way_to_deny_has_a_word(told: Told | None, word: str | None) -> None:
    assert denial(told) == word


def test_a_denial_beside_a_proof_is_no_sign_but_a_failure_is() -> None:
    tries = [(CANARY, ABSENT, False), (CANARY, (Reading(2), ()), False), (CANARY, ABSENT, True)]
    assert felt("r", 1.0, tries) == Felt("r", 1.0, True, frozenset({"servfail"}), (CANARY, CANARY))
    assert felt("r", 1.0, tries[:2]) == Felt("r", 1.0, False, frozenset({"nxdomain", "servfail"}))


def test_who_was_proven_to_ask_others_and_is_no_more_is_cut_off() -> None:
    pulse = Pulse(deque([CANARY]), 1.0)
    seen: list[bool] = []
    for reaches in (False, True, False, True):
        now = CALMEST * len(seen)
        assert pulse.due(now)
        pulse.send(now)
        assert not pulse.due(now + 10)
        pulse.came(Felt("r", now, reaches, frozenset()))
        seen.append(pulse.cut)
    assert seen == [False, False, True, False]


def test_where_nothing_was_ever_proven_it_is_tried_seldom() -> None:
    pulse = Pulse(deque([CANARY]), BUSIEST)
    for reaches, wait in ((False, CALMEST), (True, BUSIEST), (False, BUSIEST)):
        assert pulse.due(0)
        pulse.send(0)
        pulse.came(Felt("r", 0, reaches, frozenset()))
        assert pulse.due(wait)
        assert not pulse.due(0.9 * wait)
        pulse._sent = None


def test_zones_are_tried_in_turn_and_those_that_prove_nothing_are_left() -> None:
    canaries = [Canary(f"good{number}.example", "A") for number in range(5)]
    pulse = Pulse(deque(canaries), 1.0)
    assert pulse.send(0) == tuple(canaries[:TRIED])
    pulse.came(Felt("r", 0, True, frozenset(), useless=(canaries[0],)))
    assert pulse.send(2) == tuple(canaries[1:4])
    pulse.came(Felt("r", 2, True, frozenset(), useless=tuple(canaries)))
    assert len(pulse.canaries) == TRIED


def test_many_resolvers_are_felt_less_often_and_none_too_seldom() -> None:
    assert [gap(count) for count in (1, 400, 4000)] == [BUSIEST, CALMEST, CALMEST]
    assert BUSIEST < gap(100) < CALMEST
