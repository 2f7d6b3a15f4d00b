"""DNS over HTTPS (RFC 8484) inside a handshake that was made: one POST, by the protocol it agreed on.

RFC 8484 (5.2) recommends HTTP/2 at least; some resolvers speak nothing older, and many a filter's own nothing
newer than HTTP/1.1. Who agrees on nothing is spoken to in HTTP/1.1 (RFC 7301, 3.1).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import h11

from probes import failure
from probes.dns.asked import Asked, Heard, read_message
from probes.failure import name_failure
from probes.records import Stage, Via
from probes.visit.handshake import Here
from probes.visit.hostname import is_address
from probes.visit.http import Response, fetch, user_agent
from probes.visit.http2 import HTTP2, fetch_over_http2
from probes.visit.tls import TlsStream

_MESSAGE = "application/dns-message"
_PATH = "/dns-query"


@dataclass(kw_only=True)
class Posted(Response):
    """A query as the body of POST (RFC 8484, 4.1), with the id 0, so that the same is always the same."""

    host: str
    path: str
    query: bytes
    failed: str | None = None

    @property
    def method(self) -> str:
        return "POST"

    def request(self) -> tuple[h11.Request, bytes]:
        head = h11.Request(
            method=self.method,
            target=self.path,
            headers=[
                ("Host", f"[{self.host}]" if ":" in self.host and is_address(self.host) else self.host),
                ("User-Agent", user_agent()),
                ("Accept", _MESSAGE),
                ("Content-Type", _MESSAGE),
                ("Content-Length", str(len(self.query))),
                ("Connection", "close"),
            ],
        )
        return head, self.query


async def post(here: Here, stream: TlsStream, asked: Asked, via: Via) -> Posted:
    """The response, recorded."""
    mark = here.recorder.begin()
    response = Posted(
        question=here.recorder.question,
        budgets=here.budgets,
        host=here.name,
        path=via.path or _PATH,
        query=asked.query(0, opt=asked.payload is not None),
    )
    speak = fetch_over_http2 if stream.tls.selected_alpn_protocol() == HTTP2 else fetch
    try:
        async with asyncio.timeout(here.budgets.http):
            failed = await speak(stream, response)
    except TimeoutError as error:
        failed = name_failure(error)
    response.failed = failed
    here.recorder.record(
        mark=mark, stage=Stage.HTTP, failure=failed, address=here.address, http=response.facts()
    )
    return response


def read(asked: Asked, response: Posted) -> Heard:
    """The message in a response; a page in place of one is a failure of HTTP."""
    opt = asked.payload is not None
    if response.failed is not None:
        return Heard(response.failed, opt=opt, sends=1)
    kind = next((value for name, value in response.headers if name == "content-type"), "")
    if response.status != 200 or kind.partition(";")[0].strip().lower() != _MESSAGE or response.truncated:
        return Heard(failure.HTTP_FAILED, opt=opt, sends=1)
    return read_message(asked, bytes(response.body), number=0, opt=opt)
