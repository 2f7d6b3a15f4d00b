"""Does a site open where ClientHello fills two segments? That of browsers does: they offer X25519MLKEM768.

Their extensions come in any order, so that the server's name is often in the second segment. A filter that
reads names in the first one only stops our short ClientHello, and lets the browsers through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from probes import failure
from probes.failure import name_failure
from probes.network import Budgets, Network, endpoint
from probes.recorder import Recorder
from probes.records import Observation, Service, Stage, TlsFacts
from probes.visit.handshake import Here, shake_hands
from probes.visit.stores import Stores
from probes.visit.tcp import connect, open_socket

_PORT = 443


def was_read(seen: Iterable[Observation]) -> bool:
    """Whether a visit came to a handshake, which may have been stopped for the name in it."""
    return any(item.stage is Stage.TLS and not failure.is_ours(item.failure) for item in seen)


async def shake_in_parts(
    *, network: Network, recorder: Recorder, address: str, stores: Stores, budgets: Budgets | None = None
) -> None:
    """A handshake over TCP at one address, under the name of the recorder's question.

    Records one observation of TLS, also where no connection came about. No failure of the network raises.
    """
    budgets = budgets or network.budgets
    here = Here(
        network=network,
        recorder=recorder,
        budgets=budgets,
        stores=stores,
        name=recorder.question.subject,
        service=Service.HTTPS,
        address=endpoint(address, _PORT),
        in_parts=True,
    )
    mark = recorder.begin()
    failed = failure.NOT_DIALLED
    way = network.way(address, _PORT)
    if way is not None:
        try:
            with open_socket(way[0], interface=network.interface) as sock:
                async with asyncio.timeout(budgets.tcp):
                    await connect(sock, *way)
                await shake_hands(here, sock)
        except OSError as error:
            failed = name_failure(error)
        else:
            return
    recorder.record(
        mark=mark,
        stage=Stage.TLS,
        failure=failed,
        service=Service.HTTPS,
        address=here.address,
        tls=TlsFacts(server_name=here.name, in_parts=True),
    )
