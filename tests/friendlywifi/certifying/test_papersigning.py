from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from certificates.pkcs12 import new_pkcs12
from certificates.print import render_pdf
from certificates.signed_paper import read_signature
from certificates.signing import from_file
from friendlywifi.certifying.office import Office
from friendlywifi.certifying.papersigning import paper_seal
from friendlywifi.complaint import Complaint

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
GOLDEN = Path(__file__).parents[2] / "certificates" / "golden" / "valid.json"


@pytest.fixture(scope="module")
def printed() -> bytes:
    return render_pdf(from_file(GOLDEN.read_bytes()))


def office(place: Path, **issuer: str) -> Office:
    secret = place / "passphrase"
    secret.write_text("four words of a test\n", encoding="utf-8")
    secret.chmod(0o600)
    place.chmod(0o700)
    given = {"paper_key": str(place / "paper.p12"), "paper_passphrase_file": str(secret), **issuer}
    text = "[issuer]\n" + "".join(f'{name} = "{value}"\n' for name, value in given.items())
    (place / "config.toml").write_text(text, encoding="utf-8")
    return Office(place / "config.toml")


def test_without_the_setting_no_pdf_is_signed(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[issuer]\n", encoding="utf-8")
    assert paper_seal(Office(tmp_path / "config.toml"), name="Issuer", now=NOW) is None


def test_a_key_is_made_once_for_its_owner_alone_and_signs_from_then_on(
    tmp_path: Path, printed: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    seal = paper_seal(office(tmp_path), name="Shoqata e Internetit", now=NOW)
    assert "Made a key for the signature of PDF files" in " ".join(capsys.readouterr().out.split())
    key = tmp_path / "paper.p12"
    made = key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    assert seal is not None
    assert read_signature(seal(printed), printed).signer == "Shoqata e Internetit"
    again = paper_seal(office(tmp_path), name="Another name", now=NOW)
    assert again is not None
    assert read_signature(again(printed), printed).signer == "Shoqata e Internetit"
    assert key.read_bytes() == made


def test_a_key_that_others_may_read_or_with_another_passphrase_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "paper.p12"
    key.write_bytes(new_pkcs12(organisation="Issuer", passphrase=b"another passphrase", now=NOW))
    key.chmod(0o600)
    with pytest.raises(Complaint, match="passphrase is wrong"):
        paper_seal(office(tmp_path), name="Issuer", now=NOW)
    key.chmod(0o644)
    with pytest.raises(Complaint, match="may be read by others"):
        paper_seal(office(tmp_path), name="Issuer", now=NOW)


def test_an_authority_that_cannot_be_reached_is_named_and_the_pdf_is_signed_all_the_same(
    tmp_path: Path, printed: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    seal = paper_seal(office(tmp_path, timestamp_url="http://127.0.0.1:9/"), name="Issuer", now=NOW)
    assert seal is not None
    assert read_signature(seal(printed), printed).timestamped is None
    assert "the PDF is signed without one" in " ".join(capsys.readouterr().out.split())
