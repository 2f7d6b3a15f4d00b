"""What are the files of a bundle, and if one was changed, where? Digests, their Merkle root, and block marks.

`SHA256SUMS` is what `sha256sum -c` reads. The root over its lines is what is signed. `blocks.txt` proves
nothing: it holds a short mark of each line or part of a line, so that a change can be named by its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from criteria.merkle import root_of
from friendlywifi.evidence.fault import EvidenceFault
from friendlywifi.evidence.place import line_of, place

SUMS = "SHA256SUMS"
BLOCKS = "blocks.txt"
SEAL = "signature.json"

_BLOCK = 256
_MARK = 8
"""Hexadecimal digits of a block's mark."""


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """`SHA256SUMS` over the files, sorted by name."""
    return b"".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode() for name, content in sorted(files.items())
    )


def root_hex(sums: bytes) -> str:
    """The Merkle root over the lines of `SHA256SUMS`."""
    return root_of(sums.splitlines()).hex()


def read_sums(sums: bytes) -> Mapping[str, str]:
    """Digest by name. Raises `EvidenceFault` where it is not in its one written form."""
    found: dict[str, str] = {}
    for number, line in enumerate(sums.split(b"\n")[:-1], start=1):
        try:
            value, _, name = line.decode("ascii").partition("  ")
        except UnicodeDecodeError:
            raise EvidenceFault(
                "it is no line of digest and name", file=SUMS, where=f"line {number}"
            ) from None
        if len(value) != 64 or set(value) - set("0123456789abcdef") or not name or name in found:
            raise EvidenceFault("it is no line of digest and name", file=SUMS, where=f"line {number}")
        found[name] = value
    written = b"".join(f"{value}  {name}\n".encode() for name, value in sorted(found.items()))
    if written != sums:
        at = next(
            (n for n, (a, b) in enumerate(zip(written, sums, strict=False)) if a != b),
            min(len(written), len(sums)),
        )
        raise EvidenceFault("it is not in order", file=SUMS, where=f"line {line_of(sums, at)}")
    return found


def blocks_of(files: Mapping[str, bytes]) -> bytes:
    """The marks of every file but this one: a line each, the name and then the marks."""
    return b"".join(
        " ".join([name, *(_mark(content[first:last]) for first, last in _blocks(content))]).encode() + b"\n"
        for name, content in sorted(files.items())
    )


def _blocks(content: bytes) -> Iterator[tuple[int, int]]:
    """Lines, and of a longer line its parts."""
    start = 0
    while start < len(content):
        newline = content.find(b"\n", start, start + _BLOCK)
        end = min(newline + 1 if newline >= 0 else start + _BLOCK, len(content))
        yield start, end
        start = end


def _mark(block: bytes) -> str:
    return hashlib.sha256(block).hexdigest()[:_MARK]


def changed_at(name: str, content: bytes, blocks: bytes | None) -> str | None:
    """In words where a file differs from its marks; `None` where it agrees with them or has none."""
    line = next(
        (item for item in (blocks or b"").split(b"\n") if item.startswith(name.encode() + b" ")), None
    )
    if line is None:
        return None
    marks = line.decode("ascii", "replace").split(" ")[1:]
    here = tuple(_blocks(content))
    for (first, last), mark in zip(here, marks, strict=False):
        if _mark(content[first:last]) != mark:
            at = _one_byte(content[first:last], mark)
            return place(content, first, last) if at is None else place(content, first + at, first + at + 1)
    if len(here) < len(marks):
        return f"line {line_of(content, len(content))}, where it ends too early"
    if len(here) > len(marks):
        return place(content, *here[len(marks)])
    return None


def _one_byte(block: bytes, mark: str) -> int | None:
    """Which byte was changed, where putting back one other gives the mark again."""
    for at in range(len(block)):
        for value in range(256):
            if value != block[at] and _mark(block[:at] + bytes([value]) + block[at + 1 :]) == mark:
                return at
    return None


def require_unchanged(files: Mapping[str, bytes], problems: Mapping[str, str]) -> None:
    """Every file is there, none beside, and each has its digest. Raises `EvidenceFault` with the place.

    `problems` are what unpacking found, by name.
    """
    blocks = files.get(BLOCKS) if BLOCKS not in problems else None
    for name, problem in problems.items():
        where = changed_at(name, files[name], blocks) if name != BLOCKS else None
        raise EvidenceFault(problem, file=name, where=where)
    for name in (SUMS, SEAL):
        if name not in files:
            raise EvidenceFault(f"{name} is missing")
    sums = read_sums(files[SUMS])
    content = {name: data for name, data in files.items() if name not in (SUMS, SEAL)}
    for name in sums.keys() - content.keys():
        raise EvidenceFault(f"{name} is missing")
    for name in content.keys() - sums.keys():
        raise EvidenceFault("it was added; the digests do not name it", file=name)
    # The marks first: they tell whether a file or its digest was changed.
    for name in sorted(content, key=lambda item: (item != BLOCKS, item)):
        if hashlib.sha256(content[name]).hexdigest() == sums[name]:
            continue
        if name == BLOCKS:
            blocks = None
            where = _line_that_lies(content)
        else:
            where = changed_at(name, content[name], blocks)
        if where is None and name != BLOCKS and blocks is not None:
            number = sorted(sums).index(name) + 1
            raise EvidenceFault(f"the digest of {name} was changed", file=SUMS, where=f"line {number}")
        raise EvidenceFault("it was changed after it was signed", file=name, where=where)


def _line_that_lies(content: Mapping[str, bytes]) -> str | None:
    """Which line of the marks is not what the files give."""
    true = blocks_of({name: data for name, data in content.items() if name != BLOCKS}).split(b"\n")
    for number, (one, other) in enumerate(zip(true, content[BLOCKS].split(b"\n"), strict=False), start=1):
        if one != other:
            return f"line {number}"
    return None
