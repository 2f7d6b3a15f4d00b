"""`friendlywifi certify`: announce, witness, request, decide, record, print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from friendlywifi.certifying.requesting import Wish

app = typer.Typer(
    help=(
        "From evidence to a certificate. Who measures asks, somebody else decides: on two machines, with two "
        "keys, and mail or a stick between them."
    ),
    no_args_is_help=True,
)

Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Read this configuration file.")
]
PassphraseFd = Annotated[
    int | None,
    typer.Option("--passphrase-fd", metavar="N", help="Read the key's passphrase from this descriptor."),
]
Site = Annotated[str, typer.Argument(metavar="SITE", help="The hotspot's id or name.")]
Since = Annotated[
    str | None,
    typer.Option(metavar="DAY", help="Where the period begins. Default: as far back as evidence is fresh."),
]
Because = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Why earlier runs are left out, or why it is so early.")
]
Evaluator = Annotated[
    str | None, typer.Option(metavar="NAME", help="Who evaluates, as printed. Default: your account's name.")
]
Test = Annotated[
    bool, typer.Option("--test", help="For an emulated hotspot: the certificate says TEST on every face.")
]
Zip = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where the request goes.")]


@app.command()
def announce(
    *,
    site: Site,
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who announces. Default: your account's name.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Sign it for the decider, and leave it there."),
    ] = None,
    passphrase_fd: PassphraseFd = None,
    config: Config = None,
) -> None:
    """Say, before it begins, that the next run is the certification run.

    The next run that comes to an answer decides, good or bad: nobody can make several and choose the best.
    With -o the decider gets it before the run begins, and need not take your word for the time.
    """
    from datetime import UTC, datetime

    from friendlywifi.actor import actor
    from friendlywifi.certifying import announcing
    from friendlywifi.certifying.office import Office

    now = datetime.now(UTC)
    office = Office(config, passphrase_fd=passphrase_fd)
    raise typer.Exit(announcing.announce(office, site, by=by or actor(), now=now, output=output))


@app.command()
def witness(
    *,
    announcement: Annotated[
        Path, typer.Argument(metavar="FILE", help="What the evaluator's certify announce -o left.")
    ],
    config: Config = None,
) -> None:
    """On the decider's machine: write down that an announcement came before its run.

    A request whose announcement came before the run began needs nobody's word for it.

    Exit code: 0 written down, 1 refused, 2 usage.
    """
    from datetime import UTC, datetime

    from friendlywifi.actor import actor
    from friendlywifi.certifying import witnessing
    from friendlywifi.certifying.office import Office

    code = witnessing.witness(Office(config), announcement, by=actor(), now=datetime.now(UTC))
    raise typer.Exit(code)


@app.command()
def request(
    *,
    site: Site,
    output: Zip = Path("request.zip"),
    since: Since = None,
    because: Because = None,
    evaluator: Evaluator = None,
    test: Test = False,
    passphrase_fd: PassphraseFd = None,
    config: Config = None,
) -> None:
    """Collect the evidence of a hotspot's period, and sign a request with it if it is enough.

    Prints what there is and what is missing. A run with overrides, of another place or void is no evidence.

    Exit code: 0 written, 1 something failed that must be cured first, 2 usage, 3 not yet enough.
    """
    from datetime import UTC, datetime

    from friendlywifi.certifying import requesting
    from friendlywifi.certifying.office import Office

    wish = _wish(site, since=since, because=because, evaluator=evaluator, test=test)
    office = Office(config, passphrase_fd=passphrase_fd)
    raise typer.Exit(requesting.request(office, wish, output=output, now=datetime.now(UTC)))


def renew(
    *,
    site: Site,
    output: Zip = Path("request.zip"),
    since: Since = None,
    because: Because = None,
    evaluator: Evaluator = None,
    test: Test = False,
    passphrase_fd: PassphraseFd = None,
    config: Config = None,
) -> None:
    """Ask for the certificate after the one that a hotspot has, from evidence of the last weeks.

    A renewal is a new certificate: whoever decides about it does so as about the first. It supersedes the one
    before at the second in which it begins, so that there is no gap and no overlap.

    Exit code: 0 written, 1 something failed that must be cured first, 2 usage, 3 not yet enough.
    """
    from datetime import UTC, datetime

    import msgspec

    from friendlywifi.certifying import requesting
    from friendlywifi.certifying.office import Office

    wish = _wish(site, since=since, because=because, evaluator=evaluator, test=test)
    office = Office(config, passphrase_fd=passphrase_fd)
    wish = msgspec.structs.replace(wish, renewal=True)
    raise typer.Exit(requesting.request(office, wish, output=output, now=datetime.now(UTC)))


def _wish(site: str, *, since: str | None, because: str | None, evaluator: str | None, test: bool) -> Wish:
    from certificates.records import plain
    from friendlywifi.actor import actor
    from friendlywifi.certifying.requesting import Wish
    from friendlywifi.certifying.when import moment

    return Wish(
        hotspot=site,
        evaluator=plain(evaluator or actor()),
        since=moment(since, option="--since"),
        because=None if because is None else plain(because).rstrip("."),
        test=test,
    )


@app.command()
def decide(
    *,
    request: Annotated[Path, typer.Argument(metavar="REQUEST", help="The zip that the evaluator signed.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Where it goes. Default: a folder by its number."),
    ] = None,
    decider: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who decides, as it will be printed.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Issue without asking; needs --decider.")] = False,
    no: Annotated[str | None, typer.Option(metavar="WHY", help="Refuse, and write down why.")] = None,
    standard: Annotated[
        str | None, typer.Option(metavar="ID|FILE", help="A standard that this program does not come with.")
    ] = None,
    passphrase_fd: PassphraseFd = None,
    config: Config = None,
) -> None:
    """Work a request out again from its evidence, show it on one page, and issue or refuse.

    Nothing that the request says is believed: each run is verified and judged again. The decider should be
    another person than the evaluator, with another key on another machine; else the certificate is
    FIRST-PARTY, only provisional, and carries no mark.

    Exit code: 0 issued, 1 refused, 2 usage.
    """
    from datetime import UTC, datetime

    from friendlywifi.certifying import deciding
    from friendlywifi.certifying.office import Office

    answer = deciding.Answer(decider=decider, yes=yes, no=no)
    office = Office(config, passphrase_fd=passphrase_fd)
    code = deciding.decide(office, request, answer, output=output, standard=standard, now=datetime.now(UTC))
    raise typer.Exit(code)


@app.command()
def record(
    *,
    certificate: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="The handover.json that the decider sent back; or certificate.pdf or .json."
        ),
    ],
    hotspot: Annotated[
        str | None, typer.Option(metavar="SITE", help="Of which hotspot. Default: by its certification run.")
    ] = None,
    issuer: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The list of issuers. Default: the configured one.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Print its PDF and page there, too.")
    ] = None,
    config: Config = None,
) -> None:
    """Take a certificate that was decided elsewhere into the records, so that it is watched and reminded of.

    Exit code: 0 it is in the records, 1 refused, 2 usage.
    """
    from datetime import UTC, datetime

    from friendlywifi.actor import actor
    from friendlywifi.certifying import recording
    from friendlywifi.certifying.office import Office

    code = recording.record(
        Office(config),
        certificate,
        hotspot=hotspot,
        issuer=issuer,
        output=output,
        actor=actor(),
        now=datetime.now(UTC),
    )
    raise typer.Exit(code)


@app.command("print")
def print_(
    *,
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[NUMBER]...", help="The certificates' numbers.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every certificate in the records.")] = False,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="Where they go: a folder for each number.")
    ],
    again: Annotated[
        bool, typer.Option("--again", help="Print those once more that are in the folder already.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Processes. Default: one for each processor.")
    ] = None,
    config: Config = None,
) -> None:
    """Print certificates that are in the records again: PDF, window sticker, page, credential, proof.

        friendlywifi certify print FW-2026-000123 -o out

        friendlywifi certify print --all -o out

    Where the register was published, each folder also gets the proof that the certificate stands in the
    public log. What was broken off goes on: a folder that is whole is left as it is.

    Exit code: 0 done, 2 usage.
    """
    from datetime import UTC, datetime

    from friendlywifi.certifying import printing
    from friendlywifi.certifying.office import Office
    from friendlywifi.complaint import Complaint

    if every == bool(numbers):
        raise Complaint("name certificates by their numbers, or say --all")
    wanted = printing.Printing(numbers=tuple(numbers or ()), again=again, jobs=jobs)
    code = printing.print_faces(Office(config), wanted, output=output, now=datetime.now(UTC))
    raise typer.Exit(code)
