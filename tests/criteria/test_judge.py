"""From a drawn plan to a judgement, over what an emulated network did to each question. No sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from criteria import rules
from criteria.judge import further_look, judge, second_look
from criteria.plan import draw_plan
from criteria.records import (
    AssessmentOutcome,
    CriterionOutcome,
    FamilyState,
    Judgement,
    Outcome,
    Reference,
    ReferenceEntry,
    RouteOutcome,
)
from probes import failure
from probes.portals import portals
from probes.records import (
    Ask,
    Category,
    DnsFacts,
    Ede,
    Family,
    HttpFacts,
    Kind,
    Observation,
    Plan,
    Question,
    Rr,
    Run,
    Service,
    Stage,
    Target,
    TcpFacts,
    TlsFacts,
    Vantage,
    digest,
    encode,
    observations_digest,
)
from tests.criteria.conftest import Scene, dns, page, tcp
from tests.criteria.making import START, baseline, listed, ranked, run, target

HERE = Vantage(gateway="192.0.2.1", ipv4=True, ipv6=False)
V4 = "192.0.2.53:53"
MOST_LOOKS = 6
FOREIGN = "198.18.0.1:53"
BLOCKS = ("198.51.100", "203.0.113")


def address(number: int) -> str:
    return f"{BLOCKS[number // 250]}.{number % 250 + 1}"


def website(number: int, name: str, category: Category, ask: Ask) -> Target:
    return target(f"{name}{number}.lab.example", category, ask=ask, expect=(address(number),))


ADULT = tuple(website(100 + number, "adult", Category.ADULT, Ask.DNS) for number in range(60))
GENERAL = tuple(website(200 + number, "site", Category.CONTROL_GENERAL, Ask.TLS) for number in range(200))
HELP = tuple(website(400 + number, "help", Category.CONTROL_HELP, Ask.TLS) for number in range(5))
BEST = tuple(
    msgspec.structs.replace(item, expect=(address(450 + number),)) for number, item in enumerate(ranked(20))
)
SENTINEL = target("sentinel.lab.example", Category.ILLEGAL_CSAM, sentinel=True, expect=(address(499),))
EVERYTHING = (SENTINEL, *BEST, *ADULT, *GENERAL, *HELP)
TRUTH = {item.name: item.expect[0] for item in EVERYTHING}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What comes back for a question about an address."""

    address: str | None = None
    rcode: int | None = 0
    ede: int | None = None
    failure: str | None = None
    opens: bool = True


SIGNED = Reply(address="0.0.0.0", ede=17, opens=False)
DENIED = Reply(rcode=3, failure=failure.NXDOMAIN)
SILENT = Reply(rcode=None, failure=failure.TIMEOUT)
SHUT = Reply(rcode=None, failure=failure.CONNECTION_REFUSED)


def genuine(name: str) -> Reply:
    return Reply(address=TRUTH[name])


@dataclass
class World:
    """A network: how it treats what must be blocked, what must open, and foreign resolvers."""

    filtered: Callable[[str], Reply] = lambda _: SIGNED
    opened: Callable[[str], Reply] = genuine
    foreign: Callable[[str], Reply] = lambda _: SHUT
    sends: Callable[[int], int] = lambda _: 1
    """How often a question of this number was sent until its answer came."""
    second_syn: Callable[[int], bool] = lambda _: False
    """Whether the connection that a question of this number leads to needed one."""
    targets: tuple[Target, ...] = EVERYTHING
    plan: Plan = field(init=False)

    def __post_init__(self) -> None:
        self.plan = draw_plan(
            standard=baseline(),
            lists=(listed(*self.targets),),
            seed="seed",
            resolvers=(V4,),
            portals=portals(),
            foreign=(FOREIGN,),
            families=(Family.IPV4,),
        )

    def reply(self, question: Question) -> Reply:
        if question.kind is Kind.RANDOM:
            return DENIED
        if question.kind is Kind.NAT64:
            return Reply(rcode=0, failure=failure.NO_ANSWER)
        if question.kind is Kind.PORTAL:
            return Reply(address="198.18.5.5")
        if question.kind is Kind.ROUTE:
            return self.foreign(question.subject)
        filtered = not question.subject.startswith(("site", "help"))
        return (self.filtered if filtered else self.opened)(question.subject)

    def observe(self, attempt: int = 1, only: tuple[str, ...] | None = None) -> tuple[Observation, ...]:
        return tuple(
            item
            for number, question in enumerate(self.plan.questions)
            if only is None or question.id in only
            for item in self._ask(question, attempt, START + timedelta(seconds=number))
        )

    def _ask(self, question: Question, attempt: int, at: datetime) -> Iterator[Observation]:
        def made(place: int, stage: Stage, **facts: Any) -> Observation:
            waited = 3_000_000 if attempt == 1 else 6_000_000
            elapsed = waited if facts.get("failure") == failure.TIMEOUT else 1000
            if stage is Stage.TCP and self.second_syn(int(question.id[1:])):
                elapsed = 1_050_000
            return Observation(
                id=f"{question.id}/{attempt}/{place:02d}",
                question_id=question.id,
                attempt=attempt,
                stage=stage,
                started=at,
                elapsed_us=elapsed,
                **facts,
            )

        if question.kind is Kind.IDENTITY:
            yield made(0, Stage.IDENTITY, vantage=HERE)
            return
        assert question.via is not None
        reply = self.reply(question)
        records = (Rr(name=question.subject, type="A", ttl=60, data=reply.address),) if reply.address else ()
        facts = DnsFacts(
            sends=3 if reply.failure == failure.TIMEOUT else self.sends(int(question.id[1:])),
            resolver=question.via.resolver,
            transport=question.via.transport,
            type="A",
            rcode=reply.rcode,
            answers=records,
            edns=1232,
            ede=(Ede(code=reply.ede, text="filtered"),) if reply.ede else (),
        )
        yield made(0, Stage.DNS, failure=reply.failure, dns=facts, address=question.via.resolver)
        if question.ask is Ask.DNS or reply.address in (None, "0.0.0.0"):
            return
        service = Service.HTTP if question.kind is Kind.PORTAL else Service.HTTPS
        end = f"{reply.address}:{80 if service is Service.HTTP else 443}"
        yield made(1, Stage.TCP, service=service, address=end, tcp=TcpFacts())
        if service is Service.HTTP:
            status = 204 if question.token is None else 200
            page = HttpFacts(method="GET", status=status, token_found=True if question.token else None)
            yield made(2, Stage.HTTP, service=service, address=end, http=page)
        elif reply.opens:
            hello = TlsFacts(server_name=question.subject, pinned=True)
            yield made(2, Stage.TLS, service=service, address=end, tls=hello)
        else:
            yield made(2, Stage.TLS, service=service, address=end, failure=failure.CONNECTION_RESET)

    def run(self, observations: tuple[Observation, ...]) -> Run:
        return msgspec.structs.replace(
            run(),
            plan=digest(self.plan),
            vantage=HERE,
            resolvers=(V4,),
            observations=observations_digest(observations),
            connect_to=(
                *((f"{address(number)}:443", "127.0.0.1:1") for number in range(500)),
                ("198.18.5.5:80", "127.0.0.1:1"),
            ),
        )

    def judge(self, observations: tuple[Observation, ...], reference: Reference | None = None) -> Judgement:
        return judge(
            plan=self.plan,
            run=self.run(observations),
            observations=observations,
            standard=baseline(),
            standard_digest="sha256:" + "0" * 64,
            reference=reference,
        )

    def check(self, reference: Reference | None = None) -> tuple[Judgement, tuple[str, ...]]:
        """Two looks, as a check makes them: the last judgement, and what was asked again."""
        first = self.observe()
        found = self.judge(first, reference)
        again = second_look(plan=self.plan, run=self.run(first), observations=first, judgement=found)
        both = first + self.observe(attempt=2, only=again)
        return self.judge(both, reference), again


def gates(judgement: Judgement) -> dict[str, CriterionOutcome]:
    return {item.id: item.result for item in judgement.assessment.criteria if item.gate}


def test_a_filter_that_signs_its_blocks_is_certifiable_and_needs_no_second_look() -> None:
    found, again = World().check()
    assert found.fitness.void_reason is None
    assert found.assessment.outcome is AssessmentOutcome.CERTIFIABLE, gates(found)
    assert again == ()


def test_a_filter_that_denies_names_is_certifiable_only_after_a_second_look() -> None:
    world = World(filtered=lambda _: DENIED)
    once = world.judge(world.observe())
    assert once.assessment.outcome is AssessmentOutcome.INCONCLUSIVE
    assert world.check()[0].assessment.outcome is AssessmentOutcome.CERTIFIABLE


def test_an_open_network_is_refused() -> None:
    found, _ = World(filtered=genuine, foreign=genuine).check()
    assert found.assessment.outcome is AssessmentOutcome.NOT_CERTIFIABLE
    assert gates(found)["ADU-01"] is CriterionOutcome.FAIL
    assert gates(found)["ADU-02"] is CriterionOutcome.FAIL
    assert gates(found)["BYP-01"] is CriterionOutcome.FAIL


def test_one_leak_among_the_best_known_is_refused_and_named() -> None:
    leak = BEST[7].name
    found, _ = World(filtered=lambda name: genuine(name) if name == leak else SIGNED).check()
    assert found.assessment.outcome is AssessmentOutcome.NOT_CERTIFIABLE
    (failed,) = [item for item in found.assessment.criteria if item.result is CriterionOutcome.FAIL]
    assert (failed.id, failed.against) == ("ADU-01", (leak,))


def test_a_dead_line_certifies_nothing() -> None:
    found, again = World(filtered=lambda _: SILENT, opened=lambda _: SILENT).check()
    assert found.fitness.void_reason is not None
    assert found.assessment.outcome is AssessmentOutcome.INCONCLUSIVE
    assert again == ()


def test_a_line_that_dies_before_the_second_look_confirms_nothing() -> None:
    world = World(filtered=lambda _: SILENT)
    first = world.observe()
    again = second_look(
        plan=world.plan,
        run=world.run(first),
        observations=first,
        judgement=world.judge(first),
    )
    kinds = {item.id: item.kind for item in world.plan.questions}
    assert Kind.CONTROL in {kinds[question] for question in again}
    dead = World(filtered=lambda _: SILENT, opened=lambda _: SILENT)
    found = world.judge(first + dead.observe(attempt=2, only=again))
    assert found.assessment.outcome is AssessmentOutcome.INCONCLUSIVE
    assert world.check()[0].assessment.outcome is AssessmentOutcome.CERTIFIABLE


def test_a_line_that_loses_packets_makes_silence_wait_for_more_looks() -> None:
    world = World(filtered=lambda _: SILENT, sends=lambda number: 1 if number % 6 else 2)
    looks = world.observe()
    again = second_look(
        plan=world.plan, run=world.run(looks), observations=looks, judgement=world.judge(looks)
    )
    needed, found = 1, world.judge(looks)
    while again and needed < MOST_LOOKS:
        needed += 1
        looks += world.observe(attempt=needed, only=again)
        found = world.judge(looks)
        again = further_look(
            plan=world.plan,
            run=world.run(looks),
            judgement=found,
            rules=rules.latest(),
        )
        rules_used = {cell.rule for item in found.verdicts for cell in item.cells}
        assert ("dns_timeout_by_chance" in rules_used) is bool(again)
    assert 2 < needed <= MOST_LOOKS
    assert found.assessment.outcome is AssessmentOutcome.CERTIFIABLE, gates(found)


def test_what_our_own_haste_lost_in_the_first_look_is_made_up_for_by_slow_ones() -> None:
    hasty = World(filtered=lambda _: SILENT, sends=lambda number: 2 if number % 2 else 1)
    calm = World(filtered=lambda _: SILENT)
    looks = hasty.observe()
    again = second_look(plan=calm.plan, run=calm.run(looks), observations=looks, judgement=calm.judge(looks))
    needed = 1
    while again and needed < MOST_LOOKS:
        needed += 1
        looks += calm.observe(attempt=needed, only=again)
        found = calm.judge(looks)
        again = further_look(plan=calm.plan, run=calm.run(looks), judgement=found, rules=rules.latest())
    assert not again
    assert calm.judge(looks).assessment.outcome is AssessmentOutcome.CERTIFIABLE


def test_a_line_that_loses_most_packets_is_never_taken_for_a_filter() -> None:
    world = World(filtered=lambda _: SILENT, sends=lambda number: 1 + number % 3)
    looks = world.observe()
    for attempt in range(2, MOST_LOOKS + 1):
        looks += world.observe(attempt=attempt)
    found = world.judge(looks)
    assert {item.outcome for item in found.verdicts if item.category is Category.ADULT} == {
        Outcome.INCONCLUSIVE
    }
    assert found.assessment.outcome is AssessmentOutcome.INCONCLUSIVE


def test_a_network_that_blocks_everything_certifies_nothing() -> None:
    found, _ = World(opened=lambda _: SIGNED).check()
    assert found.assessment.outcome in (
        AssessmentOutcome.INCONCLUSIVE,
        AssessmentOutcome.NOT_CERTIFIABLE,
    )


def test_a_blocked_helpline_is_refused_and_asked_twice() -> None:
    world = World(opened=lambda name: SIGNED if name == HELP[0].name else genuine(name))
    found, again = world.check()
    asked = {item.subject for item in world.plan.questions if item.id in again}
    assert HELP[0].name in asked
    assert gates(found)["OVB-01"] is CriterionOutcome.FAIL


def test_silence_about_names_of_unknown_truth_certifies_nothing_and_a_reference_does() -> None:
    unknown = tuple(
        msgspec.structs.replace(item, expect=()) if item.category is Category.ADULT else item
        for item in EVERYTHING
    )
    world = World(filtered=lambda _: DENIED, targets=unknown)
    assert world.check()[0].assessment.outcome is AssessmentOutcome.INCONCLUSIVE
    entries = tuple(
        ReferenceEntry(name=item.name, alive=True, addresses=(TRUTH[item.name],)) for item in (*BEST, *ADULT)
    )
    fresh = Reference(id="r", taken=START - timedelta(days=6), vantage="elsewhere", entries=entries)
    assert world.check(fresh)[0].assessment.outcome is AssessmentOutcome.CERTIFIABLE
    stale = msgspec.structs.replace(fresh, taken=START - timedelta(days=8))
    assert world.check(stale)[0].assessment.outcome is AssessmentOutcome.INCONCLUSIVE


def test_a_foreign_resolver_that_answers_is_open_and_refused() -> None:
    found, again = World(foreign=genuine).check()
    assert {route.outcome for route in found.routes} == {RouteOutcome.OPEN}
    assert gates(found)["BYP-01"] is CriterionOutcome.FAIL
    assert again


def test_a_foreign_resolver_that_is_dropped_is_closed_once_it_was_asked_twice() -> None:
    world = World(foreign=lambda _: SILENT)
    assert gates(world.judge(world.observe()))["BYP-01"] is CriterionOutcome.INCONCLUSIVE
    assert gates(world.check()[0])["BYP-01"] is CriterionOutcome.PASS


def test_a_foreign_resolver_is_asked_until_lost_packets_alone_do_not_explain_its_silence() -> None:
    world = World(foreign=lambda _: SILENT, second_syn=lambda number: number % 3 == 0)
    looks = world.observe()
    found = world.judge(looks)
    again = second_look(plan=world.plan, run=world.run(looks), observations=looks, judgement=found)
    results = []
    for attempt in range(2, MOST_LOOKS + 1):
        looks += world.observe(attempt=attempt, only=again)
        found = world.judge(looks)
        results.append(gates(found)["BYP-01"])
        again = further_look(plan=world.plan, run=world.run(looks), judgement=found, rules=rules.latest())
        if not again:
            break
        assert {item.rule for item in found.routes} <= {"route_timeout_by_chance", "route_timeout"}
    assert results[:2] == [CriterionOutcome.INCONCLUSIVE] * 2
    assert results[-1] is CriterionOutcome.PASS
    assert not again


def test_an_interrupted_run_is_not_looked_at_again() -> None:
    world = World(filtered=lambda _: DENIED)
    first = world.observe()
    cut = msgspec.structs.replace(world.run(first), interrupted=True)
    judged = world.judge(first)
    assert second_look(plan=world.plan, run=cut, observations=first, judgement=judged) == ()


def test_the_same_input_gives_the_same_bytes_in_whatever_order_facts_came_in() -> None:
    world = World(filtered=lambda _: DENIED)
    observations = world.observe()
    assert encode(world.judge(observations)) == encode(world.judge(observations[::-1]))


def test_a_control_that_is_itself_blocked_by_mistake_costs_no_window() -> None:
    questions = World().plan.questions
    middle = [number for number, item in enumerate(questions) if item.kind is Kind.TARGET]
    edges = {
        item.subject
        for number, item in enumerate(questions)
        if item.kind is Kind.CONTROL and not middle[0] < number < middle[-1]
    }
    riding = [item.subject for item in questions[middle[0] : middle[-1]] if item.kind is Kind.CONTROL]
    mistaken = next(name for name in riding if name.startswith("site") and name not in edges)
    world = World(opened=lambda name: SIGNED if name == mistaken else genuine(name))
    first = world.judge(world.observe())
    assert first.fitness.bad_windows == ()
    assert {item.subject for item in questions if item.id in first.fitness.blocked_controls} == {mistaken}
    found, _ = world.check()
    assert found.assessment.outcome is AssessmentOutcome.CERTIFIABLE, gates(found)
    (general,) = [item for item in found.assessment.criteria if item.id == "OVB-02"]
    assert general.reason.startswith("1 of 200 general names blocked wrongly")


def test_a_family_that_is_merely_slow_is_no_broken_one(scene: Scene) -> None:
    here, there = "2001:db8:a::1", {"control.one": "2001:db8:c::1", "control.two": "2001:db8:c::2"}
    for name, place in there.items():
        scene.on(name, dns(place), tcp(place, failure.TIMEOUT), family=Family.IPV6, attempt=1)
        scene.on(name, *page(place), family=Family.IPV6, attempt=2)
    scene.target("adult.example", ask=Ask.TLS).refer(adult_example=(here,))
    scene.on("adult.example", dns("0.0.0.0"), family=Family.IPV4)
    scene.on("adult.example", dns(here), tcp(here, failure.TIMEOUT), family=Family.IPV6)

    def judged() -> Judgement:
        return judge(
            plan=scene.plan(),
            run=scene.run(),
            observations=scene.observations(),
            standard=baseline(),
            standard_digest="sha256:" + "0" * 64,
            reference=scene.reference,
        )

    first = judged()
    assert first.fitness.ipv6 is FamilyState.BROKEN
    again = second_look(
        plan=scene.plan(), run=scene.run(), observations=scene.observations(), judgement=first
    )
    asked = {
        (item.subject, item.via and item.via.family) for item in scene.plan().questions if item.id in again
    }
    assert asked == {(name, Family.IPV6) for name in there}
    scene.again = tuple(there)
    second = judged()
    assert second.fitness.ipv6 is FamilyState.USABLE
    [found] = [item for item in second.verdicts if item.target == "adult.example"]
    assert found.outcome is Outcome.INCONCLUSIVE
    more = further_look(plan=scene.plan(), run=scene.run(), judgement=second, rules=rules.latest())
    assert {item.subject for item in scene.plan().questions if item.id in more} >= {"adult.example"}
