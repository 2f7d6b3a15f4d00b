from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from friendlywifi.certifying import reckoning, requesting, weighing
from friendlywifi.certifying.keyring import Purpose
from friendlywifi.certifying.office import Office
from friendlywifi.records import evidence, hotspots, journal, taking
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.place import records_file
from friendlywifi.records.taking import Came, record_bundle
from tests.friendlywifi.certifying.made import (
    ANNOUNCED,
    ENROLLED,
    FIRST,
    NOW,
    Fortnight,
    Made,
    library,
    measure,
)


@pytest.fixture(scope="session", autouse=True)
def _each_bundle_once() -> Iterator[None]:
    """What comes out of a bundle is worked out once for all tests here, in this process."""
    once = lru_cache(maxsize=200)(evidence.genuine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weighing, "genuine", once)
        patch.setattr(taking, "genuine", once)
        patch.setattr(requesting, "cores", lambda: 1)
        patch.setattr(reckoning, "cores", lambda: 1)
        yield


PASSPHRASE = "Drini i Zi, 1908"


@pytest.fixture(scope="session")
def fortnight() -> Fortnight:
    return Fortnight(
        gates=measure("library", whole=False),
        whole=measure("library", whole=True),
        leaking=measure("cafe", whole=False),
    )


@pytest.fixture(scope="session")
def period(fortnight: Fortnight) -> tuple[Made, ...]:
    return fortnight.period()


class Desk:
    """One person's machine: a configuration, keys, records, a clock."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch, **issuer: str) -> None:
        self.place = place
        self.monkeypatch = monkeypatch
        place.mkdir(parents=True, exist_ok=True)
        secret = place / "passphrase"
        secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
        secret.chmod(0o600)
        settings = {"passphrase_file": str(secret), **issuer}
        lines = ["[issuer]", *(f'{name} = "{value}"' for name, value in settings.items())]
        self.config = place / "friendlywifi.toml"
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")

    @property
    def office(self) -> Office:
        """From here on this machine is meant."""
        self.monkeypatch.setenv("FRIENDLYWIFI_STATE", str(self.place / "state"))
        return Office(self.config)

    def key(self, name: str, purpose: Purpose, *, test: bool = False) -> None:
        self.office.keyring.make(name, purpose, passphrase=PASSPHRASE.encode(), now=FIRST, test=test)

    def watches(self, runs: tuple[Made, ...], *, announced: bool = True, enrolled: bool = True) -> None:
        """The hotspot with these runs, the last of them announced."""
        with open_records(records_file(self.office.settings)) as records:
            hotspots.add(records, library(), now=FIRST, actor="the tests")
            if enrolled:
                hotspots.enrol(records, "library-7", ENROLLED, now=FIRST, actor="the tests")
            if announced:
                self.announce(records)
            self.take(records, runs)

    def take(self, records: Records, runs: tuple[Made, ...]) -> None:
        for made in runs:
            taken = record_bundle(records, made.data, now=NOW, actor="the tests")
            assert taken.came is Came.NEW, taken.why

    @staticmethod
    def announce(records: Records) -> None:
        journal.append(
            records, now=ANNOUNCED, actor="Elira Hoxha", kind="certification.announced", subject="library-7"
        )


@pytest.fixture
def evaluator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk(
        tmp_path / "evaluator",
        monkeypatch,
        report_to="ALO 116 111",
        appeal_to="ankesa@shoqata.example",
    )
    desk.key("evaluator", Purpose.EVALUATOR)
    return desk


@pytest.fixture
def decider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk(
        tmp_path / "decider",
        monkeypatch,
        name="Shoqata për Internetin e Fëmijëve",
        url="https://register.example/c/",
    )
    desk.key("issuer", Purpose.ISSUER)
    return desk
