"""Which way around the filter does a question try? One place that names ways, for judging and forecasting."""

from __future__ import annotations

import msgspec

from probes.records import Family, Kind, Question, RouteKind, Transport

_SCHEMES = {Transport.DOT: "tls", Transport.DOH: "https", Transport.DOQ: "quic"}


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One way: questions that share it are judged together."""

    kind: RouteKind
    endpoint: str
    """As people write it: `udp 192.0.2.1:53`, `tls://dns.example`, `https://192.0.2.1/dns-query`, a name."""
    family: Family

    @property
    def order(self) -> tuple[int, str, str, str]:
        """By kind; on port 53 by resolver and then by transport."""
        transport, _, resolver = self.endpoint.rpartition(" ")
        return _ORDER[self.kind], resolver, transport, self.family


_ORDER = {kind: number for number, kind in enumerate(RouteKind)}


def way_of(question: Question) -> Way | None:
    """`None`: the question tries no way around the filter."""
    if question.kind is not Kind.ROUTE:
        return None
    kind = question.route or RouteKind.DNS53
    if question.address is not None:
        endpoint = f"https://{question.subject} at {question.address}"
        return Way(kind=kind, endpoint=endpoint, family=_family(question.address))
    via = question.via
    if via is None:
        return None
    if via.transport in _SCHEMES:
        host = via.server_name or via.resolver.rpartition(":")[0]
        return Way(
            kind=kind,
            endpoint=f"{_SCHEMES[via.transport]}://{host}{via.path or ''}",
            family=via.family if via.through is not None else _family(via.resolver),
        )
    if kind is RouteKind.DNS53:
        endpoint = f"{via.transport.value} {via.resolver}"
        return Way(kind=kind, endpoint=endpoint, family=_family(via.resolver))
    if kind is RouteKind.DDR:
        return Way(kind=kind, endpoint=via.resolver, family=_family(via.resolver))
    return Way(kind=kind, endpoint=question.subject, family=via.family)


def _family(address: str) -> Family:
    """Of an address, or of `ADDRESS:PORT`."""
    return Family.IPV6 if address.startswith("[") or address.count(":") > 1 else Family.IPV4
