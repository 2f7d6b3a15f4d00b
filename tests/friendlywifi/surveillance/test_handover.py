"""The sheet of a real failing run: measured in the lab, recorded, told."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from friendlywifi.records.database import Records, open_records
from friendlywifi.serving.sheets import file_of, leave_sheets, sheet_of
from friendlywifi.surveillance.causes import Cause, CauseKind
from friendlywifi.surveillance.handover import SHOWN, Judged, Place, Sheet, keyed, page, sheet, text
from friendlywifi.surveillance.notices import Notice, NoticeKind
from tests.friendlywifi.evidence.made import Made, measure
from tests.friendlywifi.surveillance import cast
from tests.friendlywifi.surveillance.cast import START


@pytest.fixture(scope="module")
def leaking() -> Made:
    return measure("unfiltered")


@pytest.fixture(scope="module")
def judged(leaking: Made) -> Judged:
    contents = leaking.bundle.contents
    return Judged(
        hotspot="Library 7",
        bundle="sha256:" + "1" * 64,
        run=contents.run,
        judgement=contents.judgement,
        seed=contents.plan.seed,
    )


def notice(judged: Judged, **changed: object) -> Notice:
    failed = tuple(
        sorted(
            item.id for item in judged.judgement.assessment.criteria if item.gate and item.result == "fail"
        )
    )
    given = {
        "key": "failing resolver:198.51.100.7 2026-11-22T12:00:00Z library-7",
        "kind": NoticeKind.FAILING,
        "hotspots": ("library-7",),
        "behind": ("library-8",),
        "cause": Cause(kind=CauseKind.HOTSPOT, name="library-7"),
        "gates": failed,
        "since": START,
        "at": START + timedelta(hours=2),
    }
    return Notice(**{**given, **changed})


@pytest.fixture(scope="module")
def made(judged: Judged) -> Sheet:
    return sheet(
        notice(judged),
        places=(Place(name="Library <7>", place="Tiranë", address="Rruga\x1b[31m 7", known="confirmed"),),
        runs=(judged,),
        standard=cast.STANDARD,
        standard_name="baseline",
        issuer="Issuer",
    )


def test_it_says_what_opened_where_how_and_when(made: Sheet) -> None:
    assert made.gates
    assert made.seen
    row = made.seen[0]
    assert (row.outcome, row.how) == ("reachable", "nothing blocked it")
    assert re.search(r":\d+$", row.resolver)
    assert made.proofs[0].bundle.startswith("sha256:")
    assert any("--seed" in command for command in made.retest)


def test_no_adult_name_is_on_it_and_who_has_the_name_finds_it(made: Sheet, judged: Judged) -> None:
    adult = [item.target for item in judged.judgement.verdicts if item.category == "adult"]
    assert adult
    whole = text(made) + page(made)
    assert not [name for name in adult if name in whole]
    on_it = {row.name for row in made.seen if row.category == "adult"}
    assert on_it <= {keyed(name, key=made.key) for name in adult}
    assert on_it


def test_the_command_on_the_sheet_names_the_names_of_a_list(
    made: Sheet, judged: Judged, tmp_path: Path
) -> None:
    cause = "provider:O'Brien Net $(touch owned)"
    names = [item.target for item in judged.judgement.verdicts]
    hashes = {keyed(name, key=cause): name for name in names}
    command = next(
        line.strip()
        for line in text(msgspec.structs.replace(made, key=cause)).splitlines()
        if line.strip().startswith("while read")
    )
    (tmp_path / "list.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert dict(line.split() for line in done.stdout.splitlines()) == hashes
    assert not (tmp_path / "owned").exists()


def test_foreign_text_is_only_text(made: Sheet) -> None:
    assert "\x1b" not in text(made) + page(made)
    assert "Library &lt;7&gt;" in page(made)
    assert "<script" not in page(made)


def test_what_is_left_out_is_counted(judged: Judged, made: Sheet) -> None:
    assert len(made.seen) <= SHOWN
    total = len(made.seen) + made.more
    none = sheet(
        notice(judged),
        places=(),
        runs=(),
        standard=cast.STANDARD,
        standard_name="baseline",
        issuer=None,
    )
    assert total > 0
    assert none.seen == ()
    assert "not kept on this machine" in text(none)
    assert "not kept on this machine" in page(none)


def test_the_provider_of_one_resolver_is_not_told_what_another_let_through(judged: Judged) -> None:
    other = notice(judged, cause=Cause(kind=CauseKind.RESOLVER, name="192.0.2.200"))
    found = sheet(
        other, places=(), runs=(judged,), standard=cast.STANDARD, standard_name="baseline", issuer=None
    )
    assert all(row.category == "way around the filter" for row in found.seen)
    assert "--resolver 192.0.2.200" in found.retest[0]


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(tmp_path / "records.db") as opened:
        cast.add(opened, cast.hotspot("library-7"))
        cast.add(opened, cast.hotspot("library-8"))
        yield opened


def test_a_sheet_whose_evidence_is_gone_is_still_a_sheet(records: Records, judged: Judged) -> None:
    told = msgspec.structs.replace(notice(judged), evidence=("sha256:" + "9" * 64,))
    made = sheet_of(records, told, issuer=None)
    assert [item.known for item in made.places] == ["confirmed", "behind the same resolver"]
    assert made.proofs == ()


def test_a_sheet_that_a_full_disk_lost_is_made_at_the_next_look(
    records: Records, judged: Judged, tmp_path: Path
) -> None:
    from friendlywifi.records import watching

    told = notice(judged)
    with records.writing():
        watching.keep_notice(records, told, now=told.at)
    (path,) = leave_sheets(records, into=tmp_path / "sheets", issuer=None, now=told.at)
    assert path == file_of(told.key, tmp_path / "sheets")
    assert leave_sheets(records, into=tmp_path / "sheets", issuer=None, now=told.at) == ()
    path.unlink()
    assert leave_sheets(records, into=tmp_path / "sheets", issuer=None, now=told.at) == (path,)
