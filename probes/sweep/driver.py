"""Every name at every resolver, with constant memory: blocks go in, finished blocks come out.

A resolver is asked as fast as its own pace allows and never waits for another one, but for the oldest open
block: how many blocks may be open bounds the memory.
"""

from __future__ import annotations

import random
import selectors
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from queue import Empty

from probes.network import Budgets, Network
from probes.sweep.block import Block, Canary, Opened, Share, right
from probes.sweep.line import open_lines
from probes.sweep.pulse import Felt, Pulse, gap
from probes.sweep.readings import Reader
from probes.sweep.slow import GENTLE, Looked, Probed, SlowLooks
from probes.sweep.stream import State, Stream

OPEN_BLOCKS = 8
_ROUNDS = 3
"""How often a share is looked at slowly while its canaries come wrong."""
GIVEN_UP = 30.0
"""Seconds between two looks at a resolver that was given up: it may come back."""
_TICK = 0.05
_SOCKETS = 1024
"""That the slow looks may have to all resolvers together."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A block and what each resolver said to it, in the order of the resolvers."""

    block: Block
    shares: tuple[Share, ...]


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a sweep behaves towards resolvers."""

    rate: float = 1000.0
    """Questions a second to each resolver at most; 0: as fast as it answers."""
    patience: float = 60.0
    """Seconds that a resolver which fell silent is waited for."""
    slow: Budgets = GENTLE
    sockets: int | None = None
    """To each resolver; `None`: four, or one where there are many."""


class Sweep:
    """A sweep under way. `run()` yields blocks as they are finished, in whatever order that is."""

    def __init__(
        self,
        resolvers: Sequence[str],
        *,
        network: Network,
        reader: Reader,
        canaries: Sequence[Canary],
        manner: Manner,
        randomness: random.Random | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`resolvers` are endpoints, `ADDRESS:PORT`."""
        self._resolvers = tuple(resolvers)
        self._network = network
        self._reader = reader
        self._canaries = tuple(canaries)
        self._manner = manner
        # Seeded by the system: ids must not be foreseen (RFC 5452), and a call of it for each is too slow.
        self._randomness = randomness or random.Random(random.SystemRandom().getrandbits(128))  # noqa: S311
        self._now = monotonic
        self.streams: dict[str, Stream] = {}
        self._open: dict[int, Opened] = {}
        self._fast: dict[str, list[Opened]] = {}
        self._probing: dict[str, float] = {}
        self._turns: dict[str, int] = {}
        self._pulses: dict[str, Pulse] = {}
        self._finished: list[Finished] = []

    @property
    def asked(self) -> int:
        """Questions of the fast pass that went out so far."""
        return sum(stream.asked for stream in self.streams.values())

    def run(self, blocks: Iterator[Block]) -> Iterator[Finished]:
        """Asks all blocks. What the network does is in the results; nothing of it is raised."""
        with ExitStack() as stack:
            slow = stack.enter_context(
                SlowLooks(
                    self._network,
                    reader=self._reader,
                    budgets=self._manner.slow,
                    sockets=min(max(_SOCKETS // max(1, len(self._resolvers)), 1), 8),
                )
            )
            selector = stack.enter_context(selectors.DefaultSelector())
            self._connect(selector, stack)
            self._meet(slow)
            more = True
            while more or self._open:
                while more and len(self._open) < OPEN_BLOCKS:
                    block = next(blocks, None)
                    if block is None:
                        more = False
                    else:
                        self._take(block)
                self._turn(selector, slow)
                if self._finished:
                    yield from self._finished
                    self._finished.clear()

    def _connect(self, selector: selectors.BaseSelector, stack: ExitStack) -> None:
        count = self._manner.sockets or (4 if len(self._resolvers) <= 16 else 1)
        now = self._now()
        for resolver in self._resolvers:
            lines = open_lines(
                resolver, count, network=self._network, reader=self._reader, randomness=self._randomness
            )
            for line in lines:
                stack.callback(line.close)
                selector.register(line.socket, selectors.EVENT_READ, line)
            stream = Stream(resolver, lines, rate=self._manner.rate, now=now, randomness=self._randomness)
            if not lines:
                stream.give_up(now)
            self.streams[resolver] = stream
            self._pulses[resolver] = Pulse(deque(self._canaries), gap(len(self._resolvers)))
            self._fast[resolver] = []

    def _meet(self, slow: SlowLooks) -> None:
        """Who does not answer at all is found out before a thousand questions, not after."""
        if not self._canaries:
            return
        waiting = set()
        for resolver, stream in self.streams.items():
            if stream.state is State.WELL:
                slow.probe(resolver, self._canaries[0])
                waiting.add(resolver)
        while waiting:
            probed = slow.done.get()
            if isinstance(probed, Probed):
                waiting.discard(probed.resolver)
                if not probed.right:
                    self.streams[probed.resolver].ail(self._now())

    def _take(self, block: Block) -> None:
        opened = Opened(block, {resolver: Share.of(block) for resolver in self._resolvers})
        self._open[block.number] = opened
        for resolver, stream in self.streams.items():
            share = opened.shares[resolver]
            if stream.state is State.SILENT:
                self._abandon(opened, resolver, share)
            else:
                stream.add(share)
                self._fast[resolver].append(opened)
        self._close_if_done(opened)

    def _turn(self, selector: selectors.BaseSelector, slow: SlowLooks) -> None:
        """One round: send, receive, let go, take what the slow looks brought."""
        now = self._now()
        wait = _TICK
        for stream in self.streams.values():
            soon = stream.fill(now)
            if soon is not None:
                wait = min(wait, soon)
        for key, _ in selector.select(max(wait, 0.0)):
            key.data.drain()
        now = self._now()
        for resolver, stream in self.streams.items():
            stream.tick(now)
            self._attend(stream, slow, now)
            self._pulse(resolver, slow, now)
            pending = self._fast[resolver]
            while pending and pending[0].shares[resolver].settled >= len(pending[0].block.questions):
                self._settle(pending.pop(0), resolver, slow)
        self._collect(slow)

    def _attend(self, stream: Stream, slow: SlowLooks, now: float) -> None:
        """Waits for a resolver that fell silent, and gives it up when that was in vain."""
        if stream.state is State.WELL:
            return
        resolver = stream.resolver
        # Whoever is cut off has canaries in its cache: there a pulse tells.
        by_canary = not self._pulses[resolver].cut
        if by_canary and stream.lines and now >= self._probing.get(resolver, 0.0) and self._canaries:
            self._probing[resolver] = now + (1.0 if stream.state is State.AILING else GIVEN_UP)
            # In turn: a resolver may filter one of them.
            turn = self._turns[resolver] = self._turns.get(resolver, -1) + 1
            slow.probe(resolver, self._canaries[turn % len(self._canaries)])
        if stream.state is State.AILING and now - stream.since > self._manner.patience:
            stream.give_up(now)
            stream.shares.clear()
            for opened in self._fast[resolver]:
                self._abandon(opened, resolver, opened.shares[resolver])
                self._close_if_done(opened)
            self._fast[resolver].clear()

    def _pulse(self, resolver: str, slow: SlowLooks, now: float) -> None:
        """While anything is asked, or waits for it, it is felt at times whether the resolver asks others."""
        pulse = self._pulses[resolver]
        if not self._canaries or not pulse.due(now):
            return
        given_up = pulse.cut and self.streams[resolver].state is State.SILENT and pulse.due(now - GIVEN_UP)
        if given_up or any(resolver not in item.done for item in self._open.values()):
            slow.pulse(resolver, pulse.send(now), now)

    def _felt(self, found: Felt, stream: Stream, slow: SlowLooks) -> None:
        resolver, now = found.resolver, self._now()
        pulse = self._pulses[resolver]
        pulse.came(found)
        opened = [item for item in self._open.values() if resolver not in item.done]
        for item in opened:
            share = item.shares[resolver]
            if share.begun:
                share.says |= found.says
        if pulse.cut and stream.state is State.WELL:
            stream.ail(now)
        elif not pulse.cut and found.reaches and stream.state is not State.WELL:
            stream.recovered(now)
        if pulse.cut and stream.state is State.AILING:
            return
        for item in opened:
            if item.judged_after.get(resolver, now) < found.sent:
                del item.judged_after[resolver]
                self._prove(item, resolver, slow)

    def _answered(self, opened: Opened, resolver: str) -> None:
        """Everything was said. Denials wait for a pulse, since they may be of a resolver that is cut off."""
        if self._canaries and opened.shares[resolver].denies():
            opened.judged_after[resolver] = self._now()
        else:
            self._done(opened, resolver)

    def _prove(self, opened: Opened, resolver: str, slow: SlowLooks) -> None:
        """Asks again for what was denied while the resolver was cut off, if it is so no more."""
        share, pulse = opened.shares[resolver], self._pulses[resolver]
        suspects = share.suspects() if pulse.ever and not pulse.cut else []
        if suspects and opened.rounds.get(resolver, 0) < _ROUNDS:
            share.forget(suspects)
            slow.look(resolver, share, suspects)
        else:
            self._done(opened, resolver)

    def _done(self, opened: Opened, resolver: str) -> None:
        opened.done.add(resolver)
        self._close_if_done(opened)

    def _abandon(self, opened: Opened, resolver: str, share: Share) -> None:
        share.silent, share.sound = True, False
        opened.done.add(resolver)

    def _settle(self, opened: Opened, resolver: str, slow: SlowLooks) -> None:
        """The fast pass through a share is over."""
        share = opened.shares[resolver]
        lines = self.streams[resolver].lines
        share.answered = sum(line.answered for line in lines)
        share.retried = sum(line.retried for line in lines)
        doubtful = share.doubtful()
        if doubtful:
            slow.look(resolver, share, doubtful)
            return
        share.sound = True
        self._answered(opened, resolver)

    def _collect(self, slow: SlowLooks) -> None:
        while True:
            try:
                found = slow.done.get_nowait()
            except Empty:
                return
            stream = self.streams[found.resolver]
            if isinstance(found, Felt):
                self._felt(found, stream, slow)
            elif isinstance(found, Probed):
                by_canary = not self._pulses[found.resolver].cut
                if found.right and by_canary and stream.state is not State.WELL:
                    stream.recovered(self._now())
            else:
                self._looked(found, stream, slow)

    def _looked(self, found: Looked, stream: Stream, slow: SlowLooks) -> None:
        share = found.share
        opened = self._open[share.block.number]
        share.second.update(found.told)
        wrong = share.wrong_canaries()
        rounds = opened.rounds[found.resolver] = opened.rounds.get(found.resolver, 0) + 1
        # Those that were asked in this look count by themselves: it must not lean on an earlier one.
        guards = [told for slot, told in found.told.items() if share.block.subjects[slot] < 0]
        astray = sum(not right(told) for told in guards)
        share.sound = 5 * len(wrong) <= len(share.canary_slots()) and 5 * astray <= len(guards)
        if share.wavered() and not share.wavers:
            share.wavers = True
            stream.slow_down(self._now())
            slow.look(found.resolver, share, share.doubtful())
            return
        if not share.sound and rounds < _ROUNDS and stream.state is not State.SILENT:
            stream.slow_down(self._now())
            slow.look(found.resolver, share, share.doubtful())
            return
        # Silence takes nothing back: where much is lost, it is asked once more.
        unheard = share.unheard(found.told)
        if unheard and rounds < _ROUNDS and stream.state is not State.SILENT:
            slow.look(found.resolver, share, unheard)
            return
        self._answered(opened, found.resolver)

    def _close_if_done(self, opened: Opened) -> None:
        if len(opened.done) == len(self._resolvers):
            del self._open[opened.block.number]
            self._finished.append(
                Finished(opened.block, tuple(opened.shares[item] for item in self._resolvers))
            )
