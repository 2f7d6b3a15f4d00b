"""Whatever comes in whatever order: what may never be so, by a model that is simpler than the program."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from certificates.lifecycle import IN_FORCE
from friendlywifi.records import certificates, due, journal, runs, watching
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.records.database import open_records
from friendlywifi.records.due import DueRow, State
from friendlywifi.records.runs import RunRow
from friendlywifi.serving.watch import Plan, look
from friendlywifi.surveillance.agenda import Agenda, agenda
from friendlywifi.surveillance.notices import NoticeKind
from friendlywifi.surveillance.slots import Slots
from tests.friendlywifi.surveillance import cast
from tests.friendlywifi.surveillance.cast import RESIDENT, START

HOTSPOTS = ("library-7", "library-8")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Surveillance(RuleBasedStateMachine):
    """Two libraries behind one resolver; two services; a clock that may jump."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.opening = open_records(Path(self.folder.name) / "records.db")
        self.records = self.opening.__enter__()
        self.plan = Plan()
        self.now = START
        self.serial = 0
        self.made: dict[str, list[RunRow]] = {name: [] for name in HOTSPOTS}
        self.held: list[RunRow] = []
        self.claims: list[tuple[DueRow, datetime]] = []
        self.fresh = False
        """The last thing that happened was a look, by a clock that is believed."""
        for name in HOTSPOTS:
            cast.add(self.records, cast.hotspot(name, resolvers=("198.51.100.7",)))
            cast.issue(self.records, name, START, evidence=START)

    def teardown(self) -> None:
        self.opening.__exit__(None, None, None)
        self.folder.cleanup()

    # ----------------------------------------------------------------------------------- what happens

    @rule(minutes=st.sampled_from((1, 10, 70, 360, 1440, 3 * 1440, 9 * 1440)))
    def time_goes_by(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        self.fresh = False

    @rule(
        name=st.sampled_from(HOTSPOTS),
        what=st.sampled_from(("good", "good", "ADU-01", "ADU-01", "ILL-01", "captive", "offline", "machine")),
        late=st.booleans(),
    )
    def a_run_is_made(self, name: str, what: str, late: bool) -> None:  # noqa: FBT001 - of hypothesis
        self.serial += 1
        more: dict[str, object] = {}
        if what in ("captive", "offline", "machine"):
            more["void"] = what
        elif what != "good":
            more |= {"failed": (what,), "causes": (cast.PUBLIC,)}
        made = cast.row(name, self.serial, self.now, **more)
        self.now += 2 * MINUTE
        self.fresh = False
        if late:
            self.held.append(made)
        else:
            self._comes_in(made)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def one_comes_in_late(self, data: st.DataObject) -> None:
        self._comes_in(self.held.pop(data.draw(st.integers(0, len(self.held) - 1))))
        self.fresh = False

    @rule()
    def somebody_looks(self) -> None:
        look(self.records, self.plan, now=self.now, believe_clock=True)
        self.fresh = True

    @rule(days=st.sampled_from((400, -400)))
    def a_clock_that_is_wrong_looks(self, days: int) -> None:
        wrong = self.now + timedelta(days=days)
        before = [row.status for row in certificates.every(self.records)]
        looked = look(self.records, self.plan, now=wrong)
        if watching.tick(self.records) is not None and not looked.clock_settled:
            assert [row.status for row in certificates.every(self.records)] == before
            assert looked.notices == ()
        else:
            # The very first look has nothing to compare with.
            look(self.records, self.plan, now=self.now)
        self.fresh = False

    @rule(name=st.sampled_from(HOTSPOTS), service=st.sampled_from(("one", "two")))
    def a_service_takes_what_is_due(self, name: str, service: str) -> None:
        slots = self._slots(name)

        def decide(handled: int) -> Agenda:
            return agenda(
                slots=slots, handled=handled, last_run=None, conditions=(), up=self.now, now=self.now
            )

        row, _ = due.take(
            self.records, slots=slots, enrolled=START, decide=decide, holder=service, now=self.now
        )
        if row is not None:
            assert not any(taken.key == row.key and taken.hotspot == name for taken, _ in self.claims)
            running = [at for taken, at in self.claims if taken.hotspot == name and self._is_claimed(taken)]
            assert len(running) == 1 or not running
            self.claims.append((row, self.now))

    @precondition(lambda self: self.claims)
    @rule()
    def a_service_ends_its_check(self) -> None:
        row, _ = self.claims[-1]
        due.done(self.records, row, state=State.MADE, bundle=f"sha256:{row.hotspot}{row.key}", why=None)

    @rule(name=st.sampled_from(HOTSPOTS))
    def a_person_reinstates_on_good_evidence(self, name: str) -> None:
        row = certificates.open_of(self.records, name)
        good = [item for item in self.made[name] if self._good(item)]
        if row is None or row.status in IN_FORCE or not good or good[-1].started <= row.changed:
            return
        if self.now - good[-1].started < 30 * DAY and self.made[name][-1] is good[-1]:
            done = cast.reinstate(
                self.records, row.number, self.now, made=good[-1].started, bundle=good[-1].bundle
            )
            assert isinstance(done, CertificateRow) or self.now > row.valid_until or self.now > row.changed
            self.fresh = False

    # ------------------------------------------------------------------------------- what is always so

    @invariant()
    def nothing_is_in_force_without_evidence(self) -> None:
        if not self.fresh:
            return
        for row in certificates.every(self.records, statuses=IN_FORCE):
            good = [item.started for item in self.made[row.hotspot] if self._good(item)]
            assert self.now - max([START, *good]) <= RESIDENT.silence

    @invariant()
    def nothing_is_in_force_over_illegal_content(self) -> None:
        if not self.fresh:
            return
        for row in certificates.every(self.records, statuses=IN_FORCE):
            valid = [item for item in self.made[row.hotspot] if item.void_reason is None]
            assert not valid or "ILL-01" not in valid[-1].failing()

    @invariant()
    def nothing_uncured_is_in_force_for_long(self) -> None:
        if not self.fresh:
            return
        for row in certificates.every(self.records, statuses=IN_FORCE):
            bad: list[datetime] = []
            for item in self.made[row.hotspot]:
                if item.void_reason is None:
                    bad = [*bad, item.started] if "ADU-01" in item.failing() else []
            confirmed = [at for number, at in enumerate(bad) if number >= 2 and at - bad[0] >= HOUR]
            assert not confirmed or self.now < confirmed[0] + RESIDENT.cured_within

    @invariant()
    def what_was_seen_gives_the_same_in_whatever_order_it_came(self) -> None:
        if not self.fresh:
            return
        for name in HOTSPOTS:
            good = [item.started for item in self.made[name] if self._good(item)]
            condition = watching.watch_of(self.records, name).conditions.get(cast.SSID)
            if self.made[name]:
                assert condition is not None
                assert condition.evidence == (good[-1] if good else None)

    @invariant()
    def no_notice_is_about_what_nobody_saw(self) -> None:
        for notice in watching.notices(self.records):
            if notice.kind is NoticeKind.FAILING:
                for name in notice.hotspots:
                    assert any(item.failing() for item in self.made[name])

    @invariant()
    def the_journal_holds(self) -> None:
        assert journal.verify(self.records) is None

    def _comes_in(self, made: RunRow) -> None:
        runs.record(self.records, made, now=self.now, actor="the tests")
        self.made[made.hotspot] = sorted([*self.made[made.hotspot], made], key=lambda item: item.started)

    @staticmethod
    def _good(item: RunRow) -> bool:
        return item.void_reason is None and not item.failing()

    @staticmethod
    def _slots(name: str) -> Slots:
        return Slots(hotspot=name, rhythm=RESIDENT, zone=ZoneInfo("Europe/Tirane"))

    def _is_claimed(self, row: DueRow) -> bool:
        rows = due.of(self.records, row.hotspot)
        return any(item.key == row.key and item.state is State.CLAIMED for item in rows)


TestSurveillance = Surveillance.TestCase
TestSurveillance.settings = settings(max_examples=12, stateful_step_count=25)
