"""One HTTP/1.1 request over a stream, and of the response the head, and of its body size, hash and token.

Whatever is not HTTP is taken for a body without a head (as HTTP/0.9 did), so that a sloppy block page leaves
evidence. `token_found` is False only where a whole body was read and understood; size and hash are of the
body as it came.
"""

from __future__ import annotations

import functools
import hashlib
import ssl
import zlib
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import quote

import h11

from probes import failure
from probes.failure import name_failure
from probes.network import Budgets
from probes.records import Ask, HttpFacts, Question
from probes.visit.hostname import is_address
from probes.visit.tcp import Stream, TooMuchError
from probes.visit.texts import found_in

_OVERHEAD = 2
"""How many times the body's cap may come over the wire, chunk sizes included, before it is called a flood."""


@functools.cache
def user_agent() -> str:
    """Says honestly who asks, and that the operator knows whom to call."""
    try:
        release = version("friendlywifi")
    except PackageNotFoundError:
        release = "0"
    return f"FriendlyWiFi/{release} (+certification check; contact given by the operator)"


@dataclass
class Response:
    """What has come so far: it grows while bytes come in, and is read when the deadline cuts it off."""

    question: Question
    budgets: Budgets
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytearray = field(default_factory=bytearray)
    complete: bool = False
    truncated: bool = False

    @property
    def method(self) -> str:
        return "GET" if self.question.ask is Ask.GET else "HEAD"

    def request(self) -> tuple[h11.Request, bytes]:
        """The head of what is asked, and its body. Raises `h11.LocalProtocolError` or `ValueError`."""
        return _request(self), b""

    def take(self, data: bytes) -> None:
        """Keeps data up to the cap."""
        room = self.budgets.body - len(self.body)
        self.body += data[:room]
        self.truncated = len(data) > room

    def facts(self) -> HttpFacts | None:
        """`None` where nothing at all came."""
        if self.status is None and not self.body:
            return None
        has_body = self.method != "HEAD" or self.status is None
        return HttpFacts(
            method=self.method,
            status=self.status,
            headers=self.headers,
            body_bytes=len(self.body),
            body_sha256=hashlib.sha256(self.body).hexdigest() if has_body else None,
            body_truncated=self.truncated,
            token_found=self._token_found() if has_body else None,
            texts=found_in(self._text()[0]) if has_body else (),
            excerpt=self._excerpt() if has_body and self.question.store_body else None,
        )

    def _token_found(self) -> bool | None:
        token = self.question.token
        if not token:
            return None
        text, whole = self._text()
        if token.encode() in text:
            return True
        return False if self.complete and whole else None

    def _excerpt(self) -> str:
        text, _whole = self._text()
        # Four bytes are the longest character in UTF-8.
        return text[: 4 * self.budgets.excerpt].decode("utf-8", "replace")[: self.budgets.excerpt]

    def _text(self) -> tuple[bytes, bool]:
        """The body without its coding, up to the cap, and whether that is all of what came.

        Some servers compress although they were asked not to: a token that hides there is not missing.
        """
        body = bytes(self.body)
        coding = ",".join(value for name, value in self.headers if name == "content-encoding").strip().lower()
        if coding in ("", "identity"):
            return body, True
        if coding not in ("gzip", "x-gzip", "deflate"):
            return body, False
        inflate = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)
        try:
            return inflate.decompress(body, self.budgets.body), inflate.eof
        except zlib.error:
            return body, False


def wire_limit(budgets: Budgets) -> int:
    """How many bytes a response may take on the wire, TLS and chunk sizes included."""
    return budgets.headers + _OVERHEAD * budgets.body + 64 * 1024


async def fetch(stream: Stream, response: Response) -> str | None:
    """Asks, and fills the response. Gives OONI's failure or `None`; the deadline is the caller's."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=response.budgets.headers)
    try:
        head, content = response.request()
        request = connection.send(head) or b""
        if content:
            request += connection.send(h11.Data(data=content)) or b""
    except (h11.LocalProtocolError, ValueError) as error:
        # A name or a path that no request can carry.
        return name_failure(error)
    request += connection.send(h11.EndOfMessage()) or b""
    refused: OSError | None = None
    try:
        await stream.send(request)
    except OSError as error:
        # A block page may have come before the other side closed its ears.
        refused = error
    came = _Head(stream=stream, limit=wire_limit(response.budgets), keep=response.budgets.body)
    try:
        while not response.complete and not response.truncated:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(await came.receive())
            elif not _apply(event, response):
                return failure.HTTP_FAILED
    except h11.ProtocolError:
        # LocalProtocolError too: h11 raises it for a status below 100.
        return _broken(response, came, refused)
    except TooMuchError:
        return failure.HTTP_FAILED
    except OSError as error:
        # An alert in place of an answer is not a handshake that failed: that one is over.
        return failure.HTTP_FAILED if isinstance(error, ssl.SSLError) else name_failure(refused or error)
    return None


@dataclass(kw_only=True)
class _Head:
    """Counts what comes in, and keeps its beginning for the case that it is no HTTP."""

    stream: Stream
    limit: int
    keep: int
    received: int = 0
    kept: bytearray = field(default_factory=bytearray)
    ended: bool = False

    async def receive(self) -> bytes:
        data = await self.stream.receive()
        self.received += len(data)
        if self.received > self.limit:
            raise TooMuchError
        self.kept += data[: self.keep - len(self.kept)]
        self.ended = not data
        return data


def _request(response: Response) -> h11.Request:
    question = response.question
    host = question.subject
    return h11.Request(
        method=response.method,
        target=quote(question.path.partition("#")[0] or "/", safe="/%:?[]@!$&'()*+,;=~-._"),
        headers=[
            ("Host", f"[{host}]" if ":" in host and is_address(host) else host),
            ("User-Agent", user_agent()),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
            ("Cache-Control", "no-cache"),
            ("Connection", "close"),
        ],
    )


def _apply(event: object, response: Response) -> bool:
    """Takes one event in; False where it is nothing that belongs to an answer."""
    match event:
        case h11.InformationalResponse():
            return True
        case h11.Response():
            response.status = event.status_code
            response.headers = tuple(
                (name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers
            )
        case h11.Data():
            response.take(bytes(event.data))
        case h11.EndOfMessage():
            response.complete = True
        case _:
            return False
    return True


def _broken(response: Response, head: _Head, refused: OSError | None) -> str:
    """What to call an answer that h11 does not take."""
    if response.status is not None:
        return failure.EOF if head.ended else failure.HTTP_FAILED
    start = bytes(head.kept)
    if head.ended and b"HTTP/".startswith(start[:5]):
        # It closed before its head was whole, or without a word.
        return failure.EOF if refused is None else name_failure(refused)
    response.take(start)
    response.truncated = head.received > len(start)
    return failure.HTTP_FAILED
