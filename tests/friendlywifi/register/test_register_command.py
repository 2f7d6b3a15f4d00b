"""`friendlywifi register publish`, and `serve` with a folder to publish to."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from friendlywifi.app import app
from friendlywifi.certifying.keyring import Keyring, Purpose
from friendlywifi.complaint import Complaint
from friendlywifi.records import hotspots
from friendlywifi.records.database import open_records
from friendlywifi.register import command as publishing
from friendlywifi.register.site import site_of
from friendlywifi.serving.command import Asked, service_of
from friendlywifi.settings import load_settings
from tests.friendlywifi.register import town
from tests.friendlywifi.register.town import ISSUER, hotspot

PASSPHRASE = "Drini i Zi, 1908"


class Desk:
    """A machine that issues and publishes."""

    def __init__(self, place: Path, *, passphrase: bool = True, **register: Any) -> None:
        self.place = place
        secret = place / "passphrase"
        secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
        secret.chmod(0o600)
        self.config = place / "friendlywifi.toml"
        lines = [
            "[records]",
            f'file = "{place / "records.db"}"',
            "[issuer]",
            f'name = "{ISSUER}"',
            'url = "https://register.example/c/"',
            f'keys = "{place / "keys"}"',
            *([f'passphrase_file = "{secret}"'] if passphrase else []),
            "[register]",
            *(f"{name} = {json.dumps(value)}" for name, value in register.items()),
        ]
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        keys = Keyring(place / "keys")
        keys.make(
            "issuer",
            Purpose.ISSUER,
            passphrase=PASSPHRASE.encode(),
            now=datetime(2026, 11, 1, tzinfo=UTC),
        )

    def records(self, monkeypatch: pytest.MonkeyPatch, *, days_ago: int = 1) -> str:
        """One certificate, by this machine's own key."""
        office = publishing.Office(self.config)
        issue = publishing.issue_of(office)
        monkeypatch.setattr(town, "KEY", issue.key)
        with office.records(make=True) as records:
            place = hotspot("a", "Biblioteka", "Rruga 1", "Tiranë")
            hotspots.add(records, place, now=town.START, actor="the tests")
            return town.issue(
                records, place, datetime.now(UTC).replace(microsecond=0) - timedelta(days=days_ago)
            ).number

    def run(self, *words: str) -> Any:
        return CliRunner().invoke(app, ["register", "publish", *words, "--config", str(self.config)])


def test_the_command_publishes_and_says_what_and_until_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    number = desk.records(monkeypatch)
    done = desk.run(str(tmp_path / "r"))
    assert done.exit_code == 0, done.output
    assert "1 place, 1 certificate." in done.output
    assert "The log has 1 entry, 1 of them new." in done.output
    assert (tmp_path / "r" / "c" / number / "index.html").exists()
    again = desk.run(str(tmp_path / "r"), "--format", "json")
    assert json.loads(again.output)["written"] == 0


def test_it_says_it_in_albanian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path)
    desk.records(monkeypatch)
    command = ["--lang", "sq", "register", "publish", str(tmp_path / "r"), "--config", str(desk.config)]
    done = CliRunner().invoke(app, command)
    assert "U botua te" in done.output
    from friendlywifi.language import spoken as language

    language.speak("en")


def test_without_a_folder_it_says_how_to_name_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path)
    desk.records(monkeypatch)
    done = desk.run()
    assert isinstance(done.exception, Complaint)
    assert "directory under [register]" in str(done.exception)


async def test_serve_publishes_what_changed_and_is_silent_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, directory=str(tmp_path / "r"))
    desk.records(monkeypatch)
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(tmp_path / "state"))
    service, _ = service_of(Asked(config=desk.config))
    (hook,) = service.hooks
    with open_records(tmp_path / "records.db") as records:
        said = await hook.act(records, lambda: datetime.now(UTC))
        assert said is not None
        assert said.startswith("Published: 1 certificates")
        assert await hook.act(records, lambda: datetime.now(UTC)) is None
        # Somebody emptied the folder.
        (tmp_path / "r" / "log" / "checkpoint").unlink()
        assert await hook.act(records, lambda: datetime.now(UTC)) is not None


def test_serve_refuses_at_its_start_what_it_could_not_do_at_night(tmp_path: Path) -> None:
    desk = Desk(tmp_path, passphrase=False, directory=str(tmp_path / "r"))
    settings = load_settings(file=desk.config).settings
    with pytest.raises(Complaint, match="needs the passphrase of the key"):
        publishing.hook(settings, desk.config)


def test_nothing_is_hooked_where_no_folder_is_set(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert publishing.hook(load_settings(file=desk.config).settings, desk.config) == ()


@pytest.mark.parametrize(
    ("url", "register", "folder", "origin", "did_file"),
    (
        ("https://r.example/c/", "https://r.example", "c", "r.example/log", ".well-known/did.json"),
        ("https://r.example/w/c/", "https://r.example/w", "c", "r.example/w/log", "did.json"),
        ("https://r.example/", "https://r.example", "", "r.example/log", ".well-known/did.json"),
    ),
)
def test_the_addresses_of_a_register(
    url: str, register: str, folder: str, origin: str, did_file: str
) -> None:
    found = site_of(issuer="X", certificates=url)
    assert (found.url, found.folder, found.origin, found.did_file) == (register, folder, origin, did_file)
    assert found.certificate_url("FW-1") == f"{url}FW-1"


def test_certificates_cannot_stand_where_the_register_has_its_own() -> None:
    with pytest.raises(ValueError, match="/status"):
        site_of(issuer="X", certificates="https://r.example/status/")


def test_what_nobody_has_evidence_of_any_more_is_not_published_as_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where no `serve` runs and no run ever came in, as at the desk of somebody who only decides."""
    desk = Desk(tmp_path)
    number = desk.records(monkeypatch, days_ago=60)
    assert desk.run(str(tmp_path / "r")).exit_code == 0
    told = json.loads((tmp_path / "r" / "c" / number / "register.json").read_bytes())
    assert told["status"] == "suspended"
