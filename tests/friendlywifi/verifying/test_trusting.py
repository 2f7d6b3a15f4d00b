from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from certificates.keys import key_from_seed, key_id, public_text
from certificates.records import Status
from certificates.signing import from_file, sign, to_file
from certificates.statement import sign_statement
from certificates.trust import TrustedIssuer, TrustList, sign_trust
from friendlywifi.complaint import Complaint
from friendlywifi.settings import TrustSettings
from friendlywifi.verifying.trusting import known_trust

GOLDEN = Path(__file__).parents[2] / "certificates" / "golden" / "valid.json"
Cli = Callable[..., "subprocess.CompletedProcess[str]"]
SCHEME, ISSUER = key_from_seed(b"scheme" + bytes(26)), key_from_seed(bytes(range(32)))
TODAY = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


def lists(path: Path, issued: datetime, *standards: str) -> Path:
    trust = TrustList(
        scheme="Skema",
        key=public_text(SCHEME.public_key()),
        issued=issued,
        issuers=(
            TrustedIssuer(
                name="Shoqata",
                key=public_text(ISSUER.public_key()),
                valid_from=TODAY - 900 * DAY,
                valid_until=TODAY + 900 * DAY,
            ),
        ),
        standards=standards,
    )
    path.write_bytes(sign_trust(trust, SCHEME))
    return path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(tmp_path / "state"))
    return tmp_path


def test_a_list_that_goes_back_behind_one_that_was_seen_is_refused(here: Path) -> None:
    settings = TrustSettings()
    old, new = lists(here / "old.json", TODAY - DAY), lists(here / "new.json", TODAY)
    assert known_trust(settings, old) is not None
    assert known_trust(settings, new) is not None
    assert known_trust(settings, new) is not None
    with pytest.raises(Complaint, match="a newer one"):
        known_trust(settings, old)


def test_two_lists_of_one_second_are_refused(here: Path) -> None:
    known_trust(TrustSettings(), lists(here / "one.json", TODAY))
    with pytest.raises(Complaint, match="the same time"):
        known_trust(TrustSettings(), lists(here / "other.json", TODAY, "sha256:" + "5" * 64))


def test_whoever_has_no_place_to_write_gets_an_answer_all_the_same(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "state").write_text("a file", encoding="utf-8")
    assert known_trust(TrustSettings(), lists(here / "list.json", TODAY)) is not None


def certificate(here: Path) -> Path:
    model = from_file(GOLDEN.read_bytes()).certificate
    public = ISSUER.public_key()
    issuer = msgspec.structs.replace(
        model.issuer, name="Shoqata", key=public_text(public), key_id=key_id(public)
    )
    mine = msgspec.structs.replace(
        model, issuer=issuer, issued=TODAY - 9 * DAY, decided=TODAY - 9 * DAY, valid_until=TODAY + 90 * DAY
    )
    path = here / "certificate.json"
    path.write_bytes(to_file(sign(mine, ISSUER)))
    lists(here / "issuers.json", TODAY, mine.standard.digest)
    return path


@pytest.mark.parametrize(
    ("status", "code", "word"),
    ((Status.VALID, 0, "its status was checked"), (Status.WITHDRAWN, 1, "was withdrawn by its issuer")),
)
def test_verify_asks_a_file_for_the_status(
    here: Path, quick: Cli, status: Status, code: int, word: str
) -> None:
    path = certificate(here)
    model = from_file(path.read_bytes()).certificate
    answer = sign_statement(model, status, since=TODAY, now=TODAY, good_for=DAY, key=ISSUER)
    (here / "status.json").write_bytes(answer)
    done = quick(
        "verify",
        path,
        "--issuer",
        here / "issuers.json",
        "--status",
        here / "status.json",
        "--require-status",
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert word in " ".join(done.stdout.split())


def test_a_forged_answer_leaves_the_status_unchecked(here: Path, quick: Cli) -> None:
    path = certificate(here)
    model = from_file(path.read_bytes()).certificate
    stranger = key_from_seed(bytes(32))
    answer = sign_statement(model, Status.VALID, since=TODAY, now=TODAY, good_for=DAY, key=stranger)
    (here / "status.json").write_bytes(answer)
    done = quick(
        "verify",
        path,
        "--issuer",
        here / "issuers.json",
        "--status",
        here / "status.json",
        "--require-status",
    )
    assert done.returncode == 3
    assert "a key that is not its issuer's" in " ".join(done.stdout.split())


def test_a_register_that_cannot_be_reached_leaves_the_status_unchecked(here: Path, quick: Cli) -> None:
    path = certificate(here)
    done = quick(
        "verify",
        path,
        "--issuer",
        here / "issuers.json",
        "--status",
        "https://127.0.0.1:9/c/{number}/status.json",
    )
    assert done.returncode == 0
    assert "could not be asked" in " ".join(done.stdout.split())
