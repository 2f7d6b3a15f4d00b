"""A block: some hundreds or thousands of names on their way through all resolvers, canaries among them.

The same slots go to every resolver, so that the names and their questions are held once. A block is written
down when its last resolver is done with it; how many are open at a time bounds the memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from struct import Struct

from probes.dns.names import pack_name
from probes.dns.rdata import type_number
from probes.dns.wire import REFUSED, SERVFAIL
from probes.sweep.packing import pack_names
from probes.sweep.readings import SILENT, Odd, Reading, Told, denial

_TYPE_CLASS = Struct("!HH").pack
_IN = 1

CANARY_EVERY = 50
"""Slots between two canaries: what fails is then told from what is filtered."""
REFUSALS_TRIED = 8
"""Of the refusals in a share, how many are asked again though every canary came right."""


@dataclass(frozen=True, slots=True)
class Canary:
    """A name that must open: a public address is its right answer."""

    name: str
    type: str


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Names and types, as the questions that go on the wire."""

    number: int
    names: tuple[str, ...]
    types: tuple[str, ...]
    questions: tuple[bytes, ...]
    """Name, type and class: what an answer must repeat (RFC 5452 section 9.1)."""
    subjects: tuple[int, ...]
    """For each question the index of `names * types`, or -1 minus the index of a canary."""
    canaries: tuple[Canary, ...]

    @property
    def cells(self) -> int:
        return len(self.names) * len(self.types)

    def subject(self, slot: int) -> tuple[str, str]:
        """The name and type that a slot asks."""
        index = self.subjects[slot]
        if index < 0:
            canary = self.canaries[-1 - index]
            return canary.name, canary.type
        return self.names[index // len(self.types)], self.types[index % len(self.types)]


def make_block(number: int, names: Sequence[str], types: Sequence[str], canaries: Sequence[Canary]) -> Block:
    """The block of these names. Raises `WireError` for a name that DNS cannot carry."""
    ends = [_TYPE_CLASS(type_number(kind), _IN) for kind in types]
    first = number % len(canaries) if canaries else 0
    # Each block begins with another one.
    guards = (*canaries[first:], *canaries[:first])
    asked = [pack_name(item.name) + _TYPE_CLASS(type_number(item.type), _IN) for item in guards]
    wires = pack_names(names)
    cells = [wire + ends[0] for wire in wires] if len(ends) == 1 else [w + end for w in wires for end in ends]
    subjects = _layout(len(cells), len(asked))
    if not asked:
        return Block(number, tuple(names), tuple(types), tuple(cells), subjects, guards)
    questions: list[bytes] = []
    for turn, begin in enumerate(range(0, len(cells), CANARY_EVERY)):
        questions.append(asked[turn % len(asked)])
        questions += cells[begin : begin + CANARY_EVERY]
    questions.append(asked[-(-len(cells) // CANARY_EVERY) % len(asked)])
    return Block(number, tuple(names), tuple(types), tuple(questions), subjects, guards)


@lru_cache(maxsize=8)
def _layout(cells: int, canaries: int) -> tuple[int, ...]:
    """The subjects of a block of so many questions: a canary before every so many, and one at the end.

    Blocks of one size share it.
    """
    if not canaries:
        return tuple(range(cells))
    subjects: list[int] = []
    for turn, begin in enumerate(range(0, cells, CANARY_EVERY)):
        subjects.append(-1 - turn % canaries)
        subjects += range(begin, min(begin + CANARY_EVERY, cells))
    subjects.append(-1 - -(-cells // CANARY_EVERY) % canaries)
    return tuple(subjects)


@dataclass(slots=True, eq=False)
class Share:
    """What one resolver said to a block."""

    block: Block
    first: list[Told | None]
    """Of each slot, in the fast pass; `None`: not asked so far, or still waited for."""
    second: dict[int, Told] = field(default_factory=dict)
    """Of the slots that were asked again, slowly."""
    settled: int = 0
    sound: bool | None = None
    """Whether the canaries came right: `None` until that is known."""
    answered: int = 0
    """How many questions the resolver had answered when the fast pass through this was over."""
    retried: int = 0
    """How many of them had to be sent again."""
    silent: bool = False
    """The resolver was given up before this was asked."""
    wavers: bool = False
    """It refused what it answers at another time: by how much is asked, not by name."""
    begun: bool = False
    says: frozenset[str] = frozenset()
    """What the resolver said meanwhile of names that it would have to ask for, where it could not: words of
    `probes.sweep.pulse`."""

    @classmethod
    def of(cls, block: Block) -> Share:
        return cls(block, [None] * len(block.questions))

    def canary_slots(self) -> list[int]:
        return [slot for slot, subject in enumerate(self.block.subjects) if subject < 0]

    def wrong_canaries(self) -> list[int]:
        """The canaries whose last look was not right."""
        return [slot for slot in self.canary_slots() if not right(self.second.get(slot) or self.first[slot])]

    def doubtful(self) -> list[int]:
        """The slots that must be asked again before anything follows from them.

        Silence and failure are asked again always. Where a canary came wrong, everything is that is no
        public address, because the resolver may have answered everybody so. Of refusals some are, and all
        where one of them was none: a resolver that is asked too much refuses between two canaries.
        """
        unsound = self.wavers or bool(self.wrong_canaries())
        found: list[int] = []
        refused: list[int] = []
        for slot, told in enumerate(self.first):
            reading = SILENT if told is None else told[0]
            if isinstance(reading, Odd) or reading.rcode == SERVFAIL or (unsound and not reading.public):
                found.append(slot)
            elif reading.rcode == REFUSED:
                (found if reading.prohibited else refused).append(slot)
        return found + refused[:: -(-len(refused) // REFUSALS_TRIED) or 1]

    def unheard(self, slots: Iterable[int]) -> list[int]:
        """Of these slots those that were answered at first, and not when they were asked again."""
        found = []
        for slot in slots:
            told, again = self.first[slot], self.second.get(slot)
            if told and again and isinstance(told[0], Reading) and again[0] is SILENT:
                found.append(slot)
        return found

    def denies(self) -> bool:
        """Whether anything in it is kept away by what may also come from a resolver that is cut off."""
        each = {id(told[0]): told for told in (*self.first, *self.second.values()) if told is not None}
        return any(denial(told) is not None for told in each.values())

    def suspects(self) -> list[int]:
        """The slots of which the resolver says what it said of names that it could not ask for."""
        if not self.says:
            return []
        return [
            slot
            for slot, told in enumerate(self.first)
            if unproven((told, self.second.get(slot)), self.says) and self.block.subjects[slot] >= 0
        ]

    def forget(self, slots: Sequence[int]) -> None:
        """What was said of these slots says nothing."""
        for slot in slots:
            self.first[slot] = None
            self.second.pop(slot, None)
        self.says = frozenset()

    def wavered(self) -> bool:
        """Whether the second look got something else where the first was refused."""
        return any(
            _refused(self.first[slot]) and isinstance(told[0], Reading) and not _refused(told)
            for slot, told in self.second.items()
        )


@dataclass(slots=True, eq=False)
class Opened:
    """A block on its way."""

    block: Block
    shares: dict[str, Share]
    """By resolver."""
    rounds: dict[str, int] = field(default_factory=dict)
    """By resolver: how often its share was looked at again."""
    done: set[str] = field(default_factory=set)
    """Resolvers whose share can be judged."""
    judged_after: dict[str, float] = field(default_factory=dict)
    """By resolver: when its share was answered; a pulse that was sent later must come first."""


def unproven(told: Sequence[Told | None], says: frozenset[str]) -> bool:
    """Whether one of these answers is what the resolver says of whatever it cannot ask for."""
    return bool(says) and any(denial(item) in says for item in told)


def _refused(told: Told | None) -> bool:
    return told is not None and isinstance(told[0], Reading) and told[0].rcode == REFUSED


def right(told: Told | None) -> bool:
    """Whether this is how a canary must be answered."""
    return told is not None and isinstance(told[0], Reading) and told[0].public
