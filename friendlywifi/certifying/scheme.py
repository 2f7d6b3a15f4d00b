"""`friendlywifi trust`: the scheme's list of issuers and standards, a draft first, signed by its owner."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from rich.table import Table

from certificates.keys import key_id, public_from_text, spoken
from certificates.records import whole_seconds
from certificates.trust import TrustedIssuer, TrustFault, TrustList, read_trust, sign_trust
from certificates.trustlist import (
    begun,
    dated,
    ended,
    with_issuer,
    with_standard,
    without_issuer,
    without_standard,
)
from friendlywifi import files, terminal
from friendlywifi.certifying.keyring import PublicKey, Purpose
from friendlywifi.certifying.office import Office, say
from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from friendlywifi.shipped import ids, load_standard
from probes.records import decode, encode

YEARS = timedelta(days=2 * 365)
"""How long a key may sign where nothing else is said; two keys then overlap at each change."""


def new(office: Office, draft: Path, *, scheme: str, key: str, now: datetime) -> Exit:
    """Begin a draft that lists nobody yet."""
    if draft.exists():
        raise Complaint(f"there is a file {draft} already; friendlywifi trust show {draft} tells what it is")
    entry = office.key(key, Purpose.SCHEME)
    _keep(draft, begun(scheme, entry.key, now=whole_seconds(now)))
    say(f"Begun: {draft}, the list of {scheme}, by the key {spoken(entry.id)}.")
    say(f"Next: friendlywifi trust add {draft} --standard baseline, and for each issuer its KEY.json")
    return Exit.YES


def add(
    draft: Path,
    key: Path | None,
    *,
    standard: str | None,
    begins: datetime | None,
    ends: datetime | None,
    now: datetime,
) -> Exit:
    """List an issuer's key, end one that was lost or leaked, or recognise a standard."""
    trust = _draft(draft)
    if (key is None) == (standard is None):
        raise Complaint("give the exported key of an issuer, or --standard ID or FILE")
    try:
        if standard is not None:
            loaded, name = load_standard(standard)
            trust = with_standard(trust, name)
            told = f"{loaded.title} {loaded.version} is recognised."
        else:
            trust, told = _with_key(trust, _exported(key or Path()), begins=begins, ends=ends, now=now)
    except TrustFault as fault:
        raise Complaint(f"{draft}: {fault}") from None
    _keep(draft, trust)
    say(f"{told} Nobody sees it before: friendlywifi trust sign {draft} -o FILE")
    return Exit.YES


def remove(draft: Path, key: str | None, *, standard: str | None) -> Exit:
    """Take a key off altogether, or a standard."""
    trust = _draft(draft)
    if (key is None) == (standard is None):
        raise Complaint("give the id of a key, as friendlywifi trust show tells it, or --standard ID or FILE")
    try:
        if standard is not None:
            name = standard if standard.startswith("sha256:") else load_standard(standard)[1]
            trust = without_standard(trust, name)
        else:
            trust = without_issuer(trust, _listed(trust, key or ""))
    except TrustFault as fault:
        raise Complaint(f"{draft}: {fault}") from None
    _keep(draft, trust)
    say(f"Taken off. Nobody sees it before: friendlywifi trust sign {draft} -o FILE")
    return Exit.YES


def sign(office: Office, draft: Path, *, output: Path, key: str, now: datetime) -> Exit:
    """Sign the list as of now; it must follow the one that it takes the place of."""
    trust = _draft(draft)
    entry = office.key(key, Purpose.SCHEME)
    if entry.key != trust.key:
        raise Complaint(f"the draft is of the key {_short(trust.key)}, and {key} is {_short(entry.key)}")
    try:
        previous = _previous(output)
        made = dated(trust, now=whole_seconds(now), previous=previous)
    except TrustFault as fault:
        raise Complaint(f"{output}: {fault}") from None
    private = office.keyring.open(entry, office.passphrases.existing)
    files.write(output, sign_trust(made, private))
    for line in _changes(previous, made):
        say(line)
    say(f'Signed: {output}. Publish it; whoever verifies pins your key: scheme_key = "{trust.key}"')
    return Exit.YES


def show(path: Path, *, json: bool, scheme_key: str | None) -> Exit:
    """What a list says, signed or a draft."""
    data = files.read_bytes(path, what="the list")
    try:
        found = read_trust(data, scheme_key=scheme_key)
        trust, remark = found.list, found.remark
    except TrustFault as fault:
        try:
            trust, remark = decode(data, TrustList), "A draft: it is not signed, and nobody should use it."
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Complaint(f"{path}: {fault}") from None
    if json:
        terminal.data(encode(trust))
        return Exit.YES
    console = terminal.out()
    console.print(f"[bold]{terminal.shown(trust.scheme)}[/bold], {trust.issued:%-d %B %Y, %H:%M} UTC")
    say(remark)
    table = Table(show_edge=False)
    for heading in ("issuer", "key", "signs", ""):
        table.add_column(heading, overflow="fold")
    for item in trust.issuers:
        notes = ["TEST only"] if item.test else []
        notes.append("publishes nowhere that is known" if item.url is None else item.url)
        if item.only is not None:
            notes.append(f"lost or leaked: {len(item.only)} certificates stand, no other")
        table.add_row(
            terminal.shown(item.name),
            _short(item.key),
            f"{item.valid_from:%-d %b %Y} to {item.valid_until:%-d %b %Y}",
            "; ".join(notes),
        )
    console.print(table)
    names = {load_standard(name)[1]: name for name in ids()}
    for digest in trust.standards:
        say(f"Standard {names.get(digest, 'of their own')}: {digest}")
    return Exit.YES


def _with_key(
    trust: TrustList, found: PublicKey, *, begins: datetime | None, ends: datetime | None, now: datetime
) -> tuple[TrustList, str]:
    name = f"{found.issuer}, key {_short(found.key)}"
    if found.ended is not None:
        if trust.issuers_with_key(found.key):
            trust = ended(trust, found.key, since=found.ended, only=found.only)
            kept = "" if found.only is None else f"; {len(found.only)} certificates stand, no other"
            return trust, f"{name}, ended {found.ended:%-d %B %Y, %H:%M} UTC{kept}."
        raise TrustFault("The key has ended, and the list does not hold it.")
    first = whole_seconds(begins or now)
    last = whole_seconds(ends or first + YEARS)
    entry = TrustedIssuer(
        name=found.issuer, key=found.key, valid_from=first, valid_until=last, test=found.test, url=found.url
    )
    where = "its export does not say where it publishes" if found.url is None else f"publishes at {found.url}"
    told = f"{name}, may sign from {first:%-d %B %Y} to {last:%-d %B %Y}; {where}."
    return with_issuer(trust, entry), told


def _exported(path: Path) -> PublicKey:
    try:
        found = decode(files.read_bytes(path, what="the exported key", largest=8 << 20), PublicKey)
        public_from_text(found.key)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as problem:
        raise Complaint(f"{path} is no key as friendlywifi keys export leaves it: {problem}") from None
    if found.purpose is not Purpose.ISSUER:
        raise Complaint(f"{path} is the key of {found.purpose.value}; a list holds the keys of issuers")
    return found


def _draft(path: Path) -> TrustList:
    try:
        return decode(files.read_bytes(path, what="the draft"), TrustList)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise Complaint(
            f"{path} is no draft of a list ({problem}); friendlywifi trust new begins one, and a signed list "
            "is made from it"
        ) from None


def _keep(path: Path, trust: TrustList) -> None:
    files.write(path, msgspec.json.format(encode(trust), indent=2) + b"\n")


def _previous(path: Path) -> TrustList | None:
    """The list that the new one takes the place of."""
    return read_trust(files.read_bytes(path, what="the list")).list if path.exists() else None


def _listed(trust: TrustList, text: str) -> str:
    """The key that an id, or its first digits, name."""
    wanted = text.removeprefix("ed25519:").replace(" ", "").lower()
    found = {
        item.key
        for item in trust.issuers
        if item.key == text or (len(wanted) >= 8 and _hex(item.key).startswith(wanted))
    }
    if len(found) != 1:
        raise TrustFault("The list holds no such key." if not found else "More than one key begins so.")
    return found.pop()


def _changes(before: TrustList | None, after: TrustList) -> list[str]:
    """What whoever signs should see once more."""
    old = set() if before is None else set(before.issuers)
    new_ = set(after.issuers)
    lines = [f"  + {item.name}, key {_short(item.key)}" for item in after.issuers if item not in old]
    gone = () if before is None else before.issuers
    lines += [f"  - {item.name}, key {_short(item.key)}" for item in gone if item not in new_]
    return lines


def _hex(public: str) -> str:
    return key_id(public_from_text(public)).removeprefix("ed25519:")


def _short(public: str) -> str:
    return _hex(public)[:16]
