"""Letters about a hotspot: its filter fails or is back, or something stands before it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from certificates.records import plain
from friendlywifi.language.spoken import Language
from friendlywifi.mail.letters import Letter, Place
from friendlywifi.mail.told import Told, at_of, with_findings


def failing(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
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
    told = with_findings(told, letter, language)
    told.details += [f"{plain(item.name)}, {plain(item.address)}" for item in letter.places if many]
    return told


def recovered(_letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    return Told(
        language.phrase("The filter at %(place)s works again", place=plain(place.name)),
        [language.phrase("Several checks in a row passed. There is nothing to do.")],
    )


def portal_locked(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
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


def probe_silent(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    told = _before_the_filter(
        letter,
        language,
        place,
        language.phrase("Nothing is heard from the probe at %(place)s", place=plain(place.name)),
    )
    told.tasks.append(language.phrase("Look whether the probe has power and is in the network."))
    return told


def uplink_dead(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
    told = _before_the_filter(
        letter,
        language,
        place,
        language.phrase("The hotspot at %(place)s has no Internet", place=plain(place.name)),
    )
    told.tasks.append(language.phrase("Ask the provider of the line what is wrong with it."))
    return told


def flapping(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
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


def lapsing(letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
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


def behind(_letter: Letter, language: Language, place: Place, _now: datetime) -> Told:
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
