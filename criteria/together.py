"""What do several looks at one cell come to together? Each is judged, and again where they agree."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from criteria.chance import SLOW, tries_of
from criteria.index import Look
from criteria.looks import Circumstances, Finding, look_at, sureness
from criteria.records import Outcome, Strength
from criteria.rules import RuleStage
from probes.records import Question, Stage

Pair = tuple[Question, Look]


def in_turn(pair: Pair) -> tuple[int, str]:
    """Looks are judged by their attempts, first to last."""
    return pair[1].attempt, pair[0].id


def judge_looks(looks: Sequence[Pair], *, here: Circumstances) -> Finding:
    """What several looks come to together: each is judged, and judged again as confirmed if they agree.

    Looks agree that show the same symptom, or that all failed to connect: a firewall that turns visitors away
    sends few errors to one host (RFC 1812, 4.3.2.8; RFC 4443, 2.4 f) and drops the others.
    """
    ordered = sorted(looks, key=in_turn)
    findings = [look_at(look, question=question, here=here) for question, look in ordered]
    if len(findings) == 1:
        only = findings[0]
        return replace(only, witnesses=tuple(sorted(set(only.witnesses))))
    again = any(look.attempt > 1 for _, look in ordered) and len(ordered) > 1
    alike = len({finding.symptom for finding in findings}) == 1
    shut = {finding.symptom for finding in findings} <= _NOT_THROUGH
    if again and (alike or shut):
        silent = [(item, look) for item, (_, look) in zip(findings, ordered, strict=True)]
        sure = replace(here, confirmed=alike, otherwise=not alike, ruled_out=_ruled_out(silent, here))
        findings = [look_at(look, question=question, here=sure) for question, look in ordered]
    last = findings[-1]
    witnesses = tuple(sorted({witness for finding in findings for witness in finding.witnesses}))
    outcomes = {finding.outcome for finding in findings}
    if any(finding.defers for finding in findings):
        # One look that leaves it to HTTPS leaves it to HTTPS, unless another one says more.
        if all(finding.defers or finding.outcome is Outcome.INCONCLUSIVE for finding in findings):
            return replace(next(f for f in findings if f.defers), witnesses=witnesses)
    elif len(outcomes) == 1:
        best = (
            max(findings, key=lambda f: sureness(f.strength)) if last.outcome is Outcome.REACHABLE else last
        )
        seen = sorted({word for finding in findings for word in finding.mechanisms})
        return replace(best, mechanisms=tuple(seen), witnesses=witnesses)
    rule = here.rules.surely(RuleStage.LOOKS, _words(findings, alike=alike))
    outcome = Outcome(rule.outcome)
    telling = [finding for finding in findings if finding.outcome is outcome] or [
        finding for finding in findings if finding.mechanism is not None
    ]
    chosen = max(telling, key=lambda f: sureness(f.strength), default=last)
    mechanisms = () if outcome is Outcome.REACHABLE else chosen.mechanisms
    return Finding(
        stage=chosen.stage,
        outcome=outcome,
        strength=chosen.strength if outcome is chosen.outcome else rule.strength,
        rule=rule.id if outcome is Outcome.INCONCLUSIVE else chosen.rule,
        mechanism=chosen.mechanism if mechanisms else None,
        mechanisms=mechanisms,
        witnesses=witnesses,
    )


_NOT_THROUGH = frozenset(
    (Stage.TCP, word) for word in ("tcp/timeout", "tcp/unreachable", "tcp/refused", "tcp/reset")
)


def _ruled_out(silent: Sequence[tuple[Finding, Look]], here: Circumstances) -> bool:
    """Whether more was left unanswered than lost packets explain."""
    to_resolver = silent[0][0].stage is Stage.DNS
    for since, losses in (
        (1, here.losses_to if to_resolver else here.losses_beyond),
        (SLOW, here.slow_losses_to if to_resolver else here.slow_losses_beyond),
    ):
        tries = [_tries(finding, look) for finding, look in silent if look.attempt >= since]
        if not losses.may_explain(tries=sum(tries), looks=len(tries)):
            return True
    return False


def _tries(finding: Finding, look: Look) -> int:
    failed = [item for item in look.items if item.id in finding.witnesses and item.failure is not None]
    return max((tries_of(item) for item in failed), default=1)


def _words(findings: Sequence[Finding], *, alike: bool) -> frozenset[str]:
    words = {f"looks.{finding.outcome.value}" for finding in findings}
    if alike:
        words.add("looks.same_symptom")
    if findings[-1].outcome is Outcome.BLOCKED:
        words.add("looks.last_blocked")
    if findings[-1].outcome is Outcome.BLOCKED and findings[-1].strength is Strength.ARTEFACT:
        words.add("looks.blocked_artefact")
    return frozenset(words)
