"""One hotspot of the demo: checked as often as its story needs, and certified or refused.

Everything is measured through real sockets on loopback. Only the time of day is simulated, so that a
fortnight of checks fits into seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import new_key
from certificates.records import SignedCertificate
from criteria.records import AssessmentOutcome, Reference
from criteria.standard import Standard
from friendlywifi.checking.check import Checked, Input, Progress, check
from friendlywifi.checking.command import foreign_endpoints
from friendlywifi.evidence.keeping import promise
from friendlywifi.evidence.standards import texts_of
from friendlywifi.lab import Lab, Scenario
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.command import scenario_named
from friendlywifi.lab.daily import gates_only
from friendlywifi.lab.demo_certificate import certify
from friendlywifi.lab.world import VENDOR
from friendlywifi.language.spoken import phrase
from friendlywifi.reporting.report import Report, report_of
from probes.encrypted import ways
from probes.network import SimulatedClock
from probes.safesearch import engines

PLACES = {
    "certified": ("library", "Biblioteka Demo", "Rruga e Shembullit 1, Tiranë", "Biblioteka-WiFi"),
    "leaking": ("cafe", "Kafe Demo", "Rruga e Çajupit 7, Korçë", "Kafe-Demo"),
    "captive": ("airport", "Aeroporti Demo", "Salla e pritjes", "Airport-Free-WiFi"),
}
"""Per folder of the demo: the lab's scenario, and a place that exists nowhere."""

DAYS = 14
SHORT = replace(FAST, linger_known=0.1)
"""None of these three hotspots has a second answer on its way; a fortnight need not listen half a second for
it every day.
"""


@dataclass(frozen=True, kw_only=True)
class Story:
    """What came of one hotspot of the demo."""

    folder: str
    scenario: Scenario
    checked: Checked
    report: Report
    evidence: bytes
    """The bundle of the last run."""
    certificate: SignedCertificate | None
    why_not: tuple[str, ...]
    runs: int

    @property
    def true(self) -> bool:
        """Whether the outcome is the one that the scenario knows to be true."""
        truth = self.scenario.truth
        return (
            self.report.assessment.outcome == truth.outcome
            and self.report.run.void_reason == truth.void
            and (self.certificate is not None) == (truth.outcome is AssessmentOutcome.CERTIFIABLE)
        )


async def tell(
    folder: str,
    standard: Standard,
    standard_digest: str,
    key: Ed25519PrivateKey,
    show: Callable[[Progress], None],
) -> Story:
    """Check one hotspot as often as its story needs, and certify it or say why not."""
    scenario = scenario_named(PLACES[folder][0])
    first = datetime.now(UTC).replace(microsecond=0) - timedelta(days=DAYS)
    clock = SimulatedClock(first)
    made: list[Checked] = []
    texts, vantage = texts_of("baseline"), new_key()
    previous: bytes | None = None
    evidence = b""
    reference: Reference | None = None
    async with Lab(scenario, clock=clock, seed=f"demo {folder}", budgets=SHORT) as lab:
        days = DAYS if scenario.truth.outcome is AssessmentOutcome.CERTIFIABLE else 0
        for serial in range(1, days + 2):
            last = serial == days + 1
            given = Input(
                hotspot=PLACES[folder][1],
                serial=serial,
                authorised_by="Friendly Wi-Fi demo",
                standard=standard,
                standard_digest=standard_digest,
                lists=lab.lists if last else gates_only(lab.lists),
                network=lab.network,
                resolvers=lab.resolvers,
                resolver_source="given",
                foreign=foreign_endpoints(),
                # Daily runs ask for what the gates hang on; the ways around are for the last one.
                ways=ways() if last else None,
                engines=engines() if last else (),
                reference=lab.reference,
                vendor=VENDOR,
                seed=f"demo {folder} {serial}",
                overrides=("emulated hotspot",),
                identify=lambda: lab.vantage,
                slow=FAST_SLOW,
            )
            promised = promise(given, standard=texts, key=vantage, previous=previous)
            previous = promised.commitment
            made.append(
                await check(
                    given,
                    on_progress=lambda now, serial=serial: show(  # type: ignore[misc] # mypy cannot infer it
                        Progress(phase=_phase(folder, serial), done=now.done, of=now.of)
                    ),
                )
            )
            if last:
                reference = given.reference
                evidence = promised.bundle(given, made[-1])
            # A day and some hours later: evidence must come from different hours of the day.
            if not last:
                clock.advance(timedelta(days=1) if serial == days else timedelta(hours=23))
    certificate, why_not = certify(PLACES[folder][1:], standard, standard_digest, key, made)
    return Story(
        folder=folder,
        scenario=scenario,
        checked=made[-1],
        report=report_of(made[-1], reference=reference),
        evidence=evidence,
        certificate=certificate,
        why_not=why_not,
        runs=len(made),
    )


def _phase(folder: str, serial: int) -> str:
    """By the name of the place: the folder's would tell the end of the story before its beginning."""
    return phrase("%(hotspot)s, run %(serial)s", hotspot=PLACES[folder][1], serial=serial)
