from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria import precedents as module
from criteria import rules
from criteria.precedents import Precedents, precedents
from criteria.rules import RuleStage
from criteria.signals import SIGNALS

FACTS = st.frozensets(st.sampled_from(sorted(SIGNALS)), max_size=8)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(RuleStage), FACTS), max_size=20))
def test_a_list_with_a_memory_decides_as_it_does_without(
    asked: list[tuple[RuleStage, frozenset[str]]],
) -> None:
    remembering = Precedents(rules.latest())
    for stage, facts in (*asked, *asked):
        assert remembering.decide(stage, facts) is rules.latest().decide(stage, facts)


def test_what_is_forgotten_is_decided_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROOM", 2)
    remembering = Precedents(rules.latest())
    for word in sorted(SIGNALS):
        facts = frozenset({word})
        assert remembering.decide(RuleStage.DNS, facts) is rules.latest().decide(RuleStage.DNS, facts)


def test_where_nothing_decides_it_says_so_each_time() -> None:
    remembering = Precedents(rules.latest())
    for _ in range(2):
        assert remembering.decide(RuleStage.RUN, frozenset()) is None
        with pytest.raises(LookupError):
            remembering.surely(RuleStage.RUN, frozenset())


def test_each_list_has_a_memory_of_its_own() -> None:
    fewer = rules.RuleSet(version="fewer", rules=rules.latest().rules[1:])
    assert precedents(rules.latest()) is precedents(rules.latest())
    assert precedents(fewer) is not precedents(rules.latest())
    assert precedents(fewer).rules == fewer
