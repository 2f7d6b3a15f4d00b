from __future__ import annotations

from pathlib import Path

from probes.vantage.programs import output_of, read_text


def test_a_program_that_is_missing_fails_or_hangs_says_nothing() -> None:
    assert output_of("no-such-program-anywhere") is None
    assert output_of("false") is None
    assert output_of("sleep", "5", timeout=0.1) is None


def test_a_program_is_asked_in_english_without_the_environment_of_the_user() -> None:
    found = output_of("env")
    assert found is not None
    assert "LC_ALL=C" in found
    assert "HOME=" not in found


def test_a_file_is_read_leniently_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"a\xffb")
    assert read_text(tmp_path / "odd") == "a\ufffdb"
    assert read_text(tmp_path / "missing") is None
    assert read_text(tmp_path) is None
