"""Does the network force the restricted form of search engines and video sites? By its resolvers' answers.

The answer for an engine's host is compared with what the same resolver gives for the host of the restricted
form, so that nobody has to know either's addresses. Every host, at every resolver, in each family.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from criteria import rules as rule_lists
from criteria.fingerprints import Fingerprints
from criteria.fitness import Soundness, sound_out
from criteria.gist import Gist
from criteria.precedents import Precedents, precedents
from criteria.records import FamilyState, Fitness, SafeSearch, SafeSearchOutcome
from criteria.rules import RuleSet, RuleStage
from probes.records import Engine, Family, Kind, Observation, Plan, Question, Run

_OFF, _FORCED, _UNKNOWN = SafeSearchOutcome.OFF, SafeSearchOutcome.FORCED, SafeSearchOutcome.INCONCLUSIVE
_BLOCKED = frozenset(
    {
        "dns.rcode.nxdomain",
        "dns.rcode.refused",
        "dns.answer.sinkhole",
        "dns.answer.blockpage",
        "dns.cname.blockpage",
        "dns.ede.filtered",
    }
)

_Asked = Mapping[tuple[str, str, Family], Question]
"""By host, resolver and family."""
_Told = tuple[SafeSearchOutcome, str]
"""An outcome and the rule that decided."""


def judge_safesearch(
    *,
    plan: Plan,
    run: Run,
    observations: Sequence[Observation],
    fitness: Fitness,
    rules: RuleSet | None = None,
    fingerprints: Fingerprints | None = None,
    sound: Soundness | None = None,
) -> tuple[SafeSearch, ...]:
    """One record for each engine and each family that works here and in which the engine has addresses."""
    judged = _Judged(
        fitness=fitness,
        sound=sound or sound_out(plan=plan, run=run, observations=observations, fingerprints=fingerprints),
        rules=precedents(rules or rule_lists.latest()),
        resolvers=plan.resolvers,
        asked={
            (question.subject, question.via.resolver, question.via.family): question
            for question in plan.questions
            if question.kind is Kind.SAFESEARCH and question.via is not None
        },
    )
    found: list[SafeSearch] = []
    for engine in plan.engines:
        ipv4 = judged.engine(engine, Family.IPV4)
        ipv6 = judged.engine(engine, Family.IPV6)
        if ipv6 is not None and ipv4 is not None and (ipv4[0], ipv6[0]) == (_FORCED, _OFF):
            # Forced for whoever uses IPv4, and phones prefer IPv6.
            ipv6 = SafeSearchOutcome.PARTLY, ipv6[1]
        found += [
            SafeSearch(engine=engine.name, family=family, outcome=told[0], rule=told[1])
            for family, told in ((Family.IPV4, ipv4), (Family.IPV6, ipv6))
            if told is not None
        ]
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class _Judged:
    fitness: Fitness
    sound: Soundness
    rules: Precedents
    resolvers: tuple[str, ...]
    asked: _Asked

    def engine(self, engine: Engine, family: Family) -> _Told | None:
        """`None`: there is no such family here, or the engine has no address of it, or nobody asked."""
        state = self.fitness.ipv4 if family is Family.IPV4 else self.fitness.ipv6
        if state in (FamilyState.ABSENT, FamilyState.BROKEN):
            return None
        told = [
            item
            for resolver in self.resolvers
            for name in engine.names
            if (item := self._host(engine, name, resolver, family)) is not None
        ]
        if not told:
            return None
        by_outcome: dict[SafeSearchOutcome, list[str]] = {}
        for outcome, rule in told:
            by_outcome.setdefault(outcome, []).append(rule)
        if _OFF in by_outcome:
            partly = _FORCED in by_outcome or SafeSearchOutcome.PARTLY in by_outcome
            return (SafeSearchOutcome.PARTLY if partly else _OFF), min(by_outcome[_OFF])
        outcome = _UNKNOWN if _UNKNOWN in by_outcome else _FORCED
        return outcome, min(by_outcome[outcome])

    def _host(self, engine: Engine, name: str, resolver: str, family: Family) -> _Told | None:
        question = self.asked.get((name, resolver, family))
        if question is None:
            return None
        base = {"run.void"} if self.fitness.void_reason is not None else set()
        if family is Family.IPV6:
            base.add("family.v6")
        forced = self._forced(engine, resolver, family)
        seen = [look.gist for look in self.sound.looks.of(question) if look.gist is not None]
        found = [self._words(engine, gist, forced, family) for gist in seen] or [frozenset({"look.none"})]
        if family is Family.IPV6 and any("dns.rcode.nodata" in words for words in found):
            return None
        rules = [self.rules.surely(RuleStage.SAFESEARCH, words | base) for words in found]
        told = [(SafeSearchOutcome(rule.outcome), rule.id) for rule in rules]
        # A look that understood what it saw stands before one that did not.
        return next((item for item in reversed(told) if item[0] is not _UNKNOWN), told[-1])

    def _words(self, engine: Engine, gist: Gist, forced: _Forced, family: Family) -> frozenset[str]:
        answer = self.sound.reader.read(gist, family=family)
        aliases = set(gist.aliases)
        same = bool(set(answer.public) & forced.addresses)
        words = {
            "safesearch.alias": bool(aliases & set(engine.forced)),
            "safesearch.addresses": same and engine.addresses_tell,
            "safesearch.one_network": same and not engine.addresses_tell,
            "safesearch.compared": forced.known,
            "safesearch.blocked": bool(answer.signals & _BLOCKED),
        }
        return answer.signals.union([word for word, holds in words.items() if holds])

    def _forced(self, engine: Engine, resolver: str, family: Family) -> _Forced:
        addresses: set[str] = set()
        known = False
        for name in engine.forced:
            question = self.asked.get((name, resolver, family))
            for look in self.sound.looks.of(question) if question is not None else ():
                if look.gist is None:
                    continue
                answer = self.sound.reader.read(look.gist, family=family)
                addresses |= set(answer.public)
                known |= bool(answer.public) or "dns.rcode.nodata" in answer.signals
        return _Forced(addresses=frozenset(addresses), known=known)


@dataclass(frozen=True, kw_only=True)
class _Forced:
    """What a resolver gives for the restricted form itself."""

    addresses: frozenset[str]
    known: bool
    """It said where that is, or that it is nowhere in this family."""
