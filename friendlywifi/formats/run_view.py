"""A single run told in detail: what fails, what leaks, each criterion, and what stays possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from criteria.records import CriterionOutcome, CriterionResult, Outcome
from friendlywifi.formats.wording import NOBODY, OUTCOMES, Sign, minute
from friendlywifi.language.retelling import retold, word
from friendlywifi.language.spoken import phrase
from friendlywifi.reporting.headline import headline
from friendlywifi.reporting.leaks import leaks
from friendlywifi.reporting.report import Report
from friendlywifi.reporting.show import remedies_of
from probes.records import Record

_RESULTS = {
    CriterionOutcome.PASS: Sign.YES,
    CriterionOutcome.CONDITIONAL: Sign.HALF,
    CriterionOutcome.FAIL: Sign.NO,
    CriterionOutcome.INCONCLUSIVE: Sign.UNKNOWN,
    CriterionOutcome.NOT_TESTED: Sign.NONE,
    CriterionOutcome.NOT_APPLICABLE: Sign.NONE,
    CriterionOutcome.ATTESTED: Sign.HALF,
}


class CriterionLine(Record):
    id: str
    gate: bool
    sign: Sign
    result: str
    why: str
    todo: str


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


def run_view(report: Report) -> RunView:
    """One run in detail."""
    run, assessment, top = report.run, report.assessment, headline(report)
    listed_sign = Sign.VOID if run.void_reason is not None else OUTCOMES[assessment.outcome]
    counts = Counter(item.outcome for item in report.verdicts)
    remedies = remedies_of(assessment.standard)
    sentences = [
        phrase(
            "Outcome: %(outcome)s, by standard %(standard)s %(version)s. It was made %(time)s UTC, "
            "allowed by %(who)s.",
            outcome=word(assessment.outcome.value),
            standard=assessment.standard,
            version=assessment.standard_version,
            time=minute(run.started),
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
