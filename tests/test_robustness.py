"""Whatever a stranger sends is read to its end, quickly, in little memory, and breaks nothing.

Every kind of input has a small run here and a big one under `-m long`, which tells how many cases ran, how
long the slowest took and how much memory the whole process ever had. Valid inputs are made first and then
damaged, since plain noise is refused at the first byte.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
import trustme
from hpack import Encoder
from hyperframe.frame import DataFrame, HeadersFrame, SettingsFrame
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from criteria import answers, explanation
from criteria.answers import Atlas
from criteria.fingerprints import latest
from criteria.truth import Truth
from criteria.visits import read_visits
from probes import failure
from probes.dns.asked import Asked
from probes.dns.wire import IN, WireError, parse
from probes.network import Budgets
from probes.records import (
    Ask,
    Category,
    DnsFacts,
    Family,
    Kind,
    Observation,
    Question,
    Service,
    Stage,
    TlsFacts,
    Transport,
    decode,
    encode,
)
from probes.targets.importers.compose import FORMATS, ImportFault, import_list
from probes.targets.load import lint, parse_list
from probes.targets.plain import parse_names
from probes.tomlfile import TomlFault
from probes.visit.alert import alert_on_the_wire
from probes.visit.chain import as_text, read_leaf
from probes.visit.http import Response, fetch
from probes.visit.http2 import fetch_over_http2
from probes.visit.stores import Stores
from probes.visit.tls import HandshakeError, TlsStream

SECONDS = 5.0
"""No case may take longer, on a machine that does other things too; the slowest one is told."""
ROUND = 2_000
"""Cases that one generator makes."""
MEGABYTES = 250
"""By so much the process may grow at most while one kind of input is tried."""
AT = datetime(2026, 11, 22, tzinfo=UTC)
NAME = "adult.lab.example"


@dataclass(frozen=True, kw_only=True)
class InputKind:
    """One kind of input: how it is made, what reads it, and how often."""

    id: str
    made: st.SearchStrategy[Any]
    read: Callable[[Any], None]
    few: int
    many: int


# ------------------------------------------------------------------------------------------- damage

_STROKES = st.lists(
    st.tuples(
        st.sampled_from(("flip", "cut", "insert", "repeat", "swap")),
        st.integers(0, 4096),
        st.binary(max_size=6),
    ),
    max_size=6,
)


def _damaged(data: bytes, strokes: list[tuple[str, int, bytes]]) -> bytes:
    for kind, place, more in strokes:
        at = place % (len(data) + 1)
        if kind == "flip" and at < len(data):
            data = data[:at] + bytes([data[at] ^ (place >> 4 & 0xFF or 1)]) + data[at + 1 :]
        elif kind == "cut":
            data = data[:at]
        elif kind == "insert":
            data = data[:at] + more + data[at:]
        elif kind == "repeat":
            data = data[:at] + data[at : at + 16] * 8 + data[at:]
        elif kind == "swap":
            data = data[at:] + data[:at]
    return data


def damaged(whole: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.builds(_damaged, whole, _STROKES) | st.binary(max_size=600)


# ---------------------------------------------------------------------------------------------- dns


def _answer(addresses: int, code: int, errors: list[tuple[int, bytes]], *, more: bool) -> bytes:
    """An answer as a server could give it."""
    query = dns.message.make_query(NAME, "A", use_edns=0)
    query.id = 7
    answer = dns.message.make_response(query, recursion_available=True)
    answer.set_rcode(dns.rcode.Rcode.make(code))
    for number in range(addresses):
        answer.answer.append(dns.rrset.from_text(f"{NAME}.", 60, "IN", "A", f"198.51.100.{number}"))
    if more:
        answer.answer.append(dns.rrset.from_text(f"{NAME}.", 60, "IN", "CNAME", "a.b.example."))
        answer.authority.append(dns.rrset.from_text("example.", 5, "IN", "SOA", "a. b. 1 2 3 4 5"))
        answer.flags |= dns.flags.TC
    options: list[dns.edns.Option] = [
        dns.edns.GenericOption(dns.edns.OptionType.EDE, number.to_bytes(2, "big") + text)
        for number, text in errors
    ]
    answer.use_edns(0, payload=1232, options=options)
    return answer.to_wire()


_WIRES = st.sampled_from(
    tuple(
        _answer(addresses, code, errors, more=more)
        for addresses in (0, 1, 4)
        for code in (0, 2, 3, 5)
        for errors in ([], [(17, b"blocked \xff by \x1b[31m us")], [(15, b'{"j": "x"}'), (65535, b"")])
        for more in (True, False)
    )
)
_ASKED = Asked.of(NAME, "A", rrclass=IN, payload=1232, dnssec_ok=False)
_ATLAS = Atlas(fingerprints=latest())


def _read_packet(data: bytes) -> None:
    try:
        message = parse(data)
    except WireError:
        return
    _ASKED.fault(message)
    facts = DnsFacts(
        resolver="192.0.2.1:53",
        transport=Transport.UDP,
        type="A",
        rcode=message.rcode,
        flags=message.flag_names,
        answers=message.answers,
        authority=message.authority,
        edns=message.edns,
        ede=message.ede,
    )
    observed = Observation(
        id="q/1/00",
        question_id="q",
        attempt=1,
        stage=Stage.DNS,
        started=AT,
        elapsed_us=0,
        failure=_ASKED.failure(message),
        dns=facts,
    )
    # What is concluded from it, and what is kept of it: records are written and read again.
    answers.read(observed, atlas=_ATLAS, family=Family.IPV4, truth=Truth(alive=True))
    assert decode(encode(observed), Observation) == observed
    assert all(len(explanation.sentence(item)) < 2000 for item in explanation.explanations(facts.ede))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("cjsolx"), inner, max_size=4),
    max_leaves=12,
).map(json.dumps)


def _read_error(text: bytes) -> None:
    found = explanation.read(text.decode("utf-8", "replace"))
    assert found is None or explanation.sentence(found).isprintable()


# --------------------------------------------------------------------------------------------- http


class _Said:
    """A stream that says its bytes in pieces and then closes."""

    def __init__(self, data: bytes, piece: int) -> None:
        self._data, self._piece = data, piece

    async def send(self, data: bytes) -> None:
        pass

    async def receive(self) -> bytes:
        said, self._data = self._data[: self._piece], self._data[self._piece :]
        return said


_HEADERS = st.lists(
    st.sampled_from(
        (
            b"Content-Length: 5",
            b"Content-Length: 99999999999999999999",
            b"Content-Length: -1",
            b"Transfer-Encoding: chunked",
            b"Content-Encoding: gzip",
            b"Content-Encoding: deflate, br",
            b"Location: http://[::1/x",
            b"Location: //a@b:c@d.example:99/e",
            b'Link: <http://x.example/>; rel="blocked-by", <>; rel=',
            b"X-Squid-Error: ERR_ACCESS_DENIED 0",
            b"Connection: upgrade",
            b"\xff\xfe: \x00",
        )
    ),
    max_size=5,
)
_BODIES = st.sampled_from(
    (
        b"hello",
        b"5\r\nhello\r\n0\r\n\r\n",
        b"ffffffffffffffff\r\n",
        b"Powered By FortiGuard",
        b"Ray ID: 1",
        b"\x1f\x8b\x08\x00" + b"\x00" * 40,
        b"a" * 3000,
    )
)
_HTTP = st.builds(
    lambda status, headers, body: b"HTTP/1.1 %d X\r\n" % status + b"\r\n".join([*headers, b"", body]),
    st.sampled_from((100, 101, 200, 204, 302, 403, 407, 451, 511, 999)),
    _HEADERS,
    _BODIES,
)
_BUDGETS = Budgets(body=4096, headers=2048, excerpt=64, tls=1.0)
_PAGE = Question(id="q", kind=Kind.TARGET, subject=NAME, ask=Ask.GET, token="token", store_body=True)


def _read_response(case: tuple[bytes, int]) -> None:
    data, piece = case
    response = Response(question=_PAGE, budgets=_BUDGETS)
    failed = asyncio.run(fetch(_Said(data, piece), response))
    facts = response.facts()
    assert facts is None or facts.body_bytes <= _BUDGETS.body
    assert facts is None or len(facts.excerpt or "") <= _BUDGETS.excerpt
    observed = Observation(
        id="q/1/00",
        question_id="q",
        attempt=1,
        stage=Stage.HTTP,
        service=Service.HTTP,
        address="192.0.2.1:80",
        started=AT,
        elapsed_us=0,
        failure=failed,
        http=facts,
    )
    read_visits((observed,), question=_PAGE, service=Service.HTTP, atlas=_ATLAS)
    assert decode(encode(observed), Observation) == observed


def _over_http2(status: str, fields: list[tuple[str, str]], body: bytes, others: list[bytes]) -> bytes:
    """A response as a server could frame it, with other frames before each of its own."""
    head = HeadersFrame(1, Encoder().encode([(":status", status), *fields]), flags=["END_HEADERS"])
    own = (SettingsFrame(0), head, DataFrame(1, body, flags=["END_STREAM"]))
    before = [*others, b"", b"", b""]
    return b"".join(other + frame.serialize() for other, frame in zip(before, own, strict=False))


_FRAMES = st.builds(
    lambda kind, flags, stream, body: (
        len(body).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + body
    ),
    st.integers(0, 12),
    st.integers(0, 255),
    st.sampled_from((0, 1, 2, 3, 2**31 - 1)),
    st.binary(max_size=40),
)
_HTTP2 = st.builds(
    _over_http2,
    st.sampled_from(("100", "200", "204", "403", "x", "")),
    st.lists(
        st.tuples(
            st.sampled_from(("content-length", "content-encoding", "connection", ":path", "x")),
            st.sampled_from(("5", "-1", "99999999999999999999", "gzip", "")),
        ),
        max_size=4,
    ),
    _BODIES,
    st.lists(_FRAMES, max_size=3),
)


def _read_http2(case: tuple[bytes, int]) -> None:
    data, piece = case
    response = Response(question=_PAGE, budgets=_BUDGETS)
    failed = asyncio.run(fetch_over_http2(_Said(data, piece), response))
    assert failed in (None, failure.EOF, failure.HTTP_FAILED)
    assert (failed is None) == (response.complete or response.truncated)
    assert len(response.body) <= _BUDGETS.body
    response.facts()


# ---------------------------------------------------------------------------------------------- tls

_CA = trustme.CA()
_LEAF = _CA.issue_cert(NAME)
_DER = ssl.PEM_cert_to_DER_cert(_LEAF.cert_chain_pems[0].bytes().decode())
_STORES = Stores.load((_CA.cert_pem.bytes().decode(),), system=False)


def _server_bytes() -> bytes:
    """All that a server of TLS 1.2 says until its part is over, its certificate in the open."""
    client, server = ssl.create_default_context(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    _LEAF.configure_cert(server)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(to_client, to_server)
    serving = server.wrap_bio(to_server, to_client, server_side=True)
    for side in (asking, serving):
        with contextlib.suppress(ssl.SSLWantReadError):
            side.do_handshake()
    return to_client.read()


_RECORDS = st.sampled_from(
    (
        _server_bytes(),
        b"\x15\x03\x03\x00\x02\x02\x70",
        b"\x15\x03\x03\x00\x02\x01\x00" * 20,
        b"\x16\x03\x03\xff\xff" + b"\x02" * 200,
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    )
)


def _read_handshake(data: bytes) -> None:
    alert_on_the_wire(data)

    async def shake() -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            theirs.setblocking(False)
            theirs.send(data or b"\0")
            theirs.shutdown(socket.SHUT_WR)
            stream = TlsStream(ours, _STORES.context, name=NAME, limit=4096)
            with contextlib.suppress(HandshakeError):
                async with asyncio.timeout(_BUDGETS.tls):
                    await stream.handshake()

    asyncio.run(shake())


def _read_certificate(data: bytes) -> None:
    chain = (data, _DER)
    leaf = read_leaf(data)
    trust = _STORES.judge(chain, name=NAME, now=AT)
    # Damage that spares what is signed may be harmless; what is signed may not change.
    assert not trust.listed or leaf.spki == read_leaf(_DER).spki
    facts = TlsFacts(
        server_name=NAME,
        chain=as_text(chain),
        subject=leaf.subject,
        issuer=leaf.issuer,
        spki=leaf.spki,
        logged=leaf.logged,
        pinned=trust.pinned,
        problem=trust.problem,
    )
    assert trust.pinned is not True
    assert encode(facts)


# -------------------------------------------------------------------------------------------- lists

_LIST = b"""id = "l"
version = "1"
licence = "CC0-1.0"
source = "s"
origin = "o"
popularity = true
[[target]]
name = "http://b\xc3\xbccher.example/x?y"
category = "adult"
ask = "tls"
expect = ["192.0.2.1", "::1"]
[[target]]
name = "two.example"
category = "control-help"
ask = "get"
token = "a-long-enough-token"
"""
_PLAIN = b"# names\none.example\n*.two.example\nhttp://three.example/path\n0.0.0.0 four.example\n"
_ZONE = (
    b"$TTL 5\n$ORIGIN rpz.example.\nx.example CNAME .\n*.y.example IN CNAME rpz-drop.\n"
    b"@ SOA a. b. ( 1\n2 3 4 5 )\n"
)
_CSV = b'url,category_code,category_description,date_added,source,notes\nhttp://a.example/,PORN,x,2020-01-01,y,"z\n"'
_LISTS = st.tuples(
    st.sampled_from(("toml", "plain", *FORMATS)),
    damaged(
        st.sampled_from((_LIST, _PLAIN, _ZONE, _CSV, b"address=/x.example/0.0.0.0\nserver=/y.example/\n"))
    ),
)


def _read_list(case: tuple[str, bytes]) -> None:
    form, data = case
    text = data.decode("utf-8", "replace")
    if form == "toml":
        with contextlib.suppress(TomlFault):
            parse_list(text, source="list.toml", read_ca=None)
        lint(text, source="list.toml")
    elif form == "plain":
        parse_names(text, source="list.txt")
    else:
        given_category = None if form == "citizenlab" else Category.GAMBLING
        with contextlib.suppress(ImportFault):
            made = import_list(
                data,
                format=form,
                category=given_category,
                id="l",
                version="1",
                licence="CC0-1.0",
                source="s",
                origin="o",
            )
            # What an importer writes, the loader takes.
            parse_list(made.text, source="made.toml", read_ca=None)


# ---------------------------------------------------------------------------------------------- runs

KINDS = (
    InputKind(id="DNS packets", made=damaged(_WIRES), read=_read_packet, few=300, many=60_000),
    InputKind(
        id="extended errors",
        made=_JSON.map(str.encode) | damaged(_JSON.map(str.encode)),
        read=_read_error,
        few=200,
        many=40_000,
    ),
    InputKind(
        id="HTTP responses",
        made=st.tuples(damaged(_HTTP), st.integers(1, 2000)),
        read=_read_response,
        few=150,
        many=30_000,
    ),
    InputKind(
        id="HTTP/2 responses",
        made=st.tuples(damaged(_HTTP2), st.integers(1, 2000)),
        read=_read_http2,
        few=150,
        many=30_000,
    ),
    InputKind(id="TLS records", made=damaged(_RECORDS), read=_read_handshake, few=80, many=20_000),
    InputKind(id="certificates", made=damaged(st.just(_DER)), read=_read_certificate, few=80, many=20_000),
    InputKind(id="list files", made=_LISTS, read=_read_list, few=200, many=30_000),
)


@dataclass
class Tally:
    """What a run came to."""

    cases: int = 0
    slowest: float = 0.0

    def time(self, read: Callable[[Any], None], case: object) -> None:
        began = time.perf_counter()
        read(case)
        self.slowest = max(self.slowest, time.perf_counter() - began)
        self.cases += 1


def peak() -> int:
    """The most memory that this process ever had, in MiB (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run(kind: InputKind, cases: int) -> Tally:
    """So many cases of one kind, in rounds: what a generator remembers of a round is given back after it."""
    tally = Tally()
    before = peak()
    for number in range(0, cases, ROUND):
        _round(kind, min(ROUND, cases - number), number, tally)
    assert tally.slowest < SECONDS, f"{kind.id}: one case took {tally.slowest:.2f} s"
    assert peak() - before < MEGABYTES, f"{kind.id}: the process grew by {peak() - before} MiB"
    return tally


def _round(kind: InputKind, cases: int, number: int, tally: Tally) -> None:
    @seed(number)
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(kind.made)
    def every(case: object) -> None:
        tally.time(kind.read, case)

    every()


@pytest.mark.parametrize("kind", KINDS, ids=lambda item: item.id)
def test_no_input_breaks_anything(kind: InputKind) -> None:
    assert run(kind, kind.few).cases >= kind.few // 2


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_two_hundred_thousand_inputs_break_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    total = 0
    for kind in KINDS:
        tally = run(kind, kind.many)
        total += tally.cases
        with capsys.disabled():
            told = f"{tally.cases:7d} {kind.id}, the slowest {1000 * tally.slowest:.1f} ms, peak {peak()} MiB"
            print(f"\n{told}", end="")  # noqa: T201 - the result of the run is for whoever started it
    with capsys.disabled():
        print(f"\n{total:7d} cases in all")  # noqa: T201 - likewise
    assert total >= 200_000
