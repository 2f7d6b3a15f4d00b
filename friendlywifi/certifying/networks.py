"""Which of a hotspot's networks its runs show to be well: only these are on the certificate.

Each needs a good run of its own, and what is seen of one says nothing of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from friendlywifi.certifying.checklist import Check
from friendlywifi.certifying.weighing import GOOD, Weighed
from friendlywifi.records.hotspots import Hotspot


def well(name: str, good: Iterable[Weighed]) -> bool:
    """Whether a network was seen to be well by itself, with the whole sample, and did not fail since."""
    runs = _runs_on(name, good)
    return any(item.outcome in GOOD for item in runs) and not runs[-1].failed


def _runs_on(name: str, good: Iterable[Weighed]) -> list[Weighed]:
    """Those that say something of a network, the oldest first. A run of the gates alone is inconclusive."""
    found = (item for item in good if item.run.vantage.ssid == name)
    return sorted((item for item in found if item.answers), key=lambda item: item.run.started)


def changed(name: str, seen: Iterable[Weighed]) -> Weighed | None:
    """The newest run on a network, where it saw another network than the enrolled one behind the name."""
    runs = sorted((item for item in seen if item.run.vantage.ssid == name), key=lambda item: item.run.started)
    return runs[-1] if runs and runs[-1].changed else None


def told(
    hotspot: Hotspot, ssids: tuple[str, ...], good: list[Weighed], seen: list[Weighed]
) -> Iterator[Check]:
    """Why the others of its networks are left out."""
    if not ssids:
        yield Check(done=False, text="no network of the hotspot has a valid run of its own")
    for name in hotspot.ssids:
        if name in ssids:
            continue
        runs = _runs_on(name, good)
        why = "has no valid run of its own"
        other = changed(name, seen)
        if other is not None:
            why = f"has changed, and nobody confirmed it (run {other.run.serial})"
        elif runs and runs[-1].failed:
            why = f"failed in its last run (run {runs[-1].run.serial})"
        elif any(item.run.vantage.ssid == name for item in good):
            why = "has no good run of its own with the whole sample"
        yield Check(done=None, text=f"“{name}” {why} and will not be on the certificate")
