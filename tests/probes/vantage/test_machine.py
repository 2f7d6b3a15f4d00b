from __future__ import annotations

import time
from pathlib import Path

import pytest

from probes import failure
from probes.records import (
    Ask,
    Category,
    Family,
    Lookup,
    Plan,
    Software,
    SoftwareKind,
    Target,
)
from probes.vantage import machine as machines
from probes.vantage.interfaces import is_tunnel
from probes.vantage.machine import ask_system, examine_machine, names_of, telling_names
from probes.vantage.places import Places
from probes.vantage.software import programs, running


def plant(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.mark.parametrize(
    ("interface", "files", "tunnel"),
    (
        ("wlan0", {"type": "1\n"}, False),
        ("tun0", {"type": "65534\n"}, True),
        ("tap0", {"type": "1\n", "tun_flags": "0x1002\n"}, True),
        ("office", {"type": "65534\n", "uevent": "DEVTYPE=wireguard\n"}, True),
        ("wwan0", {"type": "65534\n", "uevent": "DEVTYPE=wwan\n"}, False),
        ("ppp0", {"type": "512\n"}, True),
        ("utun3", {}, True),
        ("en0", {}, None),
    ),
)
def test_a_tunnel_is_known_by_its_kind_and_then_by_its_name(
    tmp_path: Path,
    interface: str,
    files: dict[str, str],
    tunnel: bool | None,  # noqa: FBT001 - three answers
) -> None:
    for name, text in files.items():
        plant(tmp_path, f"{interface}/{name}", text)
    assert is_tunnel(interface, sys=tmp_path) is tunnel


def test_a_machine_without_any_file_is_unknown_and_no_error(tmp_path: Path) -> None:
    seen = examine_machine(("adult.example",), places=Places.under(tmp_path / "nothing"))
    assert seen.leased is None
    assert seen.hosts is None
    assert seen.used == seen.ways == seen.proxies == seen.encrypted_dns == seen.software == ()


def test_only_the_names_of_proxy_variables_are_kept(tmp_path: Path) -> None:
    environment = {"HTTPS_PROXY": "http://me:secret@p.example", "no_proxy": "*", "http_proxy": ""}
    assert examine_machine(places=Places.under(tmp_path, environment=environment)).proxies == ("HTTPS_PROXY",)


def test_a_drop_in_of_etc_stands_over_one_of_run_with_the_same_name(tmp_path: Path) -> None:
    plant(tmp_path, "run/systemd/resolve/resolv.conf", "")
    plant(tmp_path, "run/systemd/resolved.conf.d/50-dot.conf", "[Resolve]\nDNSOverTLS=yes\n")
    assert examine_machine(places=Places.under(tmp_path)).encrypted_dns
    plant(tmp_path, "etc/systemd/resolved.conf.d/50-dot.conf", "[Resolve]\nDNSOverTLS=no\n")
    assert not examine_machine(places=Places.under(tmp_path)).encrypted_dns


def test_a_setting_of_a_service_that_does_not_run_means_nothing(tmp_path: Path) -> None:
    plant(tmp_path, "etc/systemd/resolved.conf", "[Resolve]\nDNSOverTLS=yes\n")
    assert not examine_machine(places=Places.under(tmp_path)).encrypted_dns


def test_a_browsers_policy_is_told_with_the_browser(tmp_path: Path) -> None:
    plant(tmp_path, "etc/opt/chrome/policies/managed/dns.json", '{"DnsOverHttpsMode": "secure"}')
    assert examine_machine(places=Places.under(tmp_path)).browser_dns == ("chrome: DnsOverHttpsMode secure",)


def test_known_programs_are_seen_by_the_name_of_their_process(tmp_path: Path) -> None:
    plant(tmp_path, "12/comm", "mullvad-daemon\n")
    plant(tmp_path, "13/comm", "bash\n")
    plant(tmp_path, "14/comm", "https_dns_proxy"[:15] + "\n")
    assert running(proc=tmp_path) == (
        Software(name="Mullvad VPN", kind=SoftwareKind.VPN),
        Software(name="https_dns_proxy", kind=SoftwareKind.DNS),
    )


def test_no_process_is_claimed_by_two_programs() -> None:
    names = [process for program in programs() for process in program.processes]
    assert len(names) == len(set(names))


# ------------------------------------------------------------------------------------------ lookups


def target(name: str, category: Category, **more: object) -> Target:
    return Target(name=name, category=category, ask=Ask.DNS, list_id="list", **more)  # type: ignore[arg-type]


def plan(*targets: Target) -> Plan:
    return Plan(seed="s", standard="sha256:0", resolvers=(), targets=targets, questions=())


def test_a_few_telling_names_are_asked_and_documented_ones_first() -> None:
    drawn = plan(
        *(target(f"control{n}.example", Category.CONTROL_GENERAL) for n in range(5)),
        target("known.example", Category.CONTROL_HELP, expect=("192.0.2.1",)),
        *(target(f"adult{n}.example", Category.ADULT, rank=9 - n) for n in range(5)),
        target("wiring.example", Category.WIRING),
    )
    asked = telling_names(drawn)
    assert asked[0] == "known.example"
    assert len(asked) <= 8
    assert "adult4.example" in asked
    assert "wiring.example" in asked


def test_names_that_only_the_seed_chose_are_among_the_telling_ones() -> None:
    best = [target(f"best{n}.example", Category.ADULT, rank=n + 1) for n in range(3)]
    sample = [target(f"drawn{n}.example", Category.ADULT, rank=900 - n) for n in range(9)]
    asked = telling_names(plan(*best, *sample))
    assert set(asked) == {"best0.example", "best1.example", "drawn7.example", "drawn8.example"}


def test_illegal_names_are_asked_only_where_they_are_authorised_sentinels() -> None:
    drawn = plan(
        target("one.example", Category.ILLEGAL_CSAM),
        target("two.example", Category.ILLEGAL_CSAM, sentinel=True, authorised_by="the list's owner"),
    )
    assert telling_names(drawn) == ("two.example",)


def test_the_portal_probes_own_hosts_are_looked_for_in_the_hosts_file() -> None:
    assert "captive.apple.com" in names_of(plan())


def test_lookups_that_hang_are_left_out_and_hold_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines, "LOOKUP_BUDGET", 0.2)

    def look(name: str, family: Family) -> Lookup:
        if name == "slow.example":
            time.sleep(1.5)
        return Lookup(name=name, family=family, failure=failure.NXDOMAIN)

    began = time.monotonic()
    seen = examine_machine(asked=("slow.example", "fast.example"), places=Places.under(tmp_path), look=look)
    assert time.monotonic() - began < 1.2
    assert {item.name for item in seen.lookups} == {"fast.example"}


def test_the_system_is_asked_as_any_program_asks_it() -> None:
    assert ask_system("localhost", Family.IPV4).addresses == ("127.0.0.1",)
    assert ask_system("a" * 64 + ".invalid", Family.IPV4).failure is not None
