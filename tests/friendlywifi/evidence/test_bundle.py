"""A byte that is changed anywhere is refused, and it is said where."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.keys import key_from_seed
from friendlywifi.complaint import Complaint
from friendlywifi.evidence import bundle as bundles
from friendlywifi.evidence.bundle import load, open_zip, read_bundle, read_folder, seal_files
from friendlywifi.evidence.container import packed, read, write
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.manifest import SEAL, SUMS, blocks_of, changed_at, sums_of
from probes.records import digest, encode
from tests.friendlywifi.evidence.made import KEY, Made, resealed


def unpacked(made: Made, directory: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        archive.extractall(directory)
    return directory


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]


def test_a_bundle_is_read_back_whole(library: Made) -> None:
    contents = library.bundle.contents
    assert contents.run == library.checked.run
    assert contents.plan == library.checked.plan
    assert set(contents.observations) == set(library.checked.observations)
    assert contents.judgement == library.checked.judgement


def test_the_same_check_gives_the_same_bytes(library: Made) -> None:
    assert library.promised.bundle(library.given, library.checked) == library.data


def test_sha256sum_agrees(library: Made, tmp_path: Path) -> None:
    folder = unpacked(library, tmp_path)
    done = subprocess.run(["sha256sum", "--quiet", "-c", SUMS], cwd=folder, check=False)
    assert done.returncode == 0


def test_an_unpacked_bundle_is_as_good(library: Made, tmp_path: Path) -> None:
    bundle = load(unpacked(library, tmp_path))
    assert bundle.unpacked
    assert bundle.contents.run == library.checked.run


SMALL = seal_files(
    {"run.json": b'{"id":"one","list":[1,2,3]}', "notes.txt": b"a line\nanother line\nand a third\n" * 9},
    hotspot="Library",
    serial=1,
    run="r",
    key=KEY,
)


@pytest.mark.parametrize("bit", (0, 5, 7))
def test_every_single_byte_of_a_small_bundle_is_guarded(bit: int) -> None:
    open_zip(SMALL)
    for at in range(len(SMALL)):
        with pytest.raises(EvidenceFault) as refused:
            open_zip(flipped(SMALL, at, bit))
        assert str(refused.value)


@settings(max_examples=60)
@given(share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_byte_of_a_real_bundle_is_refused_with_its_file(
    library: Made, share: float, bit: int
) -> None:
    at = int(share * len(library.data))
    with pytest.raises(EvidenceFault) as refused:
        read_bundle(flipped(library.data, at, bit))
    inside, offset = None, 0
    for item in read(library.data):
        end = offset + len(item.local()) + len(item.data)
        if offset <= at < end:
            inside = item.name
        offset = end
    assert inside is None or inside in str(refused.value)


@settings(max_examples=60)
@given(share=st.floats(0, 1, exclude_max=True), data=st.data())
def test_a_changed_byte_of_an_unpacked_file_is_told_by_line_or_field(
    library: Made, share: float, data: st.DataObject
) -> None:
    _, files = open_zip(library.data)
    name = data.draw(st.sampled_from(sorted(set(files) - {SUMS, SEAL, "blocks.txt"})))
    at = int(share * len(files[name]))
    changed = {**files, name: flipped(files[name], at)}
    with pytest.raises(EvidenceFault) as refused:
        bundles._sealed(changed, {})
    assert refused.value.file == name
    assert refused.value.where is not None
    line = files[name].count(b"\n", 0, at) + 1
    exact = f"bytes {at} to {at}" in refused.value.where
    assert f"line {line}" in refused.value.where or exact, refused.value.where


def test_a_changed_observation_is_named_by_its_line_and_its_id(library: Made, tmp_path: Path) -> None:
    folder = unpacked(library, tmp_path)
    path = folder / "observations.jsonl"
    lines = path.read_bytes().split(b"\n")
    lines[41] = lines[41].replace(b'"attempt":1', b'"attempt":2')
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(EvidenceFault, match=r"observations\.jsonl: line 42 \(q\d+/1/\d\d\)"):
        read_folder(folder)


def test_a_changed_field_is_named(library: Made, tmp_path: Path) -> None:
    folder = unpacked(library, tmp_path)
    path = folder / "run.json"
    path.write_bytes(path.read_bytes().replace(b'"serial":1', b'"serial":2'))
    with pytest.raises(EvidenceFault, match=r"run\.json: serial, bytes \d+ to \d+"):
        read_folder(folder)


def test_a_changed_digest_is_told_apart_from_a_changed_file(library: Made, tmp_path: Path) -> None:
    folder = unpacked(library, tmp_path)
    path = folder / SUMS
    text = path.read_text()
    line = next(number for number, item in enumerate(text.splitlines(), 1) if item.endswith("plan.json"))
    lines = text.splitlines(keepends=True)
    lines[line - 1] = ("0" if lines[line - 1][0] != "0" else "1") + lines[line - 1][1:]
    path.write_text("".join(lines))
    with pytest.raises(EvidenceFault, match=f"SHA256SUMS: line {line}: the digest of plan.json was changed"):
        read_folder(folder)


def test_digests_that_were_made_again_do_not_fit_the_signature(library: Made, tmp_path: Path) -> None:
    folder = unpacked(library, tmp_path)
    run = (folder / "run.json").read_bytes().replace(b'"serial":1', b'"serial":2')
    (folder / "run.json").write_bytes(run)
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (SUMS, SEAL, "blocks.txt")
    }
    (folder / "blocks.txt").write_bytes(blocks_of(files))
    (folder / SUMS).write_bytes(sums_of({**files, "blocks.txt": blocks_of(files)}))
    with pytest.raises(EvidenceFault, match="digests were made again"):
        read_folder(folder)


def test_evidence_that_was_signed_anew_by_somebody_else_does_not_fit_its_commitment(library: Made) -> None:
    _, files = open_zip(library.data)
    content = {name: data for name, data in files.items() if name not in (SUMS, SEAL, "blocks.txt")}
    other = key_from_seed(bytes(32))
    run = library.checked.run
    forged = seal_files(content, hotspot=run.hotspot, serial=run.serial, run=run.id, key=other)
    with pytest.raises(EvidenceFault, match="another vantage than the commitment"):
        read_bundle(forged)


def test_another_seed_than_the_committed_one_is_refused_though_it_is_signed(library: Made) -> None:
    """Drawing, plan and run all speak of the new seed; only the promise made before speaks of the old one."""
    _, files = open_zip(library.data)
    old, new = b"a seed that nobody can guess", b"a seed that suits me better"
    drawing, plan = (files[name].replace(old, new) for name in ("drawing.json", "plan.json"))
    run = encode(msgspec.structs.replace(library.checked.run, plan=digest(plan)))
    with pytest.raises(EvidenceFault, match=r"commitment\.json: seed"):
        read_bundle(resealed(library, drawing__json=drawing, plan__json=plan, run__json=run))


def test_observations_that_were_swapped_are_refused_though_they_are_signed(library: Made) -> None:
    _, files = open_zip(library.data)
    lines = files["observations.jsonl"].splitlines(keepends=True)
    with pytest.raises(EvidenceFault, match=r"run\.json: observations"):
        read_bundle(resealed(library, observations__jsonl=b"".join(lines[:-1])))


def test_another_compression_of_the_same_content_is_noticed(library: Made) -> None:
    entries = list(read(library.data))
    entries[0] = packed(entries[0].name, open_zip(library.data)[1][entries[0].name], store=True)
    with pytest.raises(EvidenceFault, match=r"compressed|packed again"):
        open_zip(write(entries))


def test_a_missing_and_an_added_file_are_named(library: Made, tmp_path: Path) -> None:
    folder = unpacked(library, tmp_path)
    (folder / "extra.json").write_text("{}")
    with pytest.raises(EvidenceFault, match=r"extra\.json: it was added"):
        read_folder(folder)
    (folder / "extra.json").unlink()
    (folder / "rules.toml").unlink()
    with pytest.raises(EvidenceFault, match=r"rules\.toml is missing"):
        read_folder(folder)


def test_a_link_in_a_folder_is_not_followed(library: Made, tmp_path: Path) -> None:
    folder = unpacked(library, tmp_path)
    (folder / "run.json").unlink()
    (folder / "run.json").symlink_to("/dev/zero")
    with pytest.raises(EvidenceFault, match=r"the folder holds run\.json"):
        read_folder(folder)


def test_a_folder_without_evidence_is_a_complaint(tmp_path: Path) -> None:
    with pytest.raises(Complaint, match=r"holds no bundle\.zip"):
        load(tmp_path)


def test_a_change_is_found_without_marks_for_it() -> None:
    assert changed_at("a", b"text", None) is None
    assert changed_at("a", b"text", b"b 00000000\n") is None


def test_the_signature_is_over_the_root_that_anybody_can_make(library: Made) -> None:
    sealed, files = open_zip(library.data)
    leaves = [hashlib.sha256(b"\x00" + line).digest() for line in files[SUMS].splitlines()]
    while len(leaves) > 1:
        pairs = [
            hashlib.sha256(b"\x01" + leaves[n] + leaves[n + 1]).digest() for n in range(0, len(leaves) - 1, 2)
        ]
        leaves = pairs + leaves[len(pairs) * 2 :]
    assert leaves[0].hex() == sealed.root


def test_the_vantages_key_is_made_once_and_for_its_owner_only(state: Path) -> None:
    from friendlywifi.evidence.vantagekey import vantage_key

    first = vantage_key(state)
    path = state / "vantage.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert vantage_key(state).private_bytes_raw() == first.private_bytes_raw()
    assert [item.name for item in state.iterdir()] == ["vantage.pem"]
    path.chmod(0o644)
    with pytest.raises(Complaint, match="may be read by others"):
        vantage_key(state)


def test_nothing_is_readable_where_the_state_cannot_be_written(tmp_path: Path) -> None:
    from friendlywifi.evidence.vantagekey import vantage_key

    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Complaint, match="FRIENDLYWIFI_STATE"):
        vantage_key(tmp_path / "file" / "below")
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 - names are what is compared
