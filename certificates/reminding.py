"""When is a holder told that a certificate ends?

Pure: certificates and a time in, reminders out. Eight steps for a year's certificate, the same fractions of
a shorter one; on working days between nine and eleven of the place's own clock, each certificate at a minute
of its own. Whoever was switched off sends the newest step that is due, never all of them at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from certificates.records import Certificate, Status
from probes.records import Record, Time

YEAR_STEPS = (90, 60, 30, 14, 7, 1, 0)
"""Days before the end, for a certificate of a year or longer."""

YEAR = 365

AFTER = 7
"""Days after the end of the last step: the sign is still on the wall, and nobody renewed."""

GIVEN_UP = 30
"""Days after the end from which nothing is sent any more: whoever was switched off so long writes anew."""

FINAL = 1
"""Days before the end from which a step is final: better twice, or at night, than not at all."""

OPENS, CLOSES = time(9), time(11)
"""Local time of an office's first look at its mail; the minute in between is the certificate's own."""

LATE_OPENS, LATE_CLOSES = time(8), time(20)
"""When a step that was missed may still go out: any day, but not at night."""

_REMINDED = frozenset({Status.PROVISIONAL, Status.VALID, Status.SUSPENDED, Status.EXPIRED})
_IN_FORCE = frozenset({Status.PROVISIONAL, Status.VALID})


class Expiring(Record):
    """What reminding needs to know of a certificate."""

    number: str
    hotspot: str
    issued: Time
    valid_until: Time
    status: Status
    """What it is now, not at issue."""
    zone: str
    """The IANA time zone of the place."""
    test: bool = False
    """It says TEST, and takes no other one's place."""


class Step(Record):
    """One day on which a holder is told."""

    name: str
    """`before-90`, `end`, `after-7`: its half of the key in the outbox, the same for ever."""
    days: int
    """Before the end; 0 is the last day, negative is after it."""
    moment: Time
    """When it goes out, if whoever sends is awake."""

    @property
    def final(self) -> bool:
        """Whether a second copy is better than none."""
        return self.days <= FINAL


class Reminder(Record):
    """What is to be sent now about one certificate."""

    certificate: str
    step: Step
    days_left: int
    """From the day on which it is sent, as the place counts days: what its words say."""
    overtaken: tuple[str, ...] = ()
    """Earlier steps that were never sent and that this one makes needless."""


def expiring(certificate: Certificate, *, hotspot: str, status: Status, zone: str) -> Expiring:
    """What reminding needs of a certificate."""
    return Expiring(
        number=certificate.number,
        hotspot=hotspot,
        issued=certificate.issued,
        valid_until=certificate.valid_until,
        status=status,
        zone=zone,
        test=certificate.test,
    )


def last_day(certificate: Expiring) -> date:
    """The day that its face prints: that of UTC."""
    return certificate.valid_until.astimezone(UTC).date()


def days_before(lifetime_days: int) -> tuple[int, ...]:
    """The steps before the end of a certificate of so many days, the earliest first, each once.

    Shorter than a year: the same fractions of the lifetime, to the nearest day, at least one; where two fall
    on one day the later step stays.
    """
    share = min(Fraction(1), Fraction(lifetime_days, YEAR))
    scaled = {max(1, round(days * share)) if days else 0 for days in YEAR_STEPS}
    return tuple(sorted(scaled, reverse=True))


def steps(certificate: Expiring) -> tuple[Step, ...]:
    """Every step of a certificate, in order; none before it was issued, no two on one day.

    One that falls on a Saturday or Sunday is moved to the Friday before it (the last of all: to the Monday
    after it), so that nobody has fewer days than promised. Holidays are not known here.
    """
    end = last_day(certificate)
    lifetime = (end - certificate.issued.astimezone(UTC).date()).days
    by_day: dict[date, Step] = {}
    for days in (*days_before(lifetime), -AFTER):
        step = _step(certificate, days, _working_day(end - timedelta(days=days), later=days < 0))
        if step.moment > certificate.issued:
            # The later of two on one day stays: it is the more urgent one.
            by_day[_local(certificate, step.moment).date()] = step
    return tuple(sorted(by_day.values(), key=lambda step: step.moment))


def due(
    certificates: Iterable[Expiring], sent: Collection[tuple[str, str]], now: datetime
) -> tuple[Reminder, ...]:
    """What is to be sent now, at most one a certificate, ordered by moment and number.

    `sent`: the (number, step) that are done with: sent, refused, or overtaken. A certificate that was
    withdrawn or superseded, or beside which the place holds a later one in force, has no reminders.
    """
    certificates = tuple(certificates)
    later = _Renewals(certificates)
    found = [
        reminder
        for item in certificates
        if _silent(item, renewed_until=later.until(item), now=now) is None
        and (reminder := _due(item, sent, now)) is not None
    ]
    return tuple(sorted(found, key=lambda item: (item.step.moment, item.certificate)))


def needless(number: str, step: str, certificates: Iterable[Expiring], now: datetime) -> str | None:
    """Why a reminder that waits is not sent any more, asked right before it is; `None`: it must be sent.

    `certificates`: all of the place, as they stand now.
    """
    certificates = tuple(certificates)
    later = _Renewals(certificates)
    for item in certificates:
        if item.number == number:
            silent = _silent(item, renewed_until=later.until(item), now=now)
            if silent is not None:
                return silent
            come = [one.name for one in steps(item) if one.moment <= now]
            return f"overtaken by {come[-1]}" if come and come[-1] != step else None
    return "the certificate is not in the records"


def rests_until(number: str, step: str, certificates: Iterable[Expiring], now: datetime) -> datetime | None:
    """Until when a reminder that waits rests, where it is night by now; `None`: it may go."""
    item = next((one for one in certificates if one.number == number), None)
    found = None if item is None else next((one for one in steps(item) if one.name == step), None)
    if item is None or found is None or _open(item, found, now):
        return None
    local = _local(item, now)
    day = local.date() + timedelta(days=1 if local.time() >= LATE_CLOSES else 0)
    return datetime.combine(day, LATE_OPENS, tzinfo=ZoneInfo(item.zone)).astimezone(UTC)


def _silent(certificate: Expiring, *, renewed_until: datetime | None, now: datetime) -> str | None:
    """Why there is nothing to remind of.

    `renewed_until`: the latest end of the certificates of the place that count, this one among them.
    """
    if certificate.status not in _REMINDED:
        return f"the certificate is {certificate.status.value} by now"
    if renewed_until is not None and renewed_until > certificate.valid_until:
        return "the place has a later certificate by now"
    if now >= certificate.valid_until + timedelta(days=GIVEN_UP):
        return "the certificate ended long ago"
    return None


class _Renewals:
    """The latest ends of the certificates of each place."""

    def __init__(self, certificates: tuple[Expiring, ...]) -> None:
        self.in_force: dict[tuple[str, bool], datetime] = {}
        self.any: dict[tuple[str, bool], datetime] = {}
        for item in certificates:
            place = item.hotspot, item.test
            self.any[place] = max(item.valid_until, self.any.get(place, item.valid_until))
            if item.status in _IN_FORCE:
                self.in_force[place] = max(item.valid_until, self.in_force.get(place, item.valid_until))

    def until(self, certificate: Expiring) -> datetime | None:
        """Until when the place has another one. One that is suspended has letters of its own: of the one that
        ended before it nobody is told that there is no new one.
        """
        known = self.any if certificate.status is Status.EXPIRED else self.in_force
        return known.get((certificate.hotspot, certificate.test))


def _due(certificate: Expiring, sent: Collection[tuple[str, str]], now: datetime) -> Reminder | None:
    come = [step for step in steps(certificate) if step.moment <= now]
    if not come or (certificate.number, come[-1].name) in sent:
        return None
    newest = come[-1]
    if not _open(certificate, newest, now):
        return None
    return Reminder(
        certificate=certificate.number,
        step=newest,
        days_left=(last_day(certificate) - _local(certificate, now).date()).days,
        overtaken=tuple(step.name for step in come[:-1] if (certificate.number, step.name) not in sent),
    )


def _open(certificate: Expiring, step: Step, now: datetime) -> bool:
    """Whether this may go out at this hour: in its own window, late but by day, or at any hour if final."""
    local = _local(certificate, now)
    if step.final:
        return True
    if local.date() == _local(certificate, step.moment).date() and local.time() < CLOSES:
        return True
    return LATE_OPENS <= local.time() < LATE_CLOSES


def _step(certificate: Expiring, days: int, day: date) -> Step:
    name = f"before-{days}" if days > 0 else "end" if days == 0 else f"after-{-days}"
    return Step(name=name, days=days, moment=_moment(certificate, name, day))


def _moment(certificate: Expiring, name: str, day: date) -> datetime:
    """A minute between nine and eleven that is this step's own, so that a server is not asked all at once.

    Wall-clock time of the place: an hour more or less in spring and autumn moves the UTC time, not the hour
    at which the mail is read.
    """
    window = (datetime.combine(day, CLOSES) - datetime.combine(day, OPENS)) // timedelta(minutes=1)
    lot = int.from_bytes(hashlib.sha256(f"{certificate.number}\n{name}".encode()).digest()[:8], "big")
    opens = datetime.combine(day, OPENS) + timedelta(minutes=lot % window)
    return opens.replace(tzinfo=ZoneInfo(certificate.zone)).astimezone(UTC)


def _working_day(day: date, *, later: bool) -> date:
    while day.weekday() >= 5:
        day += timedelta(days=1 if later else -1)
    return day


def _local(certificate: Expiring, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(certificate.zone))
