"""The tester's own machine: what on it could be measured in place of the network."""

from __future__ import annotations

from enum import StrEnum

from probes.records.record import Record
from probes.records.words import Family


class HostsEntry(Record):
    """A line of the hosts file about a name that is asked."""

    name: str
    address: str


class Lookup(Record):
    """What a program on this machine is told about a name (`getaddrinfo`), in one address family."""

    name: str
    family: Family
    addresses: tuple[str, ...] = ()
    """Sorted."""
    failure: str | None = None


class Way(Record):
    """Where this machine would send a packet: asked of its own tables, nothing is sent."""

    to: str
    """`internet` or a resolver, `ADDRESS:PORT`."""
    family: Family
    interface: str
    tunnel: bool | None
    """Whether the interface is a VPN's or another tunnel; `None`: it is not known what it is."""


class SoftwareKind(StrEnum):
    """What a program does between a machine and its network."""

    DNS = "dns"
    """It takes the system's questions and asks somebody else, encrypted."""
    SHIELD = "shield"
    """It opens encrypted connections to look inside: antivirus, parental control, ad blocking."""
    VPN = "vpn"


class Software(Record):
    """A program that runs on the tester's machine."""

    name: str
    kind: SoftwareKind


class Machine(Record):
    """What on the tester's machine could be measured in place of the network. `None`: it cannot be seen."""

    leased: tuple[str, ...] | None = None
    """The resolvers that the network gave: addresses of the lease and of router advertisements, sorted."""
    used: tuple[str, ...] = ()
    """The resolvers that programs on this machine are led to, addresses; behind a stub what it asks."""
    stub: str | None = None
    """The forwarder on this machine, `ADDRESS:PORT`."""
    stub_hidden: bool = False
    """What the stub asks cannot be seen."""
    hosts: tuple[HostsEntry, ...] | None = None
    """Of the hosts file the lines about names of the plan, nothing else."""
    lookups: tuple[Lookup, ...] = ()
    proxies: tuple[str, ...] = ()
    """Names of the proxy variables that are set; their values may hold passwords."""
    ways: tuple[Way, ...] = ()
    ipv6_off: str | None = None
    """The interface on which somebody switched IPv6 off, so that nothing can be seen of the network's."""
    encrypted_dns: tuple[str, ...] = ()
    """Settings by which the system itself asks encrypted: file or program, and its words."""
    browser_dns: tuple[str, ...] = ()
    """Policies by which a browser here asks encrypted; they bend nothing that is measured."""
    software: tuple[Software, ...] = ()
    """Running programs that are known to stand between a machine and its network; a hint, no proof."""
