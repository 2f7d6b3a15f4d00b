"""What is the same for all names that are asked of one resolver in one family? Looked up once for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from msgspec.structs import replace

from criteria.answers import Answer
from criteria.chance import NOTHING_SEEN, SLOW
from criteria.controls import Control, State, best_looks
from criteria.fitness import Soundness
from criteria.gist import Gist
from criteria.looks import Circumstances, Finding, read_here
from criteria.overblocked import share_by_name
from criteria.precedents import Precedents
from criteria.records import FamilyState, Fitness, Outcome, Strength
from criteria.rules import RuleStage
from criteria.shared import interceptors, strange_addresses
from criteria.silence import Line
from criteria.together import Pair, judge_looks
from criteria.truth import NOTHING, Truth
from criteria.wavering import failing_at_times, refusing_at_times
from criteria.windows import void_looks
from probes.records import DnsVariant, Family, Kind, Observation, Plan, Service, Stage

_LANE_SHARE = 80
ASKED = frozenset({Kind.TARGET, Kind.CONTROL})
"""What is judged lane by lane."""

Way = tuple[str, Family]


@dataclass(frozen=True, kw_only=True, eq=False)
class Lane:
    """One resolver and one family, with everything that is the same for all targets there."""

    here: Circumstances
    resolver: str
    place: int
    """Among the lanes of the run."""
    void: frozenset[tuple[str, int]]
    """Looks that say nothing, by question and attempt."""
    guards: Mapping[str | None, Finding | None]
    """What decides before anything that was seen, by what is wrong with the looks at a target."""
    translated: Mapping[str | None, Finding | None] | None = None
    """The same for phones where this machine has no IPv4: theirs goes through NAT64 by a translator of their
    own (464XLAT, RFC 6877)."""

    def read(self, gist: Gist, truth: Truth) -> Answer:
        """What an answer amounts to here, for a name of which so much is known."""
        return read_here(gist, truth=truth, here=self.here)

    def judge(
        self, service: Service, looks: Sequence[Pair], truth: Truth, *, on_phones: bool = False
    ) -> Finding:
        """What the looks at a target come to, guards before all."""
        guards = self.translated if on_phones and self.translated is not None else self.guards
        standing = [pair for pair in looks if (pair[0].id, pair[1].attempt) not in self.void]
        guard = guards[None if standing else VOID if looks else NO_LOOK]
        if guard is not None:
            seen = {item.id for _, look in looks for item in look.items}
            return replace(guard, witnesses=tuple(sorted(seen)))
        unchecked = any(_answers_unchecked(item) for _, look in standing for item in look.items)
        here = replace(self.here, service=service, truth=truth, unchecked=unchecked)
        return judge_looks(standing, here=here)


def lanes_of(
    plan: Plan, *, fitness: Fitness, sound: Soundness, rules: Precedents, line: Line
) -> dict[Way, Lane]:
    """Every lane of the plan, with all that is known of it beside the answers themselves."""
    looks, controls = sound.looks, sound.controls
    void = void_looks(sound.windows, controls, fitness.bad_windows, looks.attempts)
    strange = strange_addresses(plan=plan, looks=looks, reader=sound.reader)
    strangers = interceptors(looks)
    refuse = refusing_at_times(looks=looks, controls=controls)
    fail = failing_at_times(looks=looks, controls=controls)
    right = _lanes_ok(sound)
    paths = {
        item.question.via.family
        for item in controls
        if item.beyond_dns and item.state is State.RIGHT and item.question.via is not None
    }
    ways = {
        (question.via.resolver, question.via.family)
        for question in plan.questions
        if question.kind in ASKED and question.via is not None
    }
    found: dict[Way, Lane] = {}
    for place, (resolver, family) in enumerate(sorted(ways)):
        here = Circumstances(
            rules=rules,
            reader=sound.reader,
            truth=NOTHING,
            family=family,
            service=Service.DNS,
            lane_ok=(resolver, family) in right,
            path_ok=family in paths,
            shared=strange.shared.get(resolver, frozenset()),
            exposed=strange.exposed.get(resolver, frozenset()),
            synthesised=resolver in sound.atlas.dns64,
            interceptors=strangers,
            refuses=resolver in refuse,
            fails=resolver in fail,
            losses_to=line.to.get((resolver, 1), NOTHING_SEEN),
            losses_beyond=line.beyond.get((family, 1), NOTHING_SEEN),
            slow_losses_to=line.to.get((resolver, SLOW), NOTHING_SEEN),
            slow_losses_beyond=line.beyond.get((family, SLOW), NOTHING_SEEN),
        )
        words = _guards(fitness, resolver, family)
        guards = {word: _guarded(rules, words, word) for word in (None, VOID, NO_LOOK)}
        translated = None
        if family is Family.IPV4 and sound.atlas.nat64 and "family.absent" in words:
            less = words - {"family.absent"}
            translated = {word: _guarded(rules, less, word) for word in guards}
        found[resolver, family] = Lane(
            here=here, resolver=resolver, place=place, guards=guards, translated=translated, void=void
        )
    return found


VOID = "window.void"
NO_LOOK = "look.none"


def _guarded(rules: Precedents, words: frozenset[str], word: str | None) -> Finding | None:
    rule = rules.decide(RuleStage.RUN, words if word is None else words | {word})
    if rule is None:
        return None
    return Finding(
        stage=Stage.DNS,
        outcome=Outcome(rule.outcome),
        strength=Strength.WEAK,
        rule=rule.id,
        mechanism=None,
        mechanisms=(),
        witnesses=(),
    )


def _guards(fitness: Fitness, resolver: str, family: Family) -> frozenset[str]:
    state = fitness.ipv4 if family is Family.IPV4 else fitness.ipv6
    words = {
        "run.void": fitness.void_reason is not None,
        "family.absent": state is FamilyState.ABSENT,
        "family.broken": state is FamilyState.BROKEN,
        "resolver.silent": resolver in fitness.dead_resolvers,
    }
    return frozenset(word for word, holds in words.items() if holds)


def _answers_unchecked(item: Observation) -> bool:
    return item.dns is not None and item.dns.variant is DnsVariant.UNCHECKED and item.failure is None


def _lanes_ok(sound: Soundness) -> frozenset[Way]:
    """The lanes in which most controls came right; where none could, those that were soundly answered."""
    lanes: dict[Way, list[Control]] = {}
    for item in best_looks(sound.witnesses):
        if item.question.via is not None:
            lanes.setdefault((item.question.via.resolver, item.question.via.family), []).append(item)
    found = set()
    for lane, controls in lanes.items():
        counted = [item for item in controls if item.state is not State.NOT_APPLICABLE]
        answered = sum(item.answered for item in controls)
        good = share_by_name(counted) if counted else Fraction(answered, len(controls))
        if 100 * good >= _LANE_SHARE:
            found.add(lane)
    return frozenset(found)
