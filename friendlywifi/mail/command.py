"""`friendlywifi reminders`: what is due to whom, what a person must look at, and sending it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from friendlywifi import files, terminal
from friendlywifi.actor import actor
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.language.spoken import counted, phrase, spoken
from friendlywifi.mail.configuring import desk_of, sending_of
from friendlywifi.mail.delivering import Delivered, compose
from friendlywifi.mail.letters import Letter
from friendlywifi.mail.overview import ATTENTION, DueReport, overview
from friendlywifi.mail.round import post_round, queue_all
from friendlywifi.mail.webhook import WEBHOOK
from friendlywifi.mail.words import words
from friendlywifi.records import outbox
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.outbox import Message, State
from friendlywifi.records.place import records_file
from friendlywifi.records.times import read
from friendlywifi.settings import Settings, load_settings
from probes.records import decode, encode


def due(*, at: str | None, json: bool, config: Path | None, now: datetime) -> Exit:
    """Show what is due at a time; nothing is sent and nothing changes."""
    moment = _moment(at) if at is not None else now
    settings = load_settings(file=config).settings
    with _opened(settings) as records:
        report = overview(records, settings, moment)
    if json:
        terminal.data(encode(report))
    else:
        _show(report)
    return Exit.NO if report.attention or report.faults else Exit.YES


def send(
    *, dry_run: bool, again: tuple[int, ...], output: Path | None, json: bool, config: Path | None
) -> Exit:
    """Send what is due, or show it."""
    settings = load_settings(file=config).settings
    if dry_run:
        return _dry(settings, output=output, now=_clock())
    if output is not None:
        raise Complaint("-o goes with --dry-run: it leaves the letters as files instead of sending them")
    sending_of(settings)
    with _opened(settings) as records:
        for identifier in again:
            if not outbox.again(records, identifier, actor=actor(), now=_clock()):
                raise Complaint(
                    f"message {identifier} neither failed nor is unknown; friendlywifi reminders due shows "
                    "those that are"
                )
        queued, delivered = asyncio.run(post_round(records, settings, clock=_clock))
        attention = outbox.every(records, *ATTENTION)
    if json:
        terminal.data(encode(delivered))
    for fault in queued.faults:
        terminal.err().print(terminal.shown(fault))
    _tell(delivered, len(attention))
    if delivered.trouble is not None:
        return Exit.UNKNOWN
    return Exit.NO if attention or queued.faults else Exit.YES


def _dry(settings: Settings, *, output: Path | None, now: datetime) -> Exit:
    """The very same steps, in a transaction that is taken back."""
    desk = desk_of(settings)
    if output is not None:
        files.prepare(output)
    console = terminal.out()
    with _opened(settings) as records, _taken_back(records):
        queued = queue_all(records, desk, now=now)
        for message in outbox.every(records, State.PENDING):
            if read(message.due) <= now:
                console.print(terminal.shown(_line(message, now)))
                if output is not None and message.recipient != WEBHOOK:
                    _leave(records, settings, message, output, now=now)
    for fault in queued.faults:
        terminal.err().print(terminal.shown(fault))
    console.print(terminal.shown(phrase("Nothing was sent and nothing was changed.")))
    return Exit.NO if queued.faults else Exit.YES


@contextmanager
def _taken_back(records: Records) -> Iterator[None]:
    records.connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        records.connection.execute("ROLLBACK")


def _line(message: Message, now: datetime) -> str:
    if message.recipient == WEBHOOK:
        return f"{WEBHOOK}: {message.kind} {message.subject} {message.step}"
    return f"{message.recipient}: {words(decode(message.record, Letter), now=now).subject}"


def _leave(records: Records, settings: Settings, message: Message, output: Path, *, now: datetime) -> None:
    sealed = compose(records, sending_of(settings), message, decode(message.record, Letter), now=now)
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{message.id}-{message.kind}-{message.subject}-{message.step}")
    files.write(output / f"{name[:100]}.eml", sealed.message)


def _show(report: DueReport) -> None:
    console, language = terminal.out(), spoken()
    if report.attention:
        _heading(console, phrase("A person must look"), "bold red")
        for message in report.attention:
            told = f"{message.id}  {message.kind}  {message.subject}  {message.step}  {message.reply or ''}"
            console.print(f"  {terminal.shown(_state(message.state))}  {terminal.shown(told)}")
        console.print(
            terminal.shown(phrase("To send one again: friendlywifi reminders send --again NUMBER")) + "\n"
        )
    for fault in report.faults:
        console.print(f"[red]{terminal.shown(fault)}[/red]")
    told = counted(
        "%(number)s reminder is due on %(time)s UTC.",
        "%(number)s reminders are due on %(time)s UTC.",
        len(report.due),
        time=language.minute(report.at),
    )
    console.print(f"[bold]{terminal.shown(told)}[/bold]")
    if report.due:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for title in (phrase("Certificate"), phrase("Place"), phrase("Days left"), phrase("Readers")):
            table.add_column(title)
        for item in report.due:
            table.add_row(
                terminal.shown(item.certificate),
                terminal.shown(item.hotspot),
                language.number(item.days_left),
                language.number(item.readers),
            )
        console.print(table, soft_wrap=False)
    if report.next:
        console.print()
        _heading(console, phrase("What comes next"), "dim")
        for upcoming in report.next:
            when = f"{language.minute(upcoming.moment)} UTC"
            console.print(
                f"  {terminal.shown(when)}  {terminal.shown(upcoming.certificate)}  "
                f"{terminal.shown(upcoming.hotspot)}"
            )
    if report.waiting:
        told = counted(
            "%(number)s letter waits to be sent.", "%(number)s letters wait to be sent.", len(report.waiting)
        )
        console.print(terminal.shown(told))


def _heading(console: Console, text: str, style: str) -> None:
    console.print(f"[{style}]{terminal.shown(text)}[/{style}]")


def _state(state: State) -> str:
    return {State.FAILED: phrase("refused"), State.UNKNOWN: phrase("taken or not, nobody knows")}[state]


def _tell(delivered: Delivered, attention: int) -> None:
    console = terminal.err()
    console.print(
        terminal.shown(
            counted("%(number)s letter was sent.", "%(number)s letters were sent.", delivered.count("taken"))
        )
    )
    if delivered.trouble is not None:
        told = phrase(
            "The mail server cannot be used: %(reply)s. What was not sent is kept and will be tried again.",
            reply=delivered.trouble,
        )
        console.print(f"[bold red]{terminal.shown(told)}[/bold red]")
    if attention:
        told = counted(
            "%(number)s letter needs a person: friendlywifi reminders due",
            "%(number)s letters need a person: friendlywifi reminders due",
            attention,
        )
        console.print(f"[bold red]{terminal.shown(told)}[/bold red]")


@contextmanager
def _opened(settings: Settings) -> Iterator[Records]:
    with open_records(records_file(settings), make=False) as records:
        yield records


def _clock() -> datetime:
    return datetime.now(UTC)


def _moment(text: str) -> datetime:
    """A day, meaning its noon, or a time; of UTC where no zone is given."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Complaint(f"--at {text}: give a day like 2027-08-24, or a time like 2027-08-24T09:00") from None
    if len(text) == len("2027-08-24"):
        moment = moment.replace(hour=12)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
