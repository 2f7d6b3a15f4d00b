"""What a provider is handed over when its resolver lets something through: what was seen, and what to do.

Adult names and those of an order are keyed hashes here, so that the sheet is no directory of open sites; who
runs the filter finds them again among its own names.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from criteria.records import Cell, CriterionOutcome, Judgement, Outcome, Verdict
from criteria.standard import Standard
from friendlywifi.surveillance.causes import CauseKind, address_of
from friendlywifi.surveillance.notices import Notice
from friendlywifi.terminal import visible
from probes.records import Category, Record, Run, Time

SHOWN = 60
"""Rows of names at most: the rest is counted. A sheet is read by people, and the bundles hold all."""


class Seen(Record):
    """One name that was not handled as it must be, at one resolver."""

    name: str
    """As it is, or `hash:` and the first 16 digits of its keyed hash."""
    category: str
    hotspot: str
    resolver: str
    family: str
    outcome: str
    """`reachable`, or for a name that must open `blocked`."""
    how: str
    """The mechanism, or that there was none."""
    rule: str
    at: Time


class Gate(Record):
    """One gate that failed."""

    id: str
    title: str
    says: str
    """When it passes."""
    remedy: str


class Place(Record):
    """One hotspot of the sheet."""

    name: str
    place: str
    address: str
    known: str
    """`confirmed`, `suspected` or `behind the same resolver`."""


class Proof(Record):
    """A run that it rests on."""

    hotspot: str
    serial: int
    started: Time
    bundle: str
    """Digest."""


class Sheet(Record):
    """All that the two forms are made from."""

    notice: str
    made: Time
    since: Time
    issuer: str | None
    cause: str
    cause_kind: str
    places: tuple[Place, ...]
    gates: tuple[Gate, ...]
    seen: tuple[Seen, ...]
    more: int
    """Rows that are left out."""
    key: str
    """What the hashes are keyed with; it is no secret, it makes the hashes of two sheets differ."""
    proofs: tuple[Proof, ...]
    retest: tuple[str, ...]
    """Commands."""


class Judged(Record):
    """One failing run, opened."""

    hotspot: str
    bundle: str
    run: Run
    judgement: Judgement
    seed: str


_HIDDEN = frozenset({Category.ADULT, Category.NATIONAL_ORDER, Category.ILLEGAL_CSAM, Category.ILLEGAL_TERROR})


def sheet(
    notice: Notice,
    *,
    places: Iterable[Place],
    runs: Iterable[Judged],
    standard: Standard,
    standard_name: str,
    issuer: str | None,
) -> Sheet:
    """The sheet of a notice. `runs`: the failing runs whose bundles are at hand, none where none is."""
    opened = tuple(sorted(runs, key=lambda item: (item.run.started, item.bundle)))
    rows = list(dict.fromkeys(row for item in opened for row in _rows(item, notice)))
    gates = tuple(
        Gate(id=item.id, title=item.title, says=item.rule, remedy=item.remedy)
        for item in standard.criteria
        if item.id in notice.gates
    )
    return Sheet(
        notice=notice.key,
        made=notice.at,
        since=notice.since,
        issuer=issuer,
        cause=notice.cause.name,
        cause_kind=notice.cause.kind.value,
        places=tuple(places),
        gates=gates,
        seen=tuple(rows[:SHOWN]),
        more=max(len(rows) - SHOWN, 0),
        key=notice.key,
        proofs=tuple(
            Proof(hotspot=item.hotspot, serial=item.run.serial, started=item.run.started, bundle=item.bundle)
            for item in opened
        ),
        retest=_retest(notice, opened, standard_name),
    )


def keyed(name: str, *, key: str) -> str:
    """How a name that is not printed stands on the sheet."""
    return "hash:" + hashlib.sha256(f"{key}\0{name}".encode()).hexdigest()[:16]


def text(made: Sheet) -> str:
    """For a mail or a ticket."""
    return _environment().get_template("handover.txt").render(sheet=made)


def page(made: Sheet) -> str:
    """For a browser and for paper."""
    return _environment().get_template("handover.html").render(sheet=made)


def _rows(item: Judged, notice: Notice) -> Iterable[Seen]:
    against = {
        name
        for result in item.judgement.assessment.criteria
        if result.id in notice.gates and result.result is CriterionOutcome.FAIL
        for name in result.against
    }
    for verdict in item.judgement.verdicts:
        if verdict.target not in against:
            continue
        wrong = Outcome.BLOCKED if verdict.category.control else Outcome.REACHABLE
        for cell in verdict.cells:
            if cell.outcome is wrong and _concerns(cell, notice):
                yield _row(item, verdict, cell, notice)
    # A way that is about one site bears its name: it is told as that name, hidden where names are.
    sites = {verdict.target for verdict in item.judgement.verdicts}
    for route in item.judgement.routes:
        if route.endpoint in against - sites:
            yield Seen(
                name=route.endpoint,
                category="way around the filter",
                hotspot=item.hotspot,
                resolver="-",
                family=route.family.value,
                outcome=route.outcome.value,
                how=route.kind.value,
                rule=route.rule,
                at=item.run.started,
            )


def _row(item: Judged, verdict: Verdict, cell: Cell, notice: Notice) -> Seen:
    hidden = verdict.category in _HIDDEN
    return Seen(
        name=keyed(verdict.target, key=notice.key) if hidden else verdict.target,
        category=verdict.category.value,
        hotspot=item.hotspot,
        resolver=cell.resolver,
        family=cell.family.value,
        outcome=cell.outcome.value,
        how=cell.mechanism or "nothing blocked it",
        rule=cell.rule,
        at=item.run.started,
    )


def _concerns(cell: Cell, notice: Notice) -> bool:
    """The provider of one resolver is not told what another one let through."""
    return notice.cause.kind is not CauseKind.RESOLVER or address_of(cell.resolver) == notice.cause.name


def _retest(notice: Notice, opened: tuple[Judged, ...], standard_name: str) -> tuple[str, ...]:
    """From anywhere behind the resolver; the seed draws the same names again."""
    seeds = [item.seed for item in opened][-1:]
    words = ["friendlywifi", "check", "--authorised-by", "YOUR NAME", "--standard", standard_name]
    if notice.cause.kind is CauseKind.RESOLVER:
        words += ["--resolver", notice.cause.name]
    again = [shlex.join([*words, "--seed", seed]) for seed in seeds]
    return (*again, shlex.join(words))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("friendlywifi", "templates"),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Names of places and of networks are foreign text: one line, and nothing that steers a terminal.
    made.filters["line"] = lambda value: visible(" ".join(str(value).split()))
    made.filters["moment"] = lambda value: f"{value:%Y-%m-%d %H:%M} UTC"
    return made
