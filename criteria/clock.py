"""How far off is this machine's clock? Servers that are known to be genuine say what time it is."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from probes.records import Observation

_DATE = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=1024)
def parse_date(text: str) -> datetime | None:
    """An IMF-fixdate (RFC 9110, 5.6.7), whatever the machine's language; `None` if it is none."""
    match = _DATE.fullmatch(text.strip())
    if match is None or match[2] not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(match[number]) for number in (1, 3, 4, 5, 6))
    try:
        return datetime(year, _MONTHS.index(match[2]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def clock_offset(observations: Iterable[Observation]) -> int | None:
    """The median of (server's time - ours) in whole seconds; `None` where nobody said a time."""
    found = []
    for item in observations:
        said = item.http.header("date") if item.http is not None else None
        theirs = parse_date(said) if said is not None else None
        if theirs is not None:
            ours = item.started + timedelta(microseconds=item.elapsed_us)
            found.append(int((theirs - ours).total_seconds()))
    return int(statistics.median(found)) if found else None
