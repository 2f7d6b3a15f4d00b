"""CSV, for people with a spreadsheet: a row for each verdict. No cell can be a formula.

RFC 4180, with a byte-order mark because spreadsheets guess wrong without it.
"""

from __future__ import annotations

import csv
import io

from friendlywifi.report import Report

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
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def render(reports: tuple[Report, ...]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for report in reports:
        run = report.run
        for item in report.verdicts:
            writer.writerow(
                safe(str(cell))
                for cell in (
                    run.hotspot,
                    run.serial,
                    run.started.isoformat(),
                    item.target,
                    item.category.value,
                    item.outcome.value,
                    item.strength.value,
                    item.judged_at.value,
                    " ".join(item.mechanisms),
                    item.rule,
                )
            )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe(cell: str) -> str:
    """The cell as text: a leading apostrophe keeps a spreadsheet from calculating what a network sent.

    Signs that look like the leading ones, and spaces before them, are dealt with too.
    """
    bare = cell.lstrip(" \u00a0\ufeff\u200b")
    wide = bare[:1].translate(str.maketrans("\uff1d\uff0b\uff0d\uff20", "=+-@"))
    return f"'{cell}" if cell.startswith(_FORMULA) or wide in _FORMULA else cell
