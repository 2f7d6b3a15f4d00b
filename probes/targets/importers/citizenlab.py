"""The CSV of Citizen Lab's test lists: `url,category_code,category_description,date_added,source,notes`.

Its codes become our categories (`CROSSWALK`); those without a counterpart are left out, and those that
would fill a class of illegal content are refused. The lists are CC BY-NC-SA: not to be sold on.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from probes.records import Category
from probes.targets.importers.entry import Imported, Reason, Skips, imported, numbered

CROSSWALK = {
    "PORN": Category.ADULT,
    "GMB": Category.GAMBLING,
    "ALDR": Category.DRUGS,
    "HATE": Category.HATE,
    "ANON": Category.BYPASS,
    "HACK": Category.SECURITY,
    "CTRL": Category.CONTROL_HELP,
    "XED": Category.CONTROL_HELP,
    "PUBH": Category.CONTROL_HELP,
    "LGBT": Category.CONTROL_HELP,
    "HUMR": Category.CONTROL_HELP,
    "IGO": Category.CONTROL_HELP,
}

REFUSED = frozenset({"MILX", "CSAM", "CSEM", "CSAI", "CP", "CHILD", "TERR"})
"""Militants and extremists, and every word for abuse of children that such a list might hold."""


def read(lines: Iterable[str], skips: Skips) -> Iterator[Imported]:
    url, code = 0, 1
    for number, line in numbered(lines, skips):
        # Line by line: a quotation mark that is never closed must not swallow the rest of the file.
        try:
            row = next(csv.reader([line]))
        except csv.Error:
            skips.add(Reason.NO_NAME, number)
            continue
        words = [cell.strip().lower() for cell in row]
        if number == 1 and "url" in words and "category_code" in words:
            url, code = words.index("url"), words.index("category_code")
            continue
        if len(row) <= max(url, code):
            skips.add(Reason.NO_NAME, number)
            continue
        word = row[code].strip().upper()
        category = CROSSWALK.get(word)
        if word in REFUSED:
            skips.add(Reason.REFUSED, number)
        elif category is None:
            skips.add(Reason.NO_CATEGORY, number)
        elif entry := imported(row[url], number, skips, url=True, category=category):
            yield entry
