"""The demo: a hotspot that is certified after a fortnight, one that leaks, one behind a login page.

Everything is measured through real sockets on loopback. Only the time of day is simulated, so that a
fortnight of checks fits into seconds; the certificate says TEST on every face.
"""

from __future__ import annotations

import asyncio
import shlex
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.console import Console
from rich.table import Table

from certificates.issue import Refusal, evidence_of, issue
from certificates.keys import new_key, public_text
from certificates.page import render_page
from certificates.print import render_pdf
from certificates.records import Attestation, Decision, SignedCertificate
from certificates.signing import to_file
from certificates.trust import TrustedIssuer, TrustList, sign_trust
from criteria.period import PeriodAssessment, assess_period
from criteria.records import AssessmentOutcome, CriterionOutcome, Outcome, Reference
from criteria.standard import Standard
from friendlywifi import files, terminal
from friendlywifi.checking.check import Checked, Input, Progress, check
from friendlywifi.checking.command import foreign_endpoints, leave
from friendlywifi.evidence.keeping import promise
from friendlywifi.evidence.standards import texts_of
from friendlywifi.exitcodes import Exit
from friendlywifi.lab import Lab, Scenario
from friendlywifi.lab.command import scenario_named
from friendlywifi.lab.world import VENDOR
from friendlywifi.language.retelling import retold, word
from friendlywifi.language.spoken import fine_print, later, phrase, spoken
from friendlywifi.reporting.leaks import leaks
from friendlywifi.reporting.report import Report, report_of
from friendlywifi.shipped import load_standard
from friendlywifi.terminal import shown
from probes.encrypted import ways
from probes.network import SLOW, Budgets, SimulatedClock
from probes.records import Category, Target, TargetList, digest, encode
from probes.safesearch import engines

FAST = Budgets(dns=2.0, dns_resend=(0.4, 1.0), tcp=2.0, tls=2.0, http=2.0, rate=0.0, in_flight=32, visits=64)
"""Loopback needs no manners, and nothing there is seconds away; but one process plays both sides, and what
is asked of it at once waits for each other.
"""
SHORT = replace(FAST, linger_known=0.1)
"""None of these three hotspots has a second answer on its way; a fortnight need not listen half a second for
it every day.
"""
FAST_SLOW = replace(
    SLOW, dns=3.0, dns_resend=(0.8, 1.8), linger=0.1, tcp=3.0, tls=3.0, http=3.0, in_flight=32, rate=0.0
)

PLACES = {
    "certified": ("library", "Biblioteka Demo", "Rruga e Shembullit 1, Tiranë", "Biblioteka-WiFi"),
    "leaking": ("cafe", "Kafe Demo", "Rruga e Çajupit 7, Korçë", "Kafe-Demo"),
    "captive": ("airport", "Aeroporti Demo", "Salla e pritjes", "Airport-Free-WiFi"),
}
"""Per folder of the demo: the lab's scenario, and a place that exists nowhere."""

DAYS = 14
DAILY_CONTROLS = 4
ISSUER = "Friendly Wi-Fi demo issuer TEST"
URL = "https://verify.friendlywifi.example/c/"


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


def run(output: Path) -> Exit:
    """Measure, judge, certify or refuse; print where everything is."""
    files.prepare(output)
    console = terminal.out()
    began = time.monotonic()
    standard, standard_digest = load_standard("baseline")
    key, scheme = new_key(), new_key()
    stories = []
    opening = phrase("Three emulated hotspots, on this machine's loopback only")
    console.print(f"[bold]{shown(opening)}[/bold]\n")
    for folder in PLACES:
        with terminal.progress_bar() as show:
            story = asyncio.run(_tell(folder, standard, standard_digest, key, show))
        _leave(output / folder, story)
        stories.append(story)
        _print(story, output / folder, console)
    files.write(
        output / "issuers.json",
        sign_trust(
            TrustList(
                scheme="Friendly Wi-Fi demo scheme TEST",
                key=public_text(scheme.public_key()),
                issued=datetime.now(UTC).replace(microsecond=0),
                issuers=(
                    TrustedIssuer(
                        name=ISSUER,
                        key=public_text(key.public_key()),
                        valid_from=datetime.now(UTC).replace(microsecond=0) - timedelta(days=1),
                        valid_until=datetime.now(UTC).replace(microsecond=0) + timedelta(days=730),
                        test=True,
                        url=URL,
                    ),
                ),
                standards=(standard_digest,),
            ),
            scheme,
        ),
    )
    certificate = _word(output / "certified" / "certificate.pdf")
    issuers = _word(output / "issuers.json")
    took = phrase(
        "%(took)s seconds. Is the certificate genuine? Ask:", took=f"{time.monotonic() - began:.1f}"
    )
    console.print(
        f"[dim]{shown(took)}[/dim]\n\n"
        f"  friendlywifi verify {certificate} \\\n    --allow-test --issuer {issuers}\n",
        soft_wrap=True,
    )
    for line in fine_print():
        console.print(f"[dim]{shown(line)}[/dim]")
    return Exit.YES if all(story.true for story in stories) else Exit.NO


def _word(path: Path) -> str:
    """A path as one word of a command that can be copied."""
    return shown(shlex.quote(str(path)))


async def _tell(
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
    certificate, why_not = _certify(folder, standard, standard_digest, key, made)
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


def gates_only(lists: tuple[TargetList, ...]) -> tuple[TargetList, ...]:
    """What a daily run asks: the gates without the large samples, which the standard wants weekly."""
    return tuple(
        msgspec.structs.replace(item, targets=tuple(_daily(item)))
        for item in lists
        if any(target.category is not Category.ADULT or target.rank for target in item.targets)
    )


def _daily(item: TargetList) -> Iterator[Target]:
    """All but the sample of everyday names; of these a few remain, as controls."""
    controls = 0
    for target in item.targets:
        if target.category is Category.CONTROL_GENERAL:
            controls += 1
            if target.token is None or controls > DAILY_CONTROLS:
                continue
        yield target


def _certify(
    folder: str,
    standard: Standard,
    standard_digest: str,
    key: Ed25519PrivateKey,
    made: list[Checked],
) -> tuple[SignedCertificate | None, tuple[str, ...]]:
    """The certificate that the evidence of the period carries, or the sentences why there is none."""
    period = assess_period(
        standard=standard,
        standard_digest=standard_digest,
        runs=tuple((item.run, item.judgement) for item in made),
        certification_run=made[-1].run.id,
        allow_overrides=True,
    )
    assessment = made[-1].judgement.assessment
    if period.outcome not in (AssessmentOutcome.CERTIFIABLE, AssessmentOutcome.PROVISIONAL):
        return None, _why_not(made[-1], period)
    _, holder, address, ssid = PLACES[folder]
    now = made[-1].run.ended
    try:
        signed = issue(
            number=f"DEMO-{made[-1].run.id[:8].upper()}",
            url=f"{URL}DEMO-{made[-1].run.id[:8].upper()}",
            attestation=Attestation(
                holder=holder,
                place=holder,
                address=address,
                ssids=(ssid,),
                report_to="ISIGURT.al, or ALO 116 111",
                appeal_to="the issuer named on this certificate",
                language="sq",
                by="Friendly Wi-Fi demo",
                time=now,
            ),
            decision=Decision(
                decider="Demo decider",
                evaluator="Demo evaluator",
                time=now,
                assessment=digest(assessment),
            ),
            standard=standard,
            assessment=assessment,
            evidence=evidence_of(
                [item.run for item in made],
                valid={item.run.id for item in made if item.judgement.fitness.void_reason is None},
                certification_run=period.certification_run,
                witness=None,
            ),
            targets=made[-1].plan.targets,
            lists=made[-1].run.lists,
            issuer=ISSUER,
            key=key,
            now=now,
            test=True,
            period=period,
        )
    except Refusal as refusal:
        return None, (str(refusal),)
    return signed, ()


def _why_not(checked: Checked, period: PeriodAssessment) -> tuple[str, ...]:
    fitness = checked.judgement.fitness
    if fitness.void_reason is not None:
        return (fitness.explanation,)
    failed = tuple(
        f"{item.id}  {item.reason}"
        for item in checked.judgement.assessment.criteria
        if item.gate and item.result is CriterionOutcome.FAIL
    )
    return failed or period.reasons


def _leave(directory: Path, story: Story) -> None:
    """The files of one hotspot; certificates of an earlier demo go away first."""
    for name in ("certificate.json", "certificate.pdf", "certificate.html"):
        (directory / name).unlink(missing_ok=True)
    leave(directory, story.checked, encode(story.report), story.evidence)
    if story.certificate is not None:
        files.write(directory / "certificate.json", to_file(story.certificate))
        files.write(directory / "certificate.pdf", render_pdf(story.certificate))
        files.write(directory / "certificate.html", render_page(story.certificate).encode())


_ANSWERS = {
    AssessmentOutcome.CERTIFIABLE: (later("CERTIFIED"), "green"),
    AssessmentOutcome.INCONCLUSIVE: (later("COULD NOT TELL"), "yellow"),
}
_REFUSED = (later("REFUSED"), "red")

STORIES = (
    later("Library, well filtered"),
    later(
        "A public library whose provider filters for it: adult and illegal names lead nowhere, all else "
        "opens, and other resolvers cannot be asked."
    ),
    later("Café, open over IPv6"),
    later(
        "A café whose filter is older than its IPv6: asked for an IPv6 address it gives the true one of "
        "every adult site, and resolvers elsewhere answer too, in the clear and encrypted."
    ),
    later("Airport, behind a captive portal"),
    later(
        "An airport that holds every visitor at its login page: nothing opens yet, and so nothing can be "
        "said about its filter."
    ),
)
"""What the three scenarios say of themselves."""


def _print(story: Story, directory: Path, console: Console) -> None:
    """One hotspot in a few lines: the answer first."""
    told, colour = _ANSWERS.get(story.report.assessment.outcome, _REFUSED)

    def line(text: str, *, sign: str = "") -> None:
        grid = Table.grid(padding=(0, 1))
        grid.add_row("", f"[{colour}]{sign}[/{colour}]", text) if sign else grid.add_row("", text)
        console.print(grid)

    title = phrase(story.scenario.title) if story.scenario.title in STORIES else story.scenario.title
    tale = phrase(story.scenario.story) if story.scenario.story in STORIES else story.scenario.story
    console.print(f"[bold reverse {colour}] {shown(phrase(told))} [/]  [bold]{shown(title)}[/bold]")
    line(f"[dim]{shown(tale)}[/dim]")
    counts = Counter(item.outcome for item in story.report.verdicts)
    outcomes = ", ".join(f"{counts[item]} {word(item.value)}" for item in Outcome if counts[item])
    places = {"names": sum(counts.values()), "outcomes": outcomes}
    if story.runs > 1:
        line(
            phrase(
                "%(runs)s runs in %(days)s simulated days, the last one: of %(names)s names %(outcomes)s.",
                runs=story.runs,
                days=DAYS,
                **places,
            )
        )
    else:
        line(phrase("1 run: of %(names)s names %(outcomes)s.", **places))
    for leak in leaks(story.report.verdicts):
        line(shown(retold(leak)), sign="✗")
    for reason in story.why_not:
        criterion, apart, sentence = reason.rpartition("  ")
        line(shown(f"{criterion}{apart}{retold(sentence)}"), sign="✗")
    names = "report.json, plan.json, observations.jsonl, bundle.zip"
    if story.certificate is not None:
        certificate = story.certificate.certificate
        line(
            shown(
                phrase(
                    "Certificate %(number)s, %(status)s until %(day)s, marked TEST",
                    number=certificate.number,
                    status=word(certificate.status),
                    day=spoken().day(certificate.valid_until),
                )
            ),
            sign="✓",
        )
        names = f"certificate.pdf, certificate.html, certificate.json, {names}"
    line(f"[dim]{shown(directory)}/[/dim] {names}")
    console.print()
