"""The names of failures: OONI's strings (data format df-007, `reference/measurement.md` 1.2).

A failure of the network is data. Nothing above this module catches a socket's exception.
"""

from __future__ import annotations

import errno
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

_ERRNO = {
    errno.ECONNREFUSED: CONNECTION_REFUSED,
    errno.ECONNRESET: CONNECTION_RESET,
    errno.EPIPE: CONNECTION_RESET,
    errno.ECONNABORTED: CONNECTION_ABORTED,
    errno.EHOSTUNREACH: HOST_UNREACHABLE,
    errno.EHOSTDOWN: HOST_UNREACHABLE,
    errno.ENETUNREACH: NETWORK_UNREACHABLE,
    errno.ENETDOWN: NETWORK_UNREACHABLE,
    errno.EADDRNOTAVAIL: NETWORK_UNREACHABLE,
    errno.ETIMEDOUT: TIMEOUT,
}

# X509_V_ERR_* of OpenSSL: 62 hostname, 64 address, 18 to 21 an unknown authority; others (9, 10: dates).
_HOSTNAME = frozenset({62, 64})
_AUTHORITY = frozenset({18, 19, 20, 21})


def name_failure(error: BaseException) -> str:
    """OONI's string for what a socket, a stream or `ssl` raised."""
    # SSLError first: it is an OSError whose errno misleads.
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in _HOSTNAME:
            return SSL_HOSTNAME
        return SSL_AUTHORITY if error.verify_code in _AUTHORITY else SSL_CERTIFICATE
    if isinstance(error, ssl.SSLEOFError):
        return EOF
    if isinstance(error, ssl.SSLError):
        return SSL_HANDSHAKE
    if isinstance(error, TimeoutError):
        return TIMEOUT
    if isinstance(error, EOFError):
        return EOF
    if isinstance(error, OSError):
        return _ERRNO.get(error.errno or 0, f"unknown_failure: {type(error).__name__} {error.errno}")
    return f"unknown_failure: {type(error).__name__}"
