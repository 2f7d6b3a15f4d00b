"""Whether a certificate is for this name (RFC 9525): its alternative names, never its common name."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509


@lru_cache(maxsize=4096)
def is_address(name: str) -> bool:
    """Whether what is visited is an address and not a name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Named:
    """Whom a certificate is for."""

    hosts: tuple[str, ...] = ()
    addresses: tuple[object, ...] = ()

    def include(self, name: str) -> bool:
        """Whether it is for this host or address."""
        if is_address(name):
            return ipaddress.ip_address(name) in self.addresses
        return any(_matches(pattern, name) for pattern in self.hosts)


def names_of(certificate: x509.Certificate) -> Named:
    """Its alternative names. Raises `ValueError` if they are broken."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return Named()
    return Named(
        tuple(names.get_values_for_type(x509.DNSName)), tuple(names.get_values_for_type(x509.IPAddress))
    )


def _matches(pattern: str, name: str) -> bool:
    """RFC 9525, 6.3: a wildcard is the whole left-most label and stands for exactly one label."""
    wanted = name.rstrip(".").lower().split(".")
    given = pattern.rstrip(".").lower().split(".")
    if len(wanted) != len(given):
        return False
    if given[0] == "*" and len(given) > 2:
        return wanted[1:] == given[1:] and bool(wanted[0])
    return wanted == given
