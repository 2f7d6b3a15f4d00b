"""One question over UDP, from the first datagram to the answer: re-sends, forgeries, second answers.

Every send has an id of its own and stays valid until the question ends, because a slow answer to the first
datagram is as good as a fast one to the third. The last re-send goes without OPT, since some middleboxes drop
what carries it. A port that is refused answers at once, so waiting would teach nothing: the remaining sends
are made at once too, and the question fails when every one of them was refused. One that was not refused
leaves it to the deadline.
"""

from __future__ import annotations

import asyncio
from collections import deque

from probes import failure
from probes.dns.asked import MAX_STRAYS, Asked, Heard, knows_no_opt, stray
from probes.dns.sockets import Line, Lines
from probes.dns.wire import Message
from probes.network import Budgets
from probes.records import Stray

Sent = tuple[Line, int]
"""A datagram that went out: its socket and its id."""


class Asking:
    """A question that waits on the lines of one resolver: `await run()`, and `close()` in any case."""

    def __init__(self, asked: Asked, lines: Lines, *, budgets: Budgets, deadline: float) -> None:
        """`deadline` is in the time of the event loop."""
        self.asked = asked
        self._lines = lines
        self._linger = budgets.linger
        self._loop = asyncio.get_running_loop()
        began = self._loop.time()
        self._deadline = deadline
        self._due = deque(sorted(began + offset for offset in budgets.dns_resend if offset < budgets.dns))
        self._final_is_plain = bool(self._due)
        self._opt = asked.payload is not None
        self._sent: dict[Sent, bool] = {}
        self._broken: set[Sent] = set()
        self._error: OSError | None = None
        self._refusal: tuple[Message, bytes] | None = None
        self._answer: tuple[Message, bytes, Sent] | None = None
        self._strays: list[Stray] = []
        self._done: asyncio.Future[str | None] = self._loop.create_future()
        self._timer: asyncio.TimerHandle | None = None

    async def run(self) -> Heard:
        """The first good answer, or the failure at the deadline. Strays are read from `strays` afterwards."""
        self._send()
        told = await self._done
        sends = len(self._sent)
        if self._answer is not None:
            message, raw, sent = self._answer
            return Heard(None, message, raw, opt=self._sent[sent], sends=sends)
        if self._refusal is not None and told == failure.TIMEOUT:
            return Heard(None, *self._refusal, sends=sends)
        return Heard(told, opt=self._opt, sends=sends)

    def close(self) -> None:
        """Stops listening."""
        if self._timer is not None:
            self._timer.cancel()
        for line, number in self._sent:
            line.release(number)

    @property
    def strays(self) -> tuple[Stray, ...]:
        return tuple(self._strays)

    # The lines tell:

    def arrived(self, line: Line, number: int, data: bytes, message: Message | None) -> None:
        fault = self.asked.fault(message)
        if fault is not None or message is None:
            self.strayed(fault or "malformed", data, message)
        elif self._answer is not None:
            first, _, answered = self._answer
            # Answers to two datagrams may differ honestly, as round robin does; two answers to one may not.
            if answered == (line, number) and _content(message) != _content(first):
                self.strayed("second_answer", data, message)
        elif self._sent[line, number] and knows_no_opt(message) and self._loop.time() < self._deadline:
            if self._refusal is None:
                self._refusal = message, data
                self._opt = False
                self._send()
        else:
            self._answer = message, data, (line, number)
            if self._linger > 0 and not message.truncated:
                self._wake(self._loop.time() + self._linger)
            else:
                self._finish(None)

    def strayed(self, reason: str, data: bytes, message: Message | None) -> None:
        if len(self._strays) < MAX_STRAYS:
            self._strays.append(stray(reason, data, message))

    def broke(self, line: Line, error: OSError) -> None:
        self._error = error
        self._broken.update(sent for sent in self._sent if sent[0] is line)
        if self._all_broken and self._answer is None:
            self._wake(self._loop.time())

    def interrupt(self) -> None:
        self._finish(failure.INTERRUPTED)

    # And the clock:

    def _tick(self) -> None:
        now = self._loop.time()
        if self._answer is not None:
            self._finish(None)
        elif now >= self._deadline:
            self._finish(failure.TIMEOUT)
        elif self._due and (self._all_broken or now >= self._due[0]):
            self._due.popleft()
            self._send()
        elif self._all_broken and self._error is not None:
            self._finish(failure.name_failure(self._error))
        else:
            self._wake(self._due[0] if self._due else self._deadline)

    @property
    def _all_broken(self) -> bool:
        return len(self._broken) == len(self._sent)

    def _send(self) -> None:
        opt = self._opt and not (self._final_is_plain and not self._due)
        try:
            line = self._lines.next()
            number, error = line.send(self, opt=opt)
        except OSError as failed:
            self._finish(failure.name_failure(failed))
            return
        self._sent[line, number] = opt
        self._wake(self._due[0] if self._due else self._deadline)
        if error is not None:
            self.broke(line, error)

    def _wake(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if self._done.done() else self._loop.call_at(when, self._tick)

    def _finish(self, told: str | None) -> None:
        if not self._done.done():
            self._done.set_result(told)
        if self._timer is not None:
            self._timer.cancel()


def _content(message: Message) -> tuple[int, frozenset[tuple[str, str]]]:
    """What a second answer must repeat to be no news: the same records, in whatever order, however old."""
    return message.rcode, frozenset([(rr.type, rr.data) for rr in message.answers])
