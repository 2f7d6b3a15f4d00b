"""The same comes out again, on any machine; and what was bent does not."""

from __future__ import annotations

import ast
import inspect
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from criteria import released, suffixes
from criteria import rules as rule_lists
from criteria.records import AssessmentOutcome
from friendlywifi.evidence import replaying_many
from friendlywifi.evidence.bundle import read_bundle
from friendlywifi.evidence.differences import differences
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.replay import WhatIf, replay
from friendlywifi.evidence.replaying import Wish, run
from friendlywifi.evidence.standards import from_files
from probes.records import digest, encode
from tests.friendlywifi.evidence.made import KEY, Made, measure, resealed

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.mark.parametrize("name", ("library", "cafe", "airport"))
def test_the_same_bytes_come_out(name: str, request: pytest.FixtureRequest) -> None:
    made: Made = request.getfixturevalue(name)
    contents = made.bundle.contents
    done = replay(contents)
    assert done.identical, done.differences[:3]
    assert done.plan == contents.files["plan.json"]
    assert done.judgement_bytes == contents.files["judgement.json"]


def test_the_order_of_observations_changes_nothing(library: Made) -> None:
    contents = library.bundle.contents
    for seed in range(3):
        shuffled = list(contents.observations)
        random.Random(seed).shuffle(shuffled)
        assert replay(contents, observations=tuple(shuffled)).identical


PROGRAM = """
import hashlib, sys
from pathlib import Path
from types import ModuleType
from friendlywifi.evidence.bundle import read_bundle
from friendlywifi.evidence.replay import replay
done = replay(read_bundle(Path(sys.argv[1]).read_bytes()).contents)
print(sys.version_info[:2], done.identical, hashlib.sha256(done.plan + done.judgement_bytes).hexdigest())
"""


def replayed_by(python: str, bundle: Path, **environment: str) -> str:
    done = subprocess.run(
        [python, "-c", PROGRAM, str(bundle)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_another_hash_seed_locale_and_time_zone_change_nothing(library: Made, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(library.data)
    told = {
        replayed_by(sys.executable, path, PYTHONHASHSEED=seed, LC_ALL=locale, TZ=zone)
        for seed, locale, zone in (
            ("0", "C", "UTC"),
            ("1", "C.UTF-8", "Pacific/Kiritimati"),
            ("4242", "tr_TR.UTF-8", "America/St_Johns"),
        )
    }
    assert len(told) == 1
    assert " True " in told.pop()


@pytest.mark.parametrize("version", ("3.12", "3.13"))
def test_another_python_changes_nothing(library: Made, tmp_path: Path, version: str) -> None:
    found = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}*/bin/python"))
    asked = os.environ.get(f"FRIENDLYWIFI_TEST_PYTHON_{version.replace('.', '_')}")
    pythons = [asked] if asked else [str(path) for path in found]
    for python in pythons:
        able = subprocess.run(
            [python, "-c", "import msgspec, cryptography, rich, typer, jinja2, h11, dns, idna, certifi"],
            capture_output=True,
            check=False,
        )
        if able.returncode == 0:
            path = tmp_path / "bundle.zip"
            path.write_bytes(library.data)
            here, there = replayed_by(sys.executable, path), replayed_by(python, path)
            assert there.split(") ")[1] == here.split(") ")[1]
            return
    pytest.skip(f"no Python {version} with the program's dependencies is here; replay by it was not shown")


def handed_to(function: str, module: ModuleType) -> set[str]:
    """The keywords with which a module calls a function."""
    return {
        keyword.arg
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function
        for keyword in node.keywords
        if keyword.arg is not None
    }


@pytest.mark.parametrize("function", ("judge", "draw_plan"))
def test_whatever_a_check_hands_to_judging_and_drawing_replay_hands_in_too(function: str) -> None:
    """Whoever gives them a new input must keep it in the bundle, or replay would lie."""
    from friendlywifi.checking import check
    from friendlywifi.evidence import replay as replays

    assert handed_to(function, check)
    assert handed_to(function, check) <= handed_to(function, replays)


# ----------------------------------------------------------------------------------------- what is bent


def test_a_verdict_that_was_bent_and_signed_does_not_come_out_again(cafe: Made) -> None:
    judgement = cafe.checked.judgement
    better = msgspec.structs.replace(
        judgement,
        assessment=msgspec.structs.replace(judgement.assessment, outcome=AssessmentOutcome.CERTIFIABLE),
    )
    done = replay(read_bundle(resealed(cafe, judgement__json=encode(better))).contents)
    assert not done.holds
    assert [(item.field, item.recorded, item.recomputed) for item in done.differences] == [
        ("assessment.outcome", "certifiable", judgement.assessment.outcome.value)
    ]


def test_an_observation_that_was_invented_changes_what_comes_out(cafe: Made) -> None:
    """All digests made again by the vantage itself: the evidence is whole, and the verdict is not its own."""
    contents = cafe.bundle.contents
    kept = tuple(item for item in contents.observations if item.dns is None or not item.dns.answers)
    lines = b"".join(encode(item) + b"\n" for item in kept)
    bent = msgspec.structs.replace(contents.run, observations=digest(lines))
    forged = resealed(cafe, observations__jsonl=lines, run__json=encode(bent))
    done = replay(read_bundle(forged).contents)
    assert not done.holds


def test_a_plan_that_leaves_out_a_name_is_not_drawn_again(library: Made) -> None:
    contents = library.bundle.contents
    gone = next(item for item in contents.plan.targets if item.category == "adult")
    thinner = msgspec.structs.replace(
        contents.plan,
        targets=tuple(item for item in contents.plan.targets if item != gone),
    )
    run = msgspec.structs.replace(contents.run, plan=digest(thinner))
    done = replay(read_bundle(resealed(library, plan__json=encode(thinner), run__json=encode(run))).contents)
    assert any(item.part == "plan" and gone.name in item.field for item in done.differences)


def test_rules_that_go_by_a_released_name_must_be_the_released_ones(library: Made) -> None:
    contents = library.bundle.contents
    line = next(line for line in contents.rules.splitlines() if line.startswith("why"))
    bent = contents.rules.replace(line, 'why = "because"', 1)
    done = replay(replace(contents, rules=bent))
    assert [(item.part, item.recorded) for item in done.differences] == [("rules", 'why = "because"')]


def test_siblings_are_told_by_the_snapshot_that_the_plan_names(library: Made) -> None:
    contents = library.bundle.contents
    ref = contents.plan.suffixes
    assert ref == suffixes.latest().ref
    other = msgspec.structs.replace(ref, version="1999-01-01")
    with pytest.raises(EvidenceFault, match='no such snapshot "1999-01-01"'):
        replay(replace(contents, plan=msgspec.structs.replace(contents.plan, suffixes=other)))
    forged = msgspec.structs.replace(contents.plan, suffixes=None)
    run = msgspec.structs.replace(contents.run, plan=digest(forged))
    with pytest.raises(EvidenceFault, match="suffixes: the run is not what was committed to"):
        read_bundle(resealed(library, plan__json=encode(forged), run__json=encode(run)))


def test_rules_that_nobody_released_are_told(library: Made) -> None:
    contents = library.bundle.contents
    mine = contents.rules.replace(f'version = "{released.LATEST_RULES}"', 'version = "2031-01"')
    fields = {item.field: item.recomputed for item in replay(replace(contents, rules=mine)).differences}
    assert fields["version"] == "no list of this version was ever released"


def test_an_entry_without_a_proof_is_refused(library: Made) -> None:
    files = library.bundle.contents.files
    name = next(name for name in sorted(files) if name.startswith("lists/"))
    proof = msgspec.json.decode(files[name])
    proof["members"][3]["number"] += 1
    with pytest.raises(EvidenceFault, match=r"members\[3\]: .* is not shown to be in the list"):
        read_bundle(resealed(library, **{name.replace(".", "__"): encode(proof)}))


def test_the_lists_themselves_give_the_same_plan(library: Made) -> None:
    assert replay(library.bundle.contents, lists=library.given.lists).identical


# --------------------------------------------------------------------------------------------- what if


def test_another_standard_is_tried_and_changes_nothing_then(library: Made) -> None:
    contents = library.bundle.contents
    text = contents.files["standard.toml"].decode().replace('version = "1.0.0"', 'version = "9.0.0"')
    other = from_files({**contents.files, "standard.toml": text.encode()})
    done = replay(contents, what_if=WhatIf(standard=other.standard, standard_digest=other.digest))
    assert done.what_if
    assert done.plan is None
    assert {item.part for item in done.differences} == {"judgement"}


def test_todays_rules_on_a_run_judged_by_them_change_nothing(library: Made) -> None:
    done = replay(library.bundle.contents, what_if=WhatIf(rules=rule_lists.latest()))
    assert done.what_if
    assert not done.differences


# ------------------------------------------------------------------------------------------ the command


def test_the_command_says_recomputed_not_witnessed(
    library: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(library.data)
    assert run(Wish(path=path), json=False) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Recomputed, not witnessed" in told
    assert "the same bytes" in told


def test_the_command_refuses_with_a_place_and_leaves_with_one(
    library: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bundle.zip"
    half = len(library.data) // 2
    path.write_bytes(library.data[:half] + bytes([library.data[half] ^ 1]) + library.data[half + 1 :])
    assert run(Wish(path=path), json=False) == 1
    assert "Refused: " in capsys.readouterr().out


def test_files_beside_a_bundle_that_say_otherwise_are_told(
    library: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from friendlywifi.checking.command import leave
    from friendlywifi.reporting.report import report_of

    report = encode(report_of(library.checked, reference=library.given.reference))
    leave(tmp_path, library.checked, report, library.data)
    assert run(Wish(path=tmp_path), json=False) == 0
    lines = (tmp_path / "observations.jsonl").read_bytes().splitlines(keepends=True)
    random.Random(0).shuffle(lines)
    (tmp_path / "observations.jsonl").write_bytes(b"".join(lines))
    assert run(Wish(path=tmp_path), json=False) == 0, "the order of lines means nothing"
    there = (tmp_path / "report.json").read_text()
    (tmp_path / "report.json").write_text(there.replace('"score": ', '"score": 1', 1))
    capsys.readouterr()
    assert run(Wish(path=tmp_path), json=False) == 1
    assert "assessment.score" in capsys.readouterr().out


def handed_in(folder: Path, *bundles: bytes) -> Path:
    for number, data in enumerate(bundles):
        (folder / f"{number}").mkdir(parents=True)
        (folder / f"{number}" / "bundle.zip").write_bytes(data)
    return folder


def test_a_folder_of_bundles_is_replayed_and_what_does_not_come_out_is_named(
    cafe: Made, airport: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = airport.data[:900] + bytes([airport.data[900] ^ 1]) + airport.data[901:]
    judgement = cafe.checked.judgement
    better = msgspec.structs.replace(
        judgement,
        assessment=msgspec.structs.replace(judgement.assessment, outcome=AssessmentOutcome.CERTIFIABLE),
    )
    bent = resealed(cafe, judgement__json=encode(better))
    folder = handed_in(tmp_path / "in", cafe.data, airport.data, broken, bent)
    wish, found = Wish(path=folder), replaying_many.bundles_below(folder)
    assert [path.parent.name for path in found] == ["0", "1", "2", "3"]
    assert replaying_many.run(wish, found[:2], json=False, jobs=1) == 0
    assert "2 the same bytes, 0 the same in meaning, 0 different, 0 refused" in capsys.readouterr().out
    assert replaying_many.run(wish, found, json=False, jobs=1) == 1
    told = capsys.readouterr().out
    assert f"{found[2]}: Refused: " in told
    assert f"{found[3]}: Kafe Çajupi, run 1: judgement assessment.outcome: certifiable → " in told
    assert "2 the same bytes, 0 the same in meaning, 1 different, 1 refused" in told
    assert replaying_many.run(wish, found, json=True, jobs=2) == 1
    lines = [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"] for line in lines] == [str(path) for path in found], "in the order of the names"
    assert [line["identical"] for line in lines] == [True, True, False, False]


def test_another_standard_is_tried_on_a_folder_of_past_runs(
    airport: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = handed_in(tmp_path / "in", measure("library", samples=True).data, airport.data)
    wish, found = Wish(path=folder, standard="albania"), replaying_many.bundles_below(folder)
    assert replaying_many.run(wish, found, json=False, jobs=1) == 0
    told = capsys.readouterr().out
    assert f"{found[0]}: Library 7, run 1: judgement assessment.outcome: certifiable → inconclusive" in told
    assert "1 inconclusive, then certifiable" in told
    assert "1 inconclusive, as then" in told


def test_the_folder_of_one_check_is_no_folder_of_bundles(cafe: Made, tmp_path: Path) -> None:
    handed_in(tmp_path, cafe.data)
    assert replaying_many.bundles_below(tmp_path / "0") == ()
    assert replaying_many.bundles_below(tmp_path) == (tmp_path / "0" / "bundle.zip",)


def test_differences_are_named_by_what_they_are_of() -> None:
    one = {"verdicts": [{"target": "a.example", "outcome": "blocked"}, {"target": "b.example"}]}
    other = {"verdicts": [{"target": "a.example", "outcome": "reachable"}]}
    found = differences("judgement", one, other)
    assert [(item.field, item.recorded, item.recomputed) for item in found] == [
        ("verdicts[a.example].outcome", "blocked", "reachable"),
        ("verdicts[b.example]", '{"target":"b.example"}', None),
    ]


def test_the_key_of_the_tests_is_the_vantages(library: Made) -> None:
    assert library.promised.key is KEY
