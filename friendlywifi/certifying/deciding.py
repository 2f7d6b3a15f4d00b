"""On the decider's machine: work everything out again, show it on one page, let a person say yes or no."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import spoken
from certificates.lifecycle import IN_FORCE
from certificates.records import plain, whole_seconds
from certificates.view import day
from criteria.records import CriterionOutcome
from friendlywifi import files, terminal
from friendlywifi.certifying.checklist import Check
from friendlywifi.certifying.handover import hand_over
from friendlywifi.certifying.issuing import Issuing, binding_of, identity, issued, leave
from friendlywifi.certifying.keyring import Purpose
from friendlywifi.certifying.knowing import known_here
from friendlywifi.certifying.office import Office, listed, say
from friendlywifi.certifying.papersigning import paper_seal
from friendlywifi.certifying.period import Result
from friendlywifi.certifying.reckoning import Again, work_out
from friendlywifi.certifying.request import MAX_REQUEST, Request, open_request
from friendlywifi.certifying.requesting import show_checks
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.exitcodes import Exit
from friendlywifi.language.retelling import retold
from friendlywifi.language.spoken import later, phrase
from friendlywifi.language.spoken import spoken as tongue
from friendlywifi.records import certificates, journal
from friendlywifi.records.certificates import CertificateRow, Series
from friendlywifi.records.database import Records
from probes.records import Record, decode


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the decider said beforehand; `None`: a person is asked."""

    decider: str | None = None
    yes: bool = False
    no: str | None = None
    """The reason of a refusal."""


class Declined(Record):
    """What the journal keeps of a no."""

    request: str
    hotspot: str
    why: str


def decide(
    office: Office, path: Path, answer: Answer, *, output: Path | None, standard: str | None, now: datetime
) -> Exit:
    """Work it out, show it, ask, and issue or refuse."""
    now = whole_seconds(now)
    issuer = office.key(office.issuer.key, Purpose.ISSUER)
    name, url = identity(office)
    try:
        opened = open_request(files.read_bytes(path, what="the request", largest=MAX_REQUEST))
    except EvidenceFault as fault:
        say(f"Refused: {path}: {fault}.")
        return Exit.NO
    with office.records(make=True) as records:
        done = certificates.of_request(records, opened.digest)
        if done is not None:
            say(f"This request was decided already: it became {done.number}.")
            seal = paper_seal(office, name=name, now=now)
            key = office.keyring.open(issuer, office.passphrases.existing)
            handover = _handover(records, done, key, now=now)
            leave(output or Path(done.number), done.signed, done.proofs, seal, handover)
            return Exit.YES
        again = work_out(opened, issuer=issuer, standard=standard, now=now)
        here = (
            *known_here(records, again),
            *_refused_before(records, again),
            *_before(records, again.request),
        )
        again = replace(again, checks=(*again.checks, *here))
        one_machine = office.keyring.holds(opened.key_id)
        summary(again, one_machine=one_machine)
        if not again.sound:
            say()
            say("Refused: what is marked ✗ stands in the way. Nothing was issued.")
            _write_no(records, again, KIND_REFUSED, again.failed, by="the program", now=now)
            return Exit.NO
        decider = _asked(answer, again)
        if decider is None:
            _decline(records, again, answer, now=now)
            return Exit.NO
        seal = paper_seal(office, name=name, now=now)
        by = Issuing(
            name=name,
            url=url,
            series=Series(name=office.issuer.series),
            decider=decider,
            key=office.keyring.open(issuer, office.passphrases.existing),
            one_machine=one_machine,
            now=now,
            binding=binding_of(office),
        )
        row = issued(records, again, by)
        handover = _handover(records, row, by.key, now=now)
    directory = output or Path(row.number)
    leave(directory, row.signed, row.proofs, seal, handover)
    _told(row, again, decider, directory)
    return Exit.YES


def _handover(
    records: Records, row: CertificateRow, key: Ed25519PrivateKey, *, now: datetime
) -> bytes | None:
    """For the machine that watches; nothing where proofs never were here, or it does not hold any more."""
    if row.proofs is None:
        return None
    if row.status not in IN_FORCE:
        say(f"It is {row.status.value} since {day(row.changed)}: nothing is handed over for the records.")
        return None
    return hand_over(row, certificates.keys_of(records, row.number), key, now=now)


def _before(records: Records, request: Request) -> Iterator[Check]:
    """The certificate that the hotspot has by the records of this machine, and the one to be renewed."""
    found = certificates.open_of(records, request.hotspot.id, test=request.test)
    if found is None and request.renews is not None:
        yield Check(done=None, text=f"{request.renews} is not in the records of this machine, or has ended")
    elif found is not None and found.number != request.renews:
        told = "a first certificate" if request.renews is None else f"a renewal of {request.renews}"
        yield Check(
            done=False, text=f"the hotspot has {found.number}, {found.status.value}, and this asks for {told}"
        )
    elif found is not None:
        yield Check(
            done=None,
            text=f"{found.number} ({found.status.value} until {day(found.valid_until)}) is superseded",
        )


KIND_REFUSED, KIND_DECLINED = "certificate.refused", "certificate.declined"
"""The journal's words for a no of the program and of a person."""


def _refused_before(records: Records, again: Again) -> Iterator[Check]:
    """What became of other requests for it here: whoever asks until it fits is seen."""
    told: dict[str, Declined] = {}
    for entry in journal.entries(records, subject=again.request.hotspot.id):
        if entry.kind in (KIND_REFUSED, KIND_DECLINED) and entry.data is not None:
            no = decode(entry.data, Declined)
            told[no.request] = no
    told.pop(again.opened.digest, None)
    for no in list(told.values())[-3:]:
        yield Check(done=None, text=f"another request for it was refused here: {no.why.rstrip('.')}")


def _decline(records: Records, again: Again, answer: Answer, *, now: datetime) -> None:
    why = answer.no or "the decider did not say yes"
    _write_no(records, again, KIND_DECLINED, why, by=plain(answer.decider or "a decider"), now=now)
    say()
    say("Not issued, and written down.")


def _write_no(records: Records, again: Again, kind: str, why: str, *, by: str, now: datetime) -> None:
    hotspot = again.request.hotspot.id
    data = Declined(request=again.opened.digest, hotspot=hotspot, why=why)
    journal.append(records, now=now, actor=by, kind=kind, subject=hotspot, data=data)


def summary(again: Again, *, one_machine: bool) -> None:
    """One page: what is asked for, by whom, on what grounds."""
    request, result = again.request, again.result
    console = terminal.out()
    attested, valid = request.attestation, result.period.runs_valid
    title = (
        later("Request for a TEST certificate: %(place)s")
        if request.test
        else later("Request for a certificate: %(place)s")
    )
    console.print(f"[bold]{terminal.shown(phrase(title, place=attested.place))}[/bold]")
    listed(
        (
            ("Holder   ", attested.holder),
            ("Address  ", attested.address),
            ("Networks ", ", ".join(attested.ssids)),
            ("Standard ", f"{again.standard.title} {again.standard.version}"),
            ("Evaluator", request.evaluator),
            ("Key      ", spoken(again.opened.key_id)),
            ("Renews   ", request.renews or "nothing: a first certificate"),
            (
                "Runs     ",
                phrase(
                    "%(number)s since %(day)s, %(valid)s valid",
                    number=len(request.runs),
                    day=tongue().day(request.since),
                    valid=valid,
                ),
            ),
        )
    )
    show_checks("Worked out again on this machine", again.checks)
    if result.certification is not None:
        gates = phrase("Gates: of the certification run, and over the period")
        console.print(f"[bold]{gates}[/bold]")
        listed(_gates(result))
    if one_machine:
        told = phrase("The evaluator's key lies on this machine, too: FIRST-PARTY, without the mark.")
        console.print(f"[yellow]{told}[/yellow]")


def _gates(result: Result) -> Iterator[tuple[str, str]]:
    """Each gate that is asked for; those over a period with what the period gave them."""
    if result.certification is None:
        return
    over_period = {item.id: item for item in result.period.criteria}
    signs = {CriterionOutcome.PASS: "[green]✓[/green]", CriterionOutcome.FAIL: "[red]✗[/red]"}
    for found in result.certification.judgement.assessment.criteria:
        item = over_period.get(found.id, found)
        if item.gate and item.result is not CriterionOutcome.NOT_APPLICABLE:
            yield signs.get(item.result, "[dim]–[/dim]"), f"{item.id}  {retold(item.reason)}"


def _asked(answer: Answer, again: Again) -> str | None:
    """The name of the decider who says yes; `None`: a no."""
    if answer.no is not None:
        return None
    if answer.yes:
        if not answer.decider:
            raise Complaint("--yes needs --decider NAME: a certificate is a person's act")
        return answer.decider
    if not sys.stdin.isatty():
        raise Complaint(
            "a person decides, and nobody is at the terminal; a script says --yes --decider NAME, and that "
            "person answers for it"
        )
    console = terminal.out()
    who = phrase("Your name, as it will be printed:")
    decider = answer.decider or console.input(f"\n{who} ").strip()
    if not decider:
        return None
    told = phrase(
        "You decide about %(place)s (provisional or valid, as the face will say).",
        place=again.request.attestation.place,
    )
    console.print(terminal.shown(told))
    ask = phrase("Type yes to issue it:")
    return decider if console.input(f"{ask} ").strip().casefold() == "yes" else None


def _told(row: CertificateRow, again: Again, decider: str, directory: Path) -> None:
    certificate = row.certificate
    say()
    say(
        f"{decider} decided: {certificate.place} has certificate {row.number}, {row.status.value} until "
        f"{day(certificate.valid_until)}."
    )
    for reason in certificate.provisional_because:
        say(f"  Only provisional: {reason}")
    if again.request.renews is not None:
        say(f"It supersedes {again.request.renews} from now on.")
    say(
        f"Left in {directory}: certificate.pdf, sticker.pdf for the window, certificate.html, "
        "credential.jwt, certificate.json and handover.json. Send handover.json "
        "back to the evaluator; there: friendlywifi certify record handover.json"
    )
