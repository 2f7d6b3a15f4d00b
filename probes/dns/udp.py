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
from probes.dns.alarms import Alarms, Bed
from probes.dns.asked import MAX_STRAYS, Asked, Heard, knows_no_opt, stray
from probes.dns.sockets import Line, Lines
from probes.dns.wire import Message
from probes.network import Budgets
from probes.records import Stray

_PUT_OFF = 0.25
"""Seconds until a crowded resolver is looked at again."""

Sent = tuple[Line, int]
"""A datagram that went out: its socket and its id."""


class Asking:
    """A question that waits on the lines of one resolver: `send()`, await `told`, and `close()` always."""

    __slots__ = (
        "_alarms",
        "_answer",
        "_bed",
        "_began",
        "_broken",
        "_budgets",
        "_error",
        "_lines",
        "_opt",
        "_refusal",
        "_resends",
        "_sent",
        "_strays",
        "asked",
        "told",
    )

    def __init__(self, asked: Asked, lines: Lines, *, budgets: Budgets, alarms: Alarms) -> None:
        """The whole deadline counts from now."""
        self.asked = asked
        self.told: asyncio.Future[str | None] = alarms.loop.create_future()
        """How it ended: a failure, or `None` for an answer."""
        self._lines = lines
        self._budgets = budgets
        self._began = alarms.loop.time()
        self._resends = 0
        """Those that are behind us."""
        self._opt = asked.payload is not None
        self._sent: dict[Sent, bool] = {}
        self._broken: set[Sent] | None = None
        self._error: OSError | None = None
        self._refusal: tuple[Message, bytes] | None = None
        self._answer: tuple[Message, bytes, Sent] | None = None
        self._strays: list[Stray] | None = None
        self._alarms = alarms
        self._bed: Bed | None = None

    @property
    def deadline(self) -> float:
        """In the time of the event loop."""
        return self._began + self._budgets.dns

    def heard(self) -> Heard:
        """The first good answer, or the failure at the deadline; once it is told."""
        told = self.told.result()
        sends = len(self._sent)
        if self._answer is not None:
            message, raw, sent = self._answer
            return Heard(None, message, raw, self._sent[sent], sends)
        if self._refusal is not None and told == failure.TIMEOUT:
            return Heard(None, *self._refusal, sends=sends)
        return Heard(told, opt=self._opt, sends=sends)

    def close(self) -> None:
        """Stops listening."""
        self._rise()
        for line, number in self._sent:
            line.release(number)

    @property
    def strays(self) -> tuple[Stray, ...]:
        return tuple(self._strays) if self._strays else ()

    # The lines tell:

    def arrived(self, line: Line, number: int, data: bytes, message: Message | None) -> None:
        fault = self.asked.fault(message)
        if fault is not None or message is None:
            self.strayed(fault or "malformed", data, message)
            return
        sent = line, number
        with_opt = self._sent[sent]
        if self._answer is not None:
            first, _, answered = self._answer
            # Answers to two datagrams may differ honestly, as round robin does; two answers to one may not.
            if answered == sent and _content(message) != _content(first):
                self.strayed("second_answer", data, message)
        elif with_opt and knows_no_opt(message) and self._alarms.loop.time() < self.deadline:
            if self._refusal is None:
                self._refusal = message, data
                self._opt = False
                self.send()
        else:
            self._answer = message, data, sent
            if with_opt:
                self._lines.takes_opt = True
            if self._budgets.linger > 0 and not message.truncated:
                self._wake(self._alarms.loop.time() + self._budgets.linger)
            else:
                self._finish(None)

    def strayed(self, reason: str, data: bytes, message: Message | None) -> None:
        if self._strays is None:
            self._strays = []
        if len(self._strays) < MAX_STRAYS:
            self._strays.append(stray(reason, data, message))

    def broke(self, line: Line, error: OSError) -> None:
        self._error = error
        broken = {sent for sent in self._sent if sent[0] is line}
        self._broken = broken if self._broken is None else self._broken | broken
        if self._all_broken and self._answer is None:
            self._wake(self._alarms.loop.time())

    def interrupt(self) -> None:
        self._finish(failure.INTERRUPTED)

    # And the clock:

    def ring(self) -> None:
        self._bed = None
        now = self._alarms.loop.time()
        due = self._due
        if self._answer is not None:
            self._finish(None)
        elif now >= self.deadline:
            self._finish(failure.TIMEOUT)
        elif due is not None and not self._all_broken and now >= due and self._crowded:
            self._wake(min(now + _PUT_OFF, self.deadline))
        elif due is not None and (self._all_broken or now >= due):
            self._resends += 1
            self.send()
        elif self._all_broken and self._error is not None:
            self._finish(failure.name_failure(self._error))
        else:
            self._wake_for_next()

    @property
    def _due(self) -> float | None:
        """When to send again; `None`: no more."""
        resends = self._budgets.resends
        return self._began + resends[self._resends] if self._resends < len(resends) else None

    @property
    def _all_broken(self) -> bool:
        return self._broken is not None and len(self._broken) == len(self._sent)

    @property
    def _crowded(self) -> bool:
        return self._lines.takes_opt and self._lines.unanswered > self._budgets.unanswered

    def send(self) -> None:
        """One more datagram."""
        # The last of several goes without OPT.
        resends = len(self._budgets.resends)
        opt = self._opt and not (resends and self._resends == resends)
        try:
            line = self._lines.next()
            number, error = line.send(self, opt=opt)
        except OSError as failed:
            self._finish(failure.name_failure(failed))
            return
        self._sent[line, number] = opt
        self._wake_for_next()
        if error is not None:
            self.broke(line, error)

    def _wake_for_next(self) -> None:
        due = self._due
        self._wake(self.deadline if due is None else due)

    def _wake(self, when: float) -> None:
        self._rise()
        if not self.told.done():
            self._bed = self._alarms.wake(when, self)

    def _rise(self) -> None:
        if self._bed is not None:
            self._bed.pop(self, None)
            self._bed = None

    def _finish(self, told: str | None) -> None:
        self._rise()
        if not self.told.done():
            self.told.set_result(told)


def _content(message: Message) -> tuple[int, frozenset[tuple[str, str]]]:
    """What a second answer must repeat to be no news: the same records, in whatever order, however old."""
    return message.rcode, frozenset([(rr.type, rr.data) for rr in message.answers])
