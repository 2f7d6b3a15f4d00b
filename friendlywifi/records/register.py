"""The public log in the records, one entry for each event of a certificate, and what was published of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from certificates.lifecycle import Event
from certificates.proofs import Proofs
from certificates.records import SignedCertificate, Status
from certificates.translog import SALT_BYTES, Tree, entry_bytes, issued_entry, leaf_hash, status_entry
from friendlywifi.complaint import Complaint
from friendlywifi.records import journal
from friendlywifi.records.database import Records
from friendlywifi.records.times import read, written
from probes.records import Record, Time, decode


@dataclass(frozen=True, kw_only=True)
class Logged:
    """One entry of the log."""

    place: int
    number: str
    data: bytes
    """The canonical JSON."""


class Publication(Record):
    """A state of the register that was published; the journal keeps it too."""

    at: Time
    good_until: Time
    content: str
    """Digest of everything public, without the time."""
    journal: int
    size: int
    root: str


def log(records: Records) -> tuple[Logged, ...]:
    """The whole log, in order."""
    rows = records.connection.execute("SELECT place, number, entry FROM log_entries ORDER BY place")
    return tuple(Logged(place=place, number=number, data=entry.encode()) for place, number, entry in rows)


def salt_of(records: Records, number: str) -> bytes | None:
    """The salt of a certificate's entry: for whoever holds the certificate. `None`: it is not in the log."""
    row = records.connection.execute(
        "SELECT salt FROM log_entries WHERE number = ? AND salt IS NOT NULL", (number,)
    ).fetchone()
    return None if row is None else bytes.fromhex(row[0])


def salts(records: Records) -> dict[int, str]:
    """By place in the log: the salt of each issue, hexadecimal, for whoever holds that certificate."""
    rows = records.connection.execute("SELECT place, salt FROM log_entries WHERE salt IS NOT NULL")
    return dict(rows)


def unlogged(records: Records) -> int:
    """How many events wait for their entry."""
    return int(records.connection.execute(f"SELECT count(*) {_WAITING}").fetchone()[0])


def waiting(records: Records) -> Iterator[tuple[SignedCertificate, Proofs]]:
    """The certificates whose issue waits for its entry, in the order in which they will get it."""
    numbers = records.connection.execute(f"SELECT number {_WAITING} AND e.was = '' ORDER BY e.id").fetchall()
    for number in numbers:
        signed, proofs = records.connection.execute(
            "SELECT signed, proofs FROM certificates WHERE number = ?", number
        ).fetchone()
        yield decode(signed, SignedCertificate), decode(proofs, Proofs)


def append(
    records: Records,
    *,
    pdf: Callable[[SignedCertificate, Proofs], bytes],
    randomness: Callable[[int], bytes],
) -> Iterator[int]:
    """Give each waiting event its entry, in the order in which they happened; the place of each as it comes.

    `pdf`: the bytes of the print before any signature; `randomness(n)`: n bytes, `secrets.token_bytes`.
    Two programs at once give no event two entries, and whatever breaks it off leaves whole ones.
    """
    first = (
        "SELECT e.id, e.number, e.was, e.became, e.record, c.signed, c.proofs "
        f"{_WAITING} AND e.id > ? ORDER BY e.id LIMIT 1"
    )
    # What was passed is not looked at again: a thousand issues are no million questions.
    passed = 0
    while True:
        row = records.connection.execute(first, (passed,)).fetchone()
        if row is None:
            return
        event, number, was, became, record, signed, proofs = row
        salt: bytes | None = None
        at = decode(record, Event).at
        if was:
            entry = status_entry(number=number, status=Status(became), time=at)
        else:
            salt = randomness(SALT_BYTES)
            beside, paper = decode(proofs, Proofs), decode(signed, SignedCertificate)
            entry = issued_entry(
                number=number,
                status=Status(became),
                time=at,
                # Set before the records are locked: others may write meanwhile.
                pdf=pdf(paper, beside),
                credential=beside.credential.encode("ascii"),
                salt=salt,
            )
        with records.writing():
            still = records.connection.execute(first, (passed,)).fetchone()
            if still is None or still[0] != event:
                continue  # another program was quicker
            place = int(
                records.connection.execute("SELECT coalesce(max(place) + 1, 0) FROM log_entries").fetchone()[
                    0
                ]
            )
            records.connection.execute(
                "INSERT INTO log_entries (place, event, number, salt, entry) VALUES (?, ?, ?, ?, ?)",
                (place, event, number, None if salt is None else salt.hex(), entry_bytes(entry).decode()),
            )
        passed = event
        yield place


_WAITING = (
    "FROM certificate_events e JOIN certificates c USING (number) WHERE c.proofs IS NOT NULL "
    "AND NOT EXISTS (SELECT 1 FROM log_entries l WHERE l.event = e.id)"
)
"""A certificate without proofs was decided elsewhere: it stands in the log of that place, or comes into this
one with its proofs, later than what happened since.
"""


def tree_of(entries: tuple[Logged, ...]) -> Tree:
    return Tree(leaf_hash(entry.data) for entry in entries)


def last_published(records: Records) -> Publication | None:
    """The state that was published last."""
    row = records.connection.execute(
        "SELECT at, good_until, content, journal, size, root FROM publications ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    at, good_until, content, number, size, root = row
    return Publication(
        at=read(at), good_until=read(good_until), content=content, journal=number, size=size, root=root
    )


def publish(records: Records, new: Publication, *, now: datetime, actor: str) -> None:
    """Remember a state before its files are written, so that a second attempt writes the same bytes."""
    before = last_published(records)
    if before is not None and new.size < before.size:
        raise Complaint(f"a log of {before.size} entries was published already, and this one has {new.size}")
    with records.writing():
        records.connection.execute(
            "INSERT INTO publications (at, good_until, content, journal, size, root) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (written(new.at), written(new.good_until), new.content, new.journal, new.size, new.root),
        )
        journal.append(records, now=now, actor=actor, kind=KIND, subject=new.root, data=new)


KIND = "register.published"


def seen_journal(records: Records) -> int:
    """The number of the last entry of the journal that is not about publishing itself."""
    row = records.connection.execute(
        "SELECT coalesce(max(number), 0) FROM journal WHERE kind != ?", (KIND,)
    ).fetchone()
    return int(row[0])
