"""Our visits, as `check` makes them: `PORT CA COUNT TOGETHER`."""

from __future__ import annotations

import asyncio
import ssl
import sys
from dataclasses import replace
from pathlib import Path

import trustme

from benchmarks.clients.telling import told
from probes.network import Network
from probes.recorder import Recorder
from probes.records import Ask, Kind, Question, Service, Stage
from probes.visit import Stores, visit
from probes.visit.trust import anchors_of

ADDRESS = "198.51.100.1"


async def _all(port: int, authority: str, count: int, together: int) -> int:
    network = Network(
        connect_to={f"{ADDRESS}:443": f"127.0.0.1:{port}"}, confined=True, list_roots=(authority,)
    )
    loaded = Stores.load(network.list_roots)
    # As with most sites: the public store and the system's know the authority, and no list names it.
    public = loaded.listed
    stores = replace(loaded, pinned=public, system=public, listed=anchors_of([_own_authority()]))
    numbers = iter(range(count))
    wrong = 0

    async def worker() -> None:
        nonlocal wrong
        for number in numbers:
            question = Question(
                id=f"q{number:05d}", kind=Kind.TARGET, subject=f"n{number}.open.test", ask=Ask.GET
            )
            recorder = Recorder(question=question, attempt=1, clock=network.clock)
            await visit(
                network=network, recorder=recorder, address=ADDRESS, service=Service.HTTPS, stores=stores
            )
            stages = [item.stage for item in recorder.observations if item.failure is None]
            wrong += stages != [Stage.TCP, Stage.TLS, Stage.HTTP]

    await asyncio.gather(*(worker() for _ in range(together)))
    return wrong


def _own_authority() -> bytes:
    """One that a list names for pages of its own."""
    return ssl.PEM_cert_to_DER_cert(trustme.CA().cert_pem.bytes().decode())


def main(port: str, authority: str, count: str, together: str) -> None:
    """Visit and print."""
    with told(int(count)) as line:
        text = Path(authority).read_text(encoding="ascii")
        line["wrong"] = asyncio.run(_all(int(port), text, int(count), int(together)))


if __name__ == "__main__":
    main(*sys.argv[1:])
