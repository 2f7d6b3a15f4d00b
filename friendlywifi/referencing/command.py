"""`reference build`, `confirm` and `show` as a user meets them: files, resolvers, a key, an answer."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import KeyFault, from_pem, key_id, public_text, spoken
from certificates.reference import KnownReference, ReferenceFault, from_file, to_file
from criteria.plan import PlanFault
from criteria.records import Outcome, Strength
from friendlywifi import files, terminal
from friendlywifi.checking.command import mapping
from friendlywifi.checking.targeting import lists_for
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.referencing import making as referencing
from friendlywifi.referencing import words as reference_words
from friendlywifi.referencing.making import Commission, Looked
from friendlywifi.referencing.source import require_keys
from friendlywifi.reporting.report import Report
from friendlywifi.settings import load_settings
from probes.foreign import ForeignResolver, ResolverKind, foreign_resolvers
from probes.network import Network, endpoint, split_endpoint
from probes.records import Family, decode
from probes.vantage.identity import identity


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The flags that build and confirm share, as given."""

    lists: tuple[Path, ...] = ()
    resolvers: tuple[str, ...] = ()
    one_resolver: bool = False
    authorised_by: str | None = None
    key: Path | None = None
    connect_to: tuple[str, ...] = ()
    config: Path | None = None


def build(wish: Wish, *, vantage: str, output: Path, quiet: bool) -> Exit:
    """Look, and write the reference; or say why there is none."""
    if not vantage.strip():
        raise Complaint('say where this line is: --vantage "data centre in Vienna"')
    key = _signing_key(wish.key)
    given = commission(wish, vantage=vantage.strip())
    looked = _look(given, quiet=quiet)
    if not looked.usable:
        return _nothing(looked)
    reference = referencing.reference_of(given, looked)
    files.write(output, to_file(reference, key))
    if not quiet:
        _say(f"{output}: {reference_words.tally(reference)}; {_signed(key)}")
        for why, count in reference_words.reasons(reference):
            _say(f"  could not tell {count}: {why}")
        for finding in looked.sighting.fitness.findings:
            _say(f"Note: {finding.text}")
    return Exit.YES


def confirm(wish: Wish, *, file: Path, report: Path | None, output: Path, quiet: bool) -> Exit:
    """Ask again, and date what is as it was."""
    known = _read(file)
    key = _signing_key(wish.key)
    if known.key is not None and key is None and output == file:
        raise Complaint(
            f"{file} is signed: give --key to sign it again, or -o FILE to leave an unsigned copy"
        )
    names = {item.name for item in known.reference.entries}
    if report is not None:
        names &= hung_on(report)
        if not names:
            _say("No verdict of that report hangs on this reference: there is nothing to confirm.")
            return Exit.YES
    given = replace(commission(wish, vantage=known.reference.vantage), only=frozenset(names))
    looked = _look(given, quiet=quiet)
    if not looked.usable:
        return _nothing(looked)
    done = referencing.confirm(known.reference, looked)
    if given.overrides:
        both = tuple(sorted({*done.reference.overrides, *given.overrides}))
        done = replace(done, reference=msgspec.structs.replace(done.reference, overrides=both))
    files.write(output, to_file(done.reference, key))
    if not quiet:
        _say(
            f"{output}: {len(done.confirmed)} confirmed, {len(done.changed)} changed, "
            f"{len(done.open)} could not be told; {_signed(key)}"
        )
        for name in done.changed:
            _say(f"  changed: {name}")
    if done.changed:
        return Exit.NO
    return Exit.UNKNOWN if done.open else Exit.YES


def show(file: Path, *, lists: tuple[Path, ...], keys: tuple[str, ...], config: Path | None) -> None:
    """Print what there is to know about a reference."""
    settings = load_settings(file=config).settings
    trusted = (*settings.trust.reference_keys, *keys)
    require_keys(trusted)
    known = _read(file, trusted=trusted)
    wanted = lists_for(lists, configured=tuple(Path(item) for item in settings.check.targets))
    console = terminal.out()
    for label, value in reference_words.described(known, lists=wanted, now=datetime.now(UTC)):
        console.print(f"[bold]{terminal.shown(label)}[/bold]  {terminal.shown(value)}")


def commission(wish: Wish, *, vantage: str) -> Commission:
    """Everything a build needs, or a complaint that says what is missing and where to give it."""
    settings = load_settings(file=wish.config).settings
    authorised_by = (wish.authorised_by or settings.check.authorised_by or "").strip()
    if not authorised_by:
        raise Complaint(
            "say who allowed this: --authorised-by NAME, or authorised_by under [check] in the "
            "configuration. It goes into the reference"
        )
    resolvers = _resolvers(wish)
    connect_to = mapping(wish.connect_to)
    lists = lists_for(wish.lists, configured=tuple(Path(item) for item in settings.check.targets))
    return Commission(
        vantage=vantage,
        authorised_by=authorised_by,
        lists=lists,
        network=Network(
            interface=settings.network.interface,
            connect_to=connect_to,
            # A map and resolvers on this machine: an emulated network, and nothing leaves for the real one.
            confined=bool(connect_to) and all(_is_loopback(item) for item in resolvers),
            list_roots=tuple(item.ca for item in lists if item.ca),
        ),
        resolvers=resolvers,
        seed=secrets.token_hex(16),
        overrides=tuple(f"connect-to {given} {dialled}" for given, dialled in sorted(connect_to.items())),
        identify=identity,
    )


def _resolvers(wish: Wish) -> tuple[str, ...]:
    """Two or more whose owners differ, as far as owners are known, and none that is known to filter."""
    try:
        named = tuple(dict.fromkeys(endpoint(*split_endpoint(text, 53)) for text in wish.resolvers))
    except ValueError as error:
        raise Complaint(f"--resolver: {error}") from None
    if not named:
        raise Complaint(
            "name the unfiltered resolvers to ask: --resolver 9.9.9.9 --resolver 8.8.8.8. The one that this "
            "network gives may filter"
        )
    owners = {item: owner for item in named if (owner := _owner(item)) is not None}
    for item, owner in owners.items():
        if owner.kind is ResolverKind.FILTERING:
            raise Complaint(f"{item} is {owner.name}, which filters: a reference needs resolvers that do not")
    different = {owners[item].name if item in owners else item for item in named}
    if len(different) < 2 and not wish.one_resolver:
        both = f"{' and '.join(named)} are one owner's" if len(named) > 1 else f"{named[0]} is only one"
        raise Complaint(f"{both}: name a resolver of another owner too, or say --one-resolver")
    return named


def _is_loopback(resolver: str) -> bool:
    return ipaddress.ip_address(split_endpoint(resolver)[0]).is_loopback


def _owner(resolver: str) -> ForeignResolver | None:
    return next(
        (each for each in foreign_resolvers() for family in Family if resolver in each.endpoints(family)),
        None,
    )


def _look(given: Commission, *, quiet: bool) -> Looked:
    try:
        plan = referencing.plan_of(given)
    except PlanFault as fault:
        raise Complaint(str(fault)) from None
    if not quiet:
        names = len({item.subject for item in plan.questions if item.via is not None})
        _say(
            f"About to ask {', '.join(given.resolvers)} for {names} names (adult ones by DNS or handshake "
            f"only), allowed by {given.authorised_by}."
        )
    with terminal.progress_bar() as progress:
        return asyncio.run(referencing.look(given, on_progress=(lambda _: None) if quiet else progress))


def _nothing(looked: Looked) -> Exit:
    """Why nothing was written."""
    if looked.sighting.unfit is not None:
        _say(f"Nothing was written. {looked.sighting.unfit}")
        return Exit.UNKNOWN
    _say(f"Nothing was written: this vantage filters. {looked.sighting.filters}")
    return Exit.NO


def hung_on(report: Path) -> set[str]:
    """The names of a report whose verdict rests on what was known of them, and not on a filter's own word."""
    try:
        found = decode(files.read_bytes(report, what="the report"), Report)
    except msgspec.DecodeError as error:
        raise Complaint(f"{report} is not a report: {error}") from None
    return {
        item.target
        for item in found.verdicts
        if item.outcome is Outcome.DEAD
        or (item.outcome is Outcome.BLOCKED and item.strength is not Strength.ARTEFACT)
    }


def _read(file: Path, *, trusted: tuple[str, ...] = ()) -> KnownReference:
    try:
        return from_file(files.read_bytes(file, what="the reference"), trusted=trusted)
    except ReferenceFault as fault:
        raise Complaint(f"{file}: {fault}") from None


def _signing_key(path: Path | None) -> Ed25519PrivateKey | None:
    if path is None:
        return None
    data = files.read_bytes(path, what="the signing key")
    passphrase: bytes | None = None
    if b"ENCRYPTED" in data:
        import typer  # noqa: PLC0415 - only a protected key is asked for

        passphrase = typer.prompt(f"Passphrase of {path}", hide_input=True, err=True).encode()
    try:
        return from_pem(data, passphrase)
    except KeyFault as fault:
        raise Complaint(f"{path}: {fault}") from None


def _signed(key: Ed25519PrivateKey | None) -> str:
    if key is None:
        return "unsigned, so that a check that uses it certifies no hotspot"
    public = key.public_key()
    return f"signed by {spoken(key_id(public))}, public key {public_text(public)}"


def _say(sentence: str) -> None:
    terminal.err().print(terminal.shown(sentence))
