"""From finished blocks to verdicts: one entry for everything that was answered and judged alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from criteria.chance import Losses
from criteria.records import Outcome
from friendlywifi.sweeping.judging import TRIES, UNKNOWN, Asked, Judge, Known
from probes.records import Ede
from probes.sweep.block import Share, unproven
from probes.sweep.readings import SILENT, Odd, Reading, Told


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A verdict, for as many names as it holds for. Two entries are the same one or differ."""

    type: str
    outcome: Outcome
    strength: str
    mechanisms: tuple[str, ...]
    rule: str
    judged_at: str
    rcode: int | None
    addresses: tuple[str, ...]
    """Of special places; public ones stand beside the name."""
    ede: tuple[Ede, ...]


Row = tuple[Entry, tuple[str, ...]]
"""An entry, and the public addresses that this very name was given."""


@dataclass
class Entries:
    """Makes entries, each once."""

    judge: Judge
    _made: dict[Asked, Entry] = field(default_factory=dict)

    def rows(self, share: Share, known: Sequence[Known] | None = None) -> list[Row]:
        """A row for each name and type of the block, in their order. `known`: of each name."""
        types = share.block.types
        each: dict[tuple[int, int], Entry] = {}
        rows: list[Row] = []
        second, sound, silent = share.second, bool(share.sound), share.silent
        lossless = not _lost(share).may_explain(tries=sum(TRIES), looks=len(TRIES))
        add = rows.append
        for slot, subject in enumerate(share.block.subjects):
            if subject < 0:
                continue
            told = share.first[slot]
            again = second.get(slot) if second else None
            if again is None and known is None and told is not None and not silent:
                # The common case, by the identity of the one object that all equal readings are.
                key = (id(told[0]), subject % len(types))
                entry = each.get(key)
                if entry is None:
                    entry = each[key] = self._entry(
                        types[key[1]], told, None, share=share, sound=sound, silent=silent
                    )
                add((entry, told[1]))
                continue
            facts = UNKNOWN if known is None else known[subject // len(types)]
            kind = types[subject % len(types)]
            public = (again or told or _NOTHING)[1]
            entry = self._entry(
                kind,
                told,
                again,
                share=share,
                sound=sound,
                silent=silent,
                lossless=lossless,
                known=facts,
                expected=not facts.addresses.isdisjoint(public),
            )
            add((entry, public))
        return rows

    def _entry(
        self,
        kind: str,
        told: Told | None,
        again: Told | None,
        *,
        share: Share,
        sound: bool,
        silent: bool,
        lossless: bool = False,
        known: Known = UNKNOWN,
        expected: bool = False,
    ) -> Entry:
        asked = Asked(
            type=kind,
            first=_key(told),
            second=_key(again),
            sound=sound,
            fails="servfail" in share.says,
            refuses="refused" in share.says,
            unproven=unproven((told, again), share.says),
            silent=silent,
            lossless=lossless,
            known=known,
            expected=expected,
        )
        made = self._made.get(asked)
        if made is None:
            if len(self._made) >= 1 << 16:
                self._made.clear()
            finding = self.judge.judge(asked)
            last = asked.second or asked.first
            reading = last if isinstance(last, Reading) else None
            made = self._made[asked] = Entry(
                type=kind,
                outcome=finding.outcome,
                strength=finding.strength.value,
                mechanisms=finding.mechanisms,
                rule=finding.rule,
                judged_at=finding.stage.value,
                rcode=reading.rcode if reading else None,
                addresses=reading.addresses if reading else (),
                ede=reading.ede if reading else (),
            )
        return made


def _lost(share: Share) -> Losses:
    """What was lost on the way to the resolver, as far as it showed."""
    enough = 400
    answered = min(share.answered, enough)
    retried = -(-share.retried * answered // share.answered) if share.answered else 0
    canaries = share.canary_slots()
    silent = sum((share.second.get(slot) or share.first[slot] or _NOTHING)[0] == SILENT for slot in canaries)
    return Losses(answered=answered, retried=retried, tries=TRIES[0], looks=len(canaries), silent=silent)


_NOTHING: Told = (SILENT, ())


def _key(told: Told | None) -> Reading | Odd | None:
    if told is None or isinstance(told[0], Odd):
        return None if told is None else told[0]
    return told[0].key
