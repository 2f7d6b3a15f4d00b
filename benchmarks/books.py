"""Records, judging and paper: what happens after the packets."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import msgspec

from benchmarks.certificates import varied
from benchmarks.filter import name
from benchmarks.judging import judging
from benchmarks.result import Goal, Section, Series
from certificates.credential import StatusEntry
from certificates.keys import key_from_seed
from certificates.print import render_pdf
from certificates.proofs import make_proofs
from certificates.records import SignedCertificate
from certificates.signing import from_file
from criteria.records import AssessmentOutcome, Outcome
from friendlywifi.records import hotspots, runs
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.identity import Place
from friendlywifi.records.runs import Ours, RunRow
from friendlywifi.serving.status import standings
from friendlywifi.sweeping.database import Database
from friendlywifi.sweeping.source import Source
from friendlywifi.sweeping.verdicts import Entry

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_BLOCK = 10_000


def row(hotspot: int, number: int) -> RunRow:
    """A daily run of a hotspot."""
    started = NOW - timedelta(days=number, minutes=hotspot % 1440)
    return RunRow(
        hotspot=f"h{hotspot}",
        run=f"run {number}",
        serial=number + 1,
        vantage=f"ed25519:{hotspot:064x}",
        started=started,
        ended=started + timedelta(minutes=2),
        ours=Ours.ROUNDS,
        place=Place.SAME,
        outcome=AssessmentOutcome.CERTIFIABLE,
        bundle=f"sha256:{hotspot:032x}{number:032x}",
    )


def fill(records: Records, places: int, each: int) -> float:
    """So many runs of each of so many hotspots, newest last; the seconds that the rows themselves took."""
    kept: tuple[str, ...] | None = None
    for number in range(places):
        hotspot = Hotspot(
            id=f"h{number}",
            name=f"Place {number}",
            place="Tiranë",
            address="Rruga 1",
            ssids=("W",),
            operator="O",
        )
        if kept is None:
            hotspots.add(records, hotspot, now=NOW, actor="benchmark")
            kept = records.connection.execute("SELECT * FROM hotspots").fetchone()
        else:
            values = (hotspot.id, hotspot.name, hotspots.fold(hotspot.name), *kept[3:5])
            text = kept[5].replace('"id":"h0"', f'"id":"h{number}"').replace('"Place 0"', f'"Place {number}"')
            records.connection.execute("INSERT INTO hotspots VALUES (?, ?, ?, ?, ?, ?)", (*values, text))
    marks = ", ".join("?" * len(runs.COLUMNS))
    insert = f"INSERT INTO runs ({', '.join(runs.COLUMNS)}) VALUES ({marks})"  # noqa: S608 - constants
    taken = 0.0
    for number in reversed(range(each)):
        rows = [runs.stored(row(place, number)) for place in range(places)]
        began = time.perf_counter()
        with records.writing():
            records.connection.executemany(insert, rows)
            records.connection.executemany(
                "INSERT INTO latest VALUES (?1, ?2, ?3, ?2, ?3) ON CONFLICT (hotspot) DO UPDATE SET "
                "bundle = excluded.bundle, started = excluded.started, valid_bundle = excluded.bundle, "
                "valid_started = excluded.started",
                [(item[1], item[0], item[6]) for item in rows],
            )
        taken += time.perf_counter() - began
    return taken


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How long it takes to know how every hotspot is."""

    places: int
    latest_ms: float
    """The newest run of one, as the records answer it."""
    all_ms: float
    """Of all hotspots."""
    status_ms: float
    """`friendlywifi status`, without printing."""
    rows: float
    """Runs a second, written in transactions with what is latest."""


def kept(folder: Path, places: int, each: int) -> Kept:
    """Measures one size."""
    with open_records(folder / f"r{places}-{each}.db") as records:
        with records.writing():
            pass
        taken = fill(records, places, each)
        found = runs.latest_of_all(records)
        if len(found) != places or any(item.newest.serial != 1 for item in found.values()):
            raise SystemExit("the latest runs are not the latest")
        return Kept(
            places=places,
            latest_ms=_ms(lambda: runs.latest(records, f"h{places // 2}"), 21),
            all_ms=_ms(lambda: runs.latest_of_all(records), 5),
            status_ms=_ms(lambda: standings(records, now=NOW), 1),
            rows=places * each / taken,
        )


def ingest(folder: Path, rows: int) -> float:
    """Verdicts a second into the database of a sweep, 10,000 names in a transaction; none is lost."""
    database = Database(folder / "ingest.db", resolvers=("127.0.0.1:53",), meta={})
    entries = [
        Entry("A", Outcome.BLOCKED, "artefact", ("dns/nxdomain",), "r1", "dns", 3, (), ()),
        Entry("A", Outcome.REACHABLE, "artefact", (), "r2", "dns", 0, (), ()),
    ]
    taken = 0.0
    source = Source(lines=(name(number) for number in range(rows)), format="domains")
    for batch in source.batches(_BLOCK):
        columns = [[(entries[number % 20 > 0], ()) for number in range(len(batch.names))]]
        began = time.perf_counter()
        database.write(batch, columns)
        taken += time.perf_counter() - began
    there = database._connection.execute("SELECT count(*) FROM answers").fetchone()[0]  # noqa: SLF001 - counted where it lies
    database.close()
    if there != rows:
        raise SystemExit(f"{rows - there} rows are lost")
    return rows / taken


def papers(signed: SignedCertificate) -> float:
    """Milliseconds for a certificate's PDF, warm: each of another place, with its own code and credential."""
    key = key_from_seed(b"a benchmark" + bytes(21))
    status = StatusEntry(
        revocation_list="https://r.example/r", suspension_list="https://r.example/s", index=7
    )
    waiting = []
    for number in range(_PAPERS + _WARM):
        other = msgspec.structs.replace(signed, certificate=varied(signed.certificate, number))
        proofs = make_proofs(other, register_url="https://r.example", status=status, key=key)
        waiting.append((other, proofs))
    remaining = iter(waiting)
    for _ in range(_WARM):
        render_pdf(*next(remaining))
    return _ms(lambda: render_pdf(*next(remaining)), _PAPERS)


_WARM, _PAPERS = 3, 21


def demo(folder: Path) -> float:
    """Runs the demo; seconds."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "friendlywifi", "demo", "-o", str(folder / "demo")]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def section(*, rows: int, sizes: Sequence[tuple[int, int]]) -> Section:
    """`sizes`: hotspots, and runs of each; the last is the large one."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        took = demo(folder)
        written = ingest(folder, rows)
        grown = [kept(folder, places, each) for places, each in sizes]
        judged = judging(folder / "demo" / "certified" / "bundle.zip")
        signed = from_file((folder / "demo" / "certified" / "certificate.json").read_bytes())
        paper = papers(signed)
    last = grown[-1]
    million = sizes[-1][0] * sizes[-1][1]
    names, seen = judged.targets, judged.observations
    return Section(
        id="books",
        title="Records, judging and paper",
        text=(
            "Verdicts are written as a sweep writes them, runs as the records keep them, with every "
            "index. Judged "
            f"is the last run of the demo: {names} targets, {seen} observations. The certificates "
            "are the demo's, each of another place with its own findings, code and credential."
        ),
        columns=("what", "figure"),
        rows=(
            ("verdicts of a sweep into SQLite", f"{written:,.0f} rows/s"),
            ("runs into the records, with indexes and what is latest", f"{last.rows:,.0f} rows/s"),
            (f"newest run of one hotspot, {million:,} runs", f"{last.latest_ms:.3f} ms"),
            (f"newest run of all {last.places:,} hotspots, {million:,} runs", f"{last.all_ms:.1f} ms"),
            (f"judging {names} targets ({seen} observations)", f"{judged.run_ms:.1f} ms"),
            ("the same where every name has addresses of its own", f"{judged.apart_ms:.1f} ms"),
            ("the whole bundle worked out again (`replay`)", f"{judged.replay_ms:.1f} ms"),
            ("a certificate as PDF, warm", f"{paper:.1f} ms"),
            ("`friendlywifi demo`, 17 runs of three emulated hotspots", f"{took:.1f} s"),
        ),
        goals=(
            _at_least("verdicts into SQLite", written, 100_000, "rows/s"),
            _at_most(f"newest run of a hotspot at {million:,} runs", last.latest_ms, 50, "ms"),
            _at_most("judging 300 targets", judged.run_ms * 300 / max(names, 1), 5, "ms"),
            _at_most("a certificate as PDF, warm", paper, 20, "ms"),
        ),
        axis="hotspots",
        growth=(
            Series(name="newest run of one", unit="ms", points=tuple((i.places, i.latest_ms) for i in grown)),
            Series(name="newest run of all", unit="ms", points=tuple((i.places, i.all_ms) for i in grown)),
            Series(name="status of all", unit="ms", points=tuple((i.places, i.status_ms) for i in grown)),
        ),
        limit=(
            "Judging puts every observation in order and looks at it a few times in plain Python, some "
            "microseconds each, and is bounded by that: the verdicts themselves are decided once for all "
            "names that are told the same; the records are bounded "
            "by decoding one record for each hotspot, not by how many runs there are."
        ),
    )


def _ms(measured: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        measured()
        taken.append(time.perf_counter() - began)
    return median(taken) * 1e3


def _at_most(what: str, value: float, wanted: float, unit: str) -> Goal:
    return Goal(
        what=what, wanted=f"at most {wanted:g} {unit}", measured=f"{value:.2f} {unit}", met=value <= wanted
    )


def _at_least(what: str, value: float, wanted: float, unit: str) -> Goal:
    return Goal(what=what, wanted=f"{wanted:,} {unit}", measured=f"{value:,.0f} {unit}", met=value >= wanted)
