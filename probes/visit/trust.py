"""Whether a chain is trusted by a set of authorities, for a host, at a time; and if not, why.

The engine is OpenSSL's, by way of pyOpenSSL: it takes what nearly everything else takes, and it gives its
reason in the words that administrators look up. (`cryptography.x509.verification` enforces the profile of the
CA/Browser Forum upon every certificate and so refuses chains that work everywhere, pyca/cryptography#11461;
a genuine page that is called intercepted would be the road to a false pass.)
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from types import MappingProxyType

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from OpenSSL import crypto

from probes import failure
from probes.visit.chain import parse, parties, read
from probes.visit.hostname import Named, names_of

Anchors = Mapping[bytes, tuple[bytes, ...]]
"""Trusted certificates by their subject; both DER."""

_REMEMBERED = 512
"""Certificates that are kept as they were read: one name has several addresses, and many names one issuer."""


def anchors_of(certificates: Iterable[bytes]) -> Anchors:
    """Certificates (DER) as authorities; the broken among them are left out."""
    by_subject: dict[bytes, tuple[bytes, ...]] = {}
    for der in dict.fromkeys(certificates):
        subject, _ = parties(der)
        name = None if subject is None else read(subject.public_bytes)
        if name is not None:
            by_subject[name] = (*by_subject.get(name, ()), der)
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

    certificates: tuple[bytes, ...]
    """DER, the leaf first."""
    subjects: frozenset[bytes]
    """Whoever could end one of its paths: its subjects and its issuers (DER)."""
    named: bool
    """The first is for the host that was asked."""


def show(chain: tuple[bytes, ...], name: str) -> Shown | None:
    """`None`: the first is no certificate, or its names cannot be read. Broken others are left out."""
    links = [link for link in map(link_of, chain) if link is not None]
    if not links or links[0].der != chain[0] or links[0].names is None:
        return None
    return Shown(
        certificates=tuple(link.der for link in links),
        subjects=frozenset(end for link in links for end in (link.subject, link.issuer)),
        named=links[0].names.include(name),
    )


@dataclass(frozen=True, kw_only=True)
class Link:
    """A certificate that OpenSSL can read, with its names (DER)."""

    der: bytes
    certificate: x509.Certificate
    loaded: crypto.X509
    subject: bytes
    issuer: bytes

    @cached_property
    def names(self) -> Named | None:
        """Whom it is for; `None` where that cannot be read."""
        return read(lambda: names_of(self.certificate))


@lru_cache(maxsize=_REMEMBERED)
def link_of(der: bytes) -> Link | None:
    """`None` where it is broken."""
    certificate = parse(der)
    subject, issuer = parties(der)
    if certificate is None or subject is None or issuer is None:
        return None
    return read(
        lambda: Link(
            der=der,
            certificate=certificate,
            loaded=crypto.load_certificate(crypto.FILETYPE_ASN1, der),
            subject=subject.public_bytes(),
            issuer=issuer.public_bytes(),
        )
    )


def refusal(shown: Shown | None, anchors: Anchors, now: datetime) -> Refusal | None:
    """Why these authorities do not trust this chain at this time; `None` if they do.

    Any certificate among the anchors ends a path, also one that is not self-signed (a list may name its
    intermediate authority, or the page's certificate itself).
    """
    if shown is None:
        return _UNREADABLE
    ends = _ends(shown, anchors)
    found = _verified(shown.certificates, ends, calendar.timegm(now.utctimetuple()))
    return _HOSTNAME if not found.whoever_asks and not shown.named else found.refusal


def trusts(shown: Shown | None, anchors: Anchors, now: datetime) -> bool:
    """The same, where nobody asks why not."""
    return shown is not None and bool(_ends(shown, anchors)) and refusal(shown, anchors, now) is None


def _ends(shown: Shown, anchors: Anchors) -> frozenset[bytes]:
    """The anchors that can end one of its paths."""
    return frozenset([anchor for subject in shown.subjects for anchor in anchors.get(subject, ())])


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What is wrong with a chain, whatever name was asked."""

    refusal: Refusal | None
    whoever_asks: bool = False
    """It is said before a wrong name is."""


@lru_cache(maxsize=_REMEMBERED)
def _verified(chain: tuple[bytes, ...], anchors: frozenset[bytes], at: int) -> _Found:
    """The same chain comes again and again within a second, from each address of a name, and the public store
    and the system's mostly hold the same authorities. What is found depends on nothing else than this.
    """
    # A store for each chain: once OpenSSL has been told the time for a store, it cannot be told another
    # (X509_VERIFY_PARAM_inherit keeps the first).
    store = crypto.X509Store()
    store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
    store.set_time(datetime.fromtimestamp(at, UTC))
    for anchor in map(link_of, sorted(anchors)):
        if anchor is not None:
            store.add_cert(anchor.loaded)
    leaf, *others = (link for link in map(link_of, chain) if link is not None)
    try:
        path = crypto.X509StoreContext(
            store, leaf.loaded, [link.loaded for link in others]
        ).get_verified_chain()
    except crypto.X509StoreContextError as error:
        code, _depth, words = error.errors
        kind = failure.name_certificate(code)
        # As OpenSSL orders it: the authority first, then the name, then dates and the rest.
        return _Found(
            refusal=Refusal(failure=kind, problem=words), whoever_asks=kind == failure.SSL_AUTHORITY
        )
    except crypto.Error:
        return _Found(refusal=_UNREADABLE, whoever_asks=True)
    # The last of a path is trusted for being in the store: neither its purpose nor its signature counts,
    # unless it is the leaf itself.
    certificates = [link.to_cryptography() for link in path[1:-1]]
    if len(path) > 1:
        certificates.insert(0, leaf.certificate)
    if not all(_serves(link) for link in certificates or [leaf.certificate]):
        return _Found(refusal=_PURPOSE)
    return _Found(refusal=_WEAK if any(_weakly_signed(link) for link in certificates) else None)


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
