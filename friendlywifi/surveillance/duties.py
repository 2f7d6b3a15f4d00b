"""What must become of a certificate, by the rules of its standard, from what was seen of its hotspot.

Nobody decides here: the reasons are those of the table of the life cycle that the schedule may give. An event
is dated when it fell due, for a machine that was switched off changes nothing in what was true then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from certificates.lifecycle import IN_FORCE, Event, Proof
from certificates.records import Status, plain
from certificates.transitions import EventKind, Role, Why
from friendlywifi.surveillance.breach import deadline
from friendlywifi.surveillance.condition import Breach, Condition
from friendlywifi.surveillance.rhythm import Rhythm
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
    # What came to that and was cured before anybody looked; what was before the certificate is not of it.
    broken = [item.breach for item in concerned if item.breach is not None]
    for breach in sorted(broken, key=lambda item: (not item.illegal, item.at)):
        if breach.confirmed > held.since and breach.at <= now:
            why = Why.ILLEGAL_CONTENT if breach.illegal else Why.GATE_FAILED
            return _suspended(held, breach, why, breach.at)
    for condition in concerned:
        due = deadline(condition, rhythm, since=held.since)
        if due is not None and due <= now:
            return _failed(held, condition, Why.GATE_FAILED, due)
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
    breach = Breach(
        at=at,
        trouble=condition.trouble_since or at,
        confirmed=condition.confirmed_at or at,
        gates=condition.uncured,
        illegal=why is Why.ILLEGAL_CONTENT,
        witnesses=condition.witnesses,
    )
    return _suspended(held, breach, why, at)


def _suspended(held: Held, breach: Breach, why: Why, at: datetime) -> Event:
    return Event(
        kind=EventKind.SUSPEND,
        at=max(at, held.since),
        by=BY,
        role=Role.PROGRAM,
        why=why,
        words=f"{', '.join(breach.gates)} failed since {breach.trouble:%Y-%m-%d %H:%M} UTC.",
        evidence=tuple(Proof(digest=item.digest, made=item.made, good=False) for item in breach.witnesses),
    )
