"""Was this run made at this place? What is known of a hotspot's networks, compared with what a run saw.

Pure. Hardware addresses are keyed hashes under the key of the machine that measured, so that they compare
only between runs of one vantage. A part that is not known never matches: it limits what a run can show.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from probes.records import Record, Time, Vantage


class Place(StrEnum):
    """Where a run was made, seen from the hotspot that it says it is of."""

    SAME = "same"
    CHANGED = "changed"
    """Surely there, but the network hands out other resolvers than the enrolled ones: a person confirms."""
    UNKNOWN = "unknown"
    """Nothing that tells this place from another is known: it cannot count for a certificate."""
    ELSEWHERE = "elsewhere"
    """Something that was enrolled is known to be another: void for this hotspot."""


class Seen(Record):
    """One network of a place as one vantage sees it."""

    vantage: str
    """Id of the key with which the vantage signs; the hashes below are its own."""
    ssid: str | None
    """`None`: by cable, or not known."""
    wired: bool | None = None
    gateway_mac: str | None = None
    """Keyed hash."""
    bssids: tuple[str, ...] = ()
    """Keyed hashes of the access points, sorted: a place may have many."""
    egress: str | None = None
    """The public address behind which it stands."""
    resolvers: tuple[str, ...] | None = None
    """What it hands out, addresses, sorted."""


class Former(Record):
    """The networks that were enrolled before: a run of that time that comes in late is compared with them."""

    until: Time
    networks: tuple[Seen, ...]


class Identity(Record):
    """What a hotspot is known again by."""

    networks: tuple[Seen, ...]
    former: tuple[Former, ...] = ()
    since: Time
    by: str
    why: str | None = None
    """Why it was enrolled again; `None`: for the first time."""
    evidence: str | None = None
    """Digest of the bundle that it was taken from."""

    @property
    def vantages(self) -> frozenset[str]:
        """The keys whose runs count here."""
        return frozenset(network.vantage for network in self.networks)

    def at(self, time: datetime) -> tuple[Seen, ...]:
        """The networks that a run of this time may have seen: today's, and those that were enrolled then."""
        then = (network for item in self.former if time <= item.until for network in item.networks)
        return tuple(dict.fromkeys((*self.networks, *then)))


class Finding(Record):
    """Where a run was made, and in clauses what differs or is not known."""

    place: Place
    differs: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def seen_of(vantage: Vantage, *, key_id: str) -> Seen:
    """What a run's vantage tells of the network."""
    return Seen(
        vantage=key_id,
        ssid=vantage.ssid,
        wired=vantage.wired,
        gateway_mac=vantage.gateway_mac,
        bssids=() if vantage.bssid is None else (vantage.bssid,),
        egress=vantage.egress,
        resolvers=None if vantage.resolvers is None else tuple(sorted(vantage.resolvers)),
    )


def compare(networks: tuple[Seen, ...], seen: Seen, *, ssids: tuple[str, ...]) -> Finding:
    """The enrolled networks and what a run saw. `ssids`: the names that the hotspot is said to have.

    The gateway decides where it is known on both sides; else an access point that is known does. A name can
    be given to any access point and a resolver asked from anywhere: neither shows the place by itself.
    """
    mine = tuple(item for item in networks if item.vantage == seen.vantage)
    if not mine:
        return Finding(place=Place.UNKNOWN, unknown=("this vantage was never enrolled here",))
    differs: list[str] = []
    if seen.ssid is not None and seen.ssid not in ssids:
        differs.append(f"the Wi-Fi here is called “{seen.ssid}”, not {_either(ssids)}")
    # Another name of the same place may stand behind the same gateway: known by that, not by a network alone.
    near = tuple(item for item in mine if item.ssid == seen.ssid) or mine
    gateways = {item.gateway_mac for item in near} - {None}
    points = {point for item in near for point in item.bssids}
    shown = False
    unknown: list[str] = []
    if seen.gateway_mac is None or not gateways:
        unknown.append("its gateway")
    elif seen.gateway_mac in gateways:
        shown = True
    else:
        differs.append("the gateway (router) is another one")
    if not seen.bssids or not points:
        if seen.wired is not True:
            unknown.append("its access point")
    elif points & set(seen.bssids):
        shown = True
    elif not shown:
        # A second access point of the same network is no other place; without the gateway it could be.
        differs.append("the access point is another one")
    egresses = {item.egress for item in near} - {None}
    if not shown and seen.egress is not None and egresses and seen.egress not in egresses:
        # Providers change public addresses by themselves: with the gateway known it is no other place.
        differs.append(f"the public address is {seen.egress}, not {_either(sorted(filter(None, egresses)))}")
    if differs:
        return Finding(place=Place.ELSEWHERE, differs=tuple(differs), unknown=tuple(unknown))
    if not shown:
        return Finding(place=Place.UNKNOWN, unknown=tuple(unknown))
    return _resolvers(near, seen, unknown)


def _resolvers(near: tuple[Seen, ...], seen: Seen, unknown: list[str]) -> Finding:
    enrolled = [item.resolvers for item in near if item.resolvers is not None]
    if seen.resolvers is None or not enrolled:
        return Finding(place=Place.SAME, unknown=(*unknown, "the resolvers that it hands out"))
    if seen.resolvers in enrolled:
        return Finding(place=Place.SAME, unknown=tuple(unknown))
    return Finding(
        place=Place.CHANGED,
        differs=(f"it hands out the resolvers {_list(seen.resolvers)}, enrolled are {_list(enrolled[0])}",),
        unknown=tuple(unknown),
    )


def joined(before: tuple[Seen, ...], seen: Seen) -> tuple[Seen, ...]:
    """The networks with this one: it takes the place of the same vantage's network of the same name.

    Access points are gathered, where the gateway is the same: a library has more than one.
    """
    rest = tuple(item for item in before if (item.vantage, item.ssid) != (seen.vantage, seen.ssid))
    old = next((item for item in before if item not in rest), None)
    points = set(seen.bssids)
    if old is not None and old.gateway_mac is not None and old.gateway_mac == seen.gateway_mac:
        points |= set(old.bssids)
    mine = msgspec.structs.replace(seen, bssids=tuple(sorted(points)))
    return tuple(sorted((*rest, mine), key=lambda item: (item.vantage, item.ssid or "")))


def tells(seen: Seen) -> bool:
    """Whether anything is known by which the place can be known again."""
    return seen.gateway_mac is not None or bool(seen.bssids)


def _either(names: tuple[str, ...] | list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return " or ".join(quoted) if quoted else "any that is enrolled"


def _list(items: tuple[str, ...]) -> str:
    return ", ".join(items) or "none"
