"""The part of a letter that is its own, and what every kind of letter leans on."""

from __future__ import annotations

from datetime import datetime

from certificates.records import plain
from friendlywifi.language.spoken import Language
from friendlywifi.mail.letters import Letter, Paper, Place


class Told:
    """The part of a letter that is its own."""

    def __init__(self, subject: str, paragraphs: list[str]) -> None:
        self.subject = subject
        self.paragraphs = paragraphs
        self.tasks: list[str] = []
        self.details: list[str] = []
        self.details_label = ""


def with_findings(told: Told, letter: Letter, language: Language) -> Told:
    told.details += [plain(item) for item in letter.findings]
    told.details_label = language.phrase("What was seen")
    return told


def place_of(letter: Letter) -> Place:
    if letter.place is None:
        raise ValueError(f"a letter of kind {letter.kind.value} is about a place")
    return letter.place


def paper_of(letter: Letter) -> Paper:
    if letter.paper is None:
        raise ValueError(f"a letter of kind {letter.kind.value} is about a certificate")
    return letter.paper


def at_of(letter: Letter) -> datetime:
    if letter.at is None:
        raise ValueError(f"a letter of kind {letter.kind.value} has a time")
    return letter.at
