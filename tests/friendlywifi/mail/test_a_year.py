"""A year of reminders, day and night: machines switched off, dead mail servers, dead senders, renewals.

No letter twice but where a sender died with a final one, none of a step lost while somebody was awake, and
nothing about a certificate that was renewed or withdrawn.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from certificates.records import Status
from certificates.reminding import LATE_CLOSES, LATE_OPENS, Step, expiring, steps
from certificates.transitions import EventKind, Why
from friendlywifi.mail.desk import Desk
from friendlywifi.mail.letters import Letter
from friendlywifi.mail.queueing import needless, queue_certificates
from friendlywifi.records import certificates, hotspots, journal, outbox
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.outbox import LEASE, Message, State
from probes.records import decode
from tests.friendlywifi.mail.cast import event, issue, library

ZONES = ("Europe/Tirane", "America/St_Johns", "Asia/Kathmandu", "Pacific/Auckland")
BEGIN = datetime(2026, 10, 1, tzinfo=UTC)


class World:
    """What the server took, and who is awake when."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.taken: Counter[int] = Counter()
        self.gaps: set[int] = set()
        """Messages with which a sender died while the server had them."""
        self.off_until = BEGIN
        self.dead_until = BEGIN
        self.awake: list[datetime] = []

    def sender(self, records: Records, now: datetime) -> None:
        """One round of a sender that may meet anything."""
        while (message := outbox.lease(records, worker=f"w{self.chance.random()}", now=now)) is not None:
            if needless(records, message, decode(message.record, Letter), now=now) is not None:
                outbox.suppressed(records, message, reply="needless", now=now)
                continue
            if now < self.dead_until:
                outbox.give_back(records, message, reply="connection refused", now=now)
                return
            lot = self.chance.random()
            if lot < 0.05:
                return  # killed before the handing over
            if lot < 0.15:
                outbox.put_off(records, message, reply="451 later", now=now)
                continue
            assert outbox.handing(records, message, now=now)
            self.taken[message.id] += 1
            if lot < 0.20:
                self.gaps.add(message.id)
                return  # killed after it
            outbox.sent(records, message, reply="250", now=now)


@pytest.mark.parametrize(
    ("places", "every_hours"),
    (
        pytest.param(3, 12, id="3 places"),
        pytest.param(200, 6, id="200 places", marks=pytest.mark.long),
    ),
)
@pytest.mark.timeout(900)
def test_a_year_with_everything_that_goes_wrong(tmp_path: Path, *, places: int, every_hours: int) -> None:
    world = World(seed=places)
    with open_records(tmp_path / "records.db") as records:
        records.connection.execute("PRAGMA synchronous = OFF")  # the disk's part is tested elsewhere
        _found(records, places, world.chance)
        now = BEGIN
        while now < BEGIN + timedelta(days=480):
            now += timedelta(hours=every_hours)
            _fate(records, world, now)
            if now < world.off_until:
                continue
            world.awake.append(now)
            certificates.by_the_clock(records, now=now)
            queue_certificates(records, Desk(), now=now)
            world.sender(records, now)
        for _ in range(60):
            now += LEASE + timedelta(hours=6)
            world.dead_until = BEGIN
            world.sender(records, now)
        messages = outbox.every(records, kind="reminder")
        assert messages
        _never_twice(messages, world)
        _never_about_what_is_over(records, messages, world)
        _none_lost(records, messages, world)
        assert journal.verify(records) is None


def _found(records: Records, places: int, chance: random.Random) -> None:
    with records.writing():
        for number in range(1, places + 1):
            contact = hotspots.Contact(name=f"Contact {number}", email=f"contact-{number}@example.al")
            zone = chance.choice(ZONES)
            place = library(number, contacts=(contact,), time_zone=zone)
            hotspots.add(records, place, now=BEGIN, actor="the tests")
            issue(records, place.id, BEGIN + timedelta(hours=number % 20), days=chance.choice((90, 182, 365)))


def _fate(records: Records, world: World, now: datetime) -> None:
    lot = world.chance.random
    if now >= world.off_until and lot() < 0.004:
        world.off_until = now + timedelta(hours=world.chance.choice((3, 30, 200)))
    if now >= world.dead_until and lot() < 0.004:
        world.dead_until = now + timedelta(hours=world.chance.choice((1, 12, 60)))
    if now.hour < 6 and lot() < 0.1:
        row = world.chance.choice(certificates.every(records))
        left = row.valid_until - now
        if row.open and row.issued < now and timedelta(0) < left < timedelta(days=70) and lot() < 0.5:
            issue(records, row.hotspot, now, days=365)
        elif row.open and row.issued < now and lot() < 0.02:
            gone = event(EventKind.WITHDRAW, Why.HOLDER_ASKED, now, words="The place is closed.")
            certificates.change(records, row.number, gone, now=now)


def _never_twice(messages: tuple[Message, ...], world: World) -> None:
    keys = Counter((item.subject, item.step, item.recipient) for item in messages)
    assert set(keys.values()) == {1}
    for item in messages:
        copies = world.taken[item.id]
        assert copies <= 1 or (item.final and item.id in world.gaps)
        if item.state is State.SENT:
            assert copies >= 1
        if item.state is State.UNKNOWN:
            assert not item.final
            assert item.id in world.gaps


def _never_about_what_is_over(records: Records, messages: tuple[Message, ...], world: World) -> None:
    for item in messages:
        row = certificates.get(records, item.subject)
        if (
            row.status in (Status.SUPERSEDED, Status.WITHDRAWN)
            and item.made > f"{row.changed:%Y-%m-%dT%H:%M:%SZ}"
        ):
            assert world.taken[item.id] == 0


def _none_lost(records: Records, messages: tuple[Message, ...], world: World) -> None:
    """Whoever was awake, by day, between a step and the next one, has put it in."""
    there = {(item.subject, item.step) for item in messages}
    for row in certificates.every(records):
        zone = hotspots.get(records, row.hotspot).time_zone
        planned = steps(expiring(row.certificate, hotspot=row.hotspot, status=row.status, zone=zone))
        over = row.changed if row.status in (Status.SUPERSEDED, Status.WITHDRAWN) else None
        for step, after in zip(planned, (*planned[1:], None), strict=True):
            until = after.moment if after is not None else step.moment + timedelta(days=5)
            if over is not None:
                until = min(until, over)
            if any(_would(step, moment, zone) for moment in world.awake if step.moment <= moment < until):
                assert (row.number, step.name) in there


def _would(step: Step, moment: datetime, zone: str) -> bool:
    return step.final or LATE_OPENS <= moment.astimezone(ZoneInfo(zone)).time() < LATE_CLOSES
