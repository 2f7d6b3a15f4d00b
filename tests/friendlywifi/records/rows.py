"""Hotspots and runs for tests; light to import, for other processes make them too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from criteria.records import AssessmentOutcome
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.identity import Place
from friendlywifi.records.runs import Ours, RunRow

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def library_7(**other: Any) -> Hotspot:
    given = {
        "id": "library-7",
        "name": "Library 7",
        "place": "Tiranë",
        "address": "Rruga e Kavajës 7",
        "ssids": ("Biblioteka", "Biblioteka 5G"),
        "operator": "Bashkia Tiranë",
    }
    return Hotspot(**{**given, **other})


def row(number: int, **other: Any) -> RunRow:
    """A run that counts, an hour after the one before."""
    start = NOW - timedelta(days=20) + timedelta(hours=number)
    given = {
        "hotspot": "library-7",
        "run": f"run {number}",
        "serial": number,
        "vantage": "ed25519:" + "0" * 64,
        "ssid": "Biblioteka",
        "started": start,
        "ended": start + timedelta(minutes=2),
        "ours": Ours.ROUNDS,
        "place": Place.SAME,
        "outcome": AssessmentOutcome.CERTIFIABLE,
        "bundle": f"sha256:{number:064x}",
    }
    return RunRow(**{**given, **other})
