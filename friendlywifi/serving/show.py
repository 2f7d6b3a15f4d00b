"""The traffic lights on the terminal: many hotspots by what is to do, or one with all that is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from certificates.records import Status
from friendlywifi import terminal
from friendlywifi.language.retelling import retold
from friendlywifi.language.retelling import word as said
from friendlywifi.language.spoken import ENGLISH, counted, fine_print, later, phrase, spoken
from friendlywifi.records import hotspots, runs
from friendlywifi.records.command import outcome_of
from friendlywifi.records.database import Records
from friendlywifi.records.light.saying import Light
from friendlywifi.records.light.standing import Standing
from friendlywifi.records.runs import RunRow
from friendlywifi.terminal import shown, visible

SIGNS = {
    Light.NOW: ("✗", "ACT NOW", "red"),
    Light.SOON: ("▲", "ACT SOON", "yellow"),
    Light.UNKNOWN: ("?", "UNKNOWN", "cyan"),
    Light.WELL: ("✓", "WELL", "green"),
}
"""A sign, a word and a colour, so that no one of them is needed."""

LAST_RUNS = 8
MANY = 4
"""Places of which the same is to be said are told in one block from so many on."""


def show_all(found: tuple[Standing, ...], zones: dict[str, ZoneInfo], light: Light) -> None:
    """Every hotspot: the sum first, then what somebody must act on, then what is well."""
    console = terminal.out()
    if not found:
        none = "No hotspot yet. One: friendlywifi hotspot add. Many: friendlywifi hotspot import FILE.csv"
        console.print(retold(none))
        return
    console.print(_headline(found, light))
    # Whoever has to act needs sentences and commands that can be copied; what is well needs one line.
    for alike in _alike(found):
        console.print()
        if len(alike) < MANY:
            for item in alike:
                console.print(_block(item, zones[item.hotspot]), soft_wrap=True)
        else:
            console.print(_one_block(alike, zones), soft_wrap=True)
    well = tuple(item for item in found if item.light is Light.WELL)
    if well:
        console.print()
        console.print(_table(well, zones))
    _fine_print()


def _alike(found: tuple[Standing, ...]) -> Iterator[tuple[Standing, ...]]:
    """What somebody must act on; of many places for which the same is to be done one block."""
    kinds: dict[tuple[object, ...], list[Standing]] = {}
    for item in found:
        if item.light is not Light.WELL:
            kinds.setdefault((item.light, item.says, item.action, item.last_check is None), []).append(item)
    told: set[str] = set()
    for item in found:
        if item.light is Light.WELL or item.hotspot in told:
            continue
        alike = kinds[item.light, item.says, item.action, item.last_check is None]
        together = tuple(alike) if len(alike) >= MANY else (item,)
        told.update(each.hotspot for each in together)
        yield together


def _one_block(alike: tuple[Standing, ...], zones: dict[str, ZoneInfo]) -> Text:
    first = alike[0]
    title = counted("%(number)s hotspot", "%(number)s hotspots", len(alike))
    text = Text.assemble(_mark(first.light), "  ", (title, "bold"), f"\n  {visible(retold(first.says))}")
    if first.action is not None:
        text.append(f"\n  → {visible(retold(first.action))}")
    for item in alike:
        text.append(f"\n  {visible(item.name)}", style="bold")
        text.append(f"  {visible(_dates(item, zones[item.hotspot]))}", style="dim")
        for command in _commands(item):
            text.append(f"\n    {visible(command)}", style="dim")
    return text


def _commands(item: Standing) -> tuple[str, ...]:
    """What to type; before a place can be enrolled somebody makes a check there."""
    if item.command is None:
        return ()
    if item.command.startswith("friendlywifi hotspot enrol") and item.last_check is None:
        check = f'friendlywifi check --hotspot "{item.name}" --authorised-by "WHO ALLOWS IT"'
        return (check, item.command)
    return (item.command,)


def _block(item: Standing, zone: ZoneInfo) -> Text:
    return Text.assemble(
        _mark(item.light),
        "  ",
        (visible(item.name), "bold"),
        (f"  {visible(_dates(item, zone))}", "dim"),
        "\n",
        _says(item, indent="  "),
    )


def _table(found: tuple[Standing, ...], zones: dict[str, ZoneInfo]) -> Table:
    table = Table(show_edge=False, show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", style="bold")
    table.add_column(overflow="fold")
    for item in found:
        dates = Text(f"\n{visible(_dates(item, zones[item.hotspot]))}", style="dim")
        table.add_row(_mark(item.light), visible(item.name), Text.assemble(visible(retold(item.says)), dates))
    return table


def _headline(found: tuple[Standing, ...], light: Light) -> Text:
    sign, word, colour = SIGNS[light]
    counts = [(each, sum(item.light is each for item in found)) for each in Light]
    if len(found) == 1:
        words = retold("It is well.") if light is Light.WELL else visible(found[0].name)
    elif light is Light.WELL:
        words = phrase("All %(number)s hotspots are well.", number=len(found))
    else:
        told = {
            Light.NOW: later("%(number)s to act on now"),
            Light.SOON: later("%(number)s to act on soon"),
            Light.UNKNOWN: later("%(number)s unknown"),
            Light.WELL: later("%(number)s well"),
        }
        parts = [phrase(told[each], number=count) for each, count in counts if count]
        words = phrase("Of %(number)s hotspots: %(parts)s.", number=len(found), parts=", ".join(parts))
    return Text.assemble((f" {sign} {said(word)} ", f"bold reverse {colour}"), "  ", words)


def _mark(light: Light) -> Text:
    sign, word, colour = SIGNS[light]
    return Text(f"{sign} {said(word.lower())}", style=f"bold {colour}", no_wrap=True)


def _dates(item: Standing, zone: ZoneInfo) -> str:
    parts = [retold("not checked yet")]
    if item.last_check is not None:
        parts = [
            phrase(
                "checked %(time)s: %(result)s",
                time=_moment(item.last_check, zone),
                result=_result(item.last_run or ""),
            )
        ]
    if item.next_what is not None:
        what = retold(item.next_what)
        day = (
            None
            if item.next_date is None
            else _short_day(item.next_date, _whose_day(item, item.next_date, zone))
        )
        parts.append(
            phrase("next: %(what)s", what=what)
            if day is None
            else phrase("next %(day)s: %(what)s", day=day, what=what)
        )
    return " · ".join(parts)


def _result(text: str) -> str:
    """`certifiable`, or `void: captive`."""
    first, colon, rest = text.partition(": ")
    return f"{said(first.replace(' ', '_'))}{colon}{said(rest.replace(' ', '_'))}"


def _says(item: Standing, *, indent: str = "", here: bool = False) -> Text:
    """What it is, what to do, and the command for it. `here`: on the page that some commands lead to."""
    text = Text(f"{indent}{visible(retold(item.says))}")
    if item.action is not None:
        text.append(f"\n{indent}→ {visible(retold(item.action))}")
    for command in _commands(item):
        if not (here and command.startswith("friendlywifi status")):
            text.append(f"\n{indent}  {visible(command)}", style="dim")
    return text


def show_one(records: Records, item: Standing, *, since: datetime) -> None:
    """One hotspot with what is known of it and its last runs. `since`: from when a run is evidence."""
    hotspot = hotspots.get(records, item.hotspot)
    zone = ZoneInfo(hotspot.time_zone)
    sign, word, colour = SIGNS[item.light]
    style = f"bold reverse {colour}"
    measured = runs.measured_ssids(records, hotspot.id, since)
    none = phrase("(no run that counts)")
    ssids = ", ".join(f"“{name}” {'✓' if name in measured else none}" for name in hotspot.ssids)
    rows = [
        (phrase("where"), f"{hotspot.address}, {hotspot.place}"),
        ("Wi-Fi", ssids),
        (phrase("operator"), hotspot.operator),
        (phrase("provider"), hotspot.provider or phrase("not said")),
        (phrase("written to"), ", ".join(item.email for item in hotspot.contacts) or phrase("nobody")),
        (
            phrase("watched"),
            phrase(
                "%(mode)s, standard %(standard)s", mode=said(hotspot.mode.value), standard=hotspot.standard
            ),
        ),
        (phrase("certificate"), _certificate_words(item)),
        (phrase("next"), _next_words(item, zone)),
    ]
    facts = Table(show_edge=False, show_header=False, box=None, padding=(0, 2, 0, 0))
    facts.add_column(style="dim")
    facts.add_column(overflow="fold")
    for name, value in rows:
        facts.add_row(name, Text(visible(value)))
    parts: list[RenderableType] = [
        Text.assemble((f" {sign} {said(word)} ", style), "  ", (visible(hotspot.name), "bold")),
        Padding(_says(item, here=True), (1, 0, 1, 0)),
        facts,
    ]
    made = runs.of(records, hotspot.id)[-LAST_RUNS:]
    if made:
        parts.append(Padding(_runs(tuple(reversed(made)), zone), (1, 0, 0, 0)))
    terminal.out().print(Group(*parts))
    _fine_print()


def _fine_print() -> None:
    for line in fine_print():
        terminal.out().print(f"[dim]{shown(line)}[/dim]")


def _runs(made: tuple[RunRow, ...], zone: ZoneInfo) -> Table:
    table = Table(show_edge=False)
    for heading in (phrase("run"), phrase("made"), "Wi-Fi", phrase("result"), phrase("why")):
        table.add_column(heading, overflow="fold")
    for row in made:
        why = row.differs or row.failing() or row.overridden() or row.unknown or row.undecided()
        table.add_row(
            str(row.serial),
            _moment(row.started, zone),
            shown(row.ssid or phrase("by cable, or unknown")),
            _told_result(outcome_of(row)),
            shown("; ".join(why)),
        )
    return table


def _told_result(text: Text) -> Text:
    sign, _, words = text.plain.partition(" ")
    return Text(f"{sign} {', '.join(map(_result, words.split(', ')))}", style=text.style)


def _certificate_words(item: Standing) -> str:
    if item.certificate is None or item.certificate_status is None or item.certificate_until is None:
        return phrase("none yet")
    in_force = item.certificate_status in (Status.VALID, Status.PROVISIONAL)
    message = (
        later("%(certificate)s, %(status)s, until %(day)s")
        if in_force
        else later("%(certificate)s, %(status)s, its last day %(day)s")
    )
    return phrase(
        message,
        certificate=item.certificate,
        status=said(item.certificate_status.value),
        day=spoken().day(item.certificate_until),
    )


def _next_words(item: Standing, zone: ZoneInfo) -> str:
    if item.next_what is None:
        return "–"
    if item.next_date is None:
        return retold(item.next_what)
    day = spoken().day(item.next_date, _whose_day(item, item.next_date, zone))
    return f"{day}: {retold(item.next_what)}"


def _whose_day(item: Standing, time: datetime, zone: ZoneInfo) -> tzinfo:
    """A certificate's last day is one of UTC, as on its face; all else goes by the clock of the place."""
    return UTC if time == item.certificate_until else zone


def _short_day(time: datetime, zone: tzinfo) -> str:
    local = time.astimezone(zone)
    return f"{local:%-d %b %Y}" if spoken().code == ENGLISH else spoken().day(time, zone)


def _moment(time: datetime, zone: ZoneInfo) -> str:
    return f"{_short_day(time, zone)}, {time.astimezone(zone):%H:%M}"
