"""Where a run was made."""

from __future__ import annotations

from probes.records.record import Record


class Vantage(Record):
    """Where a run was made. Hardware addresses are keyed hashes.

    `None` is unknown and limits what can be certified.
    """

    interface: str | None = None
    wired: bool | None = None
    ssid: str | None = None
    bssid: str | None = None
    gateway: str | None = None
    gateway_mac: str | None = None
    egress: str | None = None
    ipv4: bool | None = None
    """Whether the machine has a global or private IPv4 address and a default route."""
    ipv6: bool | None = None
    label: str | None = None
    """A free name; a lab's says that it is one."""
    resolvers: tuple[str, ...] | None = None
    """What the lease or the advertisement in force names, addresses, sorted."""
    portal_api: str | None = None
    """Where the network tells whether a device is held by its portal (RFC 8910, option 114)."""
