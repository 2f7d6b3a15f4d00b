"""A file of lines as it comes, also packed: whole, or with a sentence about where it breaks."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, cast

from friendlywifi.complaint import Complaint

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


def readable(list_: str, text: Iterable[str]) -> Iterator[str]:
    """The lines, with a sentence for what breaks while they are read."""
    try:
        # Not `yield from`: whoever stops in the middle would close the file with it, or standard input.
        for line in text:  # noqa: UP028 - as said
            yield line
    except (OSError, EOFError, zlib.error) as error:
        raise Complaint(f"{list_} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def part(raw: io.BufferedReader, *, packed: bool) -> Callable[[int], float | None]:
    """Of a file that is no pipe. How much was read of a short one says little, because it is read at once:
    there the lines are counted, and of a packed one the bytes are taken.
    """
    status = os.fstat(raw.fileno())
    if not stat.S_ISREG(status.st_mode) or not status.st_size:
        return lambda _: None
    if packed:
        return lambda _: raw.tell() / status.st_size
    lines: list[int] = []

    def share(names: int) -> float:
        if not lines:
            lines.append(_lines(raw.fileno()))
        return names / max(1, lines[0])

    return share


def _lines(handle: int) -> int:
    count = at = 0
    while chunk := os.pread(handle, 1 << 20, at):
        count += chunk.count(b"\n")
        at += len(chunk)
    return count


def unpacked(raw: io.BufferedReader) -> BinaryIO:
    magic = raw.peek(4)[:4]
    if magic.startswith(GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=raw))
    if magic == ZSTD:
        return cast("BinaryIO", io.BufferedReader(_Zst(raw)))
    return raw


class _Zst(io.RawIOBase):
    """Frames of Zstandard (RFC 8878), unpacked as they are read. Input that ends within one is an error.

    (The package's own reader takes it for the end, and half a list would pass for a list.)
    """

    def __init__(self, raw: io.BufferedReader) -> None:
        import zstandard  # noqa: PLC0415 - only lists in this form need it

        self._raw = raw
        self._fault = zstandard.ZstdError
        self._begin: Callable[[], Any] = lambda: zstandard.ZstdDecompressor().decompressobj()
        self._frame = self._begin()
        self._begun = False
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:  # noqa: ANN401 - a writable buffer, which has no type in 3.11
        while not self._ready:
            packed = self._raw.read(1 << 16)
            if not packed:
                if self._begun:
                    raise EOFError("the file ends within its packed data")
                return 0
            self._ready = self._unpack(packed)
        size = min(len(into), len(self._ready))
        into[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _unpack(self, packed: bytes) -> bytes:
        found = []
        while packed:
            self._begun = True
            try:
                found.append(self._frame.decompress(packed))
            except self._fault as error:
                raise EOFError(str(error)) from None
            if not self._frame.eof:
                break
            packed = self._frame.unused_data
            self._frame = self._begin()
            self._begun = False
        return b"".join(found)
