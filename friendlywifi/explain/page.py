"""From a bundle and a name to sentences. Pure: the same bundle gives the same page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from criteria.records import AssessmentOutcome, Cell, Verdict
from criteria.standard import Standard
from friendlywifi.evidence.contents import Contents
from friendlywifi.explain.now import Now, beside
from friendlywifi.explain.texts import texts
from probes.records import Category, Family, Target

_FAMILIES = {Family.IPV4: "IPv4", Family.IPV6: "IPv6"}
_OVER_QUIC = frozenset({"tcp_over_quic", "tls_over_quic", "http_over_quic"})
_NEITHER = frozenset({Category.WIRING, Category.BYPASS})

SHOWN_OBSERVATIONS = 6


@dataclass(frozen=True, kw_only=True)
class Page:
    """An explanation: paragraphs in one language."""

    language: str
    title: str
    note: str
    """That nobody has reviewed the language yet; empty where somebody has."""
    paragraphs: tuple[str, ...]
    heading: str
    """Over the list of what was never promised."""
    limits: tuple[str, ...]
    report_heading: str
    report_to: tuple[str, ...]


def explain(contents: Contents, name: str, *, language: str, now: Now | None = None) -> Page:
    """What this run knows of a name, in A-labels, what is answered now, and what nobody ever promised."""
    say = texts(language)
    run, standard = contents.run, contents.standard.standard
    when = {"serial": run.serial, "date": f"{run.started:%Y-%m-%d}", "time": f"{run.started:%H:%M}"}
    target = next((item for item in contents.plan.targets if item.name == name), None)
    told: list[str] = []
    if target is None:
        told.append(say["not_asked"].format(count=len(contents.plan.targets), **when))
        told += [say["kin"].format(kin=item.name) for item in contents.plan.targets if _kin(item.name, name)]
    else:
        told.append(say["asked"].format(list=target.list_id, category=target.category.value, **when))
        told.append(say[_duty(target)].format(standard=standard.id, version=standard.version))
        told += _verdict(contents, name, say)
    told += [say[_outcome(contents)], say["unwitnessed"]]
    told += [say["now"]] if now is None else beside(now, contents, name, say)
    words = standard.text.sq if language == "sq" else None
    return Page(
        language=language,
        title=say["title"].format(name=name, hotspot=run.hotspot),
        note=say["language_note"],
        paragraphs=tuple(told),
        heading=say["promised"],
        limits=words.limits if words is not None else contents.judgement.assessment.limits,
        report_heading=say["report_heading"],
        report_to=_report_to(standard, language),
    )


def _verdict(contents: Contents, name: str, say: Mapping[str, str]) -> list[str]:
    if contents.judgement.fitness.void_reason is not None:
        return [say["void"]]
    verdict = next((item for item in contents.judgement.verdicts if item.target == name), None)
    if verdict is None:
        return [say["inconclusive"]]
    told = [say[verdict.outcome.value]]
    told += [_cell(cell, say) for cell in verdict.cells]
    told.append(say["evidence"].format(run=contents.run.id, observations=", ".join(_witnesses(verdict))))
    return told


def _cell(cell: Cell, say: Mapping[str, str]) -> str:
    key = "cell_over_quic" if cell.rule in _OVER_QUIC else f"cell_{cell.outcome.value}"
    return say[key].format(
        resolver=cell.resolver,
        family=_FAMILIES[cell.family],
        service=cell.service.value.upper(),
        mechanism=", ".join(cell.mechanisms) or cell.rule,
    )


def _witnesses(verdict: Verdict) -> tuple[str, ...]:
    every = sorted({witness for cell in verdict.cells for witness in cell.witnesses})
    shown = tuple(every[:SHOWN_OBSERVATIONS])
    return (*shown, "…") if len(every) > len(shown) else shown or ("–",)


def _duty(target: Target) -> str:
    if target.category.control:
        return "must_open"
    return "no_duty" if target.category in _NEITHER else "must_be_blocked"


def _outcome(contents: Contents) -> str:
    outcome = contents.judgement.assessment.outcome
    return "run_inconclusive" if outcome is AssessmentOutcome.INCONCLUSIVE else outcome.value


def _kin(one: str, other: str) -> bool:
    return one.endswith("." + other) or other.endswith("." + one)


def _report_to(standard: Standard, language: str) -> tuple[str, ...]:
    told = []
    for route in standard.report_to:
        words = route.text.sq if language == "sq" and route.text.sq is not None else route
        told.append(f"{words.name}, {route.contact}: {words.says}")
    return tuple(told)
