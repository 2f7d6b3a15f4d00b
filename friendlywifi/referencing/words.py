"""What there is to say about a reference, in words: how old, whose, what it knows, and what it lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from certificates.keys import spoken
from certificates.reference import KnownReference
from criteria.records import Reference
from criteria.truth import Truths
from probes.records import Target, TargetList


def age(reference: Reference, *, now: datetime) -> str:
    """How old, in whole days."""
    days = (now - reference.taken).days
    if days < 0:
        return "dated in the future"
    return "from today" if days == 0 else f"{days} day{'s' if days > 1 else ''} old"


def signer(key_id: str | None, *, trusted: bool) -> str:
    """Whose word it is."""
    if key_id is None:
        return "unsigned"
    return f"signed by {spoken(key_id)}" + ("" if trusted else ", which is not a trusted key")


def before_a_check(
    reference: Reference | None,
    *,
    targets: Iterable[Target],
    max_age_days: int,
    now: datetime,
    key_id: str | None = None,
    trusted: bool = False,
) -> str:
    """One line: the reference in force, what lacks a known truth, and when it becomes too old."""
    wanted = [item for item in targets if not item.category.control]
    truths = Truths(reference=reference, max_age_days=max_age_days, at=now)
    # A page of ours and a documented answer need no reference; where it contradicts them nobody knows.
    unknown = sum(truths.of(item).alive is None for item in wanted)
    lacking = f"{unknown} of {len(wanted)} names that must be blocked have no known truth"
    if reference is None:
        return f"No reference: {lacking}."
    ends = reference.taken + timedelta(days=max_age_days)
    limit = (
        f"too old on {ends:%Y-%m-%d}"
        if ends >= now
        else f"too old since {ends:%Y-%m-%d}, so that only what was confirmed since counts"
    )
    return (
        f"Reference {reference.id}: {age(reference, now=now)}, {signer(key_id, trusted=trusted)}; "
        f"{lacking}; {limit} (this standard allows {max_age_days} days)."
    )


def described(
    known: KnownReference, *, lists: tuple[TargetList, ...], now: datetime
) -> tuple[tuple[str, str], ...]:
    """Labels and values for `reference show`."""
    reference = known.reference
    lines = [
        ("reference", reference.id),
        ("taken", f"{reference.taken:%Y-%m-%d %H:%M} UTC, {age(reference, now=now)}"),
        ("vantage", reference.vantage),
        ("resolvers", ", ".join(reference.resolvers) or "not said"),
        ("allowed by", reference.authorised_by or "not said"),
        ("signature", signer(known.signer, trusted=known.trusted)),
    ]
    if known.key is not None:
        lines.append(("public key", known.key))
    if reference.overrides:
        lines.append(("made with", f"{len(reference.overrides)} overrides: it is no sight of the Internet"))
    confirmed = [item.confirmed for item in reference.entries if item.confirmed is not None]
    lines.append(("names", tally(reference)))
    if confirmed:
        lines.append(("confirmed", f"{len(confirmed)} of them, last on {max(confirmed):%Y-%m-%d %H:%M} UTC"))
    lines += (("could not tell", f"{count}: {why}") for why, count in reasons(reference))
    lines += ((f"list {item.id}", _lacking(item, reference)) for item in lists)
    return tuple(lines)


def tally(reference: Reference) -> str:
    """How many names are alive, dead and unknown."""
    counts = Counter(item.alive for item in reference.entries)
    return f"{counts[True]} alive, {counts[False]} dead, {counts[None]} could not be told"


def reasons(reference: Reference) -> tuple[tuple[str, int], ...]:
    """Why names could not be told, the commonest first."""
    counts = Counter(item.why or "not said" for item in reference.entries if item.alive is None)
    return tuple(counts.most_common())


def _lacking(item: TargetList, reference: Reference) -> str:
    told = {entry.name for entry in reference.entries if entry.alive is not None}
    lacking = [
        target.name
        for target in item.targets
        if target.name not in told and not target.expect and target.token is None and not target.sentinel
    ]
    if not lacking:
        return f"every one of its {len(item.targets)} names has a known truth"
    first = ", ".join(lacking[:3]) + (", …" if len(lacking) > 3 else "")
    return f"{len(lacking)} of {len(item.targets)} names have no known truth: {first}"
