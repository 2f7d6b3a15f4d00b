"""`friendlywifi status`: the traffic light of every hotspot, and what is to do where."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from criteria.standard_records import Evidence
from friendlywifi import terminal
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.language.spoken import sort_key
from friendlywifi.records import hotspots, runs, watching
from friendlywifi.records.certificate_rows import CertificateRow, of_hotspot, open_of, status_at
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.light.facts import EvidenceSoFar, Facts
from friendlywifi.records.light.saying import Light
from friendlywifi.records.light.standing import Standing, overall, standing
from friendlywifi.records.place import records_file
from friendlywifi.serving import watch
from friendlywifi.serving.show import show_all, show_one
from friendlywifi.settings import load_settings
from friendlywifi.shipped import load_standard
from probes.records import Record, Time, encode

EVIDENCE_DAYS = 30
"""Evidence for a certificate is no older."""


class StatusReport(Record):
    """What `status --format json` prints."""

    schema: str = "friendlywifi/status/1"
    at: Time
    light: Light
    hotspots: tuple[Standing, ...]


def run(identifier: str | None, *, json: bool, config: Path | None, now: datetime) -> Exit:
    """Print, and say by the exit code whether somebody is needed."""
    with open_records(records_file(load_settings(file=config).settings), make=identifier is None) as records:
        found = standings(records, now=now)
        chosen = found if identifier is None else _only(records, found, identifier)
        light = overall(chosen)
        if json:
            terminal.data(encode(StatusReport(at=now, light=light, hotspots=chosen)))
        elif identifier is None:
            show_all(chosen, _zones(records), light)
        else:
            show_one(records, chosen[0], since=now - timedelta(days=EVIDENCE_DAYS))
    return {Light.WELL: Exit.YES, Light.UNKNOWN: Exit.UNKNOWN}.get(light, Exit.NO)


def _only(records: Records, found: tuple[Standing, ...], identifier: str) -> tuple[Standing, ...]:
    hotspot = hotspots.named(records, identifier)
    if hotspot is None:
        raise Complaint(f"there is no hotspot {identifier}; friendlywifi hotspot list shows all")
    return tuple(item for item in found if item.hotspot == hotspot.id)


def standings(records: Records, *, now: datetime) -> tuple[Standing, ...]:
    """Every hotspot, worst first.

    What came in since `serve` last looked is folded for the look and then undone: to look changes nothing.
    """
    found: list[Standing] = []
    plan = watch.Plan()
    before = watching.tick(records)
    with records.trying():
        watch.look(records, plan, now=now)
        visits = watch.visits(records, plan, now=now)
        known = watching.watches(records)
        newest = runs.latest_of_all(records)
        every = tuple(hotspots.every(records))
        # A standard is read once, however many places are held to it.
        needed = {name: load_standard(name)[0].evidence for name in {item.standard for item in every}}
        for hotspot in every:
            certificate = _certificate(records, hotspot)
            facts = Facts(
                hotspot=hotspot,
                rhythm=plan.rhythm(hotspot),
                conditions=known[hotspot.id].conditions if hotspot.id in known else {},
                latest=newest[hotspot.id].newest if hotspot.id in newest else None,
                certificate=certificate,
                status=None if certificate is None else status_at(records, certificate.number, now),
                visits=tuple(item for item in visits if item.hotspot == hotspot.id),
                evidence=_evidence(records, hotspot, needed[hotspot.standard], now=now),
                watched=None if before is None else before.at,
                now=now,
                share=watch.due_runs(
                    records, plan, hotspot, since=now - timedelta(days=EVIDENCE_DAYS), until=now
                ),
            )
            found.append(standing(facts))
    order = list(Light)
    return tuple(sorted(found, key=lambda item: (order.index(item.light), sort_key(item.hotspot))))


def _certificate(records: Records, hotspot: Hotspot) -> CertificateRow | None:
    open_one = open_of(records, hotspot.id)
    if open_one is not None:
        return open_one
    genuine = [row for row in of_hotspot(records, hotspot.id) if not row.test]
    return genuine[-1] if genuine else None


def _evidence(records: Records, hotspot: Hotspot, needed: Evidence, *, now: datetime) -> EvidenceSoFar:
    rows = [
        row
        for row in runs.of(records, hotspot.id, since=now - timedelta(days=EVIDENCE_DAYS))
        if row.counts and not row.failing()
    ]
    span = rows[-1].started - rows[0].started if rows else timedelta()
    return EvidenceSoFar(runs=len(rows), runs_needed=needed.runs, days=span.days, days_needed=needed.days)


def _zones(records: Records) -> dict[str, ZoneInfo]:
    return {item.id: ZoneInfo(item.time_zone) for item in hotspots.every(records)}
