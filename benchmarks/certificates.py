"""A thousand certificates in one command, and the same page set by WeasyPrint.

    python -m benchmarks.certificates [COUNT] [--weasyprint N]

Throw-away records with COUNT TEST certificates, each with a code, a credential and its entry in the log, are
printed by `friendlywifi certify print --all`. WeasyPrint gets N of the same pages as HTML, in an environment
of its own; where it cannot be installed, that is said and left out. One line of JSON is printed, and kept in
`benchmarks/last-certificates.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
import time
import venv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.measured import run
from certificates.credential import StatusEntry
from certificates.keys import key_from_seed, key_id, public_text
from certificates.lifecycle import Event
from certificates.page import render_page
from certificates.print import engine_version, render_pdf
from certificates.proofs import make_proofs
from certificates.records import Certificate, end_of_day_after
from certificates.signing import from_file, sign
from certificates.transitions import EventKind, Role, Why
from certificates.view import claim_sentence
from friendlywifi.records import certificates, hotspots, register
from friendlywifi.records.certificates import CertificateRow, New, Series
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.register import Publication
from friendlywifi.register.papers import papers
from probes.records import digest

LAST = Path(__file__).parent / "last-certificates.json"
MODEL = Path(__file__).parents[1] / "tests" / "certificates" / "golden" / "provisional-test.json"
KEY = key_from_seed(b"a benchmark" + bytes(21))
REGISTER = "https://register.example"

WEASY = """
import json, sys, time
import weasyprint
pages = json.load(sys.stdin)
weasyprint.HTML(string=pages[0]).write_pdf()
began, spent = time.perf_counter(), time.process_time()
size = sum(len(weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")) for page in pages)
print(json.dumps({
    "version": weasyprint.__version__, "pages": len(pages), "bytes": size,
    "seconds": time.perf_counter() - began, "cpu": time.process_time() - spent,
}))
"""


def filled(place: Path, count: int) -> dict[str, float]:
    """Records with so many certificates, and how long making and logging them took."""
    with open_records(place / "state" / "records.db") as records:
        began = time.perf_counter()
        with records.writing():
            for number in range(count):
                hotspot = Hotspot(
                    id=f"library-{number}",
                    name=f"Biblioteka {number}",
                    place="Tiranë",
                    address=f"Rruga e Provës {number}",
                    ssids=(f"Biblioteka-{number}",),
                    operator="Bashkia e Provës",
                )
                hotspots.add(records, hotspot, now=_issued(), actor="a benchmark")
                issued(records, hotspot, number)
        signed = time.perf_counter() - began
        began = time.perf_counter()
        with papers(records, pdf=render_pdf) as pdf:
            size = sum(1 for _ in register.append(records, pdf=pdf, randomness=secrets.token_bytes))
        logged = time.perf_counter() - began
        root = register.tree_of(register.log(records)).root().hex()
        now = _issued() + timedelta(hours=1)
        state = Publication(
            at=now, good_until=now + timedelta(days=7), content=digest(root), journal=0, size=size, root=root
        )
        register.publish(records, state, now=now, actor="a benchmark")
    return {"signing_seconds": round(signed, 2), "logging_seconds": round(logged, 2)}


def issued(records: Records, hotspot: Hotspot, place: int) -> CertificateRow:
    """A TEST certificate as a decider would have issued it, with its proofs."""
    model = from_file(MODEL.read_bytes()).certificate
    public = KEY.public_key()

    def make(number: str) -> New:
        certificate = msgspec.structs.replace(
            varied(model, place),
            number=number,
            url=f"{REGISTER}/c/{number}",
            place=hotspot.name,
            address=f"{hotspot.address}, {hotspot.place}",
            holder=hotspot.operator,
            ssids=hotspot.ssids,
            issued=_issued(),
            valid_until=end_of_day_after(_issued(), 90),
            issuer=msgspec.structs.replace(model.issuer, key=public_text(public), key_id=key_id(public)),
        )
        signed = sign(certificate, KEY)
        status = StatusEntry(
            revocation_list=f"{REGISTER}/status/revocation",
            suspension_list=f"{REGISTER}/status/suspension",
            index=place,
        )
        return New(
            signed=signed,
            hotspot=hotspot.id,
            decided=Event(
                kind=EventKind.ISSUE,
                at=certificate.issued,
                by="a benchmark",
                role=Role.DECIDER,
                why=Why.DECIDED,
                decided=digest(number),
            ),
            suspension_days=183,
            evidence_days=30,
            place=place,
            proofs=make_proofs(signed, register_url=REGISTER, status=status, key=KEY),
        )

    row = certificates.issue_row(
        records, series=Series(name="TEST"), make=make, now=_issued(), actor="a benchmark"
    )
    if not isinstance(row, CertificateRow):
        raise SystemExit(row.sentence)
    return row


def varied(model: Certificate, number: int) -> Certificate:
    """The same, as another place would have it: no two have all of their findings and digests in common.

    What one issuer prints on all of its certificates stays: the typesetter knows it again, and may.
    """
    claims = []
    for place, claim in enumerate(model.claims):
        changed = claim
        if claim.names is not None and claim.opened is not None:
            must_open = claim.criterion.startswith("OVB-")
            names = claim.names + (number * 7 + place) % 9
            changed = msgspec.structs.replace(
                claim,
                names=names,
                sentence=claim_sentence(
                    names=names,
                    opened=claim.opened,
                    source=claim.list,
                    at_least=claim.at_least_percent,
                    must_open=must_open,
                ),
            )
        claims.append(changed)
    evidence = msgspec.structs.replace(
        model.evidence,
        first=model.evidence.first - timedelta(days=number % 30, minutes=number),
        last=model.evidence.last - timedelta(minutes=number),
        runs=model.evidence.runs + number % 50,
        certification_run=f"run-{number}",
    )
    return msgspec.structs.replace(
        model,
        claims=tuple(claims),
        evidence=evidence,
        place=f"Biblioteka {number}",
        address=f"Rruga e Provës {number}, Tiranë",
        url=f"{model.url}-{number}",
        assessment=digest(f"assessment {number}".encode()),
        period=digest(f"period {number}".encode()),
    )


def _issued() -> datetime:
    return from_file(MODEL.read_bytes()).certificate.issued


def printed(place: Path, count: int) -> dict[str, Any]:
    """The one command, as a process of its own."""
    around = ("env", f"FRIENDLYWIFI_STATE={place / 'state'}", f"HOME={place}")
    command = (
        *around,
        sys.executable,
        "-m",
        "friendlywifi",
        "certify",
        "print",
        "--all",
        "-o",
        str(place / "out"),
    )
    seconds, cpu, rss, _ = run(command, core=None)
    folders = [item for item in (place / "out").iterdir() if item.is_dir()]
    left = sum(len(list(item.iterdir())) for item in folders)
    if len(folders) != count or left != 6 * count:
        raise SystemExit(f"{len(folders)} folders with {left} files were left for {count} certificates")
    return {
        "certificates": count,
        "files": left,
        "seconds": round(seconds, 2),
        "cpu": round(cpu, 2),
        "rss_mb": round(rss, 1),
        "a_second": round(count / seconds, 1),
    }


def beside(place: Path, pages: int) -> dict[str, Any]:
    """The certificate alone, by typst and by WeasyPrint, each in one process."""
    with open_records(place / "state" / "records.db") as records:
        rows = certificates.every(records)[:pages]
    render_pdf(rows[0].signed, rows[0].proofs)
    began, spent = time.perf_counter(), time.process_time()
    size = sum(len(render_pdf(row.signed, row.proofs)) for row in rows)
    ours = {
        "version": engine_version(),
        "pages": len(rows),
        "bytes": size,
        "seconds": round(time.perf_counter() - began, 3),
        "cpu": round(time.process_time() - spent, 3),
    }
    texts = [render_page(row.signed, None if row.proofs is None else row.proofs.code) for row in rows]
    return {"typst": ours, "weasyprint": _weasyprint(place, texts)}


def _weasyprint(place: Path, texts: list[str]) -> dict[str, Any]:
    """What WeasyPrint took, or why it was left out."""
    home = place / "weasyprint"
    venv.create(home, with_pip=True)
    python = str(home / "bin" / "python")
    got = subprocess.run(
        [python, "-m", "pip", "install", "-q", "weasyprint"], capture_output=True, text=True, check=False
    )
    if got.returncode:
        return {"left_out": f"it could not be installed: {got.stderr.strip()[-200:]}"}
    done = subprocess.run(
        [python, "-c", WEASY], input=json.dumps(texts), capture_output=True, text=True, check=False
    )
    if done.returncode:
        return {"left_out": f"it does not run here: {done.stderr.strip()[-200:]}"}
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return {**told, "seconds": round(told["seconds"], 3), "cpu": round(told["cpu"], 3)}


def measured(count: int, pages: int) -> dict[str, Any]:
    """All of it, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        before = filled(place, count)
        found = {**printed(place, count), **before}
        return {**found, **beside(place, pages)} if pages else found


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=1000)
    parser.add_argument("--weasyprint", type=int, default=50, metavar="N")
    given = parser.parse_args()
    found = {
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        **measured(given.count, given.weasyprint),
    }
    LAST.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
