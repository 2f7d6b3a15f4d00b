"""The light of a hotspot: the gravest thing is said first, and what is not known is never green."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from certificates.records import Status
from friendlywifi.records.identity import Place
from friendlywifi.records.light.saying import Light
from friendlywifi.records.light.standing import RULES, overall, standing
from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.states import State
from tests.friendlywifi.records.light.known import ENROLLED, YESTERDAY, certificate, facts, resident, visit
from tests.friendlywifi.records.rows import NOW, library_7, row


def test_a_certified_hotspot_whose_filter_works_is_well() -> None:
    said = standing(facts())
    assert said.light is Light.WELL
    assert said.says == "The filter works. Certified until 21 April 2027."
    assert (said.action, said.command) == (None, None)
    assert (said.certificate, said.last_run) == ("FW-2026-000001", "certifiable")


def test_the_next_date_of_rounds_is_the_next_visit() -> None:
    said = standing(facts(visits=(visit(-20), visit(-5))))
    assert (said.next_what, said.next_date) == ("visit", NOW + timedelta(days=5))
    assert standing(resident()).next_what == "by itself, every 6 h"


def test_the_worst_light_is_that_of_all() -> None:
    one = standing(facts())
    found = [msgspec.structs.replace(one, light=light) for light in Light]
    assert [overall(tuple(found[at:])) for at in range(len(found))] == list(Light)
    assert overall(()) is Light.UNKNOWN


conditions = st.dictionaries(
    st.sampled_from(("Biblioteka", "")),
    st.builds(
        Condition,
        state=st.sampled_from(State),
        behind=st.sampled_from([state for state in State if not state.blind]),
        evidence=st.sampled_from((None, YESTERDAY, NOW - timedelta(days=44))),
    ),
)


@given(
    conditions,
    st.sampled_from((None, *Status)),
    st.sampled_from((None, row(1), row(2, place=Place.UNKNOWN), row(3, void_reason="captive"))),
    st.booleans(),
)
def test_green_means_that_the_filter_was_seen_to_work(
    found: dict[str, Condition],
    status: Status | None,
    latest: Any,
    here: bool,  # noqa: FBT001 - generated
) -> None:
    hotspot = ENROLLED if here else library_7()
    given = facts(
        conditions=found,
        status=status,
        certificate=None if status is None else certificate(status=status),
        latest=latest,
        hotspot=hotspot,
    )
    said = standing(given)
    assert said.says.endswith((".", ".)", ")"))
    if said.light is Light.WELL:
        assert here
        assert found
        assert all(item.state is State.WELL for item in found.values())
        assert status not in (Status.SUSPENDED, Status.WITHDRAWN, Status.EXPIRED)


def test_every_rule_has_a_case_of_its_own() -> None:
    """The last one says something of everything, so that each hotspot has a light."""
    assert RULES[-1](facts()) is not None
    assert len(set(RULES)) == len(RULES)
