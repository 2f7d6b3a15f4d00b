"""The prints whose hashes go into the log: by several processes where many certificates wait for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

from certificates.proofs import Proofs
from certificates.records import SignedCertificate
from friendlywifi.records import register
from friendlywifi.records.database import Records
from friendlywifi.spreading import cores, spread

Paper = Callable[[SignedCertificate, Proofs], bytes]
"""The bytes of a print, before any signature."""

MANY = 100
"""Certificates for which the start of further processes pays."""


@contextmanager
def papers(records: Records, *, pdf: Paper, jobs: int | None = None) -> Iterator[Paper]:
    """Gives what gives the print of each waiting certificate, asked in the order in which they wait.

    With more than one process `pdf` must be such as can be sent to another one.
    """
    waiting = register.unlogged(records)
    several = cores() if jobs is None and waiting >= MANY else jobs or 1
    with closing(spread(partial(_set, pdf), register.waiting(records), jobs=several)) as made:

        def paper(signed: SignedCertificate, proofs: Proofs) -> bytes:
            number = signed.certificate.number
            for (ahead, _), data in made:
                if ahead.certificate.number == number:
                    return data
                # Another program was quicker with that one.
            return pdf(signed, proofs)

        yield paper


def _set(pdf: Paper, item: tuple[SignedCertificate, Proofs]) -> bytes:
    return pdf(*item)
