"""What a person does to a certificate after it was issued: suspend, reinstate, withdraw."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from certificates.lifecycle import Event, Proof, Refused
from certificates.records import plain, whole_seconds
from certificates.transitions import EventKind, Role, Why
from certificates.view import day
from friendlywifi import terminal
from friendlywifi.certifying.office import Office, say
from friendlywifi.certifying.requesting import weigh_file
from friendlywifi.certifying.weighing import good_run, why_unusable
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.records import certificates, hotspots, runs
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.records.database import Records
from friendlywifi.records.taking import kept


@dataclass(frozen=True, kw_only=True)
class Act:
    """What a person wants done."""

    kind: EventKind
    by: str
    role: Role
    why: Why
    words: str | None = None
    bundles: tuple[Path, ...] = ()
    """Runs to rest on; empty: those that the records hold."""
    yes: bool = False


DONE = {EventKind.SUSPEND: "suspended", EventKind.REINSTATE: "reinstated", EventKind.WITHDRAW: "withdrawn"}


def change(office: Office, number: str, act: Act, *, now: datetime) -> Exit:
    """Do it, or say why the life of a certificate does not allow it."""
    now = whole_seconds(now)
    with office.records() as records:
        row = certificates.get(records, number)
        evidence = _evidence(records, row, act, now=now)
        if isinstance(evidence, Refused):
            say(f"Refused: {evidence.sentence}")
            return Exit.NO
        if act.kind is EventKind.WITHDRAW and not _sure(row, act):
            say("Nothing was changed.")
            return Exit.NO
        event = Event(
            kind=act.kind,
            at=now,
            by=plain(act.by),
            role=act.role,
            why=act.why,
            words=None if act.words is None else plain(act.words),
            evidence=evidence,
        )
        done = certificates.change(records, number, event, now=now)
    if isinstance(done, Refused):
        say(f"Refused: {done.sentence}")
        return Exit.NO
    say(f"{number} ({row.certificate.place}) is {DONE[act.kind]} from now on, by {act.by}.")
    say(_next(done, act.kind))
    return Exit.YES


def _next(row: CertificateRow, kind: EventKind) -> str:
    """What the person must know now."""
    if kind is EventKind.SUSPEND:
        return (
            f"The holder must take the sign down. If it is not reinstated within {row.suspension_days} days, "
            "it is withdrawn. Make the register show it: friendlywifi register publish"
        )
    if kind is EventKind.REINSTATE:
        return f"It is {row.status.value} until {day(row.valid_until)}, as it was issued."
    return (
        "That is final: the holder must take the sign down for good. A new certificate begins with a request."
    )


def _sure(row: CertificateRow, act: Act) -> bool:
    if act.yes:
        return True
    if not sys.stdin.isatty():
        raise Complaint("a withdrawal is final: say --yes, or answer at a terminal")
    console = terminal.out()
    told = f"A withdrawal of {row.number} ({row.certificate.place}) is final. Type its number: "
    return console.input(terminal.shown(told)).strip() == row.number


def _evidence(
    records: Records, row: CertificateRow, act: Act, *, now: datetime
) -> tuple[Proof, ...] | Refused:
    """The runs that it rests on, worked out again; or why they are not enough."""
    if act.kind is EventKind.WITHDRAW:
        return ()
    if act.kind is EventKind.SUSPEND and act.why not in (Why.GATE_FAILED, Why.ILLEGAL_CONTENT):
        return ()
    hotspot = hotspots.get(records, row.hotspot)
    shown = {claim.criterion for claim in row.certificate.claims if claim.gate and claim.result == "pass"}
    # Named bundles come on top of what is in the records, and take nothing of that away.
    paths = dict.fromkeys((*act.bundles, *_since(records, row, now=now)))
    proofs: list[tuple[str | None, Proof]] = []
    for path in paths:
        item = weigh_file(hotspot, path)
        if isinstance(item, str):
            raise Complaint(f"{path} cannot be used: {item}")
        good = good_run(item, standard_digest=row.certificate.standard.digest, shown=shown)
        if good is None and path in act.bundles:
            reason = why_unusable(item) if not item.usable else "could not tell"
            raise Complaint(f"run {item.run.serial} {reason}, so that it shows nothing")
        if good is not None:
            proof = Proof(digest=item.bundle, made=whole_seconds(item.run.started), good=good)
            proofs.append((item.run.vantage.ssid, proof))
    proofs.sort(key=lambda pair: pair[1].made)
    if act.kind is EventKind.SUSPEND:
        return tuple(proof for _, proof in proofs if proof.good is False)
    return _cure(row, proofs)


def _cure(row: CertificateRow, proofs: list[tuple[str | None, Proof]]) -> tuple[Proof, ...] | Refused:
    """What shows that it is well again: each network by itself, since one says nothing of another."""
    seen = {name for name, _ in proofs}
    for name in row.certificate.ssids:
        # An emulated hotspot has no radio, so that its runs have no network name.
        if proofs and not row.test and name not in {None if item is None else plain(item) for item in seen}:
            return Refused(
                sentence=f"“{name}” is on the certificate and has no good run since it was suspended."
            )
    each = (_since_the_last_failure([proof for of, proof in proofs if of == name]) for name in seen)
    return tuple(sorted((proof for kept in each for proof in kept), key=lambda proof: proof.made))


def _since_the_last_failure(proofs: list[Proof]) -> tuple[Proof, ...]:
    """Before a cure runs fail. After it none may: where the newest one failed, that one is the evidence."""
    failed = max((number for number, proof in enumerate(proofs) if proof.good is False), default=-1)
    return tuple(proofs[failed + 1 :] or proofs[failed:])


def _since(records: Records, row: CertificateRow, *, now: datetime) -> tuple[Path, ...]:
    """The runs since the certificate got its status, no older than fresh evidence may be: all of them, so
    that whoever reinstates cannot leave the bad ones out.
    """
    oldest = max(row.changed, now - timedelta(days=row.evidence_days))
    found = runs.of(records, row.hotspot, since=oldest, until=now)
    return tuple(path for item in found if (path := kept(records, item)) is not None)
