"""The kernel's answer in network namespaces of the test's own: a real tunnel, real rules, nothing sent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.vantage.kernel import parse_route, way_to

ROOT = Path(__file__).parents[3]
_SEEN = """
from pathlib import Path
from probes.vantage.machine import examine_machine
for way in examine_machine(resolvers=("192.0.2.53:53",)).ways:
    print(way.to, way.family, way.interface, way.tunnel)
"""


def in_a_network_of_its_own(*commands: str) -> list[str]:
    """What a machine sees whose network was set up by these commands."""
    if os.geteuid() != 0 or shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("needs root, unshare and ip")
    script = " && ".join(("mount -t sysfs sysfs /sys", *commands, 'exec "$0" -c "$1"'))
    done = subprocess.run(
        ["unshare", "--net", "--mount", "sh", "-c", script, sys.executable, _SEEN],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=30,
    )
    if "not permitted" in done.stderr or "No such device" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


CABLE = (
    "ip link add eth0 type veth peer name far",
    "ip link set far up",
    "ip link set eth0 up",
    "ip addr add 192.0.2.7/24 dev eth0",
    "ip route add default via 192.0.2.1",
)
TUNNEL = ("ip tuntap add dev tun0 mode tun", "ip addr add 10.8.0.2/24 dev tun0", "ip link set tun0 up")


def test_a_cable_is_no_tunnel() -> None:
    assert set(in_a_network_of_its_own(*CABLE)) == {
        "internet ipv4 eth0 False",
        "192.0.2.53:53 ipv4 eth0 False",
    }


def test_a_vpn_that_lays_two_halves_over_the_default_is_seen() -> None:
    halves = ("ip route add 0.0.0.0/1 dev tun0", "ip route add 128.0.0.0/1 dev tun0")
    seen = in_a_network_of_its_own(*CABLE, *TUNNEL, *halves)
    assert "internet ipv4 tun0 True" in seen
    assert "192.0.2.53:53 ipv4 eth0 False" in seen


def test_a_vpn_with_a_table_and_a_rule_of_its_own_is_seen_too() -> None:
    rule = ("ip route add default dev tun0 table 51820", "ip rule add not fwmark 51820 table 51820")
    seen = in_a_network_of_its_own(*CABLE, *TUNNEL, *rule)
    assert "internet ipv4 tun0 True" in seen
    assert "192.0.2.53:53 ipv4 tun0 True" in seen


def test_a_vpn_that_takes_the_resolver_alone_is_seen() -> None:
    seen = in_a_network_of_its_own(*CABLE, *TUNNEL, "ip route add 192.0.2.53/32 dev tun0")
    assert "internet ipv4 eth0 False" in seen
    assert "192.0.2.53:53 ipv4 tun0 True" in seen


def test_a_machine_on_no_network_has_no_way() -> None:
    assert in_a_network_of_its_own("true") == []


def test_loopback_is_reached_by_loopback() -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("rtnetlink is Linux's")
    assert way_to("127.0.0.1") == "lo"


@given(st.binary(max_size=200))
def test_no_answer_breaks_the_reader(data: bytes) -> None:
    parse_route(data)
