"""`friendlywifi check`: one check from here."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def check(
    *,
    authorised_by: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Who allowed this check (the operator). Needed, or in the config."),
    ] = None,
    resolver: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDR[:PORT]", help="Test this resolver instead of those the network gave. Repeatable."
        ),
    ] = None,
    targets: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Ask this target list, beside the controls. Repeatable."),
    ] = None,
    standard: Annotated[
        str | None, typer.Option(metavar="ID|FILE", help="What must pass. Default: baseline.")
    ] = None,
    connect_to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDR:PORT:ADDR:PORT",
            help="Dial the second endpoint wherever DNS gave the first (labs). Repeatable.",
        ),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(metavar="FILE|URL", help="What an unfiltered line saw, dated and signed."),
    ] = None,
    reference_key: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Trust references signed by this public key, base64. Repeatable."),
    ] = None,
    vendor: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose filter the hotspot says it uses.")
    ] = None,
    hotspot: Annotated[str | None, typer.Option(metavar="NAME", help="The hotspot's name.")] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="text for people, json is friendlywifi/report/1.")
    ] = Format.TEXT,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Leave report.json, plan.json, observations.jsonl and bundle.zip here.",
        ),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Leave the evidence here, in one file for `friendlywifi replay`."),
    ] = None,
    seed: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Draw the same names as an earlier run.")
    ] = None,
    attestations: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What the operator declares, with the documents beside the file."),
    ] = None,
    filter_list: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="A list that the filter itself uses: compared, never asked. Repeatable."
        ),
    ] = None,
    second_of: Annotated[
        Path | None,
        typer.Option(
            metavar="BUNDLE", help="Draw the second sample that this run left open, and decide over both."
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
    ] = None,
    wait_for_login: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0,
            max=86400,
            help="Wait so long for somebody to log in at a login page. Default: 600 at a terminal, else 0.",
        ),
    ] = None,
    exempted_device: Annotated[
        bool,
        typer.Option(
            "--exempted-device",
            help="This device need not log in as visitors must: recorded as not the public's path.",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing on stderr but errors.")] = False,
) -> None:
    """Check the hotspot you are on: is harmful content blocked, does everything else open?

    Join the Wi-Fi, switch VPN and private DNS off, and run:

        friendlywifi check --authorised-by "Municipality of Example"

    It asks the resolvers that the network gave for names that must be blocked (adult names by DNS only,
    nothing harmful is fetched) and for names that must open, and says for each: blocked, reachable, dead,
    or could not tell, and how.

    Exit code: 0 certifiable, 1 not (or only provisionally), 3 could not be known, 2 usage, 130 Ctrl-C.
    """
    from friendlywifi.checking import command as checking

    code = checking.run(
        checking.Wish(
            authorised_by=authorised_by,
            resolvers=tuple(resolver or ()),
            targets=tuple(targets or ()),
            standard=standard,
            connect_to=tuple(connect_to or ()),
            reference=reference,
            reference_keys=tuple(reference_key or ()),
            vendor=vendor,
            hotspot=hotspot,
            seed=seed,
            attestations=attestations,
            filter_lists=tuple(filter_list or ()),
            second_of=second_of,
            config=config,
            wait_for_login=wait_for_login,
            exempted_device=exempted_device,
        ),
        json=format_ is Format.JSON,
        output=output,
        quiet=quiet,
        bundle=bundle,
    )
    raise typer.Exit(code)
