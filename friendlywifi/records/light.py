"""How does a hotspot do, what comes next, what is there to do? The traffic light, from what is on record.

Pure. The first line of `RULES` that has something to say says it; whatever is not known is never green.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from certificates.records import Status
from friendlywifi.records.certificate_rows import CertificateRow
from friendlywifi.records.due import Share
from friendlywifi.records.hotspots import Hotspot, Mode
from friendlywifi.records.identity import Place
from friendlywifi.records.runs import RunRow
from friendlywifi.surveillance.rhythm import LAPSING_WITHIN, Rhythm
from friendlywifi.surveillance.states import Condition, State
from friendlywifi.surveillance.visits import Errand, Visit
from probes.records import Record, Time

RENEW_WITHIN = timedelta(days=30)
"""Before a certificate ends: evidence for a renewal is no older than that."""


class Light(StrEnum):
    """Worst first."""

    NOW = "act_now"
    SOON = "act_soon"
    UNKNOWN = "unknown"
    WELL = "well"


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


class EvidenceSoFar(Record):
    """What of an evidence window is there."""

    runs: int
    runs_needed: int
    days: int
    days_needed: int

    @property
    def enough(self) -> bool:
        return self.runs >= self.runs_needed and self.days >= self.days_needed


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that is on record of one hotspot, at a time."""

    hotspot: Hotspot
    rhythm: Rhythm
    conditions: Mapping[str, Condition]
    """By network name; empty: by cable, or unknown."""
    latest: RunRow | None
    certificate: CertificateRow | None
    """The one that something can still become of, else the newest."""
    status: Status | None
    """What that one is worth now."""
    visits: tuple[Visit, ...]
    evidence: EvidenceSoFar
    watched: datetime | None
    """When `serve` last looked; `None`: never."""
    now: datetime
    share: Share | None = None
    """Of the due checks of the last 30 days."""

    @property
    def short(self) -> bool:
        """Fewer of the due checks were made than a certificate needs."""
        return self.share is not None and self.share.ran < self.rhythm.ran_at_least * self.share.due

    @property
    def worst(self) -> tuple[str, Condition]:
        """The network that is worst off."""
        if not self.conditions:
            return "", Condition()
        return min(self.conditions.items(), key=lambda item: (_gravity(item[1]), item[0]))


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a rule says."""

    light: Light
    says: str
    action: str | None = None
    command: str | None = None
    date: datetime | None = None
    what: str | None = None


Rule = Callable[[Facts], Said | None]

_GRAVITY: tuple[State, ...] = (
    State.FAILING_CONFIRMED,
    State.FLAPPING,
    State.FAILING_SUSPECTED,
    State.RECOVERING,
    State.PORTAL_LOCKED,
    State.UPLINK_DEAD,
    State.PROBE_SILENT,
    State.UNKNOWN,
    State.WELL,
)


def _gravity(condition: Condition) -> int:
    """A failure weighs as much behind a login page, which hides it and cures nothing."""
    return min(_GRAVITY.index(condition.state), _GRAVITY.index(condition.behind))


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


# ---------------------------------------------------------------------------------------------- rules


def _not_enrolled(facts: Facts) -> Said | None:
    if facts.hotspot.enrolled:
        return None
    return Said(
        light=Light.SOON,
        says="Not enrolled yet, so that no run counts.",
        action="Make a check there on its Wi-Fi, then enrol it by that check.",
        command=f"friendlywifi hotspot enrol {facts.hotspot.id}",
    )


def _suspended(facts: Facts) -> Said | None:
    row = facts.certificate
    if row is None or facts.status is not Status.SUSPENDED:
        return None
    ends = row.changed + timedelta(days=row.suspension_days)
    return Said(
        light=Light.NOW,
        says=f"Its certificate is suspended since {_day(row.changed)}.",
        action="Take the sign down, mend the cause, check again, then have it reinstated.",
        command=f"friendlywifi reinstate {row.number} --by NAME",
        date=ends,
        what="withdrawn for good unless reinstated",
    )


def _failing(facts: Facts) -> Said | None:
    path, condition = facts.worst
    if condition.behind is not State.FAILING_CONFIRMED:
        return None
    since = condition.confirmed_at or condition.trouble_since
    gates = ", ".join(condition.gates) or "a gate"
    in_force = facts.status in (Status.PROVISIONAL, Status.VALID)
    deadline = None if since is None else since + facts.rhythm.cured_within
    return Said(
        light=Light.NOW,
        says=f"The filter fails ({gates}{_on(facts, path)}), confirmed{_since(since)}.",
        action=_by_whom(condition),
        command=_explain(facts),
        date=deadline if in_force else None,
        what="certificate suspended unless cured" if in_force else None,
    )


def _flapping(facts: Facts) -> Said | None:
    path, condition = facts.worst
    if condition.behind is not State.FLAPPING:
        return None
    return Said(
        light=Light.NOW,
        says=f"The filter comes and goes{_on(facts, path)}: {len(condition.falls)} failures in a few days.",
        action=_by_whom(condition),
        command=_explain(facts),
    )


def _suspected(facts: Facts) -> Said | None:
    path, condition = facts.worst
    if condition.behind is not State.FAILING_SUSPECTED:
        return None
    gates = ", ".join(sorted({item.gate for item in condition.streaks})) or "a gate"
    resident = facts.hotspot.mode is Mode.RESIDENT
    return Said(
        light=Light.SOON,
        says=f"A check failed ({gates}{_on(facts, path)}{_since(condition.trouble_since)}), unconfirmed.",
        action="Nothing: the probe confirms it by itself."
        if resident
        else "Check there once more, and later.",
        command=_explain(facts) if resident else _check(facts),
    )


def _recovering(facts: Facts) -> Said | None:
    path, condition = facts.worst
    if condition.behind is not State.RECOVERING:
        return None
    return Said(
        light=Light.SOON,
        says=f"The filter works again{_on(facts, path)}, and further checks must confirm it.",
        action=None if facts.hotspot.mode is Mode.RESIDENT else "Check there again.",
        command=None if facts.hotspot.mode is Mode.RESIDENT else _check(facts),
    )


def _changed(facts: Facts) -> Said | None:
    row = facts.latest
    if row is None or row.place is not Place.CHANGED:
        return None
    return Said(
        light=Light.SOON,
        says=f"Its network has changed: {'; '.join(row.differs)}.",
        action="Find out who changed it. If it is right, confirm it; until then its runs are no evidence.",
        command=f"friendlywifi hotspot enrol {facts.hotspot.id} --again --why WHY",
    )


def _elsewhere(facts: Facts) -> Said | None:
    row = facts.latest
    if row is None or row.place is not Place.ELSEWHERE:
        return None
    return Said(
        light=Light.SOON,
        says=f"The last run was not made there: {'; '.join(row.differs)}.",
        action="Check it at the right place; if its router was replaced, enrol it again.",
        command=f"friendlywifi hotspot enrol {facts.hotspot.id} --again --why WHY",
    )


def _blind(facts: Facts) -> Said | None:
    path, condition = facts.worst
    told = {
        State.PORTAL_LOCKED: ("A login page stands before the filter", "Log the probe in, or exempt it."),
        State.UPLINK_DEAD: ("Nothing behind the hotspot answers", "Ask the provider about the line."),
        State.PROBE_SILENT: ("The probe there is silent", "See whether it has power and network."),
    }
    if condition.state not in told:
        return None
    says, action = told[condition.state]
    return Said(
        light=Light.UNKNOWN,
        says=f"{says}{_on(facts, path)}{_since(condition.since)}: how the filter does is not known.",
        action=action if facts.hotspot.mode is Mode.RESIDENT else "Check there again.",
        command=None if facts.hotspot.mode is Mode.RESIDENT else _check(facts),
    )


def _ended(facts: Facts) -> Said | None:
    row = facts.certificate
    if row is None or facts.status not in (Status.EXPIRED, Status.WITHDRAWN):
        return None
    word = "has expired" if facts.status is Status.EXPIRED else "was withdrawn"
    when = row.valid_until if facts.status is Status.EXPIRED else row.changed
    return Said(
        light=Light.NOW,
        says=f"Its certificate {word}, on {_day(when)}.",
        action="Take the sign down; a new certificate needs fresh evidence.",
        command=f"friendlywifi certify request {facts.hotspot.id}"
        if facts.evidence.enough
        else _check(facts),
    )


def _lapsing(facts: Facts) -> Said | None:
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
        says=f"There is no evidence of it since {_day(min(lasts))}.",
        action="Check there." if facts.hotspot.mode is Mode.ROUNDS else "See why its runs tell nothing.",
        command=_check(facts) if facts.hotspot.mode is Mode.ROUNDS else _explain(facts),
        date=lapses,
        what="certificate suspended unless checked",
    )


def _overdue(facts: Facts) -> Said | None:
    late = [item for item in facts.visits if item.overdue_days > 0]
    if not late:
        return None
    first = max(late, key=lambda item: item.overdue_days)
    days = f"{first.overdue_days} {'day' if first.overdue_days == 1 else 'days'}"
    return Said(
        light=Light.SOON,
        says=f"A visit is overdue by {days}{_on(facts, first.path)}.",
        action="Go there and check.",
        command=_check(facts),
        date=first.lapses,
        what="evidence lapses" if first.lapses is not None else None,
    )


def _behind(facts: Facts) -> Said | None:
    """A probe that misses its checks sees too little for a certificate, however good what it sees is."""
    share = facts.share
    if facts.hotspot.mode is not Mode.RESIDENT or share is None or not facts.short:
        return None
    if share.due * (1 - facts.rhythm.ran_at_least) < 1:
        # Of so few a single one would already be too many.
        return None
    return Said(
        light=Light.SOON,
        says=f"Only {share.ran} of {share.due} due checks were made in 30 days; "
        f"{_needed(facts)} % are needed.",
        action="See what keeps the probe from them: power, network, quiet hours.",
        command=f"friendlywifi status {facts.hotspot.id}",
    )


def _needed(facts: Facts) -> str:
    return f"{float(facts.rhythm.ran_at_least * 100):g}"


def _ending(facts: Facts) -> Said | None:
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


def _unwatched(facts: Facts) -> Said | None:
    """A probe on site is watched by `serve`; where that stands still, nothing new is known."""
    if facts.hotspot.mode is not Mode.RESIDENT:
        return None
    if facts.watched is not None and facts.now - facts.watched < facts.rhythm.every:
        return None
    return Said(
        light=Light.UNKNOWN,
        says=f"The schedule does not run: it last looked{_since(facts.watched) or ' never'}.",
        action="Start it, and see that it starts by itself with the machine.",
        command="friendlywifi serve",
    )


def _not_known(facts: Facts) -> Said | None:
    seen = {item.state for item in facts.conditions.values()}
    if seen == {State.WELL} and facts.latest is not None:
        return None
    done = facts.latest is not None
    return Said(
        light=Light.UNKNOWN,
        says="No check there could tell yet." if done else "Not checked yet.",
        action="Check there." if facts.hotspot.mode is Mode.ROUNDS else None,
        command=_check(facts),
    )


def _uncertified(facts: Facts) -> Said | None:
    """All is well, and there is no certificate: either the evidence is not complete, or nobody asked."""
    if facts.status in (Status.PROVISIONAL, Status.VALID):
        return None
    so_far = facts.evidence
    if so_far.enough and facts.short and facts.share is not None:
        return Said(
            light=Light.WELL,
            says=(
                f"The filter works. For a certificate {facts.share.ran} of {facts.share.due} due checks in "
                f"30 days are too few: {_needed(facts)} % are needed."
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


def _well(facts: Facts) -> Said:
    row = facts.certificate
    until = "" if row is None else f" Certified until {_day(row.valid_until)}."
    provisional = " (provisionally)" if facts.status is Status.PROVISIONAL else ""
    return Said(light=Light.WELL, says=f"The filter works.{until}{provisional}")


RULES: tuple[Rule, ...] = (
    _not_enrolled,
    _suspended,
    _failing,
    _flapping,
    _ended,
    _lapsing,
    _suspected,
    _changed,
    _elsewhere,
    _overdue,
    _ending,
    _unwatched,
    _blind,
    _recovering,
    _behind,
    _not_known,
    _uncertified,
    _well,
)


# ---------------------------------------------------------------------------------------------- words


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


def _on(facts: Facts, path: str) -> str:
    return f" on “{path}”" if path and len(facts.hotspot.ssids) > 1 else ""


def _since(time: datetime | None) -> str:
    return "" if time is None else f" since {_day(time)}"


def _day(time: datetime) -> str:
    return f"{time:%-d %B %Y}"


def _by_whom(condition: Condition) -> str:
    if condition.causes:
        shown = ", ".join(condition.causes[:3])
        return f"Mend it with whoever runs {shown}, then check again."
    return "Mend the filter with its provider, then check again."


def _explain(facts: Facts) -> str | None:
    row = facts.latest
    return None if row is None else f"friendlywifi status {facts.hotspot.id}"


def _check(facts: Facts) -> str:
    return f'friendlywifi check --hotspot "{facts.hotspot.name}"; friendlywifi records import'
