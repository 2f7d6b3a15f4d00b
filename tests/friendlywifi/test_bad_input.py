"""What bad input gets: one clear sentence on stderr, the right exit code, nothing half-written."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from friendlywifi.checking import serials
from friendlywifi.evidence.bundle import load
from probes.records import digest

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

# Nothing of these checks may leave the machine: a map, and resolvers on loopback, confine a check to both.
CONFINED = ("--connect-to", "192.0.2.1:53:127.0.0.1:9")
GARBAGE = bytes(range(256)) * 4


def complaint(done: subprocess.CompletedProcess[str], code: int = 2) -> str:
    """The one sentence of a run that went wrong."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert done.stdout == ""
    return lines[0].removeprefix("friendlywifi: ")


@pytest.fixture
def closed() -> str:
    """A resolver where nobody listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{sock.getsockname()[1]}"


@pytest.fixture
def silent() -> Iterator[str]:
    """A resolver that takes every question and says nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{sock.getsockname()[1]}"


@pytest.fixture
def a_list(tmp_path: Path) -> Path:
    return write_list(tmp_path / "list.toml")


def write_list(path: Path, *, name: str = "a-list", more: str = "", target: str = "example.com") -> Path:
    path.write_text(
        f'id = "{name}"\nversion = "1"\nlicence = "CC0-1.0"\nsource = "us"\norigin = "us"\n{more}'
        f'[[target]]\nname = "{target}"\ncategory = "control-general"\nask = "dns"\n',
        encoding="utf-8",
    )
    return path


def test_nobody_allowed_it(quick: Cli) -> None:
    assert "--authorised-by" in complaint(quick("check", "--resolver", "127.0.0.1:9", *CONFINED))


def test_a_blank_name_allows_nothing(quick: Cli) -> None:
    assert "--authorised-by" in complaint(quick("check", "--authorised-by", " \t"))


@pytest.mark.parametrize("word", ("nonsense", "1.2.3.4:0", "1.2.3.4:99999", "[::1", "", "::1:53:x", "a b"))
def test_a_resolver_that_is_no_address(quick: Cli, word: str) -> None:
    assert "--resolver" in complaint(quick("check", "--authorised-by", "me", f"--resolver={word}"))


@pytest.mark.parametrize(
    "word", ("x", "1.2.3.4:80", "1.2.3.4:80:5.6.7.8", "::1:80:::1:81", ":::", "1.2.3.4::1:1")
)
def test_a_map_that_is_no_map(quick: Cli, word: str) -> None:
    assert "--connect-to" in complaint(quick("check", "--authorised-by", "me", f"--connect-to={word}"))


def test_an_unknown_standard_gets_the_nearest_one(quick: Cli) -> None:
    told = complaint(quick("check", "--authorised-by", "me", "--standard", "baselin"))
    assert 'did you mean "baseline"?' in told
    assert 'did you mean "baseline"?' in complaint(quick("standards", "show", "basline"))


def test_an_unknown_emulated_hotspot_gets_the_nearest_one(quick: Cli) -> None:
    assert 'did you mean "library"?' in complaint(quick("lab", "run", "libary"))


def test_a_word_that_is_no_choice_gets_the_choices_and_no_word_of_a_library(quick: Cli) -> None:
    done = quick("report", "x", "--format", "xls", COLUMNS="200")
    assert done.returncode == 2
    assert "Invalid value for '--format': 'xls' is not one of 'html', 'pdf'" in done.stderr
    sq = quick("--lang", "sq", "report", "x", "--format", "xls", COLUMNS="200")
    assert "'xls' nuk është asnjë nga 'html', 'pdf'" in sq.stderr


def test_a_wrong_key_in_the_configuration(quick: Cli, tmp_path: Path) -> None:
    (tmp_path / "friendlywifi.toml").write_text('[check]\n\nauthorized_by = "us"\n', encoding="utf-8")
    for command in (("check",), ("config", "show")):
        told = complaint(quick(*command))
        assert "friendlywifi.toml:3" in told
        assert '"authorised_by"' in told


def test_a_wrong_key_in_a_standard(quick: Cli, tmp_path: Path) -> None:
    text = quick("standards", "show", "--toml").stdout
    line = next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith("protects"))
    file = tmp_path / "ours.toml"
    file.write_text(text.replace("protects", "protect", 1), encoding="utf-8")
    told = complaint(quick("check", "--authorised-by", "me", "--standard", file))
    assert f"ours.toml:{line}" in told
    assert '"protects"' in told
    lint = quick("standards", "lint", file)
    assert lint.returncode == 1
    assert f"ours.toml:{line}" in lint.stdout


def test_a_wrong_key_in_a_list(quick: Cli, tmp_path: Path) -> None:
    file = write_list(tmp_path / "ours.toml", more='licens = "x"\n')
    told = complaint(quick("check", "--authorised-by", "me", "--targets", file))
    assert "ours.toml:6" in told
    assert '"licence"' in told
    lint = quick("targets", "lint", file)
    assert lint.returncode == 1
    assert "ours.toml:6" in lint.stdout


def test_an_illegal_name_that_is_no_sentinel(quick: Cli, tmp_path: Path) -> None:
    file = write_list(tmp_path / "ours.toml")
    text = file.read_text(encoding="utf-8").replace("control-general", "illegal-csam")
    file.write_text(text, encoding="utf-8")
    assert "ours.toml:" in complaint(quick("check", "--authorised-by", "me", "--targets", file))


def test_two_lists_with_one_id(quick: Cli, a_list: Path) -> None:
    told = complaint(quick("check", "--authorised-by", "me", "--targets", a_list, "--targets", a_list))
    assert '"a-list"' in told


@pytest.mark.parametrize("option", ("--standard", "--targets", "--reference", "--config"))
def test_what_is_not_there_or_not_readable_is_named(quick: Cli, tmp_path: Path, option: str) -> None:
    (tmp_path / "garbage.toml").write_bytes(GARBAGE)
    for given in (tmp_path / "nothing.toml", tmp_path, tmp_path / "garbage.toml"):
        told = complaint(quick("check", "--authorised-by", "me", option, given))
        assert given.name in told


@pytest.mark.parametrize(
    "text",
    ("{}", "[]", "null", '{"schema": 1}', '"\\ud800"', "[" * 100_000, "\ufeff{}", "nan", ""),
    ids=("object", "list", "null", "schema", "surrogate", "deep", "bom", "word", "empty"),
)
def test_json_that_is_no_reference(quick: Cli, tmp_path: Path, text: str) -> None:
    (tmp_path / "reference.json").write_text(text, encoding="utf-8")
    told = complaint(quick("check", "--authorised-by", "me", "--reference", "reference.json"))
    assert "reference.json" in told


def test_a_file_that_never_ends(quick: Cli) -> None:
    assert "larger than" in complaint(quick("verify", "/dev/zero"))
    assert "larger than" in complaint(quick("check", "--authorised-by", "me", "--reference", "/dev/zero"))


def test_bytes_that_are_no_text(quick: Cli, tmp_path: Path) -> None:
    assert "UTF-8" in complaint(quick("check", "--authorised-by", os.fsdecode(b"a\xff")))
    told = complaint(quick("check", FRIENDLYWIFI_CHECK_AUTHORISED_BY=os.fsdecode(b"a\xff")))
    assert "FRIENDLYWIFI_CHECK_AUTHORISED_BY" in told


def test_a_state_folder_that_cannot_be_one(quick: Cli, tmp_path: Path, closed: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    told = complaint(
        quick(
            *("check", "--authorised-by", "me", "--resolver", closed, *CONFINED),
            FRIENDLYWIFI_STATE=str(tmp_path / "file" / "state"),
        )
    )
    assert "FRIENDLYWIFI_STATE" in told


def test_a_file_where_results_should_go_is_said_before_the_work(
    quick: Cli, a_list: Path, closed: str
) -> None:
    text = a_list.read_text(encoding="utf-8")
    for command in (("check", "--authorised-by", "me", "--resolver", closed, *CONFINED), ("demo",)):
        assert a_list.name in complaint(quick(*command, "-o", a_list))
        assert a_list.name in complaint(quick(*command, "-o", a_list / "below"))
    assert a_list.read_text(encoding="utf-8") == text
    assert not (a_list.parent / "state" / "runs").exists(), "a run that did not start has taken a number"


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB; needs root."""
    place = tmp_path / "full"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small file system cannot be mounted here (needs root)")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_costs_the_files_and_not_the_answer(quick: Cli, full: Path, closed: str) -> None:
    done = quick(
        *("check", "--authorised-by", "me", "--resolver", closed, *CONFINED),
        *("--format", "json", "-q", "-o", full / "out"),
    )
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert json.loads(done.stdout)["schema"] == "friendlywifi/report/1"
    assert [item.name for item in (full / "out").iterdir()] == []


def test_evidence_that_has_no_room_beside_the_report_is_kept_all_the_same(
    quick: Cli, full: Path, closed: str, tmp_path: Path
) -> None:
    done = quick(
        *("check", "--authorised-by", "me", "--resolver", closed, *CONFINED, "--hotspot", "Library 7"),
        *("--format", "json", "-q", "-o", full / "out", "--bundle", full / "evidence.zip"),
    )
    assert done.returncode == 2
    assert "evidence.zip" in done.stderr
    assert str(full / "out") in done.stderr
    kept = serials.folder(tmp_path / "state", "Library 7") / "000001.bundle.zip"
    assert load(kept).contents.run.serial == 1


def test_a_place_where_no_bundle_can_be_left_is_told_before_the_check(
    quick: Cli, a_list: Path, closed: str, tmp_path: Path
) -> None:
    command = ("check", "--authorised-by", "me", "--resolver", closed, *CONFINED, "--bundle")
    assert "is to be a file" in complaint(quick(*command, tmp_path))
    assert a_list.name in complaint(quick(*command, a_list / "below" / "evidence.zip"))
    assert not (tmp_path / "state" / "runs").exists(), "a run that did not start has taken a number"


NO_ROOM = ("sh", "-c", 'ulimit -f 0; exec "$@"', "sh")
"""Files can be made, and not one byte be written to them: as where the last block of a disk is taken."""


def test_a_run_that_could_not_even_be_numbered_is_named_by_the_promise_of_the_next(
    cli: Cli, quick: Cli, closed: str, tmp_path: Path
) -> None:
    command = ("check", "--authorised-by", "me", "--resolver", closed, *CONFINED, "--hotspot", "Library 7")
    assert quick(*command, "-q").returncode == 3
    refused = cli(*command, before=NO_ROOM)
    assert refused.returncode == 2
    assert "run 2 counts as aborted before it began" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert quick(*command, "-q").returncode == 3
    state = serials.folder(tmp_path / "state", "Library 7")
    assert [item.name for item in sorted(state.iterdir()) if item.name.isdecimal()] == [
        "000001",
        "000002",
        "000003",
    ]
    found = load(state / "000003.bundle.zip").contents
    assert (found.run.serial, found.commitment.aborted) == (3, (2,))
    assert found.commitment.previous == digest((state / "000001.commitment.json").read_bytes())
    told = quick("audit", "import", state, "--db", tmp_path / "a.db", "--certifier", "A").stdout
    assert "Run 2: ended before it began, says the promise after, and nobody vouches for it." in told
    assert "does not name" not in told
    assert "names another run" not in told


def test_a_full_disk_behind_stdout(tmp_path: Path, cli: Cli) -> None:
    done = cli("standards", "show", before=("sh", "-c", 'exec "$@" > /dev/full', "sh"))
    assert "No space left" in complaint(done)


@pytest.mark.parametrize("command", (("standards", "show"), ("standards", "show", "--toml"), ("lab", "list")))
def test_a_reader_that_leaves_is_no_news(cli: Cli, command: tuple[str, ...]) -> None:
    done = cli(*command, before=("bash", "-o", "pipefail", "-c", '"$@" | true', "bash"))
    assert done.returncode in (0, 141)
    assert done.stderr == ""


def test_a_peer_that_closes_a_connection_cannot_end_the_program(cli: Cli) -> None:
    """SIGPIPE stays ignored, as Python has it: by default any server on the network could end a check."""
    code = """
import runpy, signal, sys
sys.argv = ["friendlywifi", "--version"]
try:
    runpy.run_module("friendlywifi", run_name="__main__")
finally:
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN
"""
    done = cli(before=("sh", "-c", f"exec \"$1\" -c '{code}'", "sh"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("friendlywifi ")


def test_a_resolver_where_nobody_listens(quick: Cli, closed: str) -> None:
    done = quick("check", "--authorised-by", "me", "--resolver", closed, *CONFINED)
    assert done.returncode == 3
    assert "COULD NOT TELL" in done.stdout
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("Could not tell: No resolver of this network answers")
    assert "Traceback" not in done.stderr


def test_a_resolver_that_says_nothing(quick: Cli, silent: str) -> None:
    done = quick("check", "--authorised-by", "me", "--resolver", silent, *CONFINED)
    assert done.returncode == 3
    told = " ".join(done.stdout.replace("│", " ").split())
    assert "No resolver of this network answers" in told
    assert "no way to the Internet" not in told


def test_without_any_network_the_reason_is_told(cli: Cli, alone: tuple[str, ...]) -> None:
    done = cli("check", "--authorised-by", "me", "--resolver", "192.0.2.53", before=alone)
    assert done.returncode == 3, done.stderr
    assert "COULD NOT TELL" in done.stdout
    assert done.stderr.strip().splitlines()[-1].startswith("Could not tell: ")


def test_without_any_resolver_it_says_so(tmp_path: Path, cli: Cli) -> None:
    """An empty resolv.conf, as on a machine that has joined nothing: needs a mount namespace."""
    empty = tmp_path / "resolv.conf"
    empty.write_text("# nothing\n", encoding="utf-8")
    words = ("unshare", "--net", "--mount", "--map-root-user", "sh", "-c")
    hide = f'mount --bind "{empty}" /etc/resolv.conf && exec "$@"'
    if (
        shutil.which("unshare") is None
        or subprocess.run([*words, hide, "sh", "true"], capture_output=True, check=False).returncode != 0
    ):
        pytest.skip("a file cannot be hidden here")
    done = cli("check", "--authorised-by", "me", before=(*words, hide, "sh"))
    assert "no resolver" in complaint(done, code=3)


HOSTILE = "[red]a[/blue]\x1b[31m\x1b]0;title\x07\u202e\r\b\x9b2J[link=http://x]"


def test_hostile_words_neither_steer_the_terminal_nor_break_the_output(
    cli: Cli, tmp_path: Path, closed: str
) -> None:
    done = cli(
        *("check", "--authorised-by", HOSTILE, "--hotspot", HOSTILE, "--resolver", closed, *CONFINED),
        *("-o", tmp_path / "[red]out[/blue]"),
    )
    assert done.returncode == 3, done.stderr
    printed = done.stdout + done.stderr
    assert not set(printed) & set("\x1b\x07\u202e\r\b\x9b")
    assert "[red]a[/blue]" in done.stdout
    assert "[red]a[/blue]" in done.stderr
    assert (tmp_path / "[red]out[/blue]" / "report.json").exists()
    report = json.loads((tmp_path / "[red]out[/blue]" / "report.json").read_bytes())
    assert report["run"]["authorised_by"] == HOSTILE


def test_hostile_words_in_files_are_told_as_they_are(quick: Cli, tmp_path: Path) -> None:
    file = write_list(tmp_path / "[red]list.toml", more='"[red]\\u001b[31m[/blue]" = 1\n', target="[red]x")
    for done in (quick("targets", "lint", file), quick("check", "--authorised-by", "me", "--targets", file)):
        printed = done.stdout + done.stderr
        assert "\x1b" not in printed
        assert "internal error" not in printed
        assert "[red]list.toml:6" in printed
    text = quick("standards", "show", "--toml").stdout
    title = next(line for line in text.splitlines() if line.startswith("title"))
    standard = tmp_path / "s.toml"
    standard.write_text(text.replace(title, 'title = "[red]\\u001b[31m[/blue]"', 1), encoding="utf-8")
    done = quick("standards", "show", standard)
    assert (done.returncode, done.stdout) == (2, "")
    assert "s.toml:7: there is a character here that nobody sees" in done.stderr
    assert "\x1b" not in done.stderr
    words = text.replace(title, 'title = "[red]words[/blue]"', 1).replace('"baseline"', '"ours"', 1)
    standard.write_text(words, encoding="utf-8")
    done = quick("standards", "show", standard)
    assert done.returncode == 0, done.stderr
    assert "[red]words[/blue]" in done.stdout


def test_a_configuration_with_hostile_words_shows_as_toml(quick: Cli, tmp_path: Path) -> None:
    import tomllib

    (tmp_path / "friendlywifi.toml").write_text(
        '[check]\nauthorised_by = "[red]\\u001b[31m\\n\\"\\\\ ë\\u007f"\n', encoding="utf-8"
    )
    done = quick("config", "show", "--origin")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert tomllib.loads(done.stdout)["check"]["authorised_by"] == '[red]\x1b[31m\n"\\ ë\x7f'


@pytest.mark.parametrize("encoding", ("ascii", "latin-1"))
def test_a_terminal_without_our_signs_still_gets_the_words(cli: Cli, closed: str, encoding: str) -> None:
    arguments = ("check", "--authorised-by", "Bashkia e Korçës ✓", "--resolver", closed, *CONFINED)
    done = cli(*arguments, "--format", "json", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 3, done.stderr
    assert json.loads(done.stdout)["run"]["authorised_by"] == "Bashkia e Korçës ✓"
    done = cli("lab", "list", PYTHONIOENCODING=f"{encoding}", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
