"""Very many names in the form that goes over the wire. Their ends are the same few: they are packed once."""

from __future__ import annotations

from collections.abc import Iterable

from probes.dns.names import MAX_LABEL, MAX_NAME, pack_name

_ROOM = 4096
_LENGTH = tuple(bytes((size,)) for size in range(MAX_LABEL + 1))


def pack_names(names: Iterable[str]) -> list[bytes]:
    """What `pack_name` makes of each of them. Raises `WireError` as it does."""
    ends: dict[str, bytes] = {}
    found: list[bytes] = []
    for name in names:
        if "\\" in name:
            # A dot that is escaped parts nothing (RFC 1035 section 5.1).
            found.append(pack_name(name))
            continue
        label, _, rest = name.partition(".")
        end = ends.get(rest)
        if end is None:
            if len(ends) >= _ROOM:
                ends.clear()
            # A last dot is the root's, and a second one is a fault.
            end = ends[rest] = pack_name(rest if rest != "." else name)
        size = len(label)
        if 0 < size <= MAX_LABEL and size + len(end) < MAX_NAME and label.isascii():
            found.append(_LENGTH[size] + label.encode() + end)
        else:
            found.append(pack_name(name))
    return found
