from __future__ import annotations

from pathlib import Path

import pytest

from friendlywifi.complaint import Complaint
from friendlywifi.settings import find, load_settings, variable


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "friendlywifi.toml"


def test_without_a_file_everything_is_default(tmp_path: Path) -> None:
    loaded = load_settings(environment={"HOME": str(tmp_path)}, here=tmp_path)
    assert loaded.file is None
    assert loaded.settings.check.standard == "baseline"
    assert set(loaded.origins.values()) == {"default"}


def test_a_value_from_the_file_carries_its_line(file: Path) -> None:
    file.write_text('# ours\n[check]\n\nauthorised_by = "City"\n', encoding="utf-8")
    loaded = load_settings(file=file, environment={})
    assert loaded.settings.check.authorised_by == "City"
    assert loaded.origins["check", "authorised_by"] == f"{file}:4"
    assert loaded.origins["check", "standard"] == "default"


def test_the_environment_goes_before_the_file(file: Path) -> None:
    file.write_text('[check]\nstandard = "baseline"\ntargets = ["a.toml"]\n', encoding="utf-8")
    environment = {
        variable("check", "standard"): "other",
        variable("check", "targets"): "b.toml, c.toml",
    }
    loaded = load_settings(file=file, environment=environment)
    assert loaded.settings.check.standard == "other"
    assert loaded.settings.check.targets == ("b.toml", "c.toml")
    assert loaded.origins["check", "standard"] == "FRIENDLYWIFI_CHECK_STANDARD"


def test_a_wrong_key_is_refused_with_its_line_and_the_nearest_right_one(file: Path) -> None:
    file.write_text('[check]\nstandard = "baseline"\nauthorized_by = "City"\n', encoding="utf-8")
    with pytest.raises(Complaint) as complaint:
        load_settings(file=file, environment={})
    assert f"{file}:3" in str(complaint.value)
    assert '"authorised_by"' in str(complaint.value)


def test_a_misspelt_variable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="FRIENDLYWIFI_CHEK_STANDARD"):
        load_settings(environment={"FRIENDLYWIFI_CHEK_STANDARD": "x"}, here=tmp_path)


def test_a_named_file_that_is_missing_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="does not exist"):
        load_settings(environment={"FRIENDLYWIFI_CONFIG": str(tmp_path / "no.toml")}, here=tmp_path)


def test_the_folders_own_file_goes_before_the_users(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".config" / "friendlywifi").mkdir(parents=True)
    (home / ".config" / "friendlywifi" / "config.toml").write_text("", encoding="utf-8")
    environment = {"HOME": str(home)}
    assert find(environment, here=tmp_path) == home / ".config" / "friendlywifi" / "config.toml"
    (tmp_path / "friendlywifi.toml").write_text("", encoding="utf-8")
    assert find(environment, here=tmp_path) == tmp_path / "friendlywifi.toml"
