"""Every file of the register, by its path, in the order in which they may appear.

The same records and the same time give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.checkpoint import verifier_key, write_checkpoint
from certificates.credential import CONTEXT_PATH, context_document
from certificates.didweb import IssuerKey, did_document
from certificates.statement import sign_statement
from certificates.statuslist import Purpose, set_bits, status_list
from certificates.tiles import tiles
from certificates.translog import Tree
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.register.holding import CHECKPOINT, MARK
from friendlywifi.register.issuerkeys import counting
from friendlywifi.register.known import sayable
from friendlywifi.register.pages import Edition, certificate_page, facts_file, index_page, unknown_page
from friendlywifi.register.public import PublicCertificate
from friendlywifi.register.site import LOG


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What the files are made of, beside the public facts: what is signed, and with which key."""

    edition: Edition
    rows: tuple[CertificateRow, ...]
    """Those of the register's certificates; of them the proofs and digests are taken, no word."""
    keys: tuple[IssuerKey, ...]
    tests: frozenset[str]
    """Those that sign TEST certificates alone."""
    key: Ed25519PrivateKey
    entries: tuple[bytes, ...]
    tree: Tree
    revoked_before: frozenset[int]
    at: datetime


def count(sources: Sources) -> int:
    """How many files there will be, about: for a progress bar."""
    register = sources.edition.register
    return 4 * len(register.certificates) + len(register.hotspots) + len(tiles(sources.entries)) + 9


def made(sources: Sources) -> Iterator[tuple[str, bytes]]:
    """Path and bytes. What leads to others comes after them; the checkpoint comes last."""
    site = sources.edition.site
    yield MARK, f"{site.origin}\n".encode()
    # GitHub's and similar hosts leave out folders that begin with a dot, unless this file is there.
    yield ".nojekyll", b""
    for path, data in tiles(sources.entries).items():
        yield f"{LOG}/{path}", data
    yield f"{LOG}/verifier-key", f"{verifier_key(site.origin, sources.key.public_key())}\n".encode()
    yield CONTEXT_PATH, context_document()
    yield site.did_file, did_document(site.url, counting(sources.keys, sources.tests))
    # Before the pages: whoever asks a list must not be told less than a page says.
    for purpose in Purpose:
        yield site.list_path(purpose), _list(sources, purpose).encode()
    yield "404.html", unknown_page(sources.edition).encode()
    yield from _certificates(sources)
    yield "register.json", facts_file(sources.edition.register)
    yield "index.html", index_page(sources.edition).encode()
    yield CHECKPOINT, checkpoint(sources).encode()


def checkpoint(sources: Sources) -> str:
    return write_checkpoint(
        origin=sources.edition.site.origin,
        size=len(sources.tree),
        root=sources.tree.root(),
        key=sources.key,
    )


def _certificates(sources: Sources) -> Iterator[tuple[str, bytes]]:
    edition = sources.edition
    site, register = edition.site, edition.register
    of_place: dict[str, list[PublicCertificate]] = {}
    by_number = {item.number: item for item in register.certificates}
    for item in sorted(register.certificates, key=lambda one: (one.issued, one.number), reverse=True):
        of_place.setdefault(item.hotspot, []).append(item)
    rows = {row.number: row for row in sources.rows}
    for item in register.certificates:
        folder, row = site.certificate(item.number), rows[item.number]
        others = [other for other in of_place[item.hotspot] if other.test is item.test]
        # A credential cannot be shortened: it is shown where all that it says of limits may be said.
        if row.proofs is not None and sayable(row.certificate.limits):
            yield f"{folder}/credential.jwt", row.proofs.credential.encode("ascii")
        yield f"{folder}/status.json", _statement(sources, row)
        yield f"{folder}/register.json", facts_file(item)
        yield f"{folder}/index.html", certificate_page(item, edition, others=others).encode()
    for place in register.hotspots:
        current = by_number[place.numbers[0]]
        others = [by_number[number] for number in place.numbers]
        page = certificate_page(current, edition, others=others)
        yield f"{site.hotspot(place.id)}/index.html", page.encode()


def _statement(sources: Sources, row: CertificateRow) -> bytes:
    return sign_statement(
        row.certificate,
        row.status,
        since=row.changed,
        now=sources.edition.made,
        good_for=sources.edition.good_until - sources.edition.made,
        key=sources.key,
    )


def _list(sources: Sources, purpose: Purpose) -> str:
    site = sources.edition.site
    statuses = [(row.place, row.status) for row in sources.rows if row.place is not None]
    return status_list(
        list_url=site.list_url(purpose),
        register_url=site.url,
        purpose=purpose,
        bits=set_bits(statuses, purpose),
        before=sources.revoked_before if purpose is Purpose.REVOCATION else frozenset(),
        issued=sources.edition.made,
        valid_until=sources.edition.good_until,
        key=sources.key,
    )
