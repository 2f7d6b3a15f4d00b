"""`friendlywifi sweep`: a long list through many resolvers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    JUNIT = "junit"
    OPENMETRICS = "openmetrics"


def sweep(
    list_: Annotated[
        str,
        typer.Argument(
            metavar="LIST",
            help="A file of names, also packed (gz, zst), a target list (.toml), a zone "
            "(axfr://SERVER/ZONE), or - for standard input.",
        ),
    ],
    *,
    resolver: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDR[:PORT]", help="Ask this resolver. Repeatable; every name is asked at each."
        ),
    ] = None,
    resolvers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file of resolvers, one on each line.")
    ] = None,
    authorised_by: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Who runs the resolvers and allowed this. Needed, or in the config."
        ),
    ] = None,
    types: Annotated[
        str, typer.Option(metavar="TYPES", help="Of A, AAAA and HTTPS, with commas.")
    ] = "A,AAAA",
    list_format: Annotated[
        str | None,
        typer.Option(
            "--list-format",
            metavar="FORMAT",
            help="domains, hosts, dnsmasq, rpz, order or citizenlab. Default: told by it.",
        ),
    ] = None,
    tsig_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Sign the transfer of a zone with this key.")
    ] = None,
    wildcard: Annotated[
        bool,
        typer.Option(
            "--wildcard", help="Each name means all names below it: ask www and an unknown one too."
        ),
    ] = False,
    canary: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="A name that must open, to tell a filter from a failure. Repeatable."
        ),
    ] = None,
    rate: Annotated[
        float,
        typer.Option(
            metavar="N", min=0, help="Questions a second to each resolver; 0: as fast as it answers."
        ),
    ] = 1000.0,
    patience: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help="How long a resolver that falls silent is waited for."),
    ] = 60.0,
    reference: Annotated[
        str | None, typer.Option(metavar="FILE|URL", help="What an unfiltered line saw, dated and signed.")
    ] = None,
    reference_key: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Trust references signed by this public key, base64. Repeatable."),
    ] = None,
    reference_resolver: Annotated[
        str | None,
        typer.Option(
            metavar="ADDR[:PORT]", help="A resolver that does not filter: it tells which names are alive."
        ),
    ] = None,
    block_page: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDR|NAME", help="The filter's own block page: what leads there is blocked. Repeatable."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Keep each answer: FILE.db (SQLite) or FILE.jsonl. Goes on where it was cut off.",
        ),
    ] = None,
    format_: Annotated[
        Format,
        typer.Option(
            "--format",
            help="table for people, json is friendlywifi/sweep/1, junit for CI, openmetrics for monitoring.",
        ),
    ] = Format.TABLE,
    compare: Annotated[
        bool, typer.Option("--compare", help="List the names on which resolvers differ, and where.")
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="OLD",
            help="Yesterday's .db, .jsonl or JSON: says which leaks are new, still there, closed.",
        ),
    ] = None,
    leaks: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Leave the leaks here, a JSON object on each line.")
    ] = None,
    redact: Annotated[
        Path | None,
        typer.Option(
            metavar="KEYFILE",
            help="Tell keyed hashes in place of names; what -o keeps stays whole. Made if missing.",
        ),
    ] = None,
    webhook: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="FRIENDLYWIFI_SWEEP_WEBHOOK",
            help="Call this with the leaks that opened or closed since the baseline; https.",
        ),
    ] = None,
    connect_to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDR:PORT:ADDR:PORT", help="Dial the second endpoint for the first (labs). Repeatable."
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing on stderr but errors.")] = False,
) -> None:
    r"""Which names of a block list open at which of your resolvers? By DNS only: no page is ever opened.

    Every name is asked at every resolver, so that one leaking resolver of 400 is found:

        friendlywifi sweep orders.txt --resolvers resolvers.txt \
            --authorised-by "Example Net" -o today.db

    What is silent or fails is asked again slowly before anything is said of it, and names that must open
    ride along, so that a resolver that is down is not taken for a filter. Without a reference a name that is
    said not to exist is undecided, because it may be dead: bring --reference or --reference-resolver.

    Lists of adult names and orders may be swept, because DNS is all that is asked; illegal content is refused
    but for authorised sentinels. docs/sweeping.md has cron, systemd, Prometheus and GitLab.

    Exit code: 0 all blocked, 1 any leak, 3 no leak but undecided, 2 usage, 130 Ctrl-C (-o goes on).
    """
    from friendlywifi.sweeping import command

    code = command.run(
        command.Wish(
            list=list_,
            authorised_by=authorised_by,
            resolvers=tuple(resolver or ()),
            resolvers_file=resolvers,
            types=types,
            list_format=list_format,
            wildcard=wildcard,
            canaries=tuple(canary or ()),
            rate=rate,
            patience=patience,
            reference=reference,
            reference_keys=tuple(reference_key or ()),
            reference_resolver=reference_resolver,
            output=output,
            compare=compare,
            baseline=baseline,
            leaks=leaks,
            redact=redact,
            webhook=webhook,
            tsig_key=tsig_key,
            block_pages=tuple(block_page or ()),
            config=config,
            connect_to=tuple(connect_to or ()),
        ),
        form=format_.value,
        quiet=quiet,
    )
    raise typer.Exit(code)
