"""What is said of how a hotspot is watched: whether it is, there, and often enough."""

from __future__ import annotations

from friendlywifi.records.hotspots import Mode
from friendlywifi.records.identity import Place
from friendlywifi.records.light.facts import Facts
from friendlywifi.records.light.saying import Light, Said, check, day, needed, on
from friendlywifi.surveillance.states import State


def not_enrolled(facts: Facts) -> Said | None:
    if facts.hotspot.enrolled:
        return None
    return Said(
        light=Light.SOON,
        says="Not enrolled yet, so that no run counts.",
        action="Make a check there on its Wi-Fi, then enrol it by that check.",
        command=f"friendlywifi hotspot enrol {facts.hotspot.id}",
    )


def changed(facts: Facts) -> Said | None:
    row = facts.latest
    if row is None or row.place is not Place.CHANGED:
        return None
    return Said(
        light=Light.SOON,
        says=f"Its network has changed: {'; '.join(row.differs)}.",
        action="Find out who changed it. If it is right, confirm it; until then its runs are no evidence.",
        command=f"friendlywifi hotspot enrol {facts.hotspot.id} --again --why WHY",
    )


def elsewhere(facts: Facts) -> Said | None:
    row = facts.latest
    if row is None or row.place is not Place.ELSEWHERE:
        return None
    return Said(
        light=Light.SOON,
        says=f"The last run was not made there: {'; '.join(row.differs)}.",
        action="Check it at the right place; if its router was replaced, enrol it again.",
        command=f"friendlywifi hotspot enrol {facts.hotspot.id} --again --why WHY",
    )


def overdue(facts: Facts) -> Said | None:
    late = [item for item in facts.visits if item.overdue_days > 0]
    if not late:
        return None
    first = max(late, key=lambda item: item.overdue_days)
    days = f"{first.overdue_days} {'day' if first.overdue_days == 1 else 'days'}"
    return Said(
        light=Light.SOON,
        says=f"A visit is overdue by {days}{on(facts, first.path)}.",
        action="Go there and check.",
        command=check(facts),
        date=first.lapses,
        what="evidence lapses" if first.lapses is not None else None,
    )


def behind(facts: Facts) -> Said | None:
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
        f"{needed(facts)} % are needed.",
        action="See what keeps the probe from them: power, network, quiet hours.",
        command=f"friendlywifi status {facts.hotspot.id}",
    )


def unwatched(facts: Facts) -> Said | None:
    """A probe on site is watched by `serve`; where that stands still, nothing new is known."""
    if facts.hotspot.mode is not Mode.RESIDENT:
        return None
    if facts.watched is not None and facts.now - facts.watched < facts.rhythm.every:
        return None
    if facts.watched is None:
        says = "The schedule does not run: it has never looked."
    else:
        says = f"The schedule does not run: it looked last on {day(facts.watched)}."
    return Said(
        light=Light.UNKNOWN,
        says=says,
        action="Start it, and see that it starts by itself with the machine.",
        command="friendlywifi serve",
    )


def not_known(facts: Facts) -> Said | None:
    seen = {item.state for item in facts.conditions.values()}
    if seen == {State.WELL} and facts.latest is not None:
        return None
    done = facts.latest is not None
    return Said(
        light=Light.UNKNOWN,
        says="No check there could tell yet." if done else "Not checked yet.",
        action="Check there." if facts.hotspot.mode is Mode.ROUNDS else None,
        command=check(facts),
    )
