"""What is said of the certificate, and of the evidence for one."""

from __future__ import annotations

from datetime import timedelta

from certificates.records import Status
from friendlywifi.records.hotspots import Mode
from friendlywifi.records.light.facts import Facts
from friendlywifi.records.light.saying import Light, Said, check, day, explain, needed
from friendlywifi.surveillance.rhythm import LAPSING_WITHIN

RENEW_WITHIN = timedelta(days=30)
"""Before a certificate ends: evidence for a renewal is no older than that."""


def suspended(facts: Facts) -> Said | None:
    row = facts.certificate
    if row is None or facts.status is not Status.SUSPENDED:
        return None
    ends = row.changed + timedelta(days=row.suspension_days)
    return Said(
        light=Light.NOW,
        says=f"Its certificate is suspended since {day(row.changed)}.",
        action="Take the sign down, mend the cause, check again, then have it reinstated.",
        command=f"friendlywifi reinstate {row.number} --by NAME",
        date=ends,
        what="withdrawn for good unless reinstated",
    )


def ended(facts: Facts) -> Said | None:
    row = facts.certificate
    if row is None or facts.status not in (Status.EXPIRED, Status.WITHDRAWN):
        return None
    word = "has expired" if facts.status is Status.EXPIRED else "was withdrawn"
    when = row.valid_until if facts.status is Status.EXPIRED else row.changed
    return Said(
        light=Light.NOW,
        says=f"Its certificate {word}, on {day(when)}.",
        action="Take the sign down; a new certificate needs fresh evidence.",
        command=f"friendlywifi certify request {facts.hotspot.id}" if facts.evidence.enough else check(facts),
    )


def lapsing(facts: Facts) -> Said | None:
    """Evidence that is about to be too old, of a certificate in force."""
    if facts.status not in (Status.PROVISIONAL, Status.VALID):
        return None
    lasts = [item.evidence for item in facts.conditions.values() if item.evidence is not None]
    if not lasts:
        return None
    lapses = min(lasts) + facts.rhythm.silence
    if lapses - facts.now > LAPSING_WITHIN:
        return None
    return Said(
        light=Light.NOW,
        says=f"There is no evidence of it since {day(min(lasts))}.",
        action="Check there." if facts.hotspot.mode is Mode.ROUNDS else "See why its runs tell nothing.",
        command=check(facts) if facts.hotspot.mode is Mode.ROUNDS else explain(facts),
        date=lapses,
        what="certificate suspended unless checked",
    )


def ending(facts: Facts) -> Said | None:
    row = facts.certificate
    if row is None or facts.status not in (Status.PROVISIONAL, Status.VALID):
        return None
    left = row.valid_until - facts.now
    if left > RENEW_WITHIN:
        return None
    days = f"{left.days} {'day' if left.days == 1 else 'days'}"
    return Said(
        light=Light.SOON,
        says=f"Its certificate ends in {days}.",
        action="Renew it.",
        command=f"friendlywifi renew {facts.hotspot.id}",
        date=row.valid_until,
        what="certificate ends",
    )


def uncertified(facts: Facts) -> Said | None:
    """All is well, and there is no certificate: either the evidence is not complete, or nobody asked."""
    if facts.status in (Status.PROVISIONAL, Status.VALID):
        return None
    so_far = facts.evidence
    if so_far.enough and facts.short and facts.share is not None:
        return Said(
            light=Light.WELL,
            says=(
                f"The filter works. For a certificate {facts.share.ran} of {facts.share.due} due checks in "
                f"30 days are too few: {needed(facts)} % are needed."
            ),
        )
    if so_far.enough:
        return Said(
            light=Light.SOON,
            says="The filter works and the evidence is complete; there is no certificate yet.",
            action="Ask for it.",
            command=f"friendlywifi certify request {facts.hotspot.id}",
        )
    return Said(
        light=Light.WELL,
        says=(
            f"The filter works. Evidence for a certificate: {so_far.runs} of {so_far.runs_needed} runs over "
            f"{so_far.days} of {so_far.days_needed} days."
        ),
    )


def well(facts: Facts) -> Said:
    row = facts.certificate
    until = "" if row is None else f" Certified until {day(row.valid_until)}."
    provisional = " (provisionally)" if facts.status is Status.PROVISIONAL else ""
    return Said(light=Light.WELL, says=f"The filter works.{until}{provisional}")
