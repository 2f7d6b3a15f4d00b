"""Does a site open over QUIC, as HTTP/3 (RFC 9114) would have it? The handshake tells; no more is said.

A filter that reads names in TLS over TCP and forgets UDP is walked around by whoever speaks HTTP/3.
"""

from __future__ import annotations

from collections.abc import Iterable

from probes import failure
from probes.network import Budgets, Network, endpoint
from probes.recorder import Recorder
from probes.records import Observation, Service, Stage, TlsFacts
from probes.visit.handshake import Here
from probes.visit.quic import Hello, talk, what_came
from probes.visit.stores import Stores

HTTP3 = "h3"
"""RFC 9114, 3.1."""
_PORT = 443
PATIENCE = 10.0
"""Seconds: a browser goes back to TCP then (QUICHE, kMaxTimeForCryptoHandshakeSecs). What comes later
opens nothing."""


def stopped(seen: Iterable[Observation]) -> bool:
    """Whether a visit over TCP met the network and not the site itself: then QUIC may fare otherwise.

    Where our own machine failed nothing was stopped.
    """
    met = [item for item in seen if item.service is Service.HTTPS]
    proven = any(item.tls is not None and (item.tls.pinned or item.tls.listed) for item in met)
    return bool(met) and not proven and not any(failure.is_ours(item.failure) for item in met)


async def knock(
    *,
    network: Network,
    recorder: Recorder,
    address: str,
    stores: Stores,
    budgets: Budgets | None = None,
    in_parts: bool = False,
) -> None:
    """A handshake over QUIC at one address, under the name of the recorder's question.

    `in_parts`: ClientHello fills two datagrams. A filter that reads names in the first one only lets it
    through as it does that of browsers.

    Records one observation of QUIC, with the handshake inside it. No failure of the network raises.
    """
    budgets = budgets or network.budgets
    here = Here(
        network=network,
        recorder=recorder,
        budgets=budgets,
        stores=stores,
        name=recorder.question.subject,
        address=endpoint(address, _PORT),
        in_parts=in_parts,
    )
    mark = recorder.begin()
    failed: str | None = failure.NOT_DIALLED
    facts: TlsFacts | None = None
    way = network.way(address, _PORT)
    if way is not None:
        hello = Hello(protocol=HTTP3, name=here.name, in_parts=in_parts)
        told = await talk(network, *way, hello, seconds=min(budgets.tls, PATIENCE))
        failed, facts = what_came(here, told, alpn=HTTP3)
    recorder.record(
        mark=mark, stage=Stage.QUIC, failure=failed, service=Service.HTTPS, address=here.address, tls=facts
    )
