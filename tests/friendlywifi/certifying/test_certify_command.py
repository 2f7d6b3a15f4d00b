"""The commands as a user meets them, where nothing was measured yet."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.certificates import filled

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def library(quick: Cli, tmp_path: Path) -> None:
    config = tmp_path / "friendlywifi.toml"
    config.write_text('[issuer]\nappeal_to = "ankesa@shoqata.example"\n', encoding="utf-8")
    added = quick(
        "hotspot",
        "add",
        "Library 7",
        "--address",
        "Rruga e Kavajës 7",
        "--place",
        "Tiranë",
        "--ssid",
        "Biblioteka",
        "--operator",
        "Bashkia Tiranë",
        "--contact",
        "Elira Hoxha",
        "--email",
        "elira@bashkia.example",
    )
    assert added.returncode == 0, added.stderr


@pytest.mark.usefixtures("library")
def test_a_hotspot_without_runs_is_told_all_that_is_missing(quick: Cli, tmp_path: Path) -> None:
    assert quick("keys", "new", "evaluator", "--for", "evaluator", "--unsealed").returncode == 0
    done = quick("certify", "request", "library-7")
    told = " ".join(done.stdout.split())
    assert done.returncode == 3, done.stderr
    assert "not enrolled" in told
    assert "0 of 14 valid runs" in told
    assert "where to report what opened is not said" in told
    assert "Not yet" in told
    assert not (tmp_path / "request.zip").exists()
    assert quick("renew", "Library 7").returncode == 3


@pytest.mark.usefixtures("library")
def test_an_announcement_is_made_once(quick: Cli) -> None:
    done = quick("certify", "announce", "Library 7", "--by", "Elira Hoxha")
    assert done.returncode == 0
    assert "good or bad" in " ".join(done.stdout.split())
    again = quick("certify", "announce", "library-7")
    assert again.returncode == 2
    assert "already" in " ".join(again.stderr.split())


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("arguments", "word"),
    (
        (("certify", "request", "nowhere"), "no key evaluator"),
        (("certify", "announce", "nowhere"), "no hotspot nowhere"),
        (("certify", "decide", "nothing.zip"), "no key issuer"),
        (("suspend", "FW-2026-000001", "--why", "complaint"), "no certificate FW-2026-000001"),
        (("reinstate", "FW-2026-000001", "--by", "A"), "no certificate FW-2026-000001"),
        (
            ("withdraw", "FW-2026-000001", "--why", "hotspot_closed", "--words", "x"),
            "no certificate FW-2026-000001",
        ),
        (("keys", "retire", "x", "--since", "yesterday", "--why", "lost"), "give a day or a time"),
        (("trust", "add", "x.json"), "does not exist"),
        (("certify", "record", "x.json"), "does not exist"),
    ),
)
def test_what_is_not_there_is_one_sentence(quick: Cli, arguments: tuple[str, ...], word: str) -> None:
    done = quick(*arguments)
    assert done.returncode == 2
    assert word in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_request_is_refused(quick: Cli, tmp_path: Path) -> None:
    (tmp_path / "friendlywifi.toml").write_text(
        '[issuer]\nname = "Shoqata"\nurl = "https://register.example/c/"\n', encoding="utf-8"
    )
    assert quick("keys", "new", "issuer", "--for", "issuer", "--unsealed").returncode == 0
    (tmp_path / "request.zip").write_bytes(b"PK\x03\x04 nothing of the kind")
    done = quick("certify", "decide", "request.zip", "--yes", "--decider", "Arben Çela")
    assert done.returncode == 1
    assert "Refused" in done.stdout


def test_keys_are_made_and_brought_to_the_scheme_in_albanian(quick: Cli, tmp_path: Path) -> None:
    (tmp_path / "friendlywifi.toml").write_text('[issuer]\nname = "Shoqata"\n', encoding="utf-8")
    made = quick("--lang", "sq", "keys", "new", "issuer", "--for", "issuer", "--unsealed")
    assert "U krijua çelësi i lëshuesit issuer: ed25519" in made.stdout
    assert "I PAMBYLLUR" in made.stdout
    assert "Keep the disk" not in made.stdout
    left = quick("--lang", "sq", "keys", "export", "issuer", "-o", "issuer.json")
    assert "Çojeni te skema" in left.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    (
        (("suspend", "--why", "complaint", "--words", "A parent wrote."), "Mbajtësi duhet ta heqë shenjën."),
        (
            ("withdraw", "--why", "hotspot_closed", "--words", "It is gone.", "--yes"),
            "Kjo është përfundimtare",
        ),
    ),
)
def test_what_becomes_of_a_certificate_is_told_in_albanian(
    quick: Cli, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    filled(tmp_path, 1)
    command, *options = words
    done = quick("--lang", "sq", command, "TEST-2026-000001", *options)
    assert done.returncode == 0, done.stderr
    assert told in done.stdout
    assert "The holder" not in done.stdout
