from __future__ import annotations

import base64

import pytest
from msgspec.structs import replace

from friendlywifi.lab import Lab, load_scenario
from probes import failure
from probes.network import Budgets
from probes.records import (
    Ask,
    Category,
    Family,
    Kind,
    Observation,
    Plan,
    Question,
    RouteKind,
    Stage,
    Target,
    Transport,
    Vantage,
    Via,
)
from probes.survey import phases, survey
from probes.visit import Stores

OPEN = """
id = "test"
title = "Test"
story = "A test."
[[resolvers]]
[truth]
outcome = "inconclusive"
why = "A test."
"""

RESETTING = OPEN.replace("[truth]", '[[visits]]\ncategories = ["adult"]\nhttps = "tls_reset"\n[truth]', 1)


def question(number: int, kind: Kind = Kind.TARGET) -> Question:
    return Question(id=f"q{number:05d}", kind=kind, subject="x.lab.example")


def test_the_middle_lasts_from_the_first_to_the_last_target_or_route() -> None:
    kinds = [Kind.IDENTITY, Kind.CONTROL, Kind.TARGET, Kind.CONTROL, Kind.ROUTE, Kind.CONTROL, Kind.IDENTITY]
    opening, middle, closing = phases(tuple(question(n, kind) for n, kind in enumerate(kinds)))
    assert [item.kind for item in opening] == kinds[:2]
    assert [item.kind for item in middle] == kinds[2:5]
    assert [item.kind for item in closing] == kinds[5:]


def test_a_plan_without_targets_is_one_phase() -> None:
    assert len(phases((question(1, Kind.CONTROL),))) == 1


async def _observe(ask: Ask, *, budgets: Budgets | None = None, many: int = 1) -> tuple[Observation, ...]:
    async with Lab(load_scenario(OPEN, source="test.toml"), budgets=budgets) as lab:
        control = next(target for item in lab.lists for target in item.targets if target.token)
        asked = tuple(
            Question(
                id=f"q{number:05d}",
                kind=Kind.CONTROL,
                subject=control.name,
                via=Via(resolver=lab.resolvers[0], transport=Transport.UDP, family=Family.IPV4),
                ask=ask,
                path=control.path,
                token=control.token,
            )
            for number in range(many)
        )
        plan = Plan(seed="x", standard="", resolvers=lab.resolvers, targets=(control,), questions=asked)
        return await survey(
            plan=plan,
            network=lab.network,
            stores=Stores.load(lab.network.list_roots),
            identify=Vantage,
        )


@pytest.mark.parametrize(
    ("ask", "stages"),
    (
        (Ask.DNS, ["dns"]),
        (Ask.TLS, ["dns", "tcp", "tls"]),
        (Ask.GET, ["dns", "tcp", "http", "tcp", "tls", "http"]),
    ),
)
async def test_a_question_goes_as_deep_as_it_may_be_asked(ask: Ask, stages: list[str]) -> None:
    observations = await _observe(ask)
    assert [item.stage.value for item in observations] == stages
    assert all(item.failure is None for item in observations)


async def test_every_observation_has_an_id_of_its_own() -> None:
    observations = await _observe(Ask.GET, many=20)
    assert len({item.id for item in observations}) == len(observations) == 120


async def test_questions_begin_no_faster_than_the_rate() -> None:
    observations = await _observe(Ask.DNS, budgets=Budgets(rate=50.0), many=26)
    starts = sorted(item.started for item in observations if item.stage is Stage.DNS)
    assert (starts[-1] - starts[0]).total_seconds() >= 0.4


@pytest.mark.parametrize("stage", (Stage.DNS, Stage.TCP, Stage.TLS))
async def test_no_more_is_under_way_than_the_budget_allows(stage: Stage) -> None:
    budgets = Budgets(rate=0.0, in_flight=3, visits=3, standing=3)
    observations = await _observe(Ask.TLS, budgets=budgets, many=12)
    spans = [
        (item.started.timestamp(), item.elapsed_us / 1e6) for item in observations if item.stage is stage
    ]
    assert len(spans) > 3
    for start, _ in spans:
        assert sum(other <= start < other + length for other, length in spans) <= 3


ENCRYPTED = OPEN.replace("[[resolvers]]", 'encrypted = "open"\n[[resolvers]]', 1)
WITHHELD = ENCRYPTED.replace(
    "[truth]", '[[resolvers.filter]]\nnames = ["dns.google"]\nreply = "sinkhole"\n[truth]', 1
)


async def _ways(text: str, *made: Question) -> tuple[Observation, ...]:
    async with Lab(load_scenario(text, source="test.toml")) as lab:
        questions = tuple(
            replace(item, via=replace(item.via, through=lab.resolvers[0]))
            if item.via is not None and item.via.through
            else item
            for item in made
        )
        plan = Plan(seed="s", standard="sha256:0", resolvers=lab.resolvers, targets=(), questions=questions)
        found = await survey(
            plan=plan,
            network=lab.network,
            stores=Stores.load(lab.network.list_roots),
            identify=lambda: lab.vantage,
        )
    return tuple(sorted(found, key=lambda item: item.id))


def by_name(transport: Transport, family: Family = Family.IPV4) -> Question:
    port = 853 if transport is Transport.DOT else 443
    via = Via(
        resolver=f"dns.google:{port}",
        transport=transport,
        family=family,
        server_name="dns.google",
        path="/dns-query",
        through="the network's",
    )
    return Question(id="q00001", kind=Kind.ROUTE, subject="popular-01.lab.example", via=via, type="A")


@pytest.mark.parametrize("transport", (Transport.DOT, Transport.DOH))
@pytest.mark.parametrize("family", Family)
async def test_an_encrypted_resolver_is_found_by_the_networks_own_and_then_asked(
    transport: Transport, family: Family
) -> None:
    found = await _ways(ENCRYPTED, by_name(transport, family))
    assert [item.failure for item in found] == [None] * len(found)
    lookup, last = found[0], found[-1]
    assert lookup.dns is not None
    assert last.dns is not None
    assert (lookup.dns.transport, lookup.dns.type) == (
        Transport.UDP,
        "A" if family is Family.IPV4 else "AAAA",
    )
    assert (last.dns.transport, last.dns.type) == (transport, "A")
    assert last.dns.addresses == ("198.51.100.20",)
    assert (last.address or "").startswith("[") == (family is Family.IPV6)


async def test_a_name_that_is_withheld_leads_to_nobody() -> None:
    found = await _ways(WITHHELD, by_name(Transport.DOH))
    assert [(item.stage, item.failure) for item in found] == [(Stage.DNS, None)]


async def test_an_encrypted_resolver_outside_the_door_is_never_dialled() -> None:
    via = Via(resolver="9.9.9.10:853", transport=Transport.DOT, family=Family.IPV4)
    question = Question(id="q00001", kind=Kind.ROUTE, subject="popular-01.lab.example", via=via, type="A")
    found = await _ways(ENCRYPTED, question)
    assert [(item.stage, item.failure) for item in found] == [
        (Stage.TCP, failure.NOT_DIALLED),
        (Stage.DNS, failure.NOT_DIALLED),
    ]


async def test_a_site_is_visited_at_its_address_without_asking_anybody() -> None:
    question = Question(
        id="q00001",
        kind=Kind.ROUTE,
        subject="popular-01.lab.example",
        address="198.51.100.20",
        ask=Ask.TLS,
    )
    found = await _ways(OPEN, question)
    assert [(item.stage, item.failure) for item in found] == [(Stage.TCP, None), (Stage.TLS, None)]
    assert found[1].tls is not None
    assert (found[1].tls.server_name, found[1].tls.listed) == ("popular-01.lab.example", True)


async def test_another_record_type_is_asked_where_the_question_says_so() -> None:
    text = OPEN.replace("[[resolvers]]", '[[resolvers]]\ndesignates = "dns.google"', 1)
    async with Lab(load_scenario(text, source="test.toml")) as lab:
        via = Via(resolver=lab.resolvers[0], transport=Transport.UDP, family=Family.IPV4)
        question = Question(id="q00001", kind=Kind.ROUTE, subject="_dns.resolver.arpa", via=via, type="SVCB")
        found = await survey(
            plan=Plan(
                seed="s", standard="sha256:0", resolvers=lab.resolvers, targets=(), questions=(question,)
            ),
            network=lab.network,
            stores=Stores.load(system=False),
            identify=lambda: lab.vantage,
        )
    facts = found[0].dns
    assert facts is not None
    assert [rr.data for rr in facts.answers] == ['1 dns.google alpn="dot" port="853"']


async def test_an_https_record_is_asked_for_by_its_type_and_nobody_is_visited() -> None:
    text = OPEN.replace("[[resolvers]]", 'https_records = "hints"\n[[resolvers]]')
    async with Lab(load_scenario(text, source="test.toml")) as lab:
        via = Via(resolver=lab.resolvers[0], transport=Transport.UDP, family=Family.IPV4)
        asked = Question(
            id="q1",
            kind=Kind.ROUTE,
            subject="popular-01.lab.example",
            via=via,
            route=RouteKind.HTTPS_RECORD,
            type="HTTPS",
        )
        (found,) = await survey(
            plan=Plan(
                seed="s",
                standard="sha256:0",
                resolvers=lab.resolvers,
                targets=(),
                questions=(asked,),
            ),
            network=lab.network,
            stores=Stores.load(system=False),
            identify=lambda: lab.vantage,
        )
    facts = found.dns
    assert facts is not None
    assert (facts.type, found.failure) == ("HTTPS", None)
    assert [rr.data for rr in facts.answers] == [
        '1 . alpn="h2,h3" ipv4hint="198.51.100.20" ipv6hint="2001:db8:c::20"'
    ]


async def test_capital_letters_go_out_as_capital_letters() -> None:
    async with Lab(load_scenario(OPEN, source="test.toml")) as lab:
        via = Via(resolver=lab.resolvers[0], transport=Transport.UDP, family=Family.IPV4)
        name = "POPULAR-01.LAB.EXAMPLE"
        found = await survey(
            plan=Plan(
                seed="s",
                standard="sha256:0",
                resolvers=lab.resolvers,
                targets=(),
                questions=(
                    Question(id="q1", kind=Kind.ROUTE, subject=name, via=via, route=RouteKind.VARIANT),
                    Question(id="q2", kind=Kind.TARGET, subject=name, via=via),
                ),
            ),
            network=lab.network,
            stores=Stores.load(system=False),
            identify=lambda: lab.vantage,
        )
    raw = {item.question_id: base64.b64decode((item.dns and item.dns.raw) or "") for item in found}
    assert b"\x0aPOPULAR-01\x03LAB" in raw["q1"]
    assert b"\x0apopular-01\x03lab" in raw["q2"]


@pytest.mark.parametrize(
    ("category", "parts"), ((Category.ADULT, [False, True]), (Category.CONTROL_HELP, [False]))
)
async def test_a_barred_site_that_is_stopped_is_tried_with_a_hello_in_two_segments(
    category: Category, parts: list[bool]
) -> None:
    async with Lab(load_scenario(RESETTING, source="test.toml")) as lab:
        name = next(t for item in lab.lists for t in item.targets if t.category is Category.ADULT).name
        asked = Question(
            id="q00001",
            kind=Kind.TARGET,
            subject=name,
            via=Via(resolver=lab.resolvers[0], transport=Transport.UDP, family=Family.IPV4),
            ask=Ask.TLS,
        )
        target = Target(name=name, category=category, ask=Ask.TLS, list_id="list")
        plan = Plan(seed="x", standard="", resolvers=lab.resolvers, targets=(target,), questions=(asked,))
        found = await survey(
            plan=plan, network=lab.network, stores=Stores.load(lab.network.list_roots), identify=Vantage
        )
    assert [item.tls.in_parts for item in found if item.stage is Stage.TLS and item.tls is not None] == parts
