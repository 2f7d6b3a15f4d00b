"""`friendlywifi check` against `friendlywifi lab run`, the printed command word for word."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from criteria.judge import judge
from criteria.records import Judgement
from friendlywifi.reporting.report import Report
from friendlywifi.shipped import load_standard
from probes.records import Observation, Plan, Run, decode, digest

Surroundings = Callable[..., dict[str, str]]

EXPECTED = {"library": 0, "overblocking": 1, "airport": 3, "dead-uplink": 3}
"""The exit code that each hotspot deserves."""

RUN = {
    "id",
    "serial",
    "started",
    "ended",
    "vantage",
    "resolvers",
    "resolver_source",
    "overrides",
    "fitness",
    "reference",
    "lists",
    "software",
    "rules_version",
    "void_reason",
}
VERDICT = {"target", "category", "outcome", "mechanisms", "strength", "judged_at", "rule", "cells"}
CELL = {"resolver", "family", "service", "stage", "outcome", "mechanism", "rule", "witnesses"}
ROUTE = {"kind", "endpoint", "family", "outcome", "rule", "witnesses"}
ASSESSMENT = {"outcome", "score", "applicable_weight", "criteria", "best_possible", "limits"}
CRITERION = {"id", "result", "reason", "remedy", "owner"}


FUNCTION = f'friendlywifi() {{ {shlex.quote(sys.executable)} -m friendlywifi "$@"; }}'
"""What makes the printed command run the program that is tested, for a shell."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What one check against an emulated hotspot left behind."""

    code: int
    stdout: str
    stderr: str
    folder: Path
    seconds: float

    @property
    def report(self) -> dict[str, Any]:
        loaded = json.loads(self.stdout)
        assert isinstance(loaded, dict)
        return loaded

    @property
    def observations(self) -> bytes:
        return (self.folder / "observations.jsonl").read_bytes()


def command_of(lab: subprocess.Popen[str]) -> str:
    """The command that `lab run` prints."""
    assert lab.stdout is not None
    text = ""
    for line in lab.stdout:
        text += line
        if text.strip() and not line.rstrip().endswith("\\"):
            break
    return text.rstrip()


def checked_all(names: list[str], base: Path, environment: dict[str, str]) -> dict[str, Done]:
    """Start the hotspots, run the printed command of each, all side by side."""
    program = [sys.executable, "-m", "friendlywifi"]
    labs = {
        name: subprocess.Popen(
            [*program, "lab", "run", name, "-o", base / name],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for name in names
    }
    try:
        began = time.monotonic()
        checks = {}
        for name, lab in labs.items():
            evidence = shlex.quote(str(base / f"{name}-evidence"))
            script = f"{FUNCTION}\n{command_of(lab)} --format json -o {evidence}"
            with (base / f"{name}.out").open("w") as out, (base / f"{name}.err").open("w") as err:
                checks[name] = subprocess.Popen(
                    ["sh", "-c", script],
                    env=environment,
                    stdout=out,
                    stderr=err,
                    cwd=base,
                )
        done = {}
        for name, check in checks.items():
            code = check.wait(timeout=110)
            done[name] = Done(
                code=code,
                stdout=(base / f"{name}.out").read_text(encoding="utf-8"),
                stderr=(base / f"{name}.err").read_text(encoding="utf-8"),
                folder=base / f"{name}-evidence",
                seconds=time.monotonic() - began,
            )
        return done
    finally:
        for lab in labs.values():
            lab.terminate()
            lab.communicate()


@pytest.fixture(scope="module")
def all_done(tmp_path_factory: pytest.TempPathFactory, surroundings: Surroundings) -> dict[str, Done]:
    base = tmp_path_factory.mktemp("checks")
    return checked_all(list(EXPECTED), base, surroundings(base))


@pytest.fixture(params=EXPECTED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def done(all_done: dict[str, Done], name: str) -> Done:
    return all_done[name]


def test_the_exit_code_is_the_one_the_hotspot_deserves(done: Done, name: str) -> None:
    assert done.code == EXPECTED[name], done.stderr


def test_stdout_is_json_and_nothing_else_and_the_same_as_the_file(done: Done) -> None:
    assert done.stdout == (done.folder / "report.json").read_text(encoding="utf-8")
    assert done.report["schema"] == "friendlywifi/report/1"
    decode(done.stdout, Report)


def test_every_key_of_the_contract_is_there(done: Done) -> None:
    report = done.report
    assert set(report) == {"schema", "run", "verdicts", "routes", "safesearch", "assessment"}
    assert set(report["run"]) >= RUN
    assert report["verdicts"]
    for verdict in report["verdicts"]:
        assert set(verdict) >= VERDICT
        assert verdict["cells"]
        for cell in verdict["cells"]:
            assert set(cell) >= CELL
    assert report["routes"]
    for route in report["routes"]:
        assert set(route) >= ROUTE
    assert isinstance(report["safesearch"], list)
    assert set(report["assessment"]) >= ASSESSMENT
    for criterion in report["assessment"]["criteria"]:
        assert set(criterion) >= CRITERION


def test_no_number_is_a_float_and_every_time_is_utc(done: Done) -> None:
    json.loads(done.stdout, parse_float=lambda text: pytest.fail(f"a float in the report: {text}"))
    for key in ("started", "ended"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", done.report["run"][key])


def test_every_witness_is_among_the_observations(done: Done) -> None:
    there = {json.loads(line)["id"] for line in done.observations.splitlines()}
    named = {
        witness
        for verdict in done.report["verdicts"]
        for cell in verdict["cells"]
        for witness in cell["witnesses"]
    }
    named |= {witness for route in done.report["routes"] for witness in route["witnesses"]}
    named |= {w for finding in done.report["run"]["fitness"]["findings"] for w in finding["witnesses"]}
    assert named <= there


def test_the_digests_of_the_run_are_those_of_the_files(done: Done) -> None:
    run = done.report["run"]
    assert digest(done.observations) == run["observations"]
    assert digest((done.folder / "plan.json").read_bytes().rstrip(b"\n")) == run["plan"]


def test_what_was_left_gives_the_same_judgement_again(done: Done) -> None:
    """The whole of an auditor's case: nothing but the three files and the standard."""
    report = decode(done.stdout, Report)
    plan = decode((done.folder / "plan.json").read_bytes(), Plan)
    observations = tuple(decode(line, Observation) for line in done.observations.splitlines())
    mapped = (item.split() for item in report.run.overrides if item.startswith("connect-to "))
    known = {field.name for field in msgspec.structs.fields(Run)}
    fields = {
        field.name: getattr(report.run, field.name)
        for field in msgspec.structs.fields(type(report.run))
        if field.name in known
    }
    fields["connect_to"] = tuple((given, dialled) for _, given, dialled in mapped)
    standard, standard_digest = load_standard(report.assessment.standard)
    assert standard_digest == report.assessment.standard_digest == plan.standard
    again: Judgement = judge(
        plan=plan,
        run=Run(**fields),
        observations=observations,
        standard=standard,
        standard_digest=standard_digest,
    )
    assert again.fitness == report.run.fitness
    assert again.rules_version == report.run.rules_version
    assert again.routes == report.routes
    assert again.assessment == report.assessment
    assert [
        (item.target, item.outcome, item.mechanisms, item.strength, item.rule) for item in again.verdicts
    ] == [(item.target, item.outcome, item.mechanisms, item.strength, item.rule) for item in report.verdicts]


def test_stderr_says_beforehand_what_is_contacted_and_what_can_come_of_it(done: Done) -> None:
    first, second, *_ = done.stderr.splitlines()
    assert first.startswith("About to ask ")
    assert done.report["run"]["resolvers"][0] in first
    assert "Friendly Wi-Fi lab" in first
    assert second.startswith("Best possible result: certifiable")


def test_a_void_run_gives_the_reason_on_stderr_and_claims_nothing(all_done: dict[str, Done]) -> None:
    for name, reason in (("airport", "captive"), ("dead-uplink", "offline")):
        done = all_done[name]
        assert done.report["run"]["void_reason"] == reason
        assert done.stderr.strip().splitlines()[-1].startswith("Could not tell: ")
        assert {item["outcome"] for item in done.report["verdicts"]} == {"inconclusive"}
        assert {item["rule"] for item in done.report["verdicts"]} == {"run_void"}


def test_every_override_is_in_the_report_and_costs_the_certificate(done: Done) -> None:
    run = done.report["run"]
    kinds = {item.split()[0] for item in run["overrides"]}
    assert {"connect-to", "resolver", "targets", "own"} <= kinds
    assert run["resolver_source"] == "given"
    assert any("overrides" in item for item in done.report["assessment"]["limits"])


def test_the_runs_of_one_hotspot_are_numbered_without_gaps(all_done: dict[str, Done]) -> None:
    serials = sorted(done.report["run"]["serial"] for done in all_done.values())
    assert serials == list(range(1, len(all_done) + 1))


def test_a_check_of_a_well_filtered_hotspot_takes_seconds(
    all_done: dict[str, Done], record_property: Callable[[str, object], None]
) -> None:
    for name, done in all_done.items():
        record_property(f"seconds of {name}", f"{done.seconds:.1f}")
    assert all_done["library"].seconds < 60


@pytest.mark.long
def test_a_leaking_hotspot_is_refused_after_a_second_slow_look(
    tmp_path: Path, surroundings: Surroundings
) -> None:
    done = checked_all(["cafe"], tmp_path, surroundings(tmp_path))["cafe"]
    assert done.code == 1, done.stderr
    assert done.report["assessment"]["outcome"] == "not_certifiable"
    attempts = {json.loads(line)["attempt"] for line in done.observations.splitlines()}
    assert attempts == {1, 2}
