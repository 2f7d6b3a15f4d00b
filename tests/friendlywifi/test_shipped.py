"""Standards by their names and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from criteria.released import released_text
from friendlywifi.complaint import Complaint
from friendlywifi.shipped import load_standard


def test_no_other_standard_bears_the_name_and_version_of_one_that_comes_with_the_program(
    tmp_path: Path,
) -> None:
    text = released_text("standards", "baseline.toml")
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    assert load_standard(str(path)) == load_standard("baseline")
    path.write_text(text.replace("runs = 14", "runs = 1"), encoding="utf-8")
    with pytest.raises(Complaint, match="give it an id of its own"):
        load_standard(str(path))
    path.write_text(text.replace('version = "1.0.0"', 'version = "0.9.0"', 1), encoding="utf-8")
    assert load_standard(str(path))[0].version == "0.9.0"
