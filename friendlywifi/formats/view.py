"""An account in the words of the language that is spoken: what the page and the paper show, and nothing else.

The answer first, in plain words; then each hotspot with all its runs, the missing ones too; then single runs
in detail. A form that sets this in type adds no word of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from friendlywifi.formats.hotspot_view import HotspotView, hotspot_view
from friendlywifi.formats.run_view import RunView, run_view
from friendlywifi.formats.wording import NOBODY, SIGNS, Sign, minute
from friendlywifi.language.spoken import fine_print, later, phrase, spoken
from friendlywifi.reporting.account import Account, State
from friendlywifi.reporting.report import Report
from probes.records import Record

MOST_DETAILED = 12
"""With more runs than that only the newest judged one of each hotspot is told in detail."""


class Labels(Record):
    """The words around the data."""

    runs: str
    run: str
    made: str
    result: str
    remark: str
    criterion: str
    gate: str
    why: str
    todo: str
    limits: str
    detail: str
    refused: str
    page: str
    """With `%(page)s` and `%(pages)s` still to fill in."""
    strip: str
    signs: tuple[tuple[Sign, str], ...]


class View(Record):
    language: str
    title: str
    sentences: tuple[str, ...]
    hotspots: tuple[HotspotView, ...]
    runs: tuple[RunView, ...]
    refused: tuple[str, ...]
    fine_print: tuple[str, ...]
    labels: Labels


def view_of(account: Account) -> View:
    """The account, told."""
    names = account.hotspots
    title = (
        phrase("Report on %(hotspot)s", hotspot=names[0])
        if len(names) == 1
        else phrase("Report on %(number)s hotspots", number=spoken().number(len(names)))
    )
    hotspots = tuple(hotspot_view(account, name) for name in names)
    return View(
        language=spoken().code,
        title=title,
        sentences=tuple(_sentences(account, hotspots)),
        hotspots=hotspots,
        runs=tuple(run_view(item) for item in _detailed(account)),
        refused=tuple(f"{item.file}: {item.why}" for item in account.refused),
        fine_print=fine_print(),
        labels=_labels(),
    )


def _labels() -> Labels:
    return Labels(
        runs=phrase("All runs"),
        run=phrase("run"),
        made=phrase("made"),
        result=phrase("result"),
        remark=phrase("remark"),
        criterion=phrase("criterion"),
        gate=phrase("gate"),
        why=phrase("why"),
        todo=phrase("what to do"),
        limits=phrase("What stays possible"),
        detail=phrase("Runs in detail"),
        refused=phrase("Files that were handed in and are no evidence"),
        page=spoken().gettext(later("Page %(page)s of %(pages)s")),
        strip=phrase("Day by day"),
        signs=tuple((sign, phrase(told)) for sign, told in SIGNS.items()),
    )


def _sentences(account: Account, hotspots: tuple[HotspotView, ...]) -> Iterable[str]:
    if account.since is not None or account.until is not None:
        yield phrase(
            "Runs that began from %(since)s to %(until)s UTC.",
            since=minute(account.since) or phrase("the first"),
            until=minute(account.until) or phrase("the last"),
        )
    if len(hotspots) > 1:
        counts = Counter(item.sign for item in hotspots)
        parts = ", ".join(f"{count} {phrase(SIGNS[sign])}" for sign, count in sorted(counts.items()))
        yield phrase(
            "Of %(number)s hotspots, by the last run of each that can be judged: %(parts)s.",
            number=len(hotspots),
            parts=parts,
        )
    unread = account.unread()
    if unread:
        yield phrase(
            "Of %(number)s runs only what the records keep is shown: their evidence is not here, or of "
            "another place.",
            number=len(unread),
        )
    yield phrase(NOBODY)


def _detailed(account: Account) -> Iterable[Report]:
    if len(account.sources) <= MOST_DETAILED:
        return account.reports()
    newest = {
        item.listed.hotspot: item for item in account.sources if item.listed.state is State.JUDGED
    }  # sources are in the order of time
    return (newest[name].report() for name in sorted(newest))
