"""Hotspots, runs and certificates as the records hold them, made without measuring anything."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from certificates.keys import key_from_seed, key_id, public_text
from certificates.lifecycle import Event, Proof
from certificates.records import Certificate, SignedCertificate
from certificates.signing import from_file, sign
from certificates.transitions import EventKind, Role, Why
from criteria.assessment import VISITS_LIMIT
from criteria.records import AssessmentOutcome, CriterionOutcome
from criteria.standard import Standard, parse, released
from friendlywifi.records import certificates, hotspots
from friendlywifi.records.certificates import CertificateRow, New, Series
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Contact, Hotspot, Mode
from friendlywifi.records.hotspots import Role as Reads
from friendlywifi.records.identity import Identity, Place, Seen
from friendlywifi.records.runs import GateResult, Ours, RunRow
from friendlywifi.shipped import load_standard
from friendlywifi.surveillance.rhythm import Rhythm, rhythm_of
from friendlywifi.surveillance.sight import Sight, Sighting

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
STANDARD: Standard = parse(released("baseline"), source="baseline.toml")
DIGEST = load_standard("baseline")[1]
RESIDENT: Rhythm = rhythm_of(STANDARD, "resident")
ROUNDS: Rhythm = rhythm_of(STANDARD, "rounds")
GATES = tuple(item.id for item in STANDARD.criteria if item.gate and item.enabled)
PUBLIC = "198.51.100.7:53"
PRIVATE = "192.168.1.1:53"
SSID = "Biblioteka"
KEY = key_from_seed(bytes(range(32)))
SERIES = Series(name="FW")
_MODEL: Certificate = from_file(
    (Path(__file__).parents[2] / "certificates" / "golden" / "valid.json").read_bytes()
).certificate


def hotspot(identifier: str = "library-7", *, enrolled: datetime = START, **other: Any) -> Hotspot:
    resolvers = tuple(other.pop("resolvers", (PRIVATE.removesuffix(":53"),)))
    network = Seen(vantage="ed25519:" + "a" * 64, ssid=SSID, gateway_mac="g" * 16, resolvers=resolvers)
    given: dict[str, Any] = {
        "id": identifier,
        "name": identifier.replace("-", " ").title(),
        "place": "Tiranë",
        "address": "Rruga e Kavajës 7",
        "ssids": (SSID,),
        "operator": "Bashkia Tiranë",
        "provider": "Provider One",
        "contacts": (Contact(name="Mira", email="mira@bashkia.example", role=Reads.OPERATOR),),
        "mode": Mode.RESIDENT,
        "identity": Identity(networks=(network,), since=enrolled, by="the tests"),
    }
    return Hotspot(**{**given, **other})


def add(records: Records, given: Hotspot, *, now: datetime = START) -> Hotspot:
    hotspots.add(records, given, now=now, actor="the tests")
    return given


def digest_of(*parts: object) -> str:
    return "sha256:" + hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()


def row(
    identifier: str = "library-7",
    serial: int = 1,
    at: datetime = START,
    *,
    failed: tuple[str, ...] = (),
    void: str | None = None,
    causes: tuple[str, ...] = (),
    **other: Any,
) -> RunRow:
    """A run as the records keep it; without more a good one."""
    known = dict.fromkeys(GATES, CriterionOutcome.PASS) | dict.fromkeys(failed, CriterionOutcome.FAIL)
    known["CON-01"] = CriterionOutcome.NOT_APPLICABLE
    outcome = AssessmentOutcome.CERTIFIABLE
    if failed:
        outcome = AssessmentOutcome.NOT_CERTIFIABLE
    if void is not None:
        outcome = AssessmentOutcome.INCONCLUSIVE
        known = dict.fromkeys(known, CriterionOutcome.INCONCLUSIVE)
    given: dict[str, Any] = {
        "hotspot": identifier,
        "run": f"{identifier}-{serial}",
        "serial": serial,
        "vantage": "ed25519:" + "a" * 64,
        "ssid": SSID,
        "started": at,
        "ended": at + timedelta(minutes=2),
        "ours": Ours.RESIDENT,
        "place": Place.SAME,
        "void_reason": void,
        "outcome": outcome,
        "gates": tuple(GateResult(id=name, result=result) for name, result in known.items()),
        "causes": causes,
        "standard": DIGEST,
        "bundle": digest_of(identifier, serial),
    }
    return RunRow(**{**given, **other})


def signed(
    number: str, issued: datetime, *, days: int = 365, evidence: datetime | None = None, **changed: Any
) -> SignedCertificate:
    public = KEY.public_key()
    last = issued if evidence is None else evidence
    certificate = msgspec.structs.replace(
        _MODEL,
        number=number,
        ssids=(SSID,),
        issued=issued,
        decided=issued,
        valid_until=issued + timedelta(days=days),
        issuer=msgspec.structs.replace(_MODEL.issuer, key=public_text(public), key_id=key_id(public)),
        standard=msgspec.structs.replace(_MODEL.standard, digest=DIGEST),
        evidence=msgspec.structs.replace(_MODEL.evidence, first=last - timedelta(days=7), last=last),
        **changed,
    )
    return sign(certificate, KEY)


def issue(records: Records, identifier: str, at: datetime, **more: Any) -> CertificateRow:
    """A certificate of this hotspot, as a decider would have issued it; the one before ends."""
    at = at.replace(microsecond=0)
    place = next((item for item in hotspots.every(records) if item.id == identifier), None)
    if place is not None and place.mode is Mode.ROUNDS:
        more.setdefault("limits", (*_MODEL.limits, VISITS_LIMIT))

    def make(number: str) -> New:
        return New(
            signed=signed(number, at, **more),
            hotspot=identifier,
            decided=Event(
                kind=EventKind.ISSUE,
                at=at,
                by="Arben Çela",
                role=Role.DECIDER,
                why=Why.DECIDED,
                decided=digest_of("request", number),
            ),
            suspension_days=STANDARD.suspension_max_days,
            evidence_days=STANDARD.renewal_evidence_days,
        )

    made = certificates.issue_row(records, series=SERIES, make=make, now=at, actor="Arben Çela")
    assert isinstance(made, CertificateRow), made
    return made


def reinstate(records: Records, number: str, at: datetime, *, made: datetime, bundle: str) -> object:
    at = at.replace(microsecond=0)
    event = Event(
        kind=EventKind.REINSTATE,
        at=at,
        by="Arben Çela",
        role=Role.DECIDER,
        why=Why.CURED,
        evidence=(Proof(digest=bundle, made=made, good=True),),
    )
    return certificates.change(records, number, event, now=at)


def seen(at: datetime, sight: Sight, *failed: str, vantage: str = "") -> Sighting:
    """What a run made at that time shows; a bad one that of ADU-01 where nothing else is named."""
    return Sighting(
        run="r",
        started=at,
        vantage=vantage,
        sight=sight,
        failed=tuple(sorted(failed)) or (("ADU-01",) if sight is Sight.BAD else ()),
        sampled=sight is Sight.GOOD,
        evidence=f"sha256:{at:%m%d%H%M%S}",
    )
