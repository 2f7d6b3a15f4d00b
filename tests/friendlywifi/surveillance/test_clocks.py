"""A probe for years on a small machine: clocks that change, are set, and a power cut at any time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from certificates.lifecycle import IN_FORCE
from friendlywifi.checking.onsite import Measured
from friendlywifi.records import certificates, due, journal, runs
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.due import State
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.runs import RunRow
from friendlywifi.records.taking import Came, Taken
from friendlywifi.serving.service import Service, tick
from friendlywifi.serving.watch import Plan
from friendlywifi.surveillance.quiet import Hours, hours
from probes.records import decode, encode
from tests.friendlywifi.surveillance import cast
from tests.friendlywifi.surveillance.cast import RESIDENT
from tests.friendlywifi.surveillance.powercut import PowerCut
from tests.friendlywifi.surveillance.world import Clock, Quiet

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SETTLING = 20 * MINUTE
STARTS = (
    ("Europe/Tirane", "2028-02-28T20:00"),  # a leap day
    ("Europe/Tirane", "2027-03-27T22:00"),  # an hour that does not happen
    ("Europe/Tirane", "2026-10-24T22:00"),  # one that happens twice
    ("Australia/Lord_Howe", "2027-04-03T10:00"),  # half an hour that does
    ("Pacific/Apia", "2011-12-29T20:00"),  # a day that does not
    ("Europe/Tirane", "2026-12-31T20:00"),
)


class Years(RuleBasedStateMachine):
    """One probe, one service that looks every half hour, and whatever its clock and its power do."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()

    @initialize(where=st.sampled_from(STARTS), quiet=st.sampled_from((None, "22:00-05:30", "02:00-03:00")))
    def begins(self, where: tuple[str, str], quiet: str | None) -> None:
        zone, moment = where
        start = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        self.clock = Clock(start)
        self.quiet: Hours | None = None if quiet is None else hours(quiet, what="quiet_hours")
        self.file = Path(self.folder.name) / "records.db"
        self.serial = 0
        self.truly: dict[str, datetime] = {}
        """When each run was truly made, by its bundle."""
        self.good: datetime | None = start
        self.right_since = start
        """Since when the machine runs, by a clock that is right."""
        self.epoch = start
        """Since when nobody set the clock."""
        self.dies = False
        with open_records(self.file) as records:
            cast.add(records, cast.hotspot(enrolled=start, time_zone=zone), now=start)
            cast.issue(records, "library-7", start, evidence=start)
        self.service = Service(
            file=self.file,
            plan=Plan(quiet=self.quiet),
            clock=self.clock,
            own=("library-7",),
            measure=self.measure,
            keep=self.keep,
            log=Quiet(),
        )

    def teardown(self) -> None:
        self.folder.cleanup()

    async def measure(self, hotspot: Hotspot, numbered: Callable[[int], None]) -> Measured:
        self.serial += 1
        numbered(self.serial)
        if self.dies:
            self.dies = False
            raise PowerCut
        void = "clock" if self.clock.wrong else None
        made = cast.row(hotspot.id, self.serial, self.clock.now(), void=void)
        self.truly[made.bundle] = self.clock.true
        if void is None:
            self.good = self.clock.true
        return Measured(bundle=encode(made), serial=self.serial, void_reason=void)

    def keep(self, records: Records, data: bytes, *, now: datetime, actor: str, **_: Any) -> Taken:
        made = decode(data, RunRow)
        assert runs.record(records, made, now=now, actor=actor)
        return Taken(came=Came.NEW, bundle=made.bundle, hotspot=made.hotspot, row=made)

    def _tick(self) -> None:
        try:
            ticked = asyncio.run(tick(replace(self.service, holder=f"process {self.clock.true}")))
        except PowerCut:
            self.right_since = self.clock.true
            return
        assert ticked.faults == []

    # ----------------------------------------------------------------------------------- what happens

    @rule(half_hours=st.sampled_from((1, 6, 30, 60)))
    def time_goes_by(self, half_hours: int) -> None:
        for _ in range(half_hours):
            self.clock.true += 30 * MINUTE
            self._tick()
            self.a_probe_that_can_look_does()

    @rule(off=st.sampled_from((-DAY, DAY)), half_hours=st.sampled_from((4, 30)))
    def the_clock_is_a_day_off_for_a_while(self, off: timedelta, half_hours: int) -> None:
        self.the_clock_is_set_wrong(off)
        self.time_goes_by(half_hours)
        self.the_clock_is_put_right()

    @rule(length=st.sampled_from((HOUR, 9 * HOUR, 40 * HOUR, 35 * DAY)))
    def the_power_is_off(self, length: timedelta) -> None:
        self.clock.true += length
        self.right_since = self.clock.true

    @rule()
    def it_dies_in_the_middle_of_the_next_check(self) -> None:
        self.dies = True

    @rule(off=st.sampled_from((-400 * DAY, -DAY, -HOUR, HOUR, DAY, 30 * DAY)))
    def the_clock_is_set_wrong(self, off: timedelta) -> None:
        self.clock.off = off
        self.epoch = self.right_since = self.clock.true

    @rule()
    def the_clock_is_put_right(self) -> None:
        if self.clock.off:
            self.clock.off = timedelta(0)
            self.epoch = self.right_since = self.clock.true

    # ------------------------------------------------------------------------------- what is always so

    @invariant()
    def a_probe_that_can_look_does(self) -> None:
        """Whatever the clock showed before, two intervals by a clock that is right are enough."""
        if not hasattr(self, "clock") or self.clock.off:
            return
        longest = 2 * RESIDENT.every + (8 * HOUR if self.quiet else timedelta(0)) + SETTLING
        if self.clock.true - self.right_since < longest:
            return
        last = max(self.truly.values(), default=self.right_since)
        assert self.clock.true - last <= longest

    @invariant()
    def no_check_is_made_twice(self) -> None:
        if not hasattr(self, "clock"):
            return
        with open_records(self.file) as records:
            rows = due.of(records, "library-7")
            made = [item.bundle for item in rows if item.bundle is not None]
            assert len(made) == len(set(made))
            assert set(made) == set(self.truly)
            assert sum(item.state is State.CLAIMED for item in rows) <= 1
            moments = sorted(at for at in self.truly.values() if at > self.epoch)
            # Nothing fails here, so that every run is one of the plan.
            assert all(after - before >= RESIDENT.apart for before, after in pairwise(moments))
            assert journal.verify(records) is None

    @invariant()
    def nothing_is_in_force_without_evidence(self) -> None:
        if not hasattr(self, "clock") or self.clock.off:
            return
        if self.clock.true - self.right_since < HOUR:
            return
        with open_records(self.file) as records:
            for _ in certificates.every(records, statuses=IN_FORCE):
                assert self.good is not None
                assert self.clock.true - self.good <= RESIDENT.silence + HOUR


def test_whatever_the_clock_and_the_power_do() -> None:
    run_state_machine_as_test(Years, settings=settings(max_examples=6, stateful_step_count=12, deadline=None))


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_whatever_the_clock_and_the_power_do_at_length() -> None:
    run_state_machine_as_test(
        Years, settings=settings(max_examples=100, stateful_step_count=20, deadline=None)
    )


@pytest.mark.parametrize("off", (DAY, 30 * DAY, -DAY))
def test_a_clock_that_was_wrong_keeps_no_check_from_being_made_later(off: timedelta) -> None:
    """What a clock that was ahead wrote down for tomorrow does not stand for tomorrow's checks."""
    years = Years()
    try:
        years.begins(STARTS[-1], None)
        years.time_goes_by(120)
        before = years.serial
        years.the_clock_is_set_wrong(off)
        years.time_goes_by(60)
        assert years.serial >= before + 4
        years.the_clock_is_put_right()
        if off > 2 * DAY:
            years.time_goes_by(6)
            years.the_power_is_off(off - 3 * DAY)
        years.time_goes_by(200)
        years.no_check_is_made_twice()
    finally:
        years.teardown()


def test_a_machine_that_wakes_up_in_another_year_takes_nothing_for_written_ahead() -> None:
    years = Years()
    try:
        years.begins(STARTS[-1], None)
        years.time_goes_by(60)
        years.the_clock_is_set_wrong(-400 * DAY)
        years.clock.true += 5 * MINUTE
        years._tick()
        years.the_clock_is_put_right()
        years.time_goes_by(60)
        with open_records(years.file) as records:
            assert not [item for item in due.of(records, "library-7") if item.holder == due.ANOTHER_CLOCK]
    finally:
        years.teardown()
