"""`friendlywifi hotspot`: add, import, list, enrol."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The hotspots that are looked after: who runs them, where they are, by what each is known again.",
    no_args_is_help=True,
)

Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
]


class ListFormat(Enum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@app.command("add")
def add(
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What everybody calls it, like “Library 7”.")],
    address: Annotated[str, typer.Option(metavar="TEXT", help="Street and number.")] = "",
    place: Annotated[str, typer.Option(metavar="TEXT", help="Town. Default: as the one before.")] = "",
    ssid: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Its Wi-Fi. Repeatable. Default: the one you are on."),
    ] = None,
    operator: Annotated[
        str, typer.Option(metavar="NAME", help="Who runs it. Default: as the one before.")
    ] = "",
    provider: Annotated[str, typer.Option(metavar="NAME", help="Its Internet provider.")] = "",
    contact: Annotated[str, typer.Option(metavar="NAME", help="Who is written to.")] = "",
    email: Annotated[str, typer.Option(metavar="ADDRESS", help="Where reminders go.")] = "",
    language: Annotated[str, typer.Option(metavar="sq|en", help="In which language. Default: sq.")] = "",
    provider_email: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where the provider is told of a fault of theirs.")
    ] = "",
    mode: Annotated[
        str,
        typer.Option(
            metavar="resident|rounds", help="A probe stays there, or somebody visits. Default: rounds."
        ),
    ] = "",
    standard: Annotated[str, typer.Option(metavar="ID|FILE", help="Default: baseline.")] = "",
    latitude: Annotated[str, typer.Option(metavar="DEGREES", help="For the map, like 41.3275.")] = "",
    longitude: Annotated[str, typer.Option(metavar="DEGREES", help="Like 19.8189.")] = "",
    office_hours: Annotated[
        str, typer.Option(metavar="HH:MM-HH:MM", help="When mails are sent and somebody can be called.")
    ] = "",
    time_zone: Annotated[str, typer.Option(metavar="NAME", help="Default: Europe/Tirane.")] = "",
    id_: Annotated[str, typer.Option("--id", metavar="ID", help="Default: made from the name.")] = "",
    config: Config = None,
) -> None:
    """Add one hotspot. What it can know by itself it does not ask.

        friendlywifi hotspot add "Library 1" --address "Rruga e Kavajës 7"

    At a terminal it asks for what is needed and was not said: for the first hotspot its town, its Wi-Fi
    (unless this computer is on it), and who runs it.

    The next one takes over the rest from the one before. Many at once: `friendlywifi hotspot import`.
    """
    from datetime import UTC, datetime

    from friendlywifi.records import hotspot_command as hotspots

    given = {
        "id": id_,
        "name": name,
        "place": place,
        "address": address,
        "ssids": "|".join(ssid or ()),
        "operator": operator,
        "provider": provider,
        "contact_name": contact,
        "contact_email": email,
        "contact_language": language,
        "provider_email": provider_email,
        "latitude": latitude,
        "longitude": longitude,
        "time_zone": time_zone,
        "mode": mode,
        "standard": standard,
        "office_hours": office_hours,
    }
    raise typer.Exit(hotspots.add(given, config=config, now=datetime.now(UTC)))


@app.command("import")
def import_(
    *,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE.csv", help="Saved as “CSV UTF-8”, with headings.")
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print an empty list with every heading, and stop.")
    ] = False,
    only_good: Annotated[
        bool, typer.Option("--only-good", help="Import the rows without a fault; else all or none.")
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Let rows change hotspots that are here already.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look for faults and import nothing.")] = False,
    config: Config = None,
) -> None:
    """Add many hotspots from a spreadsheet; every fault is named by row and column, all at once.

        friendlywifi hotspot import --template > hotspots.csv

    Fill it in with any spreadsheet, a row for each hotspot, save it as “CSV UTF-8”, and import it. Headings
    may be English or Albanian, the columns in any order. Importing the same file again changes nothing.

    Exit code: 0 all rows were right, 1 faults, 2 usage.
    """
    from datetime import UTC, datetime

    from friendlywifi.complaint import Complaint
    from friendlywifi.records import hotspot_command as hotspots

    if template:
        raise typer.Exit(hotspots.template())
    if file is None:
        raise Complaint("name the list: friendlywifi hotspot import FILE.csv; --template prints an empty one")
    code = hotspots.import_(
        file, config=config, only_good=only_good, update=update, dry_run=dry_run, now=datetime.now(UTC)
    )
    raise typer.Exit(code)


@app.command("list")
def list_(
    *,
    format_: Annotated[
        ListFormat, typer.Option("--format", help="table for people, csv for spreadsheets and import.")
    ] = ListFormat.TABLE,
    config: Config = None,
) -> None:
    """Every hotspot, and whether it is enrolled. How each one does: `friendlywifi status`."""
    from friendlywifi.records import hotspot_command as hotspots

    raise typer.Exit(hotspots.list_(format_.value, config=config))


@app.command("enrol")
def enrol(
    *,
    hotspot: Annotated[str, typer.Argument(metavar="ID", help="Its id or its name.")],
    bundle: Annotated[
        Path | None,
        typer.Argument(
            metavar="[BUNDLE]", help="Of a run made there. Default: the newest that this machine made of it."
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="It is enrolled already, and something changed there.")
    ] = False,
    why: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What changed, in words; goes with --again.")
    ] = None,
    config: Config = None,
) -> None:
    """Say by what a hotspot is known again: its gateway, its access points, its resolvers.

    They are taken from a run that somebody made there. From then on a run from another place is void for it
    (“You are not at Library 7”), and a change of its resolvers waits for somebody to confirm it:

        friendlywifi hotspot enrol library-7

        friendlywifi hotspot enrol library-7 --again --why "new router"

    A second Wi-Fi behind the same gateway is enrolled with a run of its own, without --again.
    """
    from datetime import UTC, datetime

    from friendlywifi.complaint import Complaint
    from friendlywifi.records import hotspot_command as hotspots

    if again != bool(why and why.strip()):
        raise Complaint('--again and --why go together: --again --why "new router"')
    raise typer.Exit(hotspots.enrol(hotspot, bundle, why=why, config=config, now=datetime.now(UTC)))
