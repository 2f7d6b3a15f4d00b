"""`lab list`, `standards`, `targets`, `config` and `doctor`: what they print and how they end."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from friendlywifi.lab import Lab
from friendlywifi.settings import keys
from friendlywifi.shipped import ids
from probes.targets.shipped import shipped

Quick = Callable[..., "subprocess.CompletedProcess[str]"]


def test_lab_list_names_every_scenario_and_what_is_true_of_it(quick: Quick) -> None:
    done = quick("lab", "list")
    assert done.returncode == 0
    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert set(lines) == {item.id for item in Lab.scenarios()}
    assert len(lines) >= 8
    for item in Lab.scenarios():
        assert str(item.truth.void or item.truth.outcome) in lines[item.id]


def test_standards_list_names_every_standard(quick: Quick) -> None:
    done = quick("standards", "list")
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(ids())


@pytest.mark.parametrize("columns", ("40", "80", "200"))
def test_a_standard_is_shown_whole_at_any_width(quick: Quick, columns: str) -> None:
    from friendlywifi.shipped import load_standard

    shown = "".join(quick("standards", "show", "baseline", COLUMNS=columns).stdout.split())
    for item in load_standard("baseline")[0].criteria:
        for text in (item.id, item.title, item.protects, item.how, item.rule, item.why, item.remedy):
            assert "".join(text.split()) in shown


def test_a_standard_of_ones_own_starts_from_the_shipped_text(quick: Quick, tmp_path: Path) -> None:
    text = quick("standards", "show", "baseline", "--toml").stdout
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    assert tomllib.loads(text)["id"] == "baseline"
    done = quick("standards", "lint", "ours.toml")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no fault" in done.stderr


def test_a_standard_is_shown_in_albanian_and_says_who_has_read_it(quick: Quick) -> None:
    done = quick("standards", "show", "albania", "--language", "sq", COLUMNS="200")
    assert "Urdhri i autoritetit zbatohet" in done.stdout
    assert "Not yet reviewed by a native speaker" in done.stdout
    assert "Policia e Shtetit" in done.stdout
    assert "116 111" in done.stdout


def test_standards_diff_says_what_a_change_means(quick: Quick, tmp_path: Path) -> None:
    done = quick("standards", "diff", "baseline", "family")
    assert done.returncode == 0
    assert "stricter  BYP-02 becomes a gate" in done.stdout
    (tmp_path / "loose.toml").write_text(
        'extends = "baseline"\nid = "loose"\nversion = "1.0.0"\ntitle = "Loose"\n'
        '[[criterion]]\nid = "OVB-02"\nenabled = false\n',
        encoding="utf-8",
    )
    told = quick("standards", "diff", "baseline", "loose.toml").stdout
    assert "relaxed   OVB-02 is switched off" in told
    assert "on every certificate: Not required here, though baseline requires it" in told
    (change, *_) = json.loads(quick("standards", "diff", "family", "baseline", "--json").stdout)
    assert set(change) == {"where", "way", "sentence", "consequence"}
    same = quick("standards", "diff", "baseline", "baseline").stdout
    assert same == "The two standards ask for the same in the same words.\n"


def test_a_standard_may_extend_one_that_lies_beside_it(quick: Quick, tmp_path: Path) -> None:
    for name, base in (("ours", "baseline"), ("mine", "ours")):
        (tmp_path / f"{name}.toml").write_text(
            f'extends = "{base}"\nid = "{name}"\nversion = "1.0.0"\ntitle = "T"\n', encoding="utf-8"
        )
    assert quick("standards", "lint", "mine.toml").returncode == 0
    (tmp_path / "ours.toml").unlink()
    done = quick("standards", "lint", "mine.toml")
    assert done.returncode == 1
    assert 'mine.toml:1: there is no standard "ours" to extend' in done.stdout


def test_targets_list_names_every_list(quick: Quick) -> None:
    done = quick("targets", "list")
    assert [line.split()[0] for line in done.stdout.splitlines()] == [item.id for item in shipped()]


IMPORT = (
    "--format",
    "domains",
    "--id",
    "our-adult",
    "--category",
    "adult",
    "--licence",
    "MIT",
    "--origin",
    "us",
)


def test_an_imported_list_lints_and_can_be_asked(quick: Quick, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("# ours\none.example\ntwo.example\nno name\n", encoding="utf-8")
    done = quick("targets", "import", "names.txt", *IMPORT)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "2 names" in done.stderr
    assert "left out 1" in done.stderr
    assert quick("targets", "lint", "our-adult.toml").returncode == 0


def test_an_import_asks_gently_and_refuses_what_is_illegal(quick: Quick, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("one.example\n", encoding="utf-8")
    illegal = [word if word != "adult" else "illegal-csam" for word in IMPORT]
    far = [*IMPORT, "--ask", "get"]
    unknown = [word if word != "domains" else "domain" for word in IMPORT]
    for arguments in (illegal, far, unknown, [*IMPORT, "--ask", "tsl"]):
        done = quick("targets", "import", "names.txt", *arguments)
        assert done.returncode == 2, arguments
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert not (tmp_path / "our-adult.toml").exists()


def test_an_import_cannot_leave_its_folder_by_its_id(quick: Quick, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("one.example\n", encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    arguments = [word if word != "our-adult" else "../escaped" for word in IMPORT]
    done = quick("targets", "import", "names.txt", *arguments)
    assert done.returncode == 2, done.stderr
    assert not (tmp_path.parent / "escaped.toml").exists()


def test_what_cannot_be_imported_is_said(quick: Quick, tmp_path: Path) -> None:
    (tmp_path / "garbage").write_bytes(bytes(range(256)) * 10)
    for given in ("garbage", "nothing", str(tmp_path)):
        for kind in ("domains", "hosts", "dnsmasq", "rpz", "citizenlab"):
            arguments = [word if word != "domains" else kind for word in IMPORT]
            done = quick("targets", "import", given, *arguments)
            assert done.returncode in (0, 2)
            assert "internal error" not in done.stderr
            assert "Traceback" not in done.stderr
            (tmp_path / "our-adult.toml").unlink(missing_ok=True)


def test_config_show_is_toml_and_names_every_key(quick: Quick, tmp_path: Path) -> None:
    done = quick("config", "show")
    tomllib.loads(done.stdout)
    for _, key in keys():
        assert key in done.stdout


def test_config_show_origin_names_file_line_variable_and_default(quick: Quick, tmp_path: Path) -> None:
    (tmp_path / "friendlywifi.toml").write_text('[check]\n\nhotspot = "Library"\n', encoding="utf-8")
    done = quick("config", "show", "--origin", FRIENDLYWIFI_CHECK_AUTHORISED_BY="City")
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if " = " in line}
    assert lines["hotspot"].endswith("friendlywifi.toml:3")
    assert lines["authorised_by"].endswith("# FRIENDLYWIFI_CHECK_AUTHORISED_BY")
    assert lines["standard"].endswith("# default")


def test_a_misspelt_variable_is_refused_by_every_command_that_reads_settings(quick: Quick) -> None:
    for command in (("config", "show"), ("check", "--authorised-by", "me")):
        done = quick(*command, FRIENDLYWIFI_CHEK_STANDARD="x")
        assert done.returncode == 2
        assert "FRIENDLYWIFI_CHEK_STANDARD" in done.stderr


def test_the_doctor_says_what_is_in_the_way(quick: Quick, tmp_path: Path) -> None:
    done = quick("doctor", https_proxy="http://proxy.example:3128")
    assert done.returncode == 1
    assert "✗ proxy" in done.stdout
    assert "https_proxy" in done.stdout
    assert "unset" in done.stdout


def test_the_doctor_shows_a_wrong_configuration_instead_of_failing_on_it(
    quick: Quick, tmp_path: Path
) -> None:
    (tmp_path / "friendlywifi.toml").write_text('[chek]\nhotspot = "[red]x[/blue]"\n', encoding="utf-8")
    done = quick("doctor")
    assert done.returncode == 1
    assert "✗ configuration" in done.stdout
    assert "friendlywifi.toml:1" in done.stdout
    assert "authorised_by under [check]" in quick("doctor", "--config", "/dev/null").stdout


def test_the_doctor_sees_a_state_folder_that_cannot_be_written(quick: Quick, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = quick("doctor", FRIENDLYWIFI_STATE=str(tmp_path / "file" / "state"))
    assert done.returncode == 1
    assert "✗ run numbers" in done.stdout


def test_no_colour_where_there_is_no_terminal_or_it_is_not_wanted(quick: Quick) -> None:
    for extra in ({}, {"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}):
        assert "\x1b[3" not in quick("standards", "show", **extra).stdout


def test_quiet_means_quiet(quick: Quick) -> None:
    done = quick(
        *("check", "-q", "--authorised-by", "me", "--resolver", "127.0.0.1:9", "--format", "json"),
        *("--connect-to", "192.0.2.1:53:127.0.0.1:9"),
    )
    assert done.returncode == 3
    assert done.stderr == ""
    assert json.loads(done.stdout)["run"]["void_reason"] == "offline"
