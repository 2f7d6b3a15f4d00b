"""Letters through a real mail server: what it takes, puts off, refuses, or swallows while the line breaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme

from certificates.transitions import EventKind, Why
from friendlywifi.mail.delivering import Delivered, Sending, deliver
from friendlywifi.mail.desk import Desk
from friendlywifi.mail.post import Security
from friendlywifi.mail.queueing import queue_certificates
from friendlywifi.mail.round import queue_all
from friendlywifi.records import certificates, hotspots, journal, outbox, watching
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Contact
from friendlywifi.records.outbox import State
from friendlywifi.surveillance.causes import Cause, CauseKind
from friendlywifi.surveillance.notices import Notice, NoticeKind
from tests.friendlywifi.mail.cast import (
    DRITA,
    ISSUED,
    JOHN,
    NET,
    Mailbox,
    event,
    issue,
    library,
    mail_server,
    sending,
    step_day,
    town,
)

DESK = Desk(office="it@example.al")


def _at(now: datetime) -> Callable[[], datetime]:
    return lambda: now


async def _send(records: Records, out: Sending, now: datetime) -> Delivered:
    return await deliver(records, out, worker="w1", clock=_at(now))


def _states(records: Records) -> list[str]:
    return [item.state.value for item in outbox.every(records) if item.state is not State.SUPPRESSED]


async def test_a_server_is_not_spoken_to_where_nothing_is_due(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    """A service looks each minute: half a million logins a year."""
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        assert await _send(records, sending(port, ca), step_day(30)) == Delivered(outcomes=())
    assert (await _send(records, sending(port, ca), step_day(30))).trouble is None
    assert mailbox.sessions == 0


async def test_a_reminder_that_waited_for_the_server_is_not_sent_by_night(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    town(records, 1)
    now = step_day(30)
    queue_certificates(records, DESK, now=now)
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        night = step_day(30, hour=21)  # 23:00 in Tirana, or 22:00
        assert (await _send(records, sending(port, ca), night)).count("taken") == 0
        assert mailbox.taken == []
        assert (await _send(records, sending(port, ca), step_day(29, hour=4))).count("taken") == 0
        assert (await _send(records, sending(port, ca), step_day(29, hour=8))).count("taken") == 1


async def test_a_letter_goes_out_over_starttls_with_a_login(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    town(records, 3)
    now = step_day(30)
    queue_certificates(records, DESK, now=now)
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        found = await _send(records, sending(port, ca), now)
    assert found.count("taken") == 3
    assert mailbox.secure == [True] * 3
    assert sorted(mailbox.recipients) == [f"contact-{number}@example.al" for number in (1, 2, 3)]
    assert {entry.kind for entry in journal.entries(records) if "reminder" in entry.kind} == {"reminder.sent"}


async def test_nothing_is_sent_twice_however_often_it_is_looked(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    town(records, 2)
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        for days in range(35, 25, -1):
            for hour in (8, 12, 17):
                now = step_day(days, hour=hour)
                queue_all(records, DESK, now=now)
                await _send(records, sending(port, ca), now)
    # The first look finds the step of 60 days that nobody sent; then comes that of 30.
    assert len(mailbox.taken) == 4
    assert set(mailbox.copies.values()) == {1}


async def test_a_mail_server_that_is_dead_costs_nothing_but_time(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    town(records, 3)
    now = step_day(30)
    queue_certificates(records, DESK, now=now)
    with mail_server(Mailbox(), authority) as port:
        pass
    found = await _send(records, sending(port, ca), now)
    assert found.trouble is not None
    assert _states(records) == ["pending"] * 3
    mailbox = Mailbox()
    with mail_server(mailbox, authority, port=port) as again:
        assert (await _send(records, sending(again, ca), now + timedelta(hours=2))).count("taken") == 3
    assert set(mailbox.copies.values()) == {1}
    assert {item.attempts for item in outbox.every(records, State.SENT)} == {1}


async def test_greylisting_is_waited_out(records: Records, authority: trustme.CA, ca: Path) -> None:
    town(records, 3)
    now = step_day(30)
    queue_certificates(records, DESK, now=now)
    mailbox = Mailbox(greylists=True)
    with mail_server(mailbox, authority) as port:
        out = sending(port, ca)
        assert (await _send(records, out, now)).count("later") == 3
        assert (await _send(records, out, now + timedelta(minutes=1))).outcomes == ()
        assert (await _send(records, out, now + timedelta(minutes=6))).count("taken") == 3
    assert len(mailbox.taken) == 3


async def test_an_address_that_is_refused_is_shown_to_a_person_and_the_others_go_out(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    town(records, 3)
    now = step_day(30)
    queue_certificates(records, DESK, now=now)
    mailbox = Mailbox(refused=frozenset({"contact-2@example.al"}))
    with mail_server(mailbox, authority) as port:
        found = await _send(records, sending(port, ca), now)
    assert (found.count("taken"), found.count("refused")) == (2, 1)
    (failed,) = outbox.every(records, State.FAILED)
    assert failed.recipient == "contact-2@example.al"
    assert failed.reply is not None
    assert failed.reply.startswith("550 ")


@pytest.mark.parametrize(
    ("days", "state", "copies"), ((30, State.UNKNOWN, 1), (1, State.SENT, 2)), ids=("early", "final")
)
async def test_a_line_that_breaks_after_the_data(
    records: Records,
    authority: trustme.CA,
    ca: Path,
    *,
    days: int,
    state: State,
    copies: int,
) -> None:
    town(records, 1)
    now = step_day(days)
    queue_certificates(records, DESK, now=now)
    mailbox = Mailbox(hangs_up_after_data=True)
    with mail_server(mailbox, authority) as port:
        await _send(records, sending(port, ca), now)
        assert len(mailbox.taken) == 1
        mailbox.hangs_up_after_data = False
        await _send(records, sending(port, ca), now + timedelta(hours=1))
    (letter,) = (item for item in outbox.every(records) if item.state is not State.SUPPRESSED)
    assert letter.state is state
    # A reader's program sees that both copies are one message.
    assert list(mailbox.copies.values()) == [copies]


async def test_a_person_may_have_an_unknown_letter_sent_again(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    town(records, 1)
    now = step_day(30)
    queue_certificates(records, DESK, now=now)
    mailbox = Mailbox(hangs_up_after_data=True)
    with mail_server(mailbox, authority) as port:
        await _send(records, sending(port, ca), now)
        mailbox.hangs_up_after_data = False
        (letter,) = outbox.every(records, State.UNKNOWN)
        assert outbox.again(records, letter.id, actor="Drita", now=now)
        assert (await _send(records, sending(port, ca), now)).count("taken") == 1
    assert list(mailbox.copies.values()) == [2]


async def test_a_wrong_password_is_no_matter_of_the_letters(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    town(records, 1)
    now = step_day(30)
    queue_certificates(records, DESK, now=now)
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        found = await _send(records, sending(port, ca, password="wrong"), now)
    assert found.trouble is not None
    assert found.trouble.startswith("535")
    assert "wrong" not in found.trouble
    assert _states(records) == ["pending"]
    assert mailbox.taken == []


async def test_a_server_whose_certificate_is_nobodys_gets_no_password(
    records: Records, authority: trustme.CA, tmp_path: Path
) -> None:
    town(records, 1)
    now = step_day(30)
    queue_certificates(records, DESK, now=now)
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    with mail_server(Mailbox(), authority) as port:
        found = await _send(records, sending(port, other), now)
    assert found.trouble is not None
    assert "CERTIFICATE_VERIFY_FAILED" in found.trouble


async def test_without_starttls_nothing_is_handed_over(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    town(records, 1)
    now = step_day(30)
    queue_certificates(records, DESK, now=now)
    mailbox = Mailbox()
    with mail_server(mailbox, authority, tls=False, auth=False) as port:
        found = await _send(records, sending(port, ca), now)
    assert found.trouble is not None
    assert mailbox.taken == []


async def test_in_the_clear_only_to_this_machine(records: Records, authority: trustme.CA, ca: Path) -> None:
    town(records, 1)
    now = step_day(30)
    queue_certificates(records, DESK, now=now)
    plain = {"security": Security.NONE, "user": None, "password": None}
    found = await _send(records, sending(25, ca, host="192.0.2.1", **plain), now)
    assert found.trouble is not None
    assert "this machine" in found.trouble
    mailbox = Mailbox()
    with mail_server(mailbox, authority, tls=False, auth=False) as port:
        found = await _send(records, sending(port, ca, host="127.0.0.1", **plain), now)
    assert found.count("taken") == 1


async def test_a_renewal_that_came_meanwhile_stops_the_reminder(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    town(records, 1)
    now = step_day(30)
    queue_certificates(records, DESK, now=now)
    issue(records, "library-1", now)
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        found = await _send(records, sending(port, ca), now + timedelta(minutes=1))
    assert found.count("suppressed") == 1
    gone = {item.step: item.reply for item in outbox.every(records, State.SUPPRESSED)}
    assert gone["before-30"] == "the certificate is superseded by now"
    assert mailbox.taken == []


async def test_a_newer_step_overtakes_one_that_could_not_be_sent(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    town(records, 1)
    queue_certificates(records, DESK, now=step_day(30))
    queue_certificates(records, DESK, now=step_day(14))
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        await _send(records, sending(port, ca), step_day(14))
    assert len(mailbox.taken) == 1
    steps = {item.step: item.state for item in outbox.every(records, kind="reminder")}
    assert steps["before-14"] is State.SENT
    assert steps["before-30"] is State.SUPPRESSED
    assert steps["before-60"] is State.SUPPRESSED


async def test_a_suspension_is_told_to_all_with_the_day_by_which_the_sign_is_down(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    place = library(7, contacts=(DRITA, JOHN, NET))
    hotspots.add(records, place, now=ISSUED, actor="the tests")
    row = issue(records, place.id)
    at = ISSUED + timedelta(days=40)
    suspended = event(EventKind.SUSPEND, Why.GATE_FAILED, at, words="Three runs failed.")
    certificates.change(records, row.number, suspended, now=at)
    queue_certificates(records, DESK, now=at)
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        await _send(records, sending(port, ca), at)
    by_reader = {str(item["To"]): item for item in mailbox.taken}
    assert len(by_reader) == 3
    albanian = next(item for to, item in by_reader.items() if "drita" in to)
    english = next(item for to, item in by_reader.items() if "john" in to)
    assert "Hiqeni shenjën deri më 5 janar 2027, 15:30" in _text(albanian)
    assert "Take the sign down by 5 January 2027, 15:30" in _text(english)
    assert albanian["Content-Language"] == "sq"


async def test_a_new_certificate_brings_its_dates_and_takes_away_those_before_it(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    town(records, 1)
    renewed = ISSUED + timedelta(days=338)
    issue(records, "library-1", renewed)
    queue_certificates(records, DESK, now=renewed)
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        await _send(records, sending(port, ca), renewed)
    (message,) = mailbox.taken
    calendars = {str(part.get_filename()): _content(part) for part in message.iter_attachments()}
    assert list(calendars) == ["FW-2027-000002.ics", "FW-2026-000001-cancelled.ics"]
    new, old = calendars.values()
    assert new.count("BEGIN:VEVENT") == old.count("BEGIN:VEVENT") == 8
    assert "METHOD:PUBLISH" in new
    assert "METHOD:CANCEL" in old
    assert "UID:FW-2026-000001.end." in old


async def test_a_withdrawal_takes_the_dates_away(records: Records, authority: trustme.CA, ca: Path) -> None:
    town(records, 1)
    at = ISSUED + timedelta(days=50)
    (row,) = certificates.every(records)
    done = certificates.change(
        records, row.number, event(EventKind.WITHDRAW, Why.HOLDER_ASKED, at, words="We close."), now=at
    )
    assert isinstance(done, certificates.CertificateRow)
    queue_certificates(records, DESK, now=at)
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        await _send(records, sending(port, ca), at)
    (message,) = mailbox.taken
    assert "Hiqeni shenjën sot dhe asgjësojeni." in _text(message)
    assert "We close." in _text(message)
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "CANCEL"


async def test_whoever_is_named_for_all_places_of_a_failure_gets_the_hand_over_sheet(
    records: Records, authority: trustme.CA, ca: Path
) -> None:
    for number in (1, 2):
        own = Contact(name=f"Contact {number}", email=f"contact-{number}@example.al")
        hotspots.add(records, library(number, contacts=(own, NET)), now=ISSUED, actor="the tests")
    notice = Notice(
        key="failing resolver:192.0.2.53",
        kind=NoticeKind.FAILING,
        hotspots=("library-1", "library-2"),
        cause=Cause(kind=CauseKind.RESOLVER, name="192.0.2.53"),
        gates=("ADU-01",),
        since=ISSUED - timedelta(hours=2),
        at=ISSUED,
    )
    watching.keep_notice(records, notice, now=ISSUED)
    queue_all(records, DESK, now=ISSUED)
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        assert (await _send(records, sending(port, ca), ISSUED)).count("taken") == 3
    sheets = {
        str(message["To"]): [_content(part) for part in message.iter_attachments()]
        for message in mailbox.taken
    }
    ((provider, (sheet,)),) = ((to, found) for to, found in sheets.items() if found)
    assert "noc@net.example" in provider
    assert "Biblioteka 1" in sheet
    assert "Biblioteka 2" in sheet


def _content(part: object) -> str:
    assert isinstance(part, EmailMessage)
    content = part.get_content()
    return content if isinstance(content, str) else content.decode()


def _text(message: object) -> str:
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
