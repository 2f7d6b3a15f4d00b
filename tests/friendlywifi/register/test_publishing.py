"""Publishing: the same bytes again, never half, never less than before, and what serve makes of it."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates.checkpoint import cosign, read_checkpoint
from certificates.didweb import did_web
from certificates.keys import key_from_seed
from certificates.records import Status
from certificates.statement import read_statement
from certificates.statuslist import decoded
from certificates.transitions import EventKind, Why
from friendlywifi import files
from friendlywifi.complaint import Complaint
from friendlywifi.records import certificates, journal, register
from friendlywifi.records.database import Records, open_records
from friendlywifi.register import publishing
from friendlywifi.register.holding import CHECKPOINT, MARK
from tests.conftest import require_server
from tests.friendlywifi.register.conftest import Town
from tests.friendlywifi.register.town import (
    KEY,
    NOW,
    START,
    add,
    change,
    checked,
    hotspot,
    issue,
    issuer_key,
    publish,
    settle,
    site,
)

WEEK = timedelta(days=7)
WITNESS = key_from_seed(b"witness" + bytes(25))


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def library(records: Records, name: str = "a") -> str:
    place = hotspot(name, f"Biblioteka {name}", "Rruga 1", "Tiranë")
    add(records, place)
    return issue(records, place, START).number


def bits(folder: Path, purpose: str) -> frozenset[int]:
    payload = (folder / "status" / purpose).read_text("ascii").split(".")[1]
    opened = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return decoded(opened["credentialSubject"]["encodedList"])


def size(folder: Path) -> int:
    note = (folder / CHECKPOINT).read_text("utf-8")
    return read_checkpoint(note, origin=site().origin, keys=(KEY.public_key(),)).size


def test_the_same_records_again_give_the_same_bytes_and_write_nothing(
    records: Records, tmp_path: Path
) -> None:
    settle(records)
    publish(records, tmp_path / "r")
    before = snapshot(tmp_path / "r")
    again = publish(records, tmp_path / "r", now=NOW + timedelta(hours=5))
    assert snapshot(tmp_path / "r") == before
    assert (again.written, again.logged) == (0, 0)
    # And in another folder, as after a lost disk of the web server.
    publish(records, tmp_path / "elsewhere", now=NOW + timedelta(hours=6))
    assert snapshot(tmp_path / "elsewhere") == before


def test_what_is_half_as_old_as_it_may_become_is_signed_anew(records: Records, tmp_path: Path) -> None:
    library(records)
    publish(records, tmp_path / "r")
    before = snapshot(tmp_path / "r")
    done = publish(records, tmp_path / "r", now=NOW + timedelta(days=4))
    assert done.good_until == NOW + timedelta(days=11)
    changed = {name for name, data in snapshot(tmp_path / "r").items() if before[name] != data}
    assert changed == {
        "c/FW-2026-000001/index.html",
        "c/FW-2026-000001/status.json",
        "h/a/index.html",
        "index.html",
        "status/revocation",
        "status/suspension",
    }


def test_a_change_is_in_the_lists_the_pages_and_the_log(records: Records, tmp_path: Path) -> None:
    number = library(records)
    publish(records, tmp_path / "r")
    assert (bits(tmp_path / "r", "suspension"), size(tmp_path / "r")) == (frozenset(), 1)
    change(records, number, EventKind.SUSPEND, Why.ILLEGAL_CONTENT, NOW)
    publish(records, tmp_path / "r", now=NOW + timedelta(minutes=1))
    assert bits(tmp_path / "r", "suspension") == {7919}
    assert "Jo · No:" in (tmp_path / "r" / "c" / number / "index.html").read_text("utf-8")
    change(records, number, EventKind.WITHDRAW, Why.HOLDER_ASKED, NOW + timedelta(hours=1))
    publish(records, tmp_path / "r", now=NOW + timedelta(hours=2))
    assert (bits(tmp_path / "r", "suspension"), bits(tmp_path / "r", "revocation")) == (frozenset(), {7919})
    assert size(tmp_path / "r") == 3
    kinds = [json.loads(item.data)["status"] for item in register.log(records)]
    assert kinds == [certificates.get(records, number).issued_as.value, "suspended", "withdrawn"]


def test_what_the_clock_ended_is_published_as_ended(records: Records, tmp_path: Path) -> None:
    number = library(records)
    done = publish(records, tmp_path / "r", now=NOW + timedelta(days=400))
    assert done.entries == 2
    assert certificates.get(records, number).status is Status.EXPIRED
    assert "The certificate ended on" in (tmp_path / "r" / "c" / number / "index.html").read_text("utf-8")


def test_nothing_that_was_published_ever_goes(records: Records, tmp_path: Path) -> None:
    number = library(records)
    publish(records, tmp_path / "r")
    before = set(snapshot(tmp_path / "r"))
    change(records, number, EventKind.WITHDRAW, Why.HOTSPOT_CLOSED, NOW)
    library(records, "b")
    publish(records, tmp_path / "r", now=NOW + timedelta(hours=1))
    assert before <= set(snapshot(tmp_path / "r"))


# ------------------------------------------------------------------------------------ never forgets


def test_older_records_are_refused_and_nothing_is_written_or_added(records: Records, tmp_path: Path) -> None:
    library(records)
    publish(records, tmp_path / "r")
    records.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "records.db", tmp_path / "old.db")
    library(records, "b")
    library(records, "c")
    publish(records, tmp_path / "r", now=NOW + timedelta(hours=1))
    before = snapshot(tmp_path / "r")
    with open_records(tmp_path / "old.db") as old:
        library(old, "d")
        with pytest.raises(Complaint, match=r"newer register \(3 entries\) than these records \(1\)"):
            publish(old, tmp_path / "r", now=NOW + timedelta(hours=2))
        assert len(register.log(old)) == 1
    assert snapshot(tmp_path / "r") == before


def test_records_with_another_log_are_refused(records: Records, tmp_path: Path) -> None:
    library(records)
    publish(records, tmp_path / "r")
    before = snapshot(tmp_path / "r")
    with open_records(tmp_path / "other.db") as other:
        library(other, "x")
        library(other, "y")
        publish(other, tmp_path / "own")
        library(other, "z")
        with pytest.raises(Complaint, match="the first 1 entries of the logs differ"):
            publish(other, tmp_path / "r")
        assert len(register.log(other)) == 2
    assert snapshot(tmp_path / "r") == before


@pytest.mark.parametrize(
    ("name", "data", "words"),
    (
        (CHECKPOINT, b"", "cannot be believed"),
        (CHECKPOINT, b"\xff", "cannot be believed"),
        (CHECKPOINT, b"register.example/log\n1\n" + b"A" * 43 + b"=\n\n", "cannot be believed"),
        ("status/revocation", b"", "might forget what was withdrawn"),
        ("status/revocation", b"a.b.c", "might forget what was withdrawn"),
        (MARK, b"other.example/log\n", "holds another register"),
    ),
)
def test_what_somebody_changed_in_the_folder_is_not_written_over(
    records: Records, tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    library(records)
    publish(records, tmp_path / "r")
    (tmp_path / "r" / name).write_bytes(data)
    before = snapshot(tmp_path / "r")
    library(records, "b")
    with pytest.raises(Complaint, match=words):
        publish(records, tmp_path / "r", now=NOW + timedelta(hours=1))
    assert snapshot(tmp_path / "r") == before


def test_a_revocation_that_the_records_forgot_is_refused_before_anything_is_written(
    records: Records, tmp_path: Path
) -> None:
    from certificates.statuslist import Purpose, status_list

    library(records)
    publish(records, tmp_path / "r")
    more = status_list(
        list_url=site().list_url(Purpose.REVOCATION),
        register_url=site().url,
        purpose=Purpose.REVOCATION,
        bits=(4711,),
        before=(),
        issued=NOW,
        valid_until=NOW + WEEK,
        key=KEY,
    )
    (tmp_path / "r" / "status" / "revocation").write_text(more, encoding="ascii")
    before = snapshot(tmp_path / "r")
    library(records, "b")
    with pytest.raises(Complaint, match="index 4711 was revoked and must stay so"):
        publish(records, tmp_path / "r", now=NOW + timedelta(hours=1))
    assert snapshot(tmp_path / "r") == before


def test_a_folder_with_other_files_is_not_written_over(records: Records, tmp_path: Path) -> None:
    library(records)
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "index.html").write_text("Welcome", encoding="utf-8")
    with pytest.raises(Complaint, match=r"holds other files \(index.html\)"):
        publish(records, tmp_path / "r")
    assert set(snapshot(tmp_path / "r")) == {"index.html"}


def test_a_clone_of_a_git_repository_may_be_the_folder(records: Records, tmp_path: Path) -> None:
    library(records)
    (tmp_path / "r" / ".git").mkdir(parents=True)
    (tmp_path / "r" / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    publish(records, tmp_path / "r")
    assert (tmp_path / "r" / ".git" / "HEAD").exists()
    assert (tmp_path / "r" / ".nojekyll").exists()


def test_the_line_of_a_witness_stays_as_long_as_the_log_is_the_same(records: Records, tmp_path: Path) -> None:
    library(records)
    publish(records, tmp_path / "r")
    path = tmp_path / "r" / CHECKPOINT
    seen = cosign(path.read_text("utf-8"), name="witness.example", time=NOW, key=WITNESS)
    path.write_text(seen, encoding="utf-8")
    publish(records, tmp_path / "r", now=NOW + timedelta(days=5))
    assert path.read_text("utf-8") == seen
    library(records, "b")
    publish(records, tmp_path / "r", now=NOW + timedelta(days=6))
    assert "witness.example" not in path.read_text("utf-8")
    assert size(tmp_path / "r") == 2


def test_a_key_that_has_ended_does_not_sign_a_register(records: Records, tmp_path: Path) -> None:
    library(records)
    with pytest.raises(Complaint, match="a key that is in force"):
        publish(records, tmp_path / "r", keys=(issuer_key(valid_until=NOW),))


# --------------------------------------------------------------------------------------- never half


def test_a_publication_that_broke_off_anywhere_is_finished_with_the_same_bytes(
    records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = library(records)
    publish(records, tmp_path / "r")
    first = snapshot(tmp_path / "r")
    change(records, number, EventKind.SUSPEND, Why.COMPLAINT, NOW)
    publish(records, tmp_path / "whole", now=NOW + timedelta(hours=1))
    whole = snapshot(tmp_path / "whole")
    changed = [name for name, data in whole.items() if first.get(name) != data]
    write = files.write
    for most in range(len(changed)):
        shutil.rmtree(tmp_path / "r")
        shutil.copytree(tmp_path / "whole", tmp_path / "r")
        for name in changed:
            (tmp_path / "r" / name).unlink()
        for name, data in first.items():
            (tmp_path / "r" / name).write_bytes(data)
        left = iter(range(most))

        def full(path: Path, data: bytes, left: Any = left) -> None:
            if next(left, None) is None:
                raise Complaint("no space left on device")
            write(path, data)

        with monkeypatch.context() as patch:
            patch.setattr(files, "write", full)
            with pytest.raises(Complaint, match="no space"):
                publish(records, tmp_path / "r", now=NOW + timedelta(hours=2))
        # The old state still holds: the checkpoint comes last.
        assert size(tmp_path / "r") == 1
        publish(records, tmp_path / "r", now=NOW + timedelta(hours=3))
        assert snapshot(tmp_path / "r") == {**first, **whole}


def test_the_lists_are_written_before_the_pages_and_the_checkpoint_last(
    records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library(records)
    order: list[str] = []
    write = files.write

    def noted(path: Path, data: bytes) -> None:
        order.append(path.relative_to(tmp_path / "r").as_posix())
        write(path, data)

    monkeypatch.setattr(files, "write", noted)
    publish(records, tmp_path / "r")
    assert order[0] == MARK
    assert order[-1] == CHECKPOINT
    assert (
        order.index("status/suspension")
        < order.index("c/FW-2026-000001/index.html")
        < order.index("index.html")
    )


def test_two_publish_at_once_and_one_is_told_to_wait(records: Records, tmp_path: Path) -> None:
    from friendlywifi.register.holding import alone

    library(records)
    with alone(tmp_path / "r"), pytest.raises(Complaint, match="another program is publishing"):
        publish(records, tmp_path / "r")


# ------------------------------------------------------------------------------------------ serving


def test_serve_publishes_a_change_at_once_a_check_within_the_hour_and_all_in_time(
    records: Records, tmp_path: Path
) -> None:
    number = library(records)

    def due(after: timedelta) -> bool:
        return publishing.due(records, now=NOW + after, good_for=WEEK)

    assert due(timedelta(0))
    publish(records, tmp_path / "r")
    assert not due(timedelta(minutes=5))
    assert not due(timedelta(days=3))
    assert due(timedelta(days=3.5))
    assert due(-timedelta(hours=1))  # the clock was set back
    checked(records, hotspot("a", "", "", ""))
    assert not due(timedelta(minutes=59))
    assert due(timedelta(hours=1))
    change(records, number, EventKind.SUSPEND, Why.COMPLAINT, NOW + timedelta(minutes=2))
    assert due(timedelta(minutes=3))
    publish(records, tmp_path / "r", now=NOW + timedelta(minutes=3))
    assert not due(timedelta(minutes=4))


def test_each_publication_stands_in_the_journal_which_still_holds(records: Records, tmp_path: Path) -> None:
    library(records)
    publish(records, tmp_path / "r")
    assert [item.kind for item in journal.entries(records)][-1] == "register.published"
    assert journal.verify(records) is None


# ------------------------------------------------------------------------------------ what others read


def test_a_verifier_of_ours_reads_the_status_of_each(town: Town, tmp_path: Path) -> None:
    with open_records(town.folder.parent / "records.db") as opened:
        for number in town.numbers.values():
            row = certificates.get(opened, number)
            data = (town.folder / "c" / number / "status.json").read_bytes()
            told = read_statement(data, certificate=row.certificate, trust=None, now=NOW)
            assert told.status is row.status


def test_did_json_stands_where_did_web_says(records: Records, tmp_path: Path) -> None:
    library(records)
    publish(records, tmp_path / "root")
    found = json.loads((tmp_path / "root" / ".well-known" / "did.json").read_bytes())
    assert found["id"] == did_web("https://register.example") == "did:web:register.example"
    deep = site("https://example.org/wifi/c/")
    place = hotspot("b", "B", "Rruga 1", "Tiranë")
    with open_records(tmp_path / "deep.db") as other:
        issue(other, place, START, where=deep)
        publish(other, tmp_path / "deep", site=deep)
    assert json.loads((tmp_path / "deep" / "did.json").read_bytes())["id"] == "did:web:example.org:wifi"
    assert 'href="/wifi/h/b/"' in (tmp_path / "deep" / "index.html").read_text("utf-8")


_NODE = """
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
globalThis.crypto ??= webcrypto;  // the Node of Debian 12 keeps it in its module
const require = createRequire(`${process.cwd()}/`);
const { compactVerify, importJWK } = await import(require.resolve("jose"));
const { decodeList } = await import(require.resolve("@digitalbazaar/vc-bitstring-status-list"));
const folder = process.argv[2], places = process.argv.slice(3).map(Number);
const did = JSON.parse(readFileSync(`${folder}/.well-known/did.json`));
const out = { lists: {}, flipped: [] };
for (const purpose of ["revocation", "suspension"]) {
  const text = readFileSync(`${folder}/status/${purpose}`, "ascii");
  const kid = JSON.parse(Buffer.from(text.split(".")[0], "base64url")).kid;
  const method = did.verificationMethod.find((item) => item.id === kid);
  const key = await importJWK(method.publicKeyJwk, "Ed25519");
  const { payload } = await compactVerify(text, key);
  const { encodedList } = JSON.parse(Buffer.from(payload)).credentialSubject;
  const list = await decodeList({ encodedList });
  out.lists[purpose] = places.map((place) => list.getStatus(place));
  const wrong = text.slice(0, -9) + (text.at(-9) === "A" ? "B" : "A") + text.slice(-8);
  out.flipped.push(await compactVerify(wrong, key).then(() => true, () => false));
}
process.stdout.write(JSON.stringify(out));
"""


def test_verifiers_of_others_read_the_lists_and_the_keys(town: Town, npm: Path, tmp_path: Path) -> None:
    (tmp_path / "read.mjs").write_text(_NODE, encoding="utf-8")
    kinds = ("valid", "suspended", "withdrawn", "superseded")
    places = [str(int(town.numbers[kind][-6:]) * 7919) for kind in kinds]
    done = subprocess.run(
        [require_server("node"), str(tmp_path / "read.mjs"), str(town.folder), *places],
        check=False,
        capture_output=True,
        text=True,
        cwd=npm,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["lists"] == {
        "revocation": [False, False, True, True],
        "suspension": [False, True, False, False],
    }
    assert found["flipped"] == [False, False]


def test_the_log_of_real_faces_holds_the_hash_of_the_print(records: Records, tmp_path: Path) -> None:
    from certificates.print import render_pdf
    from certificates.translog import salted

    number = library(records)
    publish(records, tmp_path / "r", pdf=render_pdf)
    row, salt = certificates.get(records, number), register.salt_of(records, number)
    assert salt is not None
    assert row.proofs is not None
    entry = json.loads(register.log(records)[0].data)
    assert entry["pdf"] == salted(render_pdf(row.signed, row.proofs), salt)
    assert entry["credential"] == salted(row.proofs.credential.encode(), salt)
    assert salt.hex() not in (tmp_path / "r" / "log" / "tile" / "entries" / "000.p" / "1").read_text(
        "latin-1"
    )


def test_an_id_that_leads_out_of_the_folder_names_none(records: Records, tmp_path: Path) -> None:
    for wrong in ("../../out", "/etc", "a/b", "", ".", "Library 7", "x" * 300):
        issue(records, hotspot(wrong, "A", "Rruga 1", "Tiranë"), START)
    publish(records, tmp_path / "r")
    assert {path.name for path in tmp_path.iterdir()} <= {
        "r",
        "records.db",
        "records.db-wal",
        "records.db-shm",
    }
    found = sorted(path.name for path in (tmp_path / "r" / "h").iterdir())
    assert len(found) == 7
    assert all(name.startswith("place-") for name in found)


def test_an_empty_register_can_be_published_and_then_grows(records: Records, tmp_path: Path) -> None:
    publish(records, tmp_path / "r")
    assert size(tmp_path / "r") == 0
    assert "No place is certified yet." in (tmp_path / "r" / "index.html").read_text("utf-8")
    library(records)
    publish(records, tmp_path / "r", now=NOW + timedelta(hours=1))
    assert size(tmp_path / "r") == 1


def test_a_key_for_tests_is_no_key_to_those_who_know_of_no_test(records: Records, tmp_path: Path) -> None:
    trial = key_from_seed(b"trial" + bytes(27))
    text = base64.b64encode(trial.public_key().public_bytes_raw()).decode()
    keys = (issuer_key(), issuer_key(key=text))
    library(records)
    publish(records, tmp_path / "r", keys=keys, tests=frozenset({text}))
    found = json.loads((tmp_path / "r" / ".well-known" / "did.json").read_bytes())
    assert len(found["verificationMethod"]) == 1
    with open_records(tmp_path / "trial.db") as other:
        publish(other, tmp_path / "trial", keys=(issuer_key(key=text),), key=trial, tests=frozenset({text}))
    found = json.loads((tmp_path / "trial" / ".well-known" / "did.json").read_bytes())
    assert len(found["verificationMethod"]) == 1


def test_the_published_files_of_the_log_come_to_the_root_of_its_checkpoint(
    records: Records, tmp_path: Path
) -> None:
    from certificates.translog import Tree, leaf_hash

    settle(records)
    publish(records, tmp_path / "r")
    note = (tmp_path / "r" / CHECKPOINT).read_text("utf-8")
    told = read_checkpoint(note, origin="register.example/log", keys=(KEY.public_key(),))
    bundle = (tmp_path / "r" / "log" / "tile" / "entries" / "000.p" / str(told.size)).read_bytes()
    tree, at = Tree(), 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2])
        tree.append(leaf_hash(bundle[at + 2 : at + 2 + length]))
        at += 2 + length
    assert (len(tree), tree.root()) == (told.size, told.root)
