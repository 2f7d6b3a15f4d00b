"""From a decision to a numbered, signed certificate in the records, and its files."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.cose import CoseFault
from certificates.credential import StatusEntry
from certificates.didweb import did_web
from certificates.issue import Refusal, evidence_of, issue
from certificates.keys import key_id
from certificates.lifecycle import Event, Refused
from certificates.page import render_page
from certificates.print import render_pdf, render_sticker
from certificates.proofs import Proofs, make_proofs
from certificates.records import Decision, SignedCertificate, plain
from certificates.signing import to_file
from certificates.statuslist import Purpose, StatusListFault, draw_index
from certificates.transitions import EventKind, Role, Why
from friendlywifi import files
from friendlywifi.certifying.office import Office
from friendlywifi.certifying.reckoning import Again
from friendlywifi.complaint import Complaint
from friendlywifi.records import certificates
from friendlywifi.records.certificates import CertificateRow, KeyUse, New, Series
from friendlywifi.records.database import Records
from probes.records import digest

HANDOVER = "handover.json"
"""Everything that another machine's records need of a certificate, in one file."""


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
    binding: Literal["en", "sq"] = "en"
    """The language whose text counts on a face."""
    below: Callable[[int], int] = secrets.randbelow
    """Draws the place in the status lists."""


def identity(office: Office) -> tuple[str, str]:
    name, url = office.issuer.name, office.issuer.url
    if not name or not url:
        raise Complaint(
            "who issues here, and where certificates are found, is not said: name and url under [issuer] in "
            "the configuration"
        )
    try:
        did_web(register_of(url))
    except ValueError as problem:
        raise Complaint(f"[issuer] url is {url}: {problem}; it goes into the QR code") from None
    return name, url if url.endswith("/") else f"{url}/"


def issued(records: Records, again: Again, by: Issuing) -> CertificateRow:
    """Number, sign and keep it: one transaction. Complains with the reason where it cannot be issued."""

    def make(number: str) -> New:
        signed = _signed(again, by, number=number)
        # Beside what is taken here, what is taken where the register may be published.
        place = draw_index(certificates.places(records) | set(again.request.taken), by.below)
        return New(
            signed=signed,
            place=place,
            proofs=_proofs(signed, by, place),
            hotspot=again.request.hotspot.id,
            decided=Event(
                kind=EventKind.ISSUE,
                at=by.now,
                by=plain(by.decider),
                role=Role.DECIDER,
                why=Why.DECIDED,
                decided=again.opened.digest,
                words=again.remarks,
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
    except (Refusal, CoseFault, StatusListFault) as refusal:
        raise Complaint(f"not issued: {refusal}") from None
    if isinstance(row, Refused):
        raise Complaint(f"not issued: {row.sentence}")
    return row


def binding_of(office: Office) -> Literal["en", "sq"]:
    """The language whose text counts. Complains about one that faces are not in."""
    match office.issuer.binding_language:
        case "en":
            return "en"
        case "sq":
            return "sq"
        case other:
            raise Complaint(f"binding_language under [issuer] is {other}: there is en and sq")


def register_of(url: str) -> str:
    """The address of the register: one level above that of the certificates, without the last slash."""
    parts = urlsplit(url)
    above = parts.path.rstrip("/").rpartition("/")[0]
    return urlunsplit((parts.scheme, parts.netloc, above, parts.query, parts.fragment))


def _proofs(signed: SignedCertificate, by: Issuing, place: int) -> Proofs:
    """The code and the credential: made now, while the key is open, and kept for each later print."""
    register = register_of(by.url)
    status = StatusEntry(
        revocation_list=f"{register}/status/{Purpose.REVOCATION.value}",
        suspension_list=f"{register}/status/{Purpose.SUSPENSION.value}",
        index=place,
    )
    return make_proofs(signed, register_url=register, status=status, key=by.key)


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
        mode=request.hotspot.mode.value,
        binding=by.binding,
        repeated=bool(result.passed_over),
    )


def leave(
    directory: Path,
    signed: SignedCertificate,
    proofs: Proofs | None = None,
    seal: Callable[[bytes], bytes] | None = None,
    handover: bytes | None = None,
) -> None:
    """The certificate as a record, on paper, for the window, as a page, and as a credential.

    `seal` signs a PDF; without it the PDF is left as it was set. `handover` is for the machine that watches.
    """
    files.prepare(directory)
    for name, pdf in (
        ("certificate.pdf", render_pdf(signed, proofs)),
        ("sticker.pdf", render_sticker(signed, proofs)),
    ):
        files.write(directory / name, pdf if seal is None else seal(pdf))
    page = render_page(signed, None if proofs is None else proofs.code)
    files.write(directory / "certificate.html", page.encode())
    if proofs is not None:
        files.write(directory / "credential.jwt", proofs.credential.encode())
    if handover is not None:
        files.write(directory / HANDOVER, handover)
    files.write(directory / "certificate.json", to_file(signed))
