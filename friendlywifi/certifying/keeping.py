"""`friendlywifi keys`: make, list, rotate, retire and export keys."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
from rich.table import Table

from certificates.keys import spoken
from certificates.records import whole_seconds
from friendlywifi import files, terminal
from friendlywifi.certifying.fallout import Fate, Retired, fates, withdraw
from friendlywifi.certifying.issuing import identity
from friendlywifi.certifying.keyring import Ended, KeyEntry, Keys, PublicKey, Purpose
from friendlywifi.certifying.office import Office, say
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.language.retelling import retold
from friendlywifi.records import journal
from friendlywifi.records.place import records_file
from probes.records import Record, decode, encode


class Made(Record):
    """What the journal keeps of a new key: nothing of it is secret."""

    name: str
    purpose: Purpose
    key: str
    replaces: str | None = None


def new(
    office: Office, name: str, purpose: Purpose, *, sealed: bool, test: bool, by: str, now: datetime
) -> Exit:
    """A new key, sealed with a passphrase unless that is refused in so many words."""
    now = whole_seconds(now)
    passphrase = office.passphrases.new(name) if sealed else None
    entry = office.keyring.make(name, purpose, passphrase=passphrase, now=now, test=test)
    _note(office, entry, by=by, now=now, replaces=None)
    say(f"Made the {purpose.value} key {name}{' for TEST certificates' if test else ''}: {spoken(entry.id)}")
    say(f"  public key: {entry.key}")
    _say_where(office, entry)
    if purpose is Purpose.ISSUER:
        say(f"The scheme must list it before anybody recognises it: friendlywifi keys export {name}")
    return Exit.YES


def list_(office: Office, *, json: bool) -> Exit:
    """All keys, ended ones too."""
    found = office.keyring.every()
    if json:
        terminal.data(encode(Keys(keys=found)))
        return Exit.YES
    if not found:
        say(f"No key yet in {office.keyring.directory}. One: friendlywifi keys new NAME --for issuer")
        return Exit.YES
    table = Table(show_edge=False)
    for heading in ("name", "for", "in force", "at rest", "id"):
        table.add_column(heading, overflow="fold")
    for entry in found:
        force = f"since {entry.made:%-d %B %Y}"
        if entry.ended is not None and entry.why is not None:
            force = f"[dim]until {entry.ended:%-d %B %Y}, {entry.why.value}[/dim]"
        here = (office.keyring.directory / entry.file).exists()
        rest = "sealed" if entry.sealed else "[yellow]open file, mode 0600[/yellow]"
        table.add_row(
            entry.name + (" (TEST)" if entry.test else ""),
            entry.purpose.value,
            force,
            rest if here else "[dim]removed[/dim]",
            entry.id.removeprefix("ed25519:")[:16],
        )
    terminal.out().print(table)
    return Exit.YES


def rotate(office: Office, name: str, *, sealed: bool, by: str, now: datetime) -> Exit:
    """A new key under the same name; the old one has ended, and what it signed stands."""
    now = whole_seconds(now)
    old = office.keyring.get(name)
    passphrase = office.passphrases.new(name) if sealed else None
    ended, entry = office.keyring.rotate(old.name, passphrase=passphrase, now=now)
    _note(office, entry, by=by, now=now, replaces=ended.id)
    say(f"The key {name} is now {spoken(entry.id)}; the one before ended and its private half was removed.")
    _say_where(office, entry)
    if entry.purpose is Purpose.ISSUER:
        say(
            "What the old one signed stands. Until the scheme lists the new one, nobody recognises what it "
            f"signs: friendlywifi keys export {name}"
        )
    return Exit.YES


def retire(
    office: Office, name: str, *, since: datetime, why: Ended, by: str, yes: bool, now: datetime
) -> Exit:
    """Show what falls and what stands; with `yes` end the key and withdraw what falls."""
    now, since = whole_seconds(now), whole_seconds(since)
    if since > now:
        raise Complaint("--since lies in the future: a key ends when it left your hands")
    entry = office.keyring.any(name)
    if since < entry.made:
        say(f"The key was made {entry.made:%-d %B %Y, %H:%M} UTC; everything that it ever signed falls.")
    with office.records(make=True) as records:
        found = fates(records, entry, since=since, why=why)
        _show(found, entry, since=since, why=why)
        if not yes:
            say()
            say(
                "Nothing was changed. To do it, the same once more with --yes. Do it soon: until then "
                "whoever has the key signs in your name."
            )
            return Exit.UNKNOWN
        # The key first: if the rest is interrupted, the same command goes on where it stopped.
        office.keyring.end(entry, since=since, why=why)
        done = withdraw(records, found, entry, since=since, why=why, by=by, now=now)
    counted = "1 certificate" if len(done) == 1 else f"{len(done)} certificates"
    say()
    say(f"The key {entry.name} has ended; {counted} withdrawn. Now, today:")
    _say_next(entry, done)
    return Exit.YES


def export(office: Office, name: str, *, output: Path | None) -> Exit:
    """What the scheme needs to list a key, or to end it: public, and no proof by itself."""
    entry = office.keyring.any(name)
    if entry.purpose is not Purpose.ISSUER:
        raise Complaint(f"{name} is {entry.purpose.value} key; a scheme lists the keys of issuers")
    if office.issuer.name is None:
        raise Complaint("who issues here is not said: name under [issuer] in the configuration")
    found = PublicKey(
        issuer=office.issuer.name,
        purpose=entry.purpose,
        key=entry.key,
        made=entry.made,
        test=entry.test,
        ended=entry.ended,
        why=entry.why,
        only=_kept(office, entry),
        url=None if office.issuer.url is None else identity(office)[1],
    )
    data = encode(found)
    if found.url is None:
        terminal.err().print(terminal.shown(retold(_NO_ADDRESS)))
    if output is None:
        terminal.data(data)
    else:
        files.write(output, msgspec.json.format(data, indent=2) + b"\n")
        say(
            f"Left in {output}. Bring it to the scheme, and tell them this over another way, so that they "
            f"can compare: {spoken(entry.id)}"
        )
    return Exit.YES


_NO_ADDRESS = (
    "Where certificates will stand is not said (url under [issuer]): nobody who scans a sign can tell its "
    "address from another one until the key is exported and listed again with it."
)


def _kept(office: Office, entry: KeyEntry) -> tuple[str, ...] | None:
    """What stands of a key that was lost or leaked, as it was written down when it was retired."""
    if entry.why not in (Ended.LEAKED, Ended.LOST):
        return None
    with office.records(make=True) as records:
        told = [item for item in journal.entries(records, subject=entry.id) if item.kind == "key.retired"]
        if not told:
            raise Complaint(f"nothing is written down about the end of {entry.name}; retire it once more")
        return decode(told[-1].data or "", Retired).stands


def _show(found: tuple[Fate, ...], entry: KeyEntry, *, since: datetime, why: Ended) -> None:
    console = terminal.out()
    console.print(
        f"[bold]{terminal.shown(entry.name)}[/bold] ({entry.purpose.value}), {why.value} since "
        f"{since:%-d %B %Y, %H:%M} UTC"
    )
    if not found:
        say("No certificate in these records rests on it.")
        return
    table = Table(show_edge=False)
    for heading in ("", "number", "place", "issued", "status", "because"):
        table.add_column(heading, overflow="fold")
    for item in sorted(found, key=lambda one: (not one.falls, one.number)):
        table.add_row(
            "[red]✗ falls[/red]" if item.falls else "[green]✓ stands[/green]",
            item.number,
            terminal.shown(item.place),
            f"{item.issued:%-d %b %Y}",
            item.status.value,
            item.why,
        )
    console.print(table)


def _say_next(entry: KeyEntry, done: tuple[str, ...]) -> None:
    steps = []
    if entry.purpose is Purpose.ISSUER:
        steps += [
            f"friendlywifi keys export {entry.id} -o ended.json: by it the scheme keeps out all the rest",
            f"friendlywifi keys new {entry.name} --for issuer, and its export, too",
        ]
    elif entry.purpose is Purpose.EVALUATOR:
        steps += [f"friendlywifi keys new {entry.name} --for evaluator"]
    if done:
        steps += [
            "friendlywifi register publish, so that the register shows it",
            "friendlywifi certify request, for each place that lost its certificate",
        ]
    for number, text in enumerate(steps, start=1):
        say(f"  {number}. {text}")


def _say_where(office: Office, entry: KeyEntry) -> None:
    path = office.keyring.directory / entry.file
    if entry.sealed:
        say(f"  sealed with its passphrase in {path}; without that passphrase it is gone")
    else:
        say(f"  NOT sealed: whoever can read {path} (mode 0600) can sign. Keep the disk encrypted")


def _note(office: Office, entry: KeyEntry, *, by: str, now: datetime, replaces: str | None) -> None:
    """In the journal, where this machine keeps records."""
    if not records_file(office.settings).is_file():
        return
    with office.records() as records:
        data = Made(name=entry.name, purpose=entry.purpose, key=entry.key, replaces=replaces)
        journal.append(records, now=now, actor=by, kind="key.made", subject=entry.id, data=data)
