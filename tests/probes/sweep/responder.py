"""A resolver of the tests whose manners can be changed while it runs: it dies, comes back, refuses, loses."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

import dns.message
import dns.rcode
import dns.rrset

Answer = Callable[[str], str | None]
"""From a name to an address, to `nxdomain`, `nodata`, `refused`, `servfail`, or to `None` for silence;
`absent` is `nxdomain` with the SOA of the zone above, as whoever asked its servers has it."""


def by_label(name: str) -> str | None:
    """The first label says what is done: `drop-…`, `refused-…`, `nxdomain-…`, `sink-…`; others open."""
    word = name.split(".", maxsplit=1)[0].split("-", maxsplit=1)[0]
    if word == "drop":
        return None
    if word in ("refused", "nxdomain", "servfail"):
        return word
    return "0.0.0.0" if word == "sink" else "93.184.216.34"


@dataclass
class Responder:
    """Answers over UDP on a port of loopback, in a thread of its own."""

    answer: Answer = by_label
    alive: bool = True
    loss: float = 0.0
    """Share of questions that are lost on the way."""
    delay: float = 0.0
    limit: float | None = None
    """Questions a second above which it answers REFUSED."""
    asked: dict[str, int] = field(default_factory=dict)
    host: str = "127.0.0.1"
    nowhere: str | None = "nxdomain"
    """What it says of names outside its world."""

    def __post_init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind((self.host, 0))
        self._socket.settimeout(0.05)
        self._tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.endpoint = f"{self.host}:{self._socket.getsockname()[1]}"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._random = random.Random(7)
        self._window = (0.0, 0)
        self._late: list[tuple[float, bytes, tuple[str, int]]] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._socket.close()
        self._tcp.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            now = time.monotonic()
            while self._late and self._late[0][0] <= now:
                _, wire, peer = self._late.pop(0)
                self._socket.sendto(wire, peer)
            self._socket.settimeout(0.002 if self._late else 0.05)
            try:
                data, peer = self._socket.recvfrom(4096)
            except (TimeoutError, ConnectionRefusedError):
                continue
            self._one(data, peer)

    def _one(self, data: bytes, peer: tuple[str, int]) -> None:
        if not self.alive or self._random.random() < self.loss:
            return
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text().rstrip(".").lower()
        self.asked[name] = self.asked.get(name, 0) + 1
        told = "refused" if self._too_fast() else self._told(name)
        if told is None:
            return
        reply = dns.message.make_response(query)
        if told in ("refused", "servfail", "nxdomain"):
            reply.set_rcode(dns.rcode.from_text(told))
        elif told == "absent":
            reply.set_rcode(dns.rcode.NXDOMAIN)
            zone = query.question[0].name.parent()
            reply.authority.append(dns.rrset.from_text(zone, 60, "IN", "SOA", "ns.x. root.x. 1 2 3 4 5"))
        elif told == "nodata":
            pass
        elif query.question[0].rdtype == 1:
            reply.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "A", told))
        wire = reply.to_wire()
        if self.delay:
            self._late.append((time.monotonic() + self.delay, wire, peer))
        else:
            self._socket.sendto(wire, peer)

    def _told(self, name: str) -> str | None:
        """Names that cannot exist do not, whatever is said of others."""
        return self.answer(name) if name.endswith(".example") else self.nowhere

    def _too_fast(self) -> bool:
        if self.limit is None:
            return False
        second = float(int(time.monotonic()))
        began, count = self._window
        self._window = (second, count + 1 if began == second else 1)
        return self._window[1] > self.limit


@contextmanager
def responders(count: int, **manners: object) -> Iterator[list[Responder]]:
    """So many of them at once."""
    made = [Responder(**manners) for _ in range(count)]  # type: ignore[arg-type]  # the fields of Responder
    try:
        for item in made:
            item.__enter__()
        yield made
    finally:
        for item in made:
            item.__exit__()
