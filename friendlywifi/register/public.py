"""The one allow-list: what the register says of hotspots and certificates, and nothing else leaves.

Every page and every file of facts is made from these records alone. They hold names of organisations, places
and networks; never a person's name or mail address, a name that was tested, an open route, a resolver, what
identifies a network, a run, or a digest of any of these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from certificates.records import Certificate, Independence, Status
from certificates.transitions import Why
from certificates.view import face
from friendlywifi.mail.letters import sign_down_by
from friendlywifi.records import certificates, hotspots, runs
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.register import known
from friendlywifi.register.said import Said
from friendlywifi.register.site import Site
from probes.records import Record, Time


class PublicEvent(Record):
    """What became of a certificate, when and why: a word of the closed list, no person and no sentence."""

    became: Status
    at: Time
    why: Why


class PublicFinding(Record):
    """One criterion: a result and its numbers. The sentence behind it stays on the certificate."""

    criterion: str
    title: str
    required: bool
    result: str
    names: int | None = None
    opened: int | None = None
    at_least_percent: str | None = None


class PublicCertificate(Record):
    """One certificate, as anybody may see it."""

    schema: Literal["friendlywifi/register-certificate/1"] = "friendlywifi/register-certificate/1"
    number: str
    url: str
    hotspot: str
    status: Status
    since: Time
    issued_as: Status
    test: bool
    place: str
    address: str
    town: str
    holder: str
    """The organisation that operates the hotspot."""
    language: str | None
    networks: tuple[str, ...]
    standard: str
    standard_version: str
    standard_title: str
    standard_digest: str
    promise: Said
    findings: tuple[PublicFinding, ...]
    provisional_because: tuple[Said, ...]
    limits: tuple[Said, ...]
    first: Time
    last: Time
    """The period of evidence."""
    last_check: str | None
    """The day of the newest check there that could be judged; `None`: not known here."""
    visits: bool | None
    """Checked on visits; `False`: a probe stays there; `None`: not known here."""
    issuer: str
    independent: bool
    """Decided by another than those who measured; else it is FIRST-PARTY and carries no mark."""
    declared_by_issuer: bool
    """Nobody else witnessed time and place of the run."""
    binding: str
    """The language that counts where the two of its face differ: `en` or `sq`."""
    issued: Time
    valid_until: Time
    sign_down_by: Time | None
    """By when the sign of a suspended one must be down."""
    superseded_by: str | None
    report_to: str
    appeal_to: str
    """Addresses of offices, as printed on the sign."""
    status_index: int | None
    log: tuple[int, ...]
    """Its entries in the public log."""
    history: tuple[PublicEvent, ...]

    @property
    def in_force(self) -> bool:
        """A visitor may rely on it; one that says TEST never counts."""
        return self.status in (Status.VALID, Status.PROVISIONAL) and not self.test


class PublicHotspot(Record):
    """One place. `numbers`: its certificates, the newest first; the first is what counts today."""

    id: str
    name: str
    address: str
    town: str
    holder: str
    latitude: str | None
    longitude: str | None
    status: Status
    numbers: tuple[str, ...]


class Register(Record):
    """Everything public. `hotspots` without those that only ever had TEST certificates."""

    schema: Literal["friendlywifi/register/1"] = "friendlywifi/register/1"
    issuer: str
    url: str
    hotspots: tuple[PublicHotspot, ...]
    certificates: tuple[PublicCertificate, ...]
    elsewhere: int = 0
    """Certificates in the records that stand in another issuer's register."""


def gather(records: Records, site: Site, *, logged: Iterable[tuple[int, str]]) -> Register:
    """The public part of the records. `logged`: place and number of each entry of the log."""
    entries: dict[str, list[int]] = {}
    for place, number in logged:
        entries.setdefault(number, []).append(place)
    known_hotspots = {item.id: item for item in hotspots.every(records)}
    checked = {
        identifier: f"{latest.valid.started:%Y-%m-%d}"
        for identifier, latest in runs.latest_of_all(records).items()
        if latest.valid is not None
    }
    rows = certificates.every(records)
    mine = [row for row in rows if row.certificate.url == site.certificate_url(row.number)]
    found = tuple(
        _certificate(
            records,
            row,
            known_hotspots.get(row.hotspot),
            last_check=checked.get(row.hotspot),
            log=tuple(entries.get(row.number, ())),
        )
        for row in mine
    )
    return Register(
        issuer=site.issuer,
        url=site.url,
        hotspots=_hotspots(found, known_hotspots),
        certificates=found,
        elsewhere=len(rows) - len(mine),
    )


def _certificate(
    records: Records,
    row: CertificateRow,
    hotspot: Hotspot | None,
    *,
    last_check: str | None,
    log: tuple[int, ...],
) -> PublicCertificate:
    certificate, shown = row.certificate, face(row.certificate)
    return PublicCertificate(
        number=row.number,
        url=certificate.url,
        hotspot=_folder(row.hotspot),
        status=row.status,
        since=row.changed,
        issued_as=row.issued_as,
        test=row.test,
        place=certificate.place,
        address=certificate.address,
        town=_town(certificate.address),
        holder=certificate.holder,
        language=certificate.language,
        networks=certificate.ssids,
        standard=certificate.standard.id,
        standard_version=certificate.standard.version,
        standard_title=certificate.standard.title,
        standard_digest=certificate.standard.digest,
        promise=Said(sq=shown.sq.promise, en=shown.promise),
        findings=tuple(_findings(certificate)),
        provisional_because=known.because(certificate.provisional_because),
        limits=known.limits(certificate.limits, own_dns_open=not _passed(certificate, "BYP-02")),
        first=certificate.evidence.first,
        last=certificate.evidence.last,
        last_check=last_check,
        visits=None if hotspot is None else hotspot.mode is hotspots.Mode.ROUNDS,
        issuer=certificate.issuer.name,
        independent=certificate.independence is not Independence.FIRST_PARTY,
        declared_by_issuer=certificate.declared_by_issuer is not None,
        binding=certificate.binding,
        issued=row.issued,
        valid_until=row.valid_until,
        sign_down_by=sign_down_by(row.changed) if row.status is Status.SUSPENDED else None,
        superseded_by=row.superseded_by,
        report_to=certificate.report_to,
        appeal_to=certificate.appeal_to,
        status_index=row.place,
        log=log,
        history=tuple(
            PublicEvent(became=item.became, at=item.at, why=item.event.why)
            for item in certificates.history(records, row.number)
        ),
    )


def _findings(certificate: Certificate) -> Iterable[PublicFinding]:
    for claim in certificate.claims:
        yield PublicFinding(
            criterion=claim.criterion,
            title=claim.title,
            required=claim.gate,
            result=claim.result,
            names=claim.names,
            opened=claim.opened,
            at_least_percent=claim.at_least_percent,
        )


def _passed(certificate: Certificate, criterion: str) -> bool:
    return any(claim.criterion == criterion and claim.result == "pass" for claim in certificate.claims)


def _hotspots(
    found: tuple[PublicCertificate, ...], known_hotspots: dict[str, Hotspot]
) -> tuple[PublicHotspot, ...]:
    by_hotspot: dict[str, list[PublicCertificate]] = {}
    for item in found:
        if not item.test:
            by_hotspot.setdefault(item.hotspot, []).append(item)
    shown = []
    places = {_folder(identifier): place for identifier, place in known_hotspots.items()}
    for identifier, own in sorted(by_hotspot.items()):
        newest = sorted(own, key=_rank, reverse=True)
        current, place = newest[0], places.get(identifier)
        shown.append(
            PublicHotspot(
                id=identifier,
                # As certified: what the records call the place meanwhile nobody has decided about.
                name=current.place,
                address=current.address,
                town=current.town,
                holder=current.holder,
                latitude=None if place is None else place.latitude,
                longitude=None if place is None else place.longitude,
                status=current.status,
                numbers=tuple(item.number for item in newest),
            )
        )
    return tuple(shown)


def _rank(item: PublicCertificate) -> tuple[bool, datetime, str]:
    """What something can still become of comes first, then the newest."""
    still = item.status in (Status.VALID, Status.PROVISIONAL, Status.SUSPENDED)
    return still, item.issued, item.number


def _folder(identifier: str) -> str:
    """The hotspot's id where it is one. It may come from a request of another machine, and names a folder."""
    if identifier and identifier == hotspots.slug(identifier):
        return identifier
    return f"place-{hashlib.sha256(identifier.encode()).hexdigest()[:16]}"


_COUNTRIES = frozenset({"shqipëri", "shqipëria", "albania", "kosovë", "kosova", "kosovo"})


def _town(address: str) -> str:
    """The town of an address like "Rruga e Kavajës 7, 1001 Tiranë, Shqipëri"."""
    parts = [part.strip() for part in address.split(",")]
    while len(parts) > 1 and parts[-1].casefold() in _COUNTRIES:
        parts.pop()
    words = [word for word in parts[-1].split() if not any(char.isdigit() for char in word)]
    return " ".join(words) or parts[-1]
