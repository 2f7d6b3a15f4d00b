"""The keys of one issuer: those of this machine, and those of its other machines that the scheme lists.

One machine may decide and another publish. Whoever publishes must know the key of whoever decided, or would
call a genuine sign a forgery.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from certificates.didweb import IssuerKey
from certificates.records import Certificate
from certificates.trust import TrustedIssuer, TrustList
from friendlywifi.certifying.office import Office
from friendlywifi.records.certificates import CertificateRow
from friendlywifi.register.issuerkeys import issuer_keys, keys_for_tests
from friendlywifi.verifying.trusting import known_trust
from probes.records import digest


@dataclass(frozen=True, kw_only=True)
class IssuerKeys:
    """Every key that ever signed for an issuer, as far as it is known here."""

    keys: tuple[IssuerKey, ...]
    tests: frozenset[str]
    """Those that sign TEST certificates, and nothing else of theirs counts."""

    def holds(self, key: str) -> bool:
        return any(item.key == key for item in self.keys)


def keys_of(office: Office, name: str) -> IssuerKeys:
    """Of the issuer of that name. Complains where the configured list of issuers cannot be used."""
    entries = office.keyring.every()
    mine, tests = issuer_keys(entries), keys_for_tests(entries)
    trust = known_trust(office.settings.trust, None)
    if trust is None:
        return IssuerKeys(keys=mine, tests=tests)
    theirs = tuple(item for item in trust.list.issuers if item.name == name)
    others = {item.key: item for item in sorted(theirs, key=lambda item: item.valid_until)}
    for key in mine:
        others.pop(key.key, None)
    return IssuerKeys(
        keys=(*(_ended(item, trust.list) for item in mine), *map(_listed, others.values())),
        tests=tests | {item.key for item in others.values() if item.test},
    )


def fallen(office: Office, row: CertificateRow) -> bool:
    """Whether the scheme's list says that a certificate does not count, whatever its records say.

    After a leak a list names what stands. A key of another machine that is not listed any more bears nothing;
    one of this machine may be listed later.
    """
    trust = known_trust(office.settings.trust, None)
    if trust is None:
        return False
    certificate = row.certificate
    listed = trust.list.issuers_with_key(certificate.issuer.key)
    if any(item.key == certificate.issuer.key for item in office.keyring.every()):
        return bool(listed) and not any(_bears(item, certificate) for item in listed)
    return not any(
        item.signs_at(certificate.issued) and (row.test or not item.test) and _bears(item, certificate)
        for item in listed
    )


def _bears(item: TrustedIssuer, certificate: Certificate) -> bool:
    return item.only is None or digest(certificate) in item.only


def _listed(item: TrustedIssuer) -> IssuerKey:
    """A key that lies on another machine. After a leak nothing that it signs counts by itself."""
    return IssuerKey(
        key=item.key,
        valid_from=item.valid_from,
        valid_until=item.valid_until,
        revoked=None if item.only is None else item.valid_until,
    )


def _ended(item: IssuerKey, trust: TrustList) -> IssuerKey:
    """A key of this machine, of which the scheme may know that somebody else has it."""
    leaked = [entry for entry in trust.issuers_with_key(item.key) if entry.only is not None]
    if not leaked or item.revoked is not None:
        return item
    return msgspec.structs.replace(item, revoked=min(entry.valid_until for entry in leaked))
