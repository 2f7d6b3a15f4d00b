from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from friendlywifi.checking.serials import claim
from friendlywifi.complaint import Complaint

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_runs_of_a_hotspot_are_numbered_from_one_without_gaps(tmp_path: Path) -> None:
    assert [claim(tmp_path, "Library 7", now=NOW) for _ in range(3)] == [1, 2, 3]
    assert claim(tmp_path, "Library 8", now=NOW) == 1


def test_two_names_that_look_alike_as_folders_are_numbered_apart(tmp_path: Path) -> None:
    assert claim(tmp_path, "Library/7", now=NOW) == 1
    assert claim(tmp_path, "Library 7", now=NOW) == 1


def test_runs_that_start_at_the_same_time_never_share_a_number(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: claim(tmp_path, "Kafe Çajupi", now=NOW), range(40)))
    assert sorted(numbers) == list(range(1, 41))


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    claim(tmp_path, "../../etc", now=NOW)
    assert all(tmp_path in item.parents for item in tmp_path.rglob("*"))


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("in the way")
    with pytest.raises(Complaint, match="FRIENDLYWIFI_STATE"):
        claim(tmp_path, "Library 7", now=NOW)
