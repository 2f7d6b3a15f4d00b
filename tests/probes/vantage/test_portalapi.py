"""The captive portal API, asked of a real TLS server on loopback."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from probes.vantage.portalapi import ask_api, parse_captive

Serve = Callable[..., str]


@pytest.fixture(scope="module", name="authority")
def _authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(name="context")
def _context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture(name="serve")
def _serve(authority: trustme.CA) -> Iterator[Serve]:
    running: list[http.server.HTTPServer] = []

    def serve(body: bytes, *, status: int = 200) -> str:
        class Api(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                right = self.headers["Accept"] == "application/captive+json"
                self.send_response(status if right else 406)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Api)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        running.append(server)
        return f"https://127.0.0.1:{server.server_port}/api"

    yield serve
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("body", "says"),
    (
        (b'{"captive": true, "user-portal-url": "https://x.example/"}', True),
        (b'{"captive": false}', False),
        (b'{"captive": "true"}', None),
        (b"{}", None),
        (b"[]", None),
        (b"<html>", None),
    ),
)
def test_the_api_says_whether_this_device_is_held(
    serve: Serve,
    context: ssl.SSLContext,
    body: bytes,
    says: bool | None,  # noqa: FBT001 - as the API says it
) -> None:
    assert ask_api(serve(body), context=context) is says


def test_an_error_says_nothing(serve: Serve, context: ssl.SSLContext) -> None:
    assert ask_api(serve(b'{"captive": true}', status=500), context=context) is None


def test_an_endless_answer_says_nothing(serve: Serve, context: ssl.SSLContext) -> None:
    assert ask_api(serve(b" " * 100_000 + b'{"captive": true}'), context=context) is None


def test_an_api_that_no_public_authority_vouches_for_is_not_believed(serve: Serve) -> None:
    assert ask_api(serve(b'{"captive": true}')) is None


def test_nobody_there_says_nothing(context: ssl.SSLContext) -> None:
    assert ask_api("https://127.0.0.1:1/api", context=context) is None
    assert ask_api("https://[", context=context) is None


@given(st.binary(max_size=200))
def test_no_answer_breaks_the_reader(body: bytes) -> None:
    parse_captive(body)
