"""Certificates out of the records again: whole, alike, and with the proof that they stand in the log."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.certificates import KEY, MODEL, filled, issued, measured
from certificates.checkpoint import write_checkpoint
from certificates.inclusion import Inclusion, Shown, logged_print, read_inclusion
from certificates.jwt import claimed_kid, open_jwt
from certificates.keys import public_text
from certificates.signing import from_file
from certificates.translog import leaf_hash, verify_inclusion
from certificates.trust import TrustedIssuer, TrustList, sign_trust
from certificates.verify import VerificationOutcome, verify
from friendlywifi import files
from friendlywifi.complaint import Complaint
from friendlywifi.records import certificates, hotspots
from friendlywifi.records.database import open_records
from friendlywifi.records.hotspots import Hotspot
from probes.records import decode
from tests.friendlywifi.conftest import Cli, surroundings

FACES = {
    "certificate.pdf",
    "sticker.pdf",
    "certificate.html",
    "credential.jwt",
    "certificate.json",
    "inclusion.json",
}


MODEL_CERTIFICATE = from_file(MODEL.read_bytes()).certificate
TRUST: dict[str, Any] = {
    "scheme": "Skema e Provës",
    "key": public_text(KEY.public_key()),
    "issued": datetime(2020, 1, 1, tzinfo=UTC),
    "issuers": (
        TrustedIssuer(
            name=MODEL_CERTIFICATE.issuer.name,
            key=public_text(KEY.public_key()),
            valid_from=datetime(2020, 1, 1, tzinfo=UTC),
            valid_until=datetime(2100, 1, 1, tzinfo=UTC),
            test=True,
        ),
    ),
    "standards": (MODEL_CERTIFICATE.standard.digest,),
}


@pytest.fixture
def numbers(tmp_path: Path) -> tuple[str, ...]:
    """Three certificates in the records, and a log that was published."""
    filled(tmp_path, 3)
    with open_records(tmp_path / "state" / "records.db") as records:
        return tuple(row.number for row in certificates.every(records))


def left(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_each_face_is_there_and_is_of_its_certificate(
    quick: Cli, tmp_path: Path, numbers: tuple[str, ...]
) -> None:
    done = quick("certify", "print", "--all", "-o", "out", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert "3 certificates were printed into out." in done.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(numbers)
    for number in numbers:
        found = left(tmp_path / "out" / number)
        assert set(found) == FACES
        signed = from_file(found["certificate.json"])
        assert signed.certificate.number == number
        trust, at = TrustList(**TRUST), signed.certificate.issued
        for face in ("certificate.pdf", "certificate.json"):
            answer = verify(found[face], trust=trust, now=at, allow_test=True)
            assert answer.outcome is VerificationOutcome.GENUINE, answer.sentence
        credential = found["credential.jwt"].decode()
        assert open_jwt(credential, {claimed_kid(credential): KEY.public_key()})
        assert number.encode() in found["certificate.html"]
        proof = decode(found["inclusion.json"], Inclusion)
        assert json.loads(proof.entry)["number"] == number
        steps = tuple(bytes.fromhex(step) for step in proof.proof)
        root = bytes.fromhex(proof.root)
        assert verify_inclusion(
            leaf=leaf_hash(proof.entry.encode()), index=proof.index, size=proof.size, proof=steps, root=root
        )
        assert not verify_inclusion(
            leaf=bytes(32), index=proof.index, size=proof.size, proof=steps, root=root
        )
        note = write_checkpoint(origin="example.org/log", size=proof.size, root=root, key=KEY)
        shown = Shown(inclusion=found["inclusion.json"], checkpoint=note.encode())
        logged = read_inclusion(shown, number=number, keys=(KEY.public_key(),))
        assert logged_print(found["certificate.pdf"], logged) == found["certificate.pdf"]
        assert logged_print(found["sticker.pdf"], logged) is None


def test_verify_shows_by_the_two_files_that_it_stands_in_the_log(
    quick: Cli, tmp_path: Path, numbers: tuple[str, ...]
) -> None:
    quick("certify", "print", numbers[0], "-o", "out", "--jobs", "1")
    out = tmp_path / "out" / numbers[0]
    proof = decode(files.read_bytes(out / "inclusion.json", what="the proof"), Inclusion)
    root = bytes.fromhex(proof.root)
    note = write_checkpoint(origin="example.org/log", size=proof.size, root=root, key=KEY)
    (tmp_path / "checkpoint").write_text(note)
    (tmp_path / "issuers.json").write_bytes(sign_trust(TrustList(**TRUST), KEY))
    asked = (out / "certificate.pdf", "--allow-test", "--issuer", "issuers.json")
    done = quick("verify", *asked, "--inclusion", out / "inclusion.json", "--checkpoint", "checkpoint")
    assert done.returncode == 0, done.stdout
    assert f"It is entry {proof.index + 1} of 3 in the public log example.org/log." in " ".join(
        done.stdout.split()
    )
    (tmp_path / "checkpoint").write_text(note.replace("example.org/log\n3", "example.org/log\n2"))
    done = quick("verify", *asked, "--inclusion", out / "inclusion.json", "--checkpoint", "checkpoint")
    assert done.returncode == 3
    assert "LOG NOT SHOWN" in done.stdout
    done = quick("verify", *asked, "--inclusion", out / "inclusion.json")
    assert done.returncode == 2
    assert "go together" in done.stderr


def test_what_was_broken_off_goes_on_and_what_is_whole_is_left_alone(
    quick: Cli, tmp_path: Path, numbers: tuple[str, ...]
) -> None:
    quick("certify", "print", *numbers[:2], "-o", "out", "--jobs", "1")
    first, second = (tmp_path / "out" / number for number in numbers[:2])
    before = left(second)
    (second / "certificate.json").unlink()
    (second / "sticker.pdf").write_bytes(b"half")
    os.utime(first / "certificate.pdf", (1, 1))
    done = quick("certify", "print", "--all", "-o", "out", "--jobs", "1")
    assert "2 certificates were printed" in done.stdout
    assert "1 was there already" in done.stdout
    assert left(second) == before
    assert (first / "certificate.pdf").stat().st_mtime == 1
    quick("certify", "print", numbers[0], "--again", "-o", "out", "--jobs", "1")
    assert (first / "certificate.pdf").stat().st_mtime > 1


def test_a_print_that_is_killed_leaves_whole_folders_and_goes_on_where_it_was(
    cli: Cli, tmp_path: Path
) -> None:
    filled(tmp_path, 12)
    program = subprocess.Popen(
        [sys.executable, "-m", "friendlywifi", "certify", "print", "--all", "-o", "out", "--jobs", "2"],
        cwd=tmp_path,
        env=surroundings(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    out = tmp_path / "out"
    with program:
        for _ in range(600):
            if len(list(out.glob("*/certificate.json"))) >= 2:
                break
            time.sleep(0.05)
        os.killpg(program.pid, signal.SIGKILL)
    whole = {path.parent.name: left(path.parent) for path in out.glob("*/certificate.json")}
    assert 2 <= len(whole) < 12, "it was killed in the middle"
    done = cli("certify", "print", "--all", "-o", "out", "--jobs", "1")
    assert f"{len(whole)} were there already" in done.stdout, done.stderr
    assert len(list(out.iterdir())) == 12
    for folder in out.iterdir():
        found = left(folder)
        assert set(found) == FACES
        # What was whole is not touched; only its proof from the log is added.
        assert not (whole.get(folder.name, {}).items() - found.items())


def test_a_folder_is_never_whole_before_it_is(
    tmp_path: Path, numbers: tuple[str, ...], quick: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full while it is printed again: the old record no longer vouches for the folder."""
    quick("certify", "print", numbers[0], "-o", "out", "--jobs", "1")
    write = files.write

    def full(path: Path, data: bytes) -> None:
        if path.name == "certificate.html":
            raise Complaint(f"{path} cannot be written: no space left")
        write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(files, "write", full)
        done = quick("certify", "print", numbers[0], "--again", "-o", "out", "--jobs", "1")
        assert done.returncode == 2
        assert "no space left" in done.stderr
    assert not (tmp_path / "out" / numbers[0] / "certificate.json").exists()


def test_what_is_not_yet_published_has_no_proof(quick: Cli, tmp_path: Path, numbers: tuple[str, ...]) -> None:
    with open_records(tmp_path / "state" / "records.db") as records, records.writing():
        new = Hotspot(id="x", name="X", place="Y", address="Z", ssids=("W",), operator="O")
        hotspots.add(records, new, now=certificates.every(records)[0].issued, actor="a")
        number = issued(records, new, 77).number
    quick("certify", "print", number, "-o", "out", "--jobs", "1")
    assert set(left(tmp_path / "out" / number)) == FACES - {"inclusion.json"}


@pytest.mark.parametrize(
    ("words", "told"),
    (
        (("-o", "out"), "--all"),
        (("FW-1", "--all", "-o", "out"), "--all"),
        (("FW-2026-000009", "-o", "out"), "no certificate FW-2026-000009"),
    ),
)
def test_it_must_be_said_which(
    quick: Cli, numbers: tuple[str, ...], words: tuple[str, ...], told: str
) -> None:
    done = quick("certify", "print", *words)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())


def test_it_is_told_in_albanian(quick: Cli, numbers: tuple[str, ...]) -> None:
    done = quick("--lang", "sq", "certify", "print", numbers[0], "-o", "out", "--jobs", "1")
    assert "1 certifikatë" in done.stdout


def test_twenty_in_one_command() -> None:
    """The benchmark, small: a process for each processor, every file there."""
    found = measured(20, 0)
    assert found["files"] == 120
    assert found["a_second"] > 0
