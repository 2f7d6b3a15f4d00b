"""Each fault of a tester's own machine is planted: the run is void and names the cause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from criteria.records import AssessmentOutcome, Fitness
from friendlywifi.checking.check import Checked, Input, check
from friendlywifi.checking.command import foreign_endpoints
from friendlywifi.checking.here import Here
from friendlywifi.lab import Lab, Scenario
from friendlywifi.lab.authority import Authority
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.scenario import Visit, Web
from friendlywifi.lab.world import VENDOR
from friendlywifi.shipped import load_standard
from probes import failure
from probes.network import Network, SimulatedClock
from probes.records import Category, Family, Lookup
from probes.vantage.machine import Look
from probes.vantage.places import Places

LIBRARY = next(item for item in Lab.scenarios() if item.id == "library")
CONTROLS = (Category.CONTROL_GENERAL, Category.CONTROL_HELP)
START = datetime(2026, 11, 22, 9, tzinfo=UTC)
LEASE = 'lease {{\n  interface "wlan0";\n  fixed-address 192.0.2.7;\n  option domain-name-servers {};\n}}\n'
FIB = "Main:\n  |-- 192.0.2.7\n     /32 host LOCAL\n"


class Planted:
    """A machine that is a folder, clean until a test plants something."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment: dict[str, str] = {"LANG": "C"}
        self.way = "wlan0"
        self.find_way: Callable[[str], str] = lambda _: self.way
        self.look: Look | None = None
        self.write("etc/resolv.conf", "nameserver 192.0.2.53\n")
        self.write("etc/hosts", "127.0.0.1 localhost\n192.0.2.7 laptop.example\n")
        self.write("proc/net/fib_trie", FIB)
        self.write("var/lib/dhcp/dhclient.wlan0.leases", LEASE.format("192.0.2.53"))
        self.write("sys/class/net/wlan0/type", "1\n")

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    @property
    def here(self) -> Here:
        places = Places.under(self.root, environment=self.environment, way=self.find_way)
        return Here(key=b"k" * 32, places=places, look=self.look)


@pytest.fixture
def machine(tmp_path: Path) -> Planted:
    return Planted(tmp_path / "machine")


async def run(
    machine: Planted,
    *,
    source: str = "network",
    scenario: Scenario = LIBRARY,
    interceptor: str | None = None,
    before: Callable[[Lab], None] = lambda _: None,
) -> Checked:
    standard, digest = load_standard("baseline")
    clock = SimulatedClock(START)
    lab = Lab(scenario, clock=clock, budgets=FAST)
    if interceptor is not None:
        lab._interceptor = Authority(name=interceptor, now=clock.now(), one_key=True)
    async with lab:
        before(lab)
        return await check(
            Input(
                hotspot="a library",
                serial=1,
                authorised_by="the tests",
                standard=standard,
                standard_digest=digest,
                lists=lab.lists,
                network=lab.network,
                resolvers=lab.resolvers,
                resolver_source=source,
                foreign=foreign_endpoints(),
                reference=lab.reference,
                vendor=VENDOR,
                seed="a machine",
                identify=lambda: lab.vantage,
                # An emulated hotspot is confined; what is planted is looked at as on a real one.
                examine=machine.here.examine(Network(), public_path=source != "given"),
                slow=FAST_SLOW,
            )
        )


def assert_void(done: Checked, rule: str, *words: str) -> None:
    fitness: Fitness = done.judgement.fitness
    assert fitness.void_reason == "machine", fitness.explanation
    assert rule in {item.id for item in fitness.findings}
    for word in words:
        assert word in fitness.explanation
    assert done.judgement.assessment.outcome is AssessmentOutcome.INCONCLUSIVE
    assert {item.rule for item in done.judgement.verdicts} == {"run_void"}


def a_name(category: Category) -> str:
    lab = Lab(LIBRARY, clock=SimulatedClock(START))
    return next(t.name for item in lab.lists for t in item.targets if t.category is category)


async def test_a_clean_machine_voids_nothing(machine: Planted) -> None:
    done = await run(machine)
    assert done.judgement.fitness.void_reason is None, done.judgement.fitness.explanation
    assert done.judgement.assessment.outcome is AssessmentOutcome.CERTIFIABLE
    seen = [item.machine for item in done.observations if item.machine is not None]
    assert len(seen) >= 2
    assert seen[0].leased == seen[0].used == ("192.0.2.53",)


async def test_a_hosts_file_that_answers_an_adult_name_voids_the_run(machine: Planted) -> None:
    name = a_name(Category.ADULT)
    machine.write("etc/hosts", f"127.0.0.1 localhost\n0.0.0.0 {name}\n")
    assert_void(await run(machine), "machine_hosts_file", f"hosts file answers {name}")


async def test_a_forwarder_on_this_machine_that_hides_whom_it_asks_voids_the_run(machine: Planted) -> None:
    machine.write("etc/resolv.conf", "nameserver 127.0.0.1\n")
    assert_void(await run(machine), "machine_stub", "127.0.0.1:53")


async def test_a_vpn_voids_the_run_whatever_its_resolver(machine: Planted) -> None:
    machine.way = "wg0"
    machine.write("sys/class/net/wg0/type", "65534\n")
    machine.write("sys/class/net/wg0/uevent", "DEVTYPE=wireguard\nINTERFACE=wg0\n")
    machine.write("var/lib/dhcp/dhclient.wg0.leases", LEASE.format("192.0.2.53"))
    assert_void(await run(machine), "machine_vpn", "VPN", "wg0")
    assert_void(await run(machine, source="given"), "machine_vpn", "VPN", "wg0")


async def test_a_system_that_insists_on_dns_over_tls_voids_the_run(machine: Planted) -> None:
    machine.write("run/systemd/resolve/resolv.conf", "nameserver 192.0.2.53\n")
    machine.write("etc/systemd/resolved.conf.d/dot.conf", "[Resolve]\nDNSOverTLS=yes\n")
    assert_void(await run(machine), "machine_encrypted_dns", "systemd-resolved", "dot.conf")


async def test_a_known_encrypting_forwarder_is_named(machine: Planted) -> None:
    machine.write("etc/resolv.conf", "nameserver 127.0.2.1\n")
    machine.write("proc/812/comm", "dnscrypt-proxy\n")
    assert_void(await run(machine), "machine_encrypted_dns", "dnscrypt-proxy")


async def test_a_proxy_variable_voids_the_run_and_its_value_is_not_kept(machine: Planted) -> None:
    machine.environment["https_proxy"] = "http://user:secret@proxy.example:3128"
    done = await run(machine)
    assert_void(done, "machine_proxy", "https_proxy")
    assert not any(b"secret" in msgspec.json.encode(item) for item in done.observations)


@pytest.mark.parametrize("interface", ("wlan0", "all"))
async def test_ipv6_that_is_switched_off_on_the_testers_machine_voids_the_run(
    machine: Planted, interface: str
) -> None:
    """The network may have it, and give visitors another resolver and another way by it."""
    machine.write("proc/sys/net/ipv4/ip_forward", "0\n")
    machine.write(f"proc/sys/net/ipv6/conf/{interface}/disable_ipv6", "1\n")
    assert_void(await run(machine), "machine_ipv6", "IPv6 is switched off on this machine")


async def test_a_kernel_without_ipv6_voids_the_run_and_one_that_has_it_does_not(machine: Planted) -> None:
    machine.write("proc/sys/net/ipv4/ip_forward", "0\n")
    assert_void(await run(machine), "machine_ipv6")
    machine.write("proc/sys/net/ipv6/conf/all/disable_ipv6", "0\n")
    machine.write("proc/sys/net/ipv6/conf/wlan0/disable_ipv6", "0\n")
    assert (await run(machine)).judgement.fitness.void_reason is None


async def test_a_resolver_that_somebody_set_by_hand_voids_the_run(machine: Planted) -> None:
    machine.write("etc/resolv.conf", "nameserver 9.9.9.9\n")
    assert_void(await run(machine), "machine_resolvers", "9.9.9.9", "192.0.2.53")


async def test_programs_that_are_told_otherwise_void_the_run(machine: Planted) -> None:
    adult = a_name(Category.ADULT)

    def look(name: str, family: Family) -> Lookup:
        if name == adult and family is Family.IPV4:
            return Lookup(name=name, family=family, addresses=("8.8.4.4",))
        return Lookup(name=name, family=family, failure=failure.TIMEOUT)

    machine.look = look
    done = await run(machine)
    if adult not in {item.name for o in done.observations if o.machine for item in o.machine.lookups}:
        pytest.fail("the name was not among those that are asked")
    assert_void(done, "machine_lookup", adult)


async def test_an_antivirus_shield_voids_the_run_and_is_named(
    machine: Planted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shielded = msgspec.structs.replace(LIBRARY, visits=(Visit(categories=CONTROLS, https=Web.TLS_UNTRUSTED),))
    done = await run(
        machine,
        scenario=shielded,
        interceptor="Avast Web/Mail Shield Root",
        before=trusted_here(monkeypatch, tmp_path),
    )
    assert_void(done, "machine_antivirus", "Avast")
    assert "machine_local_root" not in {item.id for item in done.judgement.fitness.findings}


@pytest.mark.parametrize("source", ("network", "given"))
async def test_a_root_that_only_this_machine_trusts_voids_the_run(
    machine: Planted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str
) -> None:
    bumped = msgspec.structs.replace(LIBRARY, visits=(Visit(categories=CONTROLS, https=Web.TLS_UNTRUSTED),))
    done = await run(
        machine,
        source=source,
        scenario=bumped,
        interceptor="Example School CA",
        before=trusted_here(monkeypatch, tmp_path),
    )
    assert_void(done, "machine_local_root", "Example School CA")


async def test_parental_control_on_this_machine_that_opens_adult_sites_only_is_no_filter_of_the_network(
    machine: Planted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bumped = next(item for item in Lab.scenarios() if item.id == "decrypting-filter")
    done = await run(
        machine, scenario=bumped, interceptor="Family Shield CA", before=trusted_here(monkeypatch, tmp_path)
    )
    assert_void(done, "machine_local_root", "Family Shield CA")


def trusted_here(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Callable[[Lab], None]:
    def trust(lab: Lab) -> None:
        (folder / "roots.pem").write_text(lab._interceptor.pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / "roots.pem"))

    return trust


async def test_a_run_with_a_resolver_of_ones_choice_does_not_claim_to_be_the_publics_path(
    machine: Planted,
) -> None:
    machine.environment["http_proxy"] = "http://proxy.example:3128"
    machine.write("etc/hosts", f"0.0.0.0 {a_name(Category.ADULT)}\n")
    machine.write("etc/resolv.conf", "nameserver 127.0.0.1\n")
    done = await run(machine, source="given")
    assert done.judgement.fitness.void_reason is None, done.judgement.fitness.explanation


async def test_a_vpn_that_comes_up_in_mid_run_voids_it(machine: Planted) -> None:
    looked: list[str] = []

    def way(_: str) -> str:
        looked.append("once")
        return "wlan0" if len(looked) <= 4 else "tun0"

    machine.find_way = way
    assert_void(await run(machine), "machine_vpn", "tun0")
