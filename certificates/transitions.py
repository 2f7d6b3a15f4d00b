"""What may become of a certificate, by whom, why, and on what evidence: one table.

A suspension can be taken back on fresh evidence; withdrawn, expired and superseded are final, and a renewal
is another certificate. Nothing here turns a provisional certificate into a valid one.
"""

from __future__ import annotations

from enum import StrEnum

from certificates.records import Status
from probes.records import Record


class EventKind(StrEnum):
    """What happens to a certificate."""

    ISSUE = "issue"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    SUPERSEDE = "supersede"


class Role(StrEnum):
    """Who causes it. The program never decides what only people may."""

    DECIDER = "decider"
    """A person who decides for the issuer."""
    CERTIFIER = "certifier"
    """Any person of the issuer."""
    PROGRAM = "program"
    """The schedule, by the rules of the standard and the clock."""


class Why(StrEnum):
    """The reasons that may stand in the register."""

    DECIDED = "decided"
    GATE_FAILED = "gate_failed"
    ILLEGAL_CONTENT = "illegal_content"
    NO_EVIDENCE = "no_evidence"
    PLACE_CHANGED = "place_changed"
    COMPLAINT = "complaint"
    HOLDER_ASKED = "holder_asked"
    CURED = "cured"
    MISTAKE = "mistake"
    KEY_LEAKED = "key_leaked"
    KEY_LOST = "key_lost"
    FALSE_EVIDENCE = "false_evidence"
    MARK_MISUSED = "mark_misused"
    HOTSPOT_CLOSED = "hotspot_closed"
    SUSPENDED_TOO_LONG = "suspended_too_long"
    TERM_ENDED = "term_ended"
    RENEWED = "renewed"
    REPLACED = "replaced"


class Needs(StrEnum):
    """What a reason must be shown with."""

    CLOCK = "clock"
    """Nothing but the time."""
    DECISION = "decision"
    """The digest of the request that was decided about."""
    FAILED_RUN = "failed_run"
    """At least one run in which it failed."""
    GOOD_RUN = "good_run"
    """A run that passed, made after the suspension, and none that failed among those named."""
    WORDS = "words"
    """A sentence by the person."""
    SUCCESSOR = "successor"
    """The number of the certificate that takes its place."""


class Reason(Record):
    """One reason for a transition, who may give it, and with what."""

    why: Why
    who: tuple[Role, ...]
    needs: Needs
    says: str
    """For people: what it means."""


class Transition(Record):
    """From a status by an event to a status. `start` is `None` where the certificate begins."""

    start: Status | None
    event: EventKind
    end: Status
    reasons: tuple[Reason, ...]


_PERSON = (Role.DECIDER, Role.CERTIFIER)
_ANYONE = (*_PERSON, Role.PROGRAM)
_ISSUE = (
    Reason(
        why=Why.DECIDED,
        who=(Role.DECIDER,),
        needs=Needs.DECISION,
        says="A person decided about a request whose evidence was worked out again.",
    ),
)
_SUSPEND = (
    Reason(
        why=Why.GATE_FAILED,
        who=_ANYONE,
        needs=Needs.FAILED_RUN,
        says="A gate failed, the failure was confirmed and was not cured in time.",
    ),
    Reason(
        why=Why.ILLEGAL_CONTENT,
        who=_ANYONE,
        needs=Needs.FAILED_RUN,
        says="An authorised sentinel of illegal content opened, and that was confirmed: at once.",
    ),
    Reason(
        why=Why.NO_EVIDENCE,
        who=_ANYONE,
        needs=Needs.CLOCK,
        says="No run could be judged for longer than the standard allows.",
    ),
    Reason(
        why=Why.PLACE_CHANGED,
        who=_PERSON,
        needs=Needs.WORDS,
        says="Holder, address, network or filter is another than the certificate says.",
    ),
    Reason(
        why=Why.COMPLAINT,
        who=_PERSON,
        needs=Needs.WORDS,
        says="A complaint was found to be right, or is being looked into.",
    ),
    Reason(
        why=Why.HOLDER_ASKED,
        who=_PERSON,
        needs=Needs.WORDS,
        says="The holder asked for it, as while a place is rebuilt.",
    ),
)
_REINSTATE = (
    Reason(
        why=Why.CURED,
        who=(Role.DECIDER,),
        needs=Needs.GOOD_RUN,
        says="The cause is gone: a run made after the suspension passes every gate.",
    ),
    Reason(
        why=Why.MISTAKE,
        who=(Role.DECIDER,),
        needs=Needs.GOOD_RUN,
        says="The suspension was a mistake, and a run made since then passes every gate.",
    ),
)
_WITHDRAW = (
    Reason(
        why=Why.KEY_LEAKED,
        who=_PERSON,
        needs=Needs.WORDS,
        says="It was signed after somebody else may have had the key, or rests on such a signature.",
    ),
    Reason(
        why=Why.KEY_LOST,
        who=_PERSON,
        needs=Needs.WORDS,
        says="It was signed after the key was lost, and nobody knows who has it.",
    ),
    Reason(
        why=Why.FALSE_EVIDENCE,
        who=_PERSON,
        needs=Needs.WORDS,
        says="What it rests on was not true.",
    ),
    Reason(
        why=Why.MARK_MISUSED,
        who=_PERSON,
        needs=Needs.WORDS,
        says="It was shown for another place, or changed.",
    ),
    Reason(
        why=Why.HOLDER_ASKED,
        who=_PERSON,
        needs=Needs.WORDS,
        says="The holder gave it back.",
    ),
    Reason(
        why=Why.HOTSPOT_CLOSED,
        who=_PERSON,
        needs=Needs.WORDS,
        says="There is no such hotspot any more.",
    ),
)
_TOO_LONG = Reason(
    why=Why.SUSPENDED_TOO_LONG,
    who=_ANYONE,
    needs=Needs.CLOCK,
    says="It was suspended for longer than the standard allows.",
)
_EXPIRE = (
    Reason(
        why=Why.TERM_ENDED,
        who=(Role.PROGRAM,),
        needs=Needs.CLOCK,
        says="The end that is printed on it has passed.",
    ),
)
_SUPERSEDE = (
    Reason(
        why=Why.RENEWED,
        who=(Role.DECIDER,),
        needs=Needs.SUCCESSOR,
        says="A new certificate from fresh evidence began.",
    ),
    Reason(
        why=Why.REPLACED,
        who=(Role.DECIDER,),
        needs=Needs.SUCCESSOR,
        says="A new certificate began that says something else, such as another holder or network.",
    ),
)


def _row(start: Status | None, event: EventKind, end: Status, reasons: tuple[Reason, ...]) -> Transition:
    return Transition(start=start, event=event, end=end, reasons=reasons)


TRANSITIONS: tuple[Transition, ...] = (
    _row(None, EventKind.ISSUE, Status.PROVISIONAL, _ISSUE),
    _row(None, EventKind.ISSUE, Status.VALID, _ISSUE),
    *(
        row
        for start in (Status.PROVISIONAL, Status.VALID)
        for row in (
            _row(start, EventKind.SUSPEND, Status.SUSPENDED, _SUSPEND),
            _row(start, EventKind.WITHDRAW, Status.WITHDRAWN, _WITHDRAW),
            _row(start, EventKind.EXPIRE, Status.EXPIRED, _EXPIRE),
            _row(start, EventKind.SUPERSEDE, Status.SUPERSEDED, _SUPERSEDE),
        )
    ),
    # A reinstatement gives back what was issued: of these two rows one fits any one certificate.
    _row(Status.SUSPENDED, EventKind.REINSTATE, Status.PROVISIONAL, _REINSTATE),
    _row(Status.SUSPENDED, EventKind.REINSTATE, Status.VALID, _REINSTATE),
    _row(Status.SUSPENDED, EventKind.WITHDRAW, Status.WITHDRAWN, (*_WITHDRAW, _TOO_LONG)),
    _row(Status.SUSPENDED, EventKind.EXPIRE, Status.EXPIRED, _EXPIRE),
    _row(Status.SUSPENDED, EventKind.SUPERSEDE, Status.SUPERSEDED, _SUPERSEDE),
)
"""Everything that may happen. What is not here cannot."""
