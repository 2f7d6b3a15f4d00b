"""Of what is a rate a rate? Of the lists that the names were drawn from, unless they are independent enough.

A filter that is made from the very list it is tested with passes, and proves little. What the filter uses is
known by the operator's word only: without it nothing is called independent.
"""

from __future__ import annotations

from collections.abc import Iterable

from probes.records import ListRef, Overlap, Plan, Run, Target

INDEPENDENT = 2
"""So many origins that are not the filter's own, and a rate is worded as one of sites, not of lists."""


def overlaps(plan: Plan, *, ref: ListRef, names: Iterable[str]) -> tuple[Overlap, ...]:
    """How many of the plan's names a list of the filter holds, by category; the list is read once.

    A list that holds `example.org` holds `www.example.org` too: filters block what is below a name.
    """
    parents: dict[str, set[str]] = {}
    for target in plan.targets:
        if not target.category.control:
            labels = target.name.split(".")
            for start in range(len(labels) - 1):
                parents.setdefault(".".join(labels[start:]), set()).add(target.name)
    shared: set[str] = set()
    for name in names:
        shared |= parents.get(name, set())
    categories = dict.fromkeys(item.category for item in plan.targets if not item.category.control)
    return tuple(
        Overlap(
            id=ref.id,
            version=ref.version,
            origin=ref.origin,
            digest=ref.digest,
            category=category,
            drawn=sum(item.category is category for item in plan.targets),
            shared=sum(item.category is category and item.name in shared for item in plan.targets),
        )
        for category in categories
    )


def coverage(run: Run | None, targets: tuple[Target, ...]) -> str:
    """One sentence or more about what a rate over these names is a rate of; empty where nothing has run."""
    if run is None or not targets:
        return ""
    used = {item.list_id for item in targets}
    lists = [item for item in run.lists if item.id in used]
    told = ", ".join(sorted(used))
    theirs = {item.origin for item in run.filter_lists}
    independent = sorted({item.origin for item in lists} - theirs)
    if theirs and len(independent) >= INDEPENDENT:
        words = (
            f" The names are from lists of {len(independent)} origins that are not the filter's own "
            f"({', '.join(independent)})."
        )
    else:
        words = f" This is coverage of the lists that were used ({told})."
    categories = {item.category for item in targets}
    for item in run.filter_lists:
        if item.category in categories:
            words += f' {item.shared} of {item.drawn} drawn names are in the filter\'s own list "{item.id}".'
    return words
