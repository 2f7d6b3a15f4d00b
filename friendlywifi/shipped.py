"""A standard by its id or its file, with the digest that certificates name it by."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from criteria.extending import Resolve
from criteria.released import released_names, released_text
from criteria.standard import Loaded, Standard, load
from friendlywifi.complaint import Complaint
from friendlywifi.files import read_text
from probes.tomlfile import TomlFault

_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")


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
    """A standard and its digest: over the bytes of its file, and of those that it extends."""
    loaded = load_whole(name)
    return loaded.standard, loaded.digest


def load_whole(name: str) -> Loaded:
    """A standard with its digest and the texts that the digest covers."""
    text, source = standard_text(name)
    try:
        loaded = load(text, source=source, resolve=resolver(source))
    except TomlFault as fault:
        raise Complaint(str(fault)) from None
    if name not in ids():
        _require_own_name(loaded, source)
    return loaded


def _require_own_name(loaded: Loaded, source: str) -> None:
    """A face, and more so the code of a sign, names a standard by its id: no other may bear that of one that
    comes with the program.
    """
    own = loaded.standard
    if own.id not in ids():
        return
    ours = load(released_text("standards", f"{own.id}.toml"), source=source, resolve=resolver(source))
    if ours.standard.version == own.version and ours.digest != loaded.digest:
        raise Complaint(
            f"{source} calls itself {own.id} {own.version}, as a standard does that comes with the program, "
            "and is another one: give it an id of its own"
        )


def resolver(source: str) -> Resolve:
    """Finds what a standard extends: one that comes with the program, or `ID.toml` in the same folder."""

    def resolve(standard_id: str) -> str:
        if standard_id in ids():
            return released_text("standards", f"{standard_id}.toml")
        beside = Path(source).parent / f"{standard_id}.toml"
        if not _ID.fullmatch(standard_id) or not beside.is_file():
            raise KeyError(standard_id)
        return read_text(beside, what="the standard")

    return resolve
