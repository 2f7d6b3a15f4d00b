"""A simulated year, and a month in every run of the tests: what may never happen does not happen.

The world keeps a log of its own; whether the program was right is worked out from that, by other code than
the program's.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import trustme

from certificates.lifecycle import IN_FORCE
from certificates.transitions import Why
from friendlywifi.mail.addresses import address
from friendlywifi.mail.envelope import message_id
from friendlywifi.records import certificates, due, journal, outbox, runs, watching
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.holding import holdings
from friendlywifi.records.hotspots import Mode, Role
from friendlywifi.serving.service import Ticked
from friendlywifi.surveillance.notices import NoticeKind
from friendlywifi.surveillance.rhythm import NAMED_FOR
from tests.friendlywifi.mail.cast import mail_server, sending
from tests.friendlywifi.surveillance import cast
from tests.friendlywifi.surveillance.ought import DOMAIN, Letters
from tests.friendlywifi.surveillance.postoffice import PostOffice
from tests.friendlywifi.surveillance.truth import episodes, restless_since, uncured, valid
from tests.friendlywifi.surveillance.world import DAY, HOUR, MINUTE, Trouble, World, contact, populated

BEGIN = datetime(2027, 10, 1, 6, tzinfo=UTC)
"""Within the year are a leap day and both changes of the clock of Tirana."""


class Referee:
    """After each tick: is anything so that may never be so?"""

    def __init__(self) -> None:
        self.checked = 0

    async def __call__(self, world: World, records: Records, ticked: Ticked) -> None:
        looked = ticked.looked
        if looked is None or not looked.clock_settled:
            # Within a quarter of an hour after a jump nothing may have happened at all.
            assert looked is None or (not looked.suspended and not looked.ended and not looked.notices)
            return
        now = world.clock.now()
        for sentence in looked.refused:
            raise AssertionError(sentence)
        for row in holdings(records):
            self.checked += 1
            mode = world.by_id[row.hotspot].mode
            silence = (cast.RESIDENT if mode is Mode.RESIDENT else cast.ROUNDS).silence
            evidence = world.last_full(row.hotspot)
            # The person decides after the look, in the same hour.
            assert evidence is not None
            assert now - evidence.started <= silence + HOUR, (
                f"{row.number} of {row.hotspot} is in force at {now}, by evidence of {evidence.started}"
            )
            last = world.last_valid(row.hotspot)
            assert last is not None
            if last.failing() and last.started < now - HOUR:
                assert "ILL-01" not in last.failing(), f"{row.number}: illegal content"
                open_ones = [item for item in episodes(world.log[row.hotspot]) if item[2] is None]
                if open_ones:
                    late = timedelta(hours=73) + world.step
                    assert now < open_ones[-1][1] + late, f"{row.number}: uncured at {now}"


def _judge_suspensions(world: World, records: Records) -> Counter[str]:
    """Every suspension has its reason in the world's log, and a hotspot without trouble has none."""
    found: Counter[str] = Counter()
    for row in certificates.every(records):
        for change in certificates.history(records, row.number):
            why = change.event.why
            if change.event.kind.value != "suspend":
                continue
            found[why.value] += 1
            at = change.at
            log = [item for item in world.log[row.hotspot] if item.started <= at]
            assert world.spells_of[row.hotspot], f"{row.hotspot} never had trouble, and was suspended: {why}"
            if why is Why.NO_EVIDENCE:
                silence = cast.ROUNDS.silence if log[-1].ours.value == "rounds" else cast.RESIDENT.silence
                evidence = world.last_full(row.hotspot, at)
                assert evidence is not None
                assert at - evidence.started >= silence
            elif why is Why.ILLEGAL_CONTENT:
                assert any("ILL-01" in item.failing() for item in log[-8:])
            else:
                assert why is Why.GATE_FAILED
                assert uncured(log, at), (row.hotspot, at, episodes(log))
    return found


def _judge_notices(world: World, records: Records) -> Counter[str]:
    """No confirmed failure untold, none told twice before it was over or told to be, one for one resolver."""
    notices = watching.notices(records)
    found = Counter(item.kind.value for item in notices)
    failing = [item for item in notices if item.kind is NoticeKind.FAILING]
    recovered = [item for item in notices if item.kind is NoticeKind.RECOVERED]
    for hotspot, log in world.log.items():
        told = [item for item in failing if hotspot in item.hotspots]
        for before, after in pairwise(told):
            between = [item for item in valid(log) if before.at < item.started <= after.at]
            goods = [item for item in between if not item.failing()]
            over = [
                item for item in recovered if hotspot in item.hotspots and before.at < item.at <= after.at
            ]
            assert len(goods) >= 3 or over, f"{hotspot} was told twice: {before}, {after}, {between}"
        for first, confirmed, cured in episodes(log):
            ended = cured or world.clock.true
            if ended - confirmed < timedelta(hours=8) or world.clock.true - confirmed < timedelta(hours=8):
                continue  # Over before everything that was gathered went out.
            named = [
                item
                for item in failing
                if hotspot in (*item.hotspots, *item.suspected, *item.behind)
                and restless_since(log, first) - NAMED_FOR <= item.at <= ended + DAY
            ]
            asleep = any(a <= confirmed < b for a, b in world.dark)
            assert named or asleep, f"{hotspot}: nobody was told of {first}, {confirmed}, {cured}"
    for spell in world.spells:
        if spell.trouble is Trouble.OPEN and len(spell.hotspots) > 3 and spell.cause == cast.PUBLIC[:-4]:
            about = [item for item in failing if spell.first <= item.at <= spell.last + DAY]
            assert len([item for item in about if item.cause.name in spell.cause]) <= 2
    return found


def _judge_outbox(world: World, records: Records) -> Counter[str]:
    """What the outbox says of its letters is what the mail server knows of them."""
    had = {item.identifier for item in world.letters}
    doubtful = set(world.hung_up) | set(world.in_hand)
    found = Counter[str]()
    for item in outbox.every(records):
        found[item.state.value] += 1
        identifier = message_id(
            kind=item.kind, subject=item.subject, step=item.step, recipient=item.recipient, domain=DOMAIN
        )
        match item.state:
            case outbox.State.SENT:
                assert identifier in had, item
            case outbox.State.UNKNOWN:
                assert identifier in had & doubtful, item
            case outbox.State.FAILED:
                raise AssertionError(item)
            case _:
                # Of one in doubt a second copy may wait, or be needless by now.
                assert identifier not in had - doubtful, item
    return found


def _judge_runs(world: World, records: Records) -> Counter[str]:
    """Every run of the world is in the records once, and no check that was due was made twice."""
    found: Counter[str] = Counter()
    for hotspot in world.hotspots:
        kept = runs.of(records, hotspot.id)
        assert [item.bundle for item in kept] == sorted(
            (item.bundle for item in kept), key=[item.bundle for item in kept].index
        )
        assert {item.bundle for item in kept} == {item.bundle for item in world.log.get(hotspot.id, [])}
        rows = due.of(records, hotspot.id)
        bundles = [item.bundle for item in rows if item.bundle is not None]
        assert len(bundles) == len(set(bundles))
        found.update(item.state.value for item in rows)
        planned = sorted(item.began for item in rows if item.began and not item.key.startswith("confirm"))
        apart = [b - a for a, b in pairwise(planned)]
        # A clock that is set back may bring two moments together; nothing else may.
        assert sum(item < cast.RESIDENT.apart for item in apart) <= 2 * len(world.clock_errors)
    return found


def _report(world: World, records: Records, referee: Referee, began: float) -> str:
    figures = {
        **world.figures,
        "certificates looked at": referee.checked,
        **{f"suspended: {name}": count for name, count in _judge_suspensions(world, records).items()},
        **{f"notice: {name}": count for name, count in _judge_notices(world, records).items()},
        **{f"letter: {name}": count for name, count in Letters(world).judge(records).items()},
        **{f"in the outbox: {name}": count for name, count in _judge_outbox(world, records).items()},
        **{f"check: {name}": count for name, count in _judge_runs(world, records).items()},
        "certificates": len(certificates.every(records)),
        "in force at the end": len(certificates.every(records, statuses=IN_FORCE)),
        "seconds": round(time.monotonic() - began),
    }
    assert journal.verify(records) is None
    return "\n".join(f"{count:>9}  {name}" for name, count in figures.items())


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: a year waits for the disk a million times."""
    shared = Path("/dev/shm")  # noqa: S108 - the folder in it has a name of its own
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


async def _lived(world: World, monkeypatch: pytest.MonkeyPatch, folder: Path) -> str:
    began = time.monotonic()
    world.fuse.put_in(monkeypatch)
    authority, office = trustme.CA(), PostOffice(clock=world.clock)
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    world.letters, world.hung_up = office.letters, office.hung_up
    referee = Referee()
    with mail_server(office, authority) as port:
        world.sending = sending(port, ca)
        world.sending = replace(world.sending, sender=address(f"wifi@{DOMAIN}"))
        await world.live(referee)
    world.figures["letters that were greylisted"] = office.put_off
    world.figures["letters after which the server hung up"] = office.hung_up.total()
    with open_records(world.file, make=False) as records:
        return _report(world, records, referee, began)


async def test_a_month_of_twenty_hotspots(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = datetime(2026, 10, 5, 6, tzinfo=UTC)
    world = populated(
        memory / "records.db",
        seed=7,
        residents=16,
        rounds=4,
        start=start,
        days=31,
        outages=((start + 12 * DAY, start + 12 * DAY + 9 * HOUR), (start + 20 * DAY, start + 22 * DAY)),
        # Within them the clock of Tirana goes back, on 25 October.
        clock_errors=(
            (start + 15 * DAY, start + 15 * DAY + 10 * MINUTE, timedelta(days=400)),
            (start + 18 * DAY, start + 18 * DAY + 3 * HOUR, -HOUR),
        ),
        mail_dead=((start + 9 * DAY, start + 11 * DAY),),
        mail_every=3 * HOUR,
        step=90 * MINUTE,
        cuts=0.03,
        lifetimes=(365, 14),
        forgetful=frozenset({"site-001", "site-003"}),
    )
    sys.stdout.write(await _lived(world, monkeypatch, memory))
    assert world.figures["issued"] >= 15
    assert world.figures["runs bad"] > 100


def _switched_off(start: datetime, days: int) -> tuple[tuple[datetime, datetime], ...]:
    """A laptop that is on during office hours of working days alone."""
    found = []
    for day in range(days + 1):
        morning = (start + day * DAY).replace(hour=7, minute=0)
        if morning.weekday() < 5:
            found.append((morning - 16 * HOUR, morning))
        else:
            found.append((morning - 16 * HOUR, morning + 8 * HOUR))
    return tuple(found)


async def test_one_laptop_on_rounds_of_twelve_sites_loses_none(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime(2026, 10, 5, 6, tzinfo=UTC)
    world = World(
        file=memory / "records.db",
        seed=12,
        start=start,
        days=230,
        hotspots=tuple(
            cast.hotspot(
                f"branch-{number:02d}",
                enrolled=start,
                mode=Mode.ROUNDS,
                contacts=(contact("town@bashkia.example", Role.OPERATOR),),
            )
            for number in range(12)
        ),
        spells=(),
        outages=_switched_off(start, 230),
        away=((start + 100 * DAY, start + 112 * DAY),),
        noise=0.05,
        mail_every=3 * HOUR,
        step=3 * HOUR,
        cuts=0.02,
    )
    sys.stdout.write(await _lived(world, monkeypatch, memory))
    assert world.figures["issued"] == 12
    assert world.figures["renewed"] == 12
    with open_records(world.file) as records:
        events = [
            one for row in certificates.every(records) for one in certificates.history(records, row.number)
        ]
        assert not [one for one in events if one.event.kind.value == "suspend"]
        assert len(holdings(records)) == 12


@pytest.mark.long
@pytest.mark.timeout(7200)
async def test_a_year_of_two_hundred_hotspots(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = populated(
        memory / "records.db",
        seed=1,
        residents=188,
        rounds=12,
        start=BEGIN,
        days=367,
        outages=(
            (BEGIN + 33 * DAY, BEGIN + 33 * DAY + 10 * HOUR),
            (BEGIN + 90 * DAY, BEGIN + 92 * DAY),
            (BEGIN + 200 * DAY, BEGIN + 207 * DAY),
            (BEGIN + 330 * DAY, BEGIN + 330 * DAY + 5 * HOUR),
        ),
        clock_errors=(
            (BEGIN + 60 * DAY, BEGIN + 60 * DAY + 10 * MINUTE, timedelta(days=400)),
            (BEGIN + 150 * DAY, BEGIN + 150 * DAY + 3 * HOUR, -HOUR),
            (BEGIN + 230 * DAY, BEGIN + 230 * DAY + 3 * HOUR, -DAY),
            (BEGIN + 260 * DAY, BEGIN + 260 * DAY + 10 * MINUTE, timedelta(days=-2000)),
        ),
        mail_dead=(
            (BEGIN + 15 * DAY, BEGIN + 18 * DAY),
            (BEGIN + 355 * DAY, BEGIN + 360 * DAY),
        ),
        away=((BEGIN + 305 * DAY, BEGIN + 317 * DAY),),
        mail_every=3 * HOUR,
        step=2 * HOUR,
        hurry=HOUR,
        cuts=0.02,
        lifetimes=(365, 365, 120, 90),
        forgetful=frozenset(f"site-{number:03d}" for number in range(0, 200, 3)),
    )
    sys.stdout.write(await _lived(world, monkeypatch, memory))
    assert world.figures["renewed"] > 150
