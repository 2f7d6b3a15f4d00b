from __future__ import annotations

import errno
import socket
import ssl

import pytest

from probes import failure
from probes.failure import name_certificate, name_failure


@pytest.mark.parametrize(
    ("number", "name"),
    (
        (errno.ECONNREFUSED, failure.CONNECTION_REFUSED),
        (errno.ECONNRESET, failure.CONNECTION_RESET),
        (errno.EPIPE, failure.CONNECTION_RESET),
        (errno.ECONNABORTED, failure.CONNECTION_ABORTED),
        (errno.EHOSTUNREACH, failure.HOST_UNREACHABLE),
        (errno.EHOSTDOWN, failure.HOST_UNREACHABLE),
        (errno.EACCES, failure.HOST_UNREACHABLE),
        (errno.ENETUNREACH, failure.NETWORK_UNREACHABLE),
        (errno.ENETDOWN, failure.NETWORK_UNREACHABLE),
        (errno.EADDRNOTAVAIL, failure.NETWORK_UNREACHABLE),
        (errno.ETIMEDOUT, failure.TIMEOUT),
    ),
)
def test_what_a_socket_raises_has_a_name(number: int, name: str) -> None:
    assert name_failure(OSError(number, "told")) == name


@pytest.mark.parametrize(
    ("error", "name"),
    (
        (TimeoutError(), failure.TIMEOUT),
        (EOFError(), failure.EOF),
        (ssl.SSLEOFError(8, "told"), failure.EOF),
        (ssl.SSLZeroReturnError(6, "told"), failure.EOF),
        (socket.gaierror(socket.EAI_NONAME, "told"), failure.NXDOMAIN),
        (socket.gaierror(socket.EAI_AGAIN, "told"), f"unknown_failure: gaierror {socket.EAI_AGAIN}"),
        (PermissionError(errno.EPERM, "told"), "unknown_failure: PermissionError 1"),
        (OSError(), "unknown_failure: OSError None"),
        (ValueError("a secret"), "unknown_failure: ValueError"),
    ),
)
def test_what_a_stream_raises_has_a_name(error: BaseException, name: str) -> None:
    assert name_failure(error) == name


def test_the_errno_of_an_ssl_error_does_not_mislead() -> None:
    assert name_failure(ssl.SSLError(errno.ECONNREFUSED, "told")) == failure.SSL_HANDSHAKE


@pytest.mark.parametrize(
    ("code", "name"),
    (
        (2, failure.SSL_AUTHORITY),
        (7, failure.SSL_CERTIFICATE),
        (9, failure.SSL_CERTIFICATE),
        (10, failure.SSL_CERTIFICATE),
        (18, failure.SSL_AUTHORITY),
        (19, failure.SSL_AUTHORITY),
        (20, failure.SSL_AUTHORITY),
        (21, failure.SSL_AUTHORITY),
        (62, failure.SSL_HOSTNAME),
        (64, failure.SSL_HOSTNAME),
    ),
)
def test_what_is_wrong_with_a_certificate_has_a_name(code: int, name: str) -> None:
    assert name_certificate(code) == name
    error = ssl.SSLCertVerificationError(1, "told")
    error.verify_code = code
    assert name_failure(error) == name


@pytest.mark.parametrize(
    "error", (PermissionError(errno.EPERM, "x"), OSError(errno.EMFILE, "x"), OSError(errno.ENODEV, "x"))
)
def test_a_fault_of_this_machine_is_told_from_one_of_the_network(error: OSError) -> None:
    assert failure.is_ours(name_failure(error))


@pytest.mark.parametrize(
    "name", (failure.TIMEOUT, failure.CONNECTION_REFUSED, failure.NETWORK_UNREACHABLE, failure.NXDOMAIN, None)
)
def test_a_failure_of_the_network_is_not_ours(name: str | None) -> None:
    assert not failure.is_ours(name)
    assert failure.is_ours(failure.NOT_DIALLED)
    assert failure.is_ours(failure.INTERRUPTED)
