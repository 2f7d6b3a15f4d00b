"""The dates of a certificate, as a calendar program of somebody else's reads them."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates.records import Certificate, Status
from certificates.reminding import expiring, steps
from friendlywifi.language.spoken import ALBANIAN, ENGLISH, translation
from friendlywifi.mail.calendar import calendar
from tests.conftest import require_server, required
from tests.friendlywifi.mail.cast import ISSUED, signed

NPM = "ical.js@2.2.1"
NOW = ISSUED + timedelta(hours=1)

_NODE = """
import ICAL from 'ical.js';
import {readFileSync} from 'node:fs';
const told = text => { const file = new ICAL.Component(ICAL.parse(text)); return {
  method: file.getFirstPropertyValue('method'),
  version: file.getFirstPropertyValue('version'),
  events: file.getAllSubcomponents('vevent').map(component => {
    const event = new ICAL.Event(component);
    const alarm = component.getFirstSubcomponent('valarm');
    return {
      uid: event.uid, sequence: event.sequence, summary: event.summary, start: event.startDate.toString(),
      end: event.endDate.toString(), description: event.description, location: event.location,
      status: component.getFirstPropertyValue('status'),
      language: component.getFirstProperty('summary').getParameter('language'),
      url: component.getFirstPropertyValue('url'),
      stamp: component.getFirstPropertyValue('dtstamp').toString(),
      trigger: alarm && alarm.getFirstPropertyValue('trigger').toSeconds(),
      action: alarm && alarm.getFirstPropertyValue('action'),
    };
  }),
}; };
const each = text => { try { return told(text); } catch (error) { return null; } };
console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(each)));
"""


@pytest.fixture(scope="module")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a reader of calendars that somebody else wrote."""
    folder = tmp_path_factory.mktemp("npm")
    options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]
    done = subprocess.run(
        [require_server("npm"), "install", *options, str(folder), NPM],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=110,
    )
    if done.returncode:
        required(f"npm cannot install {NPM}; it read nothing: {done.stderr[-300:]}")
    (folder / "read.mjs").write_text(_NODE, encoding="utf-8")
    return folder


def _read(folder: Path, *files: bytes) -> list[dict[str, Any] | None]:
    """What the reader makes of each file; `None`: it refuses it."""
    done = subprocess.run(
        [require_server("node"), "read.mjs"],
        check=True,
        capture_output=True,
        input=json.dumps([data.decode() for data in files]).encode(),
        cwd=folder,
        timeout=60,
    )
    found: list[dict[str, Any] | None] = json.loads(done.stdout)
    return found


def _certificate(**changed: Any) -> Certificate:
    return signed("FW-2026-000001", ISSUED, days=365, **changed).certificate


def _file(certificate: Certificate, *, code: str = ALBANIAN, **more: Any) -> bytes:
    return calendar(
        certificate,
        hotspot="library-1",
        zone="Europe/Tirane",
        language=translation(code),
        now=more.pop("now", NOW),
        **more,
    )


def test_ical_js_reads_every_step_with_its_day_and_its_alarm(npm: Path) -> None:
    certificate = _certificate()
    (told,) = _read(npm, _file(certificate))
    assert told is not None
    assert (told["method"], told["version"]) == ("PUBLISH", "2.0")
    planned = steps(expiring(certificate, hotspot="library-1", status=Status.VALID, zone="Europe/Tirane"))
    assert [item["start"] for item in told["events"]] == [f"{step.moment:%Y-%m-%d}" for step in planned]
    assert len({item["uid"] for item in told["events"]}) == 8
    for item in told["events"]:
        assert item["sequence"] == 0
        assert item["status"] == "CONFIRMED"
        assert item["language"] == "sq"
        assert (item["action"], item["trigger"]) == ("DISPLAY", 9 * 3600)
        assert item["url"] == certificate.url
        assert item["location"].startswith(certificate.place)
        assert "ende nuk është kontrolluar nga një folës amtar" in item["description"]
    assert told["events"][0]["summary"].startswith("Certifikata për “")
    assert "përfundoi më 23 nëntor 2027" in told["events"][-1]["summary"]


def test_what_is_cancelled_has_the_same_names_and_a_higher_number(npm: Path) -> None:
    certificate = _certificate()
    made, gone = _read(npm, _file(certificate), _file(certificate, cancelled=True))
    assert made is not None
    assert gone is not None
    assert gone["method"] == "CANCEL"
    assert [item["uid"] for item in gone["events"]] == [item["uid"] for item in made["events"]]
    assert {item["sequence"] for item in gone["events"]} == {1}
    assert {item["status"] for item in gone["events"]} == {"CANCELLED"}


def test_texts_of_places_are_only_text(npm: Path) -> None:
    certificate = _certificate(place="A;B,C\\x END:VEVENT “ë”", address="x" * 190)
    (told,) = _read(npm, _file(certificate, code=ENGLISH))
    assert told is not None
    assert len(told["events"]) == 8
    assert told["events"][0]["location"] == f"{certificate.place}, {certificate.address}"


def test_the_reader_misses_a_field_that_is_not_there(npm: Path) -> None:
    """So that the tests above are known to be able to fail."""
    whole = _file(_certificate())
    needed = ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "BEGIN:VCALENDAR", "END:VEVENT", "END:VCALENDAR")
    files = [_without(whole, missing) for missing in needed]
    told, *without = _read(npm, whole, *files)
    assert told is not None
    for missing, found in zip(needed, without, strict=True):
        assert found != told, missing


def _without(whole: bytes, missing: str) -> bytes:
    """The file without its first line of this kind."""
    lines = whole.split(b"\r\n")
    lines.remove(next(line for line in lines if line.startswith(missing.encode())))
    return b"\r\n".join(lines)


def test_the_lines_are_as_the_rule_wants_them() -> None:
    data = _file(_certificate(place="ë" * 100))
    assert data.endswith(b"END:VCALENDAR\r\n")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode()


def test_the_same_certificate_gives_the_same_bytes() -> None:
    assert _file(_certificate()) == _file(_certificate())
    later = _file(_certificate(), now=datetime(2027, 1, 1, tzinfo=UTC))
    assert later != _file(_certificate())
