"""Which letters ought to have come, and which never: from what was true, by other code than the program's.

Read are the letters that the mail server has. What was due is worked out from the world's own log of runs,
from when certificates were issued and changed, and from the rules as the default standard and the design word
them: 90, 60, 30, 14, 7 and 1 days before, the day itself and a week after, scaled for shorter lives, on
working days, between nine and eleven of the place's own clock.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from certificates.transitions import EventKind
from friendlywifi.mail.envelope import message_id
from friendlywifi.mail.letters import Kind
from friendlywifi.records import certificates
from friendlywifi.records.certificates import CertificateRow, StatusEvent
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Hotspot, Mode, Role
from friendlywifi.surveillance.notices import NoticeKind
from friendlywifi.surveillance.rhythm import NAMED_FOR
from tests.friendlywifi.surveillance import cast
from tests.friendlywifi.surveillance.postoffice import Read
from tests.friendlywifi.surveillance.truth import episodes, restless_since, valid
from tests.friendlywifi.surveillance.world import DAY, HOUR, Trouble, World

CHANCES = 3
"""Rounds of the post within which a letter must be there: one may be greylisted, and one be cut short."""

_CHANGES = {
    EventKind.ISSUE: (Kind.ISSUED, (Role.OPERATOR,)),
    EventKind.SUSPEND: (Kind.SUSPENDED, (Role.OPERATOR, Role.PROVIDER)),
    EventKind.REINSTATE: (Kind.REINSTATED, (Role.OPERATOR, Role.PROVIDER)),
    EventKind.WITHDRAW: (Kind.WITHDRAWN, (Role.OPERATOR,)),
}
_FAULTS = frozenset({Kind(item.value) for item in NoticeKind})
_AT_LEAST_ONCE = frozenset({Kind.SUSPENDED, Kind.WITHDRAWN, Kind.FAILING})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One day on which a holder is told, as the rules say it."""

    name: str
    days: int
    opens: datetime
    """Nine o'clock of the place."""
    latest: datetime
    """Eleven."""


def steps(issued: datetime, until: datetime, zone: ZoneInfo) -> list[Step]:
    """The steps of a certificate, in order."""
    end = until.astimezone(UTC).date()
    share = min(Fraction(1), Fraction((end - issued.astimezone(UTC).date()).days, 365))
    wanted = {max(1, round(days * share)) for days in (90, 60, 30, 14, 7, 1)} | {0, -7}
    by_day: dict[date, Step] = {}
    for days in sorted(wanted, reverse=True):
        day = end - timedelta(days=days)
        while day.isoweekday() > 5:
            day += timedelta(days=1 if days < 0 else -1)
        name = f"before-{days}" if days > 0 else "end" if days == 0 else f"after-{-days}"
        by_day[day] = Step(
            name=name,
            days=days,
            opens=datetime.combine(day, time(9), tzinfo=zone).astimezone(UTC),
            latest=datetime.combine(day, time(11), tzinfo=zone).astimezone(UTC),
        )
    return sorted((item for item in by_day.values() if item.opens > issued), key=lambda item: item.opens)


def _last_step(letter: Read) -> int:
    """How many days before its end the last step goes out: a day, and the Friday where that is a weekend."""
    assert letter.left is not None
    end = letter.at.date() + letter.left * DAY
    day = end - DAY
    while day.isoweekday() > 5:
        day -= DAY
    return (end - day).days


class Letters:
    """Everything that the mail server has; what was looked at is ticked off."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.found = Counter[str]()
        self.by_identifier: dict[str, list[Read]] = defaultdict(list)
        self.of_hotspot: dict[tuple[str, str], list[Read]] = defaultdict(list)
        """By reader and the place that it names, itself or on its sheet or in a digest."""
        for item in world.letters:
            self.by_identifier[item.identifier].append(item)
            for place in {*item.places, *item.beside, *(name for name, _ in item.lines)}:
                self.of_hotspot[item.to, place].append(item)
        self.rounds = sorted(world.rounds)

    def judge(self, records: Records) -> Counter[str]:
        """How many of each there are; where one is missing, too many or about nothing, it fails."""
        expected: set[str] = set()
        for row in certificates.every(records):
            expected |= set(self._reminders(records, row))
            expected |= set(self._changes(records, row))
        for item in self.world.letters:
            kind = item.kind
            self.found[kind.value] += 1
            if kind in (Kind.REMINDER, *(kind for kind, _ in _CHANGES.values())):
                assert item.identifier in expected, f"nothing asked for {item}"
        self._copies()
        self._failures()
        self._recoveries()
        self._blind()
        self._lapses(records)
        return self.found

    def chances(self, since: datetime, until: datetime) -> list[datetime]:
        return [item for item in self.rounds if since <= item < until]

    def _copies(self) -> None:
        """One each; another only of what is better twice than never, and where the first was in doubt."""
        for identifier, copies in self.by_identifier.items():
            again = len(copies) - 1
            if again == 0:
                continue
            first = copies[0]
            final = first.kind in _AT_LEAST_ONCE or (
                first.kind is Kind.REMINDER and (first.left is None or first.left <= _last_step(first))
            )
            lost = self.world.hung_up[identifier] + self.world.in_hand[identifier]
            assert final, f"{again + 1} copies of {first}"
            assert again <= lost, f"{again + 1} copies of {first}, of which {lost} were in doubt"
            self.found["second copies, of letters that are better twice than never"] += again

    # ----------------------------------------------------------------------------------- certificates

    def _reminders(self, records: Records, row: CertificateRow) -> Iterator[str]:
        hotspot = self.world.by_id[row.hotspot]
        zone = ZoneInfo(hotspot.time_zone)
        events = certificates.history(records, row.number)
        others = certificates.of_hotspot(records, row.hotspot)
        # From then on there is nothing to remind of.
        silent = min(
            [item.at for item in events if item.event.kind in (EventKind.SUPERSEDE, EventKind.WITHDRAW)]
            + [item.issued for item in others if item.valid_until > row.valid_until],
            default=datetime.max.replace(tzinfo=UTC),
        )
        ordered = steps(row.issued, row.valid_until, zone)
        ends = [item.opens for item in ordered[1:]] + [row.valid_until + timedelta(days=30)]
        for step, end in zip(ordered, ends, strict=True):
            final = step.days <= 1
            chances = [
                item
                for item in self.chances(step.latest, min(end, silent))
                if final or 8 <= item.astimezone(zone).hour < 20
            ]
            for reader in _readers(hotspot, (Role.OPERATOR,)):
                identifier = message_id(
                    kind="reminder", subject=row.number, step=step.name, recipient=reader, domain=DOMAIN
                )
                yield identifier
                came = self.by_identifier.get(identifier, [])
                assert came or len(chances) < CHANCES, f"{row.number}, {step}: never came to {reader}"
                come = step.latest < self.world.clock.true
                self.found["reminders that were needless, or for which nobody was awake"] += come and not came
                for item in came:
                    assert item.number == row.number
                    # Two hours: the next step's own moment is somewhere between nine and eleven.
                    assert step.opens <= item.at < end + 2 * HOUR, (row.number, step, item)
                    assert item.at - DAY <= silent, f"{item} is about what was over {silent}"
                    left = (row.valid_until.astimezone(UTC).date() - item.at.astimezone(zone).date()).days
                    assert item.left == (left if left > 0 else None), item
                    assert final or 8 <= item.at.astimezone(zone).hour < 20, f"by night: {item}"

    def _changes(self, records: Records, row: CertificateRow) -> Iterator[str]:
        events = certificates.history(records, row.number)
        for number, event in enumerate(events):
            if event.event.kind not in _CHANGES:
                continue
            kind, roles = _CHANGES[event.event.kind]
            over = events[number + 1].at if number + 1 < len(events) else self.world.clock.true
            if kind is Kind.WITHDRAWN:
                over = self.world.clock.true
            chances = self.chances(event.at + self.world.step, over)
            for reader in _readers(self.world.by_id[row.hotspot], roles):
                identifier = message_id(
                    kind=kind.value,
                    subject=row.number,
                    step=_moment(event),
                    recipient=reader,
                    domain=DOMAIN,
                )
                yield identifier
                came = self.by_identifier.get(identifier, [])
                assert came or len(chances) < CHANCES, f"{row.number}: {event} was never told to {reader}"
                self.found["changes that were over before a round of the post"] += not came
                for item in came:
                    assert (item.kind, item.number) == (kind, row.number)
                    assert item.at >= event.at

    # ---------------------------------------------------------------------------------------- filters

    def _failures(self) -> None:
        """Of every failure that lasted everybody was told, and nobody of one that nobody saw."""
        end = self.world.clock.true
        for name, log in self.world.log.items():
            hotspot = self.world.by_id[name]
            for first, confirmed, cured in episodes(log):
                ended = cured or end
                if end - confirmed < 9 * DAY or len(self.chances(confirmed + 8 * HOUR, ended)) < CHANCES:
                    continue
                since = restless_since(log, first) - NAMED_FOR
                for reader in _readers(hotspot, (Role.OPERATOR, Role.PROVIDER)):
                    told = self._told(reader, name, Kind.FAILING, since, ended + 9 * DAY)
                    assert told, f"{reader} never read that {name} fails: {first}, {confirmed}, {cured}"
                    alone = all(item.kind is Kind.DIGEST for item in told)
                    assert not alone or self._crowded(reader, confirmed), (
                        f"{reader} read in the week's digest alone that {name} fails: {confirmed}, {cured}"
                    )
                    self.found["failures that somebody read of"] += 1
        for item in self.world.letters:
            if item.kind is Kind.FAILING:
                for place in item.places:
                    seen = [run for run in valid(self.world.log[place]) if run.started <= item.at]
                    assert any(run.failing() for run in seen), f"nobody saw it fail: {place}, {item}"

    def _recoveries(self) -> None:
        for item in self.world.letters:
            if item.kind is Kind.RECOVERED:
                for place in item.places:
                    seen = [run for run in valid(self.world.log[place]) if run.started <= item.at]
                    # One more may have been made between the look and the letter.
                    assert any(not run.failing() for run in seen[-2:]), f"{place} fails: {item}"

    def _blind(self) -> None:
        """A login page, a dead line or a silent probe of days is told, and told to be that."""
        kinds = {
            Trouble.PORTAL: (Kind.PORTAL_LOCKED, (Role.OPERATOR,), DAY),
            Trouble.OFFLINE: (Kind.UPLINK_DEAD, (Role.OPERATOR, Role.PROVIDER), DAY),
            Trouble.POWER: (Kind.PROBE_SILENT, (Role.OPERATOR,), cast.RESIDENT.silent_after),
        }
        for spell in self.world.spells:
            if spell.trouble not in kinds:
                continue
            kind, roles, after = kinds[spell.trouble]
            since, until = spell.first + after + 12 * HOUR, min(spell.last, self.world.clock.true - 9 * DAY)
            for name in spell.hotspots:
                hotspot = self.world.by_id[name]
                disturbed = any(
                    item is not spell and item.first < spell.last + DAY and spell.first - 2 * DAY < item.last
                    for item in self.world.spells_of[name]
                ) or any(a < spell.last and spell.first < b for a, b in self.world.outages)
                if hotspot.mode is Mode.ROUNDS or disturbed or len(self.chances(since, until)) < CHANCES:
                    continue
                for reader in _readers(hotspot, roles):
                    told = self._told(reader, name, kind, spell.first, spell.last + 9 * DAY)
                    assert told, f"{reader} never read of {kind}: {name}, {spell}"
                    self.found["troubles before the filter that somebody read of"] += 1

    def _lapses(self, records: Records) -> None:
        """Nobody learns of a suspension for want of evidence before being told that it ends."""
        for row in certificates.every(records):
            for event in certificates.history(records, row.number):
                if event.event.kind is EventKind.SUSPEND and event.event.why.value == "no_evidence":
                    week = event.at - 6 * DAY
                    if row.issued > week or len(self.chances(week, event.at)) < CHANCES:
                        continue
                    for reader in _readers(self.world.by_id[row.hotspot], (Role.OPERATOR,)):
                        # In the digest of the Monday after at the latest.
                        told = self._told(
                            reader, row.hotspot, Kind.LAPSING, week - 2 * DAY, event.at + 8 * DAY
                        )
                        late = self.world.clock.true - event.at < 8 * DAY
                        assert told or late, f"{reader} did not know that {row.number} would be suspended"
                        self.found["suspensions for want of evidence that were foretold"] += 1

    def _crowded(self, reader: str, moment: datetime) -> bool:
        """Five letters about faults within a day, or no post for days: then the digest is for it."""
        if any(first < moment + 4 * DAY and moment < last for first, last in self.world.mail_dead):
            return True
        if any(
            first < moment + DAY and moment < last for first, last in self.world.dark if last - first > DAY
        ):
            return True
        times = [
            item.at
            for item in self.world.letters
            if item.to == reader and item.kind in _FAULTS and abs(item.at - moment) < 2 * DAY
        ]
        # The rounds of the post come between what is owed and what is sent.
        spans = zip(times, times[4:], strict=False)
        return any(last - first <= DAY + 2 * self.world.mail_every for first, last in spans)

    def _told(self, reader: str, place: str, kind: Kind, since: datetime, until: datetime) -> list[Read]:
        return [
            item
            for item in self.of_hotspot[reader, place]
            if since <= item.at <= until
            and ((item.kind is kind and place in (*item.places, *item.beside)) or (place, kind) in item.lines)
        ]


DOMAIN = "shoqata.example"
"""Of the sender."""


def _readers(hotspot: Hotspot, roles: Iterable[Role]) -> list[str]:
    return [item.email for item in hotspot.contacts if item.role in roles]


def _moment(event: StatusEvent) -> str:
    return f"{event.at:%Y-%m-%dT%H:%M:%SZ}"
