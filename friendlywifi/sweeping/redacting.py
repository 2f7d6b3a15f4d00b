"""A summary without names: keyed hashes in their place, and nothing that gives a name away."""

from __future__ import annotations

import msgspec

from friendlywifi.evidence.redact import keyed_name
from friendlywifi.sweeping.leaks import Leak, Past, leak_id
from friendlywifi.sweeping.summary import Summary


def redacted(summary: Summary, key: bytes) -> Summary:
    """The same for people who must not read a directory of open sites. Under one key one leak has one id."""

    def leak(item: Leak) -> Leak:
        name = keyed_name(key, item.name)
        return msgspec.structs.replace(
            item, id=leak_id(name, item.type, item.resolver), name=name, addresses=()
        )

    def past(item: Past) -> Past:
        name = keyed_name(key, item.name)
        return msgspec.structs.replace(item, id=leak_id(name, item.type, item.resolver), name=name)

    changes = summary.changes
    return msgspec.structs.replace(
        summary,
        redacted=True,
        listed=tuple(leak(item) for item in summary.listed),
        differing=tuple(
            msgspec.structs.replace(item, name=keyed_name(key, item.name)) for item in summary.differing
        ),
        changes=changes
        and msgspec.structs.replace(
            changes,
            closed=tuple(past(item) for item in changes.closed),
            unclear=tuple(past(item) for item in changes.unclear),
        ),
    )
