"""`friendlywifi suspend`, `reinstate`, `withdraw`: what a person does to a certificate."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The certificate's number.")]
By = Annotated[
    str | None, typer.Option(metavar="NAME", help="Who does it, as the records say. Default: your account.")
]
Words = Annotated[
    str | None, typer.Option(metavar="TEXT", help="One sentence: what happened. It stays in the records.")
]
Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
]
Bundles = Annotated[
    list[Path] | None,
    typer.Option("--evidence", metavar="BUNDLE", help="A further run to rest on. Repeatable."),
]


class SuspendWhy(StrEnum):
    GATE_FAILED = "gate_failed"
    ILLEGAL_CONTENT = "illegal_content"
    NO_EVIDENCE = "no_evidence"
    PLACE_CHANGED = "place_changed"
    COMPLAINT = "complaint"
    HOLDER_ASKED = "holder_asked"


class ReinstateWhy(StrEnum):
    CURED = "cured"
    MISTAKE = "mistake"


class WithdrawWhy(StrEnum):
    FALSE_EVIDENCE = "false_evidence"
    MARK_MISUSED = "mark_misused"
    HOLDER_ASKED = "holder_asked"
    HOTSPOT_CLOSED = "hotspot_closed"


def suspend(
    *,
    number: Number,
    why: Annotated[SuspendWhy, typer.Option(help="The reason; docs/life-cycle.md tells what each needs.")],
    words: Words = None,
    evidence: Bundles = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Take a certificate out of force for a time. It can be reinstated on fresh evidence.

    Exit code: 0 done, 1 refused, 2 usage.
    """
    _do(
        number,
        "suspend",
        "certifier",
        why=why,
        words=words,
        evidence=evidence,
        by=by,
        config=config,
    )


def reinstate(
    *,
    number: Number,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decides.")],
    why: Annotated[ReinstateWhy, typer.Option(help="The reason.")] = ReinstateWhy.CURED,
    words: Words = None,
    evidence: Bundles = None,
    config: Config = None,
) -> None:
    """Put a suspended certificate back in force: only on runs made since then that pass every gate.

    The runs in the records are looked at, too: the newest one that came to an answer must be good.

    Exit code: 0 done, 1 refused, 2 usage.
    """
    _do(
        number,
        "reinstate",
        "decider",
        why=why,
        words=words,
        evidence=evidence,
        by=by,
        config=config,
    )


def withdraw(
    *,
    number: Number,
    why: Annotated[WithdrawWhy, typer.Option(help="The reason. For a lost key: friendlywifi keys retire.")],
    words: Annotated[str, typer.Option(metavar="TEXT", help="One sentence: what happened.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: By = None,
    config: Config = None,
) -> None:
    """End a certificate for good. Nothing brings it back; a new one begins with a request.

    Exit code: 0 done, 1 refused, 2 usage.
    """
    _do(
        number,
        "withdraw",
        "certifier",
        why=why,
        words=words,
        evidence=None,
        by=by,
        config=config,
        yes=yes,
    )


def _do(
    number: str,
    kind: str,
    role: str,
    *,
    why: StrEnum,
    words: str | None,
    evidence: list[Path] | None,
    by: str | None,
    config: Path | None,
    yes: bool = False,
) -> None:
    from datetime import UTC, datetime

    from certificates.transitions import EventKind, Role, Why
    from friendlywifi.actor import actor
    from friendlywifi.certifying import changing
    from friendlywifi.certifying.office import Office

    act = changing.Act(
        kind=EventKind(kind),
        by=by or actor(),
        role=Role(role),
        why=Why(why.value),
        words=words,
        bundles=tuple(evidence or ()),
        yes=yes,
    )
    raise typer.Exit(changing.change(Office(config), number, act, now=datetime.now(UTC)))
