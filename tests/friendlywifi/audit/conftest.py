from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from certificates.keys import key_from_seed
from tests.friendlywifi.evidence.made import KEY, Made, measure, renumbered

Handed = Callable[..., Path]


@pytest.fixture(scope="session")
def airport() -> Made:
    """The smallest evidence: a run that a login page ended."""
    return measure("airport", hotspot="Airport")


@pytest.fixture(scope="session")
def library() -> Made:
    return measure("library")


@pytest.fixture
def handed_in(tmp_path: Path, airport: Made) -> Handed:
    """Writes runs of a hotspot as a certifier makes them, and leaves only those that it hands in."""

    def hand_in(
        certifier: str, hotspot: str, made: int, keep: set[int] | None = None, *, promises: bool = False
    ) -> Path:
        folder = tmp_path / "handed in" / certifier
        folder.mkdir(parents=True, exist_ok=True)
        previous = None
        for serial in range(1, made + 1):
            data, previous = renumbered(
                airport.given,
                airport.checked,
                standard=airport.promised.standard,
                key=KEY if certifier != "B" else key_from_seed(bytes(32)),
                hotspot=hotspot,
                serial=serial,
                previous=previous,
            )
            name = f"{hotspot} {serial:03d}".replace("/", "_")
            if keep is None or serial in keep:
                (folder / f"{name}.zip").write_bytes(data)
            elif promises:
                (folder / f"{name}.commitment.json").write_bytes(previous)
        return folder.parent

    return hand_in
