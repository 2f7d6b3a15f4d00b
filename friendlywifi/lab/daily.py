"""What a daily run asks of an emulated hotspot: the gates, without the large samples."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from probes.records import Category, Target, TargetList

DAILY_CONTROLS = 4


def gates_only(lists: tuple[TargetList, ...]) -> tuple[TargetList, ...]:
    """What a daily run asks: the gates without the large samples, which the standard wants weekly."""
    return tuple(
        msgspec.structs.replace(item, targets=tuple(_daily(item)))
        for item in lists
        if any(target.category is not Category.ADULT or target.rank for target in item.targets)
    )


def _daily(item: TargetList) -> Iterator[Target]:
    """All but the sample of everyday names; of these a few remain, as controls."""
    controls = 0
    for target in item.targets:
        if target.category is Category.CONTROL_GENERAL:
            controls += 1
            if target.token is None or controls > DAILY_CONTROLS:
                continue
        yield target
