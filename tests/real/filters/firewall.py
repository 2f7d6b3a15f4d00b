"""nftables on the gateway: addresses dropped or rejected, port 53 closed or redirected, packets lost."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable

from probes.foreign import ResolverKind
from tests.real import world
from tests.real.filters import resolver, unbound
from tests.real.quicserver import DOQ_PORT, service, serving
from tests.real.scenario import Names
from tests.real.site import Site

Start = Callable[[Site, Names], None]

_OWN_HTTPS = 8443
"""Where the gateway answers DNS over HTTPS that was meant for others."""

DROPPED, RESET, REJECTED, UNTOUCHED = range(4)
"""Which hoster's addresses are treated how by `by_address`."""


def chain(*rules: str, hook: str = "forward", family: str = "inet") -> str:
    """A table with these rules in one chain, before all others."""
    lines = "\n".join(f"    {rule}" for rule in rules)
    return f"""table {family} {hook}{abs(hash(rules))} {{
  chain rules {{
    type filter hook {hook} priority filter;
{lines}
  }}
}}
"""


def both(*starts: Start) -> Start:
    """Several things installed one after the other."""

    def start(made: Site, names: Names) -> None:
        for each in starts:
            each(made, names)

    return start


def rules(*lines: str, hook: str = "forward", family: str = "inet") -> Start:
    """Firewall rules, and nothing else."""
    return lambda made, _names: made.gateway.nft(chain(*lines, hook=hook, family=family))


def by_address(*, ipv4: bool = True, ipv6: bool = True) -> Start:
    """Sites kept away by their hosters' addresses, beside a resolver that filters nothing."""
    return both(unbound.plain, by_address_alone(ipv4=ipv4, ipv6=ipv6))


def by_address_alone(*, ipv4: bool = True, ipv6: bool = True) -> Start:
    """Sites kept away by their hosters' addresses."""
    verbs = {DROPPED: "drop", RESET: "reject with tcp reset", REJECTED: "reject with icmpx admin-prohibited"}
    lines = []
    for hoster, verb in verbs.items():
        four, six = world.HOSTERS[hoster]
        match = "meta l4proto tcp " if "reset" in verb else ""
        lines += [f"ip daddr {four} {match}{verb}"] * ipv4
        lines += [f"ip6 daddr {six} {match}{verb}"] * ipv6
        if match:
            # Only TCP can be reset; everything else would still reach the sites.
            lines += [f"ip daddr {four} reject"] * ipv4
            lines += [f"ip6 daddr {six} reject"] * ipv6
    return rules(*lines)


without_quic = rules("udp dport 443 drop")
"""Browsers fall back to TCP."""


def talkative(made: Site, _names: Names) -> None:
    """The gateway sends as many ICMP errors as there is reason for; Linux else sends few to one host."""
    made.gateway.set("ipv4/icmp_ratelimit", "0")
    made.gateway.set("ipv6/icmp/ratelimit", "0")


def redirected(*, transports: str = "{ tcp, udp }", families: tuple[str, ...] = ("ip", "ip6")) -> Start:
    """Port 53 to anywhere is led to the gateway's own resolver."""

    def start(made: Site, _names: Names) -> None:
        for family in families:
            made.gateway.nft(
                f"""table {family} dns53 {{
  chain lead {{
    type nat hook prerouting priority dstnat;
    iifname "lan" meta l4proto {transports} th dport 53 redirect to :53
  }}
}}
"""
            )

    return start


def shut_encrypted(made: Site, _names: Names) -> None:
    """Ports 53 and 853 are shut to everybody, port 443 to encrypted resolvers, over TCP and UDP."""
    places = [address for kind in ResolverKind for address in world.encrypted(kind)]
    four = ", ".join(address for address in places if ":" not in address)
    six = ", ".join(address for address in places if ":" in address)
    made.gateway.nft(
        chain(
            "meta l4proto { tcp, udp } th dport { 53, 853 } reject",
            f"ip daddr {{ {four} }} meta l4proto {{ tcp, udp }} th dport 443 reject",
            f"ip6 daddr {{ {six} }} meta l4proto {{ tcp, udp }} th dport 443 reject",
        )
    )


def pages_by_address(*, quic: str | None = None) -> Start:
    """TCP to every hoster is reset; `quic` says what becomes of UDP on port 443, `None`: it is forgotten."""
    four, six = (", ".join(each) for each in zip(*world.HOSTERS, strict=True))
    lines = [
        f"ip daddr {{ {four} }} tcp dport {{ 80, 443 }} reject with tcp reset",
        f"ip6 daddr {{ {six} }} tcp dport {{ 80, 443 }} reject with tcp reset",
    ]
    if quic is not None:
        lines.append(f"udp dport 443 {quic}")
    return both(unbound.plain, rules(*lines))


def intercepting(made: Site, names: Names) -> None:
    """Whoever asks an encrypted resolver is answered by the gateway's own, under a certificate of its own."""
    directory = made.folder("intercepted")
    leaf = made.authorities.middlebox.issue_cert("filter.gateway.example")
    leaf.private_key_and_cert_chain_pem.write_to_path(str(directory / "gateway.pem"))
    pem, here = directory / "gateway.pem", resolver.addresses(made)
    listen = "".join(f"    interface: {address}@{port}\n" for address in here for port in (853, _OWN_HTTPS))
    unbound.start(
        made,
        server=f"""{unbound.zones(names)}
{listen}    tls-port: 853
    https-port: {_OWN_HTTPS}
    tls-service-key: "{pem}"
    tls-service-pem: "{pem}"
""",
    )
    over_quic = service(
        directory,
        made.authorities.middlebox,
        ["filter.gateway.example"],
        protocol="doq",
        addresses=here,
        backend=here[0],
    )
    made.undo.enter_context(serving(made.gateway, directory, over_quic))
    places = [address for kind in ResolverKind for address in world.encrypted(kind)]
    for family, version in (("ip", 4), ("ip6", 6)):
        those = ", ".join(item for item in places if (":" in item) is (version == 6))
        made.gateway.nft(
            f"""table {family} encrypted {{
  chain lead {{
    type nat hook prerouting priority dstnat;
    iifname "lan" tcp dport 853 redirect to :853
    iifname "lan" udp dport 853 redirect to :{DOQ_PORT}
    iifname "lan" {family} daddr {{ {those} }} tcp dport 443 redirect to :{_OWN_HTTPS}
  }}
}}
"""
        )


def losing(percent: int) -> Start:
    """So many packets in a hundred are lost between the client and the gateway, each way."""

    def start(made: Site, _names: Names) -> None:
        made.gateway.nft(
            f"""table netdev loss {{
  chain in {{
    type filter hook ingress device "lan" priority 0;
    meta protocol {{ ip, ip6 }} numgen random mod 100 < {percent} drop
  }}
}}
"""
        )
        made.client.nft(
            f"""table netdev loss {{
  chain in {{
    type filter hook ingress device "eth0" priority 0;
    meta protocol {{ ip, ip6 }} numgen random mod 100 < {percent} drop
  }}
}}
"""
        )

    return start


def dead_uplink(made: Site, names: Names) -> None:
    """The line to the world is cut, after everything came up."""
    unbound.plain(made, names)
    made.gateway.nft(chain('oifname "wan" drop') + chain('oifname "wan" drop', hook="output"))


def counting(made: Site, _names: Names) -> None:
    """Count the questions that arrive."""
    made.gateway.nft(
        """table inet questions {
  counter asked { }
  chain in {
    type filter hook input priority filter;
    iifname "lan" udp dport 53 counter name asked
  }
}
"""
    )


def kill_after(program: str, *, questions: int) -> Callable[[Site], None]:
    """Once so many questions have arrived, the server is killed."""

    def meddle(made: Site) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if _asked(made) >= questions:
                made.processes[program].kill()
                return
            time.sleep(0.005)

    return meddle


def _asked(made: Site) -> int:
    said = subprocess.run(
        made.gateway.inside("nft", "-j", "list", "counters"), capture_output=True, check=False
    ).stdout
    found = json.loads(said or b"{}").get("nftables", [])
    return max((item["counter"]["packets"] for item in found if "counter" in item), default=0)
