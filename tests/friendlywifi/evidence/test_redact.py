"""What is published names nobody; what was signed can still not be swapped; the key brings all of it back."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from friendlywifi.evidence.bundle import open_zip, read_bundle, seal_files
from friendlywifi.evidence.command import run
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.manifest import BLOCKS, SEAL, SUMS
from friendlywifi.evidence.redact import keyed_name, read_published, redact, reveal, secret_names
from probes.records import Observation, decode
from tests.friendlywifi.evidence.made import KEY, Made

SECRET = b"a key of the certifier, 32 bytes or more"


@pytest.fixture(scope="session")
def published(cafe: Made) -> bytes:
    return redact(cafe.data, key=SECRET, signer=KEY)


def test_no_name_that_must_be_blocked_is_left_in_the_clear(cafe: Made, published: bytes) -> None:
    secret = secret_names(cafe.bundle.contents)
    assert len(secret) > 20
    _, files = open_zip(published)
    everywhere = b"".join(content for name, content in files.items() if name != "sealed.bin")
    assert not [name for name in secret if name.encode() in everywhere]
    asked = {item.id for item in cafe.checked.plan.questions if item.subject in secret}
    seen = [decode(line, Observation) for line in files["redacted/observations.jsonl"].splitlines()]
    about = [item for item in seen if item.question_id in asked]
    assert len(about) > 20
    assert not [item for item in about if item.address or (item.dns and (item.dns.answers or item.dns.raw))]
    assert BLOCKS not in read_published(published).redaction.whole, "marks of lines could be guessed at"


def test_a_name_is_the_same_hash_in_every_bundle_and_another_under_another_key() -> None:
    assert keyed_name(SECRET, "a.example") == keyed_name(SECRET, "a.example")
    assert keyed_name(SECRET, "a.example") != keyed_name(SECRET + b"!", "a.example")
    assert keyed_name(SECRET, "a.example") != keyed_name(SECRET, "b.example")


def test_the_key_brings_back_the_very_bytes(cafe: Made, published: bytes) -> None:
    assert reveal(published, key=SECRET) == cafe.data


def test_redacting_again_gives_the_same_bytes(cafe: Made, published: bytes) -> None:
    assert redact(cafe.data, key=SECRET, signer=KEY) == published


def test_another_key_is_told(published: bytes) -> None:
    with pytest.raises(EvidenceFault, match="not the key"):
        reveal(published, key=SECRET + b"!")


def changed(published: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """What a publisher can do: change something and sign the published form again."""
    sealed, files = open_zip(published)
    content = {key: value for key, value in files.items() if key not in (SUMS, SEAL, BLOCKS)}
    assert old in content[name]
    content[name] = content[name].replace(old, new)
    return seal_files(content, hotspot=sealed.hotspot, serial=sealed.serial, run=sealed.run, key=KEY)


def test_a_file_that_is_said_to_be_whole_must_be_what_was_signed(published: bytes) -> None:
    with pytest.raises(EvidenceFault, match=r"run\.json: it is said to be whole"):
        read_published(changed(published, "run.json", b'"serial":1', b'"serial":2'))


def test_a_redacted_verdict_that_was_bent_is_found_with_the_key(published: bytes) -> None:
    bent = (
        changed(published, "redacted/judgement.json", b'"not_certifiable"', b'"certifiable"')
        if (b'"not_certifiable"' in open_zip(published)[1]["redacted/judgement.json"])
        else changed(published, "redacted/judgement.json", b'"inconclusive"', b'"certifiable"')
    )
    read_published(bent)  # without the key it cannot be seen
    with pytest.raises(EvidenceFault, match=r"redacted/judgement\.json: it is not what redacting"):
        reveal(bent, key=SECRET)


def test_verdicts_and_plan_still_name_the_same_targets(published: bytes) -> None:
    _, files = open_zip(published)
    plan = msgspec.json.decode(files["redacted/plan.json"])
    judgement = msgspec.json.decode(files["redacted/judgement.json"])
    assert {item["name"] for item in plan["targets"]} == {item["target"] for item in judgement["verdicts"]}


def test_the_command_makes_a_key_for_its_owner_and_reveals(cafe: Made, tmp_path: Path, state: Path) -> None:
    whole, key, public, back = (tmp_path / name for name in ("w.zip", "key", "p.zip", "b.zip"))
    whole.write_bytes(cafe.data)
    assert run(whole, redact_with=key, reveal_with=None, output=public) == 0
    assert key.stat().st_mode & 0o777 == 0o600
    assert run(public, redact_with=None, reveal_with=key, output=back) == 0
    assert back.read_bytes() == whole.read_bytes()
    assert run(public, redact_with=None, reveal_with=None, output=None) == 0
    with pytest.raises(EvidenceFault):
        read_bundle(public.read_bytes())
