"""Notices become letters to those who must know, each about their own places, and never a flood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from friendlywifi.mail.desk import Desk
from friendlywifi.mail.letters import Kind, Letter
from friendlywifi.mail.noticing import FLOOD, queue_digests, queue_notices
from friendlywifi.records import hotspots, outbox, watching
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Contact, Language, Role
from friendlywifi.records.outbox import Message, State
from friendlywifi.surveillance.causes import Cause, CauseKind
from friendlywifi.surveillance.notices import Notice, NoticeKind
from probes.records import decode
from tests.friendlywifi.mail.cast import NET, library

MONDAY = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
THURSDAY = MONDAY - timedelta(days=4)
RESOLVER = Cause(kind=CauseKind.RESOLVER, name="192.0.2.53")
CERTIFIER = Contact(
    name="Elira", email="elira@certifier.example", language=Language.ENGLISH, role=Role.CERTIFIER
)
ZONE = "Europe/Tirane"


@pytest.fixture(autouse=True)
def _places(records: Records) -> None:
    for number in (1, 2, 3):
        own = Contact(name=f"Contact {number}", email=f"contact-{number}@example.al")
        place = library(number, contacts=(own, NET) if number < 3 else (own,))
        hotspots.add(records, place, now=THURSDAY, actor="the tests")


def _notice(
    records: Records,
    kind: NoticeKind = NoticeKind.FAILING,
    *,
    at: datetime = THURSDAY,
    numbers: tuple[int, ...] = (1, 2),
    cause: Cause = RESOLVER,
    urgent: bool = False,
) -> Notice:
    notice = Notice(
        key=f"{kind.value} {cause.key} {at:%Y-%m-%dT%H:%M:%SZ} {numbers}",
        kind=kind,
        hotspots=tuple(f"library-{number}" for number in numbers),
        cause=cause,
        gates=("ADU-01",) if kind is NoticeKind.FAILING else (),
        since=at - timedelta(hours=2),
        at=at,
        urgent=urgent,
    )
    assert watching.keep_notice(records, notice, now=at)
    return notice


def _letters(records: Records, *states: State) -> dict[str, list[tuple[Message, Letter]]]:
    found: dict[str, list[tuple[Message, Letter]]] = {}
    for message in outbox.every(records, *states):
        found.setdefault(message.recipient, []).append((message, decode(message.record, Letter)))
    return found


def test_one_cause_is_one_letter_to_each_reader_about_their_own_places(records: Records) -> None:
    _notice(records)
    queue_notices(records, Desk(), now=THURSDAY)
    found = _letters(records)
    assert {reader: len(items) for reader, items in found.items()} == {
        "contact-1@example.al": 1,
        "contact-2@example.al": 1,
        "noc@net.example": 1,
    }
    provider = found["noc@net.example"][0][1]
    assert [place.hotspot for place in provider.places] == ["library-1", "library-2"]
    assert provider.cause == "resolver 192.0.2.53"
    assert provider.retest == ("friendlywifi check --resolver 192.0.2.53 --authorised-by YOUR-NAME",)
    assert provider.findings == ("ADU-01: The best-known adult sites are blocked",)
    own = found["contact-1@example.al"][0][1]
    assert [place.hotspot for place in own.places] == ["library-1"]
    assert own.cause is None
    assert own.findings == ("ADU-01: Faqet më të njohura për të rritur janë të bllokuara",)
    assert own.until == THURSDAY - timedelta(hours=2) + timedelta(hours=72)


def test_looking_again_gives_no_second_letter(records: Records) -> None:
    _notice(records)
    assert queue_notices(records, Desk(), now=THURSDAY).letters == 3
    assert queue_notices(records, Desk(), now=THURSDAY + timedelta(hours=1)).letters == 0


def test_an_old_notice_is_no_news(records: Records) -> None:
    _notice(records)
    assert queue_notices(records, Desk(), now=THURSDAY + timedelta(days=4)).letters == 0


def test_what_comes_and_goes_waits_for_the_digest(records: Records) -> None:
    _notice(records, NoticeKind.FLAPPING, numbers=(1,))
    assert queue_notices(records, Desk(), now=THURSDAY).letters == 0
    assert queue_digests(records, Desk(), now=MONDAY - timedelta(hours=2), zone=ZONE).letters == 0
    assert queue_digests(records, Desk(), now=MONDAY, zone=ZONE).letters == 2
    assert queue_digests(records, Desk(), now=MONDAY + timedelta(days=2), zone=ZONE).letters == 0
    (message, letter), *_ = _letters(records)["contact-1@example.al"]
    assert message.step == "2026-W50"
    assert [(line.place, line.kind) for line in letter.lines] == [("Biblioteka 1", Kind.FLAPPING)]


def test_the_sixth_letter_of_a_day_waits_for_the_digest_and_stays_there(records: Records) -> None:
    for number in range(FLOOD + 2):
        cause = Cause(kind=CauseKind.RESOLVER, name=f"192.0.2.{number}")
        _notice(records, at=THURSDAY + timedelta(minutes=number), numbers=(1,), cause=cause)
    now = THURSDAY + timedelta(hours=1)
    queue_notices(records, Desk(), now=now)
    queue_notices(records, Desk(), now=now + timedelta(days=2))
    written = _letters(records, State.PENDING)["contact-1@example.al"]
    assert len(written) == FLOOD
    queue_digests(records, Desk(), now=MONDAY, zone=ZONE)
    digest = next(
        letter
        for message, letter in _letters(records, State.PENDING)["contact-1@example.al"]
        if message.kind == "digest"
    )
    assert len(digest.lines) == 2


def test_illegal_content_waits_for_nothing(records: Records) -> None:
    for number in range(FLOOD):
        cause = Cause(kind=CauseKind.RESOLVER, name=f"192.0.2.{number}")
        _notice(records, at=THURSDAY + timedelta(minutes=number), numbers=(1,), cause=cause)
    urgent = _notice(records, at=THURSDAY + timedelta(minutes=30), numbers=(1,), urgent=True)
    queue_notices(records, Desk(), now=THURSDAY + timedelta(hours=1))
    found = {message.step: message for message, _ in _letters(records)["contact-1@example.al"]}
    assert found[urgent.key].state is State.PENDING
    assert found[urgent.key].final


def test_the_digest_tells_certifiers_and_the_office_everything(records: Records) -> None:
    place = library(4, contacts=(CERTIFIER,))
    hotspots.add(records, place, now=THURSDAY, actor="the tests")
    _notice(records, numbers=(1, 4))
    desk = Desk(office="it@example.al")
    queue_notices(records, desk, now=THURSDAY)
    queue_digests(records, desk, now=MONDAY, zone=ZONE)
    digests = {
        reader: [line.place for line in letter.lines]
        for reader, items in _letters(records).items()
        for message, letter in items
        if message.kind == "digest"
    }
    assert digests == {
        "elira@certifier.example": ["Biblioteka 4"],
        "it@example.al": ["Biblioteka 1", "Biblioteka 4"],
    }


def test_a_week_in_which_nothing_happened_has_no_digest(records: Records) -> None:
    assert queue_digests(records, Desk(office="it@example.al"), now=MONDAY, zone=ZONE).letters == 0


def test_where_nobody_can_be_written_to_the_office_is_and_a_person_hears_why(records: Records) -> None:
    place = library(4, contacts=(Contact(name="Typo", email="drita@example"),))
    hotspots.add(records, place, now=THURSDAY, actor="the tests")
    _notice(records, NoticeKind.PORTAL_LOCKED, numbers=(4,))
    found = queue_notices(records, Desk(office="it@example.al"), now=THURSDAY)
    assert list(_letters(records)) == ["it@example.al"]
    assert found.faults == ("Biblioteka 4: “drita@example” is no mail address: its domain has no dot.",)
