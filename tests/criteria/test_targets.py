"""No shortcut changes a verdict: everything once more without any memory, one target at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from criteria import answers, rules, targets
from criteria.cells import bench
from criteria.fitness import judge_fitness, sound_out
from criteria.gist import Gist, Gists
from criteria.judge import judge
from criteria.precedents import Precedents
from criteria.reader import Reader
from criteria.records import Outcome, Verdict
from criteria.targets import judge_plainly, judge_targets
from criteria.truth import NOTHING
from probes import failure
from probes.records import (
    Ask,
    Category,
    DnsVariant,
    Engine,
    Kind,
    Observation,
    Plan,
    Stray,
    Target,
    Transport,
    encode,
)
from tests.criteria.conftest import (
    NODATA,
    NXDOMAIN,
    RESOLVER,
    TIMEOUT,
    V4,
    V6,
    Part,
    Scene,
    dns,
    http,
    judge_verdicts,
    page,
    tcp,
    tls,
)
from tests.criteria.making import baseline

HERE, THERE = "203.0.113.10", "203.0.113.66"
OTHER = "192.168.1.2:53"


@contextmanager
def without_memory() -> Iterator[None]:
    """Every answer is read, every set of facts decided and every target judged as if it were the first."""

    def read(self: Reader, gist: Gist, **known: Any) -> answers.Answer:
        nothing: frozenset[str] = frozenset()
        defaults = {"truth": NOTHING, "shared": nothing, "exposed": nothing}
        return answers.read_gist(gist, atlas=self.atlas, **{**defaults, **known})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reader, "read", read)
        patch.setattr(Precedents, "decide", lambda self, stage, facts: self.rules.decide(stage, facts))
        patch.setattr(Gists, "of", lambda _self, item: Gist(item))
        patch.setattr(targets, "_signature", lambda _target, _bench: None)
        yield


ANSWERS: tuple[tuple[Part, ...], ...] = (
    (),
    (NXDOMAIN,),
    (NODATA,),
    (TIMEOUT,),
    (dns(rcode=5),),
    (dns(rcode=2),),
    (dns("0.0.0.0"),),
    (dns("0.0.0.0", ede=(17,)),),
    (dns(HERE),),
    (dns(HERE, ede=(17,)),),
    (dns(THERE),),
    (dns(HERE, THERE),),
    (dns(HERE, alias="family-block.dns.adguard.com"),),
    (dns(HERE, truncated=True),),
    (dns(HERE, strays=(Stray(reason="second_answer", raw="", addresses=(THERE,)),)),),
    (dns(failure=failure.CONNECTION_REFUSED),),
    (dns(failure="unknown_failure: OSError 24"),),
    (dns("no address"),),
    (dns("2001:db8:a::7"),),
    (dns(rcode=2), dns(HERE)),
    (dns(HERE), tcp(HERE), tls(HERE)),
    (dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET)),
    (dns(THERE), tcp(THERE, failure.TIMEOUT)),
    (dns(THERE), tcp(THERE), tls(THERE, failure.SSL_AUTHORITY, pinned=False, issuer="CN=x", spki="k")),
    page(HERE),
    (dns(THERE), http(THERE, 302, location="https://warn.example/")),
)
PARTS = st.sampled_from(ANSWERS)
TARGETS: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    category=st.sampled_from((Category.ADULT, Category.GAMBLING, Category.CONTROL_GENERAL)),
    # Most names of a check are asked for their addresses alone.
    ask=st.sampled_from((Ask.DNS, Ask.DNS, Ask.DNS, Ask.TLS, Ask.GET)),
    expect=st.sampled_from(((), (HERE,), (HERE, "2001:db8:a::7"), ("198.51.100.9",))),
    token=st.sampled_from((None, None, "t")),
)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Some names that a network treats in a few ways, so that many are treated alike."""
    resolvers = draw(st.sampled_from(((RESOLVER,), (RESOLVER, OTHER))))
    scene = Scene(resolvers=resolvers, riding=draw(st.booleans()))
    few = draw(st.lists(PARTS, min_size=1, max_size=4))
    kinds = draw(st.lists(TARGETS, min_size=1, max_size=3))
    again = []
    for number in range(draw(st.integers(2, 12))):
        name = f"name{number}.example"
        scene.target(name, **draw(st.sampled_from(kinds)))
        for family in (V4, V6):
            scene.on(name, *draw(st.sampled_from(few)), family=family, attempt=1)
            scene.on(name, *draw(st.sampled_from(few)), family=family, attempt=2)
        if draw(st.booleans()):
            again.append(name)
    if draw(st.booleans()):
        known: tuple[bool | tuple[str, ...], ...] = (True, False, (HERE,))
        alive = {f"name{number}_example": draw(st.sampled_from(known)) for number in range(6)}
        scene.refer(draw(st.sampled_from((0, 90))), **alive)
    if draw(st.booleans()):
        scene.on("control.two", *draw(PARTS))
    scene.again = (*again, *draw(st.sampled_from(((), ("control.one", "control.two")))))
    scene.interrupted = draw(st.sampled_from((False, False, False, True)))
    transports = draw(st.sets(st.sampled_from((Transport.UDP, Transport.TCP))))
    scene.foreign = [("198.18.0.1:53", way, "name0.example", V4) for way in sorted(transports)]
    scene.engines = draw(
        st.sampled_from(((), (Engine(name="e", names=("name0.example",), forced=("name1.example",)),)))
    )
    return scene


def strange(draw: st.DrawFn, scene: Scene) -> tuple[Observation, ...]:
    """What a scene brings, in some order, with what only a stranger's bundle would hold."""
    found = list(scene.observations())
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(found) - 1))
        item = found[place]
        if item.dns is not None:
            facts = replace(
                item.dns,
                variant=draw(st.sampled_from((None, *DnsVariant))),
                transport=draw(st.sampled_from((Transport.UDP, Transport.TCP))),
                sends=draw(st.integers(1, 4)),
            )
            item = replace(item, dns=facts, elapsed_us=draw(st.sampled_from((0, 900_000, 10_000_000))))
        change = draw(
            st.sampled_from(({}, {"attempt": 3}, {"id": found[0].id}, {"question_id": found[-1].question_id}))
        )
        found[place] = replace(item, **change)
    return tuple(draw(st.permutations(found))) if draw(st.booleans()) else tuple(found)


Case = tuple[Scene, Plan, tuple[Observation, ...]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    scene = draw(scenes())
    return scene, thinned(draw, scene.plan()), strange(draw, scene)


def one_by_one(scene: Scene, plan: Plan, observations: Sequence[Observation]) -> tuple[Verdict, ...]:
    """Each target with a bench of its own."""
    found = []
    first: dict[str, Target] = {target.name: target for target in reversed(plan.targets)}
    for target in first.values():
        sound = sound_out(plan=plan, run=scene.run(), observations=observations)
        fitness = judge_fitness(plan=plan, run=scene.run(), observations=observations, sound=sound)
        found.append(
            judge_plainly(
                target,
                bench(
                    plan=plan,
                    run=scene.run(),
                    fitness=fitness,
                    reference=scene.reference,
                    max_reference_age_days=30,
                    rules=rules.latest(),
                    sound=sound,
                ),
            )
        )
    return tuple(reversed(found))


def together(scene: Scene, plan: Plan, observations: Sequence[Observation]) -> tuple[Verdict, ...]:
    sound = sound_out(plan=plan, run=scene.run(), observations=observations)
    fitness = judge_fitness(plan=plan, run=scene.run(), observations=observations, sound=sound)
    return judge_targets(
        plan=plan,
        bench=bench(
            plan=plan,
            run=scene.run(),
            fitness=fitness,
            reference=scene.reference,
            max_reference_age_days=30,
            rules=rules.latest(),
            sound=sound,
        ),
    )


def whole(scene: Scene, plan: Plan, observations: tuple[Observation, ...]) -> bytes:
    return encode(
        judge(
            plan=plan,
            run=scene.run(),
            observations=observations,
            standard=baseline(),
            standard_digest="sha256:0",
            reference=scene.reference,
        )
    )


def thinned(draw: st.DrawFn, plan: Plan) -> Plan:
    """Not every name is asked in every lane."""
    asked = [question.id for question in plan.questions if question.kind is Kind.TARGET]
    dropped = draw(st.sets(st.sampled_from(asked), max_size=8)) if asked else set()
    return replace(plan, questions=tuple(q for q in plan.questions if q.id not in dropped))


def with_engines_asked(plan: Plan) -> Plan:
    """The names of engines are asked as such, in place of as targets."""
    names = {name for engine in plan.engines for name in (*engine.names, *engine.forced)}
    questions = tuple(
        replace(question, kind=Kind.SAFESEARCH)
        if question.kind is Kind.TARGET and question.subject in names
        else question
        for question in plan.questions
    )
    return replace(plan, questions=questions)


@settings(max_examples=30, deadline=None)
@given(cases())
def test_names_judged_together_are_judged_as_each_by_itself(case: Case) -> None:
    scene, plan, observations = case
    with without_memory():
        plain = one_by_one(scene, plan, observations)
    assert encode(together(scene, plan, observations)) == encode(plain)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_whole_run_is_judged_as_without_any_memory(case: Case) -> None:
    scene, plan, observations = case
    plan = with_engines_asked(plan)
    with without_memory():
        plain = whole(scene, plan, observations)
    assert whole(scene, plan, observations) == plain


def crowd(scene: Scene, count: int = 30) -> Scene:
    """Names that are blocked in one way, and names each of which is where its owner says."""
    for number in range(count):
        scene.target(f"bad{number}.example", expect=(HERE,)).on(f"bad{number}.example", dns("0.0.0.0"))
        own = f"203.0.113.{60 + number}"
        scene.target(f"good{number}.example", Category.CONTROL_GENERAL, expect=(own,))
        scene.on(f"good{number}.example", dns(own), family=V4).on(f"good{number}.example", NODATA, family=V6)
    return scene


def test_what_hundreds_of_names_are_told_alike_is_judged_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(scene)
    judged: list[str] = []

    def counted(target: Target, here: Any) -> Verdict:
        judged.append(target.name)
        return judge_plainly(target, here)

    monkeypatch.setattr(targets, "judge_plainly", counted)
    outcomes = {verdict.target: verdict.outcome for verdict in scene.verdicts}
    assert {name for name, outcome in outcomes.items() if outcome is Outcome.BLOCKED} == {
        f"bad{number}.example" for number in range(30)
    }
    # The two controls are visited; of the others one stands for all that are told the same.
    assert sorted(judged) == ["bad0.example", "control.one", "control.two", "good0.example"]


def test_each_verdict_has_its_own_name_its_own_category_and_its_own_witnesses(scene: Scene) -> None:
    crowd(scene)
    plan = scene.plan()
    asked = {question.id: question for question in plan.questions}
    for verdict in scene.verdicts:
        assert verdict.category is next(item.category for item in plan.targets if item.name == verdict.target)
        for cell in verdict.cells:
            assert cell.target == verdict.target
            questions = [asked[witness.partition("/")[0]] for witness in cell.witnesses]
            assert questions
            for question in questions:
                assert question.subject == verdict.target
                assert question.via is not None
                assert (question.via.resolver, question.via.family) == (cell.resolver, cell.family)


@pytest.mark.parametrize(
    "other",
    (
        {"expect": ()},
        {"expect": (THERE,)},
        {"ask": Ask.TLS},
        {"token": "t"},
    ),
)
def test_names_of_which_something_else_is_known_are_not_judged_alike(
    scene: Scene, other: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.target("one.example", expect=(HERE,)).on("one.example", dns(HERE))
    scene.target("two.example", **{"expect": (HERE,), **other}).on("two.example", dns(HERE))
    judged: list[str] = []

    def counted(target: Target, here: Any) -> Verdict:
        judged.append(target.name)
        return judge_plainly(target, here)

    monkeypatch.setattr(targets, "judge_plainly", counted)
    assert scene.verdicts
    assert {"one.example", "two.example"} <= set(judged)


def test_a_look_in_a_void_window_is_no_shortcut(scene: Scene) -> None:
    """The same answer counts for one name and not for the other, whose control failed."""
    scene.riding = True
    for number in range(4):
        scene.target(f"name{number}.example", expect=(HERE,)).on(f"name{number}.example", dns("0.0.0.0"))
    riding = [q for q in scene.plan().questions if q.kind is Kind.CONTROL and q.subject == "control.one"]
    first = next(
        question for question in riding[2:] if question.via is not None and question.via.family is V4
    )
    scene.on(first.id, TIMEOUT)
    rules_of = {
        (verdict.target, cell.family): cell.rule for verdict in scene.verdicts for cell in verdict.cells
    }
    assert rules_of["name0.example", V4] == "window_void"
    assert rules_of["name2.example", V4] == "dns_sinkhole"
    with without_memory():
        plain = one_by_one(scene, scene.plan(), scene.observations())
    assert encode(scene.verdicts) == encode(plain)


@pytest.mark.parametrize("attempts", ((2, 3), (1, 1), (1, 3), (2,), ()))
def test_looks_at_other_times_are_not_judged_alike(
    scene: Scene, attempts: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.again = ("one.example", "two.example")
    for name in scene.again:
        scene.target(name, expect=(HERE,)).on(name, TIMEOUT)
    asked = {question.id: question.subject for question in scene.plan().questions}
    observations = []
    for item in scene.observations():
        if asked[item.question_id] != "two.example":
            observations.append(item)
        elif item.attempt <= len(attempts):
            observations.append(replace(item, attempt=attempts[item.attempt - 1]))
    judged: list[str] = []

    def counted(target: Target, here: Any) -> Verdict:
        judged.append(target.name)
        return judge_plainly(target, here)

    monkeypatch.setattr(targets, "judge_plainly", counted)
    assert judge_verdicts(scene, scene.plan(), observations)
    assert {"one.example", "two.example"} <= set(judged)


def test_names_that_were_asked_in_other_lanes_are_not_judged_alike(scene: Scene) -> None:
    for name, _ in (pairs := (("one.example", V6), ("two.example", V4))):
        scene.target(name, expect=(HERE,)).on(name, dns("0.0.0.0"))
    plan = scene.plan()
    left = [q for q in plan.questions if q.via is None or (q.subject, q.via.family) not in pairs]
    found = judge_verdicts(scene, replace(plan, questions=tuple(left)), scene.observations())
    families = {verdict.target: [cell.family for cell in verdict.cells] for verdict in found}
    assert (families["one.example"], families["two.example"]) == ([V4], [V6])


@pytest.mark.parametrize("elapsed_us", (900_000, 10_000_000))
def test_how_long_another_way_than_udp_was_silent_may_count(scene: Scene, elapsed_us: int) -> None:
    """Only of UDP a gist holds all that tells how often somebody was asked."""
    scene.again = ("one.example", "two.example")
    for name in scene.again:
        scene.target(name, expect=(HERE,)).on(name, TIMEOUT)
    asked = {question.id: question.subject for question in scene.plan().questions}
    observations = []
    for item in scene.observations():
        if item.dns is not None and asked[item.question_id] in scene.again:
            slow = asked[item.question_id] == "one.example"
            facts = replace(item.dns, transport=Transport.TCP)
            observations.append(replace(item, dns=facts, elapsed_us=elapsed_us if slow else 0))
        else:
            observations.append(item)
    with without_memory():
        plain = one_by_one(scene, scene.plan(), observations)
    assert encode(together(scene, scene.plan(), observations)) == encode(plain)
