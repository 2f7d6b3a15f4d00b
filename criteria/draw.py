"""Who is drawn: lots that nobody can foresee without the seed, and that anybody can draw again with it.

A name's lot is HMAC-SHA256 with the seed as the key over a label and the name. The lowest lots are drawn.
A lot depends on nothing but seed, label and name: the order of a list changes nothing, one pass over a list
of any length is enough, and one name's luck can be checked without the list.
"""

from __future__ import annotations

import base64
import hashlib
import heapq
import hmac
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def lot(*, seed: str, label: str, name: str) -> bytes:
    """The 32 bytes that decide about a name; the label keeps draws for different purposes apart."""
    # The zero byte cannot be in a label or a name, so that no two pairs give one message.
    return hmac.new(seed.encode(), f"{label}\0{name}".encode(), hashlib.sha256).digest()


def draw(items: Iterable[T], count: int, *, seed: str, label: str, name: Callable[[T], str]) -> tuple[T, ...]:
    """At most `count` items, lowest lots first; memory is bound by `count`, not by the length of `items`."""
    return tuple(heapq.nsmallest(count, items, key=lambda item: lot(seed=seed, label=label, name=name(item))))


def shuffle(items: Iterable[T], *, seed: str, label: str, name: Callable[[T], str]) -> tuple[T, ...]:
    """All items in the order of their lots."""
    return tuple(sorted(items, key=lambda item: lot(seed=seed, label=label, name=name(item))))


def invented_label(*, seed: str, label: str) -> str:
    """A host label that nobody has registered: `x` and 19 letters and digits (95 bits) from the seed."""
    letters = base64.b32encode(lot(seed=seed, label="invented", name=label)).decode().lower()
    return "x" + letters[:19]
