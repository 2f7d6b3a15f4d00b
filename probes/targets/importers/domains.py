"""One name or URL on each line, comments after `#`, `!` or `;`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from probes.targets.importers.entry import Imported, Reason, Skips, imported, is_local, numbered

# `#` begins a comment at the start of a line or after a blank; in a URL it is a fragment.
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def read(lines: Iterable[str], skips: Skips) -> Iterator[Imported]:
    for number, line in numbered(lines, skips):
        text = _COMMENT.sub("", line).strip()
        if not text or text.startswith(("!", ";")):
            continue
        if is_local(text.lower()):
            skips.add(Reason.LOCAL, number)
        elif entry := imported(text, number, skips, url=True):
            yield entry
