"""Which bundles are looked at? A sample spread over certifiers and outcomes, the same for everybody.

Pure: lots by the auditor's seed, as in the plan of a check, so that nobody who hands in can know them before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from criteria.draw import draw
from friendlywifi.audit.entries import Entry


def stratified(entries: Iterable[Entry], *, size: int, seed: str) -> tuple[Entry, ...]:
    """At most `size` entries: one of each stratum as far as it goes, the rest in proportion.

    What was handed in twice or in another order changes nothing.
    """
    strata: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in entries:
        strata[entry.stratum][entry.digest] = entry
    shares = allocate({name: len(found) for name, found in strata.items()}, size=size, seed=seed)
    return tuple(
        item
        for name in sorted(strata)
        for item in draw(
            strata[name].values(), shares[name], seed=seed, label=name, name=lambda item: item.digest
        )
    )


def allocate(sizes: dict[str, int], *, size: int, seed: str) -> dict[str, int]:
    """How many of each stratum: one each while it lasts, then the largest remainder of its share."""
    shares = dict.fromkeys(sizes, 0)
    order = draw(sizes, len(sizes), seed=seed, label="strata", name=str)
    for name in order[: max(size, 0)]:
        shares[name] = 1
    left = min(size, sum(sizes.values())) - sum(shares.values())
    total = sum(sizes.values())
    while left > 0:
        # The stratum that is furthest below its share gets the next one; whole numbers, so no rounding.
        name = max(
            (item for item in order if shares[item] < sizes[item]),
            key=lambda item: size * sizes[item] - shares[item] * total,
        )
        shares[name] += 1
        left -= 1
    return shares
