"""CSV, for people with a spreadsheet: a row for each verdict, and for each run that has none. No cell can be
a formula.

RFC 4180, with a byte-order mark because spreadsheets guess wrong without it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from friendlywifi.reporting.account import Account, Gap

COLUMNS = (
    "hotspot",
    "run",
    "started",
    "target",
    "category",
    "outcome",
    "strength",
    "judged_at",
    "mechanisms",
    "rule",
    "state",
    "vantage",
)

_NOTHING = ("",) * 7
"""In place of a verdict."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def render(account: Account) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in _rows(account):
        writer.writerow(map(safe, row))
    return b"\xef\xbb\xbf" + out.getvalue().encode(errors="replace")


def _rows(account: Account) -> Iterator[tuple[str, ...]]:
    for source in account.sources:
        listed = source.listed
        for item in source.report().verdicts:
            yield (
                listed.hotspot,
                str(listed.serial),
                listed.started.isoformat(),
                item.target,
                item.category.value,
                item.outcome.value,
                item.strength.value,
                item.judged_at.value,
                " ".join(item.mechanisms),
                item.rule,
                listed.state.value,
                listed.vantage or "",
            )
    for run in account.unread():
        yield (
            run.hotspot,
            str(run.serial),
            run.started.isoformat(),
            *_NOTHING,
            f"{run.state.value}, no evidence",
            run.vantage or "",
        )
    for gap in account.gaps:
        yield (gap.hotspot, _numbers(gap), "", *_NOTHING, gap.state.value, gap.vantage or "")


def _numbers(gap: Gap) -> str:
    """A spreadsheet would take `3-7` for a day in July."""
    return str(gap.first) if gap.first == gap.last else f"{gap.first} to {gap.last}"


def safe(cell: str) -> str:
    """The cell as text: a leading apostrophe keeps a spreadsheet from calculating what a network sent.

    Signs that look like the leading ones, and spaces before them, are dealt with too.
    """
    bare = cell.lstrip(" \u00a0\ufeff\u200b")
    wide = bare[:1].translate(str.maketrans("\uff1d\uff0b\uff0d\uff20", "=+-@"))
    return f"'{cell}" if cell.startswith(_FORMULA) or wide in _FORMULA else cell
