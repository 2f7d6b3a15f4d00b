"""Does the same come out again? The plan drawn and the run judged once more, from nothing but the bundle.

With other rules or another standard it is a what-if: it shows what would come out today, and changes nothing
about what was found then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from criteria import fingerprints as fingerprint_lists
from criteria import released
from criteria import rules as rule_lists
from criteria.judge import judge
from criteria.plan import PlanFault, draw_plan
from criteria.records import Judgement
from criteria.rules import RuleSet
from criteria.standard import Standard
from criteria.suffixes import named
from friendlywifi.evidence.contents import FINGERPRINTS, JUDGEMENT, PLAN, RULES, Contents
from friendlywifi.evidence.differences import Difference, differences
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.longlists import sift
from probes.records import Observation, Plan, TargetList, digest, encode
from probes.targets.stream import TargetStream
from probes.tomlfile import TomlFault


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """Other rules or another standard to try; `None`: those of the bundle."""

    rules: RuleSet | None = None
    standard: Standard | None = None
    standard_digest: str | None = None

    def __bool__(self) -> bool:
        return self.rules is not None or self.standard is not None


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What came out."""

    plan: bytes | None
    """The plan drawn again; `None` in a what-if, where the plan is what was asked then."""
    judgement: Judgement
    judgement_bytes: bytes
    differences: tuple[Difference, ...]
    identical: bool
    """Byte for byte."""
    what_if: bool
    remarks: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Nothing differs in meaning; an older record may lack fields that this version adds."""
        return not self.differences


_Whole = tuple[tuple[TargetList, ...], tuple[TargetStream, ...]]
"""The lists that an auditor has, the long ones apart."""


def replay(
    contents: Contents,
    *,
    what_if: WhatIf | None = None,
    lists: tuple[TargetList, ...] | None = None,
    streams: tuple[TargetStream, ...] = (),
    observations: tuple[Observation, ...] | None = None,
) -> Replayed:
    """Everything from the bundle once more.

    `lists` and `streams`: the lists themselves, where the auditor has them, in place of the drawn entries.
    `observations` in any order: the same come out. Raises `EvidenceFault` where the standard or the rules
    cannot be read, `TomlFault` and `OSError` where a stream cannot.
    """
    trying = what_if or WhatIf()
    _require_suffixes(contents)
    standard, standard_digest = _standard(contents, trying)
    judgement = judge(
        plan=contents.plan,
        run=contents.run,
        observations=contents.observations if observations is None else observations,
        standard=standard,
        standard_digest=standard_digest,
        reference=contents.reference,
        rules=trying.rules or _rules(contents),
        fingerprints=_fingerprints(contents),
        attestations=contents.judging.attestations,
        first=contents.judging.first,
        vendor=contents.judging.vendor,
        witnessed=False,
    )
    found = differences("judgement", contents.judgement, judgement)
    judged = encode(judgement)
    plan_bytes: bytes | None = None
    if not trying:
        whole = None if lists is None and not streams else (lists or (), streams)
        plan, problem = _redrawn(contents, standard, whole)
        if plan is None:
            found += (Difference(part="plan", field="", recorded="a plan", recomputed=problem),)
        else:
            plan_bytes = encode(plan)
            found += differences("plan", contents.plan, plan)
        found += _forged(contents)
        if whole is not None:
            found += _other_lists(contents, *whole)
    return Replayed(
        plan=plan_bytes,
        judgement=judgement,
        judgement_bytes=judged,
        differences=found,
        identical=not found
        and judged == contents.files[JUDGEMENT]
        and plan_bytes in (None, contents.files[PLAN]),
        what_if=bool(trying),
        remarks=(*contents.remarks, *_knowledge(contents), *_first(contents)),
    )


def _standard(contents: Contents, trying: WhatIf) -> tuple[Standard, str]:
    if trying.standard is not None and trying.standard_digest is not None:
        return trying.standard, trying.standard_digest
    return contents.standard.standard, contents.standard.digest


@lru_cache(maxsize=8)
def _parsed_rules(text: str) -> RuleSet:
    """A year of bundles has few rule lists between them."""
    return rule_lists.parse(text, RULES)


@lru_cache(maxsize=8)
def _parsed_fingerprints(text: str) -> fingerprint_lists.Fingerprints:
    return fingerprint_lists.parse(text, source=FINGERPRINTS)


@cache
def _todays_knowledge() -> Mapping[str, str]:
    return {name: digest(text.encode()) for name, text in released.knowledge().items()}


def _rules(contents: Contents) -> RuleSet:
    try:
        return _parsed_rules(contents.rules)
    except TomlFault as fault:
        raise EvidenceFault(f"this version cannot read the rules: {fault}") from None


def _fingerprints(contents: Contents) -> fingerprint_lists.Fingerprints:
    try:
        return _parsed_fingerprints(contents.fingerprints)
    except TomlFault as fault:
        raise EvidenceFault(f"this version cannot read the fingerprints: {fault}") from None


def _require_suffixes(contents: Contents) -> None:
    """The snapshot by which siblings were told is among those that stay in the program."""
    ref = contents.plan.suffixes
    try:
        named(ref)
    except KeyError:
        version = ref.version if ref is not None else ""
        raise EvidenceFault(
            f'this version has no such snapshot "{version}" of the Public Suffix List',
            file=PLAN,
            where="suffixes",
        ) from None


def _redrawn(
    contents: Contents,
    standard: Standard,
    whole: _Whole | None,
) -> tuple[Plan | None, str]:
    drawing = contents.drawing
    order = {ref.id: number for number, ref in enumerate(contents.run.lists)}
    lists = tuple(item.as_list() for item in contents.lists)
    suffixes = named(contents.plan.suffixes)
    try:
        if whole is not None:
            sifted = sift(
                whole[1],
                standard=standard,
                lists=whole[0],
                seed=drawing.seed,
                second_of=drawing.second_of,
                suffixes=suffixes,
            )
            lists = (*whole[0], *(item.as_list() for item in sifted))
        plan = draw_plan(
            standard=standard,
            standard_digest=contents.standard.digest,
            lists=tuple(sorted(lists, key=lambda item: order.get(item.id, len(order)))),
            seed=drawing.seed,
            resolvers=drawing.resolvers,
            portals=drawing.portals,
            foreign=drawing.foreign,
            ways=drawing.ways,
            engines=drawing.engines,
            families=drawing.families,
            vendor=drawing.vendor,
            second_of=drawing.second_of,
            suffixes=suffixes,
        )
    except PlanFault as fault:
        return None, str(fault)
    return plan, ""


def _other_lists(
    contents: Contents, lists: tuple[TargetList, ...], streams: tuple[TargetStream, ...]
) -> tuple[Difference, ...]:
    """Lists that the auditor has, and that are not those of the run."""
    here = {item.id: item.digest for item in lists}
    here |= {item.ref.id: item.ref.digest for item in streams if item.ref is not None}
    there = {item.id: item.digest for item in contents.run.lists}
    return tuple(
        Difference(part="lists", field=name, recorded=there.get(name), recomputed=here.get(name))
        for name in sorted({*here, *there})
        if here.get(name) != there.get(name)
    )


def _forged(contents: Contents) -> tuple[Difference, ...]:
    """Rules that go by a released version's name must be that version's: else anybody could bend them."""
    version = _rules(contents).version
    try:
        true = released.rules_text(version)
    except FileNotFoundError:
        return (
            Difference(
                part="rules",
                field="version",
                recorded=version,
                recomputed="no list of this version was ever released",
            ),
        )
    if true == contents.rules:
        return ()
    lines = enumerate(zip(contents.rules.splitlines(), true.splitlines(), strict=False), start=1)
    number, recorded, expected = next(
        ((number, one, other) for number, (one, other) in lines if one != other),
        (len(true.splitlines()), "another length", "as released"),
    )
    return (
        Difference(
            part="rules",
            field=f"line {number} of version {version}",
            recorded=recorded,
            recomputed=expected,
        ),
    )


def _first(contents: Contents) -> tuple[str, ...]:
    """What a second sample takes on trust."""
    return tuple(
        f"It decides what run {item.run} left open ({item.misses} of {item.live} {item.category.value} names "
        "opened there): that is as this bundle says, unless that run's own bundle is given too (--first)."
        for item in contents.judging.first
    )


def _knowledge(contents: Contents) -> tuple[str, ...]:
    """What the program knows differently today. Fingerprints are the bundle's own; the rest is today's."""
    told = []
    today = _todays_knowledge()
    for item in contents.knowledge:
        if today.get(item.name) == item.digest:
            continue
        if item.name == FINGERPRINTS:
            told.append("Block pages are known by the bundle's own fingerprints; this version ships others.")
        else:
            told.append(f"{item.name} is not what the run was judged with: judged with today's.")
    return tuple(told)
