"""Letters about a certificate: it ends, was issued, is suspended, is back, is withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from certificates.records import plain
from friendlywifi.language.spoken import Language
from friendlywifi.mail.letters import Letter, Place
from friendlywifi.mail.reasons import reason
from friendlywifi.mail.told import Told, at_of, paper_of, with_findings


def reminder(letter: Letter, language: Language, place: Place, now: datetime) -> Told:
    paper, name = paper_of(letter), plain(place.name)
    # Faces print the day of UTC; whoever reads counts from the day it is where they are.
    left = (paper.until.astimezone(UTC).date() - now.astimezone(ZoneInfo(place.zone)).date()).days
    day = language.day(paper.until)
    if left > 0:
        told = Told(
            language.counted(
                "The certificate for %(place)s ends in %(number)s day, on %(day)s",
                "The certificate for %(place)s ends in %(number)s days, on %(day)s",
                left,
                place=name,
                day=day,
            ),
            [
                language.phrase(
                    "The certificate %(certificate)s for %(place)s is valid until %(day)s.",
                    certificate=paper.number,
                    place=name,
                    day=day,
                )
            ],
        )
    elif left == 0:
        told = Told(
            language.phrase("The certificate for %(place)s ends today, %(day)s", place=name, day=day),
            [
                language.phrase(
                    "Today is the last day of the certificate %(certificate)s for %(place)s.",
                    certificate=paper.number,
                    place=name,
                )
            ],
        )
    else:
        told = Told(
            language.phrase(
                "The certificate for %(place)s ended on %(day)s: please take the sign down",
                place=name,
                day=day,
            ),
            [
                language.phrase(
                    "The certificate %(certificate)s for %(place)s ended on %(day)s, and there is no new "
                    "one. A sign that still hangs promises what nobody vouches for.",
                    certificate=paper.number,
                    place=name,
                    day=day,
                )
            ],
        )
        told.tasks.append(language.phrase("Take the sign down today, or have the certificate renewed."))
    told.paragraphs.append(
        language.counted(
            "A renewal is a new certificate. The checks behind it may be at most %(number)s day old.",
            "A renewal is a new certificate. The checks behind it may be at most %(number)s days old.",
            paper.evidence_days,
        )
    )
    if left >= 0:
        told.tasks.append(
            language.phrase(
                "Have it renewed by %(issuer)s before %(day)s, or take the sign down on that day.",
                issuer=plain(paper.issuer),
                day=day,
            )
        )
    return told


def issued(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    paper = paper_of(letter)
    told = Told(
        language.phrase(
            "The certificate for %(place)s is issued, valid until %(day)s",
            place=plain(place.name),
            day=language.day(paper.until),
        ),
        [
            language.phrase(
                "The certificate %(certificate)s for %(place)s was issued. It is valid until %(day)s.",
                certificate=paper.number,
                place=plain(place.name),
                day=language.day(paper.until),
            ),
            language.phrase(
                "A calendar is attached, with every day on which you will be reminded. Open it once: "
                "your own calendar then reminds you, also when our computer is switched off."
            ),
        ],
    )
    told.tasks.append(language.phrase("Put the attached dates into your calendar."))
    return told


def suspended(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    zone = ZoneInfo(place.zone)
    told = Told(
        language.phrase(
            "The certificate for %(place)s is suspended since %(day)s",
            place=plain(place.name),
            day=language.day(at_of(letter), zone),
        ),
        _reasons(letter, language),
    )
    told.paragraphs.append(
        language.phrase(
            "Until it is given back, nobody vouches for this hotspot, and its page in the register says so."
        )
    )
    if letter.until is not None:
        told.tasks.append(
            language.phrase(
                "Take the sign down by %(time)s. Keep it: it may go up again when the suspension ends.",
                time=language.minute(letter.until, zone),
            )
        )
    told.tasks.append(
        language.phrase("Cure the fault, and let the checks run: fresh ones that pass end the suspension.")
    )
    return with_findings(told, letter, language)


def reinstated(_letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    told = Told(
        language.phrase("The certificate for %(place)s is in force again", place=plain(place.name)),
        [language.phrase("Fresh checks passed, and the suspension has ended.")],
    )
    told.tasks.append(language.phrase("The sign may go up again."))
    return told


def withdrawn(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    told = Told(
        language.phrase(
            "The certificate for %(place)s was withdrawn on %(day)s",
            place=plain(place.name),
            day=language.day(at_of(letter), ZoneInfo(place.zone)),
        ),
        _reasons(letter, language),
    )
    told.paragraphs.append(
        language.phrase("This is final. A new certificate needs new checks and a new decision.")
    )
    told.tasks.append(language.phrase("Take the sign down today and destroy it."))
    return told


def _reasons(letter: Letter, language: Language) -> list[str]:
    told = [reason(letter.why, language)] if letter.why is not None else []
    return [*told, plain(letter.words)] if letter.words else told
