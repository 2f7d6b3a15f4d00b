"""What run after run makes of a hotspot."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.folding import fold, silent
from friendlywifi.surveillance.rhythm import CURED_BY, STEADY_AFTER
from friendlywifi.surveillance.sight import Sight
from friendlywifi.surveillance.states import State
from tests.friendlywifi.surveillance.cast import RESIDENT, ROUNDS, START, seen

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def lived(*steps: tuple[timedelta, Sight] | tuple[timedelta, Sight, str]) -> Condition:
    condition, at = Condition(), START
    for step in steps:
        at += step[0]
        condition = fold(condition, seen(at, step[1], *step[2:]), rhythm=RESIDENT)
    return condition


def test_a_failure_counts_when_an_immediate_second_run_and_a_later_one_confirm_it() -> None:
    first = (HOUR, Sight.BAD)
    assert lived((HOUR, Sight.GOOD), first).state is State.FAILING_SUSPECTED
    assert lived((HOUR, Sight.GOOD), first, (5 * MINUTE, Sight.BAD)).state is State.FAILING_SUSPECTED
    early = lived(first, (5 * MINUTE, Sight.BAD), (5 * MINUTE, Sight.BAD))
    assert early.state is State.FAILING_SUSPECTED
    late = lived(first, (5 * MINUTE, Sight.BAD), (HOUR, Sight.BAD))
    assert late.state is State.FAILING_CONFIRMED
    assert late.uncured == ("ADU-01",)


def test_different_gates_do_not_confirm_one_another() -> None:
    found = lived((HOUR, Sight.BAD, "ADU-01"), (HOUR, Sight.BAD, "OVB-01"), (HOUR, Sight.BAD, "ADU-01"))
    assert found.state is State.FAILING_SUSPECTED


def test_a_second_run_that_passes_refutes() -> None:
    found = lived((HOUR, Sight.GOOD), (HOUR, Sight.BAD), (5 * MINUTE, Sight.GOOD))
    assert found.state is State.WELL
    assert found.trouble_since is None


def test_a_sentinel_that_opens_once_is_enough() -> None:
    assert lived((HOUR, Sight.BAD, "ILL-01")).state is State.FAILING_CONFIRMED


def test_what_cannot_be_seen_neither_confirms_nor_refutes() -> None:
    blind = [(HOUR, Sight.CAPTIVE), (HOUR, Sight.OFFLINE), (HOUR, Sight.VOID), (HOUR, Sight.UNDECIDED)]
    suspected = lived((HOUR, Sight.BAD), *blind)
    assert suspected.state is State.FAILING_SUSPECTED
    assert suspected.streaks[0].runs == 1
    confirmed = lived((HOUR, Sight.BAD), *blind, (HOUR, Sight.BAD), *blind, (HOUR, Sight.BAD))
    assert confirmed.state is State.FAILING_CONFIRMED


def test_the_clock_of_a_confirmed_failure_goes_on_behind_a_portal() -> None:
    bad = ((HOUR, Sight.BAD),) * 3
    found = lived(*bad, (HOUR, Sight.CAPTIVE))
    assert (found.state, found.behind) == (State.PORTAL_LOCKED, State.FAILING_CONFIRMED)
    assert found.confirmed_at == START + 3 * HOUR
    assert found.confirmed


def test_as_many_good_runs_cure_as_bad_ones_confirm() -> None:
    bad = ((HOUR, Sight.BAD),) * 3
    for goods in range(1, CURED_BY):
        assert lived(*bad, *((HOUR, Sight.GOOD),) * goods).state is State.RECOVERING
    cured = lived(*bad, *((HOUR, Sight.GOOD),) * CURED_BY)
    assert cured.state is State.WELL
    assert cured.confirmed_at is None


def test_a_relapse_before_the_cure_is_the_same_failure() -> None:
    bad = ((HOUR, Sight.BAD),) * 3
    found = lived(*bad, (HOUR, Sight.GOOD), (HOUR, Sight.BAD))
    assert found.state is State.FAILING_CONFIRMED
    assert found.confirmed_at == START + 3 * HOUR


def test_a_filter_that_comes_and_goes_flaps_until_it_has_been_steady_for_days() -> None:
    comes_and_goes = ((6 * HOUR, Sight.GOOD), (6 * HOUR, Sight.BAD)) * 3
    found = lived(*comes_and_goes)
    assert found.state is State.FLAPPING
    soon = lived(*comes_and_goes, *((6 * HOUR, Sight.GOOD),) * 6)
    assert soon.state is State.FLAPPING
    later = lived(*comes_and_goes, *((6 * HOUR, Sight.GOOD),) * (STEADY_AFTER // (6 * HOUR)))
    assert later.state is State.WELL


def test_only_a_probe_that_stays_on_site_falls_silent() -> None:
    well = lived((HOUR, Sight.GOOD))
    last = START + HOUR
    assert silent(well, rhythm=RESIDENT, now=last + 17 * HOUR, last=last) == well
    gone = silent(well, rhythm=RESIDENT, now=last + 30 * HOUR, last=last)
    assert (gone.state, gone.behind, gone.since) == (State.PROBE_SILENT, State.WELL, last + 18 * HOUR)
    assert silent(well, rhythm=ROUNDS, now=last + 30 * DAY, last=last) == well
    # Any run ends the silence, and one that tells nothing brings back what was known before.
    assert fold(gone, seen(last + DAY, Sight.VOID), rhythm=RESIDENT).state is State.WELL
    assert fold(gone, seen(last + DAY, Sight.APART), rhythm=RESIDENT) == gone


SIGHTS = st.tuples(
    st.integers(1, 60 * 12).map(lambda minutes: minutes * MINUTE),
    st.sampled_from(Sight),
    st.sampled_from(["ADU-01", "OVB-01", "ILL-01"]),
)


@settings(max_examples=200)
@given(st.lists(SIGHTS, max_size=40))
def test_whatever_happens_the_condition_stays_true_to_what_was_seen(
    steps: list[tuple[timedelta, Sight, str]],
) -> None:
    condition, at = Condition(), START
    goods: list[datetime] = []
    run_of_bad: list[tuple[datetime, str]] = []
    for step, sight, gate in steps:
        at += step
        before = condition
        condition = fold(condition, seen(at, sight, *([gate] if sight is Sight.BAD else [])), rhythm=RESIDENT)
        if sight is Sight.GOOD:
            goods.append(at)
            run_of_bad = []
        if sight is Sight.BAD:
            run_of_bad.append((at, gate))
        # Only a good run is evidence.
        assert condition.evidence == (goods[-1] if goods else None)
        # Nothing but a bad run makes it failing, and nothing but a good one makes it well.
        if condition.behind is not before.behind:
            assert sight in (Sight.GOOD, Sight.BAD)
            assert condition.behind.failing <= (sight is Sight.BAD)
            if condition.behind in (State.WELL, State.RECOVERING):
                assert sight is Sight.GOOD
        # A failure is confirmed by three runs of one gate over an hour, or by a sentinel.
        if condition.behind is State.FAILING_CONFIRMED and not before.confirmed:
            same = [moment for moment, name in run_of_bad if name == gate]
            relapse = before.behind is State.RECOVERING
            assert gate == "ILL-01" or relapse or (len(same) >= 3 and same[-1] - same[0] >= HOUR)
        assert condition.state.blind or condition.state is condition.behind
        if condition.behind in (State.FAILING_CONFIRMED, State.RECOVERING):
            assert condition.confirmed_at is not None
        elif condition.behind is not State.FLAPPING:
            assert condition.confirmed_at is None
        if condition.behind is State.WELL:
            assert condition.gates == ()
            assert condition.trouble_since is None


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abb"),
            st.sampled_from((Sight.GOOD, Sight.GOOD, Sight.BAD, Sight.BAD, Sight.VOID, Sight.CAPTIVE)),
            st.sampled_from((5, 30, 70, 360, 2000)),
        ),
        min_size=6,
        max_size=60,
    )
)
def test_what_one_vantage_confirmed_no_other_ones_runs_cure(steps: list[tuple[str, Sight, int]]) -> None:
    """By a model that knows of each vantage its own runs alone."""
    condition, at = Condition(), START
    bad: dict[str, list[datetime]] = {"a": [], "b": []}
    confirmed: set[str] = set()
    for vantage, sight, minutes in steps:
        at += minutes * MINUTE
        condition = fold(condition, seen(at, sight, vantage=vantage), rhythm=RESIDENT)
        for name, times in bad.items():
            if times and at - times[-1] >= 30 * DAY:
                # Whoever comes back after so long begins anew.
                bad[name] = []
                confirmed.discard(name)
        if sight is Sight.BAD:
            bad[vantage].append(at)
            if len(bad[vantage]) >= 3 and at - bad[vantage][0] >= HOUR:
                confirmed.add(vantage)
        elif sight is Sight.GOOD:
            bad[vantage] = []
            confirmed.discard(vantage)
        for name in confirmed:
            assert condition.confirmed, f"{name} saw it fail, and nobody else can have cured it"
            assert condition.confirmed_at is not None


def test_who_saw_a_failure_cures_it_and_who_never_comes_back_is_waited_for_as_long_as_evidence_lasts() -> (
    None
):
    condition, at = Condition(), START
    for _ in range(3):
        at += HOUR
        condition = fold(condition, seen(at, Sight.BAD, vantage="a"), rhythm=RESIDENT)
    failed = at
    while at < failed + 29 * DAY:
        at += 6 * HOUR
        condition = fold(condition, seen(at, Sight.GOOD, vantage="b"), rhythm=RESIDENT)
        assert condition.confirmed
        assert condition.evidence == at
    again = condition
    for number in range(3):
        again = fold(again, seen(at + (number + 1) * HOUR, Sight.GOOD, vantage="a"), rhythm=RESIDENT)
        assert again.state is (State.WELL if number == 2 else State.RECOVERING)
    for _ in range(8):
        at += 6 * HOUR
        condition = fold(condition, seen(at, Sight.GOOD, vantage="b"), rhythm=RESIDENT)
    assert condition.state is State.WELL


def test_a_single_bad_run_of_a_passer_by_keeps_nobody_from_curing_what_they_confirmed() -> None:
    condition = Condition()
    for number in range(3):
        at = START + number * HOUR
        condition = fold(condition, seen(at, Sight.BAD, vantage="a"), rhythm=RESIDENT)
    assert condition.confirmed
    condition = fold(condition, seen(START + 3 * HOUR, Sight.BAD, vantage="b"), rhythm=RESIDENT)
    for number in range(3):
        at = START + (6 + 6 * number) * HOUR
        condition = fold(condition, seen(at, Sight.GOOD, vantage="a"), rhythm=RESIDENT)
    assert condition.behind is State.WELL
