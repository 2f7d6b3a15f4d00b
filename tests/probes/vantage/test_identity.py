from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.records import Vantage
from probes.vantage.identity import hash_hardware, identity, parse_iw_link
from probes.vantage.routes import (
    default_routes,
    default_routes6,
    has_address,
    has_address6,
    neighbours,
)

KEY = b"the key of a hotspot's records"
ROUTE = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
"""
ROUTE6 = f"""\
{"0" * 32} 00 {"0" * 32} 00 fe80000000000000000000000000000a 00000400 1 0 00000003 wlan0
{"0" * 32} 00 {"0" * 32} 00 {"0" * 32} ffffffff 1 0 00200200 lo
fe80{"0" * 28} 40 {"0" * 32} 00 {"0" * 32} 00000100 1 0 00000001 wlan0
"""
ARP = """\
IP address       HW type     Flags       HW address            Mask     Device
192.0.2.1        0x1         0x2         02:FC:00:00:00:05     *        eth0
192.168.1.1      0x1         0x2         02:fc:00:00:00:06     *        wlan0
192.168.1.9      0x1         0x0         00:00:00:00:00:00     *        wlan0
"""
FIB = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
           |-- 127.0.0.1
              /32 host LOCAL
        |-- 192.0.2.0
           /24 link UNICAST
        |-- {}
           /32 host LOCAL
"""
INET6 = """\
00000000000000000000000000000001 01 80 10 80       lo
fe8000000000000000fc00fffe000001 04 40 20 80     eth0
fd000000000000000000000000000002 04 40 00 {}     eth0
"""
IW = """\
Connected to 02:AA:bb:cc:dd:0e (on wlan0)
\tSSID: Biblioteka \\xc3\\xab \\\\ 1
\tfreq: 5180
\tRX: 1 bytes (1 packets)
"""


@pytest.fixture(name="machine")
def _machine(tmp_path: Path) -> Path:
    (tmp_path / "proc").mkdir()
    for name, text in {
        "route": ROUTE,
        "ipv6_route": ROUTE6,
        "arp": ARP,
        "fib_trie": FIB.format("192.0.2.2"),
        "if_inet6": INET6.format("80"),
    }.items():
        (tmp_path / "proc" / name).write_text(text, encoding="utf-8")
    for name in ("eth0/device", "wlan0/wireless", "tun0"):
        (tmp_path / "sys" / name).mkdir(parents=True)
    for name, kind in (("eth0", "1"), ("wlan0", "1"), ("tun0", "65534")):
        (tmp_path / "sys" / name / "type").write_text(f"{kind}\n", encoding="utf-8")
    return tmp_path


def ask(machine: Path, *, interface: str | None = None, radio: str | None = IW) -> Vantage:
    return identity(
        key=KEY,
        interface=interface,
        proc=machine / "proc",
        sys=machine / "sys",
        ask_radio=lambda _: radio,
    )


def test_the_route_with_the_lowest_metric_is_the_network(machine: Path) -> None:
    found = ask(machine)
    assert (found.interface, found.gateway, found.wired) == ("eth0", "192.0.2.1", True)
    assert found.gateway_mac == hash_hardware("02:fc:00:00:00:05", key=KEY)
    assert (found.ipv4, found.ipv6) == (True, True)
    assert (found.ssid, found.bssid) == (None, None)


def test_a_radio_says_its_network_and_its_access_point_as_a_hash(machine: Path) -> None:
    found = ask(machine, interface="wlan0")
    assert found.wired is False
    assert found.ssid == "Biblioteka ë \\ 1"
    assert found.bssid == hash_hardware("02:aa:bb:cc:dd:0e", key=KEY)
    assert found.gateway == "192.168.1.1"


def test_no_hardware_address_leaves_in_clear_and_another_key_gives_another_hash(machine: Path) -> None:
    found = ask(machine, interface="wlan0")
    assert found.bssid is not None
    assert len(found.bssid) == 16
    assert ":" not in found.bssid
    assert hash_hardware("02:aa:bb:cc:dd:0e", key=b"other") != found.bssid


def test_without_a_key_before_and_after_still_compare(machine: Path) -> None:
    before, after = (identity(proc=machine / "proc", sys=machine / "sys") for _ in range(2))
    assert before == after
    assert before.gateway_mac not in (None, ask(machine).gateway_mac)


@pytest.mark.parametrize("radio", (None, "", "Not connected.\n"))
def test_a_radio_that_says_nothing_leaves_its_network_unknown(machine: Path, radio: str | None) -> None:
    found = ask(machine, interface="wlan0", radio=radio)
    assert (found.ssid, found.bssid) == (None, None)
    assert found.wired is False


def test_a_tunnel_laid_over_the_default_in_two_halves_is_what_counts(machine: Path) -> None:
    halves = "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0\n"
    (machine / "proc" / "route").write_text(ROUTE + halves, encoding="utf-8")
    found = ask(machine)
    assert found.interface == "tun0"
    assert found.wired is None
    assert found.gateway is None or found.gateway_mac is None


def test_what_cannot_be_read_is_unknown_and_never_false(tmp_path: Path) -> None:
    found = ask(tmp_path)
    assert found == Vantage()


def test_no_default_route_means_no_such_family(machine: Path) -> None:
    (machine / "proc" / "ipv6_route").write_text("", encoding="utf-8")
    assert ask(machine).ipv6 is False
    (machine / "proc" / "route").unlink()
    assert ask(machine).ipv4 is None


def test_rejected_and_loopback_routes_are_no_way_out() -> None:
    assert [route.interface for route in default_routes6(ROUTE6)] == ["wlan0"]
    assert default_routes6(ROUTE6)[0].gateway == "fe80::a"
    assert default_routes(ROUTE.replace("0003", "0203")) == ()


@pytest.mark.parametrize(
    ("address", "usable"), (("192.0.2.2", True), ("127.0.0.2", False), ("169.254.3.4", False))
)
def test_an_ipv4_address_of_the_link_alone_is_none(address: str, usable: bool) -> None:  # noqa: FBT001
    assert has_address(FIB.format(address)) is usable


@pytest.mark.parametrize(("flags", "usable"), (("80", True), ("c0", False), ("08", False)))
def test_an_ipv6_address_that_is_tentative_or_taken_is_none(flags: str, usable: bool) -> None:  # noqa: FBT001
    assert has_address6(INET6.format(flags)) is usable


def test_incomplete_neighbours_are_left_out() -> None:
    assert set(neighbours(ARP)) == {("192.0.2.1", "eth0"), ("192.168.1.1", "wlan0")}


WORDS = st.sampled_from(
    [
        "eth0",
        "lo",
        "00000000",
        "0003",
        "-1",
        "0x2",
        "zz",
        "ffffffffffff",
        "80",
        "00",
        "02:fc:00:00:00:05",
        "|--",
        "10.0.0.1",
        "/32",
        "host",
        "LOCAL",
        "٣",
    ]
)
TABLES = st.lists(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=12).map(" ".join), max_size=5)


@given(TABLES.map("\n".join))
def test_any_text_is_a_table_that_may_be_empty(text: str) -> None:
    for parse in (default_routes, default_routes6, neighbours, has_address, has_address6, parse_iw_link):
        parse(text)


@given(st.text())
def test_any_name_of_a_network_is_read(name: str) -> None:
    ssid, bssid = parse_iw_link(f"Connected to 02:aa:bb:cc:dd:0e (on wlan0)\n\tSSID: {name}\n")
    assert bssid == "02:aa:bb:cc:dd:0e"
    assert ssid is None or isinstance(ssid, str)
