from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.answers import Atlas, read
from criteria.fingerprints import Fingerprints
from criteria.gist import Gists
from criteria.reader import Reader
from criteria.truth import Truth, promised
from probes.records import DnsFacts, Family, Observation, Rr, Stage, Transport
from tests.criteria.making import START

ATLAS = Atlas(fingerprints=Fingerprints(version="1"))
PLACES = ("8.8.8.8", "9.9.9.9", "2001:4860:4860::8888", "0.0.0.0", "no address")
SOME = st.frozensets(st.sampled_from(PLACES), max_size=2)
KNOWN: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    family=st.sampled_from(Family),
    truth=st.builds(Truth, alive=st.sampled_from((True, False, None)), addresses=SOME, documented=SOME),
    shared=SOME,
    exposed=SOME,
)


def answer(*addresses: str) -> Observation:
    records = tuple(
        Rr(name="n", type="AAAA" if ":" in text else "A", ttl=60, data=text) for text in addresses
    )
    return Observation(
        id="q/1/00",
        question_id="q",
        attempt=1,
        stage=Stage.DNS,
        started=START,
        elapsed_us=1,
        dns=DnsFacts(resolver="192.0.2.53:53", transport=Transport.UDP, type="A", rcode=0, answers=records),
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.lists(st.sampled_from(PLACES), max_size=2), KNOWN), max_size=12))
def test_what_is_remembered_is_what_would_be_read(asked: list[tuple[list[str], dict[str, Any]]]) -> None:
    reader, gists = Reader(ATLAS), Gists()
    for addresses, known in (*asked, *asked):
        item = answer(*addresses)
        assert reader.read(gists.of(item), **known) == read(item, atlas=ATLAS, **known)


@pytest.mark.parametrize(
    "other",
    (
        {"family": Family.IPV6},
        {"truth": promised(("8.8.8.8",))},
        {"shared": frozenset({"8.8.8.8"})},
        {"exposed": frozenset({"8.8.8.8"})},
    ),
    ids=lambda other: next(iter(other)),
)
def test_one_answer_means_something_else_where_something_else_is_known(other: dict[str, Any]) -> None:
    known: dict[str, Any] = {"family": Family.IPV4, "truth": promised(("9.9.9.9",))}
    # An IPv6 address of a name for which an IPv4 one is promised surprises only whoever asked for IPv4.
    item = answer("2001:4860:4860::8888" if "family" in other else "8.8.8.8")
    reader, gist = Reader(ATLAS), Gists().of(item)
    assert reader.read(gist, **known) == read(item, atlas=ATLAS, **known)
    assert reader.read(gist, **{**known, **other}) == read(item, atlas=ATLAS, **{**known, **other})
    assert reader.read(gist, **known) != reader.read(gist, **{**known, **other})
