from __future__ import annotations

import threading
from pathlib import Path

import pytest

from friendlywifi.checking.here import Here
from friendlywifi.checking.networkkey import network_key
from friendlywifi.complaint import Complaint
from probes.vantage.identity import hash_hardware
from probes.vantage.places import Places


def test_the_key_is_made_once_and_its_owner_alone_reads_it(tmp_path: Path) -> None:
    key = network_key(tmp_path / "state")
    assert len(key) == 32
    assert network_key(tmp_path / "state") == key
    assert (tmp_path / "state" / "network.key").stat().st_mode & 0o777 == 0o600


def test_two_machines_have_two_keys(tmp_path: Path) -> None:
    assert network_key(tmp_path / "one") != network_key(tmp_path / "two")


def test_a_key_that_others_could_read_is_closed(tmp_path: Path) -> None:
    network_key(tmp_path)
    (tmp_path / "network.key").chmod(0o644)
    network_key(tmp_path)
    assert (tmp_path / "network.key").stat().st_mode & 0o777 == 0o600


def test_many_at_once_get_one_key(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(network_key(tmp_path))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert [item.name for item in tmp_path.iterdir()] == ["network.key"]


def test_half_a_key_is_a_complaint_and_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "network.key").write_bytes(b"half")
    with pytest.raises(Complaint, match=r"network\.key is no key"):
        network_key(tmp_path)
    assert (tmp_path / "network.key").read_bytes() == b"half"


def test_a_place_that_cannot_be_written_is_a_complaint(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(Complaint, match="FRIENDLYWIFI_STATE"):
        network_key(tmp_path / "state")


def test_a_gateway_is_known_again_by_its_hash_and_its_address_is_not_kept(tmp_path: Path) -> None:
    net = tmp_path / "proc/net"
    net.mkdir(parents=True)
    (net / "route").write_text(
        "Iface Destination Gateway Flags RefCnt Use Metric Mask\n"
        "wlan0 00000000 0101A8C0 0003 0 0 600 00000000\n"
    )
    (net / "arp").write_text("IP HW Flags MAC Mask Device\n192.168.1.1 0x1 0x2 02:fc:00:00:00:06 * wlan0\n")
    (net / "fib_trie").write_text("|-- 192.168.1.7\n   /32 host LOCAL\n")
    (tmp_path / "var/lib/dhcp").mkdir(parents=True)
    (tmp_path / "var/lib/dhcp/dhclient.leases").write_text(
        'lease {\n  interface "wlan0";\n  fixed-address 192.168.1.7;\n'
        '  option domain-name-servers 192.168.1.1;\n  option v4-captive-portal "https://p.example/";\n}\n'
    )
    key = network_key(tmp_path / "state")
    places = Places.under(tmp_path)
    seen = [Here(key=key, places=places).identify() for _ in range(2)]
    assert seen[0] == seen[1]
    assert seen[0].gateway_mac == hash_hardware("02:fc:00:00:00:06", key=key)
    assert seen[0].resolvers == ("192.168.1.1",)
    assert seen[0].portal_api == "https://p.example/"
    assert seen[0].ssid is None
