"""Keeps what happened: gives every observation its id and its time, so that timing never clutters a probe."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from probes.network import Clock
from probes.records import (
    DnsFacts,
    HttpFacts,
    Machine,
    Observation,
    Question,
    Service,
    Stage,
    TcpFacts,
    TlsFacts,
    Vantage,
)


class Recorder:
    """The observations of one question in one look.

    Numbers are given in the order in which stages end, one visit after the other even where they were made
    at once; a question's own stages are the only ones that count, so an id does not depend on what else was
    under way.
    """

    def __init__(self, *, question: Question, attempt: int, clock: Clock) -> None:
        self.question = question
        self.attempt = attempt
        self.clock = clock
        self.observations: list[Observation] = []

    def begin(self) -> tuple[datetime, float]:
        """The mark to hand to `record` when the stage ends."""
        return self.clock.now(), time.monotonic()

    def aside(self) -> Recorder:
        """For something that is under way beside others of the same question; `join` gives it its numbers."""
        return Recorder(question=self.question, attempt=self.attempt, clock=self.clock)

    def join(self, others: Iterable[Recorder]) -> None:
        """Takes over what was recorded aside, in this order, whichever of them ended first."""
        for other in others:
            for item in other.observations:
                self.observations.append(replace(item, id=self._next_id()))

    def _next_id(self) -> str:
        return f"{self.question.id}/{self.attempt}/{len(self.observations):02d}"

    def record(
        self,
        *,
        mark: tuple[datetime, float],
        stage: Stage,
        failure: str | None,
        service: Service | None = None,
        address: str | None = None,
        dns: DnsFacts | None = None,
        tcp: TcpFacts | None = None,
        tls: TlsFacts | None = None,
        http: HttpFacts | None = None,
        vantage: Vantage | None = None,
        machine: Machine | None = None,
    ) -> Observation:
        started, began = mark
        observation = Observation(
            id=self._next_id(),
            question_id=self.question.id,
            attempt=self.attempt,
            stage=stage,
            service=service,
            address=address,
            started=started,
            elapsed_us=int((time.monotonic() - began) * 1_000_000),
            failure=failure,
            dns=dns,
            tcp=tcp,
            tls=tls,
            http=http,
            vantage=vantage,
            machine=machine,
        )
        self.observations.append(observation)
        return observation
