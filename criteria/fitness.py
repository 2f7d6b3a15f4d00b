"""Can this run carry verdicts at all? What cannot be trusted is void, and says why.

Void comes first and is generous: a void run costs a repetition, a run that is wrongly valid may cost a
certificate over an unfiltered network. What a network does to every name alike (it rewrites NXDOMAIN, it has
no IPv6) is a finding and no fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from criteria import fingerprints as fingerprint_lists
from criteria.answers import Atlas, chart
from criteria.clock import clock_offset
from criteria.controls import (
    Control,
    Invented,
    PortalState,
    State,
    best_looks,
    judge_family,
    read_controls,
    read_invented,
    read_portal,
)
from criteria.findings import findings
from criteria.fingerprints import Fingerprints
from criteria.identity import changes
from criteria.index import Looks
from criteria.machine import as_findings, faults_in_run, told
from criteria.offline import why_offline
from criteria.overblocked import overblocked, share_by_name
from criteria.pools import pools
from criteria.portal import is_wall, name_portal
from criteria.reader import Reader
from criteria.records import FamilyState, Finding, Fitness
from criteria.windows import Window, bad_windows, windows
from probes.records import Family, Kind, Observation, Plan, Question, Run

CLOCK_LIMIT_S = 300
CONTROLS_SHARE = 80
"""At least so many percent of the names among the opening and closing controls must come right."""

_MIDDLE = frozenset({Kind.TARGET, Kind.ROUTE, Kind.SAFESEARCH})
_MEASURED = _MIDDLE | {Kind.CONTROL}

_WHY: Mapping[str, str] = {
    "interrupted": "The run was broken off before its end.",
    "nothing_measured": "Nothing was observed.",
    "machine": "",
    "identity_changed": "The network was another one after the run than before it",
    "captive": "A login page of the network answers in place of the pages that were asked for",
    "answers_everything": "Names that cannot exist get the same address as names that must open.",
    "offline": "",
    "clock": "This machine's clock is wrong",
    "controls_wrong": "Too many names that must open did not",
}


@dataclass(frozen=True, kw_only=True)
class Soundness:
    """What fitness is judged from, and cells and routes too: made once from the same inputs."""

    looks: Looks
    reader: Reader
    controls: tuple[Control, ...]
    invented: Mapping[str, Invented]
    families: Mapping[Family, FamilyState]
    aside: frozenset[str]
    """Control questions that the filter itself answers: they say nothing about the network."""
    windows: tuple[Window, ...]
    """Without those."""

    @property
    def atlas(self) -> Atlas:
        """What the run knows about addresses."""
        return self.reader.atlas

    @property
    def witnesses(self) -> tuple[Control, ...]:
        """The looks at controls that say whether the network works."""
        return tuple(item for item in self.controls if item.question.id not in self.aside)


def sound_out(
    *,
    plan: Plan,
    run: Run,
    observations: Sequence[Observation],
    fingerprints: Fingerprints | None = None,
) -> Soundness:
    """The readings of everything that is no target."""
    looks = Looks(plan, observations)
    known = fingerprints or fingerprint_lists.latest()
    bare = chart(run=run, looks=looks, fingerprints=known)
    invented = read_invented(looks=looks, atlas=bare)
    rewrites = frozenset(address for item in invented.values() for address in item.addresses)
    known_to_lie = replace(bare, rewrites=rewrites)
    reader = Reader(replace(known_to_lie, pools=pools(looks=looks, atlas=known_to_lie)))
    families = {
        family: judge_family(family, looks=looks, configured=configured)
        for family, configured in (
            (Family.IPV4, run.vantage.ipv4),
            (Family.IPV6, run.vantage.ipv6),
        )
    }
    controls = read_controls(
        plan=plan,
        looks=looks,
        reader=reader,
        families=families,
        sound_resolvers=frozenset(name for name, item in invented.items() if item.answered),
    )
    aside = overblocked(controls)
    return Soundness(
        looks=looks,
        reader=reader,
        controls=controls,
        invented=invented,
        families=families,
        aside=aside,
        windows=windows(plan, aside),
    )


def judge_fitness(
    *,
    plan: Plan,
    run: Run,
    observations: Sequence[Observation],
    fingerprints: Fingerprints | None = None,
    sound: Soundness | None = None,
) -> Fitness:
    """Whether the run is valid, which resolvers and windows are not, and what else is worth knowing.

    `sound` is what `sound_out` makes of the same inputs, where the caller has it already.
    """
    sound = sound or sound_out(plan=plan, run=run, observations=observations, fingerprints=fingerprints)
    asked = [best for best in best_looks(sound.controls) if best.state is not State.NOT_APPLICABLE]
    right = [item for item in asked if item.state is State.RIGHT]
    portals = _portals(plan, sound)
    parroting = _parroting(sound)
    dead = _dead_resolvers(asked, parroting)
    genuine = _genuine(sound)
    offset = clock_offset(genuine)
    edges = _edges(plan)
    edge = [item for item in asked if item.question.id in edges and _resolver(item.question) not in dead]
    judged = [item for item in edge if item.question.id not in sound.aside]
    differing = changes(plan, sound.looks)
    machine = faults_in_run(plan=plan, run=run, looks=sound.looks)
    login = name_portal(sound.looks)
    walled = is_wall(sound.looks)
    reason, detail = _void(
        run=run,
        observed=bool(observations),
        machine=machine,
        differing=differing,
        portals=portals,
        parroting=parroting,
        login=login,
        walled=walled,
        right=right,
        edge=edge,
        judged=judged,
        offset=offset,
        silence="" if right else why_offline(plan, sound),
    )
    beyond = any(item.beyond_dns and item.state is State.RIGHT for item in sound.controls)
    fitness = Fitness(
        void_reason=reason,
        explanation=detail,
        ipv4=sound.families[Family.IPV4],
        ipv6=sound.families[Family.IPV6],
        rewrites=tuple(sorted(sound.atlas.rewrites)),
        # A portal may let the vendors' probes through: only a control shows that pages open.
        path_shown=beyond,
        bad_windows=bad_windows(plan, sound.windows, sound.controls),
        dead_resolvers=dead,
        blocked_controls=tuple(
            [item.id for item in (plan.questions if sound.aside else ()) if item.id in sound.aside]
        ),
        clock_offset_s=offset,
        controls_ok=sum(item.state is State.RIGHT for item in asked if item.question.id in edges),
        controls_asked=sum(item.question.id in edges for item in asked),
    )
    known = (*findings(plan=plan, fitness=fitness, sound=sound), *as_findings(machine))
    return msgspec.structs.replace(
        fitness, findings=tuple(sorted(known, key=lambda item: (item.id, item.text)))
    )


def _void(
    *,
    run: Run,
    observed: bool,
    machine: tuple[Finding, ...],
    differing: tuple[str, ...],
    portals: Sequence[Mapping[str, PortalState]],
    parroting: frozenset[str],
    login: str | None,
    walled: bool,
    right: Sequence[Control],
    edge: Sequence[Control],
    judged: Sequence[Control],
    offset: int | None,
    silence: str,
) -> tuple[str | None, str]:
    """The reason and a sentence: what explains the others comes first."""
    online = any(state is PortalState.RIGHT for states in portals for state in states.values())
    resolvers = {_resolver(item.question) for item in right}
    answering = parroting and not resolvers - parroting
    clock_wrong = offset is not None and abs(offset) > CLOCK_LIMIT_S
    good = sum(item.state is State.RIGHT for item in judged)
    too_few = _too_few(judged)
    portal = "" if login is None else f": {login}"
    checks: tuple[tuple[str, object, str], ...] = (
        ("interrupted", run.interrupted, ""),
        ("nothing_measured", not observed, ""),
        ("machine", machine, told(machine)),
        ("identity_changed", differing, f" ({', '.join(differing)})."),
        ("captive", any(_captive(states) for states in portals), f"{portal}."),
        ("answers_everything", answering, ""),
        ("offline", not right and not online, silence),
        ("clock", clock_wrong, f": it is off by {abs(offset or 0)} seconds."),
        # A portal may let the vendors' probes and the helplines through, so that no device complains.
        # What it answers in their place is no filter's signature either.
        ("captive", (too_few or _too_few(edge)) and walled, f"{portal}."),
        ("controls_wrong", too_few, f": {good} of {len(judged)} came right."),
    )
    for reason, holds, detail in checks:
        if holds:
            return reason, _WHY[reason] + detail
    beside = len({item.question.subject for item in edge} - {item.question.subject for item in judged})
    kept = f" Beside them {beside} name{'s' if beside > 1 else ''} failed each time." if beside else ""
    return None, f"The network works: {good} of {len(judged)} controls came right.{kept}"


def _too_few(controls: Sequence[Control]) -> bool:
    """Whether too few names came right, each counted once, or fewer than two."""
    names = {item.question.subject for item in controls}
    right = {item.question.subject for item in controls if item.state is State.RIGHT}
    return 100 * share_by_name(controls) < CONTROLS_SHARE or len(right) < min(2, len(names))


def _captive(states: Mapping[str, PortalState]) -> bool:
    """Most vendors' probes that were answered at all were answered wrongly."""
    answered = [state for state in states.values() if state is not PortalState.SILENT]
    wrong = [state for state in answered if state is not PortalState.RIGHT]
    return bool(wrong) and 2 * len(wrong) > len(answered)


def _portals(plan: Plan, sound: Soundness) -> tuple[dict[str, PortalState], ...]:
    """By vendor's host: at the start, and at the end."""
    order = {q.id: number for number, q in enumerate(plan.questions) if q.kind is Kind.PORTAL}
    opening = (
        number for number, q in enumerate(plan.questions) if q.kind in _MIDDLE or q.kind is Kind.CONTROL
    )
    turn = next(opening, len(plan.questions))
    start: dict[str, PortalState] = {}
    end: dict[str, PortalState] = {}
    ranks = (PortalState.SILENT, PortalState.WRONG, PortalState.RIGHT)
    for question, look in sound.looks.at(Kind.PORTAL):
        states = start if order[question.id] < turn else end
        state = read_portal(question, look.items, atlas=sound.atlas)
        old = states.get(question.subject, PortalState.SILENT)
        states[question.subject] = max(old, state, key=ranks.index)
    return start, end


def _parroting(sound: Soundness) -> frozenset[str]:
    """Resolvers that give most controls only addresses which they give to names that cannot exist."""
    found = set()
    for resolver, invented in sound.invented.items():
        given = [
            set(item.addresses)
            for item in sound.controls
            if _resolver(item.question) == resolver and item.addresses
        ]
        same = [addresses for addresses in given if addresses <= invented.addresses]
        if same and 2 * len(same) > len(given):
            found.add(resolver)
    return frozenset(found)


def _dead_resolvers(asked: Sequence[Control], parroting: frozenset[str]) -> tuple[str, ...]:
    resolvers = {_resolver(item.question) for item in asked}
    alive = {_resolver(item.question) for item in asked if item.state is State.RIGHT}
    return tuple(sorted((resolvers - alive) | parroting))


def _edges(plan: Plan) -> frozenset[str]:
    """The opening and the closing controls: those that no target stands on both sides of."""
    middle = [number for number, q in enumerate(plan.questions) if q.kind in _MIDDLE]
    first, last = (middle[0], middle[-1]) if middle else (len(plan.questions), -1)
    return frozenset(
        question.id
        for number, question in enumerate(plan.questions)
        if question.kind is Kind.CONTROL and not first < number < last
    )


def _genuine(sound: Soundness) -> list[Observation]:
    """What came from where it should: it may say what time it is."""
    right = {(c.question.id, c.attempt) for c in sound.controls if c.beyond_dns}
    return [
        item
        for question, look in sound.looks.visited
        if (question.id, look.attempt) in right
        or (
            question.kind is Kind.PORTAL
            and read_portal(question, look.items, atlas=sound.atlas) is PortalState.RIGHT
        )
        for item in look.items
    ]


def _resolver(question: Question) -> str:
    return question.via.resolver if question.via is not None else ""
