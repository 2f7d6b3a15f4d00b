"""The stages of a visit, one observation each: TCP, then TLS, then HTTP. It stops where one fails.

It never resolves a name, never follows a redirect and never races address families: which address of which
name is visited was decided before, and each way is evidence of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from probes.failure import name_failure
from probes.network import Budgets, Network, endpoint
from probes.pace import Turns
from probes.recorder import Recorder
from probes.records import Ask, Service, Stage
from probes.visit.handshake import Here, dial, shake_hands
from probes.visit.http import Response, fetch
from probes.visit.stores import Stores
from probes.visit.tcp import PlainStream, Stream

PORTS = {Service.HTTP: 80, Service.HTTPS: 443}


async def visit(
    *,
    network: Network,
    recorder: Recorder,
    address: str,
    service: Service,
    stores: Stores,
    budgets: Budgets | None = None,
    turns: Turns | None = None,
    connected: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Visits one address for the recorder's question and records an observation for each stage.

    HTTP: TCP to port 80, then a request. HTTPS: TCP to port 443, a handshake, and a request unless the
    question asks for the handshake alone. A certificate that nobody trusts does not end the visit: the page
    under it is evidence, and the request holds no secret. `budgets` replaces the network's (a second look).
    `turns` limits how many do what comes after TCP at once; who waits for a turn keeps its whole deadline.
    `connected` is awaited once the connection stands.

    Raises `ValueError` where the question does not ask for this service; no failure of the network raises.
    """
    ask = recorder.question.ask
    if service not in PORTS or ask is Ask.DNS or (service is Service.HTTP and ask is Ask.TLS):
        raise ValueError(f"a question that asks {ask} has no visit of {service}")
    limits = budgets or network.budgets
    port = PORTS[service]
    here = Here(
        network=network,
        recorder=recorder,
        budgets=limits,
        stores=stores,
        name=recorder.question.subject,
        service=service,
        address=endpoint(address, port),
    )
    with contextlib.ExitStack() as owned:
        sock = await dial(here, address, port, owned)
        if sock is None:
            return
        if connected is not None:
            await connected()
        async with turns.turn() if turns is not None else contextlib.nullcontext():
            stream: Stream | None = PlainStream(sock)
            if service is Service.HTTPS:
                stream = await shake_hands(here, sock)
            if stream is not None and ask in (Ask.HEAD, Ask.GET):
                await _http(here, stream)


async def _http(here: Here, stream: Stream) -> None:
    mark = here.recorder.begin()
    response = Response(question=here.recorder.question, budgets=here.budgets)
    try:
        async with asyncio.timeout(here.budgets.http):
            failed = await fetch(stream, response)
    except TimeoutError as error:
        failed = name_failure(error)
    here.recorder.record(
        mark=mark,
        stage=Stage.HTTP,
        failure=failed,
        service=here.service,
        address=here.address,
        http=response.facts(),
    )
