"""A letter as bytes: what a mail program sees, and what it never sees."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import cast

import msgspec

from friendlywifi.language.spoken import ALBANIAN, ENGLISH
from friendlywifi.mail.addresses import address
from friendlywifi.mail.envelope import Dates, Envelope, envelope, message_id
from friendlywifi.mail.letters import Kind
from friendlywifi.mail.words import words
from tests.friendlywifi.mail.test_words import HOSTILE, NOW, PLACE, letter

SENDER = address("wifi@example.al", name="Friendly Wi-Fi")
IDENTIFIER = message_id(
    kind="reminder", subject="FW-1", step="before-30", recipient="drita@example.al", domain="example.al"
)


def _sealed(
    email: str = "drita@example.al",
    *,
    name: str = "Drita Hoxha",
    place: str = PLACE.name,
    language: str = ALBANIAN,
    calendars: tuple[Dates, ...] = (),
) -> Envelope:
    about = msgspec.structs.replace(
        letter(language=language), place=msgspec.structs.replace(PLACE, name=place)
    )
    return envelope(
        words(about, now=NOW),
        sender=SENDER,
        recipient=address(email, name=name),
        reply_to=address("it@example.al"),
        identifier=IDENTIFIER,
        now=NOW,
        calendars=calendars,
    )


def _parsed(sealed: Envelope) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(sealed.message, policy=SMTP))


def test_the_headers_say_who_what_and_that_no_person_wrote_it() -> None:
    message = _parsed(_sealed())
    assert str(message["From"]) == "Friendly Wi-Fi <wifi@example.al>"
    assert str(message["To"]) == "Drita Hoxha <drita@example.al>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "sq"
    assert message["Message-ID"] == IDENTIFIER
    assert message["List-Unsubscribe"] is None
    assert "përfundon pas" in str(message["Subject"])
    assert message["Date"].datetime == NOW


def test_the_same_message_has_the_same_name_and_another_one_another() -> None:
    same = {"kind": "reminder", "subject": "FW-1", "step": "before-30", "recipient": "drita@example.al"}
    assert message_id(**same, domain="example.al") == IDENTIFIER
    for key in same:
        assert message_id(**{**same, key: "other"}, domain="example.al") != IDENTIFIER
    assert "drita" not in IDENTIFIER


def test_text_and_page_stand_beside_each_other_and_the_dates_are_attached() -> None:
    ics = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    message = _parsed(_sealed(calendars=(Dates(name="FW-1.ics", method="PUBLISH", data=ics),)))
    assert message.get_content_type() == "multipart/mixed"
    alternative, calendar = message.iter_parts()
    kinds = [part.get_content_type() for part in cast("EmailMessage", alternative).iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "PUBLISH"
    assert calendar.get_filename() == "FW-1.ics"
    assert calendar.get_payload(decode=True) == ics


def test_every_byte_is_ascii_whatever_the_words_are() -> None:
    assert _sealed(name="Çlirim Ëndërr").message.isascii()


def test_a_name_with_letters_arrives_as_it_was() -> None:
    message = _parsed(_sealed(name="Çlirim Ëndërr, “IT”"))
    assert message["To"].addresses[0].display_name == "Çlirim Ëndërr, “IT”"


def test_a_domain_with_letters_goes_out_in_its_ascii_form() -> None:
    sealed = _sealed("info@korçë.example")
    assert sealed.recipient == "info@xn--kor-4lau.example"
    assert not sealed.smtputf8


def test_letters_before_the_at_make_a_message_of_another_kind() -> None:
    sealed = _sealed("dritë@example.al")
    assert sealed.smtputf8
    assert "dritë@example.al".encode() in sealed.message


def test_no_line_break_in_anything_typed_begins_a_header() -> None:
    message = _parsed(_sealed(name=HOSTILE, place=HOSTILE, language=ENGLISH))
    assert message["Bcc"] is None
    assert len(message.keys()) == len(set(message.keys()))
    assert [item.addr_spec for item in message["To"].addresses] == ["drita@example.al"]


def test_only_the_digest_says_how_to_get_no_more() -> None:
    sealed = envelope(
        words(msgspec.structs.replace(letter(Kind.DIGEST), at=datetime(2027, 1, 4, tzinfo=UTC)), now=NOW),
        sender=SENDER,
        recipient=address("drita@example.al"),
        identifier=IDENTIFIER,
        now=NOW,
        unsubscribe=True,
    )
    assert _parsed(sealed)["List-Unsubscribe"] == "<mailto:wifi@example.al?subject=unsubscribe>"
