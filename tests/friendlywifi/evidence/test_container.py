from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from friendlywifi.evidence import container
from friendlywifi.evidence.container import Packed, contents, packed, read, write
from friendlywifi.evidence.fault import EvidenceFault

names = st.from_regex(container.NAME, fullmatch=True)
files = st.dictionaries(names, st.binary(max_size=400), min_size=1, max_size=6)


def zipped(given: dict[str, bytes]) -> bytes:
    return write(packed(name, given[name]) for name in sorted(given))


@given(files)
def test_what_is_written_is_read_back(given: dict[str, bytes]) -> None:
    back = contents(read(zipped(given)))
    assert back == {name: (content, None) for name, content in given.items()}


@given(files)
def test_the_same_files_give_the_same_bytes(given: dict[str, bytes]) -> None:
    assert zipped(given) == zipped(dict(reversed(given.items())))


@given(files)
def test_the_standard_library_reads_it(given: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(given))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == given
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_whatever_is_no_bundle_is_a_sentence(data: bytes) -> None:
    with pytest.raises(EvidenceFault):
        read(b"PK\x03\x04" + data)


@settings(max_examples=300)
@given(files, st.data())
def test_a_changed_cut_or_longer_zip_is_refused_or_shows_in_a_file(
    given: dict[str, bytes], data: st.DataObject
) -> None:
    true = zipped(given)
    at = data.draw(st.integers(0, len(true)))
    changed = data.draw(
        st.sampled_from(
            [
                true[:at],
                true[:at] + b"\x00" + true[at:],
                true[:at] + bytes([true[at] ^ (1 << data.draw(st.integers(0, 7)))]) + true[at + 1 :]
                if at < len(true)
                else true + b"x",
            ]
        )
    )
    if changed == true:
        return
    try:
        entries = read(changed)
    except EvidenceFault:
        return
    # The headers are as written, so that the change is in what is packed: content, or how it is compressed.
    assert container.body(entries) != container.body(read(true))


# -------------------------------------------------------------------------------------------- hostile


def python_zip(*entries: tuple[str, bytes], **options: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:  # type: ignore[call-overload]
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name", ("../../etc/passwd", "/etc/passwd", "a/../b", "a/b/c", ".ssh", "a\\b", "a b", "", "x" * 200)
)
def test_a_name_that_climbs_or_hides_is_refused(name: str) -> None:
    item = packed("placeholder", b"data")
    hostile = Packed(name=name, method=item.method, data=item.data, crc=item.crc, size=item.size)
    with pytest.raises(EvidenceFault, match=r"no bundle holds|does not begin"):
        read(write([hostile]))


def test_a_name_twice_is_refused() -> None:
    with pytest.raises(EvidenceFault, match="twice"):
        read(write([packed("a", b"one"), packed("a", b"two")]))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    small = packed("a", bytes(10_000_000))
    bomb = Packed(name="a", method=8, data=small.data, crc=0, size=container.MAX_FILE + 1)
    with pytest.raises(EvidenceFault, match="256 MB"):
        read(write([bomb]))


def test_many_files_that_are_large_together_are_refused() -> None:
    half = container.MAX_FILE - 1
    bombs = [Packed(name=f"f{n}", method=8, data=b"x", crc=0, size=half) for n in range(4)]
    with pytest.raises(EvidenceFault, match="512 MB"):
        read(write(bombs))


def test_a_file_that_holds_more_than_it_says_is_not_unpacked_further() -> None:
    honest = packed("a", bytes(50_000_000))
    lying = Packed(name="a", method=8, data=honest.data, crc=zlib.crc32(bytes(10)), size=10)
    content, problem = container.unpack(read(write([lying]))[0])
    assert problem == "it unpacks to more than the zip says"
    assert len(content) <= 11


def test_thousands_of_files_are_refused() -> None:
    with pytest.raises(EvidenceFault, match="more than 200 files"):
        read(write([packed(f"f{n}", b"") for n in range(5000)]))


def test_a_directory_that_disagrees_with_the_files_is_refused() -> None:
    one, other = write([packed("a", b"shown")]), write([packed("b", b"meant")])
    swapped = container.body([packed("a", b"shown")]) + other[len(container.body([packed("b", b"meant")])) :]
    assert len(swapped) == len(one)
    with pytest.raises(EvidenceFault, match="directory"):
        read(swapped)


def test_a_zip_of_another_program_is_refused_and_says_what_to_do() -> None:
    with pytest.raises(EvidenceFault, match="another program; unpacked, its folder can be replayed"):
        read(python_zip(("run.json", b"{}")))


def test_an_announced_million_of_entries_is_refused() -> None:
    true = write([packed("a", b"")])
    end = struct.unpack("<4s4H2LH", true[-22:])
    lying = true[:-22] + struct.pack("<4s4H2LH", end[0], 0, 0, 65535, 65535, *end[5:])
    with pytest.raises(EvidenceFault, match="directory"):
        read(lying)
