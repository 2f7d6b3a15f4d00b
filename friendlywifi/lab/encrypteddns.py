"""Encrypted resolvers elsewhere: DNS over TLS (RFC 7858) and over HTTPS (RFC 8484).

Their certificates are the lab's own, for whatever name a client says in its handshake.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from dataclasses import dataclass
from urllib.parse import parse_qs

from friendlywifi.lab import pages
from friendlywifi.lab.authority import Authority
from friendlywifi.lab.http2 import serve_one
from friendlywifi.lab.listener import Connection
from friendlywifi.lab.nameserver import serve_stream
from friendlywifi.lab.pages import Request, Response
from friendlywifi.lab.recursor import Recursor
from friendlywifi.lab.tlsstream import TlsStream
from probes.encrypted import encrypted_resolvers
from probes.network import Clock

_MESSAGE = "application/dns-message"
_PATHS = frozenset(resolver.path for resolver in encrypted_resolvers())
_NAMELESS = "nameless.invalid"
"""Where a client says no name."""


@dataclass(frozen=True, kw_only=True)
class EncryptedDns:
    """One resolver's encrypted services."""

    recursor: Recursor
    authority: Authority
    clock: Clock
    delay: float
    """Seconds before each handshake and each answer."""
    addresses: tuple[str, ...] = ()
    """What its certificates name beside the name that a client says: clients that know it by its address
    say none."""

    async def dot(self, connection: Connection) -> None:
        """DNS over TLS: the format of DNS over TCP inside TLS."""
        stream = await self._accept(connection, protocols=())
        if stream is not None:
            await serve_stream(stream, self.recursor, delay=self.delay)
            await stream.finish()
            await connection.finish()

    async def doh(self, connection: Connection) -> None:
        """DNS over HTTPS: one request, one response, then the end."""
        stream = await self._accept(connection, protocols=("h2", "http/1.1"))
        if stream is None:
            return
        if stream.protocol == "h2":
            await serve_one(stream, self._slowly)
            await stream.finish()
            await connection.finish()
            return
        head, body = await pages.read_head(stream)
        request = pages.parse_request(head)
        if request is None:
            return
        while len(body) < min(request.length, pages.LIMIT):
            more = await stream.read()
            if not more:
                return
            body += more
        response = await self._slowly(request, body)
        await stream.write(pages.serialize(response, method=request.method, now=self.clock.now()))
        await stream.finish()
        await connection.finish()

    async def _slowly(self, request: Request, body: bytes) -> Response:
        await asyncio.sleep(self.delay)
        return self._answer(request, body)

    def _answer(self, request: Request, body: bytes) -> Response:
        if request.path not in _PATHS:
            return pages.not_here(request)
        query = body if request.method == "POST" else _from_query(request.query)
        replies = self.recursor.replies(query, tcp=True)
        if not replies:
            return Response(status=400, body="This is no DNS message.\n")
        return Response(status=200, body=replies[0], kind=_MESSAGE)

    async def _accept(self, connection: Connection, *, protocols: tuple[str, ...]) -> TlsStream | None:
        stream = TlsStream(connection)
        name = await stream.hello()
        await asyncio.sleep(self.delay)
        if name is None:
            return None
        context = self.authority.context(name or _NAMELESS, addresses=self.addresses, protocols=protocols)
        if not await stream.accept(context):
            return None
        return stream


def _from_query(query: str) -> bytes:
    """The message in `?dns=`, base64url without padding (RFC 8484, 4.1)."""
    text = parse_qs(query).get("dns", [""])[0]
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""
