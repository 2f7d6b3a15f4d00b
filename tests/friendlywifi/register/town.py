"""A register with one certificate of each kind, and secrets planted wherever the records can hold one."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from certificates.credential import StatusEntry
from certificates.didweb import IssuerKey
from certificates.keys import key_from_seed, key_id, public_text
from certificates.lifecycle import Event, Proof, Refused
from certificates.proofs import make_proofs
from certificates.records import Certificate, Claim, Independence
from certificates.signing import from_file, sign
from certificates.transitions import EventKind, Role, Why
from friendlywifi.records import certificates, hotspots, runs
from friendlywifi.records.certificates import CertificateRow, KeyUse, New, Series
from friendlywifi.records.database import Records
from friendlywifi.records.hotspots import Contact, Hotspot, Mode
from friendlywifi.records.identity import Identity, Seen
from friendlywifi.register import publishing
from friendlywifi.register.publishing import Issue, Published
from friendlywifi.register.site import Site, site_of
from tests.friendlywifi.records.rows import row

GOLDEN = Path(__file__).parents[2] / "certificates" / "golden" / "valid.json"
KEY = key_from_seed(b"issuer" + bytes(26))
ISSUER = "Shoqata për Internetin e Fëmijëve"
MODEL = from_file(GOLDEN.read_bytes()).certificate
START = MODEL.issued
NOW = START + timedelta(days=10)
RUN = "sha256:" + "1" * 64
FW = Series(name="FW")

SECRETS = {
    "decider": "Vendimtari Fshehur",
    "evaluator": "Vleresuesi Fshehur",
    "contact": "Kontakti Fshehur",
    "email": "fshehur@bashkia.example",
    "gateway": "deadbeefdeadbeef",
    "resolver": "198.51.100.53",
    "egress": "203.0.113.77",
    "route": "dns53 open at 192.0.2.153",
    "target": "leaking-name.example",
    "provider": "Ofruesi Fshehur",
    "words": "Fjala e fshehur e personit",
    "run": "run-fshehur-57",
    "witness": "Deshmitari Fshehur",
}
"""What must not leave, each planted below."""


def issuer_key(**changed: Any) -> IssuerKey:
    given = {"key": public_text(KEY.public_key()), "valid_from": START - timedelta(days=30)}
    return IssuerKey(**{**given, **changed})


def site(url: str = "https://register.example/c/") -> Site:
    return site_of(issuer=ISSUER, certificates=url, contact="zyra@shoqata.example")


def hotspot(identifier: str, name: str, address: str, town: str, **changed: Any) -> Hotspot:
    given: dict[str, Any] = {
        "id": identifier,
        "name": name,
        "place": town,
        "address": address,
        "ssids": ("Biblioteka",),
        "operator": "Bashkia",
        "provider": SECRETS["provider"],
        "contacts": (Contact(name=SECRETS["contact"], email=SECRETS["email"]),),
        "mode": Mode.RESIDENT,
        "identity": Identity(
            networks=(
                Seen(
                    vantage="ed25519:" + "0" * 64,
                    gateway_mac=SECRETS["gateway"],
                    resolvers=(SECRETS["resolver"],),
                    egress=SECRETS["egress"],
                    ssid="Biblioteka",
                ),
            ),
            since=START,
            by=SECRETS["contact"],
        ),
    }
    return Hotspot(**{**given, **changed})


def add(records: Records, place: Hotspot) -> None:
    hotspots.add(records, place, now=START - timedelta(days=60), actor=SECRETS["contact"])


def certificate_of(number: str, place: Hotspot, at: datetime, where: Site, **changed: Any) -> Certificate:
    public = KEY.public_key()
    days = changed.pop("days", 365)
    claims = (
        *MODEL.claims,
        Claim(
            criterion="BYP-02",
            title="Encrypted DNS is closed or filtered",
            sentence=SECRETS["route"],
            result="fail",
            gate=False,
        ),
    )
    given: dict[str, Any] = {
        "number": number,
        "url": where.certificate_url(number),
        "place": place.name,
        "address": f"{place.address}, {place.place}",
        "ssids": place.ssids,
        "holder": place.operator,
        "issued": at,
        "decided": at,
        "valid_until": at + timedelta(days=days),
        "issuer": msgspec.structs.replace(
            MODEL.issuer, name=ISSUER, key=public_text(public), key_id=key_id(public)
        ),
        "decider": SECRETS["decider"],
        "evaluator": SECRETS["evaluator"],
        "claims": claims,
        "limits": (*MODEL.limits, f"Only seen through {SECRETS['resolver']}."),
        "evidence": msgspec.structs.replace(
            MODEL.evidence,
            certification_run=SECRETS["run"],
            witness=SECRETS["witness"],
            first=at - timedelta(days=15),
            last=at - timedelta(days=1),
        ),
    }
    return msgspec.structs.replace(MODEL, **{**given, **changed})


def event(kind: EventKind, why: Why, at: datetime) -> Event:
    return Event(
        kind=kind,
        at=at,
        by=SECRETS["decider"],
        role=Role.DECIDER,
        why=why,
        words=SECRETS["words"],
        evidence=(Proof(digest=RUN, made=at, good=kind is not EventKind.SUSPEND),),
        decided=RUN,
    )


def issue(
    records: Records,
    place: Hotspot,
    at: datetime,
    *,
    where: Site | None = None,
    proofs: bool = True,
    **changed: Any,
) -> CertificateRow:
    """A certificate of the place; `changed` is about its fields."""
    register = where or site()

    def make(number: str) -> New:
        signed = sign(certificate_of(number, place, at, register, **changed), KEY)
        spot = (int(number[-6:]) * 7919) % 131_072
        status = StatusEntry(
            revocation_list=f"{register.url}/status/revocation",
            suspension_list=f"{register.url}/status/suspension",
            index=spot,
        )
        beside = make_proofs(signed, register_url=register.url, status=status, key=KEY) if proofs else None
        return New(
            signed=signed,
            hotspot=place.id,
            decided=event(EventKind.ISSUE, Why.DECIDED, at),
            suspension_days=183,
            evidence_days=30,
            keys=(KeyUse(key=key_id(KEY.public_key()), part="issuer", used=at),),
            place=spot if proofs else None,
            proofs=beside,
        )

    done = certificates.issue_row(records, series=FW, make=make, now=at, actor=SECRETS["decider"])
    assert not isinstance(done, Refused), done
    return done


def change(records: Records, number: str, kind: EventKind, why: Why, at: datetime) -> None:
    done = certificates.change(records, number, event(kind, why, at), now=at)
    assert not isinstance(done, Refused), done


def checked(records: Records, place: Hotspot, number: int = 1) -> None:
    """A run that counts, with what must not leave in it."""
    record = row(
        number,
        hotspot=place.id,
        started=START + timedelta(days=9),
        ended=START + timedelta(days=9, minutes=2),
        causes=(SECRETS["resolver"], SECRETS["target"]),
        run=SECRETS["run"],
        bundle=f"sha256:{number:064x}",
    )
    runs.record(records, record, now=NOW, actor=SECRETS["contact"])


PROVISIONAL = {
    "status": "provisional",
    "provisional_because": (
        f"Not shown: “Illegal content” (ILL-01). Tried {SECRETS['target']}",
        "The decision was made by those who measured.",
        f"It was seen that {SECRETS['target']} opened.",
    ),
    "independence": Independence.FIRST_PARTY,
    "days": 90,
}


def settle(records: Records) -> dict[str, str]:
    """One of each: the number of each certificate by its kind."""
    where = {
        "valid": hotspot(
            "biblioteka-tirane",
            "Biblioteka Nr. 7",
            "Rruga e Kavajës 7",
            "1001 Tiranë",
            latitude="41.3275",
            longitude="19.8187",
            ssids=("Biblioteka", "Biblioteka 5G"),
        ),
        "provisional": hotspot(
            "dom-kulture-durres",
            "Pallati i Kulturës <b>&",
            "Rruga Tregtare",
            "Durrës",
            latitude="41.3246",
            longitude="19.4565",
            mode=Mode.ROUNDS,
        ),
        "suspended": hotspot(
            "biblioteka-shkoder",
            "Biblioteka “Marin Barleti”",
            "Sheshi Migjeni",
            "Shkodër",
            latitude="42.0683",
            longitude="19.5126",
        ),
        "withdrawn": hotspot(
            "kafe-vlore",
            "Qendra Rinore",
            "Bulevardi Vlora 1",
            "Vlorë",
            latitude="40.4661",
            longitude="19.4914",
        ),
        "expired": hotspot("muze-cerrik", "Muzeu", "Rruga e Re 2", "Cërrik"),
        "renewed": hotspot(
            "muze-corovode",
            "Muzeu i Skraparit",
            "Rruga Kryesore",
            "Çorovodë",
            latitude="40.5042",
            longitude="20.2272",
        ),
        "test": hotspot("prove", "Vend prove", "Rruga e Provës 1", "Dhërmi"),
    }
    for place in where.values():
        add(records, place)
    numbers = {}
    for kind, place in where.items():
        changed: dict[str, Any] = {}
        if kind == "provisional":
            changed = PROVISIONAL
        elif kind == "expired":
            changed = {"days": 3}
        elif kind == "test":
            changed = {"test": True}
        numbers[kind] = issue(records, place, START, **changed).number
    checked(records, where["valid"])
    change(records, numbers["suspended"], EventKind.SUSPEND, Why.GATE_FAILED, START + timedelta(days=5))
    change(records, numbers["withdrawn"], EventKind.WITHDRAW, Why.HOLDER_ASKED, START + timedelta(days=6))
    numbers["superseded"] = numbers.pop("renewed")
    numbers["successor"] = issue(records, where["renewed"], START + timedelta(days=7)).number
    return numbers


def officer(**changed: Any) -> Issue:
    given: dict[str, Any] = {
        "site": site(),
        "keys": (issuer_key(),),
        "key": KEY,
        "good_for": timedelta(days=7),
        # A face of its own bytes; setting type twenty times shows nothing about the register.
        "pdf": lambda signed, _proofs: b"%PDF " + signed.certificate.number.encode(),
    }
    return Issue(**{**given, **changed})


def publish(records: Records, folder: Path, *, now: datetime = NOW, **changed: Any) -> Published:
    return publishing.publish(records, folder, officer(**changed), now=now, actor="the tests")
