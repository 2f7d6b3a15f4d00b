"""Every real network that is tried, and what is true there."""

from __future__ import annotations

from criteria.records import RouteOutcome
from tests.real.filters import dnsmasq, unbound
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
)
