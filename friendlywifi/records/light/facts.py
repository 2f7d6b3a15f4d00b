"""All that is on record of one hotspot: what the light follows from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from certificates.records import Status
from friendlywifi.records.certificate_rows import CertificateRow
from friendlywifi.records.due import Share
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.runs import RunRow
from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.rhythm import Rhythm
from friendlywifi.surveillance.states import State
from friendlywifi.surveillance.visits import Visit
from probes.records import Record


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
