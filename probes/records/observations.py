"""One fact with its time, and the digest over all facts of a run."""

from __future__ import annotations

from probes.records.facts import DnsFacts, HttpFacts, TcpFacts, TlsFacts
from probes.records.machine import Machine
from probes.records.record import Record, Time, digest, encode
from probes.records.vantage import Vantage
from probes.records.words import Service, Stage


class Observation(Record):
    """One fact. `failure` is one of OONI's strings (df-007), or `None` where the stage succeeded."""

    id: str
    """`QUESTION/ATTEMPT/NUMBER`: unique in a run and independent of the order in which facts came in."""
    question_id: str
    attempt: int
    """1 the first look, 2 the second, slow one; more where packets are lost."""
    stage: Stage
    service: Service | None = None
    address: str | None = None
    """The visited endpoint as DNS gave it (`ADDRESS:PORT`), before any connect-to map."""
    started: Time
    elapsed_us: int
    failure: str | None = None
    dns: DnsFacts | None = None
    tcp: TcpFacts | None = None
    tls: TlsFacts | None = None
    http: HttpFacts | None = None
    vantage: Vantage | None = None
    machine: Machine | None = None


def observations_digest(observations: tuple[Observation, ...]) -> str:
    """The digest that a run carries: JSON Lines of the observations, ordered by id."""
    lines = (encode(item) + b"\n" for item in sorted(observations, key=lambda item: item.id))
    return digest(b"".join(lines))
