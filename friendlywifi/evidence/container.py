"""The zip of a bundle: one written form, read back without trusting a byte of it.

Any tool for zip files opens it. Reading takes nothing else than what writing makes: files one after the
other from the first byte to the last, no comments, no extra fields, no gaps, one fixed time. So no byte can
change unseen, and the tricks of hostile archives (paths that climb, names twice, a directory that disagrees
with the files, bombs, millions of entries) have no place to stand.

APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end record).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from friendlywifi.evidence.fault import EvidenceFault

MAX_FILES = 200
MAX_FILE = 256 * 1024 * 1024
"""Bytes of one unpacked file: a run of 100 thousand questions has fewer."""
MAX_TOTAL = 512 * 1024 * 1024

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}(/[A-Za-z0-9][A-Za-z0-9._-]{0,79})?")
"""A file, or a file in one folder; no dots in front, nothing that climbs."""

_LEVEL = 6
_STORED, _DEFLATED = 0, 8
_TIME, _DATE = 0, 0x21
"""1 January 1980, the first moment that the format knows: when a bundle was made is said inside, signed."""
_UNIX_FILE = 0o100644 << 16

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


@dataclass(frozen=True, kw_only=True)
class Packed:
    """One file as it lies in the zip."""

    name: str
    method: int
    data: bytes
    """Compressed, or as it is."""
    crc: int
    size: int
    """Unpacked."""

    def local(self) -> bytes:
        name = self.name.encode("ascii")
        return (
            _LOCAL.pack(
                b"PK\x03\x04",
                20,
                0,
                self.method,
                _TIME,
                _DATE,
                self.crc,
                len(self.data),
                self.size,
                len(name),
                0,
            )
            + name
        )

    def central(self, offset: int) -> bytes:
        name = self.name.encode("ascii")
        return (
            _CENTRAL.pack(
                b"PK\x01\x02",
                (3 << 8) | 20,
                20,
                0,
                self.method,
                _TIME,
                _DATE,
                self.crc,
                len(self.data),
                self.size,
                len(name),
                0,
                0,
                0,
                0,
                _UNIX_FILE,
                offset,
            )
            + name
        )


def packed(name: str, content: bytes, *, store: bool = False) -> Packed:
    """A file for the zip; compressed unless that makes it longer."""
    if NAME.fullmatch(name) is None:
        raise AssertionError(f"no name for a file of a bundle: {name}")
    squeezed = content
    if not store:
        compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
        squeezed = compressor.compress(content) + compressor.flush()
    method = _DEFLATED if len(squeezed) < len(content) else _STORED
    return Packed(
        name=name,
        method=method,
        data=squeezed if method == _DEFLATED else content,
        crc=zlib.crc32(content),
        size=len(content),
    )


def body(files: Iterable[Packed]) -> bytes:
    """The zip's bytes before its directory."""
    return b"".join(item.local() + item.data for item in files)


def write(files: Iterable[Packed]) -> bytes:
    """The whole zip, files in the order given."""
    files = tuple(files)
    directory, offset = [], 0
    for item in files:
        directory.append(item.central(offset))
        offset += len(item.local()) + len(item.data)
    central = b"".join(directory)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(files), len(files), len(central), offset, 0)
    return body(files) + central + end


def read(data: bytes) -> tuple[Packed, ...]:
    """The files of a zip that is in its one written form, not yet unpacked. Raises `EvidenceFault` alone."""
    try:
        return _read(data)
    except EvidenceFault as fault:
        name = _header_that_lies(data)
        if name is None or name in str(fault):
            raise
        raise EvidenceFault(f"its header in the zip was changed ({fault})", file=name) from None


def _header_that_lies(data: bytes) -> str | None:
    """The first file whose header is not what the zip's own directory says; to name a place, no more."""
    try:
        *_, count, _, at, _ = _END.unpack(data[-_END.size :])
        for _ in range(min(count, MAX_FILES)):
            entry = _CENTRAL.unpack_from(data, at)
            method, crc, length, size, name_length, offset = (entry[n] for n in (4, 7, 8, 9, 10, 16))
            start = at + _CENTRAL.size
            name = data[start : start + name_length].decode("ascii")
            head = Packed(name=name, method=method, data=b"", crc=crc, size=size).local()
            head = head[:18] + struct.pack("<L", length) + head[22:]
            if NAME.fullmatch(name) is None:
                return None
            if data[offset : offset + len(head)] != head:
                return name
            at = start + name_length
    except (struct.error, UnicodeDecodeError):
        return None
    return None


def _read(data: bytes) -> tuple[Packed, ...]:
    if data[:4] != b"PK\x03\x04":
        raise EvidenceFault("this is no evidence bundle: it does not begin as a zip of this program does")
    files: list[Packed] = []
    offset = total = 0
    while data[offset : offset + 4] == b"PK\x03\x04":
        item = _file(data, offset)
        if any(other.name == item.name for other in files):
            raise EvidenceFault(f"the zip holds {item.name} twice; which one counts is nobody's to choose")
        files.append(item)
        offset += len(item.local()) + len(item.data)
        total += item.size
        if len(files) > MAX_FILES:
            raise EvidenceFault(f"the zip holds more than {MAX_FILES} files; no bundle does")
        if total > MAX_TOTAL:
            raise EvidenceFault(f"the zip would unpack to more than {MAX_TOTAL >> 20} MB; no bundle does")
    _require_same_directory(data, offset, files)
    return tuple(files)


def _file(data: bytes, offset: int) -> Packed:
    try:
        _, _, _, method, _, _, crc, length, size, name_length, _ = _LOCAL.unpack_from(data, offset)
    except struct.error:
        raise EvidenceFault(f"the zip ends at byte {len(data)} in the middle of a file's header") from None
    start = offset + _LOCAL.size
    name = data[start : start + name_length].decode("ascii", "replace")
    if NAME.fullmatch(name) is None:
        shown = name[:80].encode("unicode_escape").decode()
        raise EvidenceFault(f'the zip names a file "{shown}", which no bundle holds')
    if method not in (_STORED, _DEFLATED):
        raise EvidenceFault("it is packed by a method that bundles do not use", file=name)
    if size > MAX_FILE:
        raise EvidenceFault(f"it would unpack to more than {MAX_FILE >> 20} MB; no bundle's does", file=name)
    start += name_length
    item = Packed(name=name, method=method, data=data[start : start + length], crc=crc, size=size)
    if len(item.data) < length:
        raise EvidenceFault("the zip ends in the middle of it", file=name)
    header = data[offset:start]
    if header != item.local():
        at = _first_difference(header, item.local())
        raise EvidenceFault(
            "the zip was changed or packed by another program; unpacked, its folder can be replayed",
            file=name,
            where=f"byte {at} of its header",
        )
    return item


def _require_same_directory(data: bytes, offset: int, files: list[Packed]) -> None:
    expected = write(files)[offset:]
    there = data[offset:]
    if there != expected:
        at = _first_difference(there, expected)
        raise EvidenceFault(
            f"the zip's directory, byte {offset + at}, was changed or written by another program; "
            "unpacked, its folder can be replayed"
        )


def _first_difference(one: bytes, other: bytes) -> int:
    for number, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return number
    return min(len(one), len(other))


def unpack(item: Packed) -> tuple[bytes, str | None]:
    """A file's content as far as it can be unpacked, and what is wrong with it, if anything."""
    if item.method == _STORED:
        content, problem = item.data, None if len(item.data) == item.size else "its length is wrong"
    else:
        content, problem = _inflate(item)
    if problem is None and zlib.crc32(content) != item.crc:
        problem = "its checksum in the zip is wrong"
    return content, problem


def _inflate(item: Packed) -> tuple[bytes, str | None]:
    content, problem = _inflate_by(4096, item)
    if problem is not None:
        # Once more in small bites: all that comes out before the fault helps to say where it is.
        content, problem = _inflate_by(16, item)
    return content, problem


def _inflate_by(bite: int, item: Packed) -> tuple[bytes, str | None]:
    machine = zlib.decompressobj(-15)
    content = bytearray()
    try:
        for start in range(0, len(item.data), bite):
            # One byte more than announced is room enough to see that there is more.
            content += machine.decompress(item.data[start : start + bite], item.size + 1 - len(content))
            if len(content) > item.size or machine.unconsumed_tail or machine.unused_data:
                return bytes(content[: item.size]), "it unpacks to more than the zip says"
    except zlib.error:
        return bytes(content), "it cannot be unpacked"
    if len(content) != item.size or not machine.eof:
        return bytes(content), "it unpacks to less than the zip says"
    return bytes(content), None


def contents(files: Iterable[Packed]) -> Mapping[str, tuple[bytes, str | None]]:
    """Every file unpacked, by name."""
    return {item.name: unpack(item) for item in files}
