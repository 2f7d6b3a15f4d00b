"""A year of weekly evidence of many hotspots, replayed: how long it takes, and that memory stays flat."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from friendlywifi.audit.entries import Entry
from friendlywifi.audit.replaying import replay_all
from friendlywifi.evidence import contents as names
from friendlywifi.evidence.bundle import make_seal
from friendlywifi.evidence.commitment import FILE as COMMITMENT
from friendlywifi.evidence.container import Packed, body, packed, read, unpack, write
from friendlywifi.evidence.manifest import BLOCKS, SEAL, SUMS, blocks_of, read_sums, root_hex
from probes.records import encode
from tests.friendlywifi.evidence.made import KEY, Made, measure, renumbered

HOTSPOTS = int(os.environ.get("FRIENDLYWIFI_TEST_HOTSPOTS", "300"))
WEEKS = 52


class Year:
    """Bundles of one measured check under any hotspot and number; what stays the same is packed once."""

    def __init__(self, made: Made) -> None:
        self._made = made
        self._entries = {item.name: item for item in read(made.data)}
        self._sums = dict(read_sums(unpack(self._entries[SUMS])[0]))
        self._marks = {
            line.split(b" ")[0]: line + b"\n"
            for line in unpack(self._entries[BLOCKS])[0].split(b"\n")
            if line
        }

    def bundle(self, hotspot: str, serial: int, commitment: bytes | None = None) -> bytes:
        run = msgspec.structs.replace(self._made.checked.run, hotspot=hotspot, serial=serial)
        commitment = commitment or self._made.recommitted(hotspot, serial)
        changed = {names.RUN: encode(run), COMMITMENT: commitment}
        marks = {**self._marks, **{name.encode(): blocks_of({name: data}) for name, data in changed.items()}}
        changed[BLOCKS] = b"".join(marks[name] for name in sorted(marks))
        sums = {**self._sums, **{name: hashlib.sha256(data).hexdigest() for name, data in changed.items()}}
        changed[SUMS] = b"".join(f"{value}  {name}\n".encode() for name, value in sorted(sums.items()))
        entries: dict[str, Packed] = {name: item for name, item in self._entries.items() if name != SEAL}
        entries |= {name: packed(name, data) for name, data in changed.items()}
        ordered = [entries[name] for name in sorted(entries)]
        seal = make_seal(
            hotspot=hotspot,
            serial=serial,
            run=run.id,
            root=root_hex(changed[SUMS]),
            packed=hashlib.sha256(body(ordered)).hexdigest(),
            key=KEY,
        )
        return write([*ordered, packed(SEAL, seal, store=True)])


def handed_in(year: Year, folder: Path, hotspots: int) -> Iterator[Entry]:
    """Each file is made when it is asked for, and there are never more than a few."""
    for hotspot in range(hotspots):
        for serial in range(1, WEEKS + 1):
            data = year.bundle(f"Hotspot {hotspot}", serial)
            path = folder / f"{hotspot}-{serial}.zip"
            path.write_bytes(data)
            yield Entry(digest=hashlib.sha256(data).hexdigest(), path=str(path), certifier="A", refused=None)


def resident() -> int:
    """The largest of the workers, MB."""
    sizes = []
    for child in multiprocessing.active_children():
        try:
            status = Path(f"/proc/{child.pid}/status").read_text()
        except OSError:
            continue
        sizes += [int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmRSS")]
    return max(sizes, default=0)


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_a_year_of_three_hundred_hotspots_is_replayed_in_flat_memory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = measure("library")
    year = Year(made)
    count = HOTSPOTS * WEEKS
    began, done, memory = time.monotonic(), 0, []
    for entry, (result, differing) in replay_all(handed_in(year, tmp_path, HOTSPOTS), jobs=2):
        assert (result, differing) == ("identical", 0)
        Path(entry.path).unlink()
        done += 1
        if done % max(1, count // 10) == 0:
            memory.append(resident())
    seconds = time.monotonic() - began
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what this is for
            f"\n{count} bundles of {len(made.data) // 1000} kB, "
            f"{len(made.checked.observations)} observations each, 2 workers: "
            f"{seconds:.0f} s, {seconds / count * 1000:.0f} ms each; largest worker by tenths: {memory} MB"
        )
    assert done == count
    # The first tenth has everything loaded; from there on nothing may grow with the number of bundles.
    assert max(memory) <= memory[0] * 1.25 + 20


def test_the_bundles_of_the_year_are_true_ones(library: Made) -> None:
    """What the long test replays is, byte for byte, what the program itself would have made."""
    true, commitment = renumbered(
        library.given,
        library.checked,
        standard=library.promised.standard,
        key=KEY,
        hotspot="Hotspot 3",
        serial=7,
        previous=None,
        run_id=library.checked.run.id,
    )
    assert Year(library).bundle("Hotspot 3", 7, commitment) == true
