from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import certifi
import pytest
import trustme

from probes import failure
from probes.visit.stores import Stores

NAME = "site.lab.example"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def der(pem: bytes) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pem.decode())


def sent(certificate: trustme.LeafCert) -> tuple[bytes, ...]:
    return tuple(der(pem.bytes()) for pem in certificate.cert_chain_pems)


def stores_of(*authorities: trustme.CA) -> Stores:
    return Stores.load(tuple(authority.cert_pem.bytes().decode() for authority in authorities), system=False)


def test_the_three_stores_are_loaded_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box, listed = trustme.CA(), trustme.CA()
    box.cert_pem.write_to_path(str(tmp_path / "box.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "box.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    stores = Stores.load((listed.cert_pem.bytes().decode(),))
    assert len(stores.pinned) > 50
    assert (len(stores.listed), len(stores.system)) == (1, 1)


def test_no_authority_of_the_public_store_is_lost_on_loading() -> None:
    stores = Stores.load((), system=False)
    loaded = sum(len(anchors) for anchors in stores.pinned.values())
    assert loaded == Path(certifi.where()).read_text().count("BEGIN CERTIFICATE")


def test_every_authority_of_the_public_store_is_known_to_itself() -> None:
    """What is on a path is found, whatever form its extensions have; dates and names are other matters."""
    stores = Stores.load((), system=False)
    for anchors in stores.pinned.values():
        for anchor in anchors:
            judged = stores.judge((anchor,), name="root.invalid", now=NOW)
            assert judged.failure == failure.SSL_HOSTNAME, judged.problem


def test_a_store_that_is_empty_or_not_given_says_nothing() -> None:
    stores = Stores.load((), system=False)
    judged = stores.judge(sent(trustme.CA().issue_cert(NAME)), name=NAME, now=NOW)
    assert (judged.pinned, judged.listed, judged.system) == (False, None, None)


def test_a_hashed_directory_is_a_system_store_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "0a1b2c3d.0"))
    (tmp_path / "README").write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    judged = Stores.load(()).judge(sent(authority.issue_cert(NAME)), name=NAME, now=NOW)
    assert judged.system is True


def test_a_list_that_names_no_certificate_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no PEM certificate"):
        Stores.load(("-----BEGIN NONSENSE-----",), system=False)


def test_broken_entries_of_a_bundle_do_not_lose_the_others() -> None:
    good = trustme.CA()
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    stores = Stores.load((broken + good.cert_pem.bytes().decode(),), system=False)
    assert stores.judge(sent(good.issue_cert(NAME)), name=NAME, now=NOW).listed is True


def test_the_edition_of_the_public_store_is_told() -> None:
    assert Stores.load((), system=False).pinned_version == f"certifi {certifi.__version__}"
