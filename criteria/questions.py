"""How a plan's questions are put: their ids, their ways, and a control after every twenty of a lane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from probes.records import Ask, Family, Kind, Question, Target, Transport, Via

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


def via_udp(resolver: str, family: Family) -> Via:
    return Via(resolver=resolver, transport=Transport.UDP, family=family)


class Questions:
    """The questions made so far; ids are opaque and in order."""

    def __init__(self, families: tuple[Family, ...]) -> None:
        self.made: list[Question] = []
        self._families = families

    def add(self, kind: Kind, subject: str, *, via: Via | None) -> None:
        self.made.append(Question(id=self._next(), kind=kind, subject=subject, via=via))

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
