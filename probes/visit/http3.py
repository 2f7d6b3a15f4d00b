"""Does a site open over QUIC, as HTTP/3 (RFC 9114) would have it? The handshake tells; no more is said.

A filter that reads names in TLS over TCP and forgets UDP is walked around by whoever speaks HTTP/3.
"""

from __future__ import annotations

from probes import failure
from probes.network import Budgets, Network, endpoint
from probes.recorder import Recorder
from probes.records import Stage, TlsFacts
from probes.visit.handshake import Here, judge_chain
from probes.visit.quic import Hello, speaks_quic, talk
from probes.visit.stores import Stores

HTTP3 = "h3"
"""RFC 9114, 3.1."""
_PORT = 443


async def knock(
    *, network: Network, recorder: Recorder, address: str, stores: Stores, budgets: Budgets | None = None
) -> None:
    """A handshake over QUIC at one address, under the name of the recorder's question.

    Records QUIC and, once anything came back, TLS. Without the extra `quic` nobody is dialled, and it is
    recorded as that. No failure of the network raises.
    """
    budgets = budgets or network.budgets
    here = Here(
        network=network,
        recorder=recorder,
        budgets=budgets,
        stores=stores,
        name=recorder.question.subject,
        address=endpoint(address, _PORT),
    )
    mark = recorder.begin()
    way = network.way(address, _PORT)
    if way is None or not speaks_quic():
        recorder.record(mark=mark, stage=Stage.QUIC, failure=failure.NOT_DIALLED, address=here.address)
        return
    told = await talk(network, *way, Hello(protocol=HTTP3, name=here.name), seconds=budgets.tls)
    failed = None if told.connected else told.failed or failure.EOF
    recorder.record(mark=mark, stage=Stage.QUIC, failure=failed, address=here.address)
    if not told.connected:
        return
    if told.shaken:
        failed, facts = judge_chain(here, told.chain, version="TLSv1.3", alpn=HTTP3)
    else:
        failed, facts = told.failed or failure.EOF, TlsFacts(server_name=here.name, alert=told.alert)
    recorder.record(mark=mark, stage=Stage.TLS, failure=failed, address=here.address, tls=facts)
