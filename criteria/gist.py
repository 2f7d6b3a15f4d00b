"""What of a DNS answer can decide anything? All of it but whose it is, when it came, and its bytes.

A filter says the same a hundred times, under a hundred names. What it says is read once: two answers with one
gist amount to the same for every name of which the same is known.
"""

from __future__ import annotations

from probes.records import DnsVariant, Ede, Observation, Stray, Transport

Key = tuple[object, ...]


class Gist:
    """Is one of a kind within a run, so that it is compared and looked up by its identity."""

    __slots__ = (
        "addresses",
        "aliases",
        "ede",
        "failure",
        "flags",
        "known",
        "rcode",
        "sends",
        "strays",
        "transport",
        "truncated",
        "variant",
    )

    def __init__(self, item: Observation) -> None:
        facts = item.dns
        self.failure: str | None = item.failure
        self.known: bool = facts is not None
        """Whether there are facts at all."""
        self.rcode: int | None = None if facts is None else facts.rcode
        self.flags: tuple[str, ...] = () if facts is None else facts.flags
        self.truncated: bool = facts is not None and facts.truncated
        self.ede: tuple[Ede, ...] = () if facts is None else facts.ede
        self.strays: tuple[Stray, ...] = () if facts is None else facts.strays
        self.addresses: tuple[str, ...] = () if facts is None else facts.addresses
        """As they were given, in order."""
        self.aliases: tuple[str, ...] = () if facts is None else facts.aliases
        self.transport: Transport | None = None if facts is None else facts.transport
        self.sends: int = 1 if facts is None else facts.sends
        self.variant: DnsVariant | None = None if facts is None else facts.variant


class Gists:
    """Every gist of a run, each once."""

    def __init__(self) -> None:
        self._known: dict[Key, Gist] = {}

    def of(self, item: Observation) -> Gist:
        """The gist of an observation of stage `dns`."""
        facts = item.dns
        key: Key = (item.failure,)
        if facts is not None:
            told: list[str] = []
            for rr in facts.answers:
                told += (rr.type, rr.data)
            key = (
                item.failure,
                facts.rcode,
                facts.flags,
                facts.truncated,
                facts.ede,
                facts.strays,
                facts.transport,
                facts.sends,
                facts.variant,
                *told,
            )
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Gist(item)
        return found
