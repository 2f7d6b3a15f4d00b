"""What is on record of a library, and what its light is expected to say."""

from __future__ import annotations

import shlex
from datetime import timedelta
from typing import Any

import msgspec
import typer

from certificates.records import Status
from friendlywifi.records.certificate_rows import CertificateRow
from friendlywifi.records.hotspots import Mode
from friendlywifi.records.identity import Identity
from friendlywifi.records.light.facts import EvidenceSoFar, Facts
from friendlywifi.records.light.saying import Light
from friendlywifi.records.light.standing import standing
from friendlywifi.shipped import load_standard
from friendlywifi.surveillance.condition import Condition
from friendlywifi.surveillance.rhythm import rhythm_of
from friendlywifi.surveillance.states import State
from friendlywifi.surveillance.visits import Errand, Visit
from tests.friendlywifi.records.rows import NOW, library_7, row

STANDARD, _ = load_standard("baseline")
ENROLLED = library_7(identity=Identity(networks=(), since=NOW - timedelta(days=30), by="Arta"))
YESTERDAY = NOW - timedelta(days=1)
WELL = Condition(state=State.WELL, behind=State.WELL, evidence=YESTERDAY, seen=YESTERDAY)
ENOUGH = EvidenceSoFar(runs=20, runs_needed=14, days=10, days_needed=7)


def certificate(**other: Any) -> CertificateRow:
    given = {
        "number": "FW-2026-000001",
        "hotspot": "library-7",
        "test": False,
        "request": None,
        "status": Status.VALID,
        "changed": NOW - timedelta(days=30),
        "issued_as": Status.VALID,
        "issued": NOW - timedelta(days=30),
        "valid_until": NOW + timedelta(days=150),
        "suspension_days": 180,
        "evidence_days": 30,
        "superseded_by": None,
        "signed": None,
    }
    return CertificateRow(**{**given, **other})


def facts(**other: Any) -> Facts:
    given = {
        "hotspot": ENROLLED,
        "rhythm": rhythm_of(STANDARD, "rounds"),
        "conditions": {"Biblioteka": WELL},
        "latest": row(400),
        "certificate": certificate(),
        "status": Status.VALID,
        "visits": (),
        "evidence": ENOUGH,
        "watched": NOW,
        "now": NOW,
    }
    return Facts(**{**given, **other})


def resident(**other: Any) -> Facts:
    hotspot = msgspec.structs.replace(ENROLLED, mode=Mode.RESIDENT)
    return facts(hotspot=hotspot, rhythm=rhythm_of(STANDARD, "resident"), **other)


def condition(state: State, **other: Any) -> dict[str, Condition]:
    blind = state.blind
    return {
        "Biblioteka": Condition(state=state, behind=State.WELL if blind else state, since=YESTERDAY, **other)
    }


def visit(days: int) -> Visit:
    return Visit(
        hotspot="library-7",
        name="Library 7",
        place="Tiranë",
        address="x",
        path="Biblioteka",
        errand=Errand.CHECK,
        due=NOW - timedelta(days=days),
        day="2026-11-22",
        overdue_days=max(days, 0),
        lapses=NOW + timedelta(days=20),
        last=YESTERDAY,
    )


def told_with_what_to_do(given: dict[str, Any], light: Light, says: str, command: str) -> None:
    """The light and the sentence, what to do, and a command that the program takes."""
    said = standing(facts(**given))
    assert said.light is light
    assert says in said.says
    assert command in str(said.command)
    assert said.action
    for line in str(said.command).split(";"):
        _understood(line.strip())


def _understood(line: str) -> None:
    """The program has this command, with these options, and needs no others."""
    from friendlywifi.app import app

    program, *words = shlex.split(line)
    assert program == "friendlywifi"
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    options = {name for parameter in command.params for name in parameter.opts}
    given = {word for word in words if word.startswith("--")}
    assert given <= options
    needed = [item.opts for item in command.params if item.required and item.opts[0].startswith("-")]
    assert all(given & set(names) for names in needed), f"{line}: it needs {needed}"
