"""A certificate that was decided on another machine comes back to the one that watches its hotspot."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from certificates.keys import KeyFault, key_id, public_from_text
from certificates.lifecycle import Event, Refused
from certificates.records import Certificate, whole_seconds
from certificates.signing import to_file
from certificates.transitions import EventKind, Role, Why
from certificates.trust import Trust
from certificates.verify import VerificationOutcome, verify
from certificates.view import day
from criteria.standard import Standard
from friendlywifi import files
from friendlywifi.certifying.colleagues import keys_of
from friendlywifi.certifying.handover import FAULTS, MAX_FILE, Arrived, arrived
from friendlywifi.certifying.issuing import leave
from friendlywifi.certifying.keyring import Ended, KeyEntry, Purpose
from friendlywifi.certifying.office import Office, hotspot_named, say
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.records import certificates, runs
from friendlywifi.records.certificates import CertificateRow, KeyUse, New
from friendlywifi.records.database import Records
from friendlywifi.records.runs import RunRow
from friendlywifi.shipped import ids, load_standard
from friendlywifi.verifying.trusting import known_trust


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
        came = arrived(data)
    except FAULTS as fault:
        say(f"Refused: {path}: {fault}")
        return Exit.NO
    certificate = came.signed.certificate
    trust = known_trust(office.settings.trust, issuer)
    why = _stranger(office, came, trust, now=now) or _not_shown(office, certificate)
    if why is not None:
        say(f"Refused: {why}")
        return Exit.NO
    with office.records() as records:
        known = _hotspot_of(records, certificate)
        found = hotspot_named(records, hotspot) if hotspot is not None else None
        if found is not None and known not in (None, found.id):
            # Watched by another place's runs, it would stand whatever its own filter did.
            say(f"Refused: {certificate.number} rests on a run of {known}, and not of {found.id}.")
            return Exit.NO
        identifier = found.id if found is not None else known
        if identifier is None:
            raise Complaint(
                f"no run here is the certification run of {certificate.number}; say with --hotspot of which "
                "hotspot it is"
            )
        row = certificates.bring(records, _new(came, identifier), now=now, actor=actor)
        if isinstance(row, Refused):
            say(f"Refused: {row.sentence}")
            return Exit.NO
        failed = _failed_since(records, row)
    if output is not None:
        leave(output, row.signed, row.proofs)
    say(f"{row.number} is in the records: {certificate.place} ({identifier}), {row.status.value}.")
    _say_what_is_missing(office, row)
    if failed is not None:
        say(
            f"But run {failed.serial} of {day(failed.started)}, which the decider did not have, failed "
            f"{', '.join(failed.failing())}. If that is not cured, do not hang up the sign: "
            f"friendlywifi suspend {row.number} --why gate_failed --evidence BUNDLE"
        )
    return Exit.YES


def _failed_since(records: Records, row: CertificateRow) -> RunRow | None:
    """The newest run here, made after the certificate's evidence, in which a gate failed."""
    since = runs.of(records, row.hotspot, since=row.certificate.evidence.last)
    later = (item for item in since if item.started > row.certificate.evidence.last)
    return max((item for item in later if item.valid and item.failing()), key=_began, default=None)


def _began(row: RunRow) -> datetime:
    return row.started


def _new(came: Arrived, hotspot: str) -> New:
    certificate = came.signed.certificate
    standard = _standard(certificate)
    issuer = KeyUse(key=certificate.issuer.key_id, part="issuer", used=certificate.issued)
    others = tuple(use for use in came.keys if use.part != "issuer")
    return New(
        signed=came.signed,
        hotspot=hotspot,
        decided=Event(
            kind=EventKind.ISSUE,
            at=certificate.issued,
            by=certificate.decider,
            role=Role.DECIDER,
            why=Why.DECIDED,
            decided=came.request or certificate.period or certificate.assessment,
        ),
        suspension_days=standard.suspension_max_days,
        evidence_days=standard.renewal_evidence_days,
        request=came.request,
        keys=(issuer, *others),
        place=came.place,
        proofs=came.proofs,
    )


def _stranger(office: Office, came: Arrived, trust: Trust | None, *, now: datetime) -> str | None:
    """Why it is not to be believed; `None`: its issuer is recognised, or it is our own."""
    certificate = came.signed.certificate
    at = max(now, certificate.issued)
    if trust is None:
        if (entry := _own(office, certificate.issuer.key_id)) is not None:
            return _not_borne(office, entry, came, now=at)
        raise Complaint(
            "whose certificates count is not said: give the scheme's list with --issuer FILE, or "
            "trusted_issuers under [trust] in the configuration"
        )
    # Its proofs were compared with the record alone: the face of a PDF is nothing that records keep.
    answer = verify(to_file(came.signed), trust=trust.list, now=at, allow_test=True)
    if answer.outcome is not VerificationOutcome.GENUINE:
        return answer.sentence
    if came.by is None or came.by == certificate.issuer.key:
        return None
    for item in trust.list.issuers_with_key(came.by):
        theirs = item.name == certificate.issuer.name and (certificate.test or not item.test)
        if theirs and item.only is None and came.made is not None and item.signs_at(came.made):
            return None
    return "What came beside the certificate is not signed by its issuer."


def _own(office: Office, identifier: str) -> KeyEntry | None:
    """An issuer's key of this machine, ended ones too."""
    found = (item for item in office.keyring.every() if item.purpose is Purpose.ISSUER)
    return next((item for item in found if item.id == identifier), None)


def _not_borne(office: Office, entry: KeyEntry, came: Arrived, *, now: datetime) -> str | None:
    """Why a key of our own does not bear it; `None`: it does. Without a list nobody else's word is asked."""
    certificate = came.signed.certificate
    answer = verify(to_file(came.signed), trust=None, now=now, allow_test=True)
    if answer.outcome is VerificationOutcome.REFUSED:
        return answer.sentence
    if entry.why in _GONE:
        return f"the key {entry.name} was {entry.why}: whoever has it can sign and date as they like"
    ended = entry.ended is not None and certificate.issued > entry.ended
    if certificate.issued < whole_seconds(entry.made) or ended or (entry.test and not certificate.test):
        return f"the key {entry.name} was not in force for it on {day(certificate.issued)}"
    try:
        beside = None if came.by is None else _own(office, key_id(public_from_text(came.by)))
    except KeyFault:
        beside = None
    if came.by is not None and (beside is None or beside.why in _GONE):
        return "What came beside the certificate is not signed by its issuer."
    return None


_GONE = frozenset({Ended.LEAKED, Ended.LOST})


def _not_shown(office: Office, certificate: Certificate) -> str | None:
    """Why the register of this machine would call its sign a forgery; `None`: it would not."""
    url, name = office.issuer.url, office.issuer.name
    if url is None or name is None or not certificate.url.startswith(f"{url.rstrip('/')}/"):
        return None
    if certificate.issuer.name == name and keys_of(office, name).holds(certificate.issuer.key):
        return None
    return (
        f"the sign of {certificate.number} leads to the register of this machine, which does not know the "
        "key that signed it. Name the scheme's list: trusted_issuers under [trust] in the configuration."
    )


def _say_what_is_missing(office: Office, row: CertificateRow) -> None:
    if row.proofs is not None:
        return
    say("It came without its proofs, which a machine that only watches can do without.")
    if office.issuer.url is not None and row.certificate.url.startswith(f"{office.issuer.url.rstrip('/')}/"):
        say(
            "The register that is published here cannot show its status to a phone before they come: "
            "friendlywifi certify record handover.json, as the decider's machine left it."
        )


def _hotspot_of(records: Records, certificate: Certificate) -> str | None:
    """The hotspot whose certification run it names; `None`: no run here has that id."""
    wanted = certificate.evidence.certification_run
    return next((row.hotspot for row in runs.every(records) if row.run == wanted), None)


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
