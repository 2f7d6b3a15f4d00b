from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import socket
import ssl
import time
import warnings
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probes import failure
from probes.network import Budgets, Network, SimulatedClock
from probes.records import Ask, Observation, Stage, TlsFacts
from probes.visit import Stores

Look = Callable[..., Awaitable[list[Observation]]]
NAME = "site.lab.example"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def alert(number: int, *, level: int = 2) -> bytes:
    return bytes([21, 3, 3, 0, 2, level, number])


def tls_facts(found: list[Observation]) -> TlsFacts:
    facts = found[1].tls
    assert found[1].stage is Stage.TLS
    assert facts is not None
    return facts


def context_for(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


# ------------------------------------------------------------------ what an in-path filter does to a hello


async def test_a_reset_after_the_client_hello(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.after_first_bytes(b"", reset=True))
    found = await look(where)
    assert (found[1].stage, found[1].failure) == (Stage.TLS, failure.CONNECTION_RESET)


async def test_an_end_after_the_client_hello(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.after_first_bytes(b""))
    found = await look(where)
    assert found[1].failure == failure.EOF
    assert tls_facts(found) == TlsFacts(server_name=NAME)


async def test_silence_after_the_client_hello(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.after_first_bytes(b"", close=False))
    found = await look(where, budgets=Budgets(tls=0.3))
    assert (found[1].stage, found[1].failure) == (Stage.TLS, failure.TIMEOUT)
    assert 290_000 <= found[1].elapsed_us < 2_000_000


async def test_plain_http_where_tls_should_be(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.after_first_bytes(b"HTTP/1.1 403 Forbidden\r\n\r\nblocked"))
    found = await look(where)
    assert found[1].failure == failure.SSL_HANDSHAKE
    assert tls_facts(found).alert is None


@pytest.mark.parametrize("number", (40, 49, 70, 80, 112, 120))
@pytest.mark.parametrize("reset", (True, False))
async def test_an_alert_is_kept_by_its_number(
    servers: Any, behave: Any, look: Look, *, number: int, reset: bool
) -> None:
    where = await servers.start(behave.after_first_bytes(alert(number), reset=reset))
    found = await look(where)
    assert found[1].failure == failure.SSL_HANDSHAKE
    assert tls_facts(found).alert == number


async def test_an_alert_marked_as_a_warning_explains_the_end_that_follows(
    servers: Any, behave: Any, look: Look
) -> None:
    where = await servers.start(behave.after_first_bytes(alert(112, level=1)))
    found = await look(where)
    assert found[1].failure == failure.SSL_HANDSHAKE
    assert tls_facts(found).alert == 112


async def test_a_close_notify_is_an_end_and_no_alert(servers: Any, behave: Any, look: Look) -> None:
    where = await servers.start(behave.after_first_bytes(alert(0, level=1)))
    found = await look(where)
    assert found[1].failure == failure.EOF
    assert tls_facts(found).alert is None


async def test_a_server_that_drips_is_cut_off(servers: Any, behave: Any, look: Look) -> None:
    # A record of 16 KiB, one byte at a time.
    where = await servers.start(behave.endless(b"\x16\x03\x03\x40\x00\x02", b"\x00", pause=0.01))
    began = time.monotonic()
    found = await look(where, budgets=Budgets(tls=0.4))
    assert found[1].failure == failure.TIMEOUT
    assert time.monotonic() - began < 2


async def test_an_endless_handshake_is_bounded_by_its_size(servers: Any, behave: Any, look: Look) -> None:
    # A hello request is legal before a server hello and is ignored: TLS itself never tires of them.
    requests = (b"\x16\x03\x03\x00\x04\x00\x00\x00\x00") * 4096
    where = await servers.start(behave.endless(b"", requests))
    found = await look(where, budgets=Budgets(tls=20))
    assert found[1].failure == failure.SSL_HANDSHAKE
    assert found[1].elapsed_us < 10_000_000


def serve_once(listener: socket.socket, context: ssl.SSLContext) -> None:
    """A server of the standard library: unlike asyncio's, it sends its alert before it hangs up."""
    accepted, _peer = listener.accept()
    with accepted, contextlib.suppress(OSError), context.wrap_socket(accepted, server_side=True) as tls:
        tls.recv(65536)


@pytest.mark.parametrize(
    ("version", "stage", "name"),
    (
        (ssl.TLSVersion.TLSv1_2, Stage.TLS, failure.SSL_HANDSHAKE),
        # In TLS 1.3 the client's part is over before the server looks for its certificate.
        (ssl.TLSVersion.TLSv1_3, Stage.HTTP, failure.HTTP_FAILED),
    ),
)
async def test_a_server_that_wants_a_certificate_of_us_ends_where_it_says_so(
    look: Look, authority: trustme.CA, *, version: ssl.TLSVersion, stage: Stage, name: str
) -> None:
    context = context_for(authority.issue_cert(NAME))
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = context.maximum_version = version
    authority.configure_trust(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(asyncio.to_thread(serve_once, listener, context))
        found = await look(f"127.0.0.1:{listener.getsockname()[1]}")
        await serving
    assert (found[-1].stage, found[-1].failure) == (stage, name)
    if version is ssl.TLSVersion.TLSv1_2:
        assert tls_facts(found).alert == 40


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=100).map(lambda body: b"\x16\x03\x03" + len(body).to_bytes(2) + body),
        st.binary(max_size=2).map(lambda body: b"\x15\x03\x03\x00\x02" + body),
    ),
    reset=st.booleans(),
)
async def test_whatever_a_server_sends_is_an_observation(
    servers: Any, behave: Any, look: Look, *, data: bytes, reset: bool
) -> None:
    where = await servers.start(behave.after_first_bytes(data, reset=reset))
    found = await look(where)
    assert [item.stage for item in found] == [Stage.TCP, Stage.TLS]
    assert found[1].failure in {
        failure.EOF,
        failure.CONNECTION_RESET,
        failure.SSL_HANDSHAKE,
    }


# ------------------------------------------------------------------------------ certificates, kept and judged


async def test_the_whole_chain_is_kept_and_read(servers: Any, behave: Any, look: Look) -> None:
    root = trustme.CA()
    middle = root.create_child_ca()
    certificate = middle.issue_cert(NAME)
    where = await servers.start(behave.answer(PAGE), context=context_for(certificate))
    facts = tls_facts(await look(where))
    sent = [pem.bytes() for pem in certificate.cert_chain_pems]
    assert [base64.b64decode(der) for der in facts.chain] == [
        ssl.PEM_cert_to_DER_cert(pem.decode()) for pem in sent
    ]
    assert len(facts.chain) >= 2
    leaf = x509.load_pem_x509_certificate(sent[0])
    assert facts.subject == leaf.subject.rfc4514_string()
    assert facts.issuer == leaf.issuer.rfc4514_string()
    key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert facts.spki == hashlib.sha256(key).hexdigest()
    assert (facts.server_name, facts.version) == (NAME, "TLSv1.3")
    assert (facts.cipher or "").startswith("TLS_")


async def test_a_chain_through_an_intermediate_is_trusted_by_its_root(
    servers: Any, behave: Any, look: Look
) -> None:
    root = trustme.CA()
    certificate = root.create_child_ca().issue_cert(NAME)
    where = await servers.start(behave.answer(PAGE), context=context_for(certificate))
    stores = Stores.load((root.cert_pem.bytes().decode(),), system=False)
    found = await look(where, stores_used=stores)
    facts = tls_facts(found)
    assert found[1].failure is None
    assert (facts.pinned, facts.listed, facts.system) == (False, True, None)


async def test_an_authority_that_a_list_names_is_not_the_public_one(
    servers: Any, behave: Any, look: Look, server_context: ssl.SSLContext
) -> None:
    where = await servers.start(behave.answer(PAGE), context=server_context)
    found = await look(where)
    facts = tls_facts(found)
    assert found[1].failure is None
    assert (facts.pinned, facts.listed) == (False, True)
    assert facts.problem == "unable to get local issuer certificate"


async def test_an_interceptor_that_the_machine_trusts_is_still_unknown_to_the_public_store(
    servers: Any, behave: Any, look: Look, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = trustme.CA(organization_name="Filter Box")
    bundle = tmp_path / "installed.pem"
    box.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    where = await servers.start(behave.answer(PAGE), context=context_for(box.issue_cert(NAME)))
    found = await look(where, stores_used=Stores.load(()))
    facts = tls_facts(found)
    assert found[1].failure == failure.SSL_AUTHORITY
    assert (facts.pinned, facts.listed, facts.system) == (False, None, True)
    assert "O=Filter Box" in (facts.issuer or "")
    assert found[2].stage is Stage.HTTP


async def test_a_certificate_for_another_name(
    servers: Any, behave: Any, look: Look, authority: trustme.CA
) -> None:
    context = context_for(authority.issue_cert("block.page.example"))
    where = await servers.start(behave.answer(PAGE), context=context)
    found = await look(where)
    assert found[1].failure == failure.SSL_HOSTNAME
    assert tls_facts(found).listed is False


async def test_a_certificate_out_of_date(
    servers: Any, behave: Any, look: Look, authority: trustme.CA
) -> None:
    old = authority.issue_cert(
        NAME, not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=datetime(2021, 1, 1, tzinfo=UTC)
    )
    where = await servers.start(behave.answer(PAGE), context=context_for(old))
    found = await look(where)
    assert found[1].failure == failure.SSL_CERTIFICATE
    assert tls_facts(found).listed is False
    assert tls_facts(found).chain


async def test_dates_are_judged_by_the_clock_that_was_handed_in(
    servers: Any, behave: Any, look: Look, authority: trustme.CA
) -> None:
    old = authority.issue_cert(
        NAME, not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=datetime(2021, 1, 1, tzinfo=UTC)
    )
    where = await servers.start(behave.answer(PAGE), context=context_for(old))
    then = Network(clock=SimulatedClock(datetime(2020, 6, 1, tzinfo=UTC)))
    assert (await look(where, network=then))[1].failure is None
    before = Network(clock=SimulatedClock(datetime(2019, 6, 1, tzinfo=UTC)))
    assert (await look(where, network=before))[1].failure == failure.SSL_CERTIFICATE


async def test_the_name_goes_out_as_sni_and_http_1_1_is_offered(
    servers: Any, behave: Any, look: Look, authority: trustme.CA
) -> None:
    context = context_for(authority.issue_cert(NAME))
    context.set_alpn_protocols(["h2", "http/1.1"])
    asked: list[str] = []
    context.sni_callback = lambda _tls, name, _context: asked.append(name)
    where = await servers.start(behave.answer(PAGE), context=context)
    found = await look(where)
    assert asked == [NAME]
    assert tls_facts(found).alpn == "http/1.1"


async def test_an_address_is_visited_by_itself(
    servers: Any, behave: Any, look: Look, authority: trustme.CA
) -> None:
    seen: list[bytes] = []
    context = context_for(authority.issue_cert("203.0.113.7"))
    where = await servers.start(behave.answer(PAGE, seen=seen), context=context)
    found = await look(where, subject="203.0.113.7")
    assert found[1].failure is None
    assert b"\r\nHost: 203.0.113.7\r\n" in seen[0]


@pytest.mark.parametrize("version", (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3))
async def test_both_current_versions_of_tls_are_spoken(
    servers: Any, behave: Any, look: Look, authority: trustme.CA, version: ssl.TLSVersion
) -> None:
    context = context_for(authority.issue_cert(NAME))
    context.minimum_version = context.maximum_version = version
    where = await servers.start(behave.answer(PAGE), context=context)
    found = await look(where)
    assert [item.failure for item in found] == [None, None, None]
    assert tls_facts(found).version == {"TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}[version.name]


async def test_an_old_box_with_a_short_key_still_shows_its_certificate(
    servers: Any, behave: Any, look: Look, tmp_path: Path
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the point
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Old Box")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2010, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "box.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    context.load_cert_chain(tmp_path / "box.pem")
    where = await servers.start(behave.answer(PAGE), context=context)
    found = await look(where)
    assert [item.failure for item in found] == [None, failure.SSL_AUTHORITY, None]
    facts = tls_facts(found)
    assert (facts.version, facts.issuer) == ("TLSv1", "CN=Old Box")


@pytest.mark.parametrize("subject", ("." + NAME, "a" * 64 + ".lab.example", "nul\0.lab.example"))
async def test_a_name_that_cannot_be_sent_is_an_observation(
    servers: Any, behave: Any, look: Look, server_context: ssl.SSLContext, subject: str
) -> None:
    where = await servers.start(behave.answer(PAGE), context=server_context)
    found = await look(where, subject=subject)
    assert (found[-1].failure or "").startswith("unknown_failure: ")


async def test_tls_that_breaks_after_the_handshake_is_a_failure_of_http(
    servers: Any, behave: Any, look: Look, server_context: ssl.SSLContext
) -> None:
    async def spoil(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        # Past TLS, straight onto the wire: no record that was ever encrypted.
        raw = writer.get_extra_info("socket").dup()
        raw.setblocking(True)
        raw.send(b"\x17\x03\x03\x00\x20" + b"\x00" * 32)
        raw.close()
        await asyncio.sleep(0.2)

    where = await servers.start(spoil, context=server_context)
    found = await look(where)
    assert [item.failure for item in found] == [None, None, failure.HTTP_FAILED]


async def test_a_page_behind_tls_may_end_without_goodbye(
    servers: Any, behave: Any, look: Look, server_context: ssl.SSLContext
) -> None:
    async def leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nthe token")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.get_extra_info("socket").shutdown(1)
        await asyncio.sleep(0.1)

    where = await servers.start(leave, context=server_context)
    found = await look(where, token="token", ask=Ask.GET)
    assert found[2].failure is None
    assert found[2].http is not None
    assert found[2].http.token_found is True
