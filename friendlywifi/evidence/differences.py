"""Where do two records differ? One row for each value, named so that a person finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from probes.records import encode

_KEYS = ("target", "id", "endpoint", "engine", "name", "statement")
"""What an item of an array is called by, where it has one of these."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One value: what is recorded and what comes out; `None` where one side lacks it."""

    part: str
    field: str
    recorded: str | None
    recomputed: str | None


def differences(part: str, recorded: object, recomputed: object) -> tuple[Difference, ...]:
    """Every value in which two records differ, in the order of the recorded one."""
    written = encode(recorded), encode(recomputed)
    if written[0] == written[1]:
        return ()
    one, other = (msgspec.json.decode(item) for item in written)
    return tuple(
        Difference(part=part, field=field.removeprefix("."), recorded=_text(left), recomputed=_text(right))
        for field, left, right in _walk("", one, other)
    )


_MISSING = object()


def _walk(path: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401 - JSON
    if one == other and type(one) is type(other):
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from _walk(f"{path}.{key}", one.get(key, _MISSING), other.get(key, _MISSING))
    elif isinstance(one, list) and isinstance(other, list):
        left, right = _named(one), _named(other)
        for key in [*left, *(item for item in right if item not in left)]:
            yield from _walk(f"{path}[{key}]", left.get(key, _MISSING), right.get(key, _MISSING))
        if not left.keys() ^ right.keys() and list(left) != list(right):
            yield f"{path} (order)", list(left), list(right)
    else:
        yield path, one, other


def _named(items: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, item in enumerate(items):
        name = str(number)
        if isinstance(item, dict):
            name = next((str(item[key]) for key in _KEYS if key in item), name)
            if "resolver" in item and "service" in item:  # a cell
                name = f"{item['resolver']} {item.get('family')} {item['service']}"
        found[name if name not in found else f"{name} #{number}"] = item
    return found


def _text(value: Any) -> str | None:  # noqa: ANN401 - JSON
    if value is _MISSING:
        return None
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
