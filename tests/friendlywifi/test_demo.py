"""`friendlywifi demo`: three hotspots, one certificate; and `verify` of what it leaves."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from certificates.keys import key_id, new_key, public_text
from certificates.records import SignedCertificate
from certificates.signing import sign, to_file
from friendlywifi.reporting.report import Report
from probes.records import decode, digest

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
Surroundings = Callable[..., dict[str, str]]

EVIDENCE = {"report.json", "plan.json", "observations.jsonl"}
CERTIFICATE = {"certificate.json", "certificate.pdf", "certificate.html"}


def demo(base: Path, surroundings: Surroundings, folder: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "friendlywifi", "demo", "-o", folder],
        cwd=base,
        env=surroundings(base),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo [red]")


@pytest.fixture(scope="module")
def shown(base: Path, surroundings: Surroundings) -> subprocess.CompletedProcess[str]:
    """The demo, run twice over the same folder: the second one."""
    first = demo(base, surroundings, "out")
    assert first.returncode == 0, first.stdout + first.stderr
    (base / "out" / "leaking" / "certificate.pdf").write_text("left by something older", encoding="utf-8")
    return demo(base, surroundings, "out")


@pytest.fixture(scope="module")
def out(base: Path, shown: subprocess.CompletedProcess[str]) -> Path:
    assert shown.returncode == 0, shown.stdout + shown.stderr
    return base / "out"


def test_each_hotspot_gets_its_true_outcome_the_second_time_too(
    shown: subprocess.CompletedProcess[str],
) -> None:
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert shown.stderr == ""


def test_only_the_certified_one_has_a_certificate(out: Path) -> None:
    there = {
        folder.name: {item.name for item in folder.iterdir()} for folder in out.iterdir() if folder.is_dir()
    }
    assert set(there) == {"certified", "leaking", "captive"}
    for folder, names in there.items():
        assert names >= EVIDENCE
        assert names & CERTIFICATE == (CERTIFICATE if folder == "certified" else set())


@pytest.mark.parametrize(
    ("folder", "outcome", "void"),
    (
        ("certified", "certifiable", None),
        ("leaking", "not_certifiable", None),
        ("captive", "inconclusive", "captive"),
    ),
)
def test_the_reports_say_what_is_true(out: Path, folder: str, outcome: str, void: str | None) -> None:
    report = decode((out / folder / "report.json").read_bytes(), Report)
    assert report.assessment.outcome == outcome
    assert report.run.void_reason == void
    assert digest((out / folder / "observations.jsonl").read_bytes()) == report.run.observations
    assert digest((out / folder / "plan.json").read_bytes().rstrip(b"\n")) == report.run.plan


def test_the_certificate_rests_on_a_fortnight_and_says_test(out: Path) -> None:
    certificate: dict[str, Any] = json.loads((out / "certified" / "certificate.json").read_bytes())[
        "certificate"
    ]
    assert certificate["test"] is True
    assert "TEST" in (out / "certified" / "certificate.html").read_text(encoding="utf-8")
    assert decode((out / "certified" / "report.json").read_bytes(), Report).run.serial >= 15


def test_it_prints_where_everything_is(out: Path, shown: subprocess.CompletedProcess[str]) -> None:
    for folder in ("certified", "leaking", "captive"):
        assert f"out/{folder}/" in shown.stdout
    assert [word for word in ("CERTIFIED", "REFUSED", "COULD NOT TELL") if word not in shown.stdout] == []


def test_nothing_that_it_prints_is_cut_off(out: Path, shown: subprocess.CompletedProcess[str]) -> None:
    report = decode((out / "captive" / "report.json").read_bytes(), Report)
    assert report.run.fitness.explanation in " ".join(shown.stdout.split())


def test_the_command_that_it_prints_verifies_the_certificate(
    base: Path, out: Path, shown: subprocess.CompletedProcess[str], surroundings: Surroundings
) -> None:
    (printed,) = re.findall(r"(?m)^  (friendlywifi verify (?:.*\\\n)*.*)$", shown.stdout)
    function = f'friendlywifi() {{ {shlex.quote(sys.executable)} -m friendlywifi "$@"; }}'
    done = subprocess.run(
        ["sh", "-c", f"{function}\n{printed}"],
        cwd=base,
        env=surroundings(base),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "GENUINE" in done.stdout


# ------------------------------------------------------------------------------------------ verify


@pytest.fixture
def certified(out: Path) -> Path:
    return out / "certified"


@pytest.fixture(params=("certificate.json", "certificate.pdf"))
def certificate(certified: Path, request: pytest.FixtureRequest) -> Path:
    return certified / str(request.param)


@pytest.fixture
def trusting(out: Path) -> tuple[str, ...]:
    return ("--allow-test", "--issuer", str(out / "issuers.json"))


def test_genuine_is_0(quick: Cli, certificate: Path, trusting: tuple[str, ...]) -> None:
    done = quick("verify", certificate, *trusting)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "GENUINE" in done.stdout
    assert "not checked" in done.stdout, "that suspension was not looked up must be said"


def test_a_test_certificate_is_refused_where_none_is_allowed(
    quick: Cli, certificate: Path, out: Path
) -> None:
    done = quick("verify", certificate, "--issuer", out / "issuers.json")
    assert done.returncode == 1
    assert "TEST" in done.stdout


def test_an_unknown_issuer_is_3(quick: Cli, certificate: Path) -> None:
    done = quick("verify", certificate, "--allow-test")
    assert done.returncode == 3
    assert "NOT RECOGNISED" in done.stdout


def test_the_issuers_of_the_configuration_are_taken(
    quick: Cli, certificate: Path, out: Path, tmp_path: Path
) -> None:
    path = json.dumps(str(out / "issuers.json"))
    (tmp_path / "friendlywifi.toml").write_text(f"[trust]\ntrusted_issuers = {path}\n", encoding="utf-8")
    assert quick("verify", certificate, "--allow-test").returncode == 0


def test_a_scheme_key_that_did_not_sign_the_list_is_refused(
    quick: Cli, certificate: Path, trusting: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "friendlywifi.toml").write_text(f'[trust]\nscheme_key = "{"A" * 43}="\n', encoding="utf-8")
    done = quick("verify", certificate, *trusting)
    assert done.returncode == 2
    assert "scheme" in done.stderr


def test_a_required_status_that_was_not_checked_is_3(
    quick: Cli, certificate: Path, trusting: tuple[str, ...]
) -> None:
    done = quick("verify", certificate, *trusting, "--require-status")
    assert done.returncode == 3
    assert "NOT RECOGNISED" not in done.stdout, "the issuer is recognised; the status is what is missing"
    assert "status" in done.stdout.lower()


def test_json_says_the_same_and_nothing_else(
    quick: Cli, certificate: Path, trusting: tuple[str, ...]
) -> None:
    done = quick("verify", certificate, *trusting, "--format", "json")
    found = json.loads(done.stdout)
    assert done.stderr == ""
    assert (done.returncode, found["exit_code"], found["outcome"]) == (0, 0, "genuine")
    done = quick("verify", certificate, *trusting, "--format", "json", "--require-status")
    assert (done.returncode, json.loads(done.stdout)["exit_code"]) == (3, 3)


def test_one_flipped_byte_is_no(
    quick: Cli, certificate: Path, trusting: tuple[str, ...], tmp_path: Path
) -> None:
    whole = certificate.read_bytes()
    changed = tmp_path / certificate.name
    for place in (len(whole) // 3, len(whole) // 2, len(whole) - 20):
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        done = quick("verify", changed, *trusting)
        assert done.returncode == 1, (place, done.stdout)
        assert "GENUINE" not in done.stdout


@pytest.mark.parametrize(
    "data",
    (b"", b"\0" * 5_000_000, bytes(range(256)), b"%PDF-1.7\n", b"{}", b"[" * 200_000, b"null", b'"\xff"'),
    ids=("empty", "zeros", "garbage", "pdf", "object", "deep", "null", "bytes"),
)
def test_what_is_no_certificate_is_refused_in_one_sentence(quick: Cli, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "it").write_bytes(data)
    done = quick("verify", "it")
    assert done.returncode == 1
    assert "internal error" not in done.stderr
    assert done.stdout.startswith(" NO ")


def test_a_folder_and_a_missing_file_are_wrong_usage(quick: Cli, tmp_path: Path) -> None:
    for given in (tmp_path, tmp_path / "nothing.pdf"):
        done = quick("verify", given)
        assert done.returncode == 2
        assert str(given) in done.stderr


@pytest.mark.parametrize(
    "data", (b"", b"\xff\xfe\0", b"{}", b"[" * 100_000), ids=("empty", "bytes", "object", "deep")
)
def test_a_broken_list_of_issuers_is_wrong_usage(
    quick: Cli, certificate: Path, tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "issuers").write_bytes(data)
    done = quick("verify", certificate, "--issuer", "issuers")
    assert done.returncode == 2
    assert done.stderr.startswith("friendlywifi: issuers: ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_hostile_words_on_a_certificate_do_not_steer_the_terminal(
    quick: Cli, certified: Path, tmp_path: Path
) -> None:
    """Signed by nobody we know, so anything may stand in it."""
    signed = decode((certified / "certificate.json").read_bytes(), SignedCertificate)
    replace = msgspec.structs.replace
    key = new_key()
    public = key.public_key()
    issuer = replace(
        signed.certificate.issuer, name="[red]x[/blue]", key=public_text(public), key_id=key_id(public)
    )
    marked = to_file(sign(replace(signed.certificate, issuer=issuer, number="[red]x[/blue]"), key))
    for data in (marked, marked.replace(b"[red]", b"\\u001b[31m"), marked.replace(b"[red]", b"\xc2\x9b1m")):
        (tmp_path / "it").write_bytes(data)
        for arguments in (("it",), ("it", "--allow-test"), ("it", "--allow-test", "--format", "json")):
            done = quick("verify", *arguments)
            assert done.returncode in (1, 3)
            assert "internal error" not in done.stderr
            assert not set(done.stdout + done.stderr) & set("\x1b\x07\x9b")
