from __future__ import annotations

import msgspec
import pytest

from criteria import machine, shields
from criteria.fitness import judge_fitness
from criteria.index import Looks
from criteria.machine import ALWAYS, HINTS, PUBLIC_PATH, faults_of, hints_of
from criteria.records import Fitness
from probes import failure
from probes.records import (
    Ask,
    Category,
    Family,
    HostsEntry,
    Lookup,
    Machine,
    Observation,
    Software,
    SoftwareKind,
    Stage,
    Way,
)
from tests.criteria.conftest import NXDOMAIN, V4, V6, Scene, dns, tcp, tls

WAY = Way(to="internet", family=Family.IPV4, interface="wlan0", tunnel=False)
CLEAN = Machine(leased=("192.168.1.1",), used=("192.168.1.1",), hosts=(), ways=(WAY,))


def changed(**more: object) -> Machine:
    return msgspec.structs.replace(CLEAN, **more)


def ids(seen: Machine, *, public_path: bool = True) -> list[str]:
    return [item.id for item in faults_of(seen, public_path=public_path)]


FAULTS = {
    "machine_vpn": {"ways": (msgspec.structs.replace(WAY, interface="tun0", tunnel=True),)},
    "machine_hosts_file": {"hosts": (HostsEntry(name="adult.example", address="0.0.0.0"),)},
    "machine_stub": {"stub": "127.0.0.1:53", "stub_hidden": True},
    "machine_encrypted_dns": {"encrypted_dns": ("systemd-resolved (DNSOverTLS=yes in resolved.conf)",)},
    "machine_resolvers": {"used": ("192.168.1.1", "9.9.9.9")},
    "machine_proxy": {"proxies": ("https_proxy",)},
    "machine_ipv6": {"ipv6_off": "wlan0"},
}


def test_a_clean_machine_has_no_fault() -> None:
    assert faults_of(CLEAN) == ()
    assert hints_of(CLEAN) == ()


def test_a_machine_of_which_nothing_is_known_has_no_fault_either() -> None:
    assert faults_of(Machine()) == ()


@pytest.mark.parametrize("rule", FAULTS)
def test_each_fault_is_told_by_its_rule(rule: str) -> None:
    assert ids(changed(**FAULTS[rule])) == [rule]


@pytest.mark.parametrize("rule", FAULTS)
def test_a_run_that_is_not_the_publics_path_is_void_only_for_what_bends_its_visits(rule: str) -> None:
    expected = [rule] if rule in ALWAYS else []
    assert ids(changed(**FAULTS[rule]), public_path=False) == expected


def test_a_stub_that_is_looked_through_is_no_fault() -> None:
    assert ids(changed(stub="127.0.0.53:53")) == []


def test_of_a_family_without_a_lease_nothing_follows() -> None:
    assert ids(changed(used=("192.168.1.1", "fd00::1"))) == []
    assert ids(changed(used=("9.9.9.9",), leased=None)) == []


def test_an_unknown_interface_is_not_taken_for_a_tunnel() -> None:
    assert ids(changed(ways=(msgspec.structs.replace(WAY, tunnel=None),))) == []


def test_an_encrypting_forwarder_counts_only_where_the_system_asks_it() -> None:
    software = (Software(name="cloudflared", kind=SoftwareKind.DNS),)
    assert ids(changed(software=software)) == []
    assert ids(changed(software=software, stub="127.0.0.1:53")) == ["machine_encrypted_dns"]


def test_programs_and_browsers_are_hints_and_void_nothing() -> None:
    software = (Software(name="OpenVPN", kind=SoftwareKind.VPN),)
    seen = changed(software=software, browser_dns=("firefox: DNSOverHTTPS enabled",))
    assert ids(seen) == []
    assert {item.id for item in hints_of(seen)} == set(HINTS)


def test_every_rule_has_one_reason_and_no_id_is_used_twice() -> None:
    words = [*ALWAYS, *PUBLIC_PATH, *HINTS]
    assert len(words) == len(set(words))
    assert all(text.endswith(".") for text in (*ALWAYS.values(), *PUBLIC_PATH.values(), *HINTS.values()))


def test_many_causes_are_counted() -> None:
    everything = {key: value for fault in FAULTS.values() for key, value in fault.items()}
    sentence = machine.told(faults_of(changed(**everything)))
    assert sentence.endswith("and 4 more.")


# ------------------------------------------------------------------------------------------ in a run


def judged(scene: Scene, *seen: Machine, source: str = "network") -> Fitness:
    """The scene's fitness, where the machine was seen like that at the start and at the end."""
    observations = list(scene.observations())
    asked = [item for item in observations if item.stage is Stage.IDENTITY]
    for place, state in zip((asked[0], asked[-1]), (seen[0], seen[-1]), strict=True):
        observations.append(
            Observation(
                id=f"{place.question_id}/1/01",
                question_id=place.question_id,
                attempt=1,
                stage=Stage.MACHINE,
                started=place.started,
                elapsed_us=0,
                machine=state,
            )
        )
    return judge_fitness(
        plan=scene.plan(),
        run=msgspec.structs.replace(scene.run(), resolver_source=source),
        observations=observations,
    )


def looked_up(*addresses: str, name: str = "adult.example", failed: str | None = None) -> Machine:
    return changed(lookups=(Lookup(name=name, family=V4, addresses=addresses, failure=failed),))


def test_a_fault_that_comes_up_in_mid_run_voids_it_and_is_witnessed(scene: Scene) -> None:
    fitness = judged(scene, CLEAN, changed(**FAULTS["machine_vpn"]))
    assert fitness.void_reason == "machine"
    finding = next(item for item in fitness.findings if item.id == "machine_vpn")
    assert finding.text == "A VPN or tunnel (tun0) carries this machine's traffic."
    assert finding.witnesses == (f"{scene.plan().questions[-1].id}/1/01",)


def test_the_machine_explains_a_network_that_changed(scene: Scene) -> None:
    scene.after = msgspec.structs.replace(scene.vantage, gateway="10.8.0.1")
    assert judged(scene, CLEAN).void_reason == "identity_changed"
    assert judged(scene, CLEAN, changed(**FAULTS["machine_vpn"])).void_reason == "machine"


@pytest.mark.parametrize(
    ("here", "there", "differs"),
    (
        (looked_up("203.0.113.7"), NXDOMAIN, True),
        (looked_up("203.0.113.7"), dns("0.0.0.0"), True),
        (looked_up(failed=failure.NXDOMAIN), dns("203.0.113.7"), True),
        (looked_up("127.0.0.1"), dns("203.0.113.7"), True),
        (looked_up("203.0.113.9"), dns("203.0.113.7"), False),  # content networks do that
        (looked_up("0.0.0.0"), NXDOMAIN, False),
        (looked_up(failed=failure.NXDOMAIN), dns("0.0.0.0"), False),
        (looked_up(failed=failure.TIMEOUT), dns("203.0.113.7"), False),
        (looked_up("203.0.113.7"), dns(failure=failure.TIMEOUT), False),
        (looked_up("203.0.113.7"), dns(rcode=2), False),
    ),
)
def test_programs_here_and_the_networks_resolver_are_compared_by_kind(
    scene: Scene, here: Machine, there: dict[str, object], *, differs: bool
) -> None:
    scene.target("adult.example").on("adult.example", there)
    assert (judged(scene, here).void_reason == "machine") is differs


def test_documented_addresses_are_compared_one_by_one(scene: Scene) -> None:
    scene.target("adult.example", expect=("203.0.113.7",)).on("adult.example", dns("203.0.113.7"))
    assert judged(scene, looked_up("203.0.113.7")).void_reason is None
    fitness = judged(scene, looked_up("203.0.113.9"))
    assert fitness.void_reason == "machine"
    assert "adult.example" in fitness.explanation


def test_one_of_two_resolvers_that_says_the_same_is_enough(scene: Scene) -> None:
    scene.resolvers = ("192.168.1.1:53", "192.168.1.2:53")
    scene.target("adult.example").on("adult.example", NXDOMAIN)
    scene.on("adult.example", dns("203.0.113.7"), resolver="192.168.1.2:53")
    assert judged(scene, looked_up("203.0.113.7")).void_reason is None


def test_a_name_that_nobody_asked_says_nothing(scene: Scene) -> None:
    assert judged(scene, looked_up("203.0.113.7", name="other.example")).void_reason is None


# ------------------------------------------------------------------------------------- certificates


def intercepted(scene: Scene, name: str, address: str, **facts: object) -> None:
    parts = (dns(address), tcp(address), tls(address, failure.SSL_AUTHORITY, pinned=False, **facts))
    scene.on(name, *parts, family=V4).on(name, dns(), family=V6)


@pytest.mark.parametrize("source", ("network", "given"))
def test_a_control_that_only_this_machine_trusts_voids_every_run(scene: Scene, source: str) -> None:
    intercepted(scene, "control.one", "198.51.100.1", system=True, issuer="CN=Example School CA")
    fitness = judged(scene, CLEAN, source=source)
    assert fitness.void_reason == "machine"
    assert "Example School CA" in fitness.explanation


@pytest.mark.parametrize(("source", "void"), (("network", "machine"), ("given", None)))
def test_a_target_that_only_this_machine_trusts_voids_the_publics_path(
    scene: Scene, source: str, void: str | None
) -> None:
    scene.target("adult.example", Category.ADULT, ask=Ask.TLS)
    intercepted(scene, "adult.example", "203.0.113.7", system=True, issuer="CN=Example School CA")
    assert judged(scene, CLEAN, source=source).void_reason == void


def test_an_interceptor_of_the_network_that_nobody_trusts_is_no_fault_of_the_machine(scene: Scene) -> None:
    scene.target("adult.example", Category.ADULT, ask=Ask.TLS)
    intercepted(scene, "adult.example", "203.0.113.7", system=False, issuer="CN=FortiGate CA,O=Fortinet")
    assert judged(scene, CLEAN).void_reason is None


def test_a_known_shield_is_named_though_its_root_is_not_in_the_store(scene: Scene) -> None:
    scene.target("adult.example", Category.ADULT, ask=Ask.TLS)
    issuer = "CN=Kaspersky Anti-Virus Personal Root Certificate,O=AO Kaspersky Lab"
    intercepted(scene, "adult.example", "203.0.113.7", system=False, issuer=issuer)
    fitness = judged(scene, CLEAN, source="given")
    assert fitness.void_reason == "machine"
    assert "Kaspersky" in fitness.explanation


@pytest.mark.parametrize(
    ("issuer", "known"),
    (
        ("CN=ESET SSL Filter CA,O=ESET\\, spol. s r. o.,C=SK", True),
        ("O=ESET,CN=ESET SSL Filter CA", True),
        ("CN=Not the ESET SSL Filter CA", False),
        ("O=ESET SSL Filter CA,CN=R11", False),
        ("CN=R11,O=Let's Encrypt,C=US", False),
        (None, False),
    ),
)
def test_only_a_whole_common_name_is_a_shields(issuer: str | None, *, known: bool) -> None:
    assert (shields.latest().find(issuer) is not None) is known


def test_each_shield_says_where_its_names_come_from() -> None:
    found = shields.latest().shield
    assert len({item.id for item in found}) == len(found)
    assert all(item.source and item.seen and item.names for item in found)


def test_a_run_whose_machine_nobody_looked_at_is_judged_as_ever(scene: Scene) -> None:
    looks = Looks(scene.plan(), scene.observations())
    assert machine.faults_in_run(plan=scene.plan(), run=scene.run(), looks=looks) == ()
