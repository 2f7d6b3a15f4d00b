"""The page about sweeping teaches commands that work, and its files are what they are said to be."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from typer.core import TyperGroup

from friendlywifi.app import app
from friendlywifi.exitcodes import Exit
from friendlywifi.sweeping.command import RATE
from friendlywifi.sweeping.knowing import MAX_AGE_DAYS
from friendlywifi.sweeping.source import LIST_FORMATS
from friendlywifi.sweeping.telling import News
from probes.records import decode
from probes.sweep.block import CANARY_EVERY
from tests.probes.sweep.responder import Responder, by_label

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "sweeping.md").read_text(encoding="utf-8")
PLAIN = " ".join(PAGE.split())


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


COMMANDS = tuple(
    line
    for text in (
        *blocks("sh"),
        *(re.sub(r"^ *- ", "", item, flags=re.MULTILINE) for item in blocks("yaml gitlab")),
    )
    for line in text.replace("\\\n", " ").splitlines()
    if line.startswith("friendlywifi ")
)


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_of_the_page_is_one_that_the_program_takes(line: str) -> None:
    command = typer.main.get_command(app)
    words = shlex.split(line.partition(" > ")[0])[1:]
    assert isinstance(command, TyperGroup)
    command.commands[words[0]].make_context(words[0], words[1:])


def test_options_and_numbers_of_the_page_are_those_of_the_program() -> None:
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    known = {name for item in command.commands["sweep"].params for name in item.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE)) <= known
    assert f"{RATE:,.0f} questions a second to each resolver by default" in PLAIN
    assert {7: "seven"}[MAX_AGE_DAYS] + " days" in PLAIN
    assert {50: "fifty"}[CANARY_EVERY] + " questions" in PLAIN
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)} == {
        int(code) for code in Exit
    }
    assert {"hosts", "dnsmasq", "rpz", "order"} <= set(LIST_FORMATS)


def test_the_objects_of_the_page_are_what_the_program_writes() -> None:
    row, call = (json.loads(text) for text in blocks("json"))
    assert row["mechanisms"] == ["dns/sinkhole:0.0.0.0"]
    assert decode(json.dumps(call).encode(), News).list == "order.txt"


def test_the_units_are_units() -> None:
    for kind, section in (("ini service", "Service"), ("ini timer", "Timer")):
        (text,) = blocks(kind)
        unit = configparser.ConfigParser(interpolation=None)
        unit.optionxform = str  # type: ignore[assignment,method-assign]  # as configparser documents it
        unit.read_string(text)
        assert section in unit
    assert "SuccessExitStatus=1 3" in blocks("ini service")[0]


def test_the_script_of_the_page_sweeps_compares_and_leaves_whole_files(tmp_path: Path) -> None:
    (text,) = blocks("sh script")
    script = tmp_path / "sweep-order"
    script.write_text(text)
    shim = tmp_path / "bin" / "friendlywifi"
    place, metrics = tmp_path / "state", tmp_path / "metrics"
    for folder in (shim.parent, place / "done", metrics):
        folder.mkdir(parents=True)
    shim.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m friendlywifi "$@" --canary good.example --rate 0\n'
    )
    shim.chmod(0o755)
    (place / "order.txt").write_text("".join(f"sink-{i}.example\n" for i in range(20)))
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("FRIENDLYWIFI_")},
        "PATH": f"{shim.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "SWEEP_DIR": str(place),
        "METRICS_DIR": str(metrics),
    }

    def run() -> tuple[int, dict[str, float]]:
        done = subprocess.run(["sh", str(script)], env=environment, check=False, timeout=60)
        parsed = text_string_to_metric_families((metrics / "friendlywifi-sweep.prom").read_text())  # type: ignore[no-untyped-call]  # as it is shipped
        samples = [sample for family in parsed for sample in family.samples]
        assert {sample.name for sample in samples} >= set(re.findall(r"friendlywifi_sweep_\w+", PAGE))
        return done.returncode, {
            sample.name + sample.labels.get("change", ""): sample.value for sample in samples
        }

    with Responder() as one, Responder(answer=lambda _: "93.184.216.34") as unfiltered:
        (place / "resolvers.txt").write_text(one.endpoint)
        (place / "unfiltered.txt").write_text(unfiltered.endpoint)
        one.answer = lambda name: "93.184.216.34" if name == "sink-3.example" else by_label(name)
        code, found = run()
        assert (code, found["friendlywifi_sweep_leaks"]) == (1, 1)
        (kept,) = (place / "done").iterdir()
        kept.rename(kept.with_name("2026-01-01.db"))
        one.answer = by_label
        code, found = run()
    assert code == 0
    assert (found["friendlywifi_sweep_leaks"], found["friendlywifi_sweep_changesclosed"]) == (0, 1)
    assert len(list((place / "done").iterdir())) == 2
