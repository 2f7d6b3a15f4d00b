"""Whether a certificate is for this name (RFC 9525): its alternative names, never its common name."""

from __future__ import annotations

import ipaddress

from cryptography import x509


def is_address(name: str) -> bool:
    """Whether what is visited is an address and not a name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def certificate_is_for(certificate: x509.Certificate, name: str) -> bool:
    """Whether the certificate names this host or address. Raises `ValueError` if its names are broken."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    if is_address(name):
        return ipaddress.ip_address(name) in names.get_values_for_type(x509.IPAddress)
    return any(_matches(pattern, name) for pattern in names.get_values_for_type(x509.DNSName))


def _matches(pattern: str, name: str) -> bool:
    """RFC 9525, 6.3: a wildcard is the whole left-most label and stands for exactly one label."""
    wanted = name.rstrip(".").lower().split(".")
    given = pattern.rstrip(".").lower().split(".")
    if len(wanted) != len(given):
        return False
    if given[0] == "*" and len(given) > 2:
        return wanted[1:] == given[1:] and bool(wanted[0])
    return wanted == given
