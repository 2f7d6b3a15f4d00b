"""What may leave, and that nothing else does: secrets are planted, and every published byte is searched."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path

import msgspec
import pytest

from certificates.records import Status
from criteria import assessment
from friendlywifi.records.database import Records
from friendlywifi.register import known
from friendlywifi.register.public import Register, _town, gather
from probes.records import decode
from tests.friendlywifi.register.conftest import Town
from tests.friendlywifi.register.town import (
    ISSUER,
    SECRETS,
    START,
    add,
    certificate_of,
    hotspot,
    issue,
    publish,
    settle,
    site,
)


def everything(folder: Path) -> bytes:
    """All bytes of all files, and whatever is base64 in them opened."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            found += [path.relative_to(folder).as_posix().encode(), data]
            for piece in re.findall(rb"[A-Za-z0-9_+/-]{24,}", data):
                try:
                    found.append(
                        base64.urlsafe_b64decode(piece.replace(b"+", b"-").replace(b"/", b"_") + b"===")
                    )
                except (binascii.Error, ValueError):
                    continue
    return b"\n".join(found)


def test_nothing_that_was_planted_leaves(town: Town) -> None:
    data = everything(town.folder)
    assert ISSUER.encode() in data
    assert b"credentialSubject" in data  # the lists were opened
    for name, secret in SECRETS.items():
        assert secret.encode() not in data, name
        assert secret.encode("unicode_escape") not in data, name


def test_the_planted_ones_are_in_the_records_and_would_be_found(records: Records, tmp_path: Path) -> None:
    settle(records)
    kept = b"".join(
        line.encode() if isinstance(line, str) else line for line in records.connection.iterdump()
    )
    for name, secret in SECRETS.items():
        assert secret.encode() in kept, name
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "file").write_bytes(base64.urlsafe_b64encode(SECRETS["route"].encode() * 3))
    assert SECRETS["route"].encode() in everything(tmp_path / "leak")


def test_a_credential_is_shown_where_all_that_it_says_may_be_said(records: Records, tmp_path: Path) -> None:
    place = hotspot("a", "A", "Rruga 1", "Tiranë")
    add(records, place)
    model = certificate_of("FW-2026-000001", place, START, site())
    plain = issue(records, place, START, limits=model.limits[:-1])
    other = hotspot("b", "B", "Rruga 2", "Tiranë")
    add(records, other)
    quoting = issue(records, other, START)
    publish(records, tmp_path / "r")
    assert (tmp_path / "r" / "c" / plain.number / "credential.jwt").exists()
    assert not (tmp_path / "r" / "c" / quoting.number / "credential.jwt").exists()


def test_the_list_of_public_fields_is_this_one(town: Town) -> None:
    found = decode((town.folder / "register.json").read_bytes(), Register)
    assert {field.name for field in msgspec.structs.fields(found.hotspots[0])} == {
        "id", "name", "address", "town", "holder", "latitude", "longitude", "status", "numbers",
    }  # fmt: skip
    assert {field.name for field in msgspec.structs.fields(found.certificates[0])} == {
        "schema", "number", "url", "hotspot", "status", "since", "issued_as", "test", "place", "address",
        "town", "holder", "language", "networks", "standard", "standard_version", "standard_title",
        "standard_digest", "promise", "findings", "provisional_because", "limits", "first", "last",
        "last_check", "visits", "issuer", "independent", "declared_by_issuer", "binding", "issued",
        "valid_until",
        "sign_down_by", "superseded_by", "report_to", "appeal_to", "status_index", "log", "history",
    }  # fmt: skip
    assert {field.name for field in msgspec.structs.fields(found.certificates[0].findings[0])} == {
        "criterion", "title", "required", "result", "names", "opened", "at_least_percent",
    }  # fmt: skip
    assert {field.name for field in msgspec.structs.fields(found.certificates[0].history[0])} == {
        "became", "at", "why",
    }  # fmt: skip


def test_hotspots_without_a_certificate_are_nobodys_business(records: Records) -> None:
    add(records, hotspot("quiet", "Quiet", "Rruga 9", "Tiranë"))
    found = gather(records, site(), logged=())
    assert (found.hotspots, found.certificates) == ((), ())


def test_certificates_of_another_address_are_counted_and_not_shown(records: Records) -> None:
    place = hotspot("a", "A", "Rruga 1", "Tiranë")
    add(records, place)
    issue(records, place, START, where=site("https://other.example/c/"))
    found = gather(records, site(), logged=())
    assert (found.certificates, found.elsewhere) == ((), 1)


def test_a_place_that_is_not_looked_after_here_is_shown_from_its_certificate(records: Records) -> None:
    place = hotspot("far", "Larg", "Rruga 1", "1001 Tiranë")
    issue(records, place, START)
    found = gather(records, site(), logged=())
    assert (found.hotspots[0].name, found.hotspots[0].town) == ("Larg", "Tiranë")
    assert found.hotspots[0].latitude is None
    assert found.certificates[0].visits is None
    assert found.certificates[0].last_check is None


def test_what_still_holds_counts_before_what_is_newer(town: Town) -> None:
    found = decode((town.folder / "register.json").read_bytes(), Register)
    place = next(item for item in found.hotspots if item.id == "muze-corovode")
    assert place.numbers == (town.numbers["successor"], town.numbers["superseded"])
    assert place.status is Status.VALID


@pytest.mark.parametrize(
    ("address", "town_"),
    (
        ("Rruga e Kavajës 7, 1001 Tiranë", "Tiranë"),
        ("Rruga Gjin Zenebisi 12, 6001 Gjirokastër, Shqipëri", "Gjirokastër"),
        ("Sheshi, Fier", "Fier"),
        ("Rruga 12", "Rruga"),
        ("12", "12"),
    ),
)
def test_the_town_is_read_from_the_address(address: str, town_: str) -> None:
    assert _town(address) == town_


def test_the_sentences_of_a_check_that_may_be_said_are_those_that_it_says() -> None:
    for sentence in (assessment.ENCRYPTED_DNS_LIMIT, assessment.WITNESS_LIMIT, assessment.NO_SENTINEL_LIMIT):
        assert known.sayable((sentence,)), sentence


def test_what_no_filter_can_stop_is_said_also_where_the_certificate_is_silent() -> None:
    told = [item.en for item in known.limits((), own_dns_open=True)]
    assert known.VPN in told
    assert known.PLATFORMS in told
    assert known.OWN_DNS in told
    assert known.OWN_DNS not in [item.en for item in known.limits((), own_dns_open=False)]


def test_a_reason_that_quotes_a_finding_is_cut_or_kept_back() -> None:
    told = known.because(
        ("Not shown: “Illegal content” (ILL-01). 192.0.2.1 opened x.example.", "192.0.2.1 answered.")
    )
    assert [item.en for item in told] == [
        "Not shown: “Illegal content” (ILL-01).",
        "The whole reason stands on the certificate itself.",
    ]
