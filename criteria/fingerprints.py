"""Published block pages: data with a source and a date, matched exactly."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

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

    def find(self, kind: FingerprintKind, value: str) -> str | None:
        """The id of the block page that has this very value."""
        for item in self.fingerprint:
            if item.kind is kind and value in item.values:
                return item.id
        return None


def parse(text: str, *, source: str) -> Fingerprints:
    """The list from its TOML. Raises `TomlFault`."""
    return tomlfile.load(text, source=source, kind=Fingerprints)


@cache
def latest() -> Fingerprints:
    """The list that ships."""
    return parse(released.fingerprints_text(), source="fingerprints.toml")
