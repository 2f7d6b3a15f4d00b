"""Search engines and video sites whose restricted form a network can force by DNS, as data."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from probes.records import Engine, Record
from probes.tomlfile import load


class _File(Record):
    engine: tuple[Engine, ...]


@cache
def engines() -> tuple[Engine, ...]:
    """Every known one, in the order of the file."""
    source = files("probes") / "safesearch.toml"
    return load(source.read_text("utf-8"), source="safesearch.toml", kind=_File).engine
