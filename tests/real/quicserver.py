"""What Debian's servers do not speak yet: HTTP/3 as far as a handshake goes, and DNS over QUIC.

`python -m tests.real.quicserver FILE`, inside a namespace: aioquic's own server, at every address it is told.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dns.asyncquery
import dns.exception
import dns.message
import msgspec
import trustme
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.asyncio.server import QuicServer
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import StreamDataReceived

from tests.real.namespaces import Namespace

ROOT = Path(__file__).parents[2]
DOQ_PORT = 8853
"""A firewall leads port 853 here: unbound binds that one over UDP as well as over TLS."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One protocol at some addresses, under one certificate."""

    protocol: str
    """`h3` or `doq`."""
    addresses: tuple[str, ...]
    port: int
    certificate: str
    key: str
    backend: str | None = None
    """The resolver on port 53 that knows the answers."""


@dataclass(frozen=True, kw_only=True)
class Order:
    services: tuple[Service, ...]
    ready: str
    """A file that is there once all are served."""


def service(
    directory: Path,
    issuer: trustme.CA,
    names: Sequence[str],
    *,
    protocol: str,
    addresses: Sequence[str],
    backend: str | None = None,
) -> Service:
    """A service with a certificate of that issuer for these names."""
    leaf = issuer.issue_cert(*names)
    certificate, key = directory / f"{protocol}.pem", directory / f"{protocol}.key"
    leaf.cert_chain_pems[0].write_to_path(str(certificate))
    leaf.private_key_pem.write_to_path(str(key))
    return Service(
        protocol=protocol,
        addresses=tuple(addresses),
        port=DOQ_PORT if protocol == "doq" else 443,
        certificate=str(certificate),
        key=str(key),
        backend=backend,
    )


@contextlib.contextmanager
def serving(place: Namespace, directory: Path, *services: Service) -> Iterator[None]:
    """These services in a namespace, from the moment they are there."""
    ready, order = directory / "quic.ready", directory / "quic.json"
    order.write_bytes(msgspec.json.encode(Order(services=services, ready=str(ready))))
    with place.running(
        [sys.executable, "-m", "tests.real.quicserver", str(order)],
        log=directory / "quic.log",
        ready=ready.exists,
        environment={"PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))},
    ):
        yield


# -------------------------------------------------------------------------------- inside the namespace


class _Resolver(QuicConnectionProtocol):
    """One query to a stream (RFC 9250, 4.2)."""

    def __init__(self, *arguments: Any, backend: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._backend = backend
        self._tasks: set[asyncio.Task[None]] = set()

    def quic_event_received(self, event: Any) -> None:
        if isinstance(event, StreamDataReceived) and event.end_stream:
            task = asyncio.create_task(self._answer(event.stream_id, event.data[2:]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, stream: int, query: bytes) -> None:
        try:
            asked = dns.message.from_wire(query)
            answer, _ = await dns.asyncquery.udp_with_fallback(asked, self._backend, timeout=2)
        except (dns.exception.DNSException, OSError):
            return
        data = answer.to_wire()
        self._quic.send_stream_data(stream, len(data).to_bytes(2, "big") + data, end_stream=True)
        self.transmit()


async def _serve(order: Order, ready: Path) -> None:
    loop = asyncio.get_running_loop()
    for item in order.services:
        settings = QuicConfiguration(is_client=False, alpn_protocols=[item.protocol])
        settings.load_cert_chain(item.certificate, item.key)
        made = QuicConnectionProtocol
        if item.backend is not None:
            made = functools.partial(_Resolver, backend=item.backend)
        for address in item.addresses:
            await loop.create_datagram_endpoint(
                functools.partial(QuicServer, configuration=settings, create_protocol=made),
                local_addr=(address, item.port),
            )
    await asyncio.to_thread(ready.touch)
    await asyncio.Event().wait()


if __name__ == "__main__":
    given = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Order)
    asyncio.run(_serve(given, Path(given.ready)))
