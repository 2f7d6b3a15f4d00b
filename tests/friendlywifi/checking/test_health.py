"""The doctor says beforehand what would void a check, by the rules of the check."""

from __future__ import annotations

from pathlib import Path

import pytest

from criteria.machine import ALWAYS, PUBLIC_PATH
from friendlywifi.checking.health import _CHECKS, Finding, examine
from friendlywifi.checking.here import Here
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from probes.targets.shipped import shipped
from probes.vantage.places import Places


def doctor(root: Path, *, way: str = "wlan0", **environment: str) -> dict[str, Finding]:
    places = Places.under(root, environment=environment, way=lambda _: way)
    return {item.name: item for item in examine(here=Here(places=places, look=None))}


@pytest.fixture(name="root")
def _root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    plant(tmp_path, "etc/resolv.conf", "nameserver 192.0.2.53\n")
    plant(tmp_path, "etc/hosts", "127.0.0.1 localhost\n")
    plant(tmp_path, "sys/class/net/wlan0/type", "1\n")
    return tmp_path


def plant(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_a_clean_machine_has_nothing_against_it(root: Path) -> None:
    assert not [item for item in doctor(root).values() if item.ok is False]


def test_what_cannot_be_known_is_not_said_to_be_fine(root: Path) -> None:
    found = doctor(root)
    assert found["lease"].ok is None
    assert found["certificates"].ok is None
    assert found["network"].ok is None


def test_every_rule_that_needs_no_packet_has_a_line() -> None:
    needs_packets = {"machine_antivirus", "machine_local_root", "machine_lookup"}
    assert set(_CHECKS) == (set(ALWAYS) | set(PUBLIC_PATH)) - needs_packets


def test_a_hosts_file_that_answers_a_shipped_name_is_told_with_the_name(root: Path) -> None:
    name = shipped()[0].targets[0].name
    plant(root, "etc/hosts", f"0.0.0.0 {name}\n")
    found = doctor(root)["hosts file"]
    assert found.ok is False
    assert name in found.sentence


def test_a_vpn_a_proxy_and_encrypted_dns_are_told(root: Path) -> None:
    plant(root, "run/systemd/resolve/resolv.conf", "")
    plant(root, "etc/systemd/resolved.conf", "[Resolve]\nDNSOverTLS=yes\n")
    found = doctor(root, way="tun0", HTTPS_PROXY="http://user:secret@proxy.example")
    assert found["VPN"].ok is found["proxy"].ok is found["encrypted DNS"].ok is False
    assert "secret" not in found["proxy"].sentence


def test_a_hidden_forwarder_is_not_called_no_network(root: Path) -> None:
    plant(root, "etc/resolv.conf", "nameserver 127.0.0.1\n")
    found = doctor(root)
    assert "cannot be seen" in found["resolvers"].sentence
    assert "no network" not in found["resolvers"].sentence
    assert found["own forwarder"].ok is False


def test_a_check_behind_a_hidden_forwarder_could_not_be_known(root: Path) -> None:
    plant(root, "etc/resolv.conf", "nameserver 127.0.0.1\n")
    with pytest.raises(Complaint, match=r"forwarder of its own at 127\.0\.0\.1:53") as told:
        Here(places=Places.under(root)).resolvers()
    assert told.value.code is Exit.UNKNOWN


def test_behind_a_hidden_forwarder_the_lease_says_whom_to_measure(root: Path) -> None:
    plant(root, "etc/resolv.conf", "nameserver 127.0.0.1\n")
    plant(root, "proc/net/fib_trie", "|-- 192.0.2.7\n   /32 host LOCAL\n")
    plant(root, "run/systemd/netif/leases/3", "ADDRESS=192.0.2.7\nDNS=192.0.2.53\n")
    plant(root, "sys/class/net/wlan0/ifindex", "3\n")
    places = Places.under(root, way=lambda _: "wlan0")
    assert Here(places=places).resolvers() == (("192.0.2.53:53",), "network")


def test_a_resolver_of_the_lease_that_the_system_leaves_out_is_measured_too(root: Path) -> None:
    plant(root, "proc/net/fib_trie", "|-- 192.0.2.7\n   /32 host LOCAL\n")
    plant(root, "run/systemd/netif/leases/3", "ADDRESS=192.0.2.7\nDNS=192.0.2.53 192.0.2.54\n")
    plant(root, "sys/class/net/wlan0/ifindex", "3\n")
    addresses, _ = Here(places=Places.under(root, way=lambda _: "wlan0")).resolvers()
    assert addresses == ("192.0.2.53:53", "192.0.2.54:53")
