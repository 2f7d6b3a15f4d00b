"""What does a resolver's answer for one name of a list amount to? By the rules that a check is judged by.

A sweep has no plan and no run: it brings one look, or two, at one question. Whatever a check would need more
for, such as what a visit finds, is not known here and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from criteria.answers import Atlas
from criteria.chance import NOTHING_SEEN, Losses
from criteria.gist import Gists
from criteria.index import look_of
from criteria.looks import Circumstances, Finding
from criteria.mechanism import head
from criteria.reader import Reader
from criteria.records import Outcome, Strength
from criteria.rules import RuleSet, RuleStage
from criteria.together import judge_looks
from criteria.truth import Truth
from probes.records import Ask, Family, Kind, Observation, Question, Service, Stage


def judge_answer(
    looks: Sequence[Observation],
    *,
    family: Family,
    truth: Truth,
    rules: RuleSet,
    atlas: Atlas,
    lane_ok: bool,
    silent: bool = False,
    fails: bool = False,
    refuses: bool = False,
    unproven: bool = False,
    unchecked: bool = False,
    losses: Losses = NOTHING_SEEN,
) -> Finding:
    """`looks` are the DNS observations of one question at one resolver, the second look behind the first.

    `lane_ok`: the canaries among the questions came right. `fails`, `refuses`: so the resolver says of new
    names below ones that exist, too. `unproven`: the same was said of such names, which are in no cache, so
    that the resolver may be cut off and know the canaries by heart. `silent`: the resolver was given up.
    `losses`: what is lost on the way to it. `unchecked`: it answers where signatures are not to be checked.
    """
    words = {"resolver.silent": silent, "look.none": not looks}
    guard = rules.decide(RuleStage.RUN, frozenset(word for word, holds in words.items() if holds))
    if guard is not None:
        return Finding(
            stage=Stage.DNS,
            outcome=Outcome(guard.outcome),
            strength=Strength.WEAK,
            rule=guard.id,
            mechanism=None,
            mechanisms=(),
            witnesses=(),
        )
    here = Circumstances(
        rules=rules,
        reader=Reader(atlas),
        truth=truth,
        family=family,
        service=Service.DNS,
        lane_ok=lane_ok,
        path_ok=False,
        losses_to=losses,
        unchecked=unchecked,
        fails=fails,
        refuses=refuses,
    )
    question = _question(family)
    gists = Gists()
    pairs = [(question, look_of(number, (item,), gists)) for number, item in enumerate(looks, start=1)]
    found = judge_looks(pairs, here=here)
    page = found.mechanism is not None and head(found.mechanism) in _PAGES
    if unproven and found.outcome in (Outcome.BLOCKED, Outcome.DEAD) and not page:
        # The canaries came from a cache: they show nothing of names that are in none.
        return judge_looks(pairs, here=replace(here, lane_ok=False))
    return found


@lru_cache(maxsize=4)
def _question(family: Family) -> Question:
    return Question(id="q", kind=Kind.TARGET, subject="of-a-list.invalid", ask=Ask.DNS, type=_TYPES[family])


_PAGES = frozenset({"dns/blockpage", "dns/cname"})
"""A filter's own page is its own, whoever else is sent there."""
_TYPES = {Family.IPV4: "A", Family.IPV6: "AAAA"}
