"""A sweep from its list to its last row."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

import msgspec

from criteria import fingerprints, rules
from criteria.answers import Atlas
from criteria.fingerprints import Fingerprint, FingerprintKind, Fingerprints
from friendlywifi.complaint import Complaint
from friendlywifi.sweeping.judging import Judge, Known
from friendlywifi.sweeping.keeping import Keeper, Sink
from friendlywifi.sweeping.leaks import Seen, Watch
from friendlywifi.sweeping.source import Batch, Source
from friendlywifi.sweeping.tally import Differing, Tally
from friendlywifi.sweeping.verdicts import Entries, Row
from probes.network import Network, endpoint, split_endpoint
from probes.sweep.acquaintance import Met, chosen, meet
from probes.sweep.block import Block, Canary, Share, make_block, unproven
from probes.sweep.driver import Finished, Manner, Sweep
from probes.sweep.readings import Reader, Reading

QUESTIONS = 200_000
"""About so many questions are open in one block, over all resolvers."""
_LARGEST, _SMALLEST = 8192, 64


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is swept, how."""

    resolvers: tuple[str, ...]
    types: tuple[str, ...]
    network: Network
    manner: Manner
    canaries: tuple[Canary, ...]
    """Names that must open."""
    known: Callable[[Sequence[str]], Sequence[Known]] | None = None
    """What a reference knows of names; `None`: there is none."""
    reference_resolver: str | None = None
    """One that does not filter: what it says of a name is what is known of it."""
    block_pages: tuple[str, ...] = ()
    """Addresses and names of the filter's own block page, beside the published ones."""
    seed: int | None = None


@dataclass
class Result:
    """What a sweep came to; grows with resolvers and with leaks that are followed, not with names."""

    began: datetime
    """When this run of it began."""
    watch: Watch
    tally: Tally = field(default_factory=Tally)
    """Of all runs of it."""
    met: tuple[Met, ...] = ()
    canaries: tuple[Canary, ...] = ()
    differing: tuple[Differing, ...] = ()
    """The first names on which resolvers differ."""
    cuts: int = 0
    """How often a resolver could not keep up, so that it was asked more slowly."""
    strays: int = 0
    skipped_blocks: int = 0
    """Done by an earlier run."""

    @property
    def leaks(self) -> list[Seen]:
        """The first names that open."""
        return self.watch.told


TOLD_DIFFERING = 1_000


def block_size(resolvers: int, types: int, rate: float = 0) -> int:
    """Names in a block: about a second of them at a given rate, so that little is lost when it is cut off."""
    most = min(_LARGEST, QUESTIONS // max(1, resolvers * types), int(rate / types) if rate else _LARGEST)
    return max(_SMALLEST, most)


def sweep(
    order: Order,
    source: Source,
    sink: Sink | None,
    *,
    now: Callable[[], datetime],
    progress: Callable[[Result, Sweep], None] = lambda *_: None,
    watch: Watch | None = None,
) -> Result:
    """Asks everything and writes it down. Complains where nothing can be learnt at all."""
    result = Result(began=now(), watch=watch or Watch(at=now()))
    keeper = sink if isinstance(sink, Keeper) else None
    if keeper is not None:
        result.tally = keeper.tally
        result.watch.earlier(keeper.earlier(result.watch.names))
    seed = order.seed if order.seed is not None else random.SystemRandom().getrandbits(128)
    randomness = random.Random(seed)  # noqa: S311 - seeded by the system; a call of it for each id is too slow
    asked = order.resolvers + ((order.reference_resolver,) if order.reference_resolver else ())
    result.met = asyncio.run(
        meet(asked, network=order.network, canaries=order.canaries, types=order.types, randomness=randomness)
    )
    result.canaries = chosen(result.met, order.canaries)
    if not result.canaries:
        raise Complaint(
            "not one of the names that must open did open at any resolver, so that nothing can be told apart "
            "from a network that is down; name one that opens with --canary"
        )
    prints = _with_own(order.block_pages)
    rewrites = frozenset(address for item in result.met for address in item.rewrites)
    pages = {v for p in prints.fingerprint if p.kind is FingerprintKind.ADDRESS for v in p.values}
    aliases = {v for p in prints.fingerprint if p.kind is FingerprintKind.CNAME for v in p.values}
    mapped = frozenset(split_endpoint(given)[0] for given in order.network.connect_to)
    atlas = Atlas(fingerprints=prints, rewrites=rewrites, mapped=mapped)
    entries = Entries(Judge(rules=rules.latest(), atlas=atlas))
    engine = Sweep(
        asked,
        network=order.network,
        reader=Reader(watched=pages | rewrites, aliases=aliases, mapped=mapped),
        canaries=result.canaries,
        manner=order.manner,
        randomness=randomness,
    )
    batches: dict[int, Batch] = {}
    # A sweep that goes on cuts the list as it did before.
    kept = keeper.meta.get("block") if keeper is not None else None
    size = int(kept) if kept else block_size(len(asked), len(order.types), order.manner.rate)
    done = dict(sink.done) if sink else {}
    for finished in engine.run(_blocks(source, order, size=size, result=result, batches=batches, done=done)):
        batch = batches.pop(finished.block.number)
        columns = _columns(order, finished, entries)
        differing = _count(result, order, finished, columns, batch)
        if keeper is not None:
            keeper.write(batch, columns, differing=differing)
        elif sink is not None:
            sink.write(batch, columns)
        progress(result, engine)
    if keeper is not None:
        result.differing = keeper.differing(TOLD_DIFFERING)
    result.cuts = sum(stream.cuts for stream in engine.streams.values())
    result.strays = sum(line.strays for stream in engine.streams.values() for line in stream.lines)
    return result


def _with_own(pages: Sequence[str]) -> Fingerprints:
    """The published block pages, and those that the user names."""
    known = fingerprints.latest()
    own = tuple(
        Fingerprint(
            id=page,
            vendor="named by the user",
            kind=FingerprintKind.CNAME if is_name else FingerprintKind.ADDRESS,
            values=(page,),
            source="named by the user",
            seen="",
        )
        for page in pages
        for is_name in (not _is_address(page),)
    )
    return msgspec.structs.replace(known, fingerprint=own + known.fingerprint)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _blocks(
    source: Source,
    order: Order,
    *,
    size: int,
    result: Result,
    batches: dict[int, Batch],
    done: dict[int, str],
) -> Iterator[Block]:
    for batch in source.batches(size):
        if batch.number in done:
            if done[batch.number] != batch.digest:
                raise Complaint(
                    "the list is not the one that this sweep began with; name another output file"
                )
            result.skipped_blocks += 1
            continue
        batches[batch.number] = batch
        yield make_block(batch.number, batch.names, order.types, result.canaries)


def _columns(order: Order, finished: Finished, entries: Entries) -> list[list[Row]]:
    known = order.known(finished.block.names) if order.known else None
    shares = list(finished.shares)
    if order.reference_resolver:
        *shares, truth = finished.shares
        known = _seen(truth)
    return [entries.rows(share, known) for share in shares]


def _seen(share: Share) -> list[Known]:
    """What a resolver that does not filter knows of each name."""
    types = share.block.types
    answers: list[dict[str, bool | None]] = [{} for _ in share.block.names]
    places: list[tuple[str, ...]] = [()] * len(share.block.names)
    for slot, subject in enumerate(share.block.subjects):
        if subject < 0 or not share.sound or types[subject % len(types)] == "HTTPS":
            continue
        told = share.second.get(slot) or share.first[slot]
        reading = told[0] if told else None
        has: bool | None = None
        if isinstance(reading, Reading) and not reading.ede and not unproven((told,), share.says):
            has = (
                True
                if reading.public
                else (False if reading.rcode in (0, 3) and not reading.addresses else None)
            )
        answers[subject // len(types)][types[subject % len(types)]] = has
        if told and has:
            places[subject // len(types)] += told[1]
    return [_folded(*item) for item in zip(answers, places, strict=True)]


def _folded(has: dict[str, bool | None], addresses: tuple[str, ...]) -> Known:
    """Alive with an address of any family; dead where every family that was asked is denied."""
    values = list(has.values())
    alive = True if True in values else (False if values and all(v is False for v in values) else None)
    return Known(alive=alive, ipv4=has.get("A"), ipv6=has.get("AAAA"), addresses=frozenset(addresses))


def _count(
    result: Result, order: Order, finished: Finished, columns: list[list[Row]], batch: Batch
) -> list[Differing]:
    tally = result.tally
    tally.names += len(batch.names)
    tally.undecidable += len(batch.undecidable)
    for resolver, share, rows in zip(order.resolvers, finished.shares, columns, strict=False):
        tally.add(resolver, rows, silent=share.silent)
    if order.reference_resolver and finished.shares[-1].silent:
        missing = len(batch.names) * len(order.types)
        tally.silent[order.reference_resolver] = tally.silent.get(order.reference_resolver, 0) + missing
    result.watch.add(batch.names, order.resolvers, columns)
    differing = list(tally.compare(batch.names, order.resolvers, columns))
    result.differing += tuple(differing[: TOLD_DIFFERING - len(result.differing)])
    return differing


def resolvers_of(texts: Sequence[str], file: Path | None) -> tuple[str, ...]:
    """Endpoints from arguments and a file, each once, in order. Complains with file and line."""
    from friendlywifi.files import read_text  # noqa: PLC0415 - only where there is a file

    given = [(text, text) for text in texts]
    if file is not None:
        for number, line in enumerate(read_text(file, what="the list of resolvers").splitlines(), start=1):
            text = line.partition("#")[0].strip()
            if text:
                given.append((text, f"{file}:{number}: {text}"))
    found: dict[str, None] = {}
    for text, where in given:
        try:
            found[endpoint(*split_endpoint(text, 53))] = None
        except ValueError as error:
            raise Complaint(f"{where}: {error}") from None
    if not found:
        raise Complaint("name at least one resolver with --resolver, or a file of them with --resolvers")
    return tuple(found)
