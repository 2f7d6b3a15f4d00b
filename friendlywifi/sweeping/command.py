"""`friendlywifi sweep`, from what was wished for to the exit code."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

import friendlywifi
from criteria import rules
from criteria.records import Outcome
from friendlywifi import files, terminal
from friendlywifi.checking.serials import state_directory
from friendlywifi.checking.targeting import lists_for
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.settings import load_settings
from friendlywifi.sweeping.baseline import open_before
from friendlywifi.sweeping.database import Database
from friendlywifi.sweeping.judging import Known
from friendlywifi.sweeping.keeping import Keeper, rfc3339
from friendlywifi.sweeping.knowing import known_by
from friendlywifi.sweeping.leaks import Watch
from friendlywifi.sweeping.lines import Lines
from friendlywifi.sweeping.progress import shown_on_terminal
from friendlywifi.sweeping.run import Order, Result, block_size, resolvers_of, sweep
from friendlywifi.sweeping.show import show
from friendlywifi.sweeping.source import opened
from friendlywifi.sweeping.summary import Summary, summed, unread
from probes.bogon import plain
from probes.network import Network
from probes.records import Ask, encode
from probes.sweep.block import Canary
from probes.sweep.driver import Manner
from probes.targets.names import NameFault, normalise_host

TYPES = ("A", "AAAA", "HTTPS")
_CANARIES = 12
RATE = 1000.0


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the user said."""

    list: str
    authorised_by: str | None
    resolvers: tuple[str, ...]
    resolvers_file: Path | None
    types: str
    list_format: str | None
    wildcard: bool
    canaries: tuple[str, ...]
    rate: float
    patience: float
    reference: str | None
    reference_keys: tuple[str, ...]
    reference_resolver: str | None
    output: Path | None
    config: Path | None
    compare: bool = False
    baseline: Path | None = None
    leaks: Path | None = None
    redact: Path | None = None
    webhook: str | None = None
    tsig_key: Path | None = None
    block_pages: tuple[str, ...] = ()
    connect_to: tuple[str, ...] = ()


def run(wish: Wish, *, form: str, quiet: bool) -> Exit:
    """Sweep, write, tell."""
    settings = load_settings(file=wish.config).settings
    authorised_by = wish.authorised_by or settings.check.authorised_by
    if not authorised_by:
        raise Complaint(
            "say who allowed this with --authorised-by: the operator of the resolvers. "
            "A list is many questions, and asking them is for those who may"
        )
    types = _types(wish.types)
    order = Order(
        resolvers=resolvers_of(wish.resolvers, wish.resolvers_file),
        types=types,
        network=_network(wish),
        manner=Manner(rate=wish.rate, patience=wish.patience),
        canaries=_canaries(wish.canaries, types),
        known=_known(wish, settings.trust.reference_keys),
        reference_resolver=_reference_resolver(wish.reference_resolver),
        block_pages=_block_pages(wish.block_pages),
    )
    key = _ready(wish, order)
    summary = _swept(wish, order, authorised_by, quiet=quiet)
    if key is not None:
        from friendlywifi.sweeping.redacting import redacted  # noqa: PLC0415 - only where it is wished

        summary = redacted(summary, key)
    if wish.leaks is not None:
        files.write(
            wish.leaks,
            b"".join(encode(item) + b"\n" for item in summary.listed),
            mode=files.PUBLIC if summary.redacted else files.PRIVATE,
        )
    _print(summary, form, compare=wish.compare)
    if wish.webhook is not None:
        _tell(wish.webhook, summary)
    return summary.exit


def _ready(wish: Wish, order: Order) -> bytes | None:
    """Complains before the work of what would fail after it; the key that names are redacted with."""
    if wish.compare and len(order.resolvers) < 2:
        raise Complaint("--compare needs at least two resolvers")
    if wish.leaks is not None:
        files.prepare_file(wish.leaks, what="the list of leaks")
    if wish.webhook is not None:
        from friendlywifi.mail.webhook import fault  # noqa: PLC0415 - only where one is called

        wrong = fault(wish.webhook)
        if wrong is not None:
            raise Complaint(f"--webhook: {wrong}")
    if wish.redact is None:
        return None
    from friendlywifi.evidence.command import redaction_key  # noqa: PLC0415 - only where it is wished

    return redaction_key(wish.redact, make=True)


def _print(summary: Summary, form: str, *, compare: bool) -> None:
    if form == "json":
        terminal.data(encode(summary))
    elif form == "junit":
        from friendlywifi.sweeping import junit  # noqa: PLC0415 - only what is asked for

        terminal.raw(junit.render(summary))
    elif form == "openmetrics":
        from friendlywifi.sweeping import metrics  # noqa: PLC0415 - likewise

        terminal.raw(metrics.render(summary))
    else:
        show(summary, terminal.out(), compare=compare)


def _tell(url: str, summary: Summary) -> None:
    """What opened and what closed; a program that cannot be told changes nothing of the answer."""
    from friendlywifi.sweeping.telling import news, tell  # noqa: PLC0415 - only where one is called

    told = news(summary)
    failed = tell(url, told) if told is not None else None
    if failed is not None:
        terminal.err().print(terminal.shown(f"friendlywifi: the webhook was not told: {failed}"))


def _swept(wish: Wish, order: Order, authorised_by: str, *, quiet: bool) -> Summary:
    before = open_before(wish.baseline) if wish.baseline is not None else None
    began = datetime.now(UTC).replace(microsecond=0)
    size = block_size(len(order.resolvers), len(order.types), order.manner.rate)
    begun = {"seed": secrets.token_hex(8), "started": rfc3339(began), "block": str(size)}
    with _sink(wish.output, order, _meta(wish, order), begun) as sink:
        if sink is not None:
            begun = {**begun, **sink.meta}
        with (
            opened(
                wish.list,
                format_=wish.list_format,
                wildcard=wish.wildcard,
                seed=begun["seed"],
                at=datetime.fromisoformat(begun["started"]),
                fetch=partial(_fetched, network=order.network, key_file=wish.tsig_key),
            ) as source,
            shown_on_terminal(source, quiet=quiet) as progress,
        ):
            result = sweep(
                order,
                source,
                sink,
                now=lambda: datetime.now(UTC),
                progress=progress,
                watch=Watch(at=datetime.fromisoformat(begun["started"]), before=before),
            )
        result.watch.list_known = source.names > 0 and not unread(source.skips.summary())
        ended = datetime.now(UTC).replace(microsecond=0)
        if sink is not None:
            sink.finish(
                ended=rfc3339(ended),
                standing=result.watch.standing(),
                instances={met.resolver: who for met in result.met if (who := met.instance or met.nsid)},
            )
        return summed(
            list_=wish.list,
            authorised_by=authorised_by,
            order=order,
            source=source,
            result=result,
            undecided=_undecided(result),
            ended=ended,
            software=f"friendlywifi {friendlywifi.__version__}",
            rules_version=rules.latest().version,
        )


def _fetched(url: str, *, network: Network, key_file: Path | None) -> AbstractContextManager[BinaryIO]:
    from friendlywifi.sweeping.transfer import transferred  # noqa: PLC0415 - only where a zone is fetched

    return transferred(url, network=network, key_file=key_file)


def _meta(wish: Wish, order: Order) -> dict[str, str]:
    """What makes a sweep this one: a file that was begun with something else is not gone on with."""
    return {
        "list": wish.list,
        "types": ",".join(order.types),
        "wildcard": str(wish.wildcard),
        "list_format": wish.list_format or "",
        "reference": wish.reference or "",
        "reference_resolver": order.reference_resolver or "",
        "block_pages": " ".join(order.block_pages),
        "rules": rules.latest().version,
    }


def _undecided(result: Result) -> dict[str, int]:
    outcomes = {rule.id: rule.outcome for rule in rules.latest().rules}
    return {
        rule: count
        for rule, count in result.tally.rules.items()
        if outcomes.get(rule) == Outcome.INCONCLUSIVE.value
    }


def _types(text: str) -> tuple[str, ...]:
    types = tuple(dict.fromkeys(part.strip().upper() for part in text.split(",") if part.strip()))
    unknown = [item for item in types if item not in TYPES]
    if unknown or not types:
        raise Complaint(f"--types takes {', '.join(TYPES)}, with a comma between them")
    return types


def _canaries(names: Sequence[str], types: Sequence[str]) -> tuple[Canary, ...]:
    if not names:
        names = [
            target.name
            for item in lists_for(())
            for target in item.targets
            if target.category.value == "control-general" and target.ask is Ask.TLS
        ][:_CANARIES]
    # By A: every name that visitors use has such an address, and not all have the other.
    return tuple(Canary(name, types[0] if types == ("AAAA",) else "A") for name in names)


def _block_pages(texts: Sequence[str]) -> tuple[str, ...]:
    found = []
    for text in texts:
        try:
            found.append(plain(text))
        except ValueError:
            try:
                found.append(normalise_host(text))
            except NameFault as fault:
                raise Complaint(f"--block-page takes an address or a name: {fault}") from None
    return tuple(found)


def _network(wish: Wish) -> Network:
    if not wish.connect_to:
        return Network()
    # With it comes all that a check needs, 19 MB of it.
    from friendlywifi.checking.command import mapping  # noqa: PLC0415 - shares the form of the option

    return Network(connect_to=mapping(wish.connect_to))


def _reference_resolver(text: str | None) -> str | None:
    return resolvers_of([text], None)[0] if text else None


def _known(wish: Wish, keys: Sequence[str]) -> Callable[[Sequence[str]], Sequence[Known]] | None:
    if wish.reference is None:
        return None
    from friendlywifi.referencing.source import open_reference  # noqa: PLC0415 - only where there is one

    opened_ = open_reference(
        wish.reference, keys=(*wish.reference_keys, *keys), cache=state_directory() / "references"
    )
    if opened_.known is None:
        raise Complaint(opened_.remark or f"the reference {wish.reference} could not be had")
    return known_by(opened_.known.reference, at=datetime.now(UTC))


@contextmanager
def _sink(
    output: Path | None, order: Order, meta: dict[str, str], begun: dict[str, str]
) -> Iterator[Keeper | None]:
    if output is None:
        yield None
        return
    kinds: dict[str, type[Database | Lines]] = {".db": Database, ".sqlite": Database, ".jsonl": Lines}
    kind = kinds.get(output.suffix)
    if kind is None:
        raise Complaint(
            f"-o {output}: name a file that ends in .db (SQLite) or .jsonl (a record on each line)"
        )
    try:
        sink = kind(output, resolvers=order.resolvers, meta=meta, begun=begun)
    except OSError as error:
        raise Complaint(f"{output} cannot be written: {error.strerror}") from None
    try:
        yield sink
    except KeyboardInterrupt:
        # On a line of its own before the sentence that every command ends with after Ctrl-C.
        told = f"{output} keeps what was answered; the same command again goes on from there"
        terminal.err().print(terminal.shown(f"friendlywifi: {told}"))
        raise
    finally:
        sink.close()
