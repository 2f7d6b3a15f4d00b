"""`-o out.jsonl`: one record a line, in the form that the design of the project gives.

Beside it stands `out.jsonl.state`, which is replaced atomically after each block: what stands in the file
behind the last whole block is cut off when a sweep goes on.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from friendlywifi import files
from friendlywifi.complaint import Complaint
from friendlywifi.sweeping.source import Batch
from friendlywifi.sweeping.verdicts import Entry, Row


class State(msgspec.Struct, forbid_unknown_fields=True):
    """How far the file is whole."""

    resolvers: list[str]
    meta: dict[str, str]
    bytes: int = 0
    done: dict[int, str] = {}
    finished: bool = False


class Lines:
    """A sweep in a file of JSON lines."""

    def __init__(self, path: Path, *, resolvers: Sequence[str], meta: dict[str, str]) -> None:
        self._beside = path.with_name(path.name + ".state")
        self._resolvers = tuple(resolvers)
        self._state = State(resolvers=list(resolvers), meta=meta)
        if path.exists():
            self._state = self._resumed(path, meta)
        self._file = path.open("r+b" if path.exists() else "w+b")
        self._file.seek(0, os.SEEK_END)
        if self._file.tell() < self._state.bytes:
            self._file.close()
            raise Complaint(f"{path} is shorter than {self._beside.name} says; take both away and begin anew")
        self._file.seek(self._state.bytes)
        self._file.truncate()
        self._tails: dict[tuple[Entry, int], tuple[bytes, bytes]] = {}

    @property
    def done(self) -> dict[int, str]:
        return self._state.done

    def _resumed(self, path: Path, meta: dict[str, str]) -> State:
        try:
            state = msgspec.json.decode(self._beside.read_bytes(), type=State)
        except (OSError, msgspec.DecodeError):
            raise Complaint(
                f"{path} is there, and {self._beside.name}, which says how far it is whole, is not; "
                "name another file, or take it away"
            ) from None
        if state.meta != meta or state.resolvers != list(self._resolvers):
            raise Complaint(f"{path} holds another sweep; name another file, or take it away")
        return state

    def write(self, batch: Batch, columns: Sequence[Sequence[Row]]) -> None:
        types = len(columns[0]) // len(batch.names) if columns and batch.names else 1
        names = [msgspec.json.encode(name) for name in batch.names]
        parts: list[bytes] = []
        add = parts.append
        for resolver, rows in enumerate(columns):
            for at, (entry, public) in enumerate(rows):
                tail = self._tails.get((entry, resolver))
                if tail is None:
                    tail = self._tails[entry, resolver] = _tail(entry, self._resolvers[resolver])
                shown = msgspec.json.encode(public) if public else tail[1]
                add(b'{"name":' + names[at // types] + tail[0] + shown + b"}}\n")
        for page in batch.undecidable:
            add(
                msgspec.json.encode({"name": page, "outcome": "not_decidable", "rule": "page_of_a_site"})
                + b"\n"
            )
        if len(self._tails) > 1 << 16:
            self._tails.clear()
        self._file.write(b"".join(parts))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._state.bytes = self._file.tell()
        self._state.done[batch.number] = batch.digest
        self._keep()

    def note(self, **meta: str) -> None:
        self._state.finished = True
        self._keep()
        del meta

    def instances(self, seen: dict[str, str]) -> None:
        """Lines say nothing of instances; the summary does."""

    def close(self) -> None:
        self._file.close()

    def _keep(self) -> None:
        files.write(self._beside, msgspec.json.encode(self._state))


def record(name: str, entry: Entry, resolver: str, public: Sequence[str]) -> dict[str, Any]:
    """One record as a JSON object."""
    return {
        "name": name,
        "type": entry.type,
        "outcome": entry.outcome.value,
        "strength": entry.strength,
        "mechanisms": list(entry.mechanisms),
        "rule": entry.rule,
        "judged_at": entry.judged_at,
        "resolver": resolver,
        "answer": {
            "rcode": entry.rcode,
            "ede": [{"code": item.code, "text": item.text} for item in entry.ede],
            "addresses": list(public or entry.addresses),
        },
    }


def _tail(entry: Entry, resolver: str) -> tuple[bytes, bytes]:
    """A record behind its name and before its addresses, and the addresses where it has no public ones."""
    whole = msgspec.json.encode(record("", entry, resolver, ()))
    head, _, shown = whole.removeprefix(b'{"name":""').partition(b'"addresses":')
    return head + b'"addresses":', shown.removesuffix(b"}}")
