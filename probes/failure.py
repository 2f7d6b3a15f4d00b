"""The names of failures: OONI's strings (data format df-007, `reference/measurement.md` 1.2 and 1.6).

A failure of the network is data. Nothing above this module catches a socket's exception.
"""

from __future__ import annotations

import errno
import socket
import ssl

NXDOMAIN = "dns_nxdomain_error"
REFUSED = "dns_refused_error"
SERVFAIL = "dns_servfail_error"
NO_ANSWER = "dns_no_answer"
MISBEHAVING = "dns_server_misbehaving"
BOGON = "dns_bogon_error"
"""Only said where a visit was not made, because the address that DNS gave may not be dialled."""
TIMEOUT = "generic_timeout_error"
CONNECTION_REFUSED = "connection_refused"
CONNECTION_RESET = "connection_reset"
CONNECTION_ABORTED = "connection_aborted"
HOST_UNREACHABLE = "host_unreachable"
NETWORK_UNREACHABLE = "network_unreachable"
EOF = "eof_error"
SSL_HANDSHAKE = "ssl_failed_handshake"
SSL_HOSTNAME = "ssl_invalid_hostname"
SSL_AUTHORITY = "ssl_unknown_authority"
SSL_CERTIFICATE = "ssl_invalid_certificate"
HTTP_FAILED = "http_request_failed"
INTERRUPTED = "interrupted"
NOT_DIALLED = "unknown_failure: not_dialled"
"""Our own door was shut (`Network.way` gave `None`): nothing was measured, and nothing follows from it."""


def is_ours(name: str | None) -> bool:
    """Whether a failure says nothing of the network: our own door or our own machine is at fault.

    No file handle left, a send that the machine itself forbids, no such interface, a shutdown: whatever has
    no name of OONI's is taken for ours, so that no verdict can rest on it.
    """
    return name is not None and (name.startswith("unknown_failure") or name == INTERRUPTED)


_ERRNO = {
    errno.ECONNREFUSED: CONNECTION_REFUSED,
    errno.ECONNRESET: CONNECTION_RESET,
    errno.EPIPE: CONNECTION_RESET,
    errno.ECONNABORTED: CONNECTION_ABORTED,
    errno.EHOSTUNREACH: HOST_UNREACHABLE,
    errno.EHOSTDOWN: HOST_UNREACHABLE,
    # ICMPv6 "administratively prohibited" and "reject route" come up as EACCES on Linux (RFC 4443, 3.1).
    errno.EACCES: HOST_UNREACHABLE,
    errno.ENETUNREACH: NETWORK_UNREACHABLE,
    errno.ENETDOWN: NETWORK_UNREACHABLE,
    errno.EADDRNOTAVAIL: NETWORK_UNREACHABLE,
    errno.EAFNOSUPPORT: NETWORK_UNREACHABLE,
    errno.ETIMEDOUT: TIMEOUT,
}

# X509_V_ERR_* of OpenSSL: 2 and 18 to 21 an issuer that is not known, 62 the host name, 64 the address.
_HOSTNAME = frozenset({62, 64})
_AUTHORITY = frozenset({2, 18, 19, 20, 21})


def name_certificate(verify_code: int) -> str:
    """OONI's string for a result of OpenSSL's certificate verification (`X509_V_ERR_*`, not 0)."""
    if verify_code in _HOSTNAME:
        return SSL_HOSTNAME
    return SSL_AUTHORITY if verify_code in _AUTHORITY else SSL_CERTIFICATE


def name_failure(error: BaseException) -> str:
    """OONI's string for what a socket, a stream or `ssl` raised."""
    # SSLError first: it is an OSError whose errno misleads.
    if isinstance(error, ssl.SSLCertVerificationError):
        return name_certificate(error.verify_code)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return EOF
    if isinstance(error, ssl.SSLError):
        return SSL_HANDSHAKE
    if isinstance(error, TimeoutError):
        return TIMEOUT
    if isinstance(error, EOFError):
        return EOF
    if isinstance(error, socket.gaierror):
        return NXDOMAIN if error.errno == socket.EAI_NONAME else f"unknown_failure: gaierror {error.errno}"
    if isinstance(error, OSError):
        return _ERRNO.get(error.errno or 0, f"unknown_failure: {type(error).__name__} {error.errno}")
    return f"unknown_failure: {type(error).__name__}"
