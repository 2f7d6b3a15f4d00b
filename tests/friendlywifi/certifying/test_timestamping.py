"""An authority for times behind a real HTTP server, and the answers that are none."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from certificates.pades import sign_pdf, signer_from_pkcs12
from certificates.pkcs12 import new_pkcs12
from certificates.print import render_pdf
from certificates.signed_paper import read_signature
from certificates.signing import from_file
from friendlywifi.certifying.timestamping import authority
from tests.certificates.tsa import asking, made_authority

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
GOLDEN = Path(__file__).parents[2] / "certificates" / "golden" / "valid.json"


class Server(ThreadingHTTPServer):
    folder: Path
    asked: int = 0

    def handle_error(self, *_: object) -> None:
        """Who asked has hung up: that is what is tested."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.server.asked += 1
        body = self.rfile.read(int(self.headers["content-length"]))
        kind, code, answer = "application/timestamp-reply", 200, b""
        if self.path == "/tsa" and self.headers["content-type"] == "application/timestamp-query":
            answer = asking(self.server.folder)(body)
        elif self.path == "/portal":
            kind, answer = "text/html", b"<html>log in</html>"
        elif self.path == "/moved":
            code = 302
        elif self.path == "/flood":
            answer = bytes(200_000)
        elif self.path == "/silent":
            time.sleep(1.5)
        self.send_response(code)
        self.send_header("content-type", kind)
        self.send_header("location", "/tsa")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as made:
        made.folder = made_authority(tmp_path_factory.mktemp("tsa"))
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def printed() -> bytes:
    return render_pdf(from_file(GOLDEN.read_bytes()))


def test_the_time_of_an_authority_is_in_the_signature_and_it_is_asked_once(
    server: Server, printed: bytes
) -> None:
    signer = signer_from_pkcs12(new_pkcs12(organisation="Issuer", passphrase=b"secret", now=NOW), b"secret")
    before = server.asked
    stamp = authority(f"http://127.0.0.1:{server.server_port}/tsa")
    made = sign_pdf(printed, signer, now=NOW, timestamp=stamp)
    assert made.timestamped
    assert read_signature(made.data, printed).timestamped is not None
    assert server.asked == before + 1


@pytest.mark.parametrize("path", ("portal", "moved", "flood", "silent", "nothing"))
def test_an_answer_that_is_none_costs_only_the_time_stamp(server: Server, printed: bytes, path: str) -> None:
    signer = signer_from_pkcs12(new_pkcs12(organisation="Issuer", passphrase=b"secret", now=NOW), b"secret")
    stamp = authority(f"http://127.0.0.1:{server.server_port}/{path}", within=0.5)
    began = time.monotonic()
    made = sign_pdf(printed, signer, now=NOW, timestamp=stamp)
    assert time.monotonic() - began < 15
    assert not made.timestamped
    assert made.remark is not None
    assert read_signature(made.data, printed).timestamped is None


def test_nobody_listening_costs_only_the_time_stamp(printed: bytes) -> None:
    signer = signer_from_pkcs12(new_pkcs12(organisation="Issuer", passphrase=b"secret", now=NOW), b"secret")
    made = sign_pdf(printed, signer, now=NOW, timestamp=authority("http://127.0.0.1:9/", within=0.5))
    assert (made.timestamped, read_signature(made.data, printed).timestamped) == (False, None)
