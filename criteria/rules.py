"""How is it decided? By an ordered list of rules in a file, so that the one that decided has a name.

The first rule of a stage whose `needs` are all there and whose `lacks` are all absent decides. Ids and
versions are public: a rule that changes its meaning gets a new id, and a released list stays as it is.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from criteria import mechanism, released
from criteria.records import Outcome, RouteOutcome, SafeSearchOutcome, Strength
from criteria.signals import SIGNALS
from probes import tomlfile
from probes.records import Record
from probes.tomlfile import TomlFault


class RuleStage(StrEnum):
    """Which question a rule answers. `run` holds guards, and may leave it open; all others always decide."""

    RUN = "run"
    """May this cell be judged at all?"""
    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"
    HTTP = "http"
    LOOKS = "looks"
    """What do looks that differ mean together?"""
    ROUTE = "route"
    """What does one answer on a route mean?"""
    SAFESEARCH = "safesearch"
    """Is the answer for a search engine's host that of its restricted form?"""


DECIDING = tuple(stage for stage in RuleStage if stage is not RuleStage.RUN)

AS_HTTPS = "as_https"
"""Outcome of a plain-HTTP cell that redirects to its own name over HTTPS: whatever that cell has."""


Signals = frozenset[str] | set[str]


class Rule(Record):
    """One line of the list."""

    id: str
    stage: RuleStage
    needs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    outcome: str
    """An `Outcome`, a `RouteOutcome` on routes, a `SafeSearchOutcome` on search engines, or `as_https`."""
    strength: Strength = Strength.WEAK
    """A blocked cell is `determinate` only if a second look agreed; until then this says `weak`."""
    mechanism: str | None = None
    """The kind of mechanism that the cell is named by; without it, the most telling one that was seen."""
    again: bool = False
    """Whether it stays open only until more looks were made: a check makes them."""
    why: str

    def matches(self, signals: Signals) -> bool:
        return signals.issuperset(self.needs) and signals.isdisjoint(self.lacks)


class RuleSet(Record):
    """A released list: frozen, ordered, with its version."""

    version: str
    rules: tuple[Rule, ...]

    def decide(self, stage: RuleStage, signals: Signals) -> Rule | None:
        """The first rule that matches; `None` only where a guard leaves it open."""
        return next((rule for rule in self.rules if rule.stage is stage and rule.matches(signals)), None)

    def surely(self, stage: RuleStage, signals: Signals) -> Rule:
        """The first rule that matches in a stage that always decides. Raises `LookupError` for `run`."""
        rule = self.decide(stage, signals)
        if rule is None:
            raise LookupError(f"rule list {self.version} decides nothing at stage {stage}")
        return rule


def shadowed(rules: tuple[Rule, ...]) -> tuple[tuple[str, str], ...]:
    """Pairs (rule, earlier rule) where the later one can never decide, because the earlier asks for less."""
    return tuple(
        (later.id, earlier.id)
        for number, later in enumerate(rules)
        for earlier in rules[:number]
        if earlier.stage is later.stage
        and set(earlier.needs) <= set(later.needs)
        and set(earlier.lacks) <= set(later.lacks)
    )


def parse(text: str, source: str) -> RuleSet:
    """A list from its TOML (`version`, then `[[rules]]`). Raises `TomlFault` with the first thing wrong."""
    found = tomlfile.load(text, source=source, kind=RuleSet)
    words = mechanism.parse(released.mechanisms_text(), source="mechanisms.toml")
    for rule in found.rules:
        fault = _fault(rule, words)
        if fault:
            raise TomlFault(f'rule "{rule.id}" {fault}', source=source, line=_line(text, rule.id))
    ids = [rule.id for rule in found.rules]
    for rule in found.rules:
        if ids.count(rule.id) > 1:
            message = f'rule id "{rule.id}" is used more than once'
            raise TomlFault(message, source=source, line=_line(text, rule.id))
    for later, earlier in shadowed(found.rules):
        message = f'rule "{later}" can never decide: "{earlier}" stands before it and asks for less'
        raise TomlFault(message, source=source, line=_line(text, later))
    for stage in DECIDING:
        if not any(rule.stage is stage and not rule.needs and not rule.lacks for rule in found.rules):
            message = f"stage {stage} has no last rule that takes whatever is left"
            raise TomlFault(message, source=source, line=None)
    return found


def latest() -> RuleSet:
    """The list that new runs are judged with."""
    return version(released.LATEST_RULES)


@cache
def version(number: str) -> RuleSet:
    """A released list. Raises `FileNotFoundError` for a version that there never was."""
    return parse(released.rules_text(number), source=f"rules/{number}.toml")


def _fault(rule: Rule, words: mechanism.Mechanisms) -> str | None:
    unknown = [word for word in (*rule.needs, *rule.lacks) if word not in SIGNALS]
    if unknown:
        return f'uses the unknown signal "{unknown[0]}"'
    if not rule.why.strip():
        return "does not say why"
    if rule.mechanism is not None and rule.mechanism not in words.heads:
        return f'names the unknown mechanism "{rule.mechanism}"'
    if rule.outcome not in _outcomes(rule.stage):
        return f'has the outcome "{rule.outcome}", which stage {rule.stage} does not know'
    if set(rule.needs) & set(rule.lacks):
        return "needs and lacks the same signal"
    return None


def _outcomes(stage: RuleStage) -> frozenset[str]:
    if stage is RuleStage.ROUTE:
        return frozenset(item.value for item in RouteOutcome)
    if stage is RuleStage.SAFESEARCH:
        return frozenset(item.value for item in SafeSearchOutcome)
    extra = {AS_HTTPS} if stage is RuleStage.HTTP else set()
    return frozenset(item.value for item in Outcome) | extra


def _line(text: str, rule_id: str) -> int | None:
    """The last line that gives this id."""
    lines = [n for n, line in enumerate(text.splitlines(), 1) if line.split("=")[0].strip() == "id"]
    wanted = [n for n in lines if f'"{rule_id}"' in text.splitlines()[n - 1]]
    return wanted[-1] if wanted else None
