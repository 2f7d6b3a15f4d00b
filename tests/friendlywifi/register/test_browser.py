"""The pages as a phone has them: Chromium without a head, at 320 pixels, with a script and without."""

from __future__ import annotations

import base64
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates.cose import code_text
from certificates.keys import key_from_seed
from certificates.statuslist import Purpose, status_list
from certificates.transitions import EventKind, Why
from friendlywifi.records import certificates
from friendlywifi.records.database import Records
from tests.friendlywifi.register.conftest import Browse, Town
from tests.friendlywifi.register.town import (
    KEY,
    NOW,
    START,
    add,
    certificate_of,
    change,
    hotspot,
    issue,
    issuer_key,
    publish,
    site,
)

STRANGER = key_from_seed(b"stranger" + bytes(24))

SOON = int((NOW + timedelta(hours=1)).timestamp() * 1000)
"""The reader's clock."""


def job(town: Town, kind: str, fragment: str | None = None, **more: Any) -> dict[str, Any]:
    """A visit by scanning the sign."""
    code = town.codes[kind] if fragment is None else fragment
    return {"path": f"/c/{town.numbers[kind]}#{code}", "now": SOON, "wait": True, **more}


def flipped(fragment: str, place: int) -> str:
    data = bytearray(base64.urlsafe_b64decode(fragment + "=" * (-len(fragment) % 4)))
    data[place] ^= 1
    return base64.urlsafe_b64encode(bytes(data)).rstrip(b"=").decode()


def first_line(answer: dict[str, Any]) -> str:
    """The word that is read first, below the name of the thing."""
    lines = [line for line in answer["text"].split("\n") if line.strip() and "WI-FI" not in line.upper()]
    return next(line for line in lines if line.split(",")[0] in ("Po", "Jo"))


def test_a_genuine_code_is_found_genuine_and_the_answer_of_the_page_stands(
    town: Town, browse: Browse
) -> None:
    kinds = ("valid", "provisional", "suspended", "withdrawn", "expired", "superseded", "test")
    answers = browse(town.folder, *(job(town, kind) for kind in kinds))
    for kind, answer in zip(kinds, answers, strict=True):
        good = kind in ("valid", "provisional")
        assert answer["faults"] == [], kind
        assert answer["check"] == ("genuine" if good else "genuine-no"), kind
        assert ("Genuine: the code was signed" in answer["text"]) is good, kind
        assert first_line(answer).startswith("Po" if good else "Jo"), kind


def test_one_flipped_bit_anywhere_in_the_code_turns_the_answer_to_no(town: Town, browse: Browse) -> None:
    code = town.codes["valid"]
    length = len(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))
    wrong = [flipped(code, place) for place in (*range(0, length, 31), 3, 5, 12, length - 1)]
    wrong += [code[:-1], f"{code}A", f"{code}==", "x", "%00", "0" * 400, code.swapcase()]
    answers = browse(town.folder, *(job(town, "valid", fragment) for fragment in wrong))
    for fragment, answer in zip(wrong, answers, strict=True):
        assert answer["check"] == "forged", fragment
        assert first_line(answer) == "Jo", fragment
        assert "Po\n" not in answer["text"]
        assert "the code on the sign was not signed for this certificate" in answer["text"]
        assert answer["faults"] == []


def test_the_code_of_another_certificate_or_of_a_stranger_is_not_genuine_here(
    town: Town, browse: Browse
) -> None:
    place = hotspot("x", "Biblioteka Nr. 7", "Rruga e Kavajës 7", "1001 Tiranë")
    stranger = certificate_of(town.numbers["valid"], place, START, site())
    forged = code_text(stranger, STRANGER, status_index=7919).partition("#")[2]
    longer = certificate_of(town.numbers["valid"], place, START, site(), days=900)
    extended = code_text(longer, KEY, status_index=7919).partition("#")[2]
    wrong = (town.codes["successor"], forged, extended)
    for answer in browse(town.folder, *(job(town, "valid", fragment) for fragment in wrong)):
        assert answer["check"] == "forged"


def test_what_the_signed_list_says_since_the_page_was_made_counts(
    town: Town, browse: Browse, tmp_path: Path
) -> None:
    for purpose, why in ((Purpose.SUSPENSION, "suspended"), (Purpose.REVOCATION, "revoked")):
        folder = tmp_path / why
        shutil.copytree(town.folder, folder)
        newer = status_list(
            list_url=site().list_url(purpose),
            register_url=site().url,
            purpose=purpose,
            bits=(7919,),
            before=(),
            issued=NOW,
            valid_until=NOW + timedelta(days=7),
            key=KEY,
        )
        (folder / "status" / purpose.value).write_text(newer, encoding="ascii")
        (answer,) = browse(folder, job(town, "valid"))
        assert answer["check"] == why
        assert first_line(answer) == "Jo"


def test_a_list_that_is_missing_old_forged_or_anothers_is_no_yes(
    town: Town, browse: Browse, tmp_path: Path
) -> None:
    def listed(**changed: Any) -> str:
        given: dict[str, Any] = {
            "list_url": site().list_url(Purpose.SUSPENSION),
            "register_url": site().url,
            "purpose": Purpose.SUSPENSION,
            "bits": (),
            "before": (),
            "issued": NOW,
            "valid_until": NOW + timedelta(days=7),
            "key": KEY,
        }
        return status_list(**{**given, **changed})

    real = listed()
    wrong = {
        "missing": None,
        "old": listed(issued=NOW - timedelta(days=9), valid_until=NOW - timedelta(days=2)),
        "ahead": listed(issued=NOW + timedelta(days=2), valid_until=NOW + timedelta(days=9)),
        "stranger": listed(key=STRANGER),
        "elsewhere": listed(register_url="https://other.example"),
        "the other list": listed(purpose=Purpose.REVOCATION),
        "flipped": real[:-5] + ("A" if real[-5] != "A" else "B") + real[-4:],
        "changed": real.replace(".", ".e", 1),
        "empty": "",
        "page": "<!DOCTYPE html><title>Log in</title>",
    }
    for name, text in wrong.items():
        folder = tmp_path / name
        shutil.copytree(town.folder, folder)
        path = folder / "status" / "suspension"
        path.unlink()
        if text is not None:
            path.write_text(text, encoding="utf-8")
        (answer,) = browse(folder, job(town, "valid"))
        assert answer["check"] == "unasked", name
        assert "could not be checked here" in answer["text"], name
        assert "Genuine: the code was signed" not in answer["text"], name


@pytest.mark.parametrize(
    "before",
    (
        "delete globalThis.SubtleCrypto; Object.defineProperty(crypto, 'subtle', {value: undefined})",
        "crypto.subtle.importKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'))",
        "crypto.subtle.verify = () => Promise.reject(new DOMException('no', 'OperationError'))",
    ),
)
def test_a_browser_that_cannot_check_says_so_and_never_yes(town: Town, browse: Browse, before: str) -> None:
    (answer,) = browse(town.folder, job(town, "valid", before=before))
    assert answer["check"] == "unknown"
    assert "The code could not be checked here." in answer["text"]
    assert "Genuine" not in answer["text"]


def test_a_browser_that_cannot_unpack_the_list_does_not_say_that_it_was_asked(
    town: Town, browse: Browse
) -> None:
    (answer,) = browse(town.folder, job(town, "valid", before="delete globalThis.DecompressionStream"))
    assert answer["check"] == "unasked"


def test_an_old_page_without_a_fresh_list_is_no_yes_and_an_ended_certificate_is_a_no(
    town: Town, browse: Browse
) -> None:
    month, year = timedelta(days=30), timedelta(days=400)
    later = [int((NOW + more).timestamp() * 1000) for more in (month, year)]
    old, ended = browse(town.folder, *(job(town, "valid", now=now) for now in later))
    (unscanned,) = browse(
        town.folder, {"path": f"/c/{town.numbers['valid']}/", "now": later[0], "wait": True}
    )
    for page in (old, unscanned):
        assert page["check"] == "old"
        assert "This page is old" in page["text"]
        assert "Could not tell" in page["text"]
        assert "Po" not in page["text"].split("\n")
    assert ended["check"] == "ended"
    assert first_line(ended) == "Jo"


def test_a_leaked_key_proves_nothing_any_more(records: Records, browse: Browse, tmp_path: Path) -> None:
    new_key = key_from_seed(b"the new one" + bytes(21))
    place = hotspot("a", "A", "Rruga 1", "Tiranë")
    add(records, place)
    number = issue(records, place, START).number
    proofs = certificates.get(records, number).proofs
    assert proofs is not None
    ended = issuer_key(valid_until=NOW, revoked=NOW)
    fresh = issuer_key(key=_text(new_key), valid_from=NOW)
    publish(records, tmp_path / "r", keys=(ended, fresh), key=new_key)
    (answer,) = browse(
        tmp_path / "r",
        {"path": f"/c/{number}#{proofs.code.partition('#')[2]}", "now": SOON, "wait": True},
    )
    assert answer["check"] == "unknown"


def test_a_key_that_was_only_replaced_still_vouches_for_what_it_signed(
    records: Records, browse: Browse, tmp_path: Path
) -> None:
    new_key = key_from_seed(b"the new one" + bytes(21))
    place = hotspot("a", "A", "Rruga 1", "Tiranë")
    add(records, place)
    number = issue(records, place, START).number
    late = hotspot("b", "B", "Rruga 2", "Tiranë")
    add(records, late)
    after = issue(records, late, START + timedelta(days=6)).number
    change(records, after, EventKind.SUSPEND, Why.COMPLAINT, START + timedelta(days=7))
    keys = (
        issuer_key(valid_until=START + timedelta(days=5)),
        issuer_key(key=_text(new_key), valid_from=START + timedelta(days=5)),
    )
    publish(records, tmp_path / "r", keys=keys, key=new_key)
    visits = []
    for one in (number, after):
        proofs = certificates.get(records, one).proofs
        assert proofs is not None
        fragment = proofs.code.partition("#")[2]
        visits.append({"path": f"/c/{one}#{fragment}", "now": SOON, "wait": True})
    in_time, too_late = browse(tmp_path / "r", *visits)
    assert in_time["check"] == "genuine"
    assert too_late["check"] == "forged"


def _text(key: Any) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def test_a_key_for_tests_makes_no_real_certificate_genuine(
    records: Records, browse: Browse, tmp_path: Path
) -> None:
    place = hotspot("a", "A", "Rruga 1", "Tiranë")
    add(records, place)
    real = issue(records, place, START).number
    trial = issue(records, place, START, test=True).number
    keys = (issuer_key(), issuer_key(key=_text(STRANGER)))
    publish(records, tmp_path / "r", keys=keys, tests=frozenset({_text(STRANGER)}))
    visits = []
    for number, test in ((real, False), (trial, True)):
        certificate = certificate_of(number, place, START, site(), test=test)
        spot = certificates.get(records, number).place
        fragment = code_text(certificate, STRANGER, status_index=spot).partition("#")[2]
        visits.append({"path": f"/c/{number}#{fragment}", "now": SOON, "wait": True})
    on_real, on_trial = browse(tmp_path / "r", *visits)
    assert on_real["check"] == "forged"
    assert on_trial["check"] == "genuine-no"
    # Nor does a list that it signed speak of a real one.
    for purpose in Purpose:
        text = status_list(
            list_url=site().list_url(purpose),
            register_url=site().url,
            purpose=purpose,
            bits=(),
            before=(),
            issued=NOW,
            valid_until=NOW + timedelta(days=7),
            key=STRANGER,
        )
        (tmp_path / "r" / "status" / purpose.value).write_text(text, encoding="utf-8")
    proofs = certificates.get(records, real).proofs
    assert proofs is not None
    fragment = proofs.code.partition("#")[2]
    (answer,) = browse(tmp_path / "r", {"path": f"/c/{real}#{fragment}", "now": SOON, "wait": True})
    assert answer["check"] == "unasked"


def test_what_stands_behind_the_sign_of_the_code_is_sent_to_nobody(town: Town, browse: Browse) -> None:
    (answer,) = browse(town.folder, job(town, "valid"))
    number = town.numbers["valid"]
    assert set(answer["asked"]) <= {
        f"/c/{number}",
        f"/c/{number}/",
        "/status/revocation",
        "/status/suspension",
        "/favicon.ico",
    }
    assert all(address.startswith(answer["base"]) for address in answer["requests"])
    assert answer["cookies"] == 0


def test_without_a_script_everything_stands_there(town: Town, browse: Browse) -> None:
    kinds = ("valid", "suspended")
    for kind, answer in zip(
        kinds,
        browse(town.folder, *(job(town, kind, javascript=False, wait=False) for kind in kinds)),
        strict=True,
    ):
        assert first_line(answer) == ("Po" if kind == "valid" else "Jo")
        assert answer["check"] is None
        assert "checked here" not in answer["text"]
        assert "not signed for" not in answer["text"]
        assert "ISIGURT.al" in answer["text"]


PAGES = ("valid", "provisional", "suspended", "superseded", "test")


def _all_pages(town: Town, **more: Any) -> list[dict[str, Any]]:
    return [
        *(job(town, kind, **more) for kind in PAGES),
        job(town, "valid", "forged", **more),
        {"path": "/", "now": SOON, **more},
        {"path": "/h/biblioteka-tirane/", "now": SOON, "wait": True, **more},
        {"path": "/c/FW-2026-999999", "now": SOON, **more},
    ]


def test_no_page_scrolls_sideways_on_the_smallest_phone(town: Town, browse: Browse) -> None:
    for answer in browse(town.folder, *_all_pages(town, width=320)):
        assert answer["inner"] == 320
        assert answer["scroll"] == 320


def test_no_page_has_an_accessibility_fault_that_axe_finds(town: Town, browse: Browse) -> None:
    for answer in browse(town.folder, *_all_pages(town, axe=True)):
        assert answer["violations"] == []


def test_axe_finds_one_where_there_is_one(town: Town, browse: Browse, tmp_path: Path) -> None:
    page = (
        town.page("valid").replace('<html lang="sq">', "<html>").replace("--quiet: #4a5568", "--quiet: #ccc")
    )
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    (answer,) = browse(tmp_path, {"path": "/", "axe": True, "javascript": True})
    assert {item.split(":")[0] for item in answer["violations"]} >= {"html-has-lang"}


def test_an_unknown_number_gets_a_page_in_plain_words(town: Town, browse: Browse) -> None:
    (answer,) = browse(town.folder, {"path": "/c/FW-2026-999999#anything"})
    assert answer["status"] == 404
    assert "This number is not in the register: the sign may be false." in answer["text"]


def test_a_copy_of_the_page_at_another_address_says_so_and_is_a_no(town: Town, browse: Browse) -> None:
    """With the code of a true sign or without: where it leads is not signed."""
    copies = ("https://register.example.evil.example", "https://evil.example", "")
    visits = [job(town, "valid", at=at) for at in copies]
    visits += [job(town, "valid", "", at=at) for at in copies]
    for answer in browse(town.folder, *visits):
        assert answer["check"] == "elsewhere"
        assert first_line(answer) == "Jo"
        assert "This is a copy" in answer["text"]
        assert f"https://register.example/c/{town.numbers['valid']}" in answer["text"]
        assert "Genuine" not in answer["text"]
        assert "The code on the sign" not in answer["text"], "a heading with nothing below it"


def test_a_certificate_without_its_place_in_the_lists_is_not_called_forged_and_not_known_to_hold(
    records: Records, browse: Browse, tmp_path: Path
) -> None:
    """It was decided elsewhere, and its proofs did not come yet."""
    place = hotspot("a", "A", "Rruga 1", "Tiranë")
    add(records, place)
    row = issue(records, place, START, proofs=False)
    fragment = code_text(row.certificate, KEY, status_index=4711).partition("#")[2]
    publish(records, tmp_path / "r")
    (answer,) = browse(tmp_path / "r", {"path": f"/c/{row.number}#{fragment}", "now": SOON, "wait": True})
    assert answer["check"] == "unasked"
