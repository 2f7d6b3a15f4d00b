"""How a name was kept away: one word `stage/outcome[:detail]` from a closed list in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from probes import tomlfile
from probes.records import Record

_UNSAFE = re.compile(r"[^\x21-\x7e]+")


class Mechanism(Record):
    """A word of the list; what follows its colon stands for a detail."""

    word: str
    why: str


class Mechanisms(Record):
    """The closed list, with its version."""

    version: str
    mechanism: tuple[Mechanism, ...]

    @property
    def heads(self) -> frozenset[str]:
        """The words without their details."""
        return frozenset(head(item.word) for item in self.mechanism)

    def knows(self, written: str) -> bool:
        """Whether a word as records hold it is one of the list, with a detail exactly where it must be."""
        kind, colon, detail = written.partition(":")
        return any(
            head(item.word) == kind and (":" in item.word) == bool(colon) == bool(detail)
            for item in self.mechanism
        )


def parse(text: str, *, source: str) -> Mechanisms:
    """The list from its TOML. Raises `TomlFault`."""
    return tomlfile.load(text, source=source, kind=Mechanisms)


def head(word: str) -> str:
    """`dns/sinkhole` of `dns/sinkhole:0.0.0.0`."""
    return word.partition(":")[0]


def written(kind: str, detail: str | None = None) -> str:
    """A word with its detail, which comes from the network: printable, without white space, at most 80."""
    if detail is None:
        return kind
    return f"{kind}:{_UNSAFE.sub('_', detail)[:80] or 'unknown'}"


_DEPTH = ("dns", "tcp", "tls", "http", "quic")
_FIRST = ("dns/blockpage", "dns/cname", "dns/sinkhole", "dns/ede", "http/blockpage")


def primary(words: Iterable[str], wanted: str | None) -> str | None:
    """The word that stands for a cell: the kind that its rule wants, else the most telling one."""
    found = sorted(words, key=_telling)
    if wanted is not None:
        for word in found:
            if head(word) == head(wanted):
                return word
    return found[0] if found else None


def _telling(word: str) -> tuple[int, int, str]:
    kind = head(word)
    signature = _FIRST.index(kind) if kind in _FIRST else len(_FIRST)
    return _DEPTH.index(word.partition("/")[0]), signature, word
