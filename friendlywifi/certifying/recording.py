"""A certificate that was decided on another machine comes back to the one that watches its hotspot."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from certificates.lifecycle import Event, EventKind, Refused, Role, Why
from certificates.records import Certificate, SignedCertificate
from certificates.signing import MAX_FILE, SignatureFault, from_file
from certificates.trust import TrustList
from certificates.verify import VerificationOutcome, verify
from criteria.standard import Standard
from friendlywifi import files
from friendlywifi.certifying.issuing import leave
from friendlywifi.certifying.office import Office, hotspot_named, say
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.records import certificates, runs
from friendlywifi.records.certificates import KeyUse, New
from friendlywifi.records.database import Records
from friendlywifi.shipped import ids, load_standard
from friendlywifi.trusting import known_trust


def record(
    office: Office,
    path: Path,
    *,
    hotspot: str | None,
    issuer: Path | None,
    output: Path | None,
    actor: str,
    now: datetime,
) -> Exit:
    """Check that it is genuine and of a recognised issuer, and keep it. Again: nothing changes."""
    data = files.read_bytes(path, what="the certificate", largest=MAX_FILE)
    try:
        signed = from_file(data)
    except SignatureFault as fault:
        say(f"Refused: {path}: {fault}")
        return Exit.NO
    certificate = signed.certificate
    why = _stranger(office, data, signed, issuer, now=now)
    if why is not None:
        say(f"Refused: {why}")
        return Exit.NO
    with office.records() as records:
        found = hotspot_named(records, hotspot) if hotspot is not None else None
        identifier = found.id if found is not None else _hotspot_of(records, certificate)
        standard = _standard(certificate)
        row = certificates.bring(
            records,
            New(
                signed=signed,
                hotspot=identifier,
                decided=Event(
                    kind=EventKind.ISSUE,
                    at=certificate.issued,
                    by=certificate.decider,
                    role=Role.DECIDER,
                    why=Why.DECIDED,
                    decided=certificate.period or certificate.assessment,
                ),
                suspension_days=standard.suspension_max_days,
                evidence_days=standard.renewal_evidence_days,
                keys=(KeyUse(key=certificate.issuer.key_id, part="issuer", used=certificate.issued),),
            ),
            now=now,
            actor=actor,
        )
        if isinstance(row, Refused):
            say(f"Refused: {row.sentence}")
            return Exit.NO
    if output is not None:
        leave(output, signed)
    say(f"{row.number} is in the records: {certificate.place} ({identifier}), {row.status.value}.")
    return Exit.YES


def _stranger(
    office: Office, data: bytes, signed: SignedCertificate, issuer: Path | None, *, now: datetime
) -> str | None:
    """Why the certificate is not to be believed; `None`: its issuer is recognised, or it is our own."""
    mine = {entry.id for entry in office.keyring.every()}
    trust = known_trust(office.settings.trust, issuer)
    if trust is None:
        if signed.certificate.issuer.key_id in mine:
            return None
        raise Complaint(
            "whose certificates count is not said: give the scheme's list with --issuer FILE, or "
            "trusted_issuers under [trust] in the configuration"
        )
    listed: TrustList = trust.list
    answer = verify(data, trust=listed, now=max(now, signed.certificate.issued), allow_test=True)
    return None if answer.outcome is VerificationOutcome.GENUINE else answer.sentence


def _hotspot_of(records: Records, certificate: Certificate) -> str:
    """The hotspot whose certification run it names. Complains where no run here has that id."""
    wanted = certificate.evidence.certification_run
    for row in runs.every(records):
        if row.run == wanted:
            return row.hotspot
    raise Complaint(
        f"no run here is the certification run of {certificate.number}; say with --hotspot of which hotspot "
        "it is"
    )


def _standard(certificate: Certificate) -> Standard:
    """The standard that it names. Complains where this program does not know it."""
    for name in ids():
        standard, known = load_standard(name)
        if known == certificate.standard.digest:
            return standard
    raise Complaint(
        f"the certificate is by {certificate.standard.id} version {certificate.standard.version}, which this "
        "program does not come with"
    )
