"""docs/register.md: its nginx serves a published register, and what it says of files is so."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from friendlywifi.records.database import open_records
from friendlywifi.register.known import sayable
from tests.conftest import require_server
from tests.friendlywifi.register.town import publish, settle
from tests.real.unbound import free_port

PAGE = (Path(__file__).parents[2] / "docs" / "register.md").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("register")
    with open_records(place / "records.db") as records:
        settle(records)
        publish(records, place / "r")
    return place / "r"


@pytest.fixture(scope="module")
def nginx(folder: Path) -> Iterator[str]:
    """The block of the page, as it stands there."""
    program, port = require_server("nginx"), free_port()
    block = re.search(r"nginx:\n\n((?:    .*\n)+)", PAGE)
    assert block is not None
    server = block[1].replace("/var/www/register", str(folder))
    server = server.replace("server_name register.example;", f"listen 127.0.0.1:{port};")
    beside = folder.parent
    settings = (
        # Started by root its workers are another user, who may not look into the folders of the tests.
        f"{'user root; ' if os.geteuid() == 0 else ''}pid {beside}/pid;\n"
        f"error_log {beside}/error.log; daemon off;\n"
        "events {}\n"
        f"http {{ access_log off; types {{ text/html html; }} default_type application/octet-stream;\n"
        f"client_body_temp_path {beside}/body; proxy_temp_path {beside}/proxy; "
        f"fastcgi_temp_path {beside}/fastcgi; uwsgi_temp_path {beside}/uwsgi; scgi_temp_path {beside}/scgi;\n"
        f"{server}}}\n"
    )
    (beside / "nginx.conf").write_text(settings, encoding="utf-8")
    command = [program, "-c", str(beside / "nginx.conf"), "-e", str(beside / "error.log")]
    with subprocess.Popen(command) as running:
        address = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                httpx.get(address, trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield address
        running.terminate()


def get(address: str) -> httpx.Response:
    return httpx.get(address, trust_env=False)


def test_its_nginx_serves_a_certificate_at_the_address_on_the_sign(nginx: str) -> None:
    for path in ("/c/FW-2026-000001", "/c/FW-2026-000001/", "/h/biblioteka-tirane/", "/"):
        answer = get(f"{nginx}{path}")
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].startswith("text/html"), path


def test_its_nginx_tells_of_an_unknown_number_in_plain_words(nginx: str) -> None:
    for path in ("/c/FW-2026-999999", "/c/FW-2026-999999/", "/c/", "/c/..%2f..%2fetc/passwd", "/x"):
        answer = get(f"{nginx}{path}")
        assert answer.status_code in (400, 404), path
        if answer.status_code == 404:
            assert "This number is not in the register" in answer.text, path


@pytest.mark.parametrize(
    ("path", "kind"),
    (
        ("/.well-known/did.json", "application/json"),
        ("/register.json", "application/json"),
        ("/status/revocation", "application/vc+jwt"),
        ("/log/checkpoint", "application/octet-stream"),
    ),
)
def test_its_nginx_serves_what_programs_ask_for(nginx: str, path: str, kind: str) -> None:
    answer = get(f"{nginx}{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


def test_every_published_file_is_in_its_table(folder: Path) -> None:
    table = PAGE.partition("## What stands there")[2].partition("\n\nA page is one file")[0]
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or name in (".friendlywifi-register", ".nojekyll"):
            continue
        told = re.sub(r"^c/[^/]+/", "c/NUMBER/", re.sub(r"^h/[^/]+/", "h/ID/", name))
        told = told.replace("/index.html", "/") if told != "index.html" else told
        told = re.sub(r"^log/tile/.*", "log/tile/…", told)
        assert f"`{told}`" in table, name


def test_sentences_that_quote_findings_are_kept_back_as_it_says() -> None:
    assert not sayable(("192.0.2.1 opened x.example.",))
