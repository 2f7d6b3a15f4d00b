"""Who opens encrypted connections on a tester's own machine: names of issuers, with a source and a date."""

from __future__ import annotations

import re
from functools import cache

from criteria import released
from probes import tomlfile
from probes.records import Record

_COMMON_NAME = re.compile(r"(?:^|,)CN=((?:\\.|[^,\\])*)")
_ESCAPE = re.compile(r"\\(.)")


class Shield(Record):
    """One program, by the common names under which it signs."""

    id: str
    vendor: str
    names: tuple[str, ...]
    source: str
    seen: str


class Shields(Record):
    """A versioned list of them."""

    version: str
    shield: tuple[Shield, ...]

    def find(self, issuer: str | None) -> Shield | None:
        """The program that signs under this issuer (RFC 4514); only a whole common name matches."""
        found = {_ESCAPE.sub(r"\1", name) for name in _COMMON_NAME.findall(issuer or "")}
        return next((item for item in self.shield if found & set(item.names)), None)


@cache
def latest() -> Shields:
    """The list that ships."""
    return tomlfile.load(released.text("shields.toml"), source="shields.toml", kind=Shields)
