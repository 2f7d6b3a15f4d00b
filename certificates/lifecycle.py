"""One step in the life of a certificate: an event, and the status that it leads to by the table.

Pure. A step that the table does not hold, or that lacks what the table asks for, is answered with a refusal
and changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from certificates.records import Digest, Sentence, Short, Status
from certificates.transitions import TRANSITIONS, EventKind, Needs, Reason, Role, Why
from probes.records import Record, Time


class Proof(Record):
    """A run that an event rests on."""

    digest: Digest
    """Of its bundle."""
    made: Time
    """When the run started."""
    good: bool | None
    """Every gate passed; `False`: one failed; `None`: the run could not tell."""


class Event(Record):
    """One thing that happened to one certificate."""

    kind: EventKind
    at: Time
    by: Short
    """The name of the person; of the program where it was the schedule."""
    role: Role
    why: Why
    words: Sentence | None = None
    evidence: Annotated[tuple[Proof, ...], msgspec.Meta(max_length=200)] = ()
    decided: Digest | None = None
    """Of the request that was decided about."""
    successor: Short | None = None
    """The number of the certificate that takes its place."""


class Standing(Record):
    """A certificate as far as its life goes."""

    status: Status
    issued_as: Status
    """`provisional` or `valid`: what a reinstatement gives back."""
    since: Time
    """When the status began."""
    until: Time
    """The end that is printed on it."""
    suspension_days: int
    """How long a suspension may last, by the standard."""
    evidence_days: int
    """How old fresh evidence may be, by the standard."""


class Refused(Record):
    """Why an event changes nothing. `sentence` is for a person."""

    sentence: str


IN_FORCE = frozenset((Status.PROVISIONAL, Status.VALID))
"""A visitor may rely on it."""

OPEN = frozenset((*IN_FORCE, Status.SUSPENDED))
"""Something can still become of it."""

FINAL = frozenset(Status) - OPEN


def step(standing: Standing | None, event: Event, *, issued_as: Status | None = None) -> Status | Refused:
    """The status after the event, or why it changes nothing.

    `standing` is `None` for an issue, and then `issued_as` is what is issued.
    """
    start = standing.status if standing is not None else None
    end = standing.issued_as if standing is not None else issued_as
    rows = [row for row in TRANSITIONS if (row.start, row.event) == (start, event.kind)]
    if event.kind in (EventKind.ISSUE, EventKind.REINSTATE):
        rows = [row for row in rows if row.end is end]
    if not rows:
        return Refused(sentence=_no_such_step(start, event.kind))
    reason = next((item for item in rows[0].reasons if item.why is event.why), None)
    if reason is None:
        known = ", ".join(item.why.value for item in rows[0].reasons)
        return Refused(
            sentence=f"“{event.why.value}” is no reason to {event.kind.value} a certificate; "
            f"reasons are {known}."
        )
    objection = _objection(reason, event) or (_untimely(standing, event) if standing is not None else None)
    return Refused(sentence=objection) if objection is not None else rows[0].end


def clock_event(standing: Standing, now: datetime, *, by: str) -> Event | None:
    """What the clock alone demands of a certificate by now; `None`: nothing.

    The event is dated when it fell due, not when somebody looked: a machine that was switched off for a
    week changes nothing in what was true in that week.
    """
    if standing.status not in OPEN:
        return None
    ends = suspension_ends(standing)
    if ends is not None and ends < standing.until and ends < now:
        return Event(kind=EventKind.WITHDRAW, at=ends, by=by, role=Role.PROGRAM, why=Why.SUSPENDED_TOO_LONG)
    if standing.until < now:
        # The last printed second still counts.
        at = standing.until + timedelta(seconds=1)
        return Event(kind=EventKind.EXPIRE, at=at, by=by, role=Role.PROGRAM, why=Why.TERM_ENDED)
    return None


def suspension_ends(standing: Standing) -> datetime | None:
    """When a suspension becomes a withdrawal; `None`: it is not suspended."""
    if standing.status is not Status.SUSPENDED:
        return None
    return standing.since + timedelta(days=standing.suspension_days)


def _no_such_step(start: Status | None, kind: EventKind) -> str:
    if start is None:
        return "A certificate that was never issued cannot change."
    if kind is EventKind.ISSUE:
        return "The certificate was issued already; a renewal is another one."
    if start in FINAL:
        return f"The certificate is {start.value}, and that is final."
    verbs = {EventKind.SUSPEND: "suspended", EventKind.REINSTATE: "reinstated"}
    return f"A certificate that is {start.value} cannot be {verbs.get(kind, kind.value)}."


def _objection(reason: Reason, event: Event) -> str | None:
    """What the reason asks for and the event lacks."""
    if event.role not in reason.who:
        who = " or ".join(_CALLED[role] for role in reason.who)
        return f"Only {who} may {event.kind.value} a certificate for the reason “{reason.why.value}”."
    match reason.needs:
        case Needs.FAILED_RUN if not any(item.good is False for item in event.evidence):
            return f"“{reason.why.value}” needs a run in which it failed."
        case Needs.GOOD_RUN if not event.evidence:
            return "A reinstatement needs a run that was made after the suspension and passes every gate."
        case Needs.GOOD_RUN if not all(item.good is True for item in event.evidence):
            return "A run among the evidence for the reinstatement does not pass every gate."
        case Needs.WORDS if event.words is None:
            return f"“{reason.why.value}” needs a sentence that says what happened."
        case Needs.SUCCESSOR if event.successor is None:
            return "Only another certificate can take its place."
        case Needs.DECISION if event.decided is None:
            return "A certificate is issued only about a request that was decided."
        case _:
            return None


_CALLED = {Role.DECIDER: "a decider", Role.CERTIFIER: "a certifier", Role.PROGRAM: "the program"}
_WITHDRAWN = "The suspension lasted longer than the standard allows: the certificate is withdrawn."


def _untimely(standing: Standing, event: Event) -> str | None:
    """Why the event does not fit into the times of the certificate."""
    if event.at < standing.since:
        return "The event is dated before the certificate got the status that it has."
    ends = suspension_ends(standing)
    if event.kind is EventKind.EXPIRE:
        if event.at <= standing.until:
            return "The certificate has not ended yet."
        overdue = ends is not None and (ends < standing.until or event.at > ends + timedelta(seconds=1))
        return _WITHDRAWN if overdue else None
    if event.at > standing.until:
        return "The certificate has expired, and that is final."
    if event.why is Why.SUSPENDED_TOO_LONG:
        early = ends is None or event.at < ends
        return "The suspension has not lasted as long as the standard allows." if early else None
    if ends is not None and event.at > ends:
        return _WITHDRAWN
    if event.kind is EventKind.REINSTATE:
        oldest = event.at - timedelta(days=standing.evidence_days)
        if any(not max(standing.since, oldest) < item.made <= event.at for item in event.evidence):
            return "The evidence for a reinstatement must be made after the suspension, and be fresh."
    return None
