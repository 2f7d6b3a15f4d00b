"""Whether a chain is trusted by a set of authorities, for a host, at a time; and if not, why.

The engine is OpenSSL's, by way of pyOpenSSL: it takes what nearly everything else takes, and it gives its
reason in the words that administrators look up. (`cryptography.x509.verification` enforces the profile of the
CA/Browser Forum upon every certificate and so refuses chains that work everywhere, pyca/cryptography#11461;
a genuine page that is called intercepted would be the road to a false pass.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from OpenSSL import crypto

from probes import failure
from probes.visit.chain import parse, read
from probes.visit.hostname import certificate_is_for

Anchors = Mapping[bytes, tuple[crypto.X509, ...]]
"""Trusted certificates by their subject (DER)."""


def anchors_of(certificates: Iterable[bytes]) -> Anchors:
    """Certificates (DER) as authorities; the broken among them are left out."""
    by_subject: dict[bytes, tuple[crypto.X509, ...]] = {}
    for der in dict.fromkeys(certificates):
        link = _load(parse(der))
        if link is not None:
            by_subject[link.subject] = (*by_subject.get(link.subject, ()), link.loaded)
    return MappingProxyType(by_subject)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a chain is not trusted: OONI's string, and the reason in OpenSSL's words."""

    failure: str
    problem: str


# X509_V_ERR_*: the ones that are said here and not by OpenSSL itself, in its words.
_UNREADABLE = Refusal(failure=failure.SSL_CERTIFICATE, problem="certificate cannot be read")
_HOSTNAME = Refusal(failure=failure.SSL_HOSTNAME, problem="hostname mismatch")
_PURPOSE = Refusal(failure=failure.SSL_CERTIFICATE, problem="unsuitable certificate purpose")
_WEAK = Refusal(failure=failure.SSL_CERTIFICATE, problem="CA signature digest algorithm too weak")

_SERVER = frozenset({ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE})
_BROKEN_DIGESTS = frozenset({"md2", "md4", "md5", "sha1"})


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A chain that could be read, and what of it does not depend on a store."""

    certificates: tuple[crypto.X509, ...]
    subjects: frozenset[bytes]
    """Whoever could end one of its paths: its subjects and its issuers (DER)."""
    named: bool
    """The first is for the host that was asked."""


def show(chain: tuple[bytes, ...], name: str) -> Shown | None:
    """`None`: the first is no certificate, or its names cannot be read. Broken others are left out."""
    certificates = [parse(der) for der in chain]
    leaf = certificates[0] if certificates else None
    if leaf is None:
        return None
    named = read(lambda: certificate_is_for(leaf, name))
    links = [link for link in map(_load, certificates) if link is not None]
    if named is None or _load(leaf) is None:
        return None
    return Shown(
        certificates=tuple(link.loaded for link in links),
        subjects=frozenset(end for link in links for end in (link.subject, link.issuer)),
        named=named,
    )


@dataclass(frozen=True, kw_only=True)
class _Link:
    loaded: crypto.X509
    subject: bytes
    issuer: bytes


def _load(certificate: x509.Certificate | None) -> _Link | None:
    """A certificate for OpenSSL, with its names (DER); `None` where it is broken."""
    if certificate is None:
        return None
    return read(
        lambda: _Link(
            loaded=crypto.X509.from_cryptography(certificate),
            subject=certificate.subject.public_bytes(),
            issuer=certificate.issuer.public_bytes(),
        )
    )


def refusal(shown: Shown | None, anchors: Anchors, now: datetime) -> Refusal | None:
    """Why these authorities do not trust this chain at this time; `None` if they do.

    Any certificate among the anchors ends a path, also one that is not self-signed (a list may name its
    intermediate authority, or the page's certificate itself).
    """
    if shown is None:
        return _UNREADABLE
    # A store for each chain: once OpenSSL has been told the time for a store, it cannot be told another
    # (X509_VERIFY_PARAM_inherit keeps the first). Only anchors that can end one of its paths go in.
    store = crypto.X509Store()
    store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
    store.set_time(now.astimezone(UTC))
    for subject in shown.subjects:
        for anchor in anchors.get(subject, ()):
            store.add_cert(anchor)
    leaf, *others = shown.certificates
    try:
        path = crypto.X509StoreContext(store, leaf, others).get_verified_chain()
    except crypto.X509StoreContextError as error:
        code, _depth, words = error.errors
        kind = failure.name_certificate(code)
        # As OpenSSL orders it: the authority first, then the name, then dates and the rest.
        if kind != failure.SSL_AUTHORITY and not shown.named:
            return _HOSTNAME
        return Refusal(failure=kind, problem=words)
    except crypto.Error:
        return _UNREADABLE
    if not shown.named:
        return _HOSTNAME
    # The last of a path is trusted for being in the store: neither its purpose nor its signature counts,
    # unless it is the leaf itself.
    links = [link.to_cryptography() for link in path[:-1]]
    if not all(_serves(link) for link in links or [leaf.to_cryptography()]):
        return _PURPOSE
    return _WEAK if any(_weakly_signed(link) for link in links) else None


def _serves(certificate: x509.Certificate) -> bool:
    """Whether it may identify a server, or vouch for one that does (RFC 5280, 4.2.1.12)."""
    purposes = read(lambda: _purposes(certificate))
    return purposes is not None and (not purposes or bool(_SERVER & purposes))


def _purposes(certificate: x509.Certificate) -> frozenset[x509.ObjectIdentifier]:
    """Empty: it is not limited to any."""
    try:
        return frozenset(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return frozenset()


def _weakly_signed(certificate: x509.Certificate) -> bool:
    # An algorithm that nobody here knows is not one that is known to be broken: OpenSSL took it.
    digest = read(lambda: certificate.signature_hash_algorithm)
    return digest is not None and digest.name in _BROKEN_DIGESTS
