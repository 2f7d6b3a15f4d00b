"""Every reminder of a certificate as one iCalendar file (RFC 5545), for when our computer is switched off.

One event for each step. Each has a UID that is its own for ever, so that a file that is opened twice changes
nothing; a cancelling file has the same UIDs and a higher SEQUENCE (RFC 5546).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vText

from certificates.records import Certificate, Status, plain
from certificates.reminding import Step, expiring, last_day, steps
from friendlywifi.language.spoken import Language, binding, unreviewed

PRODUCT = "-//Friendly Wi-Fi//certificates//EN"

PUBLISH, CANCEL = "PUBLISH", "CANCEL"


def calendar(
    certificate: Certificate,
    *,
    hotspot: str,
    zone: str,
    language: Language,
    now: datetime,
    cancelled: bool = False,
    binds: str = "en",
) -> bytes:
    """The file. `zone`: that of the place. `cancelled`: take all events away again (withdrawn, renewed)."""
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", CANCEL if cancelled else PUBLISH)
    ends = expiring(certificate, hotspot=hotspot, status=Status(certificate.status), zone=zone)
    for step in steps(ends):
        event = Event()
        event.add("uid", uid(certificate, step))
        event.add("sequence", 1 if cancelled else 0)
        event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
        day = step.moment.astimezone(ZoneInfo(zone)).date()
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        left = (last_day(ends) - day).days
        event.add("summary", _in(language, _summary(certificate, left, language)))
        event.add("description", _in(language, _description(certificate, language, binds=binds)))
        event.add("location", _in(language, f"{plain(certificate.place)}, {plain(certificate.address)}"))
        event.add("url", certificate.url)
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
        if not cancelled:
            event.add_component(_alarm(certificate, left, language))
        file.add_component(event)
    return bytes(file.to_ical())


def uid(certificate: Certificate, step: Step) -> str:
    """The name of an event, the same whoever makes the file and whenever."""
    return f"{certificate.number}.{step.name}.{certificate.issuer.key_id[8:24]}@friendlywifi"


def _alarm(certificate: Certificate, left: int, language: Language) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    # Nine in the morning of an all-day event, by the clock of whoever reads.
    alarm.add("trigger", timedelta(hours=9))
    alarm.add("description", _in(language, _summary(certificate, left, language)))
    return alarm


def _summary(certificate: Certificate, left: int, language: Language) -> str:
    place, day = plain(certificate.place), language.day(certificate.valid_until)
    if left > 0:
        told = language.counted(
            "The certificate for %(place)s ends in %(number)s day, on %(day)s",
            "The certificate for %(place)s ends in %(number)s days, on %(day)s",
            left,
            place=place,
            day=day,
        )
    elif left == 0:
        told = language.phrase("The certificate for %(place)s ends today, %(day)s", place=place, day=day)
    else:
        told = language.phrase(
            "The certificate for %(place)s ended on %(day)s: please take the sign down", place=place, day=day
        )
    return f"TEST: {told}" if certificate.test else told


def _description(certificate: Certificate, language: Language, *, binds: str) -> str:
    told = (
        language.phrase(
            "Certificate %(certificate)s, issued by %(issuer)s. Have it renewed in time, or take the sign "
            "down. This date counts only while the certificate was neither renewed nor withdrawn: ask at "
            "%(url)s",
            certificate=certificate.number,
            issuer=plain(certificate.issuer.name),
            url=certificate.url,
        ),
        binding(language, binds=binds),
        unreviewed(language),
    )
    return "\n".join(text for text in told if text)


def _in(language: Language, text: str) -> vText:
    told = vText(text)
    told.params["LANGUAGE"] = language.code
    return told
