"""Measurements in the shape of OONI's data formats, as JSON Lines: one for each target of each run.

The base format (df-000, its present JSON form), `queries` (df-002), `tcp_connect` (df-005), and
`tls_handshakes` and `quic_handshakes` (df-006); failures are OONI's strings already (df-007). The test is our
own, `friendly_wifi`, and no web_connectivity. Pages are not in it (df-001): of bodies only hashes are kept.

Names that must be blocked are keyed hashes, and what would give them away (answers, addresses, certificates)
is left out, unless they are revealed. What is not known of a probe stands as OONI writes unknown: AS0, ZZ,
127.0.0.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import friendlywifi
from criteria.records import Verdict
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.contents import Contents
from friendlywifi.evidence.redact import PUBLIC, keyed_name
from friendlywifi.reporting.account import Account, Source
from probes.network import split_endpoint
from probes.records import (
    Kind,
    Observation,
    Question,
    Record,
    Rr,
    Stage,
    Target,
    TlsFacts,
    Transport,
    encode,
)

TEST = "friendly_wifi"
TEST_VERSION = "0.1.0"
DATA_FORMAT = "0.2.0"

_ENGINES = {
    Transport.UDP: "udp",
    Transport.TCP: "tcp",
    Transport.DOT: "dot",
    Transport.DOH: "doh",
    Transport.DOQ: "unknown",
}
"""df-002 has no word for DNS over QUIC."""

_HTTPS = 443


class Answer(Record):
    """df-002."""

    answer_type: str
    hostname: str | None = None
    ipv4: str | None = None
    ipv6: str | None = None
    ttl: int | None = None


class Query(Record):
    """df-002."""

    answers: tuple[Answer, ...]
    engine: str
    failure: str | None
    hostname: str
    query_type: str
    raw_response: str | None = None
    rcode: int | None = None
    resolver_address: str
    resolver_hostname: str | None = None
    resolver_port: str | None = None
    t0: float
    t: float
    tags: tuple[str, ...]
    transaction_id: int


class Status(Record):
    """df-005."""

    failure: str | None
    success: bool


class TcpConnect(Record):
    """df-005."""

    ip: str
    port: int
    status: Status
    t0: float
    t: float
    tags: tuple[str, ...]
    transaction_id: int


class BinaryData(Record):
    """df-001."""

    data: str
    format: str = "base64"


class TlsHandshake(Record):
    """df-006."""

    address: str
    cipher_suite: str
    failure: str | None
    negotiated_protocol: str
    no_tls_verify: bool
    peer_certificates: tuple[BinaryData, ...]
    server_name: str
    t0: float
    t: float
    tags: tuple[str, ...]
    tls_version: str
    transaction_id: int


class Judged(Record):
    """Our own: what the rules made of it."""

    category: str
    outcome: str
    strength: str
    judged_at: str
    mechanisms: tuple[str, ...]
    rule: str


class TestKeys(Record):
    queries: tuple[Query, ...]
    tcp_connect: tuple[TcpConnect, ...]
    tls_handshakes: tuple[TlsHandshake, ...]
    quic_handshakes: tuple[TlsHandshake, ...]
    """Of the same shape, as OONI's own programs write it."""
    verdict: Judged | None


class Measurement(Record):
    """df-000."""

    annotations: dict[str, str]
    data_format_version: str = DATA_FORMAT
    input: str
    measurement_start_time: str
    probe_asn: str = "AS0"
    probe_cc: str = "ZZ"
    probe_ip: str = "127.0.0.1"
    probe_network_name: str = ""
    report_id: str
    resolver_asn: str = "AS0"
    resolver_ip: str = "127.0.0.2"
    resolver_network_name: str = ""
    software_name: str = "friendlywifi"
    software_version: str
    test_keys: TestKeys
    test_name: str = TEST
    test_runtime: float
    test_start_time: str
    test_version: str = TEST_VERSION


def render(account: Account, *, key: bytes | None) -> bytes:
    """Every measurement. `key`: that of the names, `None` reveals them. Complains without a bundle."""
    return b"".join(line for source in account.sources for line in _lines(account, source, key))


def _lines(account: Account, source: Source, key: bytes | None) -> Iterator[bytes]:
    listed = source.listed
    if source.contents is None:
        raise Complaint(
            f"{listed.hotspot}, run {listed.serial}: a report.json holds no observations; "
            "this form needs the bundle"
        )
    contents = source.contents()
    gaps = ", ".join(f"{item.numbers} {item.state.value}" for item in account.gaps_of(listed.hotspot))
    annotations = {
        "hotspot": listed.hotspot,
        "serial": str(listed.serial),
        "state": listed.state.value,
        "void_reason": listed.void_reason or "",
        "overrides": ", ".join(listed.overrides),
        "runs_without_evidence": gaps,
        "witness": "unwitnessed",
    }
    asked = _asked(contents)
    verdicts = {item.target: item for item in contents.judgement.verdicts}
    for target in contents.plan.targets:
        found = asked.get(target.name)
        if not found:
            continue
        secret = key is not None and not target.category.control and target.category not in PUBLIC
        line = encode(
            _measurement(contents, target, found, verdicts.get(target.name), annotations, secret=secret)
        )
        if secret and key is not None:
            # Whatever a name got into, a word of a filter as well: names are ASCII.
            line = line.replace(target.name.encode(), keyed_name(key, target.name).encode())
        yield line + b"\n"


_Found = list[tuple[Question, Observation]]


def _asked(contents: Contents) -> dict[str, _Found]:
    """The observations of each name that was asked as a target or a control, in the order of time."""
    questions = {item.id: item for item in contents.plan.questions}
    found: dict[str, _Found] = {}
    for item in sorted(contents.observations, key=lambda item: (item.started, item.id)):
        question = questions[item.question_id]
        if question.kind in (Kind.TARGET, Kind.CONTROL):
            found.setdefault(question.subject, []).append((question, item))
    return found


def _measurement(
    contents: Contents,
    target: Target,
    found: _Found,
    verdict: Verdict | None,
    annotations: dict[str, str],
    *,
    secret: bool,
) -> Measurement:
    run = contents.run
    start = found[0][1].started.replace(microsecond=0)
    numbers = {question.id: place for place, (question, _) in enumerate(found, start=1)}
    queries, dialled, handshakes, over_quic = [], [], [], []
    for question, item in found:
        number, clock = numbers[question.id], _Clock(start, item)
        if item.stage is Stage.DNS and item.dns is not None:
            queries.append(_query(question, item, number, clock, secret=secret))
        elif item.stage is Stage.TCP and item.address is not None:
            dialled.append(_dialled(item, number, clock, secret=secret))
        elif item.stage is Stage.TLS and item.tls is not None and not item.tls.decoy:
            handshakes.append(_handshake(item, item.tls, number, clock, secret=secret))
        elif item.stage is Stage.QUIC:
            tls = item.tls or TlsFacts(server_name=question.subject)
            over_quic.append(_handshake(item, tls, number, clock, secret=secret))
    return Measurement(
        annotations=annotations,
        input=target.name,
        measurement_start_time=_time(start),
        report_id=f"{run.started:%Y%m%dT%H%M%SZ}_friendlywifi_ZZ_0_n1_{run.id}",
        software_version=run.software.removeprefix("friendlywifi ") or friendlywifi.__version__,
        test_keys=TestKeys(
            queries=tuple(queries),
            tcp_connect=tuple(dialled),
            tls_handshakes=tuple(handshakes),
            quic_handshakes=tuple(over_quic),
            verdict=None if verdict is None else _judged(verdict),
        ),
        test_runtime=max(_Clock(start, item).t for _, item in found),
        test_start_time=_time(run.started),
    )


class _Clock:
    """Seconds since the printed start: added to it they give the true time."""

    def __init__(self, start: datetime, item: Observation) -> None:
        self.t0 = round((item.started - start).total_seconds(), 6)
        self.t = round(self.t0 + item.elapsed_us / 1_000_000, 6)


def _query(question: Question, item: Observation, number: int, clock: _Clock, *, secret: bool) -> Query:
    dns = item.dns
    if dns is None:
        raise AssertionError("asked of observations with an answer or a failure of DNS only")
    tags = [f"attempt:{item.attempt}", *([f"variant:{dns.variant.value}"] if dns.variant else [])]
    return Query(
        answers=() if secret else tuple(_answer(rr) for rr in dns.answers),
        engine=_ENGINES[dns.transport],
        failure=item.failure,
        hostname=question.subject,
        query_type=dns.type,
        raw_response=None if secret else dns.raw,
        rcode=dns.rcode,
        resolver_address=dns.resolver,
        t0=clock.t0,
        t=clock.t,
        tags=tuple(tags),
        transaction_id=number,
    )


def _answer(rr: Rr) -> Answer:
    return Answer(
        answer_type=rr.type,
        hostname=rr.data if rr.type == "CNAME" else None,
        ipv4=rr.data if rr.type == "A" else None,
        ipv6=rr.data if rr.type == "AAAA" else None,
        ttl=rr.ttl,
    )


def _dialled(item: Observation, number: int, clock: _Clock, *, secret: bool) -> TcpConnect:
    address, port = split_endpoint(item.address or "", _HTTPS)
    return TcpConnect(
        ip="" if secret else address,
        port=port,
        status=Status(failure=item.failure, success=item.failure is None),
        t0=clock.t0,
        t=clock.t,
        tags=(f"attempt:{item.attempt}",),
        transaction_id=number,
    )


def _handshake(item: Observation, tls: TlsFacts, number: int, clock: _Clock, *, secret: bool) -> TlsHandshake:
    return TlsHandshake(
        address="" if secret else item.address or "",
        cipher_suite=tls.cipher or "",
        failure=item.failure,
        negotiated_protocol=tls.alpn or "",
        # Each chain is kept and judged afterwards, against more than one store.
        no_tls_verify=True,
        peer_certificates=() if secret else tuple(BinaryData(data=data) for data in tls.chain),
        server_name="" if secret else tls.server_name,
        t0=clock.t0,
        t=clock.t,
        tags=(f"attempt:{item.attempt}",),
        tls_version=tls.version or "",
        transaction_id=number,
    )


def _judged(verdict: Verdict) -> Judged:
    return Judged(
        category=verdict.category.value,
        outcome=verdict.outcome.value,
        strength=verdict.strength.value,
        judged_at=verdict.judged_at.value,
        mechanisms=verdict.mechanisms,
        rule=verdict.rule,
    )


def _time(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}"
