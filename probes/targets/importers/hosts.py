"""Hosts files: `0.0.0.0 name name…`. Only names that are sent nowhere are blocked ones."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from probes.targets.importers.entry import Imported, Reason, Skips, imported, is_local, numbered


def read(lines: Iterable[str], skips: Skips) -> Iterator[Imported]:
    for number, line in numbered(lines, skips):
        address, *names = line.partition("#")[0].split() or [""]
        if not address:
            continue
        if not names or not _is_address(address):
            skips.add(Reason.NO_NAME, number)
        elif not _is_nowhere(address):
            skips.add(Reason.NOT_BLOCKED, number)
        else:
            yield from _names(names, number, skips)


def _names(names: list[str], line: int, skips: Skips) -> Iterator[Imported]:
    for name in names:
        # "0.0.0.0 0.0.0.0" stands in well-known lists: a habit, no name.
        if is_local(name.lower()) or _is_address(name):
            skips.add(Reason.LOCAL, line)
        elif entry := imported(name, line, skips):
            yield entry


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_nowhere(text: str) -> bool:
    address = ipaddress.ip_address(text)
    return address.is_unspecified or address.is_loopback
