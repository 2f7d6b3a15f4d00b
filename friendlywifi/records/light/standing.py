"""The light of a hotspot. The first line of `RULES` that has something to say says it.

Pure. Whatever is not known is never green.
"""

from __future__ import annotations

from datetime import datetime

from certificates.records import Status
from friendlywifi.records.hotspots import Mode
from friendlywifi.records.light import certificate_rules, filter_rules, watch_rules
from friendlywifi.records.light.facts import Facts
from friendlywifi.records.light.saying import Light, Rule
from friendlywifi.records.runs import RunRow
from friendlywifi.surveillance.visits import Errand
from probes.records import Record, Time

RULES: tuple[Rule, ...] = (
    watch_rules.not_enrolled,
    certificate_rules.suspended,
    filter_rules.failing,
    filter_rules.flapping,
    certificate_rules.ended,
    certificate_rules.lapsing,
    filter_rules.suspected,
    watch_rules.changed,
    watch_rules.elsewhere,
    watch_rules.overdue,
    certificate_rules.ending,
    watch_rules.unwatched,
    filter_rules.blind,
    filter_rules.recovering,
    watch_rules.behind,
    watch_rules.not_known,
    certificate_rules.uncertified,
    certificate_rules.well,
)


class Standing(Record):
    """One hotspot in a few words."""

    hotspot: str
    name: str
    light: Light
    says: str
    """One sentence: how it is."""
    network: str | None = None
    """The Wi-Fi that is meant, where the hotspot has several."""
    action: str | None = None
    """What somebody has to do; `None`: nothing."""
    command: str | None = None
    last_check: Time | None = None
    last_run: str | None = None
    """In a word how it went: `certifiable`, `void: captive`…"""
    next_date: Time | None = None
    next_what: str | None = None
    certificate: str | None = None
    """Its number."""
    certificate_status: Status | None = None
    certificate_until: Time | None = None
    checks_made: int | None = None
    """Of the due checks of the last 30 days, in how many intervals one was made; or how many visits."""
    checks_due: int | None = None


def standing(facts: Facts) -> Standing:
    """The light of one hotspot."""
    said = next(said for rule in RULES if (said := rule(facts)) is not None)
    what, date = (said.what, said.date) if said.what else _next(facts)
    row, path = facts.certificate, facts.worst[0]
    return Standing(
        hotspot=facts.hotspot.id,
        name=facts.hotspot.name,
        light=said.light,
        says=said.says,
        network=path if path and len(facts.hotspot.ssids) > 1 else None,
        action=said.action,
        command=said.command,
        last_check=None if facts.latest is None else facts.latest.started,
        last_run=None if facts.latest is None else _word(facts.latest),
        next_date=date,
        next_what=what,
        certificate=None if row is None else row.number,
        certificate_status=facts.status,
        certificate_until=None if row is None else row.valid_until,
        checks_made=None if facts.share is None else facts.share.ran,
        checks_due=None if facts.share is None else facts.share.due,
    )


def overall(standings: tuple[Standing, ...]) -> Light:
    """The worst of them; nothing to look after is nothing known."""
    order = list(Light)
    return min((item.light for item in standings), key=order.index, default=Light.UNKNOWN)


def _next(facts: Facts) -> tuple[str | None, datetime | None]:
    """What comes by the calendar."""
    if not facts.hotspot.enrolled:
        return None, None
    if facts.hotspot.mode is Mode.RESIDENT:
        hours = int(facts.rhythm.every.total_seconds()) // 3600
        return f"by itself, every {hours} h", None
    if not facts.visits:
        return None, None
    first = min(facts.visits, key=lambda item: (item.due, item.path))
    words = {Errand.CONFIRM: "confirm", Errand.AGAIN: "check again", Errand.ENROL: "enrol"}
    return words.get(first.errand, "visit"), first.due


def _word(row: RunRow) -> str:
    if row.void_reason is not None:
        return f"void: {row.void_reason.replace('_', ' ')}"
    return row.outcome.value.replace("_", " ")
