"""Response policy zones (draft-vixie-dnsop-dns-rpz): the names that a zone file blocks.

`CNAME .`, `CNAME *.`, `CNAME rpz-drop.`, a redirect and data of the zone's own all keep a visitor from the
true answer. `rpz-passthru.` allows, `rpz-tcp-only.` only slows down. A name and its wildcard, which stand
beside one another, are one entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from probes.targets.importers.entry import Imported, Reason, Skips, imported, numbered

_TRIGGERS = ("rpz-ip", "rpz-client-ip", "rpz-nsip", "rpz-nsdname")
_ALLOWING = frozenset({"rpz-passthru.", "rpz-tcp-only."})
_CLASSES = frozenset({"IN", "CH", "HS", "ANY"})
_TTL = re.compile(r"(?:\d+[smhdw]?)+", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def read(lines: Iterable[str], skips: Skips) -> Iterator[Imported]:
    origin = zone = ""
    open_brackets = 0
    owner = ""
    held: Imported | None = None
    for number, line in numbered(lines, skips):
        text = _QUOTED.sub('""', line).partition(";")[0].rstrip()
        inside = open_brackets > 0
        open_brackets = max(0, open_brackets + text.count("(") - text.count(")"))
        if inside or not text:
            continue
        if text.startswith("$"):
            word, *values = text.split()
            if word.upper() == "$ORIGIN" and values:
                origin = values[0].lower()
                zone = zone or origin
            continue
        words = text.split()
        if not text[0].isspace():
            owner = words.pop(0).lower()
        kind, data = _record(words)
        if kind == "SOA":
            # The owner of the SOA is the zone, whatever $ORIGIN says.
            zone = owner if owner.endswith(".") else origin
            origin = origin or zone
        elif not kind:
            skips.add(Reason.NO_NAME, number)
        elif kind not in ("CNAME", "A", "AAAA"):
            skips.add(Reason.OTHER_DATA, number)
        elif kind == "CNAME" and data.lower() in _ALLOWING:
            skips.add(Reason.NOT_BLOCKED, number)
        else:
            entry = _name(_within(owner, origin, zone), number, skips)
            if entry is None:
                continue
            if held is not None and held.name == entry.name:
                held = msgspec.structs.replace(held, wildcard=held.wildcard or entry.wildcard)
                continue
            if held is not None:
                yield held
            held = entry
    if held is not None:
        yield held


def _record(words: list[str]) -> tuple[str, str]:
    """Type (upper-case) and first word of the data, after a TTL and a class in either order."""
    rest = list(words)
    while rest and (rest[0].upper() in _CLASSES or _TTL.fullmatch(rest[0])):
        rest.pop(0)
    if not rest or not rest[0].isalnum():
        return "", ""
    return rest[0].upper(), rest[1] if len(rest) > 1 else ""


def _within(owner: str, origin: str, zone: str) -> str | None:
    """The owner without the zone that it lies in; `None` where it lies outside."""
    if owner == "@" or (owner.endswith(".") and not zone.strip(".")):
        return None
    if not owner.endswith("."):
        # Relative to $ORIGIN, which may itself be a part of the blocked name.
        owner = f"{owner}.{origin}" if origin.strip(".") else f"{owner}."
    if not zone.strip("."):
        return owner.removesuffix(".")
    suffix = "." + zone.strip(".") + "."
    return owner.removesuffix(suffix) if owner.endswith(suffix) else None


def _name(owner: str | None, line: int, skips: Skips) -> Imported | None:
    if owner is None:
        skips.add(Reason.OUTSIDE_ZONE, line)
        return None
    if owner.rsplit(".", 1)[-1] in _TRIGGERS:
        skips.add(Reason.OTHER_TRIGGER, line)
        return None
    return imported(owner, line, skips)
