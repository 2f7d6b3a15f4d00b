"""The web of the lab: each place has an HTTP and an HTTPS port, and visits go the way a scenario says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from friendlywifi.lab import pages
from friendlywifi.lab.authority import Authority
from friendlywifi.lab.listener import Connection, Stream
from friendlywifi.lab.pages import Request, Response
from friendlywifi.lab.scenario import Origin, Portal, Visit, Web
from friendlywifi.lab.tlsstream import UNRECOGNIZED_NAME, TlsStream
from friendlywifi.lab.world import LOGIN_HOST, World
from probes.network import Clock
from probes.records import Category

_UNDER = {
    Web.TLS_UNTRUSTED: Web.HTTP_BLOCKPAGE,
    Web.TLS_DECRYPTED: Web.PAGE,
    Web.TLS_DECRYPTED_PAGE: Web.HTTP_VENDOR_PAGE,
}
"""What is shown under somebody else's certificate."""
_ENDLESS = b"4000\r\n" + b"a" * 0x4000 + b"\r\n"
"""One chunk of 16 KiB (RFC 9112, 7.1)."""


@dataclass(frozen=True, kw_only=True)
class WebServer:
    """All that is served at one place of the world, over HTTP and HTTPS."""

    origin: Origin
    world: World
    visits: tuple[Visit, ...]
    portal: Portal
    portal_lets: tuple[Category, ...] = ()
    captive: Callable[[], bool]
    genuine: Authority
    interceptor: Authority
    clock: Clock
    delay: float
    """Seconds before each handshake and each response."""

    async def http(self, connection: Connection) -> None:
        """Plain HTTP: one request, one response, then the end."""
        request = await _request(connection)
        await asyncio.sleep(self.delay)
        if request is None:
            return
        if self._behind_portal(request.host):
            await self._send(connection, self._portal_answer(request), request)
        else:
            visit = self._visit(request.host)
            behaviour = Web.PAGE if visit is None else visit.http
            await self._respond(connection, connection, request, behaviour)
        await connection.finish()

    async def https(self, connection: Connection) -> None:
        """HTTPS: what happens is decided by the name in ClientHello."""
        stream = TlsStream(connection)
        name = await stream.hello()
        await asyncio.sleep(self.delay)
        if name is None:
            return
        visit = self._visit(name)
        behaviour = Web.PAGE if visit is None else visit.https
        if behaviour is Web.TLS_RESET or (self._behind_portal(name) and self.portal is Portal.HTTP):
            connection.reset()
        elif behaviour is Web.TLS_EOF:
            await connection.finish()
        elif behaviour is Web.TLS_SILENCE:
            await connection.silence()
        elif behaviour is Web.TLS_ALERT:
            await stream.refuse(UNRECOGNIZED_NAME)
            await connection.finish()
        else:
            await self._https_page(connection, stream, name, behaviour)

    async def _https_page(self, connection: Connection, stream: TlsStream, name: str, behaviour: Web) -> None:
        # A page of somebody in the middle can only be had under the certificate of somebody in the middle.
        own = behaviour in (Web.PAGE, Web.HTTP_CHALLENGE)
        honest = own and self._owns(name) and not self._behind_portal(name)
        authority = self.genuine if honest else self.interceptor
        if not await stream.accept(authority.context(name or "nameless.invalid")):
            return
        request = await _request(stream)
        await asyncio.sleep(self.delay)
        if request is None:
            return
        if self._behind_portal(name):
            await self._send(stream, self._portal_answer(request), request)
        else:
            shown = _UNDER.get(behaviour, behaviour)
            await self._respond(stream, connection, request, shown)
        await stream.finish()
        await connection.finish()

    def _owns(self, name: str) -> bool:
        """Whether that name truly lives here, so that it can have a certificate for it."""
        host = self.world.get(name)
        return host is not None and host.origin is self.origin

    def _behind_portal(self, name: str) -> bool:
        if self.portal is Portal.NONE or not self.captive() or self.origin is Origin.PORTAL:
            return False
        host = self.world.get(name)
        if host is None or not self.portal_lets:
            return True
        return host.category not in self.portal_lets and host.origin is not Origin.PROBES

    def _portal_answer(self, request: Request) -> Response:
        return pages.login_page() if request.host == LOGIN_HOST else pages.portal_redirect()

    def _visit(self, name: str) -> Visit | None:
        host = self.world.get(name)
        for visit in self.visits:
            if name in visit.names or (host is not None and host.category in visit.categories):
                return visit
        return None

    async def _respond(
        self, stream: Stream, connection: Connection, request: Request, behaviour: Web
    ) -> None:
        if behaviour is Web.HTTP_RESET:
            connection.reset()
            raise ConnectionAbortedError
        if behaviour is Web.HTTP_EOF:
            return
        if behaviour is Web.HTTP_SILENCE:
            await connection.silence()
        elif behaviour is Web.HTTP_ENDLESS:
            await stream.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                await stream.write(_ENDLESS)
        else:
            await self._send(stream, self._page(request, behaviour), request)

    def _page(self, request: Request, behaviour: Web) -> Response:
        if behaviour is Web.HTTP_451:
            return pages.block_page(request.host, status=451)
        if behaviour is Web.HTTP_403:
            return pages.block_page(request.host, status=403)
        if behaviour is Web.HTTP_VENDOR_PAGE:
            return pages.vendor_page(request.host)
        if behaviour is Web.HTTP_CHALLENGE:
            return pages.challenge_page()
        if behaviour is Web.HTTP_REDIRECT:
            return pages.block_redirect(request.host)
        if behaviour is Web.HTTP_BLOCKPAGE or self.origin is Origin.BLOCKPAGE:
            return pages.block_page(request.host)
        if self.origin is Origin.PORTAL:
            return self._portal_answer(request)
        if self.origin is Origin.ADVERTS:
            return pages.advert_page(request.host)
        host = self.world.get(request.host)
        if host is None or host.origin is not self.origin:
            return pages.not_here(request)
        page = pages.own_page(host, request)
        return pages.proxied(page) if behaviour is Web.HTTP_PROXIED else page

    async def _send(self, stream: Stream, response: Response, request: Request) -> None:
        await stream.write(pages.serialize(response, method=request.method, now=self.clock.now()))


async def _request(stream: Stream) -> Request | None:
    """The head of a request; `None` where none came or it makes no sense."""
    head, _ = await pages.read_head(stream)
    return pages.parse_request(head)
