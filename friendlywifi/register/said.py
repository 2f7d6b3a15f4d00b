"""Sentences in both languages at once: a page at a door is read by whoever stands there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from certificates import albanian
from certificates.view import day as english_day
from friendlywifi.language.spoken import ALBANIAN, ENGLISH, translation
from probes.records import Record


class Said(Record):
    """One thing, said twice."""

    sq: str
    en: str


def said(message: str, /, **places: str | int | Said) -> Said:
    """A message of the catalogue in both languages; a place may differ between them."""

    def told(code: str, own: Callable[[Said], str]) -> str:
        filled = {name: own(value) if isinstance(value, Said) else value for name, value in places.items()}
        return translation(code).phrase(message, **filled)

    return Said(sq=told(ALBANIAN, lambda item: item.sq), en=told(ENGLISH, lambda item: item.en))


def day(time: datetime) -> Said:
    """22 nëntor 2026 · 22 November 2026: the day of UTC, as the certificate prints it."""
    return Said(sq=albanian.day(time), en=english_day(time))


def minute(time: datetime) -> Said:
    """With the time of day, UTC."""
    of_day = f"{time:%H:%M} UTC"
    return Said(sq=f"{albanian.day(time)}, {of_day}", en=f"{english_day(time)}, {of_day}")
