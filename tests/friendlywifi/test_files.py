from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from friendlywifi import files
from friendlywifi.complaint import Complaint


def test_a_file_replaces_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "report.json"
    files.write(path, b"old")
    files.write(path, b"new")
    assert path.read_bytes() == b"new"
    assert [item.name for item in path.parent.iterdir()] == ["report.json"]


def test_a_folder_in_the_way_is_a_sentence_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(Complaint, match=r"report\.json cannot be written"):
        files.write(tmp_path / "report.json", b"x")
    assert [item.name for item in tmp_path.iterdir()] == ["report.json"]


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte: needs root."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small file system cannot be mounted here (needs root)")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_a_sentence_and_keeps_the_old_file(full_disk: Path) -> None:
    path = full_disk / "report.json"
    files.write(path, b"old")
    with pytest.raises(Complaint, match="No space left"):
        files.write(path, os.urandom(2_000_000))
    assert path.read_bytes() == b"old"
    assert [item.name for item in full_disk.iterdir()] == ["report.json"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Complaint, match=r"the reference .*nothing\.json does not exist"):
        files.read_bytes(tmp_path / "nothing.json", what="the reference")


def test_what_is_no_text_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "list.toml"
    path.write_bytes(b"id = \xff")
    with pytest.raises(Complaint, match="is not UTF-8 text"):
        files.read_text(path, what="the list")
