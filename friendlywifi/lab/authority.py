"""Certificate authorities of the lab: its own, which lists name, and an interceptor's, which nobody trusts.

Made anew at each start and never kept, so that there is no key to steal.
"""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_VALIDITY = timedelta(days=3650)
"""Either side of the handed-in time. Wide on purpose: OpenSSL knows only the machine's own clock, and a lab
that runs at a simulated time must be believed by it too."""


class Authority:
    """An authority that issues a certificate for whatever name it is asked for."""

    def __init__(self, *, name: str, now: datetime, one_key: bool = False) -> None:
        """`one_key`: all leaves share a key, as those of interceptors do."""
        self._now = now
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._leaf_key = ec.generate_private_key(ec.SECP256R1()) if one_key else None
        self._certificate = self._issue_own()
        self._contexts: dict[str, ssl.SSLContext] = {}

    @property
    def pem(self) -> str:
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")

    def context(
        self, host: str, *, addresses: tuple[str, ...] = (), protocols: tuple[str, ...] = ("http/1.1",)
    ) -> ssl.SSLContext:
        """A server's context with a certificate for that name, made at the first call.

        The certificate names `addresses` too. Of `protocols` the first that a client offers is agreed on.
        """
        key = f"{host} {' '.join(addresses)} {protocols}"
        if key not in self._contexts:
            self._contexts[key] = self._make_context(host, addresses, protocols)
        return self._contexts[key]

    def _make_context(
        self, host: str, addresses: tuple[str, ...], protocols: tuple[str, ...]
    ) -> ssl.SSLContext:
        key = self._leaf_key or ec.generate_private_key(ec.SECP256R1())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        pem = self._issue(host, addresses, key).public_bytes(serialization.Encoding.PEM) + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        # `ssl` reads certificates from files only.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "leaf.pem"
            path.write_bytes(pem + self.pem.encode("ascii"))
            context.load_cert_chain(path)
        return context

    def certified(
        self, *hosts: str, addresses: tuple[str, ...] = ()
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """One certificate for all of these, and its key: for a protocol that `ssl` does not speak."""
        key = self._leaf_key or ec.generate_private_key(ec.SECP256R1())
        return self._issue(hosts[0], addresses, key, others=hosts[1:]), key

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - _VALIDITY)
            .not_valid_after(self._now + _VALIDITY)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )

    def _issue_own(self) -> x509.Certificate:
        builder = self._builder(self._name, self._key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
        return builder.sign(self._key, hashes.SHA256())

    def _issue(
        self,
        host: str,
        addresses: tuple[str, ...],
        key: ec.EllipticCurvePrivateKey,
        *,
        others: tuple[str, ...] = (),
    ) -> x509.Certificate:
        # A common name holds 64 characters at most (RFC 5280, appendix A); what counts is the SAN.
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
        also = [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        names = x509.SubjectAlternativeName([*(x509.DNSName(name) for name in (host, *others)), *also])
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = self._builder(subject, key.public_key()).add_extension(names, critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        return builder.add_extension(purpose, critical=False).sign(self._key, hashes.SHA256())


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
