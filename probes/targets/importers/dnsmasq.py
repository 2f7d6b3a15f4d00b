"""Configuration of dnsmasq(8): `address=/x/…`, `server=/x/`, `local=/x/` block `x` and all below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from probes.targets.importers.entry import Imported, Reason, Skips, imported, numbered

_LINE = re.compile(r"\s*(?P<option>address|server|local)\s*=\s*/(?P<names>.*)/(?P<value>[^/]*)$")


def read(lines: Iterable[str], skips: Skips) -> Iterator[Imported]:
    for number, line in numbered(lines, skips):
        text = re.sub(r"(?:^|\s)#.*$", "", line).rstrip()
        if not text:
            continue
        match = _LINE.match(text)
        if match is None:
            skips.add(Reason.OTHER_DATA, number)
        elif match["option"] != "address" and match["value"].strip():
            # With a server behind the last slash the name is forwarded there; `#` is the usual servers.
            skips.add(Reason.NOT_BLOCKED, number)
        else:
            for name in match["names"].split("/"):
                if entry := imported(name, number, skips):
                    yield msgspec.structs.replace(entry, wildcard=True)
