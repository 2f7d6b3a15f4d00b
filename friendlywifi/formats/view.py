"""An account in the words of the language that is spoken: what the page and the paper show, and nothing else.

The answer first, in plain words; then each hotspot with all its runs, the missing ones too; then single runs
in detail. A form that sets this in type adds no word of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from criteria.records import AssessmentOutcome, CriterionOutcome, CriterionResult, Outcome
from friendlywifi.language.retelling import retold, word
from friendlywifi.language.spoken import fine_print, later, phrase, spoken
from friendlywifi.reporting.account import Account, Gap, ListedRun, State
from friendlywifi.reporting.headline import answer, headline
from friendlywifi.reporting.leaks import leaks
from friendlywifi.reporting.report import Report
from friendlywifi.reporting.show import remedies_of
from probes.records import Record

MOST_DETAILED = 12
"""With more runs than that only the newest judged one of each hotspot is told in detail."""

STRIP_DAYS = 371
"""Days that a strip shows at most, 53 weeks: a run with a wrong clock must not draw a century."""

NOBODY = later("Unwitnessed: time and place are declared by whoever made it.")


class Sign(StrEnum):
    """What a reader sees at arm's length; always beside a word."""

    YES = "yes"
    NO = "no"
    HALF = "half"
    UNKNOWN = "unknown"
    VOID = "void"
    NONE = "none"


_OUTCOMES = {
    AssessmentOutcome.CERTIFIABLE: Sign.YES,
    AssessmentOutcome.PROVISIONAL: Sign.YES,
    AssessmentOutcome.CONDITIONAL: Sign.HALF,
    AssessmentOutcome.NOT_CERTIFIABLE: Sign.NO,
    AssessmentOutcome.INCONCLUSIVE: Sign.UNKNOWN,
}
_RESULTS = {
    CriterionOutcome.PASS: Sign.YES,
    CriterionOutcome.CONDITIONAL: Sign.HALF,
    CriterionOutcome.FAIL: Sign.NO,
    CriterionOutcome.INCONCLUSIVE: Sign.UNKNOWN,
    CriterionOutcome.NOT_TESTED: Sign.NONE,
    CriterionOutcome.NOT_APPLICABLE: Sign.NONE,
    CriterionOutcome.ATTESTED: Sign.HALF,
}
_STATES = {
    State.JUDGED: later("judged"),
    State.VOID: later("void"),
    State.INTERRUPTED: later("interrupted"),
    State.ABORTED: later("ended before it began"),
    State.PROMISED: later("promised, and no evidence is here"),
    State.MISSING: later("missing: no evidence is here"),
}
_SIGNS = {
    Sign.YES: later("passed"),
    Sign.NO: later("not passed"),
    Sign.HALF: later("a second sample decides"),
    Sign.UNKNOWN: later("could not tell"),
    Sign.VOID: later("void"),
    Sign.NONE: later("no run"),
}
_WORST = (Sign.NO, Sign.HALF, Sign.UNKNOWN, Sign.YES, Sign.VOID)
"""Of several runs of one day the first of these is shown; a void one says nothing against a good one."""


class Line(Record):
    """A row of the list of runs."""

    serial: str
    made: str
    sign: Sign
    result: str
    remark: str


class CriterionLine(Record):
    id: str
    gate: bool
    sign: Sign
    result: str
    why: str
    todo: str


class Day(Record):
    date: str
    sign: Sign
    runs: int


class HotspotView(Record):
    name: str
    sign: Sign
    answer: str
    sentences: tuple[str, ...]
    lines: tuple[Line, ...]
    days: tuple[Day, ...]
    """Without gaps; empty where all runs are of one day."""


class RunView(Record):
    title: str
    sign: Sign
    answer: str
    meaning: str
    certain: tuple[str, ...]
    """What fails for sure although the outcome is open."""
    sentences: tuple[str, ...]
    leaks: tuple[str, ...]
    criteria: tuple[CriterionLine, ...]
    limits: tuple[str, ...]
    fine: str


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
    hotspots = tuple(_hotspot(account, name) for name in names)
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
        signs=tuple((sign, phrase(told)) for sign, told in _SIGNS.items()),
    )


def _sentences(account: Account, hotspots: tuple[HotspotView, ...]) -> Iterable[str]:
    if account.since is not None or account.until is not None:
        yield phrase(
            "Runs that began from %(since)s to %(until)s UTC.",
            since=_minute(account.since) or phrase("the first"),
            until=_minute(account.until) or phrase("the last"),
        )
    if len(hotspots) > 1:
        counts = Counter(item.sign for item in hotspots)
        parts = ", ".join(f"{count} {phrase(_SIGNS[sign])}" for sign, count in sorted(counts.items()))
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


def _hotspot(account: Account, name: str) -> HotspotView:
    runs, gaps = account.of(name), account.gaps_of(name)
    judged = [item for item in runs if item.state is State.JUDGED]
    sentences = []
    if judged:
        last = judged[-1]
        said, _, meaning = answer(last.outcome, fails=bool(last.failing))
        sign = Sign.NO if last.failing else _OUTCOMES[last.outcome]
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
            made=_minute(item.started),
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


def sign_of(item: ListedRun) -> Sign:
    """Of one run; a gate that certainly fails counts whatever else is open."""
    if item.state is not State.JUDGED:
        return Sign.VOID
    return Sign.NO if item.failing else _OUTCOMES[item.outcome]


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


def days_of(
    runs: tuple[ListedRun, ...], *, since: datetime | None = None, until: datetime | None = None
) -> tuple[Day, ...]:
    """Every day (UTC) of the time, the last ones where there are too many; none where it is one day only."""
    if not runs:
        return ()
    of: dict[date, list[Sign]] = {}
    for item in runs:
        of.setdefault(item.started.date(), []).append(sign_of(item))
    first = min(of) if since is None else since.date()
    last = max(of) if until is None else min(until.date(), max(of) + timedelta(days=STRIP_DAYS))
    first = max(first, last - timedelta(days=STRIP_DAYS - 1))
    if first >= last:
        return ()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(
        Day(
            date=day.isoformat(),
            sign=min(of[day], key=_WORST.index) if day in of else Sign.NONE,
            runs=len(of.get(day, ())),
        )
        for day in days
    )


def _detailed(account: Account) -> Iterable[Report]:
    if len(account.sources) <= MOST_DETAILED:
        return account.reports()
    newest = {
        item.listed.hotspot: item for item in account.sources if item.listed.state is State.JUDGED
    }  # sources are in the order of time
    return (newest[name].report() for name in sorted(newest))


def run_view(report: Report) -> RunView:
    """One run in detail."""
    run, assessment, top = report.run, report.assessment, headline(report)
    listed_sign = Sign.VOID if run.void_reason is not None else _OUTCOMES[assessment.outcome]
    counts = Counter(item.outcome for item in report.verdicts)
    remedies = remedies_of(assessment.standard)
    sentences = [
        phrase(
            "Outcome: %(outcome)s, by standard %(standard)s %(version)s. It was made %(time)s UTC, "
            "allowed by %(who)s.",
            outcome=word(assessment.outcome.value),
            standard=assessment.standard,
            version=assessment.standard_version,
            time=_minute(run.started),
            who=run.authorised_by,
        ),
        phrase(NOBODY),
    ]
    if run.void_reason is not None:
        sentences.append(phrase("The run is void: %(why)s", why=retold(run.fitness.explanation)))
    if run.interrupted:
        sentences.append(phrase("It was stopped before its end."))
    if run.overrides:
        sentences.append(
            phrase(
                "Made with overrides, so that it certifies no hotspot: %(overrides)s.",
                overrides=", ".join(map(word, run.overrides)),
            )
        )
    told = ", ".join(f"{counts[outcome]} {word(outcome.value)}" for outcome in Outcome if counts[outcome])
    if told:
        sentences.append(phrase("Names: %(counts)s.", counts=told))
    return RunView(
        title=phrase("%(hotspot)s, run %(serial)s", hotspot=run.hotspot, serial=run.serial),
        sign=Sign.NO if top.failing else listed_sign,
        answer=word(top.word),
        meaning=retold(top.meaning),
        certain=tuple(map(retold, top.failing)),
        sentences=tuple(sentences),
        leaks=tuple(map(retold, leaks(report.verdicts))),
        criteria=tuple(_criterion(item, remedies) for item in assessment.criteria),
        limits=tuple(map(retold, assessment.limits)),
        fine=phrase(
            "Plan %(plan)s, observations %(observations)s, rules %(rules)s, %(software)s.",
            plan=run.plan,
            observations=run.observations,
            rules=run.rules_version,
            software=run.software,
        ),
    )


def _criterion(item: CriterionResult, remedies: Mapping[str, str]) -> CriterionLine:
    told = None if item.remedy is None else remedies.get(item.id, retold(item.remedy))
    todo = "" if told is None else f"{told} ({word(item.owner)})"
    return CriterionLine(
        id=item.id,
        gate=item.gate,
        sign=_RESULTS[item.result],
        result=word(item.result.value),
        why=retold(item.reason),
        todo=todo,
    )


def _minute(time: datetime | None) -> str:
    return "" if time is None else f"{time:%Y-%m-%d %H:%M}"
