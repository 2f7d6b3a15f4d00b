"""A whole second stage: an emulated hotspot whose first sample leaves it open, and the check that decides."""

from __future__ import annotations

import asyncio
import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from certificates.keys import from_pem
from criteria.kinds.sample_blocked import SampleBlocked, population
from criteria.plan import choose_targets
from criteria.standard import load, released
from criteria.suffixes import latest
from criteria.two_stage import second_stage_limit
from friendlywifi.complaint import Complaint
from friendlywifi.evidence import bundle
from friendlywifi.evidence.contents import JUDGING, Contents
from friendlywifi.evidence.manifest import BLOCKS, SEAL, SUMS
from friendlywifi.evidence.replay import replay
from friendlywifi.evidence.replaying import Wish, run
from friendlywifi.lab import Lab, recursor, world
from friendlywifi.lab.command import scenario_named
from probes.records import encode

FIRST, SECOND = 80, 120
"""The sizes of the samples: smaller than the baseline's, by a standard of its own."""
STANDARD_TEXT = f"""\
schema = "friendlywifi/standard/1"
extends = "baseline"
id = "two-stages"
version = "1.0.0"
lifecycle = "experimental"
languages = ["en"]
title = "Two small stages"
summary = "The baseline with smaller samples."

[[criterion]]
id = "ADU-02"
version = 2
test = {{ sample = {FIRST}, second_sample = {SECOND} }}
source = [
  {{ of = "sample", says = "Small enough for a test." }},
  {{ of = "second_sample", says = "Likewise." }},
]
"""
STANDARD = load(STANDARD_TEXT, source="two-stages.toml", resolve=released).standard
(TEST,) = (
    item.test
    for item in STANDARD.criteria
    if isinstance(item.test, SampleBlocked) and item.test.second_sample is not None
)
ADULT = 220
"""Names to draw from: enough for both samples."""
LEAKING = second_stage_limit(FIRST, SECOND, "0.95", "0.05") or 0
"""So many of them open, which is just few enough."""

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One `friendlywifi check` with what it left."""

    code: int
    report: dict[str, Any]
    contents: Contents
    path: Path

    def criterion(self, identifier: str) -> dict[str, Any]:
        (found,) = [item for item in self.report["assessment"]["criteria"] if item["id"] == identifier]
        return dict(found)


@dataclass(frozen=True, kw_only=True)
class Stages:
    first: Ran
    second: Ran
    third: subprocess.CompletedProcess[str]
    """What became of a second sample of the second sample."""
    elsewhere: subprocess.CompletedProcess[str]
    """What became of one that was to be of another hotspot."""


def leaking(number: int) -> str:
    return f"adult-{40 * number:03d}.lab.example"


def misses(lab: Lab, seed: str) -> int:
    """How many of the first sample's names open."""
    drawn = population(choose_targets(standard=STANDARD, lists=lab.lists, seed=seed), TEST)
    return sum(item.name in {leaking(number) for number in range(1, LEAKING + 1)} for item in drawn)


async def both_stages(cli: Cli, folder: Path) -> Stages:
    library = scenario_named("library")
    (resolver,) = library.resolvers
    leaky = tuple(
        msgspec.structs.replace(item, leaks=tuple(leaking(number) for number in range(1, LEAKING + 1)))
        for item in resolver.filter
    )
    scenario = msgspec.structs.replace(library, resolvers=(msgspec.structs.replace(resolver, filter=leaky),))
    async with Lab(scenario, seed="second") as lab:
        lab.list_files(folder)
        command = shlex.split(lab.check_command(folder).replace("\\\n", " "))[1:]
        standard = folder / "two-stages.toml"
        standard.write_text(STANDARD_TEXT, encoding="utf-8")
        # One to four of eighty leave it open.
        seed = next(seed for seed in map(str, range(1000)) if 1 <= misses(lab, seed) <= 4)

        async def call(*options: str | Path) -> subprocess.CompletedProcess[str]:
            words = [*command, "--standard", standard, "--format", "json", *options]
            return await asyncio.to_thread(cli, *words, timeout=100)

        async def ran(name: str, *options: str | Path) -> Ran:
            path = folder / f"{name}.zip"
            done = await call("--bundle", path, "--hotspot", "Library 7", *options)
            assert done.returncode in (0, 1), done.stderr
            return Ran(
                code=done.returncode,
                report=json.loads(done.stdout),
                contents=bundle.load(path).contents,
                path=path,
            )

        first = await ran("first", "--seed", seed)
        second = await ran("second", "--second-of", first.path)
        return Stages(
            first=first,
            second=second,
            third=await call("--hotspot", "Library 7", "--second-of", second.path),
            elsewhere=await call("--hotspot", "Library 8", "--second-of", first.path),
        )


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory, surroundings: Callable[..., dict[str, str]]) -> Stages:
    folder = tmp_path_factory.mktemp("second")

    def cli(*arguments: str | Path, timeout: float) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "friendlywifi", *map(str, arguments)],
            env=surroundings(folder),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "SAMPLE", ADULT)
        # A second look waits until caches have forgotten.
        patch.setattr(recursor, "TTL", 1)
        return asyncio.run(both_stages(cli, folder))


def test_the_first_sample_leaves_it_open(stages: Stages) -> None:
    assert stages.first.criterion("ADU-02")["result"] == "conditional"
    assert stages.first.report["assessment"]["outcome"] == "conditional"
    assert stages.first.code == 1


def test_the_second_decides_over_both_with_names_of_its_own(stages: Stages) -> None:
    found, plan = stages.second.criterion("ADU-02"), stages.second.contents.plan
    assert found["result"] == "pass"
    assert found["tested"] == FIRST + SECOND
    assert "over both" in found["reason"]
    before = {
        latest().registrable(item.name) for item in population(stages.first.contents.plan.targets, TEST)
    }
    drawn = {latest().registrable(item.name) for item in population(plan.targets, TEST)}
    assert len(drawn) == SECOND
    assert not before & drawn
    assert stages.second.report["assessment"]["outcome"] == "certifiable"
    assert stages.second.code == 0


def test_the_report_and_the_bundle_say_of_which_run_it_is_the_second(stages: Stages) -> None:
    first = stages.first.report["run"]["id"]
    assert stages.second.report["run"]["second_of"] == first
    assert [item.run for item in stages.second.contents.judging.first] == [first]
    assert stages.second.contents.drawing.second_of == stages.first.contents.plan
    assert (stages.first.report["run"]["serial"], stages.second.report["run"]["serial"]) == (1, 2)


@pytest.mark.parametrize("stage", ("first", "second"))
def test_both_come_out_of_a_replay_byte_for_byte(stages: Stages, stage: str) -> None:
    done = replay(getattr(stages, stage).contents)
    assert done.identical, done.differences[:3]


def test_what_a_second_sample_says_of_the_first_is_held_against_its_bundle(
    stages: Stages, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Wish(path=stages.second.path), json=False) == 0
    assert "It decides what run" in " ".join(capsys.readouterr().out.split())
    assert run(Wish(path=stages.second.path, first=stages.first.path), json=False) == 0
    contents = stages.second.contents
    (stage,) = contents.judging.first
    better = msgspec.structs.replace(
        contents.judging, first=(msgspec.structs.replace(stage, misses=stage.misses - 1),)
    )
    content = {name: data for name, data in contents.files.items() if name not in (SUMS, SEAL, BLOCKS)}
    content[JUDGING] = encode(better)
    key = from_pem((stages.first.path.parent / "state" / "vantage.pem").read_bytes())
    found = contents.run
    bent = tmp_path / "bent.zip"
    bent.write_bytes(
        bundle.seal_files(content, hotspot=found.hotspot, serial=found.serial, run=found.id, key=key)
    )
    capsys.readouterr()
    assert run(Wish(path=bent, first=stages.first.path), json=True) == 1
    told = json.loads(capsys.readouterr().out)["differences"]
    assert {"part": "samples of the first run", "field": "[0].misses"}.items() <= told[-1].items()
    with pytest.raises(Complaint, match="this is none"):
        run(Wish(path=stages.first.path, first=stages.first.path), json=False)


def test_there_is_no_third_and_none_of_another_hotspot(stages: Stages) -> None:
    assert stages.third.returncode == stages.elsewhere.returncode == 2
    assert "there is no third" in stages.third.stderr
    assert 'is a run of "Library 7"' in stages.elsewhere.stderr
