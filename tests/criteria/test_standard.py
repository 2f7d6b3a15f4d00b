from __future__ import annotations

import pytest

from criteria.kinds import Test
from criteria.kinds.overblock_rate import OverblockRate
from criteria.kinds.popular_blocked import PopularBlocked
from criteria.kinds.sample_blocked import SampleBlocked
from criteria.standard import Criterion, Scope, lint, parse, released
from probes.tomlfile import TomlFault
from tests.criteria.making import baseline

GATES = ("ILL-01", "ILL-02", "ORD-01", "ADU-01", "ADU-02", "OVB-01", "OVB-02", "BYP-01", "CON-01")
WEIGHTS = {
    "BYP-02": 30,
    "SSR-01": 20,
    "SEC-01": 10,
    "CAT-01": 20,
    "TRN-01": 10,
    "PRC-01": 10,
    "WIR-01": 0,
}


def of(criterion_id: str) -> Criterion:
    found = baseline().criterion(criterion_id)
    assert found is not None
    return found


def spoiled(old: str, new: str) -> str:
    text = released("baseline")
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def line_holding(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_baseline_has_the_gates_and_weights_of_the_scheme() -> None:
    standard = baseline()
    assert tuple(item.id for item in standard.criteria if item.gate) == GATES
    assert {item.id: item.weight for item in standard.criteria if not item.gate} == WEIGHTS
    assert {item.id for item in standard.criteria if not item.enabled} == {"ILL-02", "ORD-01"}
    assert {item.id for item in standard.criteria if item.scope is Scope.PERIOD} == {"CON-01"}
    assert {item.id for item in standard.criteria if item.scope is Scope.DOCUMENT} == {"PRC-01"}


def test_every_kind_of_rule_is_used_by_the_baseline() -> None:
    used = {type(item.test) for item in baseline().criteria}
    assert used == set(Test.__args__)


def test_the_baseline_has_no_fault() -> None:
    assert lint(released("baseline"), "baseline.toml") == ()


def test_the_rules_in_words_say_the_numbers_of_the_rules_in_code() -> None:
    adult, popular, general = of("ADU-02"), of("ADU-01"), of("OVB-02")
    assert isinstance(adult.test, SampleBlocked)
    assert isinstance(popular.test, PopularBlocked)
    assert isinstance(general.test, OverblockRate)
    assert adult.test.at_least == "0.95"
    assert "at least 95 %" in adult.rule
    assert popular.test.names == 20
    assert "20 of 20" in popular.rule
    assert (general.test.names, general.test.bound_at_most) == (200, "0.034")
    assert "at least 200 names" in general.rule
    assert "at most 3.4 %" in general.rule


def test_an_unknown_id_is_no_released_standard() -> None:
    with pytest.raises(KeyError):
        released("basement")
    with pytest.raises(KeyError):
        released("../standards/baseline")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    (
        ('id = "ILL-02"', 'id = "ILL-01"', 'the id "ILL-01" is used twice'),
        ('weight = 0\nprotects = "Children, and', 'weight = 5\nprotects = "Children, and', "a gate decides"),
        ("names = 20, candidates = 30", "names = 20, candidates = 3", "candidates"),
        ('at_least = "0.95", alpha', 'at_least = "95", alpha', "at_least"),
        (
            'at_least = "0.95", alpha = "0.05", sample = 208',
            'at_least = "0.95", alpha = "0.05", sample = 58',
            "59",
        ),
        ('at_least = "0.95", alpha', 'at_least = "1.0", alpha', "at_least"),
        (
            '{ of = "names", says = "Our choice: the head',
            '{ of = "name", says = "Our choice: the head',
            "name",
        ),
        ('scope = "period"', 'scope = "run"', "never_open"),
        ('kind = "never_open"', 'kind = "never_opened"', 'did you mean "never_open"'),
        ("enabled = false", "enabeld = false", 'did you mean "enabled"'),
        ("provisional_days = 90", "provisional_days = 900", "provisional"),
        ('mode = "rounds"', 'mode = "resident"', "twice"),
        ('bound_at_most = "0.034"', 'bound_at_most = "0.005"', "bound_at_most"),
        ("names = 200, sample = 240", "names = 50, sample = 240", "names"),
        ("names = 200, sample = 240", "names = 200, sample = 100", "sample"),
    ),
)
def test_a_spoiled_standard_is_refused_in_one_sentence_with_its_line(
    old: str, new: str, sentence: str
) -> None:
    text = spoiled(old, new)
    with pytest.raises(TomlFault) as caught:
        parse(text, source="mine.toml")
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("mine.toml:")
    assert "\n" not in str(caught.value)
    assert str(caught.value) == str(lint(text, "mine.toml")[0])


def test_a_fault_stands_on_the_line_of_its_key() -> None:
    text = spoiled('scope = "period"', 'scope = "run"')
    (fault,) = lint(text, "mine.toml")
    section = text.splitlines()[line_holding(text, 'id = "CON-01"') :]
    offset = next(number for number, line in enumerate(section, 1) if line.startswith("scope"))
    assert fault.line == line_holding(text, 'id = "CON-01"') + offset


def test_a_number_without_a_source_is_refused() -> None:
    text = spoiled(
        '  { of = "candidates", says = "Our choice: ten more, so that dead names can be replaced." },\n', ""
    )
    (fault,) = lint(text, "mine.toml")
    assert 'ADU-01: the number "candidates" has no source' in str(fault)


def test_a_standard_without_a_gate_is_refused() -> None:
    text = released("baseline").replace("gate = true", "gate = false")
    assert any("without one everything would pass" in str(fault) for fault in lint(text, "mine.toml"))


def test_several_faults_are_told_in_the_order_of_their_lines() -> None:
    text = spoiled('scope = "period"', 'scope = "run"').replace(
        "provisional_days = 90", "provisional_days = 900"
    )
    faults = lint(text, "mine.toml")
    assert len(faults) == 2
    assert [fault.line for fault in faults] == sorted(fault.line or 0 for fault in faults)


def test_what_is_no_toml_is_one_sentence() -> None:
    (fault,) = lint("id = ", "mine.toml")
    assert str(fault).startswith("mine.toml:1: not valid TOML")
