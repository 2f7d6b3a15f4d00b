"""A gist holds all of an answer that can decide anything; what it leaves out is listed here, with why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import fields, replace

from criteria.gist import Gist, Gists
from probes import failure
from probes.records import DnsFacts, DnsVariant, Ede, Observation, Record, Rr, Stage, Stray, Transport
from tests.criteria.making import START

FACTS = DnsFacts(
    resolver="192.0.2.53:53",
    transport=Transport.UDP,
    type="A",
    rcode=0,
    answers=(Rr(name="one.example", type="A", ttl=60, data="198.51.100.7"),),
)
ANSWER = Observation(
    id="q1/1/00", question_id="q1", attempt=1, stage=Stage.DNS, started=START, elapsed_us=1, dns=FACTS
)

DECIDES: dict[type[Record], dict[str, Any]] = {
    Observation: {"failure": failure.TIMEOUT},
    DnsFacts: {
        "rcode": 3,
        "flags": ("tc",),
        "answers": (),
        "ede": (Ede(code=17, text=""),),
        "truncated": True,
        "strays": (Stray(reason="second_answer", raw="", addresses=("8.8.8.8",)),),
        "transport": Transport.TCP,
        "sends": 3,
        "variant": DnsVariant.UNCHECKED,
    },
    Rr: {"type": "CNAME", "data": "198.51.100.8"},
}
LEFT_OUT: dict[type[Record], dict[str, Any]] = {
    # Whose it is, and when it came; the rest is no part of what a resolver says. A look has its own attempt.
    Observation: {
        "id": "q2/1/00",
        "question_id": "q2",
        "attempt": 2,
        "stage": Stage.TCP,
        "service": None,
        "address": "192.0.2.54:53",
        "started": START + timedelta(days=1),
        "elapsed_us": 2,
        "tcp": None,
        "tls": None,
        "http": None,
        "vantage": None,
        "machine": None,
    },
    DnsFacts: {
        # The question's own: which resolver, and for which family.
        "resolver": "192.0.2.54:53",
        "type": "AAAA",
        # Told of in findings, straight from the observation.
        "authority": (Rr(name="example", type="SOA", ttl=60, data=""),),
        "edns": 1232,
        "edns_sent": False,
        "case_kept": False,
        # Evidence.
        "raw": "AAAA",
    },
    # The name asked for, and how long it may be kept.
    Rr: {"name": "two.example", "ttl": 1},
}


def changed(kind: type[Record], field: str, value: object) -> Observation:
    if kind is Observation:
        return replace(ANSWER, **{field: value})
    if kind is DnsFacts:
        return replace(ANSWER, dns=replace(FACTS, **{field: value}))
    return replace(ANSWER, dns=replace(FACTS, answers=(replace(FACTS.answers[0], **{field: value}),)))


@pytest.mark.parametrize("kind", DECIDES)
def test_every_field_of_an_answer_is_in_its_gist_or_left_out_for_a_reason(kind: type[Record]) -> None:
    known = {*DECIDES[kind], *LEFT_OUT[kind]} | ({"dns"} if kind is Observation else set())
    assert {field.name for field in fields(kind)} == known


@pytest.mark.parametrize(("kind", "field"), [(kind, name) for kind in DECIDES for name in DECIDES[kind]])
def test_what_decides_makes_another_gist(kind: type[Record], field: str) -> None:
    gists = Gists()
    assert gists.of(changed(kind, field, DECIDES[kind][field])) is not gists.of(ANSWER)


@pytest.mark.parametrize(("kind", "field"), [(kind, name) for kind in LEFT_OUT for name in LEFT_OUT[kind]])
def test_what_is_left_out_makes_none(kind: type[Record], field: str) -> None:
    gists = Gists()
    assert gists.of(changed(kind, field, LEFT_OUT[kind][field])) is gists.of(ANSWER)


def test_one_gist_stands_for_answers_that_would_have_the_same() -> None:
    """A gist holds nothing but what it is looked up by: who comes first brings nothing of its own."""
    for kind, named in LEFT_OUT.items():
        for field, value in named.items():
            own = Gist(changed(kind, field, value))
            assert all(getattr(own, slot) == getattr(Gist(ANSWER), slot) for slot in Gist.__slots__)


def test_an_answer_without_facts_has_a_gist_too() -> None:
    gist = Gists().of(replace(ANSWER, dns=None, failure=failure.TIMEOUT))
    assert (gist.known, gist.failure, gist.rcode, gist.addresses) == (False, failure.TIMEOUT, None, ())


def test_two_records_in_another_order_are_another_answer() -> None:
    one, two = FACTS.answers[0], Rr(name="n", type="A", ttl=60, data="198.51.100.8")
    gists = Gists()
    first, second = (
        gists.of(replace(ANSWER, dns=replace(FACTS, answers=answers))) for answers in ((one, two), (two, one))
    )
    assert first is not second
    assert first.addresses == tuple(reversed(second.addresses))
