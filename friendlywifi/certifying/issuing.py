"""From a decision to a numbered, signed certificate in the records, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.issue import Refusal, evidence_of, issue
from certificates.keys import key_id
from certificates.lifecycle import Event, EventKind, Refused, Role, Why
from certificates.page import render_page
from certificates.print import render_pdf
from certificates.records import Decision, SignedCertificate, plain
from certificates.signing import to_file
from friendlywifi import files
from friendlywifi.certifying.office import Office
from friendlywifi.certifying.reckoning import Again
from friendlywifi.complaint import Complaint
from friendlywifi.records import certificates
from friendlywifi.records.certificates import CertificateRow, KeyUse, New, Series
from friendlywifi.records.database import Records
from probes.records import digest


@dataclass(frozen=True, kw_only=True)
class Issuing:
    """Who issues, in whose name, and when."""

    name: str
    url: str
    """The number of a certificate is put at its end."""
    series: Series
    decider: str
    key: Ed25519PrivateKey
    one_machine: bool
    """The evaluator's private key lies here, too."""
    now: datetime


def identity(office: Office) -> tuple[str, str]:
    name, url = office.issuer.name, office.issuer.url
    if not name or not url:
        raise Complaint(
            "who issues here, and where certificates are found, is not said: name and url under [issuer] in "
            "the configuration"
        )
    if not url.startswith("https://"):
        raise Complaint(f"[issuer] url is {url}: an https address is needed, since it goes into the QR code")
    return name, url if url.endswith("/") else f"{url}/"


def issued(records: Records, again: Again, by: Issuing) -> CertificateRow:
    """Number, sign and keep it: one transaction. Complains with the reason where it cannot be issued."""

    def make(number: str) -> New:
        return New(
            signed=_signed(again, by, number=number),
            hotspot=again.request.hotspot.id,
            decided=Event(
                kind=EventKind.ISSUE,
                at=by.now,
                by=plain(by.decider),
                role=Role.DECIDER,
                why=Why.DECIDED,
                decided=again.opened.digest,
            ),
            suspension_days=again.standard.suspension_max_days,
            evidence_days=again.standard.renewal_evidence_days,
            request=again.opened.digest,
            keys=_uses(again, by),
            replaces=_replaces(records, again),
        )

    try:
        row = certificates.issue_row(
            records, series=by.series, make=make, now=by.now, actor=plain(by.decider)
        )
    except Refusal as refusal:
        raise Complaint(f"not issued: {refusal}") from None
    if isinstance(row, Refused):
        raise Complaint(f"not issued: {row.sentence}")
    return row


def _replaces(records: Records, again: Again) -> Why:
    """Whether the new one says the same of the place as the one before."""
    before = certificates.open_of(records, again.request.hotspot.id, test=again.request.test)
    if before is None:
        return Why.RENEWED
    old, new = before.certificate, again.request.attestation
    same = (old.holder, old.place, old.address, old.ssids) == (new.holder, new.place, new.address, new.ssids)
    return Why.RENEWED if same else Why.REPLACED


def _uses(again: Again, by: Issuing) -> tuple[KeyUse, ...]:
    """Every key that it rests on, with its last use."""
    last: dict[str, datetime] = {}
    for item in again.weighed:
        if item.run.id in again.result.valid:
            last[item.vantage] = max(last.get(item.vantage, item.run.ended), item.run.ended)
    return (
        KeyUse(key=key_id(by.key.public_key()), part="issuer", used=by.now),
        KeyUse(key=again.opened.key_id, part="evaluator", used=again.request.made),
        *(KeyUse(key=name, part="vantage", used=used) for name, used in sorted(last.items())),
    )


def _signed(again: Again, by: Issuing, *, number: str) -> SignedCertificate:
    request, result = again.request, again.result
    certification = result.certification
    if certification is None:
        raise Refusal("There is no certification run.")
    mine = [item.run for item in again.weighed if item.vantage == certification.vantage]
    evidence = evidence_of(mine, valid=result.valid, certification_run=certification.run.id, witness=None)
    if not request.test:
        # What was overridden is counted among the runs that were made, and is no evidence.
        evidence = msgspec.structs.replace(evidence, overrides=())
    return issue(
        number=number,
        url=f"{by.url}{number}",
        attestation=request.attestation,
        decision=Decision(
            decider=plain(by.decider),
            evaluator=plain(request.evaluator),
            time=by.now,
            assessment=digest(certification.judgement.assessment),
            evaluator_key=again.opened.key_id,
            one_machine=by.one_machine,
        ),
        standard=again.standard,
        assessment=certification.judgement.assessment,
        evidence=evidence,
        targets=certification.targets,
        lists=certification.run.lists,
        issuer=by.name,
        key=by.key,
        now=by.now,
        test=request.test,
        period=result.period,
    )


def leave(directory: Path, signed: SignedCertificate) -> None:
    """The certificate as a record, on paper and as a page."""
    files.prepare(directory)
    files.write(directory / "certificate.pdf", render_pdf(signed))
    files.write(directory / "certificate.html", render_page(signed).encode())
    files.write(directory / "certificate.json", to_file(signed))
