"""What each kind of letter tells, and what it asks for: whole sentences in the language handed in."""

from __future__ import annotations

from datetime import datetime

from friendlywifi.language.spoken import Language
from friendlywifi.mail import about_certificates, about_hotspots
from friendlywifi.mail.letters import Kind, Letter
from friendlywifi.mail.told import Told, place_of

_KINDS = {
    Kind.REMINDER: about_certificates.reminder,
    Kind.ISSUED: about_certificates.issued,
    Kind.SUSPENDED: about_certificates.suspended,
    Kind.REINSTATED: about_certificates.reinstated,
    Kind.WITHDRAWN: about_certificates.withdrawn,
    Kind.FAILING: about_hotspots.failing,
    Kind.RECOVERED: about_hotspots.recovered,
    Kind.FLAPPING: about_hotspots.flapping,
    Kind.LAPSING: about_hotspots.lapsing,
    Kind.BEHIND: about_hotspots.behind,
    Kind.PORTAL_LOCKED: about_hotspots.portal_locked,
    Kind.PROBE_SILENT: about_hotspots.probe_silent,
    Kind.UPLINK_DEAD: about_hotspots.uplink_dead,
}


def told(letter: Letter, language: Language, *, now: datetime) -> Told:
    """The letter's own part. Raises `ValueError` where it lacks what its kind is about."""
    return _KINDS[letter.kind](letter, language, place_of(letter), now)
