from __future__ import annotations

from pathlib import Path

import pytest

from tests.friendlywifi.evidence.made import Made, measure


@pytest.fixture(scope="session")
def library() -> Made:
    return measure("library")


@pytest.fixture(scope="session")
def cafe() -> Made:
    return measure("cafe", hotspot="Kafe Çajupi")


@pytest.fixture(scope="session")
def airport() -> Made:
    return measure("airport", hotspot="Airport")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "state"
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(place))
    return place
