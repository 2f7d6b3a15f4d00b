"""The captive-portal probes that visitors' own devices make, as data."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from probes.records import Record
from probes.tomlfile import load


class Portal(Record):
    """One maker's probe, over plain HTTP."""

    vendor: str
    host: str
    path: str
    token: str | None = None
    """What the body holds under status 200 when nothing stands in the way; `None`: an empty 204."""

    @property
    def status(self) -> int:
        """The status of an answer that comes from the maker."""
        return 204 if self.token is None else 200


class _File(Record):
    portal: tuple[Portal, ...]


@cache
def portals() -> tuple[Portal, ...]:
    """Every probe, the most telling first; each maker stands once."""
    source = files("probes") / "portals.toml"
    return load(source.read_text("utf-8"), source="portals.toml", kind=_File).portal
