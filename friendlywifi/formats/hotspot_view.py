"""A hotspot told: its answer, and all its runs in the order of time, the missing ones too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from friendlywifi.formats.days import Day, days_of
from friendlywifi.formats.wording import OUTCOMES, Sign, minute, sign_of
from friendlywifi.language.retelling import retold, word
from friendlywifi.language.spoken import later, phrase, spoken
from friendlywifi.reporting.account import Account, Gap, ListedRun, State
from friendlywifi.reporting.headline import answer
from probes.records import Record

_STATES = {
    State.JUDGED: later("judged"),
    State.VOID: later("void"),
    State.INTERRUPTED: later("interrupted"),
    State.ABORTED: later("ended before it began"),
    State.PROMISED: later("promised, and no evidence is here"),
    State.MISSING: later("missing: no evidence is here"),
}


class Line(Record):
    """A row of the list of runs."""

    serial: str
    made: str
    sign: Sign
    result: str
    remark: str


class HotspotView(Record):
    name: str
    sign: Sign
    answer: str
    sentences: tuple[str, ...]
    lines: tuple[Line, ...]
    days: tuple[Day, ...]
    """Without gaps; empty where all runs are of one day."""


def hotspot_view(account: Account, name: str) -> HotspotView:
    """One hotspot with all its numbers: the newest run that can be judged is the answer."""
    runs, gaps = account.of(name), account.gaps_of(name)
    judged = [item for item in runs if item.state is State.JUDGED]
    sentences = []
    if judged:
        last = judged[-1]
        said, _, meaning = answer(last.outcome, fails=bool(last.failing))
        sign = Sign.NO if last.failing else OUTCOMES[last.outcome]
        told = f"{word(said)}. {retold(meaning)}"
        sentences.append(
            phrase(
                "The last run that can be judged is number %(serial)s of %(day)s.",
                serial=last.serial,
                day=spoken().day(last.started),
            )
        )
        if last.failing:
            sentences.append(phrase("These gates fail: %(gates)s.", gates=", ".join(last.failing)))
        if last.overrides:
            sentences.append(phrase("That run was made with overrides, so that it certifies no hotspot."))
    else:
        sign, told = Sign.UNKNOWN, phrase("No run of it can be judged: nothing is known of it.")
    states = Counter(item.state for item in runs)
    for gap in gaps:
        states[gap.state] += gap.last - gap.first + 1
    parts = ", ".join(f"{states[state]} {phrase(_STATES[state])}" for state in State if states[state])
    sentences.append(phrase("Of all its numbers: %(parts)s.", parts=parts))
    return HotspotView(
        name=name.strip() or "–",
        sign=sign,
        answer=told,
        sentences=tuple(sentences),
        lines=tuple(_lines(runs, gaps)),
        days=days_of(runs, since=account.since, until=account.until),
    )


def _lines(runs: tuple[ListedRun, ...], gaps: tuple[Gap, ...]) -> Iterable[Line]:
    """Runs in the order of time; what is missing stands where its numbers do."""
    vantages = len({item.vantage for item in runs} | {item.vantage for item in gaps}) > 1
    left = list(gaps)
    for item in runs:
        for gap in [gap for gap in left if gap.vantage == item.vantage and gap.last < item.serial]:
            left.remove(gap)
            yield _gap_line(gap, vantages=vantages)
        yield Line(
            serial=_number(str(item.serial), item.vantage, shown=vantages),
            made=minute(item.started),
            sign=sign_of(item),
            result=_result(item),
            remark="; ".join(_remarks(item)),
        )
    for gap in left:
        yield _gap_line(gap, vantages=vantages)


def _gap_line(gap: Gap, *, vantages: bool) -> Line:
    return Line(
        serial=_number(gap.numbers, gap.vantage, shown=vantages),
        made="–",
        sign=Sign.NONE,
        result=phrase(_STATES[gap.state]),
        remark="",
    )


def _number(number: str, vantage: str | None, *, shown: bool) -> str:
    """Numbers of two vantages are two series."""
    return f"{number} ({vantage.partition(':')[2][:8]})" if shown and vantage is not None else number


def _result(item: ListedRun) -> str:
    if item.state is State.JUDGED:
        return word(item.outcome.value)
    told: str = phrase(_STATES[item.state])
    return f"{told}: {word(item.void_reason)}" if item.void_reason is not None else told


def _remarks(item: ListedRun) -> Iterable[str]:
    if item.state is State.JUDGED and item.failing:
        yield phrase("fails: %(gates)s", gates=", ".join(item.failing))
    if item.overrides:
        yield phrase("made with overrides, so that it certifies no hotspot")
    if not item.evidence:
        yield phrase("only its line in the records is shown")
