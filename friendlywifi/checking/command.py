"""From what the user wished to a check that can run: settings, lists, resolvers, and what it will contact."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec

from criteria.plan import PlanFault
from criteria.records import AssessmentOutcome, Forecast
from criteria.standard import Standard
from criteria.ways import way_of
from friendlywifi import files, terminal
from friendlywifi.checking import serials
from friendlywifi.checking.attesting import attestations
from friendlywifi.checking.check import Checked, FirstRun, Input, check, forecast_of, plan_of
from friendlywifi.checking.here import Here
from friendlywifi.checking.login import EXEMPTED, Waiting, patience
from friendlywifi.checking.naming import Named, named_as_recorded
from friendlywifi.checking.networkkey import network_key
from friendlywifi.checking.second_stage import first_run
from friendlywifi.checking.targeting import all_lists, named_list
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import BUNDLE
from friendlywifi.evidence.keeping import kept_bundle, register
from friendlywifi.evidence.listproofs import ListProof
from friendlywifi.evidence.longlists import sift
from friendlywifi.evidence.standards import texts_of
from friendlywifi.exitcodes import Exit
from friendlywifi.language.retelling import retold, word
from friendlywifi.language.spoken import phrase
from friendlywifi.referencing import words as reference_words
from friendlywifi.referencing.source import Opened, open_reference
from friendlywifi.reporting.report import observation_lines, report_of
from friendlywifi.reporting.show import show_report
from friendlywifi.settings import Settings, load_settings
from friendlywifi.shipped import load_standard
from probes.encrypted import ways
from probes.foreign import ResolverKind, foreign_resolvers
from probes.network import Network, endpoint, split_endpoint
from probes.records import Family, Plan, TargetList, encode
from probes.safesearch import engines
from probes.targets.stream import TargetStream
from probes.tomlfile import TomlFault
from probes.vantage.portalapi import ask_api


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The flags of `friendlywifi check`, as given."""

    authorised_by: str | None = None
    resolvers: tuple[str, ...] = ()
    targets: tuple[Path, ...] = ()
    standard: str | None = None
    connect_to: tuple[str, ...] = ()
    reference: str | None = None
    """A file or an https URL."""
    reference_keys: tuple[str, ...] = ()
    vendor: str | None = None
    hotspot: str | None = None
    seed: str | None = None
    attestations: Path | None = None
    filter_lists: tuple[Path, ...] = ()
    second_of: Path | None = None
    """The bundle of the run whose open samples this one decides."""
    config: Path | None = None
    wait_for_login: float | None = None
    """Seconds; `None`: as long as a person at a terminal gets."""
    exempted_device: bool = False


def run(wish: Wish, *, json: bool, output: Path | None, quiet: bool, bundle: Path | None = None) -> Exit:
    """Check, print, leave files, and say by the exit code what came of it."""
    given = prepare(wish)
    try:
        plan = plan_of(given)
    except PlanFault as fault:
        raise Complaint(str(fault)) from None
    forecast = forecast_of(given, plan)
    if output is not None:
        files.prepare(output)
    if bundle is not None:
        files.prepare_file(bundle, what="the bundle")
    state = serials.state_directory()
    given = replace(given, serial=serials.claim(state, given.hotspot, now=_now(given)))
    promised = register(given, standard=texts_of(standard_of(wish)), state=state)
    console = terminal.err()
    if not quiet:
        unlisted = _unlisted(wish)
        if unlisted is not None:
            console.print(f"[yellow]{terminal.shown(unlisted)}[/yellow]")
        console.print(terminal.shown(retold(contacts(given, plan))))
        console.print(terminal.shown(_best(forecast)))
        for condition in forecast.provided:
            told = phrase("provided that %(condition)s", condition=retold(condition))
            console.print(terminal.shown(f"  {told}"))
        console.print(terminal.shown(retold(_reference_line(given, plan))))
    with terminal.progress_bar() as show:
        checked = asyncio.run(
            check(
                given,
                on_progress=(lambda _: None) if quiet else show,
                on_portal=_waiting(wish, given, talks=not quiet and not json),
            )
        )
    report = report_of(
        checked,
        reference=given.reference,
        signer=given.reference_signer,
        trusted=given.reference_trusted,
        attestations=given.attestations,
    )
    evidence = promised.bundle(given, checked)
    kept = kept_bundle(state, given.hotspot, given.serial)
    lost = _left(output, (kept, bundle), checked, encode(report), evidence)
    if json:
        terminal.data(encode(report))
    else:
        show_report(report, terminal.out())
    if lost is not None:
        raise lost
    if not quiet:
        if output is not None:
            left = "report.json, plan.json, observations.jsonl, bundle.zip"
            console.print(terminal.shown(phrase("Left in %(place)s: %(files)s", place=output, files=left)))
        if report.run.void_reason is not None:
            why = retold(report.run.fitness.explanation)
            console.print(terminal.shown(phrase("Could not tell: %(why)s", why=why)))
    return exit_of(report.assessment.outcome)


def _named(text: str, settings: Settings) -> Named:
    from friendlywifi.records.place import records_file  # noqa: PLC0415 - it asks this package where state is

    return named_as_recorded(text, records_file(settings))


def _unlisted(wish: Wish) -> str | None:
    """What to say where the name is of none of the hotspots that are looked after here."""
    if wish.hotspot is None:
        return None
    found = _named(wish.hotspot, load_settings(file=wish.config).settings)
    if not found.unknown:
        return None
    if found.near is not None:
        return phrase(
            "No hotspot here is named %(name)s; is %(near)s meant? friendlywifi hotspot list shows all.",
            name=found.name,
            near=found.near,
        )
    return phrase("No hotspot here is named %(name)s; friendlywifi hotspot list shows all.", name=found.name)


def _best(forecast: Forecast) -> str:
    outcome = word(forecast.outcome.value)
    if not forecast.because:
        return phrase("Best possible result: %(outcome)s.", outcome=outcome)
    why = "; ".join(map(retold, forecast.because))
    return phrase("Best possible result: %(outcome)s, because %(why)s.", outcome=outcome, why=why)


def _waiting(wish: Wish, given: Input, *, talks: bool) -> Waiting | None:
    """Whoever waits for a login; `None`: nobody does."""
    seconds = patience(wish.wait_for_login, talks=talks)
    if seconds <= 0:
        return None

    def tell(sentence: str) -> None:
        terminal.err().print(terminal.shown(sentence))

    return Waiting(seconds=seconds, clock=given.network.clock, tell=tell)


def _now(given: Input) -> datetime:
    return given.network.clock.now()


def _left(
    directory: Path | None,
    bundles: tuple[Path | None, ...],
    checked: Checked,
    report: bytes,
    evidence: bytes,
) -> Complaint | None:
    """Leave the files, or say why not: a full disk must not cost the answer, which is still to be printed.

    The evidence first, and each place by itself: what has no room in one may have it in another.
    """
    lost: list[str] = []
    for path in bundles:
        if path is not None:
            with _noting(lost):
                files.write(path, evidence)
    if directory is not None:
        with _noting(lost):
            leave(directory, checked, report, evidence)
    return Complaint("; ".join(lost)) if lost else None


@contextmanager
def _noting(lost: list[str]) -> Iterator[None]:
    try:
        yield
    except Complaint as complaint:
        lost.append(str(complaint))


def leave(directory: Path, checked: Checked, report: bytes, evidence: bytes) -> None:
    """The files of a check, each whole or not at all; the report last, so that it never lies alone."""
    files.write(directory / "plan.json", encode(checked.plan) + b"\n")
    files.write(directory / "observations.jsonl", observation_lines(checked))
    files.write(directory / BUNDLE, evidence)
    files.write(directory / "report.json", msgspec.json.format(report, indent=2) + b"\n")


def standard_of(wish: Wish) -> str:
    """Which standard is wished for, or configured."""
    return wish.standard or load_settings(file=wish.config).settings.check.standard


def exit_of(outcome: AssessmentOutcome) -> Exit:
    """The exit code of `check` for an outcome."""
    if outcome is AssessmentOutcome.CERTIFIABLE:
        return Exit.YES
    if outcome is AssessmentOutcome.INCONCLUSIVE:
        return Exit.UNKNOWN
    return Exit.NO


def prepare(wish: Wish) -> Input:
    """Everything a check needs but its number, or a complaint: what is missing, and where to give it."""
    settings = load_settings(file=wish.config).settings
    authorised_by = wish.authorised_by or settings.check.authorised_by
    if not authorised_by or not authorised_by.strip():
        raise Complaint(
            "say who allowed this check: --authorised-by NAME, or authorised_by under [check] in the "
            "configuration. It goes into the report"
        )
    overrides: list[str] = []
    connect_to = mapping(wish.connect_to)
    overrides += [f"connect-to {given} {dialled}" for given, dialled in sorted(connect_to.items())]
    here = Here(
        key=network_key(serials.state_directory()),
        interface=settings.network.interface,
    )
    resolvers, source = _resolvers(wish, settings, here=here)
    if source == "given":
        overrides += [f"resolver {item}" for item in resolvers]
    standard, digest = load_standard(wish.standard or settings.check.standard)
    lists, streams = all_lists(wish.targets, configured=tuple(Path(item) for item in settings.check.targets))
    heads = (*lists, *(item.head for item in streams))
    overrides += [f"targets {path.name}" for path in wish.targets]
    overrides += [EXEMPTED] if wish.exempted_device else []
    overrides += [f"own CA of list {item.id}" for item in heads if item.ca]
    if wish.seed is not None:
        # Whoever chooses the seed chooses the names.
        overrides.append("seed chosen by hand")
    network = Network(
        interface=settings.network.interface,
        connect_to=connect_to,
        confined=bool(connect_to) and all(_is_loopback(item) for item in resolvers),
        list_roots=tuple(item.ca for item in heads if item.ca),
    )
    reference = _reference(wish, settings)
    known = reference.known if reference is not None else None
    if known is not None:
        overrides += [known.objection] if known.objection else []
        overrides += ["reference made with overrides"] if known.reference.overrides else []
    hotspot = _named(wish.hotspot or settings.check.hotspot or "this hotspot", settings).name
    declared = attestations(wish.attestations, standard=standard) if wish.attestations else ()
    first = (
        first_run(wish.second_of, standard=standard, digest=digest, hotspot=hotspot)
        if wish.second_of
        else None
    )
    seed = wish.seed or secrets.token_hex(16)
    return Input(
        hotspot=hotspot,
        serial=0,
        authorised_by=authorised_by.strip(),
        standard=standard,
        standard_digest=digest,
        lists=lists,
        long_lists=_sifted(streams, standard=standard, lists=lists, seed=seed, first=first),
        network=network,
        resolvers=resolvers,
        resolver_source=source,
        foreign=foreign_endpoints(),
        ways=ways(),
        engines=engines(),
        reference=known.reference if known is not None else None,
        reference_signer=known.signer if known is not None else None,
        reference_trusted=known is not None and known.trusted,
        vendor=wish.vendor or settings.check.vendor,
        attestations=declared,
        filter_lists=tuple(named_list(path) for path in wish.filter_lists),
        first=first,
        seed=seed,
        overrides=tuple(overrides),
        identify=here.identify,
        examine=here.examine(network, public_path=source != "given"),
        portal_says=ask_api,
    )


def _sifted(
    streams: tuple[TargetStream, ...],
    *,
    standard: Standard,
    lists: tuple[TargetList, ...],
    seed: str,
    first: FirstRun | None,
) -> tuple[ListProof, ...]:
    """What is drawn from the long lists. Complains where one cannot be read to its end."""
    names = ", ".join(str(item.path) for item in streams)
    try:
        with terminal.busy(f"drawing from {names}") if streams else nullcontext():
            return sift(
                streams,
                standard=standard,
                lists=lists,
                seed=seed,
                second_of=first.plan if first is not None else None,
            )
    except (TomlFault, PlanFault) as fault:
        raise Complaint(str(fault)) from None
    except OSError as error:
        raise Complaint(f"the target list {error.filename} cannot be read: {error.strerror}") from None


def foreign_endpoints() -> tuple[str, ...]:
    """One address a family of each public resolver that filters nothing: the ways out on port 53."""
    return tuple(
        resolver.endpoints(family)[0]
        for resolver in foreign_resolvers()
        if resolver.kind is ResolverKind.UNFILTERED
        for family in Family
        if resolver.endpoints(family)
    )


def contacts(given: Input, plan: Plan) -> str:
    """One line: what is about to be contacted, on whose word."""
    names = len({item.subject for item in plan.questions if item.via is not None})
    adult = sum(item.category == "adult" for item in plan.targets)
    around = len({way for way in map(way_of, plan.questions) if way is not None})
    where = "this machine only" if given.network.confined else "the Internet"
    return (
        f"About to ask {', '.join(given.resolvers)} for {names} names ({adult} adult ones, by DNS or "
        f"handshake only), to try {around} ways around the filter (other resolvers, encrypted ones too), and "
        f"to open test and control pages on {where}, allowed by {given.authorised_by}."
    )


def mapping(given: tuple[str, ...]) -> dict[str, str]:
    """The map of `--connect-to`: from the endpoint that DNS gave to the one that is dialled."""
    return dict(_mapping(text) for text in given)


def _reference_line(given: Input, plan: Plan) -> str:
    return reference_words.before_a_check(
        given.reference,
        targets=plan.targets,
        max_age_days=given.standard.reference_max_age_days,
        now=_now(given),
        key_id=given.reference_signer,
        trusted=given.reference_trusted,
    )


def _mapping(text: str) -> tuple[str, str]:
    """The two endpoints of `ADDR:PORT:ADDR:PORT`; IPv6 addresses in brackets."""
    for cut in (index for index, char in enumerate(text) if char == ":"):
        try:
            given, dialled = split_endpoint(text[:cut]), split_endpoint(text[cut + 1 :])
        except ValueError:
            continue
        return endpoint(*given), endpoint(*dialled)
    raise Complaint(
        f"--connect-to {text}: give ADDRESS:PORT:ADDRESS:PORT, like 203.0.113.7:443:127.0.0.1:8443 "
        "(IPv6 addresses in brackets)"
    )


def _resolvers(wish: Wish, settings: Settings, *, here: Here) -> tuple[tuple[str, ...], str]:
    named = wish.resolvers or settings.network.resolvers
    if named:
        try:
            return tuple(endpoint(*split_endpoint(text, 53)) for text in named), "given"
        except ValueError as error:
            raise Complaint(f"--resolver: {error}") from None
    return here.resolvers()


def _reference(wish: Wish, settings: Settings) -> Opened | None:
    place = wish.reference or settings.check.reference
    if not place:
        return None
    opened = open_reference(
        place,
        keys=(*settings.trust.reference_keys, *wish.reference_keys),
        cache=serials.state_directory() / "references",
    )
    if opened.remark is not None:
        terminal.err().print(terminal.shown(opened.remark))
    return opened


def _is_loopback(resolver: str) -> bool:
    return ipaddress.ip_address(split_endpoint(resolver)[0]).is_loopback
