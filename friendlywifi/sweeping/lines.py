"""`-o out.jsonl`: one record a line, in the form that the design of the project gives.

Only its owner may read it: it may be a directory of sites that nobody should be led to. Beside it stands
`out.jsonl.state`, which is replaced atomically after each block: what stands in the file
behind the last whole block is cut off when a sweep goes on.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from friendlywifi import files
from friendlywifi.complaint import Complaint
from friendlywifi.sweeping.keeping import finished, stopped
from friendlywifi.sweeping.leaks import Seen, Standing
from friendlywifi.sweeping.source import Batch
from friendlywifi.sweeping.tally import Differing, Tally
from friendlywifi.sweeping.verdicts import Entry, Row


class State(msgspec.Struct, forbid_unknown_fields=True):
    """How far the file is whole, and what it came to so far."""

    resolvers: list[str]
    meta: dict[str, str]
    bytes: int = 0
    done: dict[int, str] = {}
    tally: Tally = msgspec.field(default_factory=Tally)
    ended: str | None = None
    instances: dict[str, str] = {}
    standing: list[Standing] | None = None
    """Once it ended: the open leaks; `None` then: too many to be followed."""


class Lines:
    """A sweep in a file of JSON lines."""

    def __init__(
        self,
        path: Path,
        *,
        resolvers: Sequence[str],
        meta: Mapping[str, str],
        begun: Mapping[str, str] | None = None,
    ) -> None:
        """Opens a file, or makes one. `meta` says what is swept how: a file of another sweep is refused.
        `begun` is kept of the first run that wrote to it.
        """
        self._path = path
        self._beside = beside(path)
        self._resolvers = tuple(resolvers)
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, files.PRIVATE), "r+b")
        self._tails: dict[tuple[Entry, int], tuple[bytes, bytes]] = {}
        try:
            self._state = self._begin(meta, begun or {})
        except BaseException:
            self._file.close()
            raise

    def _begin(self, meta: Mapping[str, str], begun: Mapping[str, str]) -> State:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Complaint(f"another sweep writes to {self._path} at the same time") from None
        size = self._file.seek(0, os.SEEK_END)
        if not size:
            # Before the first byte, so that whoever is killed leaves nothing that nobody can read.
            state = State(resolvers=list(self._resolvers), meta={**begun, **meta})
            files.write(self._beside, msgspec.json.encode(state), mode=files.PRIVATE)
            return state
        state = self._resumed(meta)
        if size < state.bytes:
            raise Complaint(
                f"{self._path} is shorter than {self._beside.name} says; take both away and begin anew"
            )
        self._file.seek(state.bytes)
        self._file.truncate()
        return state

    @property
    def done(self) -> dict[int, str]:
        return self._state.done

    @property
    def meta(self) -> Mapping[str, str]:
        return self._state.meta

    @property
    def tally(self) -> Tally:
        return self._state.tally

    def _resumed(self, meta: Mapping[str, str]) -> State:
        try:
            state = msgspec.json.decode(self._beside.read_bytes(), type=State)
        except (OSError, msgspec.MsgspecError):
            raise Complaint(
                f"{self._path} is there, and {self._beside.name}, which says how far it is whole, is not; "
                "name another file, or take it away"
            ) from None
        wrong = [key for key, value in meta.items() if state.meta.get(key) != value]
        if wrong or state.resolvers != list(self._resolvers):
            what = wrong[0] if wrong else "resolvers"
            raise Complaint(
                f"{self._path} holds another sweep ({what} differs); name another file, or take it away"
            )
        if state.ended is not None:
            raise Complaint(finished(self._path, state.ended))
        return state

    def write(
        self, batch: Batch, columns: Sequence[Sequence[Row]], *, differing: Sequence[Differing] = ()
    ) -> None:
        """One block, and then the note that it is there."""
        parts = self._parts(batch, columns)
        parts += [_DIFFERS + msgspec.json.encode(item) + b"}\n" for item in differing]
        if len(self._tails) > 1 << 14:
            self._tails.clear()
        try:
            self._file.write(b"".join(parts))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise Complaint(stopped(self._path, error.strerror or "")) from None
        self._state.bytes = self._file.tell()
        self._state.done[batch.number] = batch.digest
        self._keep()

    def _parts(self, batch: Batch, columns: Sequence[Sequence[Row]]) -> list[bytes]:
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
            row = {"name": page, "outcome": "not_decidable", "rule": "page_of_a_site"}
            add(msgspec.json.encode(row) + b"\n")
        return parts

    def earlier(self, names: Collection[str]) -> Iterator[Seen]:
        """What an earlier run wrote: whatever opens, and whatever has one of these names."""
        for line in self._written():
            if not line.startswith(_DIFFERS) and (names or _OPENS in line):
                row = msgspec.json.decode(line, type=_Line)
                if row.outcome == "reachable" or row.name in names:
                    answer = row.answer or _Answer()
                    yield Seen(row.name, row.type, row.resolver, row.outcome, row.rule, answer.addresses)

    def differing(self, limit: int) -> tuple[Differing, ...]:
        """The first names on which resolvers differ, over all runs."""
        found = (line for line in self._written() if line.startswith(_DIFFERS))
        return tuple(
            msgspec.json.decode(line.removeprefix(_DIFFERS).rstrip()[:-1], type=Differing)
            for line in islice(found, limit)
        )

    def _written(self) -> Iterator[bytes]:
        """The lines of whole blocks."""
        at = 0
        with self._path.open("rb") as file:
            for line in file:
                at += len(line)
                if at > self._state.bytes:
                    return
                yield line

    def finish(
        self, *, ended: str, standing: Sequence[Standing] | None, instances: Mapping[str, str]
    ) -> None:
        """The sweep is whole: what it leaves to the one of tomorrow, and who answered."""
        self._state.ended = ended
        self._state.standing = None if standing is None else list(standing)
        self._state.instances = dict(instances)
        self._keep()

    def close(self) -> None:
        # What could not be written stays in the buffer, and closing tries again.
        with contextlib.suppress(OSError):
            self._file.close()

    def _keep(self) -> None:
        files.write(self._beside, msgspec.json.encode(self._state), mode=files.PRIVATE)


def beside(path: Path) -> Path:
    """Where the state of such a file is."""
    return path.with_name(path.name + ".state")


class _Answer(msgspec.Struct):
    addresses: tuple[str, ...] = ()


class _Line(msgspec.Struct):
    """As much of a line as is read again."""

    name: str
    outcome: str
    rule: str
    type: str = ""
    resolver: str = ""
    answer: _Answer | None = None


_OPENS = b'"outcome":"reachable"'
_DIFFERS = b'{"differs":'


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
