"""`friendlywifi verify` with the text of the code on a sign instead of a file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certificates.records import Status
from certificates.statement import sign_statement
from certificates.trust import read_trust, sign_trust
from criteria.standard import parse, released
from tests.certificates.cast import SCHEME_KEY, Office, assess, decision, evidence, proofs
from tests.friendlywifi.conftest import Cli


@pytest.fixture(scope="module")
def office() -> Office:
    text = released("baseline")
    return Office(
        standard=parse(text, source="baseline.toml"),
        assessment=assess(parse(text, source="baseline.toml"), text.encode()),
    )


TODAY = datetime.now(UTC)
"""The command asks the clock of the machine."""


@pytest.fixture
def issuers(office: Office, tmp_path: Path) -> Path:
    trust = office.trust(valid_from=TODAY - timedelta(days=30), valid_until=TODAY + timedelta(days=30))
    (tmp_path / "issuers.json").write_bytes(sign_trust(trust, SCHEME_KEY))
    return tmp_path / "issuers.json"


@pytest.fixture
def code(office: Office) -> str:
    signed = office.issue(
        now=TODAY,
        decision=decision(office.assessment, time=TODAY),
        evidence=evidence(first=TODAY - timedelta(days=14), last=TODAY - timedelta(hours=3)),
    )
    return proofs(signed).code


def test_the_code_of_a_sign_is_answered_without_a_file(quick: Cli, issuers: Path, code: str) -> None:
    done = quick("verify", code, "--issuer", issuers, "--format", "json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["exit_code"], found["outcome"]) == (0, 0, "genuine")
    assert "suspension not checked" in found["sentence"]
    assert not found["status_checked"]
    assert quick("verify", code, "--issuer", issuers, "--require-status").returncode == 3


def test_one_changed_letter_is_a_no(quick: Cli, issuers: Path, code: str) -> None:
    wrong = code[:-9] + ("A" if code[-9] != "A" else "B") + code[-8:]
    done = quick("verify", wrong, "--issuer", issuers)
    assert done.returncode == 1
    assert "not signed by a recognised issuer" in " ".join(done.stdout.split())


def test_without_a_list_of_issuers_nothing_is_known(quick: Cli, code: str) -> None:
    done = quick("verify", code)
    assert done.returncode == 3
    assert "no trust list was given" in " ".join(done.stdout.split())


def test_a_code_that_leads_elsewhere_is_a_no_that_names_both_hosts(
    quick: Cli, issuers: Path, code: str
) -> None:
    wrong = code.replace("https://verify.example/", "https://evil.example/")
    done = quick("verify", wrong, "--issuer", issuers)
    told = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert "leads to evil.example" in told
    assert "(verify.example)" in told
    assert "Do not open it." in told
    assert "GENUINE" not in told


def test_a_list_made_by_commands_says_where_an_issuer_publishes(quick: Cli, tmp_path: Path) -> None:
    (tmp_path / "friendlywifi.toml").write_text('[issuer]\nname = "Shoqata"\n', encoding="utf-8")
    assert quick("keys", "new", "issuer", "--for", "issuer", "--unsealed").returncode == 0
    assert quick("keys", "new", "scheme", "--for", "scheme", "--unsealed").returncode == 0
    without = quick("keys", "export", "issuer", "-o", "without.json")
    assert "nobody who scans a sign" in " ".join(without.stderr.split())
    (tmp_path / "friendlywifi.toml").write_text(
        '[issuer]\nname = "Shoqata"\nurl = "https://register.example/c"\n', encoding="utf-8"
    )
    assert quick("keys", "export", "issuer", "-o", "issuer.json").stderr == ""
    assert quick("trust", "new", "draft.json", "--scheme", "Skema").returncode == 0
    assert "does not say where it publishes" in quick("trust", "add", "draft.json", "without.json").stdout
    assert "https://register.example/c/" in quick("trust", "add", "draft.json", "issuer.json").stdout
    assert quick("trust", "sign", "draft.json", "-o", "issuers.json").returncode == 0
    (entry,) = read_trust((tmp_path / "issuers.json").read_bytes()).list.issuers
    assert entry.url == "https://register.example/c/"
    assert "https://register" in quick("trust", "show", "issuers.json").stdout


def test_what_the_issuer_says_today_is_asked_of_a_code_too(
    quick: Cli, office: Office, issuers: Path, tmp_path: Path
) -> None:
    signed = office.issue(
        now=TODAY,
        decision=decision(office.assessment, time=TODAY),
        evidence=evidence(first=TODAY - timedelta(days=14), last=TODAY - timedelta(hours=3)),
    )
    code, answer = proofs(signed).code, tmp_path / "status.json"
    for status, expected in ((Status.SUSPENDED, 1), (Status.WITHDRAWN, 1), (Status.VALID, 0)):
        answer.write_bytes(
            sign_statement(
                signed.certificate,
                status,
                since=TODAY,
                now=TODAY,
                good_for=timedelta(days=7),
                key=office.key,
            )
        )
        asked = ("verify", code, "--issuer", issuers, "--status", answer, "--format", "json")
        done = quick(*asked, "--require-status")
        assert done.returncode == quick(*asked).returncode == expected
        assert json.loads(done.stdout)["status_checked"]


def test_proofs_of_the_log_are_not_passed_over_for_a_code(quick: Cli, issuers: Path, code: str) -> None:
    done = quick("verify", code, "--issuer", issuers, "--inclusion", issuers, "--checkpoint", issuers)
    assert done.returncode == 2
    assert "are for a certificate" in done.stderr


@pytest.mark.parametrize(
    ("begins", "told"),
    (
        ("<!DOCTYPE html>", "a web page"),
        ("eyJhbGciOiJ", "a credential"),
        ('{\n  "handover": {', "a handover"),
    ),
)
def test_what_lies_beside_a_certificate_is_named_and_is_none(
    quick: Cli, issuers: Path, tmp_path: Path, begins: str, told: str
) -> None:
    (tmp_path / "file").write_text(begins, encoding="utf-8")
    for words in ((), ("--lang", "sq")):
        done = quick(*words, "verify", tmp_path / "file", "--issuer", issuers)
        assert done.returncode == 1
        assert "certificate.pdf" in done.stdout
        assert (told in done.stdout) == (words == ())
