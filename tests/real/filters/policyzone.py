"""A response policy zone (RPZ), the form in which block lists are shared between makes of resolvers."""

from __future__ import annotations

from tests.real import world
from tests.real.scenario import Names

_POLICIES = {
    "nxdomain": ("CNAME .",),
    "nodata": ("CNAME *.",),
    "passthru": ("CNAME rpz-passthru.",),
    "drop": ("CNAME rpz-drop.",),
    "tcp_only": ("CNAME rpz-tcp-only.",),
    "garden": ("CNAME blocked.provider.example.",),
    "zero": ("A 0.0.0.0", "AAAA ::"),
    "only_a": ("A 0.0.0.0",),
    "page": (f"A {world.BLOCKPAGE[0]}", f"AAAA {world.BLOCKPAGE[1]}"),
}


def policy_zone(names: Names, *, origin: str = "rpz.local") -> str:
    """The zone: the policy of each name is what its group is called; others are not in it."""
    lines = [
        "$TTL 30",
        f"$ORIGIN {origin}.",
        "@ SOA localhost. root.localhost. 1 3600 600 86400 30",
        "@ NS localhost.",
    ]
    for label, group in names.items():
        for record in _POLICIES.get(label, ()):
            lines += [f"{name} {record}" for name in group]
    return "\n".join(lines) + "\n"
