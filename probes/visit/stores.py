"""The three stores that every chain is judged against, each apart: built once and handed in."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import certifi

from probes import failure
from probes.visit.trust import Anchors, anchors_of, refusal, show, trusts

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")

# Where systems keep their bundle, for a Python that was built for another system than it runs on.
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True, kw_only=True)
class Trust:
    """One chain against the three stores; `None` where a store is empty or was not given."""

    pinned: bool | None
    listed: bool | None
    system: bool | None
    failure: str | None
    """`None` if the pinned or the listed store trusts it."""
    problem: str | None
    """Why the pinned store refuses it."""


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Built once: three stores, and the context that handshakes are made with."""

    pinned: Anchors
    """The public store that the program ships."""
    pinned_version: str
    """Which edition of it: who judges again needs the same."""
    listed: Anchors
    """What target lists name (`ca = FILE`)."""
    system: Anchors
    """The machine's own, or `SSL_CERT_FILE` and `SSL_CERT_DIR`."""
    context: ssl.SSLContext
    """For pages: says `http/1.1` (RFC 7301)."""
    modern: ssl.SSLContext
    """For who speaks HTTP/2 too: offers `h2` before `http/1.1`."""
    silent: ssl.SSLContext
    """For protocols whose servers may take `http/1.1` amiss: says nothing of what comes after."""

    @classmethod
    def load(cls, list_roots: tuple[str, ...] = (), *, system: bool = True) -> Stores:
        """Reads the stores. `list_roots` is PEM text; raises `ValueError` where it holds no certificate."""
        listed: list[bytes] = []
        for text in list_roots:
            found = _certificates(text)
            if not found:
                raise ValueError("the authority that a target list names holds no PEM certificate")
            listed += found
        return cls(
            pinned=anchors_of(_certificates(Path(certifi.where()).read_text("ascii", "replace"))),
            pinned_version=f"certifi {certifi.__version__}",
            listed=anchors_of(listed),
            system=anchors_of(_system_certificates() if system else ()),
            context=_context("http/1.1"),
            modern=_context("h2", "http/1.1"),
            silent=_context(),
        )

    def judge(self, chain: tuple[bytes, ...], *, name: str, now: datetime) -> Trust:
        """Judges a chain as sent (DER, leaf first) for a host at a time, against each store apart."""
        shown = show(chain, name)
        pinned = refusal(shown, self.pinned, now)
        reason, listed, trusted_by_list = pinned, None, False
        if pinned is None:
            # Nobody asks why the list's own authority does not trust what the public store does.
            trusted_by_list = trusts(shown, self.listed, now)
        elif self.listed:
            listed = refusal(shown, self.listed, now)
            trusted_by_list = listed is None
        # A chain of the list's own authority that is wrong otherwise is not "unknown".
        if listed is not None and listed.failure != failure.SSL_AUTHORITY:
            reason = listed
        return Trust(
            pinned=pinned is None if self.pinned else None,
            listed=trusted_by_list if self.listed else None,
            system=trusts(shown, self.system, now) if self.system else None,
            failure=None if pinned is None or trusted_by_list or reason is None else reason.failure,
            problem=None if pinned is None else pinned.problem,
        )


def _context(*protocols: str) -> ssl.SSLContext:
    """For handshakes that must show what is there: nothing is verified, old servers are spoken to too.

    Trust is judged afterwards. What is sent over such a connection is a request that anyone may read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    # Level 0: a filter's 1024-bit certificate is evidence that must not be lost.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= 0x4  # SSL_OP_LEGACY_SERVER_CONNECT, which Python names from 3.12 on
    context.options |= ssl.OP_NO_RENEGOTIATION
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


def _certificates(pem: str) -> list[bytes]:
    """The certificates in a text, DER; whatever is broken base64 is left out."""
    found = []
    for block in _PEM.findall(pem):
        try:
            found.append(ssl.PEM_cert_to_DER_cert(block))
        except ValueError:
            continue
    return found


def _system_certificates() -> list[bytes]:
    paths = ssl.get_default_verify_paths()
    named = [Path(path) for path in (paths.cafile,) if path is not None]
    if paths.capath is not None:
        # The directory is used by hashed names (c_rehash): HASH.0, HASH.1 …
        named += sorted(Path(paths.capath).glob("*.[0-9]"))
    if not named:
        named = [Path(path) for path in _BUNDLES if Path(path).is_file()][:1]
    found: list[bytes] = []
    for path in named:
        try:
            found += _certificates(path.read_text("ascii", "replace"))
        except OSError:
            continue
    return found
