"""A TLS handshake over a socket of ours, in memory: every byte that the server sent passes through our hands.

Nothing is verified on the way, so that an untrusted chain is kept as evidence and the visit can go on.
"""

from __future__ import annotations

import asyncio
import socket
import ssl

from probes import failure
from probes.failure import name_failure
from probes.visit.alert import alert_of_error, alert_on_the_wire
from probes.visit.tcp import CHUNK, TooMuchError, read

APART = 0.02
"""Seconds between the two segments of a ClientHello that is sent in parts."""
HANDSHAKE_LIMIT = 256 * 1024
"""Bytes of a handshake: OpenSSL itself takes 100 KiB of certificates at most."""


class HandshakeError(Exception):
    """A handshake that did not end well: OONI's failure, and the alert's number, if there was one."""

    def __init__(self, name: str, *, alert: int | None) -> None:
        super().__init__(name)
        self.failure = name
        self.alert = alert


class TlsStream:
    """A stream inside TLS. `limit` bounds the bytes on the wire, so that records without data end as well.

    `in_parts`: ClientHello goes out in two segments, the server's name in the second one.
    """

    def __init__(
        self,
        sock: socket.socket,
        context: ssl.SSLContext,
        *,
        name: str,
        limit: int,
        in_parts: bool = False,
    ) -> None:
        self._sock = sock
        self._apart = name if in_parts else None
        self._loop = asyncio.get_running_loop()
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        # An address is not sent as SNI (RFC 6066, 3): OpenSSL sees to that.
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        self._left = HANDSHAKE_LIMIT
        self._limit = limit
        self._early = bytearray()

    async def handshake(self) -> None:
        """Raises `HandshakeError`; the deadline is the caller's."""
        try:
            while not self._step():
                await self._flush()
                data = await self._read()
                self._early += data
            await self._flush()
        except ssl.SSLError as error:
            alert = alert_of_error(error) if self.alert is None else self.alert
            raise HandshakeError(name_failure(error), alert=alert) from error
        except TimeoutError:
            raise
        except (OSError, EOFError) as error:
            alert = self.alert
            # It said why and then hung up: the alert is what happened.
            name = name_failure(error) if alert is None else failure.SSL_HANDSHAKE
            raise HandshakeError(name, alert=alert) from error
        except TooMuchError as error:
            raise HandshakeError(failure.SSL_HANDSHAKE, alert=None) from error
        self._early.clear()
        self._left = self._limit

    @property
    def alert(self) -> int | None:
        """The alert that came in the open part of an unfinished handshake."""
        return alert_on_the_wire(bytes(self._early))

    def _step(self) -> bool:
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    async def send(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[self.tls.write(left) :]
            await self._flush()

    async def receive(self) -> bytes:
        while True:
            try:
                return self.tls.read(CHUNK)
            except ssl.SSLWantReadError:
                await self._flush()
            except ssl.SSLEOFError:
                return b""
            try:
                await self._read()
            except EOFError:
                return b""

    async def _flush(self) -> None:
        if self._outgoing.pending:
            data = self._outgoing.read()
            at = 0 if self._apart is None else before_name(data, self._apart)
            self._apart = None
            if at:
                await self._loop.sock_sendall(self._sock, data[:at])
                await asyncio.sleep(APART)
            await self._loop.sock_sendall(self._sock, data[at:])

    async def _read(self) -> bytes:
        data = await read(self._sock)
        if not data:
            raise EOFError
        self._left -= len(data)
        if self._left < 0:
            raise TooMuchError
        self._incoming.write(data)
        return data


def before_name(hello: bytes, name: str) -> int:
    """Where in ClientHello the extension begins that says the server's name (RFC 6066, 3); 0: nowhere."""
    said = name.encode("ascii", "ignore")
    # An extension's type and length, the list's length, the kind of name, its length, and the name itself.
    found = hello.find(b"\0" + len(said).to_bytes(2, "big") + said)
    return max(found - 6, 0)
