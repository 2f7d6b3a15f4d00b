"""Is it still the same network? What was known of it before and after."""

from __future__ import annotations

from criteria.index import Looks
from probes.records import Kind, Plan, Vantage

_FIELDS = (
    "interface",
    "wired",
    "ssid",
    "bssid",
    "gateway",
    "gateway_mac",
    "egress",
    "ipv4",
    "ipv6",
    "resolvers",
)


def changes(plan: Plan, looks: Looks) -> tuple[str, ...]:
    """The fields of the vantage that were known at the first and the last look and differ.

    Another access point of the same network (same SSID, same gateway) is no other network.
    """
    asked = [question for question in plan.questions if question.kind is Kind.IDENTITY]
    seen = [
        item.vantage for _, look in looks.at(Kind.IDENTITY) for item in look.items if item.vantage is not None
    ]
    if len(asked) < 2 or len(seen) < 2:
        return ()
    return tuple(sorted({field for later in seen[1:] for field in _differ(seen[0], later)}))


_TELLING = {"ssid": "its name", "bssid": "its access point", "gateway_mac": "its gateway"}


def unknown(vantage: Vantage) -> tuple[str, ...]:
    """What would tell this network from another one and is not on record; nothing for a lab.

    A cable has neither a name nor an access point.
    """
    if vantage.label is not None:
        return ()
    wanted = ("gateway_mac",) if vantage.wired is True else tuple(_TELLING)
    found = [_TELLING[field] for field in wanted if getattr(vantage, field) is None]
    return (*found, *(("the resolvers that it gave",) if vantage.resolvers is None else ()))


def _differ(before: Vantage, after: Vantage) -> tuple[str, ...]:
    found = [
        field
        for field in _FIELDS
        if getattr(before, field) is not None
        and getattr(after, field) is not None
        and getattr(before, field) != getattr(after, field)
    ]
    roamed = before.ssid == after.ssid and before.gateway_mac == after.gateway_mac
    if found == ["bssid"] and roamed and before.gateway_mac is not None:
        return ()
    return tuple(found)
