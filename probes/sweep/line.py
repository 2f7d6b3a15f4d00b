"""One connected UDP socket of a sweep: what is out on it, what came back, what must go out again.

Every datagram has a random id; an answer counts only with its id and its question (RFC 5452 section 9). The
two dictionaries are in the order of sending, so that the oldest question is always the first: one deadline
for all needs no timer for each.
"""

from __future__ import annotations

import contextlib
import random
import socket
from struct import Struct

from probes.dns.sockets import SocketAddress, open_socket
from probes.network import Network, split_endpoint
from probes.sweep.block import Share
from probes.sweep.readings import SILENT, Reader

RESEND = 0.5
"""Seconds after which a question goes out once more, under the same id."""
DEADLINE = 2.0
"""Seconds from the first datagram to giving up, which only means that it is asked again slowly."""
BURST = 64
"""Datagrams between two looks at other sockets."""

# RD set, one question, one additional record (RFC 1035 section 4.1.1).
_HEAD = Struct("!5H").pack(0x0100, 1, 0, 0, 1)
# OPT with 1232 octets (RFC 6891 section 6.1.2; DNS flag day 2020).
_TAIL = Struct("!BHHIH").pack(0, 41, 1232, 0, 0)
_BUFFER = 1 << 20

Out = tuple[Share, int, bytes, float]
"""Whose question it is, its slot, its bytes, and when it was sent."""


class Line:
    """A socket with its questions. Raises `OSError` where the system has no way there."""

    __slots__ = (
        "_random",
        "_reader",
        "again",
        "answered",
        "broken",
        "first",
        "late",
        "retried",
        "socket",
        "strays",
    )

    def __init__(
        self, opened: socket.socket, endpoint: SocketAddress, *, reader: Reader, randomness: random.Random
    ) -> None:
        self.socket = opened
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        opened.connect(endpoint)
        self._reader = reader
        self._random = randomness.randbytes
        self.first: dict[bytes, Out] = {}
        self.again: dict[bytes, Out] = {}
        self.answered = 0
        self.retried = 0
        """Of those that were answered: what had to be sent again."""
        self.strays = 0
        """Datagrams that answer nothing that is out: late ones, and forgeries."""
        self.broken = 0
        """Errors that the system reported (ICMP)."""
        self.late: list[bool] = []
        """Of each canary since the last look: whether it had to be sent again."""

    @property
    def out(self) -> int:
        return len(self.first) + len(self.again)

    def send(self, share: Share, slot: int, many: int, now: float) -> int:
        """Sends up to so many questions of a share from a slot on; the slot behind the last one sent."""
        questions = share.block.questions[slot : slot + many]
        first, again, send = self.first, self.again, self.socket.send
        # All ids at once: to ask for each costs more than to put it into its datagram.
        drawn = self._random(2 * len(questions))
        at = slot
        for question in questions:
            place = 2 * (at - slot)
            number = drawn[place : place + 2]
            while number in first or number in again:
                number = self._random(2)
            try:
                send(number + _HEAD + question + _TAIL)
            except BlockingIOError:
                return at
            except OSError:
                # An earlier datagram was refused, and this one was not sent: it is lost, and comes again.
                self.broken += 1
            first[number] = (share, at, question, now)
            at += 1
        return at

    def drain(self) -> None:
        """Reads what came in, up to a burst of it."""
        recv, first, again = self.socket.recv, self.first, self.again
        known, read = self._reader.known.get, self._reader.read
        answered = 0
        for _ in range(2 * BURST):
            try:
                data = recv(4096)
            except BlockingIOError:
                break
            except OSError:
                self.broken += 1
                continue
            if len(data) < 12:
                self.strays += 1
                continue
            number = data[:2]
            waiting = first
            out = first.get(number)
            if out is None:
                waiting = again
                out = again.get(number)
            if out is None:
                self.strays += 1
                continue
            share, slot, question, _ = out
            if not data.startswith(question, 12) and not _same(data, question):
                self.strays += 1
                continue
            del waiting[number]
            if waiting is again:
                self.retried += 1
            elif share.block.subjects[slot] < 0:
                self.late.append(False)
            answered += 1
            end = 12 + len(question)
            share.first[slot] = known(data[2:12] + data[end:]) or read(data, end)
            share.settled += 1
        self.answered += answered

    def expire(self, now: float) -> int:
        """Sends once more what is late, gives up what is too late; how many canaries were given up."""
        lost = 0
        self._resend(now)
        while self.again:
            number = next(iter(self.again))
            share, slot, _, sent = self.again[number]
            if sent > now - (DEADLINE - RESEND):
                break
            del self.again[number]
            share.first[slot] = (SILENT, ())
            share.settled += 1
            lost += share.block.subjects[slot] < 0
        return lost

    def _resend(self, now: float) -> None:
        while self.first:
            number = next(iter(self.first))
            share, slot, question, sent = self.first[number]
            if sent > now - RESEND:
                return
            del self.first[number]
            self.again[number] = (share, slot, question, now)
            if share.block.subjects[slot] < 0:
                self.late.append(True)
            # Where this datagram is lost too, the slow second look asks.
            with contextlib.suppress(OSError):
                self.socket.send(number + _HEAD + question + _TAIL)

    def close(self) -> None:
        self.socket.close()


def _same(data: bytes, question: bytes) -> bool:
    """Whether it is the question in other letters (RFC 1035 section 2.3.3)."""
    return data[12 : 12 + len(question)].lower() == question.lower()


def open_lines(
    resolver: str, count: int, *, network: Network, reader: Reader, randomness: random.Random
) -> tuple[Line, ...]:
    """So many lines to the resolver at `ADDRESS:PORT`; fewer, or none, where the system has no way there."""
    lines: list[Line] = []
    way = network.way(*split_endpoint(resolver, 53))
    for address, port in [way] * count if way else []:
        try:
            opened, endpoint = open_socket(network, address, port, socket.SOCK_DGRAM)
        except OSError:
            continue
        try:
            lines.append(Line(opened, endpoint, reader=reader, randomness=randomness))
        except OSError:
            opened.close()
    return tuple(lines)
