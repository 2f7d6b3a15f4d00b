"""Public resolvers outside the network: if one answers, a child can walk around the filter by two taps."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib.resources import files

from probes.network import endpoint
from probes.records import Family, Record
from probes.tomlfile import load


class ResolverKind(StrEnum):
    UNFILTERED = "unfiltered"
    """Answers every name with its real address, perhaps malware excepted."""
    FILTERING = "filtering"
    """Keeps adult names away itself."""


class ForeignResolver(Record):
    """A public resolver and where it is reached."""

    name: str
    kind: ResolverKind
    ipv4: tuple[str, ...]
    ipv6: tuple[str, ...]

    def endpoints(self, family: Family) -> tuple[str, ...]:
        """`ADDRESS:53` for each address, an IPv6 address in brackets; the owner's first one first."""
        addresses = self.ipv4 if family is Family.IPV4 else self.ipv6
        return tuple(endpoint(address, 53) for address in addresses)


class _File(Record):
    resolver: tuple[ForeignResolver, ...]


@cache
def foreign_resolvers() -> tuple[ForeignResolver, ...]:
    """Every known one, in the order of the file: the unfiltered ones first."""
    source = files("probes") / "resolvers.toml"
    return load(source.read_text("utf-8"), source="resolvers.toml", kind=_File).resolver
