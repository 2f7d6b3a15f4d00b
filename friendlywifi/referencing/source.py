"""Where a check's reference comes from: a file, or an https URL of which the last good copy is kept.

A download crosses the very network that is being tested, so nothing of it counts but the signature: it must
be by a key that this machine was told to trust. Whatever else a network does to it (a login page, an error,
an older copy played back) leaves the kept copy in force, with its age said.
"""

from __future__ import annotations

import hashlib
import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import msgspec

from certificates.keys import KeyFault, public_from_text
from certificates.reference import MAX_FILE, KnownReference, ReferenceFault, from_file
from friendlywifi import files
from friendlywifi.complaint import Complaint
from probes.records import Record, decode, digest, encode

if TYPE_CHECKING:
    import httpx

CONNECT_WITHIN = 10.0
"""Seconds for each step of a download."""
DONE_WITHIN = 60.0
"""Seconds for all of it: a server that trickles is none."""
REDIRECTS = 3


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A reference, or none, and what there is to say about where it came from."""

    known: KnownReference | None
    remark: str | None = None


class _Kept(Record):
    """Beside a kept copy: whose it is, and what the server called it."""

    url: str
    etag: str | None
    digest: str


@dataclass(frozen=True, kw_only=True)
class _Answer:
    status: int
    etag: str | None
    body: bytes


class _Unreachable(Exception):  # noqa: N818 - what the network did, said in words
    """Why nothing usable came."""


def open_reference(
    place: str,
    *,
    keys: Collection[str],
    cache: Path,
    context: ssl.SSLContext | None = None,
) -> Opened:
    """The reference at a path or an https URL. `keys` are trusted public keys, base64.

    Complains of a file that is no reference or was changed, and of a download that no trusted key signed.
    `context` stands in for the public authorities.
    """
    require_keys(keys)
    if not is_url(place):
        path = Path(place)
        data = files.read_bytes(path, what="the reference")
        try:
            return Opened(known=from_file(data, trusted=keys))
        except ReferenceFault as fault:
            raise Complaint(f"{path}: {fault}") from None
    if urlsplit(place).scheme != "https":
        raise Complaint(f"the reference {place} is not fetched: give an https URL or a file")
    if not keys:
        raise Complaint(
            f"the reference {place} is not fetched: say whose signature counts, with reference_keys under "
            "[trust] in the configuration or --reference-key"
        )
    return _Shelf(url=place, directory=cache, keys=frozenset(keys), context=context).open()


def require_keys(keys: Collection[str]) -> None:
    """Complains of a key that is none: a slip of the pen must not look like a stranger's signature."""
    for key in keys:
        try:
            public_from_text(key)
        except KeyFault:
            raise Complaint(
                f'the reference key "{key}" is no Ed25519 public key in base64 (44 letters, the last one "=")'
            ) from None


def is_url(place: str) -> bool:
    """Whether it is a URL and not a path."""
    return "://" in place


@dataclass(frozen=True, kw_only=True)
class _Shelf:
    """One URL and the last good copy of what it held."""

    url: str
    directory: Path
    keys: frozenset[str]
    context: ssl.SSLContext | None

    def open(self) -> Opened:
        kept, data = self._kept()
        try:
            answer = self._fetch(kept.etag if kept is not None else None)
        except _Unreachable as why:
            return self._instead(data, str(why))
        if answer.status == 304 and data is not None:
            return Opened(known=self._read(data))
        if answer.status != 200:
            return self._instead(data, f"the server answered {answer.status}")
        fresh = self._read(answer.body)
        if data is not None and fresh.reference.taken < (old := self._read(data)).reference.taken:
            return Opened(
                known=old, remark=f"{self.url} gave an older reference than the kept copy, which stays"
            )
        # The copy first: notes about a copy that is not there would be believed.
        files.write(self._file("json"), answer.body)
        notes = _Kept(url=self.url, etag=answer.etag, digest=digest(answer.body))
        files.write(self._file("etag"), encode(notes))
        return Opened(known=fresh)

    def _instead(self, data: bytes | None, why: str) -> Opened:
        if data is None:
            return Opened(
                known=None, remark=f"the reference {self.url} could not be had ({why}), and no copy is kept"
            )
        known = self._read(data)
        return Opened(
            known=known,
            remark=f"the reference {self.url} could not be had ({why}): the kept copy of "
            f"{known.reference.taken:%Y-%m-%d} is used",
        )

    def _read(self, data: bytes) -> KnownReference:
        try:
            known = from_file(data, trusted=self.keys)
        except ReferenceFault as fault:
            raise Complaint(f"the reference {self.url} is refused: {fault}") from None
        if known.objection is not None:
            raise Complaint(f"the reference {self.url} is refused: {known.objection}")
        return known

    def _kept(self) -> tuple[_Kept | None, bytes | None]:
        """The notes and the copy, each only where it can be used."""
        try:
            data = self._file("json").read_bytes()
            if from_file(data, trusted=self.keys).objection is not None:
                return None, None
        except (OSError, ReferenceFault):
            return None, None
        try:
            notes = decode(self._file("etag").read_bytes(), _Kept)
        except (OSError, msgspec.DecodeError):
            return None, data
        return (notes if (notes.url, notes.digest) == (self.url, digest(data)) else None), data

    def _file(self, suffix: str) -> Path:
        return self.directory / f"{hashlib.sha256(self.url.encode()).hexdigest()[:16]}.{suffix}"

    def _fetch(self, etag: str | None) -> _Answer:
        import httpx  # noqa: PLC0415 - only a URL needs it

        headers = {"accept": "application/json", "accept-encoding": "identity"}
        if etag is not None:
            headers["if-none-match"] = etag
        until = time.monotonic() + DONE_WITHIN
        try:
            # The machine's proxy and SSL_CERT_FILE are no part of this (trust_env).
            with httpx.Client(
                trust_env=False, timeout=CONNECT_WITHIN, verify=self.context or _public_authorities()
            ) as client:
                return _follow(client, self.url, headers=headers, until=until)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise _Unreachable(str(error) or type(error).__name__) from None


def _follow(client: httpx.Client, url: str, *, headers: dict[str, str], until: float) -> _Answer:
    for _ in range(REDIRECTS + 1):
        with client.stream("GET", url, headers=headers) as response:
            if not response.has_redirect_location:
                return _Answer(
                    status=response.status_code,
                    etag=response.headers.get("etag"),
                    body=_body(response, until=until) if response.status_code == 200 else b"",
                )
            url = urljoin(url, response.headers["location"])
        if urlsplit(url).scheme != "https":
            raise _Unreachable("it leads away from https, as a login page does")
    raise _Unreachable("it leads from one place to the next without end")


def _body(response: httpx.Response, *, until: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_raw():
        size += len(part)
        if size > MAX_FILE:
            raise _Unreachable("it is far longer than any reference")
        if time.monotonic() > until:
            raise _Unreachable("it took too long")
        parts.append(part)
    return b"".join(parts)


def _public_authorities() -> ssl.SSLContext:
    import certifi  # noqa: PLC0415 - only a URL needs it

    return ssl.create_default_context(cafile=certifi.where())
