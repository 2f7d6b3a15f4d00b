from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from certificates.lifecycle import (
    FINAL,
    IN_FORCE,
    OPEN,
    Event,
    Proof,
    Refused,
    Standing,
    clock_event,
    step,
    suspension_ends,
)
from certificates.records import Status
from certificates.transitions import TRANSITIONS, EventKind, Needs, Role, Transition, Why

ISSUED = datetime(2026, 11, 22, 10, tzinfo=UTC)
UNTIL = ISSUED + timedelta(days=365)
RUN = "sha256:" + "1" * 64


def standing(status: Status, **changed: Any) -> Standing:
    given: dict[str, Any] = {
        "status": status,
        "issued_as": Status.VALID,
        "since": ISSUED,
        "until": UNTIL,
        "suspension_days": 183,
        "evidence_days": 30,
    }
    return Standing(**{**given, **changed})


def event(kind: EventKind, why: Why, **changed: Any) -> Event:
    """An event that lacks nothing that any reason asks for."""
    at = changed.get("at", ISSUED + timedelta(days=3))
    given: dict[str, Any] = {
        "kind": kind,
        "at": at,
        "by": "Arben Çela",
        "role": Role.DECIDER,
        "why": why,
        "words": "What happened is told here.",
        "evidence": (Proof(digest=RUN, made=at - timedelta(hours=1), good=kind is not EventKind.SUSPEND),),
        "decided": RUN,
        "successor": "FW-2026-000002",
    }
    return Event(**{**given, **changed})


def fitting(kind: EventKind, why: Why, who: tuple[Role, ...], start: Standing | None) -> Event:
    """The event of a row of the table, at a time when it may happen."""
    at = ISSUED + timedelta(days=3)
    if kind is EventKind.EXPIRE:
        at = UNTIL + timedelta(seconds=1)
    elif why is Why.SUSPENDED_TOO_LONG and start is not None:
        at = suspension_ends(start) or at
    return event(kind, why, at=at, role=who[0])


def before(row: Transition) -> Standing | None:
    """A certificate to which this row of the table applies."""
    if row.start is None:
        return None
    # Whoever expires while suspended was not suspended for too long before.
    since = UNTIL - timedelta(days=10) if row.event is EventKind.EXPIRE else ISSUED
    end = row.end if row.event is EventKind.REINSTATE else Status.VALID
    return standing(row.start, issued_as=end, since=since)


ALL = [(row, reason) for row in TRANSITIONS for reason in row.reasons]


@pytest.mark.parametrize(("row", "reason"), ALL)
def test_each_row_of_the_table_leads_where_it_says(row: Any, reason: Any) -> None:
    start = before(row)
    happened = fitting(row.event, reason.why, reason.who, start)
    assert step(start, happened, issued_as=row.end if start is None else None) is row.end


@pytest.mark.parametrize("start", list(Status))
def test_what_is_not_in_the_table_is_refused_in_a_sentence(start: Status) -> None:
    listed = {(row.event, reason.why) for row, reason in ALL if row.start is start}
    for kind, why in set(itertools.product(EventKind, Why)) - listed:
        found = step(standing(start), fitting(kind, why, tuple(Role), standing(start)))
        assert isinstance(found, Refused)
        assert found.sentence.endswith(".")


@pytest.mark.parametrize(("row", "reason"), ALL)
def test_nobody_causes_what_the_table_does_not_let_them_cause(row: Any, reason: Any) -> None:
    start = (
        None
        if row.start is None
        else standing(row.start, issued_as=row.end if row.end in IN_FORCE else Status.VALID)
    )
    happened = fitting(row.event, reason.why, reason.who, start)
    for role in set(Role) - set(reason.who):
        found = step(start, msgspec.structs.replace(happened, role=role), issued_as=row.end)
        assert isinstance(found, Refused)
        assert found.sentence.startswith("Only ")


@pytest.mark.parametrize(
    ("row", "reason"), [(row, reason) for row, reason in ALL if reason.needs is not Needs.CLOCK]
)
def test_a_step_without_what_its_reason_asks_for_is_refused(row: Any, reason: Any) -> None:
    start = (
        None
        if row.start is None
        else standing(row.start, issued_as=row.end if row.end in IN_FORCE else Status.VALID)
    )
    bare = msgspec.structs.replace(
        fitting(row.event, reason.why, reason.who, start),
        words=None,
        evidence=(),
        decided=None,
        successor=None,
    )
    assert isinstance(step(start, bare, issued_as=row.end), Refused)


def test_a_reinstatement_gives_back_what_was_issued_and_never_more() -> None:
    happened = event(EventKind.REINSTATE, Why.CURED)
    assert step(standing(Status.SUSPENDED, issued_as=Status.PROVISIONAL), happened) is Status.PROVISIONAL
    assert step(standing(Status.SUSPENDED), happened) is Status.VALID


@pytest.mark.parametrize(
    "made",
    (ISSUED - timedelta(days=1), ISSUED, ISSUED + timedelta(days=4)),
    ids=("before the suspension", "at its first second", "after the event"),
)
def test_a_run_of_another_time_reinstates_nothing(made: datetime) -> None:
    proof = Proof(digest=RUN, made=made, good=True)
    found = step(standing(Status.SUSPENDED), event(EventKind.REINSTATE, Why.CURED, evidence=(proof,)))
    assert isinstance(found, Refused)


def test_a_run_older_than_the_standard_allows_reinstates_nothing() -> None:
    at = ISSUED + timedelta(days=40)
    old = Proof(digest=RUN, made=ISSUED + timedelta(days=2), good=True)
    found = step(standing(Status.SUSPENDED), event(EventKind.REINSTATE, Why.CURED, at=at, evidence=(old,)))
    assert isinstance(found, Refused)
    assert "fresh" in found.sentence


@pytest.mark.parametrize("good", (False, None))
def test_one_run_that_failed_or_could_not_tell_among_the_good_ones_reinstates_nothing(
    good: bool | None,  # noqa: FBT001 - a case
) -> None:
    at = ISSUED + timedelta(days=3)
    proofs = tuple(Proof(digest=RUN, made=at, good=one) for one in (True, good))
    assert isinstance(
        step(standing(Status.SUSPENDED), event(EventKind.REINSTATE, Why.CURED, evidence=proofs)), Refused
    )


def test_a_suspension_that_lasts_too_long_is_a_withdrawal_dated_when_it_fell_due() -> None:
    suspended = standing(Status.SUSPENDED)
    assert clock_event(suspended, ISSUED + timedelta(days=183), by="clock") is None
    due = clock_event(suspended, ISSUED + timedelta(days=200), by="clock")
    assert due is not None
    assert (due.kind, due.at) == (EventKind.WITHDRAW, ISSUED + timedelta(days=183))
    assert step(suspended, due) is Status.WITHDRAWN


def test_a_suspension_near_the_end_ends_with_the_certificate() -> None:
    suspended = standing(Status.SUSPENDED, since=UNTIL - timedelta(days=10))
    due = clock_event(suspended, UNTIL + timedelta(days=300), by="clock")
    assert due is not None
    assert due.kind is EventKind.EXPIRE
    assert step(suspended, due) is Status.EXPIRED


def test_the_last_printed_second_still_counts() -> None:
    assert clock_event(standing(Status.VALID), UNTIL, by="clock") is None
    assert clock_event(standing(Status.VALID), UNTIL + timedelta(seconds=1), by="clock") is not None


def test_nobody_expires_a_certificate_early_or_withdraws_it_for_a_suspension_that_just_began() -> None:
    early = event(EventKind.EXPIRE, Why.TERM_ENDED, at=UNTIL, role=Role.PROGRAM)
    assert isinstance(step(standing(Status.VALID), early), Refused)
    short = event(EventKind.WITHDRAW, Why.SUSPENDED_TOO_LONG, role=Role.PROGRAM)
    assert isinstance(step(standing(Status.SUSPENDED), short), Refused)


def test_after_its_end_nothing_but_the_end_happens_to_a_certificate() -> None:
    late = UNTIL + timedelta(days=1)
    for row, reason in ALL:
        if row.start is None or row.event is EventKind.EXPIRE:
            continue
        start = standing(row.start, since=UNTIL - timedelta(days=1))
        assert isinstance(step(start, event(row.event, reason.why, at=late, role=reason.who[0])), Refused)


@given(st.sampled_from(TRANSITIONS), st.timedeltas(timedelta(days=-900), timedelta(seconds=-1)))
def test_no_event_is_dated_before_the_status_that_it_changes(row: Transition, earlier: timedelta) -> None:
    if row.start is None:
        return
    for reason in row.reasons:
        happened = event(row.event, reason.why, at=ISSUED + earlier, role=reason.who[0])
        assert isinstance(step(standing(row.start), happened), Refused)


def test_a_suspension_that_lasted_too_long_ends_in_withdrawal_and_not_in_the_end_of_the_term() -> None:
    suspended = standing(Status.SUSPENDED, issued_as=Status.PROVISIONAL)
    ended = event(EventKind.EXPIRE, Why.TERM_ENDED, at=UNTIL + timedelta(days=1), role=Role.PROGRAM)
    found = step(suspended, ended)
    assert isinstance(found, Refused)
    assert "withdrawn" in found.sentence


class Life(RuleBasedStateMachine):
    """Anybody tries anything at any time, and the machine that looks at the clock is sometimes off."""

    def __init__(self) -> None:
        super().__init__()
        self.now = ISSUED
        self.past: list[tuple[datetime, Status]] = []

    @initialize(issued_as=st.sampled_from((Status.VALID, Status.PROVISIONAL)))
    def issue(self, issued_as: Status) -> None:
        self.life = standing(issued_as, issued_as=issued_as)
        self.past = [(ISSUED, issued_as)]

    @rule(days=st.integers(0, 60), seconds=st.integers(0, 3))
    def wait(self, days: int, seconds: int) -> None:
        self.now += timedelta(days=days, seconds=seconds)

    @rule()
    def look_at_the_clock(self) -> None:
        due = clock_event(self.life, self.now, by="clock")
        if due is not None:
            assert self._try(due) is not None, "what the clock demands is never refused"
            assert clock_event(self.life, self.now, by="clock") is None

    @rule(
        row=st.sampled_from(TRANSITIONS),
        pick=st.integers(0, 20),
        role=st.sampled_from(Role),
        age=st.integers(-2, 400),
        good=st.sampled_from((True, False, None)),
        bare=st.booleans(),
    )
    def something_happens(
        self, *, row: Transition, pick: int, role: Role, age: int, good: bool | None, bare: bool
    ) -> None:
        happened = event(
            row.event,
            row.reasons[pick % len(row.reasons)].why,
            at=self.now,
            role=role,
            evidence=(Proof(digest=RUN, made=self.now - timedelta(days=age), good=good),),
            **({"words": None, "successor": None} if bare else {}),
        )
        was = self.life
        became = self._try(happened)
        if became is None:
            return
        assert was.status not in FINAL
        if happened.kind is EventKind.REINSTATE:
            assert role is Role.DECIDER
            assert good is True
            assert was.since < happened.evidence[0].made <= self.now
            assert became is was.issued_as
        if role is Role.PROGRAM:
            assert became not in IN_FORCE

    def _try(self, happened: Event) -> Status | None:
        found = step(self.life, happened)
        if isinstance(found, Refused):
            return None
        self.life = msgspec.structs.replace(self.life, status=found, since=happened.at)
        self.past.append((happened.at, found))
        return found

    @invariant()
    def time_goes_one_way_and_the_end_is_the_end(self) -> None:
        assert [at for at, _ in self.past] == sorted(at for at, _ in self.past)
        assert sum(status in FINAL for _, status in self.past) <= 1
        assert all(status in OPEN for _, status in self.past[:-1])

    @invariant()
    def nothing_is_in_force_after_its_end_or_beyond_its_suspension(self) -> None:
        for (at, status), (after, became) in zip(self.past, self.past[1:], strict=False):
            if became in IN_FORCE:
                assert after <= UNTIL
            if status is Status.SUSPENDED:
                assert after - at <= timedelta(days=183)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=30)
