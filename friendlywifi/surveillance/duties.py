"""What must become of a certificate, by the rules of its standard, from what was seen of its hotspot.

Nobody decides here: the reasons are those of the table of the life cycle that the schedule may give. An event
is dated when it fell due, for a machine that was switched off changes nothing in what was true then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from certificates.lifecycle import IN_FORCE, Event, EventKind, Proof, Role, Why
from certificates.records import Status, plain
from friendlywifi.surveillance.rhythm import Rhythm
from friendlywifi.surveillance.states import Condition
from probes.records import Record, Time

BY = "friendlywifi serve"


class Held(Record):
    """A certificate, as far as surveillance goes."""

    number: str
    status: Status
    since: Time
    """When it got that status."""
    until: Time
    paths: tuple[str, ...] = ()
    """The network names on its face."""
    evidence: Time
    """The last valid run that it was issued on."""


def suspension(
    held: Held, conditions: Mapping[str, Condition], rhythm: Rhythm, *, now: datetime
) -> Event | None:
    """The event that suspends it; `None`: it stands, or is not in force anyway.

    `conditions` are those of its hotspot by path. Of several reasons the gravest one is given.
    """
    if held.status not in IN_FORCE:
        return None
    event = _event(held, conditions, rhythm, now=now)
    # A certificate that ended before has no further duties; it expires.
    return None if event is None or event.at > held.until else event


def _event(held: Held, conditions: Mapping[str, Condition], rhythm: Rhythm, *, now: datetime) -> Event | None:
    concerned = _concerned(held, conditions)
    for condition in concerned:
        if condition.confirmed and rhythm.illegal & set(condition.uncured):
            return _failed(held, condition, Why.ILLEGAL_CONTENT, condition.confirmed_at or now)
    for condition in concerned:
        deadline = _deadline(held, condition, rhythm)
        if deadline is not None and deadline <= now:
            return _failed(held, condition, Why.GATE_FAILED, deadline)
    last = evidence_of(held, conditions)
    if last + rhythm.silence < now:
        return Event(
            kind=EventKind.SUSPEND,
            at=max(last + rhythm.silence, held.since),
            by=BY,
            role=Role.PROGRAM,
            why=Why.NO_EVIDENCE,
        )
    return None


def _deadline(held: Held, condition: Condition, rhythm: Rhythm) -> datetime | None:
    """By when a confirmed failure must be cured; `None`: there is none.

    One that is on its way to be cured has as long again and no longer: else a single good run, and then none,
    would do for a month. So has one that comes and goes, and one after a person reinstated the certificate.
    """
    if condition.confirmed_at is None:
        return None
    deadline = condition.confirmed_at + rhythm.cured_within
    return deadline if condition.confirmed else max(deadline, held.since) + rhythm.cured_within


def evidence_of(held: Held, conditions: Mapping[str, Condition]) -> datetime:
    """The last good full run of that network of its face that was longest without one.

    Runs at the gates alone, without the random sample, are no evidence that the sample would still pass.
    Until a network has a good run since, what counts is the evidence that the certificate was issued on.
    """
    # A face holds names in plain form, and the air may carry another spelling of them.
    sampled = {plain(path): item.sampled for path, item in conditions.items()}
    lasts = [sampled.get(path) for path in held.paths or sampled]
    counted = [held.evidence if item is None else max(item, held.evidence) for item in lasts]
    return min(counted, default=held.evidence)


def _concerned(held: Held, conditions: Mapping[str, Condition]) -> tuple[Condition, ...]:
    """Those of its own networks, and of runs whose network name is unknown: they were made there too."""
    if not held.paths:
        return tuple(conditions.values())
    return tuple(item for path, item in conditions.items() if plain(path) in held.paths or path == "")


def _failed(held: Held, condition: Condition, why: Why, at: datetime) -> Event:
    return Event(
        kind=EventKind.SUSPEND,
        at=max(at, held.since),
        by=BY,
        role=Role.PROGRAM,
        why=why,
        words=f"{', '.join(condition.uncured)} failed since {condition.trouble_since:%Y-%m-%d %H:%M} UTC.",
        evidence=tuple(Proof(digest=item.digest, made=item.made, good=False) for item in condition.witnesses),
    )
