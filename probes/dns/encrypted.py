"""One question to an encrypted resolver, stage by stage: over TLS (RFC 7858), HTTPS (RFC 8484) or QUIC.

The certificate is judged and kept, and the question is asked whoever holds it: a phone that takes any
certificate is answered by whoever that is, and the answer tells what such a phone would get.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import random
import ssl
from datetime import datetime

from probes import failure
from probes.dns.asked import Asked, Heard, read_message
from probes.dns.https import post, read
from probes.dns.quic import ask_over_quic, message_of
from probes.failure import name_failure
from probes.network import Budgets, Network, endpoint
from probes.recorder import Recorder
from probes.records import DnsFacts, Stage, Transport
from probes.visit.handshake import Here, dial, shake_hands
from probes.visit.quic import what_came
from probes.visit.stores import Stores
from probes.visit.tcp import Stream, TooMuchError

SPOKEN = frozenset({Transport.DOT, Transport.DOH, Transport.DOQ})


async def ask_encrypted(
    asked: Asked,
    *,
    network: Network,
    recorder: Recorder,
    stores: Stores,
    address: str,
    port: int,
    randomness: random.Random,
    budgets: Budgets | None = None,
) -> None:
    """Asks the resolver at one address, by the transport of the recorder's question.

    Records TCP and TLS or else QUIC, HTTP (for DoH) and, always and last, DNS; where an earlier stage failed,
    DNS carries that stage's failure. No failure of the network raises.
    """
    via = recorder.question.via
    if via is None or via.transport not in SPOKEN:
        raise ValueError("the question is not put to an encrypted resolver")
    budgets = budgets or network.budgets
    here = Here(
        network=network,
        recorder=recorder,
        budgets=budgets,
        stores=stores,
        name=via.server_name or address,
        address=endpoint(address, port),
        # A DoT server may refuse a client that offers HTTP (RFC 7301, 3.2).
        context=stores.silent if via.transport is Transport.DOT else stores.modern,
    )
    if via.transport is Transport.DOQ:
        mark = recorder.begin()
        heard = await _over_quic(here, asked, address, port, name=via.server_name)
        _record(here, asked, heard, mark, via.transport)
        return
    with contextlib.ExitStack() as owned:
        sock = await dial(here, address, port, owned)
        stream = None if sock is None else await shake_hands(here, sock)
        if stream is None:
            mark = recorder.begin()
            heard = Heard(recorder.observations[-1].failure, opt=False)
        elif via.transport is Transport.DOT:
            mark = recorder.begin()
            heard = await _over_tls(stream, asked, randomness.getrandbits(16), seconds=budgets.dns)
        else:
            response = await post(here, stream, asked, via)
            mark = recorder.begin()
            heard = read(asked, response)
    _record(here, asked, heard, mark, via.transport)


def _record(
    here: Here, asked: Asked, heard: Heard, mark: tuple[datetime, float], transport: Transport
) -> None:
    facts = _facts(asked, heard, resolver=here.address, transport=transport)
    failed = asked.failure(heard.message) if heard.message else heard.failure
    here.recorder.record(mark=mark, stage=Stage.DNS, failure=failed, address=here.address, dns=facts)


def _facts(asked: Asked, heard: Heard, *, resolver: str, transport: Transport) -> DnsFacts:
    message = heard.message
    if message is None:
        return DnsFacts(
            resolver=resolver, transport=transport, type=asked.type, edns_sent=heard.opt, sends=heard.sends
        )
    return DnsFacts(
        resolver=resolver,
        transport=transport,
        type=asked.type,
        rcode=message.rcode,
        flags=message.flag_names,
        answers=message.answers,
        authority=message.authority,
        edns=message.edns,
        edns_sent=heard.opt,
        ede=message.ede,
        sends=heard.sends,
        raw=base64.b64encode(heard.raw).decode("ascii"),
    )


# ----------------------------------------------------------------------------------------------- DoT


async def _over_tls(stream: Stream, asked: Asked, number: int, *, seconds: float) -> Heard:
    """The first message that comes back, each with two octets of length before it (RFC 7858, 3.3)."""
    opt = asked.payload is not None
    query = asked.query(number, opt=opt)
    try:
        async with asyncio.timeout(seconds):
            await stream.send(len(query).to_bytes(2, "big") + query)
            data = b""
            while len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2], "big"):
                more = await stream.receive()
                if not more:
                    return Heard(failure.EOF, opt=opt, sends=1)
                data += more
    except TooMuchError:
        return Heard(failure.MISBEHAVING, opt=opt, sends=1)
    except OSError as error:
        # An alert in place of an answer is not a handshake that failed: that one is over.
        told = failure.MISBEHAVING if isinstance(error, ssl.SSLError) else name_failure(error)
        return Heard(told, opt=opt, sends=1)
    raw = data[2 : 2 + int.from_bytes(data[:2], "big")]
    return read_message(asked, raw, number=number, opt=opt)


# ----------------------------------------------------------------------------------------------- DoQ


async def _over_quic(here: Here, asked: Asked, address: str, port: int, *, name: str | None) -> Heard:
    """The connection is recorded, with the handshake inside it; the answer is given back."""
    record = functools.partial(here.recorder.record, address=here.address)
    mark = here.recorder.begin()
    way = here.network.way(address, port)
    if way is None:
        record(mark=mark, stage=Stage.QUIC, failure=failure.NOT_DIALLED)
        return Heard(failure.NOT_DIALLED, opt=False)
    opt = asked.payload is not None
    query = asked.query(0, opt=opt)
    told = await ask_over_quic(here.network, *way, query, name=name, seconds=here.budgets.tls)
    failed, facts = what_came(here, told)
    record(mark=mark, stage=Stage.QUIC, failure=failed, tls=facts)
    raw = message_of(told.data)
    if raw is None:
        return Heard(told.failed or failure.EOF, opt=opt, sends=1)
    return read_message(asked, raw, number=0, opt=opt)
