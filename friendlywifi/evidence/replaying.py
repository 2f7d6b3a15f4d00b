"""`friendlywifi replay`: is the evidence as it was signed, and does the same come out of it again?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from rich.table import Table

from certificates.keys import key_id, public_from_text, spoken
from criteria import released
from criteria import rules as rule_lists
from criteria.rules import RuleSet
from criteria.standard import load
from criteria.standard import released as released_standard
from friendlywifi import terminal
from friendlywifi.checking.check import Checked
from friendlywifi.checking.second_stage import other_first
from friendlywifi.checking.targeting import named_lists
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import BUNDLE, Bundle
from friendlywifi.evidence.bundle import load as load_bundle
from friendlywifi.evidence.contents import OBSERVATIONS, PLAN, sorted_lines
from friendlywifi.evidence.differences import Difference, differences
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.replay import Replayed, WhatIf, replay
from friendlywifi.exitcodes import Exit
from friendlywifi.files import read_bytes, read_text
from friendlywifi.reporting.report import Report, report_of
from friendlywifi.shipped import standard_text
from probes.records import Record, decode, encode
from probes.tomlfile import TomlFault

MOST_ROWS = 40


class ReplayedPart(Record):
    part: str
    field: str
    recorded: str | None
    recomputed: str | None


class ReplayReport(Record):
    """What `replay --format json` prints."""

    schema: str = "friendlywifi/replay/1"
    file: str | None = None
    """Which of several bundles; `None` where one was asked for."""
    hotspot: str
    serial: int
    run: str
    intact: bool
    refused: str | None = None
    identical: bool = False
    what_if: bool = False
    witnessed: bool = False
    recorded_outcome: str | None = None
    recomputed_outcome: str | None = None
    differences: tuple[ReplayedPart, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The flags of `friendlywifi replay`."""

    path: Path
    rules: str | None = None
    standard: str | None = None
    lists: tuple[Path, ...] = ()
    first: Path | None = None
    """The bundle of the run whose open samples this one decided."""


def run(wish: Wish, *, json: bool) -> Exit:
    """Replay one bundle, say what came of it."""
    what_if = what_if_of(wish)
    try:
        bundle = load_bundle(wish.path)
        beside = _beside(wish.path, bundle)
        lists, streams = named_lists(wish.lists)
        done = replay(bundle.contents, what_if=what_if, lists=lists or None, streams=streams)
        if wish.first is not None:
            beside += _first(wish.first, bundle)
    except EvidenceFault as fault:
        return _refused(wish.path, fault, json=json)
    except (TomlFault, OSError) as fault:
        raise Complaint(str(fault)) from None
    differing = (*done.differences, *beside)
    if json:
        terminal.data(encode(report(bundle, done, differing)))
    else:
        _print(bundle, done, differing, full_lists=bool(wish.lists))
    return Exit.YES if not differing or done.what_if else Exit.NO


def _first(path: Path, second: Bundle) -> tuple[Difference, ...]:
    """The first run must come out of a replay too, and be what the second one says of it."""
    if second.contents.run.second_of is None:
        raise Complaint("--first is for a run that decided what another one left open, and this is none")
    try:
        first = load_bundle(path).contents
        again = replay(first).differences
    except EvidenceFault as fault:
        raise Complaint(f"{path}: {fault}") from None
    return (
        *(replace(item, part=f"first run's {item.part}") for item in again),
        *other_first(second.contents, first),
    )


def what_if_of(wish: Wish) -> WhatIf:
    """The other rules and the other standard that were wished for. Complains where there are none such."""
    rules, standard, digest = None, None, None
    if wish.rules is not None:
        rules = _rules(wish.rules)
    if wish.standard is not None:
        text, source = standard_text(wish.standard)
        try:
            loaded = load(text, source=source, resolve=released_standard)
        except TomlFault as fault:
            raise Complaint(str(fault)) from None
        standard, digest = loaded.standard, loaded.digest
    return WhatIf(rules=rules, standard=standard, standard_digest=digest)


def _rules(name: str) -> RuleSet:
    known = released.released_names("rules", ".toml")
    if name in known:
        return rule_lists.version(name)
    path = Path(name)
    if path.suffix != ".toml" and not path.exists():
        raise Complaint(f'no rules of version "{name}" were released; known are {", ".join(known)}')
    try:
        return rule_lists.parse(read_text(path, what="the rules"), str(path))
    except TomlFault as fault:
        raise Complaint(str(fault)) from None


def _beside(path: Path, bundle: Bundle) -> tuple[Difference, ...]:
    """The files that lie beside a bundle in the folder of a check must say the same."""
    if not (path / BUNDLE).is_file():
        return ()
    contents = bundle.contents
    found: tuple[Difference, ...] = ()
    if (path / PLAN).is_file() and read_bytes(path / PLAN, what="the plan").strip() != contents.files[PLAN]:
        found += (_other("plan.json beside the bundle"),)
    lines = path / OBSERVATIONS
    if lines.is_file() and sorted_lines(read_bytes(lines, what="the file")) != contents.files[OBSERVATIONS]:
        found += (_other("observations.jsonl beside the bundle"),)
    if (path / "report.json").is_file():
        try:
            there = decode(read_bytes(path / "report.json", what="the report"), Report)
        except ValueError:
            return (*found, _other("report.json beside the bundle"))
        found += differences("report.json beside the bundle", there, report_from(bundle))
    return found


def report_from(bundle: Bundle) -> Report:
    """The report of the bundle's run."""
    contents = bundle.contents
    return report_of(
        Checked(
            plan=contents.plan,
            run=contents.run,
            observations=contents.observations,
            judgement=contents.judgement,
        ),
        reference=contents.reference,
        signer=contents.judging.reference_signer,
        trusted=contents.judging.reference_trusted,
        attestations=contents.judging.attestations,
    )


def short_key(public: str) -> str:
    """A vantage's key as people compare it: the first four groups of its fingerprint."""
    return " ".join(spoken(key_id(public_from_text(public))).split(" ")[:5])


def _other(part: str) -> Difference:
    return Difference(part=part, field="", recorded="changed", recomputed="as signed")


def report(bundle: Bundle, done: Replayed, differing: tuple[Difference, ...]) -> ReplayReport:
    """The machine-readable form of what came out."""
    contents = bundle.contents
    return ReplayReport(
        hotspot=contents.run.hotspot,
        serial=contents.run.serial,
        run=contents.run.id,
        intact=True,
        identical=done.identical and not differing,
        what_if=done.what_if,
        recorded_outcome=contents.judgement.assessment.outcome,
        recomputed_outcome=done.judgement.assessment.outcome,
        differences=tuple(
            ReplayedPart(part=item.part, field=item.field, recorded=item.recorded, recomputed=item.recomputed)
            for item in differing
        ),
        remarks=done.remarks,
    )


def _refused(path: Path, fault: EvidenceFault, *, json: bool) -> Exit:
    sentence = f"Refused: {fault}."
    if json:
        terminal.data(
            encode(
                ReplayReport(hotspot="", serial=0, run="", intact=False, refused=str(fault)),
            )
        )
    else:
        terminal.out().print(terminal.shown(f"{path}: {sentence}"))
    return Exit.NO


def _print(bundle: Bundle, done: Replayed, differing: tuple[Difference, ...], *, full_lists: bool) -> None:
    console, contents = terminal.out(), bundle.contents
    run = contents.run

    def say(text: str) -> None:
        console.print(terminal.shown(text))

    outcome = contents.judgement.assessment.outcome.value.replace("_", " ")
    say(f"{run.hotspot}, run {run.serial} of {run.started:%-d %B %Y, %H:%M} UTC: {outcome}")
    say(f"Signed by vantage {short_key(bundle.sealed.key)}; every byte is as it was signed.")
    if bundle.unpacked:
        say("Read from a folder: how the bundle was compressed was not looked at.")
    if done.what_if:
        say(
            f"What if it were judged today by rules {done.judgement.rules_version} and standard "
            f"{done.judgement.assessment.standard} {done.judgement.assessment.standard_version}? "
            f"{done.judgement.assessment.outcome.value.replace('_', ' ')}. What was found then stands."
        )
    elif not differing:
        same = (
            "the same bytes"
            if done.identical
            else "the same, in fields that this version has added nothing to"
        )
        say(
            f"Recomputed, not witnessed: the plan was drawn again from the revealed seed and "
            f"{sum(len(item.members) for item in contents.lists)} entries proven to be in the lists, and "
            f"{len(contents.judgement.verdicts)} verdicts were judged again: {same}."
        )
        if not full_lists:
            say("That no name with a lower lot was left out can only be shown with the lists: --list FILE.")
        say("Nobody but the vantage vouches that it really saw this, there and then.")
    else:
        say(f"Not the same: {len(differing)} values differ.")
    for remark in done.remarks:
        say(remark)
    if differing:
        console.print(_table(differing, what_if=done.what_if))


def _table(differing: tuple[Difference, ...], *, what_if: bool) -> Table:
    table = Table(show_edge=False)
    for heading in ("part", "field", "recorded", "today" if what_if else "recomputed"):
        table.add_column(heading, overflow="fold")
    for item in differing[:MOST_ROWS]:
        table.add_row(
            *(
                terminal.shown(text if text is not None else "–")
                for text in (item.part, item.field, item.recorded, item.recomputed)
            )
        )
    if len(differing) > MOST_ROWS:
        table.add_row("", f"and {len(differing) - MOST_ROWS} more; --format json shows all", "", "")
    return table
