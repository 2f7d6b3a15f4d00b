"""A second sample and the operator's declarations, as a check takes them in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from criteria.kinds import Attested
from criteria.records import CriterionOutcome
from friendlywifi.checking.attesting import attestations
from friendlywifi.checking.second_stage import first_run, stages_of
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.bundle import read_bundle
from friendlywifi.evidence.replay import replay
from friendlywifi.reporting.report import report_of
from friendlywifi.shipped import load_standard
from tests.criteria.making import evidence, mixed, named
from tests.friendlywifi.evidence.made import Made, measure


@pytest.fixture(scope="module")
def made() -> Made:
    return measure("library")


def test_a_conditional_sample_is_handed_on_and_any_other_is_not() -> None:
    standard, _ = load_standard("baseline")
    for misses, stages in ((2, 0), (8, 1), (30, 0)):
        found = evidence(mixed(named("n", 208), blocked=208 - misses, reachable=misses))
        contents = SimpleNamespace(
            plan=found.plan,
            run=found.run,
            judgement=SimpleNamespace(fitness=found.fitness, verdicts=found.verdicts),
        )
        assert len(stages_of(contents, standard)) == stages  # type: ignore[arg-type]


def test_a_run_that_left_nothing_open_has_no_second_sample(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(made.data)
    given = made.given
    with pytest.raises(Complaint, match="left no sample open"):
        first_run(path, standard=given.standard, digest=given.standard_digest, hotspot=given.hotspot)
    with pytest.raises(Complaint, match="is a run of"):
        first_run(path, standard=given.standard, digest=given.standard_digest, hotspot="elsewhere")
    with pytest.raises(Complaint, match="another standard"):
        first_run(path, standard=given.standard, digest="sha256:0", hotspot=given.hotspot)


def test_what_is_declared_is_in_the_report_and_comes_out_of_a_replay(made: Made) -> None:
    standard, _ = load_standard("baseline")
    said = tuple(
        Attested(
            statement=statement,
            by="A. Hoxha",
            on=date(2026, 11, 1),
            document="policy.pdf",
            digest="sha256:" + "a" * 64,
        )
        for item in standard.criteria
        if item.id == "PRC-01"
        for statement in getattr(item.test, "statements", ())
    )
    from friendlywifi.checking.check import _judged

    given = replace(made.given, attestations=said, standard=standard)
    checked = _judged(
        given,
        plan=made.checked.plan,
        observations=made.checked.observations,
        started=made.checked.run.started,
    )
    report = report_of(checked, reference=given.reference, attestations=said)
    (result,) = [item for item in report.assessment.criteria if item.id == "PRC-01"]
    assert result.result is CriterionOutcome.ATTESTED
    assert "A. Hoxha on 2026-11-01 (policy.pdf, sha256:aaaa" in result.reason
    assert report.run.attestations == said


def test_a_bundle_holds_what_was_declared(made: Made) -> None:
    said = (
        Attested(
            statement="public-policy",
            by="A. Hoxha",
            on=date(2026, 11, 1),
            document="p.pdf",
            digest="sha256:" + "a" * 64,
        ),
    )
    data = made.promised.bundle(replace(made.given, attestations=said), made.checked)
    contents = read_bundle(data).contents
    assert contents.judging.attestations == said
    assert replay(contents).judgement.assessment.outcome is made.checked.judgement.assessment.outcome


HEAD = 'schema = "friendlywifi/attestations/1"\n[[attestation]]\n'


@pytest.mark.parametrize(
    ("text", "part"),
    (
        (
            'statement = "good-will"\nby = "A"\non = 2026-11-01\ndocument = "p.pdf"\n',
            'a.toml:3: "good-will" is no',
        ),
        ('statement = "public-policy"\nby = "A"\non = 2026-11-01\ndocument = "gone.pdf"\n', "gone.pdf"),
        ('statement = "public-policy"\nby = "A"\non = 2026-11-01\ndocument = "../p.pdf"\n', "document"),
        ('statement = "public-policy"\non = 2026-11-01\ndocument = "p.pdf"\n', '"by" is missing'),
    ),
)
def test_what_is_wrong_with_declarations_is_told(text: str, part: str, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(HEAD + text, encoding="utf-8")
    (tmp_path / "p.pdf").write_bytes(b"p")
    with pytest.raises(Complaint) as caught:
        attestations(tmp_path / "a.toml", standard=load_standard("baseline")[0])
    assert part in str(caught.value)
