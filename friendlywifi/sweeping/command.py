"""`friendlywifi sweep`, from what was wished for to the exit code."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import friendlywifi
from criteria import rules
from criteria.records import Outcome
from friendlywifi import terminal
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.serials import state_directory
from friendlywifi.settings import load_settings
from friendlywifi.sweeping.database import Database
from friendlywifi.sweeping.judging import Known
from friendlywifi.sweeping.knowing import known_by
from friendlywifi.sweeping.lines import Lines
from friendlywifi.sweeping.run import Order, Result, resolvers_of, sweep
from friendlywifi.sweeping.show import show
from friendlywifi.sweeping.source import opened
from friendlywifi.sweeping.summary import Summary, summed
from friendlywifi.targeting import lists_for
from probes.network import Network
from probes.records import Ask, encode
from probes.sweep.block import Canary
from probes.sweep.driver import Manner, Sweep

TYPES = ("A", "AAAA")
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
    connect_to: tuple[str, ...] = ()


def run(wish: Wish, *, json: bool, quiet: bool) -> Exit:
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
    )
    summary = _swept(wish, order, authorised_by, quiet=quiet)
    if json:
        terminal.data(encode(summary))
    else:
        show(summary, terminal.out())
    return summary.exit


def _swept(wish: Wish, order: Order, authorised_by: str, *, quiet: bool) -> Summary:
    meta = {"list": wish.list, "types": ",".join(order.types), "wildcard": str(wish.wildcard)}
    with (
        opened(wish.list, format_=wish.list_format, wildcard=wish.wildcard, seed=wish.list) as source,
        _sink(wish.output, order, meta) as sink,
        _progress(quiet=quiet) as progress,
    ):
        result = sweep(order, source, sink, now=lambda: datetime.now(UTC), progress=progress)
        if sink is not None:
            sink.instances({met.resolver: met.instance for met in result.met if met.instance})
            sink.note(ended=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        return summed(
            list_=wish.list,
            authorised_by=authorised_by,
            order=order,
            source=source,
            result=result,
            undecided=_undecided(result),
            ended=datetime.now(UTC),
            software=f"friendlywifi {friendlywifi.__version__}",
            rules_version=rules.latest().version,
        )


def _undecided(result: Result) -> Counter[str]:
    outcomes = {rule.id: rule.outcome for rule in rules.latest().rules}
    return Counter(
        {
            rule: count
            for rule, count in result.tally.rules.items()
            if outcomes.get(rule) == Outcome.INCONCLUSIVE.value
        }
    )


def _types(text: str) -> tuple[str, ...]:
    types = tuple(dict.fromkeys(part.strip().upper() for part in text.split(",") if part.strip()))
    unknown = [item for item in types if item not in TYPES]
    if unknown or not types:
        raise Complaint(f"--types takes {' and '.join(TYPES)}, with a comma between them")
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


def _network(wish: Wish) -> Network:
    from friendlywifi.checking import mapping  # noqa: PLC0415 - shares the form of the option

    return Network(connect_to=mapping(wish.connect_to))


def _reference_resolver(text: str | None) -> str | None:
    return resolvers_of([text], None)[0] if text else None


def _known(wish: Wish, keys: Sequence[str]) -> Callable[[Sequence[str]], Sequence[Known]] | None:
    if wish.reference is None:
        return None
    from friendlywifi.reference_source import open_reference  # noqa: PLC0415 - only where there is one

    opened_ = open_reference(
        wish.reference, keys=(*wish.reference_keys, *keys), cache=state_directory() / "references"
    )
    if opened_.known is None:
        raise Complaint(opened_.remark or f"the reference {wish.reference} could not be had")
    return known_by(opened_.known.reference, at=datetime.now(UTC))


@contextmanager
def _sink(output: Path | None, order: Order, meta: dict[str, str]) -> Iterator[Database | Lines | None]:
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
        sink = kind(output, resolvers=order.resolvers, meta=meta)
    except OSError as error:
        raise Complaint(f"{output} cannot be written: {error.strerror}") from None
    try:
        yield sink
    finally:
        sink.close()


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[Result, Sweep], None]]:
    """Names, rate and leaks so far on a terminal; how many there are in all is known at the end only."""
    console = terminal.err()
    if quiet or not console.is_terminal:
        yield lambda *_: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - a terminal

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task("meeting the resolvers", total=None)

        def tell(result: Result, engine: Sweep) -> None:
            seconds = max((datetime.now(UTC) - result.began).total_seconds(), 0.1)
            opens = result.tally.outcomes[Outcome.REACHABLE]
            bar.update(
                task,
                description=(
                    f"{result.tally.names:,} names · {engine.asked / seconds:,.0f} a second · {opens:,} open"
                ),
            )

        yield tell
    sys.stderr.flush()
