"""Which names does this machine answer by itself? Of hosts(5) only lines about given names are kept."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from probes.records import HostsEntry


def parse_hosts(text: str, *, names: Collection[str]) -> tuple[HostsEntry, ...]:
    """The lines about these names, in order. What else a person keeps in that file is nobody's business."""
    wanted = frozenset(names)
    found: dict[HostsEntry, None] = {}
    for line in text.splitlines():
        address, *given = line.partition("#")[0].split() or [""]
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            continue
        for name in given:
            plain = name.lower().rstrip(".")
            if plain in wanted:
                found[HostsEntry(name=plain, address=str(parsed))] = None
    return tuple(found)
