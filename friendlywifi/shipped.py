"""A standard by its id or its file, with the digest that certificates name it by."""

from __future__ import annotations

import difflib
from pathlib import Path

from criteria.released import released_names, released_text
from criteria.standard import Standard, parse
from friendlywifi.complaint import Complaint
from friendlywifi.files import read_text
from probes.records import digest
from probes.tomlfile import TomlFault


def ids() -> tuple[str, ...]:
    """The ids of the standards that come with the program."""
    return released_names("standards", ".toml")


def standard_text(name: str) -> tuple[str, str]:
    """The text of a standard and the name to use in messages. Complains where there is none."""
    known = ids()
    if name in known:
        return released_text("standards", f"{name}.toml"), f"{name}.toml"
    path = Path(name)
    if path.suffix != ".toml" and not path.exists():
        near = difflib.get_close_matches(name, known, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}; or give a .toml file"
        raise Complaint(f'there is no standard "{name}"; {hint}')
    return read_text(path, what="the standard"), str(path)


def load_standard(name: str) -> tuple[Standard, str]:
    """A standard and the digest of its bytes."""
    text, source = standard_text(name)
    try:
        return parse(text, source=source), digest(text.encode())
    except TomlFault as fault:
        raise Complaint(str(fault)) from None
