from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from friendlywifi.checking.targeting import faults_of_list
from friendlywifi.commands.targets import app
from friendlywifi.complaint import Complaint

HEAD = 'id = "ours"\nversion = "1"\nlicence = "CC0-1.0"\nsource = "us"\norigin = "us"\n'


def test_lint_reads_the_names_that_stand_in_a_file_beside_the_list(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(HEAD + 'names = "ours.txt"\ncategory = "gambling"\nask = "dns"\n')
    (tmp_path / "ours.txt").write_text("casino.example\nno name at all\n")
    faults = faults_of_list(tmp_path / "ours.toml")
    assert len(faults) == 1
    assert "ours.txt" in str(faults[0])


def test_a_list_that_is_not_there_is_a_complaint(tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="cannot be read"):
        faults_of_list(tmp_path / "none.toml")


def test_the_command_tells_the_fault_of_the_names(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(HEAD + 'names = "ours.txt"\ncategory = "gambling"\nask = "dns"\n')
    (tmp_path / "ours.txt").write_text("no name at all\n")
    told = CliRunner().invoke(app, ["lint", str(tmp_path / "ours.toml")])
    assert told.exit_code == 1
    assert "ours.txt" in told.stdout
