"""`friendlywifi report`: runs that were made, in the form that somebody needs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from friendlywifi import files, terminal
from friendlywifi.checking import serials
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.command import redaction_key
from friendlywifi.exitcodes import Exit
from friendlywifi.formats import junit, lines, metrics, ooni, oscal, page, paper, table
from friendlywifi.formats.hidden import hidden
from friendlywifi.language.spoken import phrase
from friendlywifi.reporting.account import Account
from friendlywifi.reporting.collecting import collect, moment
from friendlywifi.reporting.forms import Form

KEY = "names.key"
"""In the place for state."""

RENDERERS: dict[Form, Callable[[Account], bytes]] = {
    Form.HTML: page.render,
    Form.PDF: paper.render,
    Form.JUNIT: junit.render,
    Form.CSV: table.render,
    Form.JSONL: lines.render,
    Form.OPENMETRICS: metrics.render,
    Form.OSCAL: oscal.render,
}

NAMING = (Form.CSV, Form.JSONL, Form.JUNIT, Form.OONI)
"""The forms that name targets: those that must be blocked as keyed hashes, unless they are revealed."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The flags of `friendlywifi report`."""

    named: tuple[str, ...]
    form: Form = Form.HTML
    output: Path | None = None
    since: str | None = None
    until: str | None = None
    reveal: bool = False
    key: Path | None = None
    config: Path | None = None


def run(wish: Wish) -> Exit:
    """Write the report of all of these runs, in the order of time."""
    if (wish.reveal or wish.key is not None) and wish.form not in NAMING:
        raise Complaint(
            "--reveal and --key belong to --format csv, jsonl, junit and ooni: the other forms name no target"
        )
    if wish.form is Form.PDF and wish.output is None and sys.stdout.isatty():
        raise Complaint("a PDF is no text for a terminal; say with -o FILE where it is to be left")
    account = collect(
        wish.named,
        since=moment(wish.since, option="--from"),
        until=moment(wish.until, option="--to", end=True),
        config=wish.config,
    )
    for refused in account.refused:
        told = phrase("Refused: %(file)s: %(why)s", file=refused.file, why=refused.why)
        terminal.err().print(terminal.shown(told))
    key = _key(wish) if wish.form in NAMING else None
    if key is not None:
        account = hidden(account, key=key)
    made = ooni.render(account, key=key) if wish.form is Form.OONI else RENDERERS[wish.form](account)
    if wish.output is not None:
        files.write(wish.output, made)
        terminal.err().print(terminal.shown(phrase("Left in %(place)s", place=wish.output)))
    else:
        terminal.raw(made)
    return Exit.YES


def _key(wish: Wish) -> bytes | None:
    """That of the names: one key for all reports of this machine, so that a name has one hash."""
    if wish.reveal:
        return None
    if wish.key is None:
        files.prepare(serials.state_directory())
    return redaction_key(wish.key or serials.state_directory() / KEY, make=True, publishing=False)
