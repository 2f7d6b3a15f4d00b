"""The best-known live names of a category are all blocked. Dead ones make room for the next in rank."""

from __future__ import annotations

from criteria.answers import host
from criteria.kinds.evidence import Evidence, Ruling, best_ranked, only_listed
from criteria.kinds.numbers import Count
from criteria.records import CriterionOutcome, RouteOutcome
from criteria.statistics import lower_bound
from probes.records import Category, Record, RouteKind


class PopularBlocked(Record, tag="popular_blocked", tag_field="kind"):
    category: Category
    names: Count
    """How many live names must be blocked, all of them."""
    candidates: Count
    """How many of the best ranked are asked, so that dead ones can be replaced."""

    def __post_init__(self) -> None:
        if self.candidates < self.names:
            raise ValueError(f"candidates must be at least names, {self.names}")


def decide(test: PopularBlocked, evidence: Evidence) -> Ruling:
    candidates = best_ranked(
        evidence.plan.targets, test.category, test.candidates, suffixes=evidence.suffixes
    )
    if not candidates:
        lack = f"{test.names} {test.category.value} names with a rank are needed, and none is listed"
        return Ruling(
            result=CriterionOutcome.NOT_TESTED,
            reason=f"No {test.category.value} name with a rank was listed, so nothing was tested.",
            lack=lack,
        )
    dead = frozenset(evidence.sorted_out(candidates).dead)
    live = tuple(target for target in candidates if target.name not in dead)[: test.names]
    found = evidence.sorted_out(live)
    what = f"best-known {test.category.value} names"
    # Undecided names ahead of it may be dead, which only moves a name that opened further to the front.
    if found.reachable:
        return Ruling(
            result=CriterionOutcome.FAIL,
            reason=f"{len(found.reachable)} of the {len(live)} {what} opened.",
            tested=found.decided,
            passed=len(found.blocked),
            against=found.reachable,
            dead=tuple(target.name for target in candidates if target.name in dead),
        )
    if len(live) < test.names:
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason=f"{test.names} live {what} are needed, and {len(live)} of {len(candidates)} are live.",
            tested=found.decided,
            passed=len(found.blocked),
            against=found.undecided,
            lack=(
                f"{test.names} live {test.category.value} names with a rank are needed, and "
                f"{only_listed(len(live))}"
            ),
        )
    if found.undecided:
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason=f"{len(found.undecided)} of the {len(live)} {what} could not be decided.",
            tested=found.decided,
            passed=len(found.blocked),
            against=found.undecided,
        )
    encrypted = _own_resolvers_encrypted(evidence)
    if encrypted:
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason=(
                f"{len(found.blocked)} of the {len(live)} {what} were blocked, but the resolver that the "
                f"network gives ({', '.join(encrypted)}) filters no encrypted questions, and phones and "
                "browsers ask it so by themselves."
            ),
            tested=found.decided,
            passed=len(found.blocked),
        )
    otherwise = _open_otherwise(found.blocked, evidence)
    if otherwise:
        # What is there was not looked at: the site, by nearly every chance.
        return Ruling(
            result=CriterionOutcome.INCONCLUSIVE,
            reason=(
                f"{len(found.blocked)} of the {len(live)} {what} were blocked, but {len(otherwise)} may open "
                "under another name, with or without “www.” or one below it: the filter may know names only "
                "as they are listed."
            ),
            tested=found.decided,
            passed=len(found.blocked) - len(otherwise),
            against=otherwise,
        )
    return Ruling(
        result=CriterionOutcome.PASS,
        reason=f"{len(found.blocked)} of the {len(live)} {what} were blocked.",
        tested=found.decided,
        passed=len(found.blocked),
        bound=str(lower_bound(len(found.blocked), found.decided)),
        dead=tuple(target.name for target in candidates if target.name in dead),
    )


def _own_resolvers_encrypted(evidence: Evidence) -> tuple[str, ...]:
    """The network's own resolvers that stand open over TLS or HTTPS, at the address that devices are given.

    Android tries DoT there unless it is told otherwise, Chromium the DoH of whose address it knows.
    """
    opened = {
        route.endpoint.partition("://")[2].partition("/")[0].strip("[]")
        for route in evidence.routes
        if route.kind in (RouteKind.DOT, RouteKind.DOH, RouteKind.DOQ) and route.outcome is RouteOutcome.OPEN
    }
    given = dict.fromkeys(host(resolver) for resolver in evidence.plan.resolvers)
    return tuple(address for address in given if address in opened)


def _open_otherwise(blocked: tuple[str, ...], evidence: Evidence) -> tuple[str, ...]:
    """Those of them whose other names have an address: with or without `www.`, or a name below."""
    opened = [
        route.endpoint
        for route in evidence.routes
        if route.kind is RouteKind.VARIANT and route.outcome is RouteOutcome.OPEN
    ]
    return tuple(
        name
        for name in blocked
        if any(other.endswith(f".{name}") or name == f"www.{other}" for other in opened)
    )
