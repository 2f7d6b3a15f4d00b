"""What the lab's web servers say: pages as bytes, HTTP/1.1, one response to a connection."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus

from friendlywifi.lab.listener import Stream
from friendlywifi.lab.probehosts import PROBE_HOSTS
from friendlywifi.lab.world import BLOCKPAGE_HOST, LOGIN_HOST, VENDOR, Host

LIMIT = 32 * 1024
"""How long a request may be."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What matters of a request."""

    method: str
    path: str
    """Without its query."""
    host: str
    """Lower-case, without a port."""
    query: str = ""
    length: int = 0
    """How long the body is said to be."""


@dataclass(frozen=True, kw_only=True)
class Response:
    status: int
    body: str | bytes = ""
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


async def read_head(stream: Stream) -> tuple[bytes, bytes]:
    """The head of a request, and what came of its body by then; empty where the visitor left or went on."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = await stream.read()
        if not more or len(data) > LIMIT:
            return b"", b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    return head, body


def parse_request(head: bytes) -> Request | None:
    """The request with this head; `None` where it makes no sense."""
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        return None
    fields = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    host = fields.get("host", "")
    length = fields.get("content-length", "0")
    if host.rpartition(":")[2].isdigit():
        host = host.rpartition(":")[0]
    path, _, query = parts[1].partition("?")
    return Request(
        method=parts[0],
        path=path,
        host=host.lower(),
        query=query,
        length=int(length) if length.isascii() and length.isdigit() else 0,
    )


def serialize(response: Response, *, method: str, now: datetime) -> bytes:
    """The bytes of a response, dated by the lab's clock; HEAD gets the head alone."""
    body = response.body.encode("utf-8") if isinstance(response.body, str) else response.body
    headers: Iterable[tuple[str, str]] = (
        ("Date", format_datetime(now, usegmt=True)),
        ("Server", "friendlywifi-lab"),
        ("Connection", "close"),
        *response.headers,
    )
    if response.status != HTTPStatus.NO_CONTENT:  # RFC 9110, 15.3.5: a 204 has no content at all
        headers = (*headers, ("Content-Type", response.kind), ("Content-Length", str(len(body))))
    first = f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"
    head = "\r\n".join((first, *(f"{key}: {value}" for key, value in headers), "", "")).encode("latin-1")
    return head if method == "HEAD" or response.status == HTTPStatus.NO_CONTENT else head + body


def own_page(host: Host, request: Request) -> Response:
    """The true page of a name of the world; a captive-portal probe gets what its vendor promises."""
    if host.name in PROBE_HOSTS:
        status, body = PROBE_HOSTS[host.name].get(request.path, (404, "not found\n"))
        return Response(status=status, body=body)
    text = "A page of the Friendly Wi-Fi lab. It is harmless, whatever its name stands for."
    return Response(status=200, body=_page(host.name, text, host.token or ""))


def not_here(request: Request) -> Response:
    return Response(status=404, body=_page("Not here", f"No page for {request.host}.", ""))


def block_page(name: str, *, status: int = 200) -> Response:
    """What a filter shows in place of a page, with why and whom to ask."""
    text = f"Access to {name} is blocked by {VENDOR}. Reason: content not suitable for children."
    headers = ((("Link", f'<http://{BLOCKPAGE_HOST}/>; rel="blocked-by"'),) if status == 451 else ()) + (
        ("Via", "1.1 lab-filter"),
    )
    return Response(status=status, body=_page("Blocked", text, "friendlywifi-lab-blockpage"), headers=headers)


def vendor_page(name: str) -> Response:
    """A block page as appliances show it, with a product's own words (`probes/visit/texts.toml`)."""
    text = f"Web Page Blocked. {name} is in a category that is not allowed. Powered By FortiGuard."
    return Response(status=200, body=_page("Web Filter Violation", text, ""))


def challenge_page() -> Response:
    text = "Checking your browser before accessing this page. Ray ID: 0123456789abcdef"
    return Response(status=403, body=_page("Just a moment", text, ""))


def proxied(page: Response) -> Response:
    """The page with what a caching proxy adds."""
    added = (("Via", "1.1 lab-proxy (squid)"), ("X-Cache", "MISS from lab-proxy"))
    return replace(page, headers=(*page.headers, *added))


def block_redirect(name: str) -> Response:
    location = f"http://{BLOCKPAGE_HOST}/?blocked={name}"
    return Response(status=302, headers=(("Location", location),))


def portal_redirect() -> Response:
    return Response(
        status=302, headers=(("Location", f"http://{LOGIN_HOST}/"), ("Cache-Control", "no-store"))
    )


def login_page() -> Response:
    text = "Welcome to the airport. Accept the terms to use the Internet."
    return Response(status=200, body=_page("Log in", text, ""))


def advert_page(name: str) -> Response:
    text = f"We could not find {name}. Were you looking for one of these offers?"
    return Response(status=200, body=_page("Search help", text, ""))


def _page(title: str, text: str, token: str) -> str:
    return (
        f"<!doctype html><html lang=en><title>{html.escape(title)}</title>"
        f"<h1>{html.escape(title)}</h1><p>{html.escape(text)}</p><p><code>{token}</code></p></html>\n"
    )
