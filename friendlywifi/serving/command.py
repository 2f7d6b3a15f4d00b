"""From settings and flags to a service that runs: once, for years, or only to say what is due."""

from __future__ import annotations

import asyncio
import hashlib
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from friendlywifi import terminal
from friendlywifi.checking import serials
from friendlywifi.checking.command import Wish
from friendlywifi.checking.networkkey import network_key
from friendlywifi.checking.onsite import Measured, measure
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.language.spoken import counted, fine_print, later, phrase, spoken
from friendlywifi.mail.round import post_round
from friendlywifi.records import due, hotspots
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.hotspots import Hotspot, Mode
from friendlywifi.records.place import records_file
from friendlywifi.register import command as publishing
from friendlywifi.serving.loglines import Level, Log, LogFormat
from friendlywifi.serving.service import Hook, Service, tick
from friendlywifi.serving.ticker import serve
from friendlywifi.serving.watch import Plan, visits
from friendlywifi.settings import Settings, load_settings
from friendlywifi.surveillance.quiet import Hours, hours
from friendlywifi.surveillance.visits import Errand, Visit
from probes.records import Record, Time, encode


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The flags of `friendlywifi serve`, as given."""

    hotspots: tuple[str, ...] = ()
    every_seconds: int | None = None
    log_format: LogFormat = LogFormat.TEXT
    config: Path | None = None
    authorised_by: str | None = None


class NextCheck(Record):
    """When a probe that stays on site is due again."""

    hotspot: str
    name: str
    due: Time


class DueList(Record):
    """What is due where: `serve --due --format json`."""

    schema: str = "friendlywifi/due/1"
    at: Time
    visits: tuple[Visit, ...]
    """What lapses first comes first."""
    checks: tuple[NextCheck, ...]
    """Of probes that stay on site, the next one first."""


def run(asked: Asked) -> Exit:
    """Serve until told to stop."""
    service, every = service_of(asked)
    service.log.say("start", _opening(service), at=service.clock.now())
    which = asyncio.run(serve(service, every=every))
    service.log.say("stop", f"Stopped by {which.name}.", at=service.clock.now())
    return Exit.INTERRUPTED if which is signal.SIGINT else Exit.YES


def once(asked: Asked) -> Exit:
    """One tick, for a timer of the system. The machine's clock is believed: the timer waits for it."""
    service, _ = service_of(asked)
    ticked = asyncio.run(tick(replace(service, believe_clock=True)))
    return Exit.NO if ticked.faults else Exit.YES


def show_due(asked: Asked, *, json: bool) -> Exit:
    """What is due where, and by when; nothing is changed."""
    settings = load_settings(file=asked.config).settings
    now = datetime.now(UTC)
    with open_records(records_file(settings), make=False) as records:
        listed = due_list(records, plan_of(settings), now=now)
    if json:
        terminal.data(encode(listed))
    else:
        _show(listed)
    waiting = any(item.due <= now for item in listed.visits)
    return Exit.NO if waiting else Exit.YES


def due_list(records: Records, plan: Plan, *, now: datetime) -> DueList:
    """Visits, and the next checks of probes that stay."""
    checks = []
    for hotspot in hotspots.every(records):
        if hotspot.mode is not Mode.RESIDENT or hotspot.identity is None:
            continue
        slots = plan.slots(hotspot)
        handled = due.handled(records, slots, enrolled=hotspot.identity.since, now=now)
        waiting = slots.due(after=handled, now=now)
        at = slots.at(waiting[-1]) if waiting else slots.next_after(handled)
        checks.append(NextCheck(hotspot=hotspot.id, name=hotspot.name, due=at))
    return DueList(
        at=now,
        visits=visits(records, plan, now=now),
        checks=tuple(sorted(checks, key=lambda item: (item.due, item.hotspot))),
    )


def service_of(asked: Asked) -> tuple[Service, timedelta]:
    """The service and how often it ticks. Complains about whatever would only show at a tick."""
    settings = load_settings(file=asked.config).settings
    file = records_file(settings)
    own = asked.hotspots or settings.serve.hotspots
    log = Log(format=asked.log_format)
    with open_records(file, make=False) as records:
        own = tuple(_own(records, name) for name in own)
        plan = plan_of(settings)
        for hotspot in hotspots.every(records):
            # A standard that cannot be loaded is said now, not in the night.
            plan.rhythm(hotspot)
    if own and not (asked.authorised_by or settings.check.authorised_by):
        raise Complaint(
            "say who allowed the checks: --authorised-by NAME, or authorised_by under [check] in the "
            "configuration. It goes into every report"
        )
    if own and settings.network.resolvers:
        sentence = "[network] resolvers is set: the checks are not what visitors get, and certify nothing."
        log.say("overrides", sentence, at=datetime.now(UTC), level=Level.WARNING)
    wish = Wish(authorised_by=asked.authorised_by, hotspot=settings.check.hotspot, config=asked.config)
    service = Service(
        file=file,
        plan=plan,
        own=own,
        measure=partial(_measure, wish),
        hooks=(*hooks_of(settings), *publishing.hook(settings, asked.config)),
        heartbeat=settings.serve.heartbeat,
        sheets=sheets_folder(settings, file),
        issuer=settings.issuer.name,
        log=log,
    )
    every = asked.every_seconds or settings.serve.every_seconds
    return service, timedelta(seconds=every)


def hooks_of(settings: Settings) -> tuple[Hook, ...]:
    """What else each tick does, as the settings say."""
    return () if settings.mail.host is None else (Hook(name="mail", act=partial(_post, settings)),)


async def _post(settings: Settings, records: Records, clock: Callable[[], datetime]) -> str | None:
    """Owe and send. A mail server that takes nothing is a fault: whoever waits for the heart hears of it."""
    queued, delivered = await post_round(records, settings, clock=clock)
    if delivered.trouble is not None:
        raise Complaint(f"the mail server takes no letters: {delivered.trouble}")
    said = [f"{count} {outcome.replace('_', ' ')}" for outcome, count in delivered.outcomes]
    if not said and not queued.faults:
        return None
    return " ".join((f"Letters: {', '.join(said) or 'none sent'}.", *queued.faults))


def plan_of(settings: Settings) -> Plan:
    """How hotspots are watched here."""
    quiet: Hours | None = None
    if settings.serve.quiet_hours is not None:
        quiet = hours(settings.serve.quiet_hours, what="[serve] quiet_hours")
    # Known to this machine alone, so that whoever runs a filter cannot reckon when it is looked at.
    salt = hashlib.sha256(b"when checks are due\0" + network_key(serials.state_directory())).hexdigest()
    return Plan(quiet=quiet, salt=salt)


def sheets_folder(settings: Settings, file: Path) -> Path:
    """Where hand-over sheets are left."""
    named = settings.serve.sheets
    return Path(named).expanduser() if named is not None else file.with_name(f"{file.stem}-sheets")


async def _measure(wish: Wish, hotspot: Hotspot, numbered: Callable[[int], None]) -> Measured:
    return await measure(wish, hotspot, numbered=numbered)


def _own(records: Records, name: str) -> str:
    found = hotspots.named(records, name)
    if found is None:
        raise Complaint(f"there is no hotspot {name}; friendlywifi hotspot list shows all")
    if found.mode is not Mode.RESIDENT:
        raise Complaint(
            f"{found.name} is visited on rounds; serve makes checks only where a probe stays. "
            "friendlywifi serve --due lists what is due where"
        )
    if not found.enrolled:
        raise Complaint(
            f"{found.name} is not enrolled; make a check there, and then "
            f"friendlywifi hotspot enrol {found.id} BUNDLE"
        )
    return found.id


def _opening(service: Service) -> str:
    where = f"checks {', '.join(service.own)} and " if service.own else ""
    beats = "" if service.heartbeat is None else ", with a heartbeat"
    return f"Serving: {where}watches all hotspots in {service.file}{beats}."


# ------------------------------------------------------------------------------------------------ table

_WORDS = {
    Errand.ENROL: later("make a first check and enrol it"),
    Errand.CONFIRM: later("check again: a gate failed"),
    Errand.CHECK: later("check"),
    Errand.AGAIN: later("check again: the last visit saw no open network"),
}


def _show(listed: DueList) -> None:
    """One block a place: whoever does the rounds reads it on the way, on a narrow screen."""
    from rich.table import Table  # noqa: PLC0415 - `--help` does not pay for it

    console = terminal.out()
    if not listed.visits and not listed.checks:
        console.print(terminal.shown(phrase("Nothing is due anywhere.")))
    for item in listed.visits:
        console.print(f"[bold]{terminal.shown(_when(item, listed.at))}[/bold]  {terminal.shown(item.name)}")
        grid = Table.grid(padding=(0, 1))
        where = f"{item.address}, {item.place}" + (f" ({item.office_hours})" if item.office_hours else "")
        grid.add_row("", phrase("where"), terminal.shown(where))
        grid.add_row("", "Wi-Fi", terminal.shown(item.path or phrase("any")))
        grid.add_row("", phrase("what to do"), terminal.shown(phrase(_WORDS[item.errand])))
        if item.errand is Errand.ENROL:
            check = f'friendlywifi check --hotspot "{item.name}" --authorised-by "WHO ALLOWS IT"'
            grid.add_row("", "", terminal.shown(check))
            grid.add_row("", "", terminal.shown(f"friendlywifi hotspot enrol {item.hotspot}"))
        if item.lapses is not None:
            grid.add_row("", phrase("else suspended"), f"[red]{spoken().day(item.lapses)}[/red]")
        console.print(grid)
    for check_due in listed.checks:
        when = f"{spoken().minute(check_due.due)} UTC"
        told = phrase("by the probe that stays there")
        console.print(f"{terminal.shown(when)}  {terminal.shown(check_due.name)}  [dim]{told}[/dim]")
    for line in fine_print():
        console.print(f"[dim]{terminal.shown(line)}[/dim]")


def _when(item: Visit, now: datetime) -> str:
    if item.overdue_days:
        return counted("%(number)s day late", "%(number)s days late", item.overdue_days)
    if item.due > now:
        # The day on the place's own calendar.
        return spoken().day(datetime.fromisoformat(item.day).replace(tzinfo=UTC))
    return phrase("now")
