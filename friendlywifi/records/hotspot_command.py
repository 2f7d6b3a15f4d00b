"""`friendlywifi hotspot`: add one, import twelve, list them, and enrol each by a run that was made there."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from friendlywifi import files, terminal
from friendlywifi.actor import actor
from friendlywifi.checking.here import Here
from friendlywifi.checking.serials import state_directory
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.command import bundle_bytes
from friendlywifi.evidence.keeping import kept_bundles
from friendlywifi.exitcodes import Exit
from friendlywifi.language.retelling import faulted, retold, word
from friendlywifi.language.spoken import ALBANIAN, counted, phrase, sort_key, spoken
from friendlywifi.records import hotspots
from friendlywifi.records.database import Records, open_records
from friendlywifi.records.enrolling import Enrolled, enrol_from
from friendlywifi.records.hotspot_columns import COLUMNS
from friendlywifi.records.hotspot_form import Problem, read_form, written_form
from friendlywifi.records.hotspot_import import CellFault, Sheet, read_sheet
from friendlywifi.records.hotspots import Hotspot
from friendlywifi.records.place import records_file
from friendlywifi.records.spreadsheet import quoted, rows_of
from friendlywifi.settings import load_settings
from friendlywifi.shipped import ids
from probes.records import Record, encode

WIDE = 110
"""Columns that the whole table of hotspots needs."""

BOM = b"\xef\xbb\xbf"

LIKE_THE_LAST = ("place", "operator", "provider", "contact_name", "contact_email", "contact_language")
"""What the next hotspot of a municipality has in common with the one before."""


class HotspotList(Record):
    """What `hotspot list --format json` prints."""

    schema: str = "friendlywifi/hotspots/1"
    hotspots: tuple[Hotspot, ...]


def add(given: Mapping[str, str], *, config: Path | None, now: datetime) -> Exit:
    """Add one. Asks at a terminal for what is needed and cannot be told otherwise."""
    with _opened(config) as records:
        fields = {name: text for name, text in given.items() if text}
        told = _filled(fields, tuple(hotspots.every(records)))
        _ask(fields)
        found = read_form(fields, standards=_standards(fields))
        if not isinstance(found, Hotspot):
            raise Complaint(_sentence(found))
        hotspots.add(records, found, now=now, actor=actor())
    _say(f"Added {found.name} as {found.id}.")
    for line in told:
        _say(f"  {line}")
    _say("Next: join its Wi-Fi there and make the first check, then enrol it by that check:")
    _say(f'  friendlywifi check --hotspot "{found.name}" --authorised-by "{found.operator}"')
    _say(f"  friendlywifi hotspot enrol {found.id}")
    return Exit.YES


def _filled(fields: dict[str, str], present: tuple[Hotspot, ...]) -> tuple[str, ...]:
    """Defaults from the hotspot before and from the Wi-Fi that this computer is on; said in lines."""
    told = []
    if present and "operator" not in fields:
        last = present[-1]
        texts = written_form(last)
        for name in LIKE_THE_LAST:
            if texts[name] and name not in fields:
                fields[name] = texts[name]
                told.append(
                    phrase(
                        "%(field)s: %(text)s (as for %(name)s)",
                        field=_heading(name.replace("_", " ")),
                        text=texts[name],
                        name=last.name,
                    )
                )
    if "ssids" not in fields:
        ssid = Here().identify().ssid
        if ssid:
            fields["ssids"] = ssid
            told.append(phrase("Wi-Fi: %(ssid)s (the one that this computer is on)", ssid=ssid))
    return tuple(told)


def _ask(fields: dict[str, str]) -> None:
    missing = [column for column in COLUMNS if column.needed and not fields.get(column.field)]
    if not missing or not sys.stdin.isatty():
        return
    console = terminal.err()
    for column in missing:
        words, means = _QUESTIONS.get(column.field, (column.field.capitalize(), column.means))
        fields[column.field] = console.input(f"{words} [dim]({means})[/dim]: ").strip()


_QUESTIONS = {
    "ssids": ("Wi-Fi", "its name as phones show it; several divided by |"),
    "operator": ("Operator", "who runs it and will hold the certificate"),
}


def _sentence(problems: tuple[Problem, ...]) -> str:
    options = {"name": "NAME", "ssids": "--ssid", "contact_email": "--email", "contact_name": "--contact"}
    named = [
        f"{options.get(item.field, '--' + item.field.replace('_', '-'))}"
        f"{f' “{item.text}”' if item.text else ''} {faulted(item.why)}"
        for item in problems
    ]
    return "; ".join(named)


def import_(
    path: Path, *, config: Path | None, only_good: bool, update: bool, dry_run: bool, now: datetime
) -> Exit:
    """Import a list: all of it, or with `only_good` the rows without a fault."""
    rows = rows_of(files.read_bytes(path, what="the list"), name=str(path))
    with _opened(config) as records, records.writing():
        sheet = read_sheet(
            rows,
            name=str(path),
            present=tuple(hotspots.every(records)),
            standards=(*ids(), *(str(item) for item in Path().glob("*.toml"))),
            update=update,
        )
        taken = not dry_run and (only_good or not sheet.faults)
        if taken:
            for hotspot in sheet.new:
                hotspots.add(records, hotspot, now=now, actor=actor())
            for hotspot in sheet.changed:
                hotspots.change(records, hotspot, now=now, actor=actor())
    if sheet.faults:
        terminal.out().print(_faults(sheet.faults))
    _say_sheet(sheet, path, taken=taken, dry_run=dry_run)
    return Exit.NO if sheet.faults else Exit.YES


def _say_sheet(sheet: Sheet, path: Path, *, taken: bool, dry_run: bool) -> None:
    good = len(sheet.new) + len(sheet.changed)
    added, changed = len(sheet.new), len(sheet.changed)
    parts = [phrase("%(count)s added", count=added) if taken else phrase("%(count)s new", count=added)]
    if changed:
        parts.append(
            phrase("%(count)s changed", count=changed)
            if taken
            else phrase("%(count)s to change", count=changed)
        )
    if sheet.known:
        parts.append(phrase("%(count)s here already", count=len(sheet.known)))
    if sheet.wrong_rows:
        faults = counted("%(number)s fault", "%(number)s faults", len(sheet.faults))
        parts.append(
            counted(
                "%(faults)s in %(number)s row",
                "%(faults)s in %(number)s rows",
                sheet.wrong_rows,
                faults=faults,
            )
        )
    _say(f"{path}: {', '.join(parts)}.")
    if dry_run:
        _say("Nothing was imported: --dry-run only looks.")
    elif not taken:
        _say("Nothing was imported. Mend the cells above and import again.")
        if good:
            _say(
                counted(
                    "Or import the %(number)s good row now: --only-good",
                    "Or import the %(number)s good rows now: --only-good",
                    good,
                )
            )
    elif sheet.wrong_rows:
        _say("The rows above were left out. Mend them and import the same file again.")
    elif sheet.new:
        _say("Next: at each place, one check and friendlywifi hotspot enrol ID; then friendlywifi status.")


def _faults(faults: tuple[CellFault, ...]) -> Table:
    table = Table(show_edge=False)
    table.add_column(phrase("row"), justify="right")
    for heading in (phrase("column"), phrase("written"), phrase("fault")):
        table.add_column(heading, overflow="fold")
    for fault in faults:
        column = " ".join(part for part in (fault.column, _heading(fault.heading)) if part)
        why = faulted(fault.why)
        table.add_row(str(fault.row), *(terminal.shown(text) for text in (column, fault.text, why)))
    return table


def _heading(told: str) -> str:
    """A heading as the template has it, in the spoken language."""
    albanian = {column.field.replace("_", " "): column.albanian for column in COLUMNS}
    return albanian.get(told, told) if spoken().code == ALBANIAN else told


def template() -> Exit:
    """The headings alone, as a spreadsheet in Albania opens them."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerow(column.heading for column in COLUMNS)
    terminal.raw(BOM + out.getvalue().encode())
    if sys.stdout.isatty():
        keep = phrase("Keep it with: friendlywifi hotspot import --template > hotspots.csv")
        terminal.err().print(terminal.shown(keep))
    return Exit.YES


def list_(form: str, *, config: Path | None) -> Exit:
    """Every hotspot, as a table, as JSON, or as the CSV that import reads."""
    with _opened(config) as records:
        found = tuple(hotspots.every(records))
    if form == "json":
        terminal.data(encode(HotspotList(hotspots=found)))
    elif form == "csv":
        terminal.raw(as_csv(found))
    elif not found:
        _say("No hotspot yet. One: friendlywifi hotspot add. Many: friendlywifi hotspot import FILE.csv")
    else:
        console = terminal.out()
        console.print(_table(found, width=console.width))
    return Exit.YES


def as_csv(found: tuple[Hotspot, ...]) -> bytes:
    """A list that a spreadsheet opens and that import reads again; no cell can be a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(column.heading for column in COLUMNS)
    for hotspot in found:
        texts = written_form(hotspot)
        writer.writerow(quoted(texts[column.field]) for column in COLUMNS)
    return BOM + out.getvalue().encode()


def _table(found: tuple[Hotspot, ...], *, width: int) -> Table:
    """`width`: columns of the terminal; on a narrow one what can wait is left out."""
    whole = width >= WIDE
    table = Table(show_edge=False)
    table.add_column("id", no_wrap=True)
    for heading in (phrase("name"), phrase("place")):
        table.add_column(heading, overflow="fold")
    if whole:
        table.add_column("Wi-Fi", overflow="fold")
        table.add_column(phrase("watched"), overflow="fold")
        table.add_column(phrase("written to"), overflow="fold")
    table.add_column(phrase("enrolled"), no_wrap=True)
    yes, not_yet = phrase("✓ yes"), phrase("– not yet")
    for item in sorted(found, key=lambda item: sort_key(item.name)):
        enrolled = Text(yes, style="green") if item.enrolled else Text(not_yet, style="yellow")
        cells = [terminal.shown(text) for text in (item.id, item.name, f"{item.address}, {item.place}")]
        if whole:
            cells.append("\n".join(terminal.shown(ssid) for ssid in item.ssids))
            cells.append(word(item.mode.value))
            cells.append(terminal.shown(item.contacts[0].email if item.contacts else phrase("nobody")))
        table.add_row(*cells, enrolled)
    return table


def enrol(identifier: str, path: Path | None, *, why: str | None, config: Path | None, now: datetime) -> Exit:
    """Enrol by the run of a bundle; again, where something changed there and somebody says what.

    Without a bundle it is the newest run that this machine made of it.
    """
    with _opened(config) as records:
        named = hotspots.named(records, identifier)
        if named is None:
            raise Complaint(f"there is no hotspot {identifier}; friendlywifi hotspot list shows all")
        data = bundle_bytes(_newest(named) if path is None else path)
        done = enrol_from(records, named.id, data, now=now, actor=actor(), why=why)
    _say_enrolled(done)
    return Exit.YES


def made_here(hotspot: Hotspot) -> tuple[Path, ...]:
    """The bundles of every run that this machine made of a hotspot, by its name or its id."""
    state = state_directory()
    return (*kept_bundles(state, hotspot.name), *kept_bundles(state, hotspot.id))


def _newest(hotspot: Hotspot) -> Path:
    found = made_here(hotspot)
    if not found:
        raise Complaint(
            f"this machine has made no check of {hotspot.name}; make one there with "
            f'friendlywifi check --hotspot "{hotspot.name}", or name the bundle of a run'
        )
    newest = max(found, key=lambda path: path.stat().st_mtime)
    _say(f"By {newest}, the newest run that this machine made there.")
    return newest


def _say_enrolled(done: Enrolled) -> None:
    name, identity = done.hotspot.name, done.hotspot.identity
    networks = () if identity is None else identity.networks
    _say(f"{name} is known from now on by:")
    for network in networks:
        parts = [
            phrase("the Wi-Fi “%(ssid)s”", ssid=network.ssid)
            if network.ssid is not None
            else phrase("its network by cable"),
            phrase("its gateway")
            if network.gateway_mac is not None
            else phrase("NOT its gateway (it could not be seen)"),
        ]
        if network.bssids:
            parts.append(counted("%(number)s access point", "%(number)s access points", len(network.bssids)))
        resolvers = ", ".join(network.resolvers or ())
        parts.append(
            phrase("the resolvers %(names)s", names=resolvers) if resolvers else phrase("no resolvers")
        )
        _say(f"  {', '.join(parts)}")
    measured = {network.ssid for network in networks}
    left = [ssid for ssid in done.hotspot.ssids if ssid not in measured]
    if left:
        told = ", ".join(f"“{ssid}”" for ssid in left)
        _say(f"Not yet measured: {told}. A certificate lists only the networks with runs of their own.")
    if done.rejudged:
        counts = "run now counts" if done.rejudged == 1 else "runs now count"
        _say(f"{done.rejudged} earlier {counts}.")
    for remark in done.taken.remarks:
        _say(remark)


def _opened(config: Path | None) -> AbstractContextManager[Records]:
    return open_records(records_file(load_settings(file=config).settings))


def _standards(fields: Mapping[str, str]) -> tuple[str, ...]:
    """The ids that come with the program, and a file where the text is one."""
    given = fields.get("standard", "")
    return (*ids(), given) if given and Path(given).is_file() else ids()


def _say(text: str) -> None:
    terminal.out().print(terminal.shown(retold(text)), soft_wrap=True)
