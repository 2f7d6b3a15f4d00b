from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certificates.keys import key_id
from friendlywifi.certifying import scheme
from friendlywifi.certifying.keyring import Ended, Keyring, Purpose
from friendlywifi.certifying.passphrase import Source
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from tests.friendlywifi.certifying.conftest import Desk

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
PASSPHRASE = "Drini i Zi, 1908"


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys")


def give(passphrase: str) -> Callable[[str], bytes]:
    return lambda _: passphrase.encode()


def test_a_sealed_key_opens_with_its_passphrase_and_with_no_other(ring: Keyring) -> None:
    entry = ring.make("issuer", Purpose.ISSUER, passphrase=PASSPHRASE.encode(), now=NOW)
    assert key_id(ring.open(entry, give(PASSPHRASE)).public_key()) == entry.id
    with pytest.raises(Complaint, match="passphrase is wrong"):
        ring.open(entry, give("Drini i Bardhë, 1908"))


def test_nobody_else_can_read_a_key_or_its_folder(ring: Keyring) -> None:
    entry = ring.make("issuer", Purpose.ISSUER, passphrase=None, now=NOW)
    assert (ring.directory / entry.file).stat().st_mode & 0o777 == 0o600
    assert ring.directory.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", (0o640, 0o604, 0o660))
def test_a_key_that_others_may_read_or_write_signs_nothing(ring: Keyring, mode: int) -> None:
    entry = ring.make("issuer", Purpose.ISSUER, passphrase=None, now=NOW)
    (ring.directory / entry.file).chmod(mode)
    with pytest.raises(Complaint, match="no secret any more"):
        ring.open(entry, give(""))


def test_a_key_in_a_folder_where_others_may_put_another_signs_nothing(ring: Keyring) -> None:
    entry = ring.make("issuer", Purpose.ISSUER, passphrase=None, now=NOW)
    ring.directory.chmod(0o777)
    with pytest.raises(Complaint, match="in the place of"):
        ring.open(entry, give(""))


def test_a_file_that_holds_another_key_than_the_list_says_signs_nothing(ring: Keyring) -> None:
    one = ring.make("one", Purpose.ISSUER, passphrase=None, now=NOW)
    two = ring.make("two", Purpose.ISSUER, passphrase=None, now=NOW)
    (ring.directory / two.file).write_bytes((ring.directory / one.file).read_bytes())
    with pytest.raises(Complaint, match="holds another key"):
        ring.open(two, give(""))


def test_a_rotated_key_keeps_its_public_half_and_loses_its_private_one(ring: Keyring) -> None:
    old = ring.make("issuer", Purpose.ISSUER, passphrase=None, now=NOW)
    ended, new = ring.rotate("issuer", passphrase=PASSPHRASE.encode(), now=NOW + timedelta(days=300))
    assert (ended.why, ended.ended) == (Ended.ROTATED, NOW + timedelta(days=300))
    assert [entry.id for entry in ring.every()] == [old.id, new.id]
    assert ring.get("issuer") == new
    assert ring.get(old.id) == ended
    assert not (ring.directory / old.file).exists()
    with pytest.raises(Complaint, match="signs nothing any more"):
        ring.open(ended, give(""))


def test_an_end_is_never_made_later(ring: Keyring) -> None:
    entry = ring.make("issuer", Purpose.ISSUER, passphrase=None, now=NOW)
    first = ring.end(entry, since=NOW + timedelta(days=3), why=Ended.LEAKED)
    later = ring.end(first, since=NOW + timedelta(days=9), why=Ended.LEAKED)
    assert later.ended == NOW + timedelta(days=3)
    earlier = ring.end(later, since=NOW + timedelta(days=1), why=Ended.LEAKED)
    assert ring.any("issuer") == earlier
    assert earlier.ended == NOW + timedelta(days=1)


@pytest.mark.parametrize("name", ("", "../issuer", "Issuer", "a" * 41))
def test_a_name_that_could_be_a_path_is_refused(ring: Keyring, name: str) -> None:
    with pytest.raises(Complaint, match="no name for a key"):
        ring.make(name, Purpose.ISSUER, passphrase=None, now=NOW)


def test_two_keys_never_share_a_name_while_both_are_in_force(ring: Keyring) -> None:
    ring.make("issuer", Purpose.ISSUER, passphrase=None, now=NOW)
    with pytest.raises(Complaint, match="keys rotate issuer"):
        ring.make("issuer", Purpose.EVALUATOR, passphrase=None, now=NOW)


# ------------------------------------------------------------------------------------------- passphrases


def test_a_passphrase_comes_from_a_descriptor_a_private_file_or_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    os.write(writing, PASSPHRASE.encode() + b"\nmore")
    os.close(writing)
    assert Source(descriptor=reading).existing("issuer") == PASSPHRASE.encode()
    os.close(reading)
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE + "\n", encoding="utf-8")
    file.chmod(0o644)
    with pytest.raises(Complaint, match="may be read by others"):
        Source(file=file).existing("issuer")
    file.chmod(0o600)
    assert Source(file=file).existing("issuer") == PASSPHRASE.encode()
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert Source(ask=lambda _: PASSPHRASE).new("issuer") == PASSPHRASE.encode()


def test_a_new_passphrase_is_long_and_said_twice_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    with pytest.raises(Complaint, match="at least 12"):
        Source(ask=lambda _: "dera").new("issuer")
    said = iter((PASSPHRASE, PASSPHRASE + "!"))
    with pytest.raises(Complaint, match="differ"):
        Source(ask=lambda _: next(said)).new("issuer")


def test_two_ways_to_write_the_same_letters_are_one_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    composed, apart = "bibliotek\u00eb e qytetit", "biblioteke\u0308 e qytetit"
    assert Source(ask=lambda _: composed).existing("x") == Source(ask=lambda _: apart).existing("x")


def test_without_a_terminal_a_missing_passphrase_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(Complaint, match="--passphrase-fd"):
        Source().existing("issuer")


# --------------------------------------------------------------------------------------- the command line


def made(quick: Cli, tmp_path: Path, name: str, purpose: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    secret.chmod(0o600)
    config = tmp_path / "friendlywifi.toml"
    config.write_text(
        f'[issuer]\nname = "Shoqata"\npassphrase_file = "{secret}"\n[trust]\n', encoding="utf-8"
    )
    done = quick("keys", "new", name, "--for", purpose)
    assert done.returncode == 0, done.stderr


def test_from_a_key_to_a_signed_list_and_its_end_after_a_leak(quick: Cli, tmp_path: Path) -> None:
    made(quick, tmp_path, "scheme", "scheme")
    made(quick, tmp_path, "issuer", "issuer")
    steps = (
        ("keys", "export", "issuer", "-o", "issuer.json"),
        ("trust", "new", "draft.json", "--scheme", "Skema"),
        ("trust", "add", "draft.json", "--standard", "baseline"),
        ("trust", "add", "draft.json", "issuer.json", "--until", "2099-12-31"),
        ("trust", "sign", "draft.json", "-o", "issuers.json"),
    )
    for step in steps:
        done = quick(*step)
        assert done.returncode == 0, (step, done.stderr)
    shown = quick("trust", "show", "issuers.json")
    assert "Shoqata" in shown.stdout
    assert "Standard baseline" in shown.stdout
    listed = json.loads(quick("trust", "show", "issuers.json", "--format", "json").stdout)
    assert len(listed["issuers"]) == 1

    looked = quick("keys", "retire", "issuer", "--since", "2026-01-01", "--why", "leaked")
    assert looked.returncode == 3
    assert "Nothing was changed" in looked.stdout
    assert "issuer" in quick("keys", "list").stdout
    done = quick("keys", "retire", "issuer", "--since", "2026-01-01", "--why", "leaked", "--yes")
    assert done.returncode == 0, done.stderr
    assert quick("keys", "export", "issuer", "-o", "ended.json").returncode == 0
    assert quick("trust", "add", "draft.json", "ended.json").returncode == 0
    again = quick("trust", "add", "draft.json", "issuer.json")
    assert again.returncode == 2
    assert "lost or leaked" in " ".join(again.stderr.split())
    assert "issuer" not in [path.name.split("-")[0] for path in (tmp_path / "state" / "keys").glob("*.pem")]


def test_no_passphrase_is_taken_from_an_argument_or_the_environment(quick: Cli) -> None:
    refused = quick("keys", "new", "issuer", "--for", "issuer", "--passphrase", PASSPHRASE)
    assert refused.returncode == 2
    refused = quick("keys", "new", "issuer", "--for", "issuer", FRIENDLYWIFI_PASSPHRASE=PASSPHRASE)
    assert refused.returncode == 2
    assert PASSPHRASE not in refused.stderr


def test_an_unsealed_key_says_so_wherever_it_is_shown(quick: Cli) -> None:
    done = quick("keys", "new", "probe", "--for", "evaluator", "--unsealed")
    assert "NOT sealed" in done.stdout
    assert "open file" in " ".join(quick("keys", "list").stdout.split())


def test_a_list_is_not_signed_backwards(evaluator: Desk) -> None:
    evaluator.key("scheme", Purpose.SCHEME)
    office, draft, signed = evaluator.office, evaluator.place / "draft.json", evaluator.place / "issuers.json"
    scheme.new(office, draft, scheme="Skema", key="scheme", now=NOW)
    scheme.sign(office, draft, output=signed, key="scheme", now=NOW)
    scheme.add(draft, None, standard="baseline", begins=None, ends=None, now=NOW)
    for earlier in (timedelta(), timedelta(days=1)):
        with pytest.raises(Complaint):
            scheme.sign(office, draft, output=signed, key="scheme", now=NOW - earlier)
    assert scheme.sign(office, draft, output=signed, key="scheme", now=NOW + timedelta(seconds=1)) is Exit.YES


def test_a_draft_is_signed_by_its_own_scheme_only(evaluator: Desk) -> None:
    evaluator.key("scheme", Purpose.SCHEME)
    evaluator.key("another", Purpose.SCHEME)
    office, draft = evaluator.office, evaluator.place / "draft.json"
    scheme.new(office, draft, scheme="Skema", key="scheme", now=NOW)
    with pytest.raises(Complaint, match="the draft is of the key"):
        scheme.sign(office, draft, output=evaluator.place / "x.json", key="another", now=NOW)
