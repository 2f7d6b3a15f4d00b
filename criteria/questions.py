"""How a plan's questions are put: their ids, their ways, and a control after every twenty of a lane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from probes.records import Ask, Engine, Family, Kind, Question, RouteKind, Target, Transport, Via

Lane = tuple[str, Family]
"""One resolver and one address family."""

RIDE_EVERY = 20
"""Questions of a lane between two of its controls."""


class Portal(Protocol):
    """A vendor's captive-portal probe: what it asks, and the answer that proves an open line."""

    @property
    def vendor(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def token(self) -> str | None:
        """Text that the true answer holds; `None`: the true answer is an empty 204."""


class Endpoint(Protocol):
    """One way to ask an encrypted resolver: by its host's name, or by its address."""

    @property
    def kind(self) -> RouteKind: ...
    @property
    def host(self) -> str | None: ...
    @property
    def address(self) -> str | None: ...
    @property
    def port(self) -> int: ...
    @property
    def path(self) -> str | None: ...


class Request(Protocol):
    """A name by which a network asks devices not to go their own way."""

    @property
    def kind(self) -> RouteKind: ...
    @property
    def name(self) -> str: ...


class Ways(Protocol):
    """What is tried beside port 53."""

    @property
    def endpoints(self) -> Sequence[Endpoint]: ...
    @property
    def requests(self) -> Sequence[Request]: ...


_TRANSPORTS = {
    RouteKind.DOT: Transport.DOT,
    RouteKind.DOH: Transport.DOH,
    RouteKind.DOQ: Transport.DOQ,
}
_DESIGNATED = "_dns.resolver.arpa"
"""RFC 9462, 4."""


def via_udp(resolver: str, family: Family) -> Via:
    return Via(resolver=resolver, transport=Transport.UDP, family=family)


class Questions:
    """The questions made so far; ids are opaque and in order."""

    def __init__(self, families: tuple[Family, ...]) -> None:
        self.made: list[Question] = []
        self._families = families

    def add(
        self,
        kind: Kind,
        subject: str,
        *,
        via: Via | None,
        route: RouteKind | None = None,
        type_: str | None = None,
    ) -> None:
        self.made.append(
            Question(id=self._next(), kind=kind, subject=subject, via=via, route=route, type=type_)
        )

    def portal(self, portal: Portal, via: Via) -> None:
        self.made.append(
            Question(
                id=self._next(),
                kind=Kind.PORTAL,
                subject=portal.host,
                via=via,
                ask=Ask.GET,
                path=portal.path,
                token=portal.token,
                secure=False,
                store_body=True,
            )
        )

    def visit(self, kind: Kind, target: Target, lane: Lane) -> None:
        self.made.append(
            Question(
                id=self._next(),
                kind=kind,
                subject=target.name,
                via=via_udp(*lane),
                ask=target.ask,
                path=target.path,
                token=target.token,
                store_body=target.category.control,
            )
        )

    def targets(self, targets: Sequence[Target], lanes: Sequence[Lane], riding: Sequence[Target]) -> None:
        """Every target in every lane, and in each lane a control after every so many questions."""
        for number, target in enumerate(targets, start=1):
            for lane in lanes:
                self.visit(Kind.TARGET, target, lane)
            if number % RIDE_EVERY == 0 and riding:
                for place, lane in enumerate(lanes):
                    self.visit(Kind.CONTROL, riding[(number // RIDE_EVERY + place) % len(riding)], lane)

    def routes(self, foreign: Sequence[str], subjects: Sequence[Target]) -> None:
        for resolver in foreign:
            for subject in subjects:
                for transport in (Transport.UDP, Transport.TCP):
                    for family in self._types(resolver, subject):
                        via = Via(resolver=resolver, transport=transport, family=family)
                        self.add(Kind.ROUTE, subject.name, via=via)

    def encrypted(self, endpoints: Sequence[Endpoint], subject: Target, resolvers: Sequence[str]) -> None:
        """By name through each of the network's own resolvers, which may not know it; and by address."""
        type_ = "AAAA" if subject.expect and not any("." in item for item in subject.expect) else "A"
        for endpoint in endpoints:
            for via in self._ways_to(endpoint, resolvers):
                self.add(Kind.ROUTE, subject.name, via=via, route=endpoint.kind, type_=type_)

    def _ways_to(self, endpoint: Endpoint, resolvers: Sequence[str]) -> Iterator[Via]:
        transport = _TRANSPORTS[endpoint.kind]
        if endpoint.host is not None:
            for resolver in resolvers:
                for family in self._families:
                    yield Via(
                        resolver=f"{endpoint.host}:{endpoint.port}",
                        transport=transport,
                        family=family,
                        server_name=endpoint.host,
                        path=endpoint.path,
                        through=resolver,
                    )
        elif endpoint.address is not None:
            family = _family(endpoint.address)
            place = f"[{endpoint.address}]" if family is Family.IPV6 else endpoint.address
            if family in self._families:
                yield Via(
                    resolver=f"{place}:{endpoint.port}",
                    transport=transport,
                    family=family,
                    path=endpoint.path,
                )

    def requests(self, requests: Sequence[Request], lanes: Sequence[Lane]) -> None:
        """Asked as devices do: of the network's own resolvers."""
        for request in requests:
            for lane in lanes:
                self.add(Kind.ROUTE, request.name, via=via_udp(*lane), route=request.kind)

    def designations(self, resolvers: Sequence[str]) -> None:
        for resolver in resolvers:
            via = via_udp(resolver, _family_of(resolver))
            self.add(Kind.ROUTE, _DESIGNATED, via=via, route=RouteKind.DDR, type_="SVCB")

    def by_address(self, subjects: Sequence[Target], route: RouteKind) -> None:
        """A handshake at the first documented address of each family, by TCP (`direct_ip`) or QUIC (`h3`)."""
        for subject in subjects:
            for family in self._families:
                for address in [item for item in subject.expect if _family(item) is family][:1]:
                    self.made.append(
                        Question(
                            id=self._next(),
                            kind=Kind.ROUTE,
                            subject=subject.name,
                            route=route,
                            address=address,
                            ask=Ask.TLS,
                        )
                    )

    def variants(self, names: Sequence[str], lanes: Sequence[Lane]) -> None:
        for name in names:
            for lane in lanes:
                self.add(Kind.ROUTE, name, via=via_udp(*lane), route=RouteKind.VARIANT)

    def https_records(self, subjects: Sequence[Target], resolvers: Sequence[str]) -> None:
        """Asked as browsers do beside the addresses (RFC 9460, 3); one answer is for both families."""
        for subject in subjects:
            for resolver in resolvers:
                via = via_udp(resolver, _family_of(resolver))
                self.add(Kind.ROUTE, subject.name, via=via, route=RouteKind.HTTPS_RECORD, type_="HTTPS")

    def engines(self, engines: Sequence[Engine], lanes: Sequence[Lane]) -> None:
        """Every host of every engine, its restricted ones too: they are compared at the same resolver."""
        for name in dict.fromkeys(host for item in engines for host in (*item.names, *item.forced)):
            for lane in lanes:
                self.add(Kind.SAFESEARCH, name, via=via_udp(*lane))

    def _types(self, resolver: str, subject: Target) -> tuple[Family, ...]:
        """A from everybody, since every site has one; AAAA where its owner documents one."""
        if resolver.startswith("[") and Family.IPV6 not in self._families:
            return ()
        has_ipv6 = any(":" in address for address in subject.expect)
        wanted = [Family.IPV4] * (not has_ipv6 or any("." in item for item in subject.expect))
        wanted += [Family.IPV6] * has_ipv6
        return tuple(wanted)

    def _next(self) -> str:
        return f"q{len(self.made) + 1:05d}"


def _family(address: str) -> Family:
    return Family.IPV6 if ":" in address else Family.IPV4


def _family_of(resolver: str) -> Family:
    """Of `ADDRESS:PORT`."""
    return Family.IPV6 if resolver.startswith("[") else Family.IPV4
