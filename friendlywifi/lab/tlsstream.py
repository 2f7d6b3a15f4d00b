"""TLS on the server's side, one step at a time: who is asked for is known before a word is answered.

An SNI filter decides on ClientHello. So does this: `hello` reads it and says the name, and the caller then
goes on with `accept`, or ends the connection in whichever way the scenario names.
"""

from __future__ import annotations

import contextlib
import ssl

from friendlywifi.lab.listener import CHUNK, Connection

UNRECOGNIZED_NAME = 112
"""RFC 6066, 3."""


class TlsStream:
    """A connection on which TLS is about to begin."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._hello = b""
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None

    async def hello(self) -> str | None:
        """The server name of ClientHello, empty if it has none; `None` where what came is no ClientHello."""
        while True:
            more = await self._connection.read()
            if not more:
                return None
            self._hello += more
            try:
                return _server_name(self._hello)
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError:
                return None

    async def accept(self, context: ssl.SSLContext) -> bool:
        """Finish the handshake; false where the client refuses."""
        self._incoming.write(self._hello)
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    return False
            except ssl.SSLError:
                await self._flush()
                return False
            else:
                await self._flush()
                return True

    async def refuse(self, alert: int) -> None:
        """A fatal alert in the clear (RFC 8446, 6), in place of ServerHello."""
        await self._connection.write(bytes((21, 3, 3, 0, 2, 2, alert)))

    async def read(self) -> bytes:
        while True:
            try:
                return self._session.read(CHUNK)
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    return b""
            except ssl.SSLError:
                return b""

    async def write(self, data: bytes) -> None:
        self._session.write(data)
        await self._flush()

    async def finish(self) -> None:
        """Say close_notify, so that the end of the body is no truncation."""
        with contextlib.suppress(ssl.SSLError):
            self._session.unwrap()
        await self._flush()

    @property
    def protocol(self) -> str | None:
        """What both sides agreed to speak (RFC 7301)."""
        return self._session.selected_alpn_protocol()

    @property
    def _session(self) -> ssl.SSLObject:
        if self._tls is None:
            raise RuntimeError("the handshake has not been accepted")
        return self._tls

    async def _fill(self) -> bool:
        data = await self._connection.read()
        self._incoming.write(data)
        return bool(data)

    async def _flush(self) -> None:
        data = self._outgoing.read()
        if data:
            await self._connection.write(data)


def _server_name(hello: bytes) -> str:
    """What OpenSSL reads from ClientHello. Raises `ssl.SSLWantReadError` while it is incomplete."""
    found: list[str | None] = []

    def note(_tls: ssl.SSLObject | ssl.SSLSocket, name: str | None, _context: ssl.SSLContext) -> int:
        found.append(name)
        # Any alert ends the handshake here: all that is wanted of OpenSSL is its parser.
        return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = note
    incoming = ssl.MemoryBIO()
    incoming.write(hello)
    try:
        context.wrap_bio(incoming, ssl.MemoryBIO(), server_side=True).do_handshake()
    except ssl.SSLWantReadError:
        raise
    except ssl.SSLError:
        if not found:
            raise
    return (found[0] or "").lower()
