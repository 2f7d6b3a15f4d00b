"""A default reference over https: real TLS on loopback, and whatever a network could do in between."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from certificates.keys import key_from_seed, public_text
from certificates.reference import to_file
from criteria.records import Reference
from friendlywifi.complaint import Complaint
from friendlywifi.referencing import source as reference_source
from friendlywifi.referencing.source import Opened, open_reference

KEY = key_from_seed(bytes(range(32)))
STRANGER = key_from_seed(bytes(range(1, 33)))
TRUSTED = (public_text(KEY.public_key()),)
TAKEN = datetime(2026, 11, 20, 9, tzinfo=UTC)


def reference(days: int = 0) -> Reference:
    return Reference(id=f"day{days}", taken=TAKEN + timedelta(days=days), vantage="elsewhere", entries=())


@dataclass
class Site:
    """What the server gives, and what it was asked."""

    url: str
    context: ssl.SSLContext
    body: bytes = field(default_factory=lambda: to_file(reference(), KEY))
    status: int = 200
    etag: str | None = '"one"'
    location: str | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignored: a client that does not trust this server hangs up."""


@pytest.fixture
def site() -> Iterator[Site]:
    authority = trustme.CA()
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(inside)
    outside = ssl.create_default_context()
    authority.configure_trust(outside)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given.asked.append((self.path, self.headers["if-none-match"]))
            if given.location is not None and self.path == "/r.json":
                self.send_response(302)
                self.send_header("location", given.location)
                self.send_header("content-length", "0")
                self.end_headers()
                return
            unchanged = given.etag is not None and self.headers["if-none-match"] == given.etag
            self.send_response(304 if unchanged else given.status)
            if given.etag is not None:
                self.send_header("etag", given.etag)
            if not unchanged:
                self.send_header("content-length", str(len(given.body)))
            self.end_headers()
            if not unchanged:
                self.wfile.write(given.body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = _Server(("127.0.0.1", 0), Handler)
    server.socket = inside.wrap_socket(server.socket, server_side=True)
    given = Site(url=f"https://127.0.0.1:{server.server_address[1]}/r.json", context=outside)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield given
    server.shutdown()
    thread.join()
    server.server_close()


def opened(site: Site, cache: Path, *, keys: tuple[str, ...] = TRUSTED) -> Opened:
    return open_reference(site.url, keys=keys, cache=cache, context=site.context)


def id_of(found: Opened) -> str | None:
    return found.known.reference.id if found.known else None


def test_a_signed_reference_is_fetched_and_trusted(site: Site, tmp_path: Path) -> None:
    found = opened(site, tmp_path)
    assert id_of(found) == "day0"
    assert found.remark is None
    assert found.known is not None
    assert found.known.objection is None


def test_an_unchanged_one_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    opened(site, tmp_path)
    site.body = b"would be refused"
    assert id_of(opened(site, tmp_path)) == "day0"
    assert site.asked == [("/r.json", None), ("/r.json", '"one"')]


def test_a_newer_one_takes_the_place_of_the_kept_copy(site: Site, tmp_path: Path) -> None:
    opened(site, tmp_path)
    site.body, site.etag = to_file(reference(3), KEY), '"two"'
    assert id_of(opened(site, tmp_path)) == "day3"
    assert id_of(opened(site, tmp_path)) == "day3"
    assert site.asked[-1] == ("/r.json", '"two"')


def test_an_older_one_played_back_does_not(site: Site, tmp_path: Path) -> None:
    opened(site, tmp_path)
    site.body, site.etag = to_file(reference(-3), KEY), '"old"'
    found = opened(site, tmp_path)
    assert id_of(found) == "day0"
    assert "older" in (found.remark or "")


def test_offline_the_kept_copy_is_used_and_said(site: Site, tmp_path: Path) -> None:
    opened(site, tmp_path)
    stranger = ssl.create_default_context()
    found = open_reference(site.url, keys=TRUSTED, cache=tmp_path, context=stranger)
    assert id_of(found) == "day0"
    assert (found.remark or "").endswith("the kept copy of 2026-11-20 is used")


def test_offline_without_a_copy_there_is_none_and_that_is_said(site: Site, tmp_path: Path) -> None:
    found = open_reference(site.url, keys=TRUSTED, cache=tmp_path, context=ssl.create_default_context())
    assert found.known is None
    assert "no copy is kept" in (found.remark or "")


def test_an_error_of_the_server_leaves_the_kept_copy(site: Site, tmp_path: Path) -> None:
    opened(site, tmp_path)
    site.status, site.etag, site.body = 503, None, b"busy"
    found = opened(site, tmp_path)
    assert id_of(found) == "day0"
    assert "503" in (found.remark or "")


@pytest.mark.parametrize(
    ("body", "why"),
    (
        (to_file(reference(9)), "unsigned"),
        (to_file(reference(9), STRANGER), "not trusted"),
        (to_file(reference(9), KEY).replace(b"elsewhere", b"elsewherf"), "forged"),
        (b"<html>Please log in", "not a reference"),
    ),
    ids=["unsigned", "stranger", "edited", "html"],
)
def test_what_no_trusted_key_signed_is_refused_and_replaces_nothing(
    site: Site, tmp_path: Path, body: bytes, why: str
) -> None:
    opened(site, tmp_path)
    good, site.body, site.etag = site.body, body, '"bad"'
    with pytest.raises(Complaint, match=why):
        opened(site, tmp_path)
    site.body, site.etag = good, '"one"'
    assert id_of(opened(site, tmp_path)) == "day0"
    assert site.asked[-1] == ("/r.json", '"one"')


def test_a_copy_that_was_edited_on_this_machine_counts_for_nothing(site: Site, tmp_path: Path) -> None:
    opened(site, tmp_path)
    (copy,) = tmp_path.glob("*.json")
    copy.write_bytes(copy.read_bytes().replace(b"elsewhere", b"elsewherf"))
    found = open_reference(site.url, keys=TRUSTED, cache=tmp_path, context=ssl.create_default_context())
    assert found.known is None
    assert id_of(opened(site, tmp_path)) == "day0"
    assert site.asked[-1] == ("/r.json", None)


def test_a_copy_whose_signer_is_no_longer_trusted_counts_for_nothing(site: Site, tmp_path: Path) -> None:
    opened(site, tmp_path)
    other = (public_text(STRANGER.public_key()),)
    found = open_reference(site.url, keys=other, cache=tmp_path, context=ssl.create_default_context())
    assert found.known is None


def test_a_redirect_inside_https_is_followed(site: Site, tmp_path: Path) -> None:
    site.location = "/elsewhere.json"
    assert id_of(opened(site, tmp_path)) == "day0"


def test_a_redirect_to_a_login_page_is_as_good_as_offline(site: Site, tmp_path: Path) -> None:
    opened(site, tmp_path)
    site.location = "http://127.0.0.1:1/login"
    found = opened(site, tmp_path)
    assert id_of(found) == "day0"
    assert "login page" in (found.remark or "")


def test_redirects_without_end_end(site: Site, tmp_path: Path) -> None:
    site.location = "/r.json"
    found = opened(site, tmp_path)
    assert found.known is None
    assert len(site.asked) == reference_source.REDIRECTS + 1


def test_a_body_without_end_is_cut_off(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_source, "MAX_FILE", 1000)
    site.body = b"x" * 5000
    found = opened(site, tmp_path)
    assert "far longer" in (found.remark or "")


def test_a_server_that_takes_too_long_is_given_up(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference_source, "DONE_WITHIN", -1.0)
    assert "too long" in (opened(site, tmp_path).remark or "")


def test_plain_http_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="https URL"):
        open_reference("http://127.0.0.1:1/r.json", keys=TRUSTED, cache=tmp_path)


def test_without_a_trusted_key_nothing_is_fetched(site: Site, tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="reference_keys"):
        opened(site, tmp_path, keys=())
    assert site.asked == []


def test_a_file_needs_no_signature_and_is_objected_to(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(to_file(reference()))
    found = open_reference(str(path), keys=TRUSTED, cache=tmp_path)
    assert found.known is not None
    assert found.known.objection == "reference unsigned"


def test_a_file_that_is_no_reference_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text("[]")
    with pytest.raises(Complaint, match=r"r\.json: The file is not a reference"):
        open_reference(str(path), keys=TRUSTED, cache=tmp_path)
    with pytest.raises(Complaint, match="does not exist"):
        open_reference(str(tmp_path / "none.json"), keys=TRUSTED, cache=tmp_path)
