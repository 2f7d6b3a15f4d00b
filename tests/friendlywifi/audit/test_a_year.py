"""A year of weekly evidence of many hotspots, replayed: how long it takes, and that memory stays flat."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import re
import time
from collections.abc import Iterator
from itertools import pairwise
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


def handed_in(weeks: list[Year], folder: Path, hotspots: int) -> Iterator[Entry]:
    """Each file is made when it is asked for, and there are never more than a few."""
    for hotspot in range(hotspots):
        for serial, year in enumerate(weeks, start=1):
            data = year.bundle(f"Hotspot {hotspot}", serial)
            path = folder / f"{hotspot}-{serial}.zip"
            path.write_bytes(data)
            yield Entry(digest=hashlib.sha256(data).hexdigest(), path=str(path), certifier="A", refused=None)


def peak() -> int:
    """The most that any of the workers ever held, MB."""
    sizes = []
    for child in multiprocessing.active_children():
        try:
            status = Path(f"/proc/{child.pid}/status").read_text()
        except OSError:
            continue
        sizes += [int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")]
    return max(sizes, default=0)


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("samples", (False, True), ids=("gates", "samples"))
def test_a_year_of_three_hundred_hotspots_is_replayed_in_flat_memory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, samples: bool
) -> None:
    """One measured check for each week, with a seed of its own; every bundle has its own hotspot, number,
    promise and signature.
    """
    made = [measure("library", seed=f"week {week}", samples=samples) for week in range(WEEKS)]
    weeks, count = [Year(item) for item in made], HOTSPOTS * WEEKS
    began, done = time.monotonic(), 0
    peaks: list[int] = []
    tenths: list[float] = []
    for entry, (result, differing) in replay_all(handed_in(weeks, tmp_path, HOTSPOTS), jobs=2):
        assert (result, differing) == ("identical", 0)
        Path(entry.path).unlink()
        done += 1
        if done % max(1, count // 10) == 0:
            peaks.append(peak())
            tenths.append(time.monotonic() - began)
    seconds = time.monotonic() - began
    each = sorted((after - before) / (count // 10) * 1000 for before, after in pairwise([0.0, *tenths]))
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what this is for
            f"\n{'samples' if samples else 'gates'}: {count} bundles of {len(made[0].data) // 1000} kB, "
            f"{len(made[0].checked.observations)} observations each, 2 workers: {seconds:.0f} s, "
            f"{seconds / count * 1000:.1f} ms each (by tenths from {each[0]:.1f} to {each[-1]:.1f}); "
            f"peak of the larger worker by tenths: {peaks} MB"
        )
    assert done == count
    # The first tenth has everything loaded; from there on nothing may grow with the number of bundles.
    assert max(peaks) <= peaks[0] * 1.1 + 5


ROW = re.compile(
    r"\| (\d+) \| (\d+) × (\d+), (gates|samples) \| (\d+) \| (\d+) \| ([\d.]+) "
    r"\| ([\d.]+) to ([\d.]+) \| (\d+) to (\d+) \|"
)
EVIDENCE = Path(__file__).parents[3] / "docs" / "evidence.md"


def test_the_figures_of_a_measured_year_are_on_record_and_fit_each_other() -> None:
    text = EVIDENCE.read_text(encoding="utf-8")
    assert "pytest -m long -n 0 tests/friendlywifi/audit/test_a_year.py" in text
    assert re.search(r"Measured on \d+ \w+ 2\d{3} with two workers", text)
    rows = ROW.findall(text)
    assert {row[3] for row in rows} == {"gates", "samples"}
    assert ("300", "52", "gates") in {row[1:4] for row in rows}
    for row in rows:
        bundles, hotspots, weeks, _, _, seconds = (int(item) if item.isdecimal() else 0 for item in row[:6])
        each, fastest, slowest = map(float, row[6:9])
        least, most = map(int, row[9:])
        assert bundles == hotspots * weeks
        assert each == pytest.approx(1000 * seconds / bundles, rel=0.02)
        assert fastest <= each <= slowest
        assert most <= least * 1.1 + 5


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
