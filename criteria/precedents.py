"""What was decided once is decided: a list of rules with a memory.

Few of all the thinkable facts ever come together, and those come again with every name. A rule list is asked
about each set of facts once; the answer is the list's own, always.
"""

from __future__ import annotations

from functools import lru_cache

from criteria.rules import Rule, RuleSet, RuleStage

_ROOM = 1 << 14
"""So many sets of facts are remembered at most: what comes in a stranger's bundle fills no memory."""


class Precedents:
    """Decides as its list does."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._decided: dict[tuple[RuleStage, frozenset[str]], Rule | None] = {}

    def decide(self, stage: RuleStage, signals: frozenset[str]) -> Rule | None:
        """The first rule that matches; `None` only where a guard leaves it open."""
        key = (stage, signals)
        try:
            return self._decided[key]
        except KeyError:
            pass
        if len(self._decided) >= _ROOM:
            self._decided.clear()
        found = self._decided[key] = self.rules.decide(stage, signals)
        return found

    def surely(self, stage: RuleStage, signals: frozenset[str]) -> Rule:
        """The first rule that matches in a stage that always decides. Raises `LookupError` for `run`."""
        found = self.decide(stage, signals)
        return self.rules.surely(stage, signals) if found is None else found


@lru_cache(maxsize=8)
def precedents(rules: RuleSet) -> Precedents:
    """The memory of a list, which outlasts a run: a list never changes."""
    return Precedents(rules)
