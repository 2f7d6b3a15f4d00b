"""The faces of certificates that are in the records, again: on paper, for the window, as page and as proofs.

The same records give the same faces. Each certificate has a folder of its own, whose record is written last:
a folder that has it is whole, so that whatever was broken off goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from certificates.inclusion import Inclusion
from certificates.page import render_page
from certificates.print import render_pdf, render_sticker
from certificates.proofs import Proofs
from certificates.records import SignedCertificate, whole_seconds
from certificates.signing import to_file
from friendlywifi import files, terminal
from friendlywifi.certifying.office import Office, say
from friendlywifi.certifying.papersigning import Seal, paper_seal
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.language.spoken import counted
from friendlywifi.records import certificates, register
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.records.database import Records
from friendlywifi.spreading import cores, spread
from probes.records import encode

RECORD = "certificate.json"
INCLUSION = "inclusion.json"
PDF = ".pdf"


@dataclass(frozen=True, kw_only=True)
class Printing:
    """What is to be printed."""

    numbers: tuple[str, ...] = ()
    """Empty: all of them."""
    again: bool = False
    """Those that are there already, too."""
    jobs: int | None = None
    """Processes; `None`: one for each processor."""


def print_faces(office: Office, wanted: Printing, *, output: Path, now: datetime) -> Exit:
    """Leave the faces of certificates in a folder for each."""
    now = whole_seconds(now)
    with office.records() as records:
        rows = _rows(records, wanted.numbers)
        proofs = inclusions(records)
    if not rows:
        say("There is no certificate yet.")
        return Exit.YES
    files.prepare(output)
    waiting = [row for row in rows if wanted.again or not _whole(output / row.number, row)]
    seal = paper_seal(office, name=office.issuer.name or "the issuer", now=now) if waiting else None
    jobs = min(wanted.jobs or cores(), max(len(waiting), 1))
    work = spread(faces, ((row.signed, row.proofs) for row in waiting), jobs=jobs)
    for (signed, _), made in terminal.counted(work, of=len(waiting), doing="printing"):
        _leave(output / signed.certificate.number, made, seal)
    for row in rows:
        # What is published goes on: the proof against the newest state, whenever the rest was printed.
        if row.number in proofs:
            _keep(output / row.number / INCLUSION, encode(proofs[row.number]) + b"\n")
    _say(len(waiting), len(rows) - len(waiting), sum(row.number in proofs for row in rows), output)
    return Exit.YES


def faces(item: tuple[SignedCertificate, Proofs | None]) -> tuple[tuple[str, bytes], ...]:
    """Each file of a certificate by its name, the record last. The same input, the same bytes."""
    signed, proofs = item
    made = [
        ("certificate.pdf", render_pdf(signed, proofs)),
        ("sticker.pdf", render_sticker(signed, proofs)),
        ("certificate.html", render_page(signed, None if proofs is None else proofs.code).encode()),
    ]
    if proofs is not None:
        made.append(("credential.jwt", proofs.credential.encode()))
    return (*made, (RECORD, to_file(signed)))


def inclusions(records: Records) -> dict[str, Inclusion]:
    """By number: the proof of each issue that stands in the log as it was published last."""
    published = register.last_published(records)
    if published is None or not published.size:
        return {}
    entries = register.log(records)[: published.size]
    tree = register.tree_of(entries)
    if tree.root().hex() != published.root:
        raise Complaint(
            "the log in the records is another one than was published; friendlywifi records verify"
        )
    salts = register.salts(records)
    found = {}
    for entry in entries:
        salt = salts.get(entry.place)
        if salt is not None:
            found[entry.number] = Inclusion(
                number=entry.number,
                entry=entry.data.decode(),
                salt=salt,
                index=entry.place,
                size=published.size,
                root=published.root,
                proof=tuple(step.hex() for step in tree.inclusion(entry.place)),
            )
    return found


def _rows(records: Records, numbers: Sequence[str]) -> tuple[CertificateRow, ...]:
    """The certificates; complains where there is none of a number."""
    if not numbers:
        return certificates.every(records)
    return tuple(certificates.get(records, number) for number in dict.fromkeys(numbers))


def _whole(folder: Path, row: CertificateRow) -> bool:
    """Whether its faces are there: the record is written last, and is that of this certificate."""
    path = folder / RECORD
    return path.is_file() and files.read_bytes(path, what="the certificate") == to_file(row.signed)


def _leave(folder: Path, made: tuple[tuple[str, bytes], ...], seal: Seal | None) -> None:
    # A record that is there says that the folder is whole, which it is not until the end.
    (folder / RECORD).unlink(missing_ok=True)
    for name, data in made:
        for half in folder.glob(f".{name}.*"):
            half.unlink()  # of a print that was killed while it wrote
        files.write(folder / name, seal(data) if seal is not None and name.endswith(PDF) else data)


def _keep(path: Path, data: bytes) -> None:
    if not (path.is_file() and files.read_bytes(path, what="the proof") == data):
        files.write(path, data)


def _say(made: int, before: int, proven: int, output: Path) -> None:
    for sentence in _told(made, before, proven, output):
        terminal.out().print(terminal.shown(sentence))


def _told(made: int, before: int, proven: int, output: Path) -> Iterator[str]:
    yield counted(
        "%(number)s certificate was printed into %(place)s.",
        "%(number)s certificates were printed into %(place)s.",
        made,
        place=output,
    )
    if before:
        yield counted(
            "%(number)s was there already; --again prints it once more.",
            "%(number)s were there already; --again prints them once more.",
            before,
        )
    if proven:
        yield counted(
            "%(number)s has its proof that it stands in the public log.",
            "%(number)s have their proofs that they stand in the public log.",
            proven,
        )
