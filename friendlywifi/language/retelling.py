"""Sentences that stand in records, told in the language of the one at the command line.

Records, evidence and JSON hold English, which binds and is hashed and signed. A sentence is recognised by its
shape (`friendlywifi.language.sentences`); one that is not stays as it is: better English than wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from friendlywifi.language.complaints import CELLS, CLAUSES, COMPLAINTS, DOCTOR, OF_A_FILE
from friendlywifi.language.sentences import COUNTED, MONTHS, PLAIN, WORDS
from friendlywifi.language.spoken import ENGLISH, Language, spoken

_PLACE = re.compile(r"%\(([a-z_]+)\)s")
_TEXT = r"(?:(?![.!?] [A-Z0-9“]).)+?"
"""A place holds no end of a sentence, so that no shape swallows the one before it."""

_NUMBER = r"[0-9](?:[0-9.,]*[0-9])?"
_KINDS = {
    **dict.fromkeys(
        ("number", "of", "share", "bound", "wanted", "limit", "days", "rest", "seconds"), _NUMBER
    ),
    "criterion": r"[A-Z]{3}-[0-9]{2}",
    "sentence": ".+?",
}
"""What the places of these names hold."""

_INSIDE = frozenset({"sentence", "clause", "signed"})
"""Places that hold something that is told in turn."""

_CLAUSES = _INSIDE | {"reason", "hint"}
"""Likewise, of complaints."""

_SPLIT = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“])")
_DAY = re.compile(rf"(\d{{1,2}}) ({'|'.join(MONTHS)})\b")


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """One sentence with places, and the forms to say it in."""

    pattern: re.Pattern[str]
    forms: tuple[str, ...]
    """One; or the one for a single thing and the one for many."""

    @property
    def letters(self) -> int:
        return len(_PLACE.sub("", self.forms[-1]))


def retold(text: str) -> str:
    """The text in the spoken language, sentence by sentence."""
    language = spoken()
    if language.code == ENGLISH:
        return text
    whole = _told(text, language)
    if whole is not None:
        return whole
    return " ".join(_told(part, language) or part for part in _SPLIT.split(text))


def complained(text: str) -> str:
    """A complaint in the spoken language; what stands inside of it may be a sentence of a record."""
    if spoken().code == ENGLISH:
        return text
    return _complained(text, COMPLAINTS) or _complained(text, OF_A_FILE) or retold(text)


def is_complaint(text: str) -> bool:
    """Whether a complaint has a known shape."""
    return _shape_of(text, COMPLAINTS) is not None


def diagnosed(text: str) -> str:
    """What `doctor` says, in the spoken language."""
    return text if spoken().code == ENGLISH else _complained(text, DOCTOR) or complained(text)


def faulted(text: str) -> str:
    """What is wrong with one cell of a list, in the spoken language."""
    return text if spoken().code == ENGLISH else _complained(text, CELLS) or text


def _complained(text: str, messages: tuple[str, ...]) -> str | None:
    found = _shape_of(text, messages)
    if found is None:
        return None
    message, places = found
    inner = {name: _clause(value) if name in _CLAUSES else value for name, value in places.items()}
    if "clauses" in inner:
        inner["clauses"] = ", ".join(map(diagnosed, inner["clauses"].split(", ")))
    return spoken().phrase(message, **inner)


def _clause(text: str) -> str:
    return _complained(text, CLAUSES) or _complained(text, COMPLAINTS) or retold(text)


def recognised(text: str) -> bool:
    """Whether every sentence of a text, and what is told inside of one, has a known shape."""
    found = _match(text)
    if found is not None:
        return all(recognised(value) for name, value in found[1].items() if name in _INSIDE)
    parts = _SPLIT.split(text)
    return len(parts) > 1 and all(map(recognised, parts))


def word(value: str) -> str:
    """A word of a closed list (a category, a result, who must act) in the spoken language."""
    return spoken().phrase(WORDS[value]) if value in WORDS else value.replace("_", " ")


def _told(text: str, language: Language) -> str | None:
    found = _match(text)
    if found is None:
        return None
    shape, places = found
    said = {name: _place(name, value, language) for name, value in places.items()}
    if len(shape.forms) == 1:
        return language.phrase(shape.forms[0], **said)
    one, many = shape.forms
    return language.counted(one, many, int(places["number"].replace(",", "")), **said)


def _place(name: str, value: str, language: Language) -> str:
    if name in _INSIDE:
        return retold(value)
    if name in ("category", "word"):
        return language.phrase(WORDS[value]) if value in WORDS else value
    if name in ("day", "time"):
        return _DAY.sub(lambda found: f"{found[1]} {language.phrase(MONTHS[found[2]])}", value)
    return value


def _shape_of(text: str, messages: tuple[str, ...]) -> tuple[str, dict[str, str]] | None:
    for pattern, message in _patterns(messages):
        found = pattern.fullmatch(text)
        if found is not None:
            return message, found.groupdict()
    return None


@cache
def _patterns(messages: tuple[str, ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """As `_shapes`. A complaint is one whole: its places hold paths and words that a stop may stand in."""
    ordered = sorted(messages, key=lambda message: -len(_PLACE.sub("", message)))
    return tuple((_pattern(message, text=".+?"), message) for message in ordered)


def _match(text: str) -> tuple[_Shape, dict[str, str]] | None:
    for shape in _shapes():
        found = shape.pattern.fullmatch(text)
        if found is not None:
            return shape, found.groupdict()
    return None


@cache
def _shapes() -> tuple[_Shape, ...]:
    """The most particular first: those with most letters of their own."""
    return tuple(sorted(_every(), key=lambda shape: -shape.letters))


def _every() -> Iterator[_Shape]:
    for message in PLAIN:
        yield _Shape(pattern=_pattern(message), forms=(message,))
    for forms in COUNTED:
        for form in forms:
            yield _Shape(pattern=_pattern(form), forms=forms)


def _pattern(message: str, *, text: str = _TEXT) -> re.Pattern[str]:
    parts = _PLACE.split(message)
    out = ""
    for at, part in enumerate(parts):
        if at % 2 == 0:
            out += re.escape(part.replace("%%", "%"))
        else:
            out += f"(?P<{part}>{_KINDS.get(part, text)})"
    return re.compile(out, re.DOTALL)
