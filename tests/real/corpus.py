"""Every real network that is tried, and what is true there."""

from __future__ import annotations

from criteria.records import RouteOutcome
from tests.real.filters import bind, dnsdist, dnsmasq, knot, recursor, unbound
from tests.real.scenario import OPEN, Scenario, blocked, group, ways

UNLISTED = group("unlisted", OPEN, count=6)
"""Names that the filter was not told about: it must not be believed to catch them."""

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        id="unfiltered",
        story="A router that forwards everything; its unbound blocks nothing.",
        filter="no filter",
        programs=("unbound",),
        start=unbound.plain,
        groups=(UNLISTED,),
        routes=ways(RouteOutcome.OPEN),
    ),
    Scenario(
        id="unbound-local-zones",
        story="unbound with every type of local zone that people block with.",
        filter="unbound, local zones",
        programs=("unbound",),
        start=unbound.local_zones,
        groups=(
            group("always_nxdomain", blocked("dns/nxdomain")),
            group("always_refuse", blocked("dns/refused")),
            group("always_nodata", blocked("dns/nodata")),
            group("zero", blocked("dns/sinkhole:0.0.0.0"), blocked("dns/sinkhole:::")),
            group("page", blocked("dns/blockpage")),
            group("deny", blocked("dns/timeout")),
            UNLISTED,
        ),
        routes=ways(RouteOutcome.OPEN),
    ),
    Scenario(
        id="dnsmasq-addresses",
        story="dnsmasq with every form of line that block lists for routers are made of.",
        filter="dnsmasq",
        programs=("dnsmasq",),
        start=dnsmasq.block,
        groups=(
            group("nothing", blocked("dns/nxdomain")),
            group("hash", blocked("dns/sinkhole:0.0.0.0"), blocked("dns/sinkhole:::")),
            group("zero", blocked("dns/sinkhole:0.0.0.0"), blocked("dns/sinkhole:::")),
            group("only_a", blocked("dns/sinkhole:0.0.0.0"), OPEN),
            group("loopback", blocked("dns/sinkhole:127.0.0.1"), blocked("dns/sinkhole:::1")),
            group("private", blocked("dns/sinkhole:10.10.34.34"), blocked("dns/sinkhole:fd00::1034")),
            group("local", blocked("dns/nxdomain")),
            group("page", blocked("dns/blockpage")),
            UNLISTED,
        ),
        routes=ways(RouteOutcome.OPEN),
    ),
    Scenario(
        id="unbound-rpz",
        story="unbound with a shared block list in the form of a response policy zone.",
        filter="unbound, RPZ",
        programs=("unbound",),
        start=unbound.policy,
        groups=(
            group("nxdomain", blocked("dns/nxdomain")),
            group("nodata", blocked("dns/nodata")),
            group("drop", blocked("dns/timeout")),
            group("garden", blocked("dns/blockpage")),
            group("zero", blocked("dns/sinkhole:0.0.0.0"), blocked("dns/sinkhole:::")),
            group("only_a", blocked("dns/sinkhole:0.0.0.0"), blocked("dns/nodata")),
            group("passthru", OPEN),
            group("tcp_only", OPEN),
            UNLISTED,
        ),
        routes=ways(RouteOutcome.OPEN),
    ),
    Scenario(
        id="bind-rpz",
        story="BIND 9 with every policy of a response policy zone.",
        filter="BIND 9, RPZ",
        programs=("named",),
        start=bind.policy,
        groups=(
            group("nxdomain", blocked("dns/nxdomain")),
            group("nodata", blocked("dns/nodata")),
            group("drop", blocked("dns/timeout")),
            group("garden", blocked("dns/blockpage")),
            group("zero", blocked("dns/sinkhole:0.0.0.0"), blocked("dns/sinkhole:::")),
            group("only_a", blocked("dns/sinkhole:0.0.0.0"), blocked("dns/nodata")),
            group("passthru", OPEN),
            group("tcp_only", OPEN),
            UNLISTED,
        ),
        routes=ways(RouteOutcome.OPEN),
    ),
    Scenario(
        id="knot-policies",
        story="Knot Resolver with its own actions: DENY says EDE 15 and REFUSE says EDE 18.",
        filter="Knot Resolver",
        programs=("kresd",),
        start=knot.policies,
        groups=(
            group("deny", blocked("dns/ede:15", "dns/nxdomain")),
            group("deny_msg", blocked("dns/ede:17", "dns/nxdomain")),
            group("refuse", blocked("dns/refused")),
            # What Knot calls DROP is an answer that says SERVFAIL.
            group("drop", blocked("dns/servfail")),
            group("truncate", OPEN),
            group(
                "answer", blocked("dns/sinkhole:10.10.34.34", "dns/ede:4"), blocked("dns/nodata", "dns/ede:4")
            ),
            group("pass", OPEN),
            UNLISTED,
        ),
        routes=ways(RouteOutcome.OPEN),
    ),
    Scenario(
        id="powerdns-rpz",
        story="PowerDNS Recursor with response policy zones that say why.",
        filter="PowerDNS Recursor, RPZ",
        programs=("pdns_recursor",),
        start=recursor.policy,
        groups=(
            group("explained", blocked("dns/ede:15", "dns/nxdomain")),
            group("censored", blocked("dns/ede:16", "dns/nodata")),
            group("nxdomain", blocked("dns/nxdomain")),
            group("nodata", blocked("dns/nodata")),
            group("drop", blocked("dns/timeout")),
            group("garden", blocked("dns/blockpage")),
            group("passthru", OPEN),
            group("tcp_only", OPEN),
            UNLISTED,
        ),
        routes=ways(RouteOutcome.OPEN),
    ),
    Scenario(
        id="dnsdist-actions",
        story="A provider's dnsdist before its resolver, which spoofs, refuses, drops and truncates.",
        filter="dnsdist",
        programs=("dnsdist",),
        start=dnsdist.actions,
        groups=(
            group("spoof", blocked("dns/sinkhole:0.0.0.0"), blocked("dns/sinkhole:::")),
            group("spoof_a", blocked("dns/sinkhole:10.10.34.34"), OPEN),
            group("page", blocked("dns/blockpage")),
            # The alias comes alone: dnsdist asks nobody where it leads.
            group("alias", blocked("dns/nodata")),
            group("nxdomain", blocked("dns/nxdomain")),
            group("refused", blocked("dns/refused")),
            group("servfail", blocked("dns/servfail")),
            group("drop", blocked("dns/timeout")),
            group("truncate", OPEN),
            UNLISTED,
        ),
        routes=ways(RouteOutcome.OPEN),
    ),
)
