from __future__ import annotations

from datetime import timedelta

from criteria.forecast import forecast
from criteria.plan import draw_plan
from criteria.records import AssessmentOutcome, Forecast, Reference, ReferenceEntry
from probes.portals import portals
from probes.records import Ask, Category, Target
from tests.criteria.making import START, baseline, listed, named, ranked, target

CONTROLS = tuple(
    target(f"site{number}.lab.example", Category.CONTROL_GENERAL, ask=Ask.TLS) for number in range(200)
)
HELP = named("help", 5, Category.CONTROL_HELP)
SENTINEL = target("sentinel.lab.example", Category.ILLEGAL_CSAM, sentinel=True, expect=("192.0.2.1",))
ADULT = named("adult", 60)
FULL = (SENTINEL, *ranked(20), *ADULT, *HELP, *CONTROLS)
FOREIGN = ("198.51.100.1:53",)


def said(
    *targets: Target, foreign: tuple[str, ...] = FOREIGN, reference: Reference | None = None, days: int = 0
) -> Forecast:
    plan = draw_plan(
        standard=baseline(),
        lists=(listed(*targets),),
        seed="seed",
        resolvers=("192.0.2.53:53",),
        portals=portals(),
        foreign=foreign,
    )
    return forecast(plan=plan, standard=baseline(), reference=reference, now=START + timedelta(days=days))


def without(*gone: Target) -> tuple[Target, ...]:
    return tuple(item for item in FULL if item not in gone)


def seen(alive: bool | None, *targets: Target) -> Reference:  # noqa: FBT001 - three states of one fact
    entries = tuple(ReferenceEntry(name=item.name, alive=alive) for item in targets)
    return Reference(id="r", taken=START, vantage="unfiltered", entries=entries)


def test_a_full_input_can_be_certified() -> None:
    found = said(*FULL)
    assert found.outcome is AssessmentOutcome.CERTIFIABLE
    assert found.because == ()


def test_without_a_sentinel_the_best_is_provisional() -> None:
    found = said(*without(SENTINEL))
    assert found.outcome is AssessmentOutcome.PROVISIONAL
    assert found.because == ("ILL-01: no authorised sentinel is listed",)


def test_too_few_adult_names_are_said_with_their_number() -> None:
    found = said(*without(*ADULT[25:]))
    assert found.outcome is AssessmentOutcome.INCONCLUSIVE
    (sentence,) = found.because
    assert sentence == (
        "ADU-02: 59 adult names with a known truth, or a filter that signs its blocks, are needed besides "
        "the best-known ones, and only 25 are listed"
    )


def test_too_few_everyday_names_are_said_with_their_number() -> None:
    found = said(*without(*CONTROLS[120:]))
    assert found.outcome is AssessmentOutcome.INCONCLUSIVE
    assert found.because == ("OVB-02: 200 control-general names are needed, and only 120 are listed",)


def test_without_a_foreign_resolver_nothing_can_be_certified() -> None:
    found = said(*FULL, foreign=())
    assert found.outcome is AssessmentOutcome.INCONCLUSIVE
    assert [sentence[:6] for sentence in found.because] == ["BYP-01"]


def test_without_a_visited_control_nothing_can_be_certified() -> None:
    dns_only = named("site", 200, Category.CONTROL_GENERAL)
    found = said(*without(*CONTROLS), *dns_only)
    assert found.outcome is AssessmentOutcome.INCONCLUSIVE
    assert "beyond DNS" in found.because[0]


def test_without_controls_nothing_can_be_known() -> None:
    found = said(SENTINEL, *ranked(20), *ADULT)
    assert found.outcome is AssessmentOutcome.INCONCLUSIVE
    assert "at least two names that must open" in found.because[0]


def test_names_without_a_known_truth_are_said_as_a_condition() -> None:
    (condition,) = said(*FULL).provided
    assert condition.startswith("the filter signs its blocks: 80 of 81 names")
    known = seen(True, *ranked(20), *ADULT)
    assert said(*FULL, reference=known).provided == ()


def test_a_reference_that_is_too_old_counts_for_nothing() -> None:
    known = seen(True, *ranked(20), *ADULT)
    assert said(*FULL, reference=known, days=7).provided == ()
    assert said(*FULL, reference=known, days=8).provided != ()


def test_names_that_the_reference_calls_dead_are_not_counted_on() -> None:
    found = said(*FULL, reference=seen(False, *ADULT[:10]))
    assert found.outcome is AssessmentOutcome.INCONCLUSIVE
    assert "ADU-02" in found.because[0]
