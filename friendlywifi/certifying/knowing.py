"""What the deciding machine knows of a hotspot by itself, beside what the request says of it.

A request holds what its evaluator put into it. Runs that came here by another way, and what was enrolled
here, are not the evaluator's word.
"""

from __future__ import annotations

from collections.abc import Iterator

from friendlywifi.certifying.checklist import Check, s_of
from friendlywifi.certifying.reckoning import Again
from friendlywifi.certifying.request import Request
from friendlywifi.certifying.witnessing import Notice, receipts
from friendlywifi.records import hotspots, runs
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Hotspot, fold
from friendlywifi.records.identity import Place, compare
from friendlywifi.records.runs import RunRow


def known_here(records: Records, again: Again) -> Iterator[Check]:
    """Runs and networks of the hotspot that this machine knows."""
    yield from _announced(records, again)
    yield from _runs(_unasked(records, again.request), again.request)
    yield from _place(_same(records, again.request), again)


def _announced(records: Records, again: Again) -> Iterator[Check]:
    """Whether the announcement was here before the run began; else whose word its time is, and what could
    have been chosen from if it is not true.
    """
    request, first = again.request, again.result.registered
    at = request.announced.at
    known = list(receipts(records, request.hotspot.id, name=request.hotspot.name))
    # By the whole of it: one entry of a journal could be named in notices of many times.
    others = (notice for _, notice in known if not _is(notice, request))
    for notice in (item for item in others if item.at < at):
        within = request.since <= notice.at
        told = "and the request passes it over" if within else "before the period of the request"
        yield Check(
            done=False if within else None,
            text=f"another run was announced here {notice.at:%-d %B, %H:%M} UTC by {notice.by}, {told}",
        )
    mine = [came for came, notice in known if _is(notice, request)]
    if mine and first is not None and mine[0] < first.run.started:
        yield Check(
            done=True,
            text=f"its announcement was here {mine[0]:%-d %B, %H:%M} UTC, before the run that decides began",
        )
        return
    late = ", and it came here only afterwards" if mine else ""
    before = [item for item in again.weighed if item.run.started <= at and item.sampled(again.standard)]
    whole = f"{len(before)} {s_of(len(before), 'run')} with a sample {'lies' if len(before) == 1 else 'lie'}"
    yield Check(
        done=None,
        text=f"that the certification run was announced {at:%-d %B, %H:%M} UTC, before it began, is the "
        f"evaluator's word alone{late}; {whole} before it in the period",
    )


def _is(notice: Notice, request: Request) -> bool:
    """Whether it is the announcement that the request rests on."""
    said = (notice.journal, notice.at, notice.hotspot, fold(notice.name))
    announced, hotspot = request.announced, request.hotspot
    return said == (announced.journal, announced.at, hotspot.id, fold(hotspot.name))


def _same(records: Records, request: Request) -> tuple[Hotspot, ...]:
    """By id or by name: a request that gives one of the two another meaning changes nothing here."""
    wanted = request.hotspot
    return tuple(
        item
        for item in hotspots.every(records)
        if item.id == wanted.id or fold(item.name) == fold(wanted.name)
    )


def _unasked(records: Records, request: Request) -> tuple[RunRow, ...]:
    """Runs of the period and since then that are here and not in the request, the oldest first."""
    named = {ref.bundle for ref in request.runs}
    places = {item.id for item in _same(records, request)}
    known = [row for row in runs.every(records) if row.started >= request.since]
    # A hotspot that is called otherwise here is known again by a run that is in both.
    places |= {row.hotspot for row in known if row.bundle in named}
    found = (row for row in known if row.hotspot in places and row.bundle not in named)
    return tuple(sorted(found, key=lambda row: row.started))


def _runs(rows: tuple[RunRow, ...], request: Request) -> Iterator[Check]:
    vantages = {ref.vantage for ref in request.runs}
    failed = [row for row in rows if row.valid and row.failing()]
    hidden = [row for row in rows if row.vantage in vantages and row.started <= request.made]
    for row in failed[-3:]:
        when = "is newer than the request and" if row.started > request.made else "is not in the request and"
        yield Check(
            done=False,
            text=f"run {row.serial} of {row.started:%-d %B, %H:%M} UTC is known here, {when} failed "
            f"{', '.join(row.failing())}",
        )
    if hidden:
        told = ", ".join(str(row.serial) for row in hidden[:10])
        yield Check(
            done=False, text=f"of the period's runs the request leaves out what is known here: run {told}"
        )
    if rows and not failed and not hidden:
        yield Check(
            done=None,
            text=f"{len(rows)} further {s_of(len(rows), 'run')} known here, none with a failed gate",
        )
    elif not rows:
        yield Check(done=None, text="no newer run of it is known here")


def _place(known: tuple[Hotspot, ...], again: Again) -> Iterator[Check]:
    """Whether the runs were made where the networks are that were enrolled here."""
    if again.request.test:
        return
    enrolled = [item for item in known if item.identity is not None]
    if not enrolled:
        yield Check(
            done=None,
            text=f"which networks are those of {again.request.hotspot.name} is the evaluator's word: it is "
            "not enrolled here",
        )
    for hotspot in enrolled:
        yield _compared(hotspot, again)


def _compared(hotspot: Hotspot, again: Again) -> Check:
    found: dict[Place, list[int]] = {}
    for item in again.weighed:
        if hotspot.identity is None or item.run.id not in again.result.valid:
            continue
        networks = hotspot.identity.at(item.run.started)
        place = compare(networks, item.seen, ssids=hotspot.ssids).place
        found.setdefault(place, []).append(item.run.serial)
    if Place.ELSEWHERE in found:
        serials = ", ".join(map(str, found[Place.ELSEWHERE][:10]))
        return Check(
            done=False, text=f"run {serials} was made elsewhere, by what is enrolled here of {hotspot.name}"
        )
    if set(found) == {Place.SAME}:
        return Check(
            done=True, text=f"every run was made on a network that is enrolled here of {hotspot.name}"
        )
    count = sum(len(serials) for place, serials in found.items() if place is not Place.SAME)
    return Check(
        done=None,
        text=f"of {count} {s_of(count, 'run')} it is the evaluator's word that {hotspot.name} is where they "
        "were made: their vantage or network is not enrolled here",
    )
