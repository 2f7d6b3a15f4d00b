"""DNS over HTTPS with servers that nobody here wrote, each speaking HTTP/2 (unbound nothing else)."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.message
import dns.rrset
import pytest
import trustme

from probes import failure
from probes.dns.asked import Asked
from probes.dns.encrypted import ask_encrypted
from probes.dns.wire import IN
from probes.network import Budgets, Network, SystemClock
from probes.recorder import Recorder
from probes.records import Family, Kind, Observation, Question, Stage, Transport, Via
from probes.visit import Stores

HOST, NAME = "dns.example", "adult.lab.example"
ADDRESS = "203.0.113.53"

UNBOUND = """
server:
    interface: 127.0.0.1@{port}
    https-port: {port}
    tls-service-key: "{folder}/key.pem"
    tls-service-pem: "{folder}/key.pem"
    do-daemonize: no
    username: ""
    chroot: ""
    directory: "{folder}"
    pidfile: ""
    use-syslog: no
    module-config: "iterator"
    local-zone: "lab.example." static
    local-data: "{name}. 60 IN A 203.0.113.10"
remote-control:
    control-enable: no
"""
NGINX = """daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {folder}/key.pem;
    ssl_certificate_key {folder}/key.pem;
    root {folder};
    # A file is not to be posted to; the page for that error is the answer.
    location = /dns-query {{ error_page 405 =200 /answer; }}
    location = /answer {{ internal; default_type application/dns-message; }}
    location / {{ return 403 "blocked"; }}
  }}
}}
"""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[int]:
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        for _ in range(100):
            with socket.socket() as knock:
                if process.poll() is None and knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            pytest.fail(f"{command[0]} did not start: {log.read_text(errors='replace')}")
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def unbound(
    authority: trustme.CA, require_server: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    folder, port = tmp_path_factory.mktemp("unbound"), free_port()
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(str(folder / "key.pem"))
    configuration = folder / "unbound.conf"
    configuration.write_text(UNBOUND.format(port=port, folder=folder, name=NAME))
    with running([require_server("unbound"), "-d", "-c", str(configuration)], port, folder):
        yield port


@pytest.fixture(scope="module")
def nginx(
    authority: trustme.CA, require_server: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """The one answer to the one question: its id is 0, so that it can be a file."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(str(folder / "key.pem"))
    message = dns.message.make_response(dns.message.make_query(NAME, "A", id=0))
    message.answer.append(dns.rrset.from_text(f"{NAME}.", 60, "IN", "A", "203.0.113.10"))
    (folder / "answer").write_bytes(message.to_wire())
    (folder / "dns-query").touch()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(port=port, folder=folder))
    command = [require_server("nginx"), "-e", "stderr", "-p", str(folder), "-c", str(configuration)]
    with running(command, port, folder):
        yield port


async def ask(
    authority: trustme.CA, port: int, *, path: str | None = None, budgets: Budgets | None = None
) -> list[Observation]:
    via = Via(
        resolver=f"{ADDRESS}:443",
        transport=Transport.DOH,
        family=Family.IPV4,
        server_name=HOST,
        path=path,
    )
    recorder = Recorder(
        question=Question(id="q", kind=Kind.ROUTE, subject=NAME, via=via), attempt=1, clock=SystemClock()
    )
    await ask_encrypted(
        Asked.of(NAME, "A", rrclass=IN, payload=1232, dnssec_ok=False),
        network=Network(
            connect_to={f"{ADDRESS}:443": f"127.0.0.1:{port}"},
            confined=True,
            budgets=budgets or Budgets(dns=10.0, tcp=10.0, tls=10.0, http=10.0),
        ),
        recorder=recorder,
        stores=Stores.load((authority.cert_pem.bytes().decode(),), system=False),
        address=ADDRESS,
        port=443,
        randomness=random.Random(1),
    )
    return recorder.observations


def stages(found: list[Observation]) -> list[tuple[Stage, str | None]]:
    return [(item.stage, item.failure) for item in found]


async def assert_answered(authority: trustme.CA, port: int) -> None:
    found = await ask(authority, port)
    assert stages(found) == [(Stage.TCP, None), (Stage.TLS, None), (Stage.HTTP, None), (Stage.DNS, None)]
    assert found[1].tls is not None
    assert (found[1].tls.alpn, found[1].tls.listed) == ("h2", True)
    assert found[2].http is not None
    assert (found[2].http.method, found[2].http.status) == ("POST", 200)
    assert found[2].http.header("content-type") == "application/dns-message"
    assert found[3].dns is not None
    assert found[3].dns.addresses == ("203.0.113.10",)


@pytest.mark.server("unbound")
async def test_a_resolver_that_speaks_http2_only_answers(authority: trustme.CA, unbound: int) -> None:
    await assert_answered(authority, unbound)


@pytest.mark.server("unbound")
async def test_its_answer_for_another_path_is_a_failure_of_http(authority: trustme.CA, unbound: int) -> None:
    found = await ask(authority, unbound, path="/elsewhere")
    assert stages(found)[2:] == [(Stage.HTTP, None), (Stage.DNS, failure.HTTP_FAILED)]
    assert found[2].http is not None
    assert found[2].http.status == 404


@pytest.mark.server("nginx")
async def test_a_web_server_that_speaks_both_is_spoken_to_in_http2(authority: trustme.CA, nginx: int) -> None:
    await assert_answered(authority, nginx)


@pytest.mark.server("nginx")
async def test_a_page_in_place_of_an_answer_is_none_over_http2_too(authority: trustme.CA, nginx: int) -> None:
    found = await ask(authority, nginx, path="/p0")
    assert stages(found)[2:] == [(Stage.HTTP, None), (Stage.DNS, failure.HTTP_FAILED)]
    assert found[2].http is not None
    assert (found[2].http.status, found[2].http.body_bytes) == (403, 7)


async def test_who_agrees_on_http2_and_then_says_nothing_is_left_at_the_deadline(
    authority: trustme.CA,
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    context.set_alpn_protocols(["h2"])
    held: list[asyncio.StreamWriter] = []

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await reader.read()

    server = await asyncio.start_server(silent, "127.0.0.1", 0, ssl=context)
    began = time.monotonic()
    async with server:
        found = await ask(
            authority, server.sockets[0].getsockname()[1], budgets=Budgets(tcp=10.0, tls=10.0, http=0.3)
        )
        assert stages(found)[2:] == [(Stage.HTTP, failure.TIMEOUT), (Stage.DNS, failure.TIMEOUT)]
        assert time.monotonic() - began < 5
        for writer in held:
            writer.transport.abort()
