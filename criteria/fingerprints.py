"""Published block pages: data with a source and a date.

Matched exactly, but for places in a `Location`, which hold the asked name somewhere and are looked for as
parts. What a content network asks of browsers is listed too, to be told from a block page first.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache

from criteria import released
from probes import tomlfile
from probes.records import Record


class FingerprintKind(StrEnum):
    ADDRESS = "address"
    """In a DNS answer."""
    CNAME = "cname"
    """An alias in a DNS answer."""
    REDIRECT = "redirect"
    """The host of a `Location` header."""
    LOCATION = "location"
    """A part of a `Location` header, in lower case."""
    BODY = "body"
    """The id of a text in a page (`probes.visit.texts`)."""
    HEADER = "header"
    """The beginning of a header, `name: value` in lower case: of whoever says so that it denies."""
    CHALLENGE = "challenge"
    """The id of a text by which a content network asks whether the visitor is a browser: no filter."""


class Fingerprint(Record):
    """One block page: whose, where it shows, and who says so."""

    id: str
    vendor: str
    kind: FingerprintKind
    values: tuple[str, ...]
    source: str
    seen: str
    """The source's own date, or the day on which it was read."""


class Fingerprints(Record):
    """A versioned list of them."""

    version: str
    fingerprint: tuple[Fingerprint, ...] = ()


class Pages:
    """A list of them, ready to be asked: of several entries that fit the first one counts."""

    def __init__(self, fingerprints: Fingerprints) -> None:
        self._exact: dict[tuple[FingerprintKind, str], str] = {}
        for item in fingerprints.fingerprint:
            for value in item.values:
                self._exact.setdefault((item.kind, value), item.id)
        self._parts = _of_kind(fingerprints, FingerprintKind.LOCATION)
        self._headers = _of_kind(fingerprints, FingerprintKind.HEADER)
        self._beginnings = tuple(value for values, _ in self._headers for value in values)

    def find_part(self, location: str) -> str | None:
        """The id of the block page that a `Location` leads to, by a part of it."""
        lowered = location.lower()
        return next((page for parts, page in self._parts if any(part in lowered for part in parts)), None)

    def find_header(self, name: str, value: str) -> str | None:
        """The id of whoever denies by such a header."""
        line = f"{name}: {value.strip()}".lower()
        if not line.startswith(self._beginnings):
            return None
        return next(page for beginnings, page in self._headers if line.startswith(beginnings))

    def find_text(self, kind: FingerprintKind, texts: Iterable[str]) -> str | None:
        """The id of the first entry of a kind that has one of these texts."""
        return next((page for text in texts if (page := self.find(kind, text))), None)

    def find(self, kind: FingerprintKind, value: str) -> str | None:
        """The id of the block page that has this very value."""
        return self._exact.get((kind, value))


def _of_kind(fingerprints: Fingerprints, kind: FingerprintKind) -> tuple[tuple[tuple[str, ...], str], ...]:
    return tuple((item.values, item.id) for item in fingerprints.fingerprint if item.kind is kind)


@lru_cache(maxsize=8)
def pages(fingerprints: Fingerprints) -> Pages:
    """Made once of each list."""
    return Pages(fingerprints)


def parse(text: str, *, source: str) -> Fingerprints:
    """The list from its TOML. Raises `TomlFault`."""
    return tomlfile.load(text, source=source, kind=Fingerprints)


@cache
def latest() -> Fingerprints:
    """The list that ships."""
    return parse(released.fingerprints_text(), source="fingerprints.toml")
