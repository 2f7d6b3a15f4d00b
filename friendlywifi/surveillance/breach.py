"""When a confirmed failure costs the certificate: by when it must be cured, and what stays when it is not."""

from __future__ import annotations

import msgspec

from friendlywifi.surveillance.condition import Breach, Condition
from friendlywifi.surveillance.rhythm import Rhythm
from probes.records import Time


def deadline(condition: Condition, rhythm: Rhythm, *, since: Time | None = None) -> Time | None:
    """By when a confirmed failure must be cured; `None`: there is none.

    One that is on its way to be cured has as long again and no longer: else a single good run, and then none,
    would do for a month. So has one that comes and goes, and one after a person reinstated the certificate
    (`since`).
    """
    if condition.confirmed_at is None:
        return None
    due = condition.confirmed_at + rhythm.cured_within
    if condition.confirmed:
        # One that was on its way to be cured and fails again is due when it does: from then on its holder has
        # time to take the sign down.
        return max(due, min((item.first for item in condition.streaks), default=due))
    return (due if since is None else max(due, since)) + rhythm.cured_within


def overdue(condition: Condition, rhythm: Rhythm, now: Time) -> Condition:
    """With the breach that fell due before this run, which may be the one that cures it."""
    due = deadline(condition, rhythm)
    return condition if due is None or due > now else _broken(condition, due, illegal=False)


def illegal(condition: Condition, rhythm: Rhythm) -> Condition:
    """With the breach of illegal content, which falls due when it is confirmed."""
    if condition.confirmed_at is None or not rhythm.illegal & set(condition.uncured):
        return condition
    return _broken(condition, condition.confirmed_at, illegal=True)


def _broken(condition: Condition, at: Time, *, illegal: bool) -> Condition:
    """Once in each trouble; illegal content is the graver one."""
    known = condition.breach
    if condition.confirmed_at is None or condition.trouble_since is None:
        return condition
    if known is not None and known.trouble == condition.trouble_since and known.illegal >= illegal:
        return condition
    breach = Breach(
        at=at,
        trouble=condition.trouble_since,
        confirmed=condition.confirmed_at,
        gates=condition.uncured,
        illegal=illegal,
        witnesses=condition.witnesses,
    )
    return msgspec.structs.replace(condition, breach=breach)
