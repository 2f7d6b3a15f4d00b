"""Encrypted resolvers that devices bring along, and the names by which a network asks them not to."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files

from probes.records import Record, RouteKind
from probes.tomlfile import load

PORTS = {RouteKind.DOT: 853, RouteKind.DOH: 443, RouteKind.DOQ: 853}
"""RFC 7858, 8484 and 9250."""


class KeepsAway(StrEnum):
    """What an encrypted resolver filters itself, as its owner says."""

    NOTHING = "nothing"
    MALWARE = "malware"
    ADULT = "adult"


class EncryptedResolver(Record):
    """One owner's service."""

    name: str
    keeps_away: KeepsAway
    doh: str | None = None
    """The host of its DNS over HTTPS."""
    path: str = "/dns-query"
    dot: str | None = None
    doq: str | None = None
    ipv4: tuple[str, ...] = ()
    """Addresses that work without a name, because its certificate names them."""
    ipv6: tuple[str, ...] = ()
    source: str

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every name of it, once."""
        return tuple(dict.fromkeys(host for host in (self.doh, self.dot, self.doq) if host is not None))


class Endpoint(Record):
    """One way to ask an encrypted resolver: by its name or by one of its addresses."""

    kind: RouteKind
    """`dot`, `doh` or `doq`."""
    host: str | None
    """`None`: by address."""
    address: str | None
    """`None`: by name, and the network's own resolver says where that is."""
    port: int
    path: str | None


class Request(Record):
    """A name by which a network asks devices not to go their own way."""

    kind: RouteKind
    """`canary` or `relay`."""
    name: str
    source: str


class Ways(Record):
    """Everything that a check tries beside port 53."""

    endpoints: tuple[Endpoint, ...] = ()
    requests: tuple[Request, ...] = ()


class _File(Record):
    resolver: tuple[EncryptedResolver, ...]
    request: tuple[Request, ...]


@cache
def _file() -> _File:
    source = files("probes") / "encrypted.toml"
    return load(source.read_text("utf-8"), source="encrypted.toml", kind=_File)


def encrypted_resolvers() -> tuple[EncryptedResolver, ...]:
    """Every known one, in the order of the file."""
    return _file().resolver


def ways() -> Ways:
    """By name and by address."""
    found = (item for resolver in encrypted_resolvers() for item in _endpoints(resolver))
    return Ways(endpoints=tuple(found), requests=_file().request)


def _endpoints(resolver: EncryptedResolver) -> Iterator[Endpoint]:
    hosts = {RouteKind.DOH: resolver.doh, RouteKind.DOT: resolver.dot, RouteKind.DOQ: resolver.doq}
    for kind, host in hosts.items():
        if host is None:
            continue
        path = resolver.path if kind is RouteKind.DOH else None
        yield Endpoint(kind=kind, host=host, address=None, port=PORTS[kind], path=path)
        for address in (*resolver.ipv4[:1], *resolver.ipv6[:1]):
            yield Endpoint(kind=kind, host=None, address=address, port=PORTS[kind], path=path)
