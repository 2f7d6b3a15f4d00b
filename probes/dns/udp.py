"""One question over UDP, from the first datagram to the answer: re-sends, forgeries, second answers.

Every send has an id of its own and stays valid until the question ends, because a slow answer to the first
datagram is as good as a fast one to the third. The last re-send goes without OPT, since some middleboxes drop
what carries it. A port that is refused answers at once, so waiting would teach nothing: the remaining sends
are made at once too, and the question fails when every one of them was refused. One that was not refused
leaves it to the deadline. A resolver that takes OPT and owes many answers is sent nothing again: what it is
silent about was not lost, and one more datagram could be the one that is too many for it.
"""

from __future__ import annotations

import asyncio

from probes import failure
from probes.dns.alarms import Alarms
from probes.dns.asked import MAX_STRAYS, Asked, Heard, knows_no_opt, stray
from probes.dns.sockets import Line, Lines
from probes.dns.wire import Message
from probes.network import Budgets
from probes.records import Stray

_HAIR = 1e-5
"""Seconds that an alarm may be early."""
_PUT_OFF = 0.25
"""Seconds until a crowded resolver is looked at again."""

Sent = tuple[Line, int]
"""A datagram that went out: its socket and its id."""


class Asking:
    """A question that waits on the lines of one resolver: `await run()`, and `close()` in any case."""

    __slots__ = (
        "_alarm",
        "_alarms",
        "_answer",
        "_broken",
        "_crowd",
        "_deadline",
        "_done",
        "_due",
        "_error",
        "_final_is_plain",
        "_lines",
        "_linger",
        "_loop",
        "_opt",
        "_refusal",
        "_sent",
        "_strays",
        "asked",
    )

    def __init__(
        self, asked: Asked, lines: Lines, *, budgets: Budgets, deadline: float, alarms: Alarms
    ) -> None:
        """`deadline` is in the time of the event loop."""
        self.asked = asked
        self._lines = lines
        self._linger = budgets.linger
        self._crowd = budgets.unanswered
        self._loop = asyncio.get_running_loop()
        self._deadline = deadline
        began = deadline - budgets.dns
        self._due = [began + offset for offset in budgets.dns_resend if offset < budgets.dns]
        self._due.sort(reverse=True)
        self._final_is_plain = bool(self._due)
        self._opt = asked.payload is not None
        self._sent: dict[Sent, bool] = {}
        self._broken: set[Sent] = set()
        self._error: OSError | None = None
        self._refusal: tuple[Message, bytes] | None = None
        self._answer: tuple[Message, bytes, Sent] | None = None
        self._strays: list[Stray] = []
        self._done: asyncio.Future[str | None] = self._loop.create_future()
        self._alarms = alarms
        self._alarm: float | None = None

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
        self._alarm = None
        for line, number in self._sent:
            line.release(number)
        # An alarm may still hold this question for a while, and need not hold what it heard.
        self._answer = self._refusal = None

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
            if self._sent[line, number]:
                self._lines.takes_opt = True
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

    def ring(self) -> None:
        now = self._loop.time()
        if self._alarm is None or now < self._alarm - _HAIR:
            return
        self._alarm = None
        if self._answer is not None:
            self._finish(None)
        elif now >= self._deadline:
            self._finish(failure.TIMEOUT)
        elif self._due and not self._all_broken and now >= self._due[-1] and self._crowded:
            self._wake(min(now + _PUT_OFF, self._deadline))
        elif self._due and (self._all_broken or now >= self._due[-1]):
            self._due.pop()
            self._send()
        elif self._all_broken and self._error is not None:
            self._finish(failure.name_failure(self._error))
        else:
            self._wake(self._due[-1] if self._due else self._deadline)

    @property
    def _all_broken(self) -> bool:
        return len(self._broken) == len(self._sent)

    @property
    def _crowded(self) -> bool:
        return self._lines.takes_opt and self._lines.unanswered > self._crowd

    def _send(self) -> None:
        opt = self._opt and not (self._final_is_plain and not self._due)
        try:
            line = self._lines.next()
            number, error = line.send(self, opt=opt)
        except OSError as failed:
            self._finish(failure.name_failure(failed))
            return
        self._sent[line, number] = opt
        self._wake(self._due[-1] if self._due else self._deadline)
        if error is not None:
            self.broke(line, error)

    def _wake(self, when: float) -> None:
        if not self._done.done():
            self._alarm = when
            self._alarms.wake(when, self)

    def _finish(self, told: str | None) -> None:
        if not self._done.done():
            self._done.set_result(told)
        self._alarm = None


def _content(message: Message) -> tuple[int, frozenset[tuple[str, str]]]:
    """What a second answer must repeat to be no news: the same records, in whatever order, however old."""
    return message.rcode, frozenset([(rr.type, rr.data) for rr in message.answers])
