"""A letter in words: one view for its text and its HTML. Pure; the language and the time are handed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from certificates.records import plain
from friendlywifi.language.spoken import Language, binding, later, translation, unreviewed
from friendlywifi.mail.letters import Kind, Letter, Line
from friendlywifi.mail.telling import told
from friendlywifi.mail.told import at_of, place_of
from probes.records import Record

LONGEST_SUBJECT = 160


class Fact(Record):
    """A label and what it labels."""

    label: str
    text: str


class Words(Record):
    """Everything that a letter says; empty where this one has no such words."""

    language: str
    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    tasks_label: str
    tasks: tuple[str, ...]
    """What the reader should do, each with its day where there is one."""
    details: tuple[str, ...]
    """Items of a list: gates, places, commands."""
    details_label: str
    commands_label: str
    commands: tuple[str, ...]
    facts: tuple[Fact, ...]
    link: str
    small: tuple[str, ...]
    """Who wrote this, to whom, and which language counts."""
    alarm: bool
    """Chooses a colour, never a word."""


def words(letter: Letter, *, now: datetime) -> Words:
    """The words of a letter, as of the day on which it is sent."""
    language = translation(letter.language)
    if letter.kind is Kind.DIGEST:
        return _digest(letter, language)
    place, paper = place_of(letter), letter.paper
    zone = ZoneInfo(place.zone)
    own = told(letter, language, now=now)
    subject = f"TEST: {own.subject}" if paper is not None and paper.test else own.subject
    facts = [
        Fact(label=language.phrase("Place"), text=plain(place.name)),
        Fact(label=language.phrase("Address"), text=plain(place.address)),
    ]
    if paper is not None:
        facts += [
            Fact(label=language.phrase("Certificate"), text=paper.number),
            Fact(label=language.phrase("Valid until"), text=language.day(paper.until)),
            Fact(label=language.phrase("Issued by"), text=plain(paper.issuer)),
        ]
    return Words(
        language=language.code,
        subject=plain(subject)[:LONGEST_SUBJECT],
        greeting=language.phrase("Dear %(name)s,", name=plain(letter.reader)),
        paragraphs=tuple(own.paragraphs),
        tasks_label=language.phrase("What to do") if own.tasks else "",
        tasks=tuple(own.tasks),
        details_label=own.details_label if own.details else "",
        details=tuple(own.details),
        commands_label=language.phrase("To see the same from there") if letter.retest else "",
        commands=letter.retest,
        facts=tuple(facts),
        link=paper.url if paper is not None else "",
        small=_small(letter, language, language.minute(now, zone)),
        alarm=letter.kind in _ALARMS,
    )


_ALARMS = frozenset({Kind.SUSPENDED, Kind.WITHDRAWN, Kind.FAILING})


_LINES = {
    Kind.REMINDER: later("%(place)s: reminded of the end of its certificate on %(day)s."),
    Kind.ISSUED: later("%(place)s: certificate issued on %(day)s."),
    Kind.SUSPENDED: later("%(place)s: certificate suspended on %(day)s."),
    Kind.REINSTATED: later("%(place)s: certificate in force again since %(day)s."),
    Kind.WITHDRAWN: later("%(place)s: certificate withdrawn on %(day)s."),
    Kind.FAILING: later("%(place)s: the filter fails since %(day)s."),
    Kind.RECOVERED: later("%(place)s: the filter works again since %(day)s."),
    Kind.FLAPPING: later("%(place)s: the filter comes and goes since %(day)s."),
    Kind.LAPSING: later("%(place)s: the evidence ends soon, as was seen on %(day)s."),
    Kind.BEHIND: later("%(place)s: too few checks, as was seen on %(day)s."),
    Kind.PORTAL_LOCKED: later("%(place)s: the checks stand before a login page since %(day)s."),
    Kind.PROBE_SILENT: later("%(place)s: nothing is heard from the probe since %(day)s."),
    Kind.UPLINK_DEAD: later("%(place)s: no Internet since %(day)s."),
}


def _digest(letter: Letter, language: Language) -> Words:
    at = at_of(letter)
    first = at - timedelta(days=7)
    lines = tuple(_line(item, language) for item in letter.lines)
    return Words(
        language=language.code,
        subject=language.phrase(
            "Friendly Wi-Fi: the week from %(first)s to %(last)s",
            first=language.day(first),
            last=language.day(at),
        ),
        greeting=language.phrase("Dear %(name)s,", name=plain(letter.reader)),
        paragraphs=(
            language.counted(
                "%(number)s thing happened this week.", "%(number)s things happened this week.", len(lines)
            ),
        ),
        tasks_label="",
        tasks=(),
        details_label=language.phrase("What happened") if lines else "",
        details=lines,
        commands_label="",
        commands=(),
        facts=(),
        link="",
        small=_small(letter, language, language.minute(at)),
        alarm=False,
    )


def _line(line: Line, language: Language) -> str:
    return language.phrase(_LINES[line.kind], place=plain(line.place), day=language.day(line.at))


def _small(letter: Letter, language: Language, when: str) -> tuple[str, ...]:
    told = [
        language.phrase("Written by a program on %(time)s, because you are named as a contact.", time=when),
        binding(language, binds=letter.binds),
        unreviewed(language),
    ]
    return tuple(text for text in told if text)
