"""What is asked again with one difference, over real sockets against emulated hotspots."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from friendlywifi.lab import Lab, Scenario
from friendlywifi.lab.scenario import Filter, Hop, Origin, Passage, Reply, Resolver, Truth, Visit, Web
from probes import failure
from probes.differential import decoy_of, mixed_case
from probes.network import Budgets
from probes.records import (
    Ask,
    Category,
    DnsVariant,
    Family,
    Kind,
    Observation,
    Plan,
    Question,
    Stage,
    Transport,
    Vantage,
    Via,
)
from probes.survey import survey
from probes.visit import Stores

FAST = Budgets(dns=1.0, dns_resend=(0.3,), tcp=1.0, tls=1.0, http=1.0, rate=0.0)
ADULT, CONTROL = "popular-01.lab.example", "general-001.lab.example"


def scenario(*filters: Filter, visits: tuple[Visit, ...] = (), hops: tuple[Hop, ...] = ()) -> Scenario:
    return Scenario(
        id="test",
        title="test",
        story="test",
        resolvers=(Resolver(filter=filters),),
        visits=visits,
        hops=hops,
        truth=Truth(outcome="inconclusive", why="test"),  # type: ignore[arg-type]
    )


async def asked(made: Scenario, *questions: tuple[Kind, str, Ask], attempt: int) -> Sequence[Observation]:
    async with Lab(made, budgets=FAST) as lab:
        via = Via(resolver=lab.resolvers[0], transport=Transport.UDP, family=Family.IPV4)
        plan = Plan(
            seed="s",
            standard="sha256:0",
            resolvers=lab.resolvers,
            targets=(),
            questions=tuple(
                Question(id=f"q{number}", kind=kind, subject=name, via=via, ask=ask)
                for number, (kind, name, ask) in enumerate(questions)
            ),
        )
        return await survey(
            plan=plan,
            network=lab.network,
            stores=Stores.load(lab.network.list_roots),
            identify=Vantage,
            attempt=attempt,
        )


QUESTIONS = ((Kind.CONTROL, CONTROL, Ask.TLS), (Kind.TARGET, ADULT, Ask.TLS))
CUT = (
    (Visit(categories=(Category.ADULT,), https=Web.TLS_RESET), failure.CONNECTION_RESET),
    (Visit(categories=(Category.ADULT,), https=Web.TLS_EOF), failure.EOF),
    (Visit(categories=(Category.ADULT,), https=Web.TLS_ALERT), failure.SSL_HANDSHAKE),
    (Visit(categories=(Category.ADULT,), https=Web.TLS_SILENCE), failure.TIMEOUT),
)


@pytest.mark.parametrize(("visit", "failed"), CUT)
async def test_a_filter_of_names_lets_another_name_through(visit: Visit, failed: str) -> None:
    found = await asked(scenario(visits=(visit,)), *QUESTIONS, attempt=2)
    cut, decoy = [item for item in found if item.stage is Stage.TLS and item.question_id == "q1"]
    assert (cut.failure, cut.tls and cut.tls.decoy) == (failed, False)
    assert decoy.tls is not None
    assert (decoy.failure, decoy.tls.decoy, decoy.tls.server_name) == (None, True, CONTROL)
    assert (decoy.address, decoy.tls.pinned, decoy.tls.listed) == (cut.address, None, None)


async def test_a_filter_of_addresses_cuts_every_name_off() -> None:
    hop = Hop(origins=(Origin.ADULT,), passage=Passage.RESET)
    found = await asked(scenario(hops=(hop,)), *QUESTIONS, attempt=2)
    tried = [item for item in found if item.tls is not None and item.question_id == "q1"]
    assert [item.tls.decoy for item in tried if item.tls] == [False, True]
    assert all(item.failure is not None for item in tried)


async def test_the_first_look_is_in_a_hurry_and_tries_no_other_name() -> None:
    found = await asked(scenario(visits=(CUT[0][0],)), *QUESTIONS, attempt=1)
    assert not any(item.tls is not None and item.tls.decoy for item in found)


async def test_a_genuine_page_is_not_asked_again() -> None:
    found = await asked(scenario(), *QUESTIONS, attempt=2)
    assert not any(item.tls is not None and item.tls.decoy for item in found)


async def test_servfail_is_asked_again_without_checking() -> None:
    rule = Filter(names=(ADULT,), reply=Reply.SERVFAIL)
    found = await asked(scenario(rule), *QUESTIONS, attempt=2)
    variants = [item.dns.variant for item in found if item.dns is not None and item.question_id == "q1"]
    assert variants == [None, DnsVariant.UNCHECKED]


@pytest.mark.parametrize("attempt", (1, 2))
async def test_of_names_that_cannot_exist_one_is_asked_in_mixed_case_once(attempt: int) -> None:
    names = [(Kind.RANDOM, f"x7f3k9q.{tld}", Ask.DNS) for tld in ("com", "net", "org")]
    found = await asked(scenario(), *names, attempt=attempt)
    mixed = [item for item in found if item.dns is not None and item.dns.variant is not None]
    assert len(mixed) == (1 if attempt == 1 else 0)
    for item in mixed:
        assert item.dns is not None
        assert (item.question_id, item.failure, item.dns.case_kept) == ("q2", failure.NXDOMAIN, True)


def test_every_second_letter_is_in_upper_case() -> None:
    assert mixed_case("abcd.org") == "aBcD.OrG"


def test_without_a_control_there_is_no_other_name_to_say() -> None:
    plan = Plan(seed="s", standard="sha256:0", resolvers=(), targets=(), questions=())
    assert decoy_of(plan) is None


async def test_a_second_answer_is_waited_for_with_the_best_known_names_in_the_first_look_too() -> None:
    rule = Filter(categories=(Category.ADULT,), reply=Reply.INJECTED)
    async with Lab(scenario(rule), budgets=FAST) as lab:
        targets = [
            target for item in lab.lists for target in item.targets if target.category is Category.ADULT
        ]
        known = next(target for target in targets if target.rank == 1)
        other = next(target for target in targets if target.rank is None)
        via = Via(resolver=lab.resolvers[0], transport=Transport.UDP, family=Family.IPV4)
        plan = Plan(
            seed="s",
            standard="sha256:0",
            resolvers=lab.resolvers,
            targets=(known, other),
            questions=tuple(
                Question(id=target.name, kind=Kind.TARGET, subject=target.name, via=via)
                for target in (known, other)
            ),
        )
        stores = Stores.load(lab.network.list_roots)
        found = await survey(plan=plan, network=lab.network, stores=stores, identify=Vantage)
    strays = {item.question_id: item.dns.strays for item in found if item.dns is not None}
    assert [stray.reason for stray in strays[known.name]] == ["second_answer"]
    assert strays[other.name] == ()
