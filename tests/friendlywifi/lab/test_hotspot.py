"""A lab as its users see it: what it offers while it runs, and that nothing of it is left afterwards."""

from __future__ import annotations

import asyncio
import shlex
import socket
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dns.exception
import dns.message
import dns.rcode
import pytest

from friendlywifi.lab import Lab, Scenario, find_scenario, hotspot, loopback, packaged_scenarios
from friendlywifi.lab.loopback import NOWHERE, NOWHERE_PORT
from probes.foreign import foreign_resolvers
from probes.network import Budgets, SimulatedClock, SystemClock
from probes.records import Category, Family
from probes.targets.files import read_list

ADULT = "popular-01.lab.example"
SCENARIOS = pytest.mark.parametrize("hotspot_id", tuple(item.id for item in packaged_scenarios()))
Ask = Callable[..., Awaitable[dns.message.Message]]
Make = Callable[..., Scenario]


def found(scenario_id: str) -> Scenario:
    scenario = find_scenario(scenario_id)
    assert scenario is not None
    return scenario


@SCENARIOS
async def test_a_lab_starts_at_once_and_leaves_no_task_and_no_socket(
    hotspot_id: str, no_sockets_left: None
) -> None:
    scenario, before = found(hotspot_id), asyncio.all_tasks()
    began = time.monotonic()
    async with Lab(scenario) as lab:
        assert time.monotonic() - began < 0.5
        assert len(lab.resolvers) == len(scenario.resolvers)
    assert asyncio.all_tasks() == before


async def test_connections_under_way_end_with_the_lab(scenario: Make, no_sockets_left: None) -> None:
    before = asyncio.all_tasks()
    visits = '[[visits]]\ncategories = ["adult"]\nhttp = "http_silence"'
    async with Lab(scenario(resolvers=f"[[resolvers]]\n{visits}")) as lab:
        way = lab.network.way("198.51.100.20", 80)
        assert way is not None
        reader, writer = await asyncio.open_connection(*way)
        writer.write(f"GET / HTTP/1.1\r\nHost: {ADULT}\r\n\r\n".encode())
        await asyncio.sleep(0.05)
        assert len(asyncio.all_tasks()) > len(before) + 10
    assert await asyncio.wait_for(reader.read(), 1) == b""
    writer.close()
    await writer.wait_closed()
    assert asyncio.all_tasks() == before


async def test_a_lab_that_cannot_start_leaves_nothing(
    scenario: Make, monkeypatch: pytest.MonkeyPatch, no_sockets_left: None
) -> None:
    calls = 0

    def listening(host: str) -> socket.socket:
        nonlocal calls
        calls += 1
        if calls > 5:
            raise OSError("too many open files")
        return loopback.listening(host)

    monkeypatch.setattr(hotspot, "listening", listening)
    before = asyncio.all_tasks()
    with pytest.raises(OSError, match="too many"):
        async with Lab(scenario()):
            pytest.fail("it cannot have started")
    assert asyncio.all_tasks() == before


@SCENARIOS
async def test_everything_is_bound_to_loopback(hotspot_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bound = []
    real = socket.socket.bind

    def bind(self: socket.socket, address: Any) -> None:
        bound.append(address[0])
        real(self, address)

    monkeypatch.setattr(socket.socket, "bind", bind)
    async with Lab(found(hotspot_id)):
        assert len(bound) > 5
        assert set(bound) <= {"127.0.0.1", "::1"}


@SCENARIOS
async def test_the_door_leads_to_loopback_and_nowhere_else(hotspot_id: str) -> None:
    async with Lab(found(hotspot_id)) as lab:
        network = lab.network
        assert network.confined
        assert network.way("192.0.2.55", 443) is None
        for given in network.connect_to:
            address, _, port = given.rpartition(":")
            way = network.way(address.strip("[]"), int(port))
            assert way is not None
            if way[0] not in ("127.0.0.1", "::1"):
                assert way in {(place, NOWHERE_PORT) for place in NOWHERE.values()}


@SCENARIOS
async def test_every_address_that_a_resolver_gives_to_a_control_is_mapped(hotspot_id: str, ask: Ask) -> None:
    scenario = found(hotspot_id)
    if scenario.uplink == "dead":
        return
    async with Lab(scenario) as lab:
        rdtypes = ["A"] if scenario.ipv6 == "absent" else ["A", "AAAA"]
        for resolver in lab.resolvers:
            for rdtype in rdtypes:
                message = await ask(resolver, "general-001.lab.example", rdtype)
                address = message.answer[0][0].to_text()
                assert lab.network.way(address, 443) is not None


def test_a_lab_can_be_asked_what_there_is_before_it_starts() -> None:
    lab = Lab(found("library"))
    assert {item.id for item in Lab.scenarios()} >= {"library", "cafe", "airport"}
    assert lab.resolvers == ()
    assert lab.truth.outcome == "certifiable"
    assert lab.vantage.label == "lab: library"


def test_lists_keep_popular_names_in_order_and_name_their_authority() -> None:
    lab = Lab(found("library"))
    lists = {item.id: item for item in lab.lists}
    assert set(lists) == {
        "lab-adult-popular", "lab-adult-sample", "lab-sentinel", "lab-vendor-tests", "lab-controls",
    }  # fmt: skip
    assert [target.rank for target in lists["lab-adult-popular"].targets] == list(range(1, 26))
    assert all(target.rank is None for target in lists["lab-adult-sample"].targets)
    (sentinel,) = lists["lab-sentinel"].targets
    assert (sentinel.sentinel, sentinel.authorised_by) == (True, "Friendly Wi-Fi lab")
    assert {item.ca for item in lab.lists} == set(lab.network.list_roots)
    assert all(target.expect for item in lab.lists for target in item.targets)


def test_written_lists_are_the_lists_of_the_lab(tmp_path: Path) -> None:
    lab = Lab(found("library"))
    paths = lab.list_files(tmp_path / "new")
    assert tuple(read_list(path) for path in paths) == lab.lists
    assert {entry.name for entry in (tmp_path / "new").iterdir()} == {
        *(path.name for path in paths), "lab-ca.pem",
    }  # fmt: skip


def test_a_seed_gives_the_same_lists_but_for_the_authority() -> None:
    one, same, other = (Lab(found("library"), seed=seed).lists for seed in ("a", "a", "b"))
    assert [item.digest for item in one] == [item.digest for item in same]
    assert [item.digest for item in one] != [item.digest for item in other]


async def test_the_check_command_can_be_pasted(tmp_path: Path) -> None:
    async with Lab(found("two-resolvers-one-leaks")) as lab:
        directory = tmp_path / "my lists"
        files = lab.list_files(directory)
        words = shlex.split(lab.check_command(directory).replace("\\\n", " "))
        assert words[:2] == ["friendlywifi", "check"]
        options = list(zip(words[2::2], words[3::2], strict=True))
        assert [value for key, value in options if key == "--resolver"] == list(lab.resolvers)
        assert [Path(value) for key, value in options if key == "--targets"] == list(files)
        mapped = {value for key, value in options if key == "--connect-to"}
        assert mapped == {f"{given}:{dialled}" for given, dialled in lab.network.connect_to.items()}
        assert ("--authorised-by", "Friendly Wi-Fi lab") in options
        assert len(options) < 64


def test_the_reference_knows_every_target_and_where_it_truly_is() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    lab = Lab(found("library"), clock=SimulatedClock(start))
    names = {target.name for item in lab.lists for target in item.targets}
    assert {entry.name for entry in lab.reference.entries} == names
    assert all(entry.alive and entry.addresses for entry in lab.reference.entries)
    assert abs((lab.reference.taken - start).total_seconds()) < 5


def test_clock_and_budgets_are_handed_through() -> None:
    clock, budgets = SystemClock(), Budgets(dns=0.5)
    network = Lab(found("library"), clock=clock, budgets=budgets).network
    assert network.clock is clock
    assert network.budgets is budgets


# -------------------------------------------------------------------------------- resolvers elsewhere


async def elsewhere(lab: Lab, ask: Ask, kind: str, family: Family, **options: Any) -> list[Any]:
    answers = []
    for resolver in foreign_resolvers():
        if resolver.kind == kind:
            way = lab.network.connect_to[resolver.endpoints(family)[0]]
            answers.append(await ask(way, ADULT, **options))
    return answers


@pytest.mark.parametrize("family", tuple(Family))
@pytest.mark.parametrize("tcp", (False, True))
async def test_open_resolvers_elsewhere_give_true_addresses_unless_they_filter(
    scenario: Make, ask: Ask, family: Family, tcp: Any
) -> None:
    async with Lab(scenario('foreign = "open"')) as lab:
        for message in await elsewhere(lab, ask, "unfiltered", family, tcp=tcp):
            assert message.answer[0][0].to_text() == "198.51.100.20"
        for message in await elsewhere(lab, ask, "filtering", family, tcp=tcp):
            assert message.answer[0][0].to_text() == "0.0.0.0"


async def test_resolvers_elsewhere_may_refuse(scenario: Make, ask: Ask) -> None:
    async with Lab(scenario('foreign = "refused"')) as lab:
        for message in await elsewhere(lab, ask, "unfiltered", Family.IPV4):
            assert message.rcode() == dns.rcode.REFUSED


@pytest.mark.parametrize("tcp", (False, True))
async def test_resolvers_elsewhere_may_be_silent(scenario: Make, ask: Ask, tcp: Any) -> None:
    async with Lab(scenario('foreign = "silent"')) as lab:
        way = lab.network.connect_to["8.8.8.8:53"]
        with pytest.raises(Exception, match="timed out"):
            await ask(way, ADULT, tcp=tcp, within=0.2)


async def test_a_router_may_answer_in_the_place_of_resolvers_elsewhere(ask: Ask) -> None:
    async with Lab(found("intercepting-router")) as lab:
        for message in await elsewhere(lab, ask, "unfiltered", Family.IPV4):
            assert message.answer[0][0].to_text() == "0.0.0.0"
            assert message.edns == -1


# --------------------------------------------------------------------------------------- scenarios


async def test_the_cafe_leaks_over_ipv6_only(ask: Ask) -> None:
    async with Lab(found("cafe")) as lab:
        assert (await ask(lab.resolvers[0], ADULT, "A")).answer[0][0].to_text() == "0.0.0.0"
        assert (await ask(lab.resolvers[0], ADULT, "AAAA")).answer[0][0].to_text() == "2001:db8:c::20"


async def test_the_airport_gives_its_own_address_for_everything_until_the_login(ask: Ask) -> None:
    async with Lab(found("airport")) as lab:
        for name in (ADULT, "captive.apple.com", "x7f3k9.com", "general-001.lab.example"):
            assert (await ask(lab.resolvers[0], name)).answer[0][0].to_text() == "203.0.113.1"
        lab.login()
        assert (await ask(lab.resolvers[0], "x7f3k9.com")).rcode() == dns.rcode.NXDOMAIN
        assert (await ask(lab.resolvers[0], "captive.apple.com")).answer[0][0].to_text() == "198.51.100.40"


async def test_with_a_dead_uplink_the_resolver_fails_and_nothing_connects(ask: Ask, visit: Any) -> None:
    async with Lab(found("dead-uplink")) as lab:
        for name in (ADULT, "general-001.lab.example", "captive.apple.com"):
            assert (await ask(lab.resolvers[0], name)).rcode() == dns.rcode.SERVFAIL
        seen = await visit(lab, "198.51.100.10", "general-001.lab.example", timeout=0.2)
        assert seen.outcome.startswith("tcp TimeoutError")


async def test_broken_ipv6_has_addresses_and_no_connections(ask: Ask, visit: Any) -> None:
    async with Lab(found("broken-ipv6")) as lab:
        message = await ask(lab.resolvers[0], "general-001.lab.example", "AAAA")
        assert message.answer[0][0].to_text() == "2001:db8:c::10"
        broken = await visit(lab, "2001:db8:c::10", "general-001.lab.example", timeout=0.2)
        assert broken.outcome.startswith("tcp TimeoutError")
        assert (await visit(lab, "198.51.100.10", "general-001.lab.example")).status == 200


async def test_without_ipv6_the_machine_knows_no_way_to_an_ipv6_address(visit: Any) -> None:
    async with Lab(found("ipv4-only")) as lab:
        seen = await visit(lab, "2001:db8:c::10", "general-001.lab.example", secure=True)
        assert seen.outcome.startswith("tcp OSError: [Errno 101]")
        assert (await visit(lab, "198.51.100.10", "general-001.lab.example")).status == 200
        assert lab.vantage.ipv6 is False


async def test_of_two_resolvers_the_second_one_leaks(ask: Ask) -> None:
    async with Lab(found("two-resolvers-one-leaks")) as lab:
        first, second = lab.resolvers
        assert (await ask(first, ADULT)).answer[0][0].to_text() == "0.0.0.0"
        assert (await ask(second, ADULT)).answer[0][0].to_text() == "198.51.100.20"


@SCENARIOS
async def test_no_resolver_answers_a_blocked_category_where_all_is_said_to_be_blocked(
    hotspot_id: str, ask: Ask
) -> None:
    """The truth against the wire: `certifiable` by DNS means that no true adult address is ever given."""
    scenario = found(hotspot_id)
    if scenario.truth.outcome != "certifiable" or scenario.visits:
        return
    async with Lab(scenario) as lab:
        adult = [host.name for host in lab.world.values() if host.category is Category.ADULT]
        true = {address for host in lab.world.values() if host.name in adult for address in host.addresses}
        timeout = 3 if scenario.delay_ms else 0.2

        async def given(name: str, rdtype: str) -> set[str]:
            try:
                message = await ask(lab.resolvers[0], name, rdtype, within=timeout)
            except dns.exception.Timeout:
                return set()
            return {rdata.to_text() for rrset in message.answer for rdata in rrset}

        asked = [(name, rdtype) for name in adult[::5] for rdtype in ("A", "AAAA")]
        answers = await asyncio.gather(*(given(*question) for question in asked))
        assert set().union(*answers).isdisjoint(true)
