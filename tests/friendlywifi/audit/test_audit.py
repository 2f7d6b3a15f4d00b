"""An auditor with a laptop: what was left out, a sample that anybody can draw, and a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from friendlywifi.audit import command as auditing
from friendlywifi.audit.entries import Entry
from friendlywifi.audit.findings import BLANK, parse
from friendlywifi.audit.gaps import gaps, ranges
from friendlywifi.audit.sample import allocate, stratified
from friendlywifi.audit.store import opened
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from probes.tomlfile import TomlFault

Handed = Callable[..., Path]


def entry(number: int, *, certifier: str = "A", outcome: str = "certifiable", **fields: object) -> Entry:
    return msgspec.convert(
        {
            "digest": f"{number:064x}",
            "path": f"/{number}.zip",
            "certifier": certifier,
            "refused": None,
            "hotspot": "Library",
            "serial": number,
            "run": f"r{number}",
            "committed": f"2026-01-{number:02d}" if number < 32 else "2027",
            "outcome": outcome,
            "key": "k",
            "seed": f"s{number}",
            "commitment": f"c{number}",
            "previous": f"c{number - 1}" if number > 1 else None,
            **fields,
        },
        Entry,
    )


# ------------------------------------------------------------------------------------------------ gaps


def test_a_certifier_that_made_ten_runs_and_hands_in_one_is_caught(
    handed_in: Handed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = handed_in("A", "Library 7", 10, {10})
    assert auditing.import_(folder, database=tmp_path / "a.db", certifier=None) is Exit.NO
    told = capsys.readouterr().out
    assert "A, Library 7: 1 of at least 10 runs were handed in: nothing is here of runs 1 to 9." in told


def test_a_certifier_that_hands_in_every_run_has_no_gap(handed_in: Handed, tmp_path: Path) -> None:
    assert (
        auditing.import_(handed_in("A", "Library 7", 1), database=tmp_path / "a.db", certifier=None)
        is Exit.YES
    )
    folder = handed_in("A", "Library 8", 4)
    auditing.import_(folder, database=tmp_path / "a.db", certifier=None)
    with opened(tmp_path / "a.db") as store:
        found = gaps(store.entries())
    # The four were made from one measured run, and that is seen.
    assert [item.kind for item in found] == ["seed"]


def test_a_promise_without_evidence_is_told(
    handed_in: Handed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = handed_in("A", "Library 7", 4, {1, 3}, promises=True)
    assert auditing.import_(folder, database=tmp_path / "a.db", certifier=None) is Exit.NO
    assert "Runs 2, 4: promised, and no evidence handed in." in capsys.readouterr().out


def kinds(*entries: Entry) -> list[str]:
    return [item.kind for item in gaps(entries)]


def test_numbers_without_gaps_are_fine() -> None:
    assert kinds(*(entry(number) for number in range(1, 9))) == []


def test_a_run_that_names_another_before_it_than_the_one_handed_in_is_told() -> None:
    assert kinds(entry(1), entry(2, previous="another")) == ["chain"]
    assert kinds(entry(1), entry(2, previous=None)) == ["chain"]


def test_a_run_that_ended_before_it_began_is_told_and_breaks_no_chain() -> None:
    found = gaps((entry(1), entry(4, previous="c1", aborted="2 3")))
    assert [(item.kind, item.text.partition(",")[0]) for item in found] == [
        ("aborted", "Runs 2 to 3: ended before they began")
    ]
    assert kinds(entry(1), entry(4, previous="another", aborted="2 3")) == ["aborted", "chain"]


def test_what_was_handed_in_was_not_aborted_whatever_is_said() -> None:
    assert kinds(entry(1), entry(2), entry(3, previous="c1", aborted="2")) == []


def test_a_file_of_an_earlier_version_is_brought_up_to_date(handed_in: Handed, tmp_path: Path) -> None:
    import sqlite3

    folder, database = handed_in("A", "Library 7", 2), tmp_path / "a.db"
    auditing.import_(folder, database=database, certifier=None)
    connection = sqlite3.connect(database)
    connection.execute("ALTER TABLE bundle DROP COLUMN aborted")
    connection.execute("ALTER TABLE promised DROP COLUMN aborted")
    connection.close()
    with opened(database) as store:
        assert [item.aborted for item in store.entries()] == ["", ""]


def test_two_different_runs_of_one_number_are_told() -> None:
    other = entry(1, digest="f" * 64, run="another", seed="another", commitment="c1")
    assert kinds(entry(1), other, entry(2)) == ["twice"]


def test_one_seed_for_two_runs_is_told() -> None:
    assert kinds(entry(1), entry(2, seed="s1")) == ["seed"]


def test_a_clock_that_runs_backwards_is_told() -> None:
    assert kinds(entry(1), entry(2, committed="2025-12-31")) == ["clock"]


def test_a_second_vantage_is_told() -> None:
    assert kinds(entry(1), entry(2, key="other")) == ["key"]


def test_hotspots_and_certifiers_are_counted_apart() -> None:
    assert kinds(entry(1), entry(1, certifier="B", digest="b" * 64)) == []


@given(st.sets(st.integers(1, 60)))
def test_ranges_name_each_number_once(numbers: set[int]) -> None:
    told = ranges(sorted(numbers))
    back: set[int] = set()
    for part in told.split(", ") if told else []:
        first, _, last = part.partition(" to ")
        back |= set(range(int(first), int(last or first) + 1))
    assert back == numbers


# ---------------------------------------------------------------------------------------------- import


def test_importing_again_changes_nothing(
    handed_in: Handed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, database = handed_in("A", "Library 7", 3), tmp_path / "a.db"
    handed_in("B", "Kafe <b>Çajupi</b>", 2)
    auditing.import_(folder, database=database, certifier=None)
    with opened(database) as store:
        first = list(store.entries())
    capsys.readouterr()
    auditing.import_(folder, database=database, certifier=None)
    assert "0 new bundles, 5 known already" in capsys.readouterr().out
    with opened(database) as store:
        assert list(store.entries()) == first


def test_what_is_refused_is_kept_with_its_reason(
    handed_in: Handed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = handed_in("A", "Library 7", 1)
    true = next(folder.rglob("*.zip"))
    data = true.read_bytes()
    (true.parent / "bent.zip").write_bytes(data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
    (true.parent / "junk.zip").write_bytes(b"no zip at all")
    assert auditing.import_(folder, database=tmp_path / "a.db", certifier=None) is Exit.NO
    told = capsys.readouterr().out
    assert "bent.zip" in told
    assert "this is no evidence bundle" in told


def test_another_programs_database_is_never_written_to(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "mail.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mail (id)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(Complaint, match="another program"):
        auditing.import_(tmp_path, database=path, certifier=None)
    assert path.read_bytes() == before
    (tmp_path / "text.db").write_text(
        "this is no database at all, but it is long enough to be read as one " * 20
    )
    with pytest.raises(Complaint, match="not a database"):
        auditing.list_(database=tmp_path / "text.db")


# ---------------------------------------------------------------------------------------------- sample


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from(["certifiable", "not_certifiable"])), max_size=60
    ),
    st.integers(1, 70),
    st.randoms(use_true_random=False),
)
def test_a_sample_is_the_same_in_any_order_and_covers_every_stratum(
    made: list[tuple[str, str]], size: int, shuffler: object
) -> None:
    entries = [
        entry(number, certifier=who, outcome=outcome) for number, (who, outcome) in enumerate(made, start=1)
    ]
    drawn = stratified(entries, size=size, seed="s")
    mixed = [*entries, *entries[:3]]
    shuffler.shuffle(mixed)  # type: ignore[attr-defined] # hypothesis gives random.Random
    assert stratified(mixed, size=size, seed="s") == drawn
    assert len(drawn) == len(set(drawn)) == min(size, len(entries))
    if size >= len(set(made)):
        assert {(item.certifier, item.outcome) for item in drawn} == set(made)


def test_another_seed_draws_others() -> None:
    entries = [entry(number) for number in range(1, 400)]
    assert stratified(entries, size=30, seed="one") != stratified(entries, size=30, seed="two")


def test_a_small_stratum_is_looked_at_and_large_ones_get_their_share() -> None:
    assert allocate({"large": 900, "middle": 99, "small": 1}, size=30, seed="s") == {
        "large": 27,
        "middle": 2,
        "small": 1,
    }


# ---------------------------------------------------------------------------------------------- replay


def test_everything_comes_out_again_on_two_cores(
    handed_in: Handed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, database = handed_in("A", "Library 7", 3), tmp_path / "a.db"
    auditing.import_(folder, database=database, certifier=None)
    capsys.readouterr()
    assert auditing.replay_(database=database, size=None, seed=None, jobs=2) is Exit.YES
    assert "3 the same bytes" in " ".join(capsys.readouterr().out.split())
    with opened(database) as store:
        assert {item.replayed for item in store.entries()} == {"identical"}


def test_a_file_that_was_swapped_after_the_import_is_refused(handed_in: Handed, tmp_path: Path) -> None:
    folder, database = handed_in("A", "Library 7", 2), tmp_path / "a.db"
    auditing.import_(folder, database=database, certifier=None)
    one, other = sorted(folder.rglob("*.zip"))
    other.write_bytes(one.read_bytes())
    assert auditing.replay_(database=database, size=None, seed=None, jobs=1) is Exit.NO


# -------------------------------------------------------------------------------------------- findings


FINDINGS = """
schema = "friendlywifi/findings/1"
auditor = "An Auditor"
scope = "All of 2026"
[[finding]]
id = "F-2"
severity = "note"
title = "A note"
certifier = "A"
text = "Text."
evidence = ["x"]
found = 2026-11-22
[[finding]]
id = "F-1"
severity = "critical"
title = "Runs <script>alert(1)</script> | missing"
certifier = "A"
hotspot = "Library 7"
text = "Nine runs are missing."
evidence = ["0123"]
found = 2026-11-22
deadline = 2026-12-01
"""


def test_the_report_puts_the_gravest_first_and_names_what_is_overdue(
    handed_in: Handed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, database, findings = handed_in("A", "Library 7", 3, {3}), tmp_path / "a.db", tmp_path / "f.toml"
    findings.write_text(FINDINGS)
    auditing.import_(folder, database=database, certifier=None)
    for suffix in ("md", "html", "json"):
        auditing.report(
            database=database, findings=findings, output=tmp_path / f"r.{suffix}", today=date(2026, 12, 2)
        )
    assert "Overdue: F-1" in capsys.readouterr().err
    text, page = (tmp_path / "r.md").read_text(), (tmp_path / "r.html").read_text()
    assert text.index("F-1") < text.index("F-2")
    assert "<script" not in page
    assert r"\<script\>" in text
    assert r"\| missing" in text
    assert "runs 1 to 2" in page
    report = msgspec.json.decode((tmp_path / "r.json").read_bytes())
    assert report["overdue"] == ["F-1"]


def test_findings_that_are_wrong_are_named_by_line() -> None:
    with pytest.raises(TomlFault, match=r"f\.toml:7: .*severity"):
        parse(FINDINGS.replace('"note"', '"terrible"'), source="f.toml")
    with pytest.raises(TomlFault, match="used twice"):
        parse(FINDINGS.replace("F-2", "F-1"), source="f.toml")


def test_the_example_file_is_right_with_every_line_taken_in() -> None:
    assert parse(BLANK, source="f.toml").finding == ()
    import re

    full = parse(re.sub(r"(?m)^# (\[\[|\w+ = )", r"\1", BLANK), source="f.toml")
    assert full.finding[0].id == "F-1"
