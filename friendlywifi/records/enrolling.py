"""By what a hotspot is known again, taken from a run that somebody made there."""

from __future__ import annotations

from datetime import datetime

import msgspec

from friendlywifi.complaint import Complaint
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.records import hotspots, runs
from friendlywifi.records.database import Records
from friendlywifi.records.evidence import Genuine, genuine
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.identity import Former, Identity, Place, compare, joined, tells
from friendlywifi.records.taking import Came, Taken, record_bundle
from probes.records import Record


class Enrolled(Record):
    """What an enrolment came to."""

    hotspot: Hotspot
    taken: Taken
    """The run itself, which now counts among the others."""
    rejudged: int
    """Earlier runs that a confirmed change made count."""


def enrol_from(
    records: Records, identifier: str, data: bytes, *, now: datetime, actor: str, why: str | None = None
) -> Enrolled:
    """Enrol a hotspot from a bundle; again, where `why` says what changed there.

    Complains where the run shows nothing to know the place by, or another place than the enrolled one and no
    why is given.
    """
    hotspot = hotspots.get(records, identifier)
    try:
        evidence = genuine(data)
    except EvidenceFault as fault:
        raise Complaint(f"the bundle is refused: {fault}") from None
    _require_fit(hotspot, evidence)
    if why is None:
        _require_own(records, hotspot, evidence)
    identity = _identity(hotspot, evidence, now=now, actor=actor, why=why)
    with records.writing():
        if identity is not None:
            hotspot = hotspots.enrol(records, identifier, identity, now=now, actor=actor)
        changed = _rejudge(records, hotspot, now=now, actor=actor)
        taken = record_bundle(records, data, now=now, actor=actor, hotspot=identifier)
        if taken.came is Came.REFUSED:
            # What is no evidence says nothing about the place either: all of it is undone.
            raise Complaint(f"the run is refused, so nothing was enrolled: {taken.why}")
    return Enrolled(hotspot=hotspot, taken=taken, rejudged=changed)


def _require_fit(hotspot: Hotspot, evidence: Genuine) -> None:
    run, seen = evidence.contents.run, evidence.seen
    if hotspots.fold(run.hotspot) not in (hotspots.fold(hotspot.name), hotspot.id):
        raise Complaint(
            f"the run is of “{run.hotspot}”, not of “{hotspot.name}”; check it there with "
            f'friendlywifi check --hotspot "{hotspot.name}"'
        )
    void = evidence.contents.judgement.fitness
    if void.void_reason is not None:
        raise Complaint(f"the run is void, so nothing is known by it: {void.explanation}")
    if seen.ssid is not None and seen.ssid not in hotspot.ssids:
        named = " or ".join(f"“{name}”" for name in hotspot.ssids)
        raise Complaint(f"the run was made on the Wi-Fi “{seen.ssid}”; {hotspot.name} has {named}")
    if not tells(seen):
        raise Complaint(
            "the run saw neither the gateway's nor the access point's hardware address, so that the place "
            "could not be known again; make the check from a computer that is on its Wi-Fi"
        )


def _require_own(records: Records, hotspot: Hotspot, evidence: Genuine) -> None:
    """Twelve places and one laptop: the same network under two names is more often a slip than a house."""
    seen = evidence.seen
    for other in hotspots.every(records):
        networks = () if other.identity is None else other.identity.networks
        same = any(
            (item.vantage, item.ssid, item.gateway_mac) == (seen.vantage, seen.ssid, seen.gateway_mac)
            for item in networks
            if item.gateway_mac is not None
        )
        if same and other.id != hotspot.id:
            raise Complaint(
                f"this network is enrolled as {other.name}: are you at {hotspot.name}? If both stand behind "
                f"one router, say so: friendlywifi hotspot enrol {hotspot.id} BUNDLE --again --why "
                '"one router for both"'
            )


def _identity(
    hotspot: Hotspot, evidence: Genuine, *, now: datetime, actor: str, why: str | None
) -> Identity | None:
    """The identity with this run's network; `None`: it is known already as it is."""
    seen, before = evidence.seen, hotspot.identity
    if before is None:
        return Identity(networks=(seen,), since=now, by=actor, evidence=evidence.digest)
    networks = joined(before.networks, seen)
    found = compare(before.networks, seen, ssids=hotspot.ssids)
    if networks == before.networks:
        return None
    if why is None:
        if found.place is not Place.SAME:
            told = "; ".join((*found.differs, *(f"{item} is not known" for item in found.unknown)))
            raise Complaint(
                f"{hotspot.name} is enrolled already, and this run differs ({told}). If it was made there, "
                f'say what changed: friendlywifi hotspot enrol {hotspot.id} BUNDLE --again --why "new router"'
            )
        why = f"seen also on {'a cable' if seen.ssid is None else f'“{seen.ssid}”'}, behind the same gateway"
    former = Former(until=now, networks=before.networks)
    return msgspec.structs.replace(
        before,
        networks=networks,
        former=(*before.former, former),
        since=now,
        by=actor,
        why=why,
        evidence=evidence.digest,
    )


def _rejudge(records: Records, hotspot: Hotspot, *, now: datetime, actor: str) -> int:
    """Runs whose change is now confirmed. What was void, or surely made elsewhere, stays so."""
    count = 0
    if hotspot.identity is None:
        return 0
    for row in runs.of(records, hotspot.id):
        if row.place is not Place.CHANGED or row.network is None:
            continue
        found = compare(hotspot.identity.at(row.started), row.network, ssids=hotspot.ssids)
        if found.place is Place.SAME:
            count += 1
            runs.rejudged(
                records,
                msgspec.structs.replace(row, place=found.place, differs=(), unknown=found.unknown),
                now=now,
                actor=actor,
            )
    return count
