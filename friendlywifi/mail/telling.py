"""What each kind of letter tells, and what it asks for: whole sentences in the language handed in."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from certificates.records import plain
from friendlywifi.language import Language
from friendlywifi.mail.letters import Kind, Letter, Paper, Place
from friendlywifi.mail.reasons import reason


class Told:
    """The part of a letter that is its own."""

    def __init__(self, subject: str, paragraphs: list[str]) -> None:
        self.subject = subject
        self.paragraphs = paragraphs
        self.tasks: list[str] = []
        self.details: list[str] = []
        self.details_label = ""


def _reminder(letter: Letter, language: Language, place: Place, now: datetime) -> Told:
    paper, name = _paper(letter), plain(place.name)
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


def _issued(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    paper = _paper(letter)
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


def _suspended(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
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
    return _with_findings(told, letter, language)


def _reinstated(_letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    told = Told(
        language.phrase("The certificate for %(place)s is in force again", place=plain(place.name)),
        [language.phrase("Fresh checks passed, and the suspension has ended.")],
    )
    told.tasks.append(language.phrase("The sign may go up again."))
    return told


def _withdrawn(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
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


def _failing(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    zone = ZoneInfo(place.zone)
    many = len(letter.places) > 1
    told = Told(
        language.counted(
            "The filter fails at %(number)s place, and one thing is behind it",
            "The filter fails at %(number)s places, and one thing is behind them",
            len(letter.places),
        )
        if many
        else language.phrase("The filter at %(place)s fails", place=plain(place.name)),
        [
            language.phrase(
                "Checks since %(time)s did not pass, and later ones confirmed it.",
                time=language.minute(at_of(letter), zone),
            )
        ],
    )
    if letter.cause is not None:
        told.paragraphs.append(
            language.phrase("What these failures share: %(cause)s.", cause=plain(letter.cause))
        )
    if letter.until is not None:
        told.paragraphs.append(
            language.phrase(
                "If it is not cured by %(time)s, the certificate is suspended.",
                time=language.minute(letter.until, zone),
            )
        )
    told.tasks.append(
        language.phrase("Hand this letter to whoever runs the filter. The list below says what was seen.")
    )
    told = _with_findings(told, letter, language)
    told.details += [f"{plain(item.name)}, {plain(item.address)}" for item in letter.places if many]
    return told


def _recovered(_letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    return Told(
        language.phrase("The filter at %(place)s works again", place=plain(place.name)),
        [language.phrase("Several checks in a row passed. There is nothing to do.")],
    )


def _portal_locked(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    told = _before_the_filter(
        letter,
        language,
        place,
        language.phrase("The checks at %(place)s stand before a login page", place=plain(place.name)),
    )
    told.tasks.append(
        language.phrase(
            "Let the probe pass the login page: exempt its device in the settings of the hotspot."
        )
    )
    return told


def _probe_silent(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    told = _before_the_filter(
        letter,
        language,
        place,
        language.phrase("Nothing is heard from the probe at %(place)s", place=plain(place.name)),
    )
    told.tasks.append(language.phrase("Look whether the probe has power and is in the network."))
    return told


def _uplink_dead(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    told = _before_the_filter(
        letter,
        language,
        place,
        language.phrase("The hotspot at %(place)s has no Internet", place=plain(place.name)),
    )
    told.tasks.append(language.phrase("Ask the provider of the line what is wrong with it."))
    return told


def _flapping(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    told = Told(
        language.phrase("The filter at %(place)s comes and goes", place=plain(place.name)),
        [
            language.phrase(
                "It has failed and passed by turns since %(time)s. Nothing more is written until it stays "
                "one way.",
                time=language.minute(at_of(letter), ZoneInfo(place.zone)),
            )
        ],
    )
    told.tasks.append(language.phrase("Ask whoever runs the filter what changes there."))
    return told


def _lapsing(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    told = Told(
        language.phrase("The evidence for %(place)s ends soon", place=plain(place.name)),
        [language.phrase("No check that tells anything was made there lately.")],
    )
    if letter.until is not None:
        told.paragraphs.append(
            language.phrase(
                "A certificate without evidence is suspended; that would be on %(day)s.",
                day=language.day(letter.until, ZoneInfo(place.zone)),
            )
        )
    told.tasks.append(language.phrase("Make a check there, and bring its result into the records."))
    return told


def _behind(_letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    told = Told(
        language.phrase(
            "Fewer checks are made at %(place)s than the standard asks for", place=plain(place.name)
        ),
        [language.phrase("The certificate rests on regular checks, and too many of them were missed.")],
    )
    told.tasks.append(language.phrase("Look why: is the probe, or the computer that checks, switched off?"))
    return told


def _before_the_filter(letter: Letter, language: Language, place: Place, subject: str) -> Told:
    zone = ZoneInfo(place.zone)
    told = Told(
        subject,
        [
            language.phrase(
                "It has been so since %(time)s. This is no failure of the filter, but nothing can be "
                "checked.",
                time=language.minute(at_of(letter), zone),
            )
        ],
    )
    if letter.until is not None:
        told.paragraphs.append(
            language.phrase(
                "A certificate without evidence is suspended; that would be on %(day)s.",
                day=language.day(letter.until, zone),
            )
        )
    return told


_KINDS = {
    Kind.REMINDER: _reminder,
    Kind.ISSUED: _issued,
    Kind.SUSPENDED: _suspended,
    Kind.REINSTATED: _reinstated,
    Kind.WITHDRAWN: _withdrawn,
    Kind.FAILING: _failing,
    Kind.RECOVERED: _recovered,
    Kind.FLAPPING: _flapping,
    Kind.LAPSING: _lapsing,
    Kind.BEHIND: _behind,
    Kind.PORTAL_LOCKED: _portal_locked,
    Kind.PROBE_SILENT: _probe_silent,
    Kind.UPLINK_DEAD: _uplink_dead,
}


def told(letter: Letter, language: Language, *, now: datetime) -> Told:
    """The letter's own part. Raises `ValueError` where it lacks what its kind is about."""
    return _KINDS[letter.kind](letter, language, place_of(letter), now)


def _reasons(letter: Letter, language: Language) -> list[str]:
    told = [reason(letter.why, language)] if letter.why is not None else []
    return [*told, plain(letter.words)] if letter.words else told


def _with_findings(told: Told, letter: Letter, language: Language) -> Told:
    told.details += [plain(item) for item in letter.findings]
    told.details_label = language.phrase("What was seen")
    return told


def place_of(letter: Letter) -> Place:
    if letter.place is None:
        raise ValueError(f"a letter of kind {letter.kind.value} is about a place")
    return letter.place


def _paper(letter: Letter) -> Paper:
    if letter.paper is None:
        raise ValueError(f"a letter of kind {letter.kind.value} is about a certificate")
    return letter.paper


def at_of(letter: Letter) -> datetime:
    if letter.at is None:
        raise ValueError(f"a letter of kind {letter.kind.value} has a time")
    return letter.at
