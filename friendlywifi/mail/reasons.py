"""Why something became of a certificate, as its holder and a visitor read it."""

from __future__ import annotations

from certificates.transitions import Why
from friendlywifi.language.spoken import Language, later

_WHY = {
    Why.DECIDED: later("The issuer decided so."),
    Why.GATE_FAILED: later("A check that decides failed, was confirmed, and was not cured in time."),
    Why.ILLEGAL_CONTENT: later("Illegal content could be reached."),
    Why.NO_EVIDENCE: later("For too long no check could be made."),
    Why.PLACE_CHANGED: later("The place, its network or its operator changed."),
    Why.COMPLAINT: later("A complaint was found to be right."),
    Why.HOLDER_ASKED: later("The holder asked for it."),
    Why.CURED: later("The fault was cured."),
    Why.MISTAKE: later("It rested on a mistake."),
    Why.KEY_LEAKED: later("A key that it rests on became known to others."),
    Why.KEY_LOST: later("A key that it rests on was lost."),
    Why.FALSE_EVIDENCE: later("Evidence behind it was false."),
    Why.MARK_MISUSED: later("The mark was misused."),
    Why.HOTSPOT_CLOSED: later("The hotspot was closed."),
    Why.SUSPENDED_TOO_LONG: later("It was suspended for too long."),
    Why.TERM_ENDED: later("Its term ended."),
    Why.RENEWED: later("A newer certificate took its place."),
    Why.REPLACED: later("Another certificate took its place."),
}
"""The reasons of the life cycle, as a holder reads them."""


def reason(why: str, language: Language) -> str:
    """A reason of the life cycle in words."""
    return language.phrase(_WHY[Why(why)])
