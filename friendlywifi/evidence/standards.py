"""The texts of a standard as a bundle holds them: its own, and those of what it extends."""

from __future__ import annotations

from functools import lru_cache

from criteria.standard import Loaded, load, released
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.shipped import standard_text
from probes import tomlfile
from probes.tomlfile import TomlFault

OWN = "standard.toml"
EXTENDED = "extended/"


def texts_of(name: str) -> tuple[str, ...]:
    """The texts of a standard by its id or file, its own first. Complains where there is none."""
    text, source = standard_text(name)
    try:
        return load(text, source=source, resolve=released).texts
    except TomlFault as fault:
        raise Complaint(str(fault)) from None


def as_files(texts: tuple[str, ...]) -> dict[str, bytes]:
    """The texts by the names that they have in a bundle."""
    return {
        OWN: texts[0].encode(),
        **{f"{EXTENDED}{number}.toml": text.encode() for number, text in enumerate(texts[1:], start=1)},
    }


def from_files(files: dict[str, bytes]) -> Loaded:
    """The standard of a bundle: nothing but what the bundle holds is extended. Raises `EvidenceFault`."""
    try:
        bases = tuple((name, files[name].decode()) for name in sorted(files) if name.startswith(EXTENDED))
        return _loaded(files[OWN].decode(), bases)
    except (TomlFault, UnicodeDecodeError) as fault:
        raise EvidenceFault(f"this version cannot read the standard: {fault}") from None


@lru_cache(maxsize=8)
def _loaded(own: str, bases: tuple[tuple[str, str], ...]) -> Loaded:
    """A year of bundles has few standards between them."""
    by_id = {str(tomlfile.parse(text, source=name).get("id")): text for name, text in bases}
    return load(own, source=OWN, resolve=by_id.__getitem__)
