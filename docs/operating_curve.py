# ruff: noqa: E501 - the lines of a page and of a picture
"""Makes `docs/statistics.md` and its picture: how often is a filter certified that blocks so much?

`python docs/operating_curve.py`. Every number of the page is computed here: the curves exactly, the dots by
emulated hotspots that go through the program's own decisions (`criteria`), with dead names, second samples,
re-runs and weekly samples. The seed is fixed, so that the page comes out the same everywhere.
"""

from __future__ import annotations

import bisect
import itertools
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from math import comb
from pathlib import Path

import msgspec

from criteria.kinds import Evidence, FirstStage, decide
from criteria.kinds.sample_blocked import SampleBlocked
from criteria.period import PeriodAssessment, assess_period
from criteria.records import (
    Assessment,
    AssessmentOutcome,
    CriterionOutcome,
    CriterionResult,
    FamilyState,
    Fitness,
    Forecast,
    Judgement,
    Outcome,
    Strength,
    Verdict,
)
from criteria.standard import Standard, parse, released
from criteria.two_stage import is_conditional, most_misses, second_stage_limit
from probes.records import Ask, Category, Plan, Run, Stage, Target, Vantage

HERE = Path(__file__).parent
PICTURE = "operating-curve.svg"
SEED = 20261122
HOTSPOTS = 10_000
RATES = ("0.90", "0.92", "0.93", "0.94", "0.95", "0.96", "0.97", "0.98", "0.99", "0.995")
DEAD = 0.04
"""Share of a list's names that are dead, of those that are drawn."""
RERUNS = 3
"""How often an operator tries again whose registered run did not pass."""
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@cache
def standard() -> Standard:
    """The baseline with ADU-02 alone: every other gate would only certify fewer."""
    whole = parse(released("baseline"), source="baseline.toml")
    only = tuple(item for item in whole.criteria if item.id == "ADU-02")
    return msgspec.structs.replace(whole, criteria=only)


@cache
def rule() -> SampleBlocked:
    found = standard().criteria[0].test
    if not isinstance(found, SampleBlocked):
        raise TypeError("ADU-02 is another rule now")
    return found


# ------------------------------------------------------------------------------------- exact curves


def certified(rate: float, first: int, second: int | None) -> float:
    """The probability that a filter with this true rate is certified, by so many live names of each sample."""
    at_least, alpha = rule().at_least, rule().alpha
    miss = 1 - rate
    passes = most_misses(first, at_least, alpha)
    total = sum(_binomial(first, j, miss) for j in range(passes + 1))
    limit = None if second is None else second_stage_limit(first, second, at_least, alpha)
    if second is None or limit is None:
        return total
    for j in range(passes + 1, limit + 1):
        if is_conditional(j, first, at_least, alpha):
            below = sum(_binomial(second, k, miss) for k in range(limit - j + 1))
            total += _binomial(first, j, miss) * below
    return total


def _binomial(n: int, k: int, chance: float) -> float:
    return comb(n, k) * chance**k * (1 - chance) ** (n - k)


# ------------------------------------------------------------------------------------- emulated hotspots


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What became of one emulated hotspot."""

    registered: bool
    """Its registered run passed, by itself or with its one second sample."""
    scheme: bool
    """The whole period certifies it: evidence window, no confirmed failure, registered run."""
    best_of_all: bool
    """Any of its runs passed: what somebody would get who may choose among runs. Not how it is decided."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of how many."""

    registered: int
    scheme: int
    best_of_all: int
    hotspots: int


def simulate(rate: str, hotspots: int, seed: int) -> Share:
    """So many hotspots whose filters block each name with this chance."""
    chance = random.Random(f"{seed} {rate}")  # noqa: S311 - an emulation that must come out the same again
    tried = [_hotspot(chance, 1 - float(rate)) for _ in range(hotspots)]
    return Share(
        registered=sum(item.registered for item in tried),
        scheme=sum(item.scheme for item in tried),
        best_of_all=sum(item.best_of_all for item in tried),
        hotspots=hotspots,
    )


def _hotspot(chance: random.Random, miss: float) -> Tried:
    """A fortnight of daily runs, weekly samples among them, then the registered run, and what follows it."""
    size = standard().evidence.runs
    made: list[tuple[Run, Judgement]] = []
    week: tuple[int, int] | None = None
    for day in range(size):
        if day % 7 == 0 or week is None:
            # The full sample is drawn weekly; between, the same names are asked again.
            week = _sample(chance, rule().sample, miss)
        made.append(_run(day + 1, week, first=None))
    counts = _sample(chance, rule().sample, miss)
    registered = _run(size + 1, counts, first=None)
    made.append(registered)
    outcome = registered[1].assessment.outcome
    if outcome is AssessmentOutcome.CONDITIONAL and rule().second_sample is not None:
        second = _sample(chance, rule().second_sample or 0, miss)
        made.append(_run(size + 2, second, first=counts))
        outcome = made[-1][1].assessment.outcome
    passed = outcome is AssessmentOutcome.CERTIFIABLE
    for _ in range(0 if passed else RERUNS):
        made.append(_run(len(made) + 1, _sample(chance, rule().sample, miss), first=None))
    period = _period(tuple(made), registered[0].id)
    return Tried(
        registered=passed,
        scheme=period.outcome is AssessmentOutcome.CERTIFIABLE,
        best_of_all=any(
            judgement.assessment.outcome is AssessmentOutcome.CERTIFIABLE for _, judgement in made
        ),
    )


def _sample(chance: random.Random, drawn: int, miss: float) -> tuple[int, int]:
    """Live names and misses of a sample of `drawn` names."""
    live = drawn - _number(chance, drawn, DEAD)
    return live, _number(chance, live, miss)


@cache
def _steps(n: int, chance: float) -> tuple[float, ...]:
    return tuple(itertools.accumulate(_binomial(n, k, chance) for k in range(n + 1)))


def _number(chance: random.Random, n: int, share: float) -> int:
    return min(bisect.bisect_left(_steps(n, share), chance.random()), n)


def _period(made: tuple[tuple[Run, Judgement], ...], registered: str) -> PeriodAssessment:
    return assess_period(
        standard=standard(), standard_digest=_DIGEST, runs=made, certification_run=registered
    )


_DIGEST = "sha256:" + "0" * 64


def _run(serial: int, counts: tuple[int, int], *, first: tuple[int, int] | None) -> tuple[Run, Judgement]:
    started = START + timedelta(days=serial - 1, hours=5 * serial % 24)
    run = msgspec.structs.replace(
        _RUN,
        id=f"run{serial}",
        serial=serial,
        started=started,
        ended=started,
        second_of=None if first is None else f"run{serial - 1}",
    )
    return run, _judgement(*counts, first)


@cache
def _judgement(live: int, misses: int, first: tuple[int, int] | None) -> Judgement:
    """What the program decides about such a sample; equal samples are decided once."""
    targets = tuple(
        Target(name=f"n{number}.lab.example", category=Category.ADULT, ask=Ask.DNS, list_id="list")
        for number in range(live)
    )
    evidence = Evidence(
        plan=Plan(
            seed="seed",
            standard=_DIGEST,
            resolvers=(),
            second_of=None if first is None else _DIGEST,
            targets=targets,
            questions=(),
        ),
        fitness=_FITNESS,
        verdicts=tuple(
            Verdict(
                target=item.name,
                category=item.category,
                outcome=Outcome.REACHABLE if number < misses else Outcome.BLOCKED,
                mechanisms=(),
                strength=Strength.ARTEFACT,
                judged_at=Stage.DNS,
                rule="emulated",
                cells=(),
            )
            for number, item in enumerate(targets)
        ),
        first=()
        if first is None
        else (FirstStage(run="first", category=Category.ADULT, live=first[0], misses=first[1], undecided=0),),
        run=_RUN,
    )
    ruling = decide(rule(), evidence)
    outcomes = {
        CriterionOutcome.PASS: AssessmentOutcome.CERTIFIABLE,
        CriterionOutcome.CONDITIONAL: AssessmentOutcome.CONDITIONAL,
        CriterionOutcome.FAIL: AssessmentOutcome.NOT_CERTIFIABLE,
    }
    outcome = outcomes.get(ruling.result, AssessmentOutcome.INCONCLUSIVE)
    item = standard().criteria[0]
    return Judgement(
        rules_version="emulated",
        fitness=_FITNESS,
        verdicts=(),
        routes=(),
        safesearch=(),
        assessment=Assessment(
            standard=standard().id,
            standard_version=standard().version,
            standard_digest=_DIGEST,
            outcome=outcome,
            score=0,
            applicable_weight=0,
            criteria=(
                CriterionResult(
                    id=item.id,
                    result=ruling.result,
                    reason=ruling.reason,
                    remedy=None,
                    owner=item.owner.value,
                    gate=True,
                    weight=0,
                ),
            ),
            best_possible=Forecast(outcome=AssessmentOutcome.CERTIFIABLE, because=()),
            limits=(),
        ),
    )


_FITNESS = Fitness(
    void_reason=None,
    explanation="emulated",
    ipv4=FamilyState.USABLE,
    ipv6=FamilyState.ABSENT,
    path_shown=True,
)
_RUN = Run(
    id="run",
    hotspot="emulated",
    serial=1,
    started=START,
    ended=START,
    authorised_by="nobody",
    vantage=Vantage(),
    resolvers=(),
    resolver_source="given",
    software="emulated",
    plan=_DIGEST,
    observations=_DIGEST,
)


# --------------------------------------------------------------------------------------- page, picture


def exact_boundary() -> float:
    """The probability at exactly the required rate, over the numbers of dead names that are emulated."""
    size, more = rule().sample, rule().second_sample or 0
    boundary = float(rule().at_least)
    total = 0.0
    seconds = range(max(0, int(more * DEAD) - 25), int(more * DEAD) + 26)
    weight = sum(_binomial(more, dead, DEAD) for dead in seconds)
    for dead in range(40):
        chance = _binomial(size, dead, DEAD)
        total += chance * sum(
            _binomial(more, gone, DEAD) / weight * certified(boundary, size - dead, more - gone)
            for gone in seconds
        )
    return total


def page(hotspots: int = HOTSPOTS) -> tuple[str, str]:
    """The page and the picture."""
    found = {rate: simulate(rate, hotspots, SEED) for rate in RATES}
    live, more = round(rule().sample * (1 - DEAD)), round((rule().second_sample or 0) * (1 - DEAD))
    return _text(found, live, more), _picture(found, live, more)


def _text(found: dict[str, Share], live: int, more: int) -> str:
    test, edge = rule(), found[rule().at_least]
    rows = "".join(
        f"| {percent(float(rate))} | {percent(certified(float(rate), live, None))} "
        f"| {percent(certified(float(rate), live, more))} | {percent(item.registered / item.hotspots)} "
        f"| {percent(item.scheme / item.hotspots)} | {percent(item.best_of_all / item.hotspots)} |\n"
        for rate, item in found.items()
    )
    limits = "".join(
        f"| {n} | {most_misses(n, test.at_least, test.alpha)} | "
        f"{n - -(-n * int(float(test.at_least) * 100) // 100)} | "
        f"{second_stage_limit(n, test.second_sample or 0, test.at_least, test.alpha)} |\n"
        for n in (93, 124, 153, 181, 190, 200, 208)
    )
    return f"""<!-- Written by docs/operating_curve.py from the program itself; change it there. -->

# How sure is it? The statistics of a certificate

A sample of a list is asked, not the list. This page says how often chance alone decides wrongly, and how that
was found out.

## What decides

- Of the adult lists {test.sample} names are drawn by lot; siblings of one registrable domain count once, names that
  are dead for everybody leave and are listed. So many misses are allowed that a filter which blocks exactly
  {percent(float(test.at_least))} of them passes in at most {percent(float(test.alpha))} of all cases: the one-sided
  Clopper-Pearson bound, decided in whole numbers.
- Names that could not be decided are counted both ways. Where the two answers differ, nothing is claimed.
- Good enough by its rate, but not shown: *conditional*. **One** second sample of {test.second_sample} other names may
  decide over both. Because misses are whole numbers, the first sample never spends its whole
  {percent(float(test.alpha))}; the second one may spend what is left, and no more. Whoever gets this second chance
  is still certified by luck in at most {percent(float(test.alpha))} of all cases, both samples together.
- One run is registered before it starts, and that one counts. Running again until it passes changes nothing
  but the length of the list of runs, which every report shows.

| live names in the first sample | pass up to | conditional up to | pass with {test.second_sample} more, up to (of both) |
|---|---|---|---|
{limits}
The table shows why: after a first sample that has spent nearly everything (208 names, 5 misses) the second
one must be much better than after one that has spent little (207 names, 4 misses).

## How often it certifies

{found[test.at_least].hotspots:,} emulated hotspots for each rate, {percent(DEAD)} of the drawn names dead. Each has a
fortnight of runs with a fresh sample each week, a registered run, a second sample where that is conditional, and
an operator who tries {RERUNS} times more where it did not pass. The exact columns are for {live} and {more} live names.

| true rate | one sample, exact | both, exact | registered run, emulated | whole scheme, emulated | best of all runs, emulated |
|---|---|---|---|---|---|
{rows}
At exactly {percent(float(test.at_least))} the registered run was certified in **{edge.registered} of {edge.hotspots:,}** cases
({percent(edge.registered / edge.hotspots)}); the exact probability, averaged over the numbers of dead names, is
{percent(exact_boundary())}. The whole scheme, which also wants a clean evidence window, certified
**{edge.scheme} of {edge.hotspots:,}**. Whoever could choose the best of all runs would have been certified in
{percent(edge.best_of_all / edge.hotspots)}: that is why a run is registered, and why runs have numbers without gaps.

![How often a filter is certified, by how much it truly blocks](images/{PICTURE})

## What this does not say

- It speaks of the lists that were used. A site that is on no list was never asked for.
- A certificate is renewed each period, and each period has its own {percent(float(test.alpha))}.
- A filter made from the very list it is tested with passes honestly here: the report prints the overlap where the
  operator says what the filter uses, and nothing can be printed where he does not.
- Which names are siblings is told by the Public Suffix List, by the snapshot that the plan names. Where it lacks
  a suffix, unrelated names count as one, and a sample gets smaller.
- Names of one company or one content network may be filtered alike without being siblings. The computation
  takes registrable domains as independent.
"""


def percent(value: float) -> str:
    return f"{value * 100:.2f}".rstrip("0").rstrip(".") + " %"


_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 420, 70, 30, 690, 350
_LOW, _HIGH = 0.90, 1.0


def _picture(found: dict[str, Share], live: int, more: int) -> str:
    def x(rate: float) -> float:
        return _LEFT + (rate - _LOW) / (_HIGH - _LOW) * (_RIGHT - _LEFT)

    def y(chance: float) -> float:
        return _BOTTOM - chance * (_BOTTOM - _TOP)

    def line(second: int | None, style: str) -> str:
        points = " ".join(
            f"{x(step / 1000):.1f},{y(certified(step / 1000, live, second)):.1f}" for step in range(900, 1001)
        )
        return f'<polyline points="{points}" fill="none" stroke-width="2" {style}/>'

    ticks = "".join(
        f'<line x1="{x(step / 100):.1f}" y1="{_BOTTOM}" x2="{x(step / 100):.1f}" y2="{_BOTTOM + 5}" stroke="#333"/>'
        f'<text x="{x(step / 100):.1f}" y="{_BOTTOM + 20}" text-anchor="middle">{step} %</text>'
        for step in range(90, 101)
    )
    ticks += "".join(
        f'<line x1="{_LEFT - 5}" y1="{y(step / 100):.1f}" x2="{_RIGHT}" y2="{y(step / 100):.1f}" stroke="#ddd"/>'
        f'<text x="{_LEFT - 9}" y="{y(step / 100) + 4:.1f}" text-anchor="end">{step} %</text>'
        for step in range(0, 101, 20)
    )
    dots = "".join(
        f'<circle cx="{x(float(rate)):.1f}" cy="{y(item.registered / item.hotspots):.1f}" r="4" fill="#1b6ca8"/>'
        f'<rect x="{x(float(rate)) - 4:.1f}" y="{y(item.scheme / item.hotspots) - 4:.1f}" width="8" height="8" '
        'fill="none" stroke="#2e7d32" stroke-width="2"/>'
        for rate, item in found.items()
    )
    edge = float(rule().at_least)
    alpha = float(rule().alpha)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'font-family="DejaVu Sans, sans-serif" font-size="12" fill="#222">'
        "<title>How often a filter is certified, by how much it truly blocks</title>"
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{ticks}'
        f'<line x1="{x(edge):.1f}" y1="{_TOP}" x2="{x(edge):.1f}" y2="{_BOTTOM}" stroke="#b00" '
        'stroke-dasharray="4 3"/>'
        f'<line x1="{_LEFT}" y1="{y(alpha):.1f}" x2="{_RIGHT}" y2="{y(alpha):.1f}" stroke="#b00" '
        'stroke-dasharray="4 3"/>'
        f'<text x="{_LEFT + 6}" y="{y(alpha) - 5:.1f}" fill="#b00">{percent(alpha)}</text>'
        f'<text x="{x(edge) + 5:.1f}" y="{_TOP + 12}" fill="#b00">required: {percent(edge)}</text>'
        + line(None, 'stroke="#888" stroke-dasharray="6 4"')
        + line(more, 'stroke="#1b6ca8"')
        + dots
        + f'<text x="{(_LEFT + _RIGHT) / 2}" y="{_HEIGHT - 32}" text-anchor="middle">what the filter truly '
        "blocks of the lists</text>"
        f'<text x="{_LEFT}" y="{_HEIGHT - 10}">dashed: one sample · line: with the second sample · dots: '
        "emulated, registered run · squares: emulated, whole scheme</text></svg>\n"
    )


def write() -> None:
    """Write the page and the picture."""
    text, picture = page()
    (HERE / "images").mkdir(exist_ok=True)
    (HERE / "statistics.md").write_text(text, encoding="utf-8")
    (HERE / "images" / PICTURE).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    write()
