from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from criteria.records import Judgement
from friendlywifi.checking.check import Checked
from friendlywifi.evidence.bundle import read_bundle
from friendlywifi.evidence.replay import replay
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.hotspots import Hotspot, add
from probes.records import Vantage
from tests.friendlywifi.evidence.made import KEY, Made, measure, renumbered
from tests.friendlywifi.records.rows import NOW, library_7

THERE = Vantage(
    interface="wlan0",
    wired=False,
    ssid="Biblioteka",
    bssid="b" * 16,
    gateway="192.168.1.1",
    gateway_mac="a" * 16,
    resolvers=("192.168.1.1",),
)
"""What a laptop sees at Library 7."""


def there(**other: Any) -> Vantage:
    return msgspec.structs.replace(THERE, **other)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(tmp_path / "records.db") as opened:
        yield opened


@pytest.fixture
def library(records: Records) -> Hotspot:
    hotspot = library_7()
    add(records, hotspot, now=NOW, actor="the tests")
    return hotspot


class Bundles:
    """Bundles of one measurement, as other vantages, places and numbers would have made them."""

    def __init__(self, made: Made) -> None:
        self.made = made
        self._bundles: dict[str, bytes] = {}

    def __call__(
        self,
        serial: int = 1,
        vantage: Vantage = THERE,
        *,
        hotspot: str = "Library 7",
        key: Ed25519PrivateKey = KEY,
        judgement: Judgement | None = None,
        **changed: Any,
    ) -> bytes:
        """`judgement`: what the vantage claims; `None`: what comes out."""
        name = repr((serial, vantage, hotspot, key.private_bytes_raw(), judgement, changed))
        if name not in self._bundles:
            run = msgspec.structs.replace(self.made.checked.run, vantage=vantage, **changed)
            checked = replace(self.made.checked, run=run)
            data = self._bundle(checked, serial, hotspot, key)
            true = replay(read_bundle(data).contents).judgement
            if (judgement or true) != checked.judgement:
                data = self._bundle(replace(checked, judgement=judgement or true), serial, hotspot, key)
            self._bundles[name] = data
        return self._bundles[name]

    def _bundle(self, checked: Checked, serial: int, hotspot: str, key: Ed25519PrivateKey) -> bytes:
        data, _ = renumbered(
            self.made.given,
            checked,
            standard=self.made.promised.standard,
            key=key,
            hotspot=hotspot,
            serial=serial,
            previous=None,
        )
        return data


@pytest.fixture(scope="session")
def bundle_of() -> Bundles:
    return Bundles(measure("library"))
