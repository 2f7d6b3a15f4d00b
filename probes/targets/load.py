"""A target list from its text, checked: nothing harmful gets past here, whoever wrote the list.

Pure: the text is handed in, and so is the function that reads the file which `ca` names. Every fault is a
`TomlFault` with the file and the line of the target.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from cryptography import x509

from probes.records import Ask, Category, Record, Target, TargetList, digest
from probes.targets.names import NameFault, split_target
from probes.tomlfile import TomlFault, faults, parse
from probes.tomllines import Path, line_of, scan

ReadCa = Callable[[str], str]
"""From the file name in `ca` to the PEM text; may raise `OSError` or `UnicodeError`."""

NEVER_GET = frozenset({Category.ADULT, Category.NATIONAL_ORDER})
"""Bodies of these are nobody's business: DNS, handshake or HEAD at most."""

SHORTEST_TOKEN = 8
"""A shorter text could stand in any block page by chance."""

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_HEADER = ("version", "licence", "source", "origin")


class _Entry(Record):
    name: str
    category: Category
    ask: Ask
    expect: tuple[str, ...] = ()
    token: str | None = None
    sentinel: bool = False
    authorised_by: str | None = None
    vendor: str | None = None


class _File(Record):
    id: str
    version: str
    licence: str
    source: str
    origin: str
    ca: str | None = None
    popularity: bool = False
    """The targets stand in order of popularity and are ranked from 1."""
    target: tuple[_Entry, ...] = ()


def parse_list(text: str, *, source: str, read_ca: ReadCa | None) -> TargetList:
    """The list that the text holds. Raises the first `TomlFault`; `source` is the file's name."""
    found = lint(text, source=source)
    if found:
        raise found[0]
    document = msgspec.convert(parse(text, source=source), _File)
    return TargetList(
        id=document.id,
        version=document.version,
        licence=document.licence,
        source=document.source,
        origin=document.origin,
        ca=_read_ca(text, document.ca, source=source, read_ca=read_ca) if document.ca else None,
        digest=digest(text.encode()),
        targets=tuple(
            _target(entry, list_id=document.id, rank=rank if document.popularity else None)
            for rank, entry in enumerate(document.target, start=1)
        ),
    )


def lint(text: str, *, source: str) -> tuple[TomlFault, ...]:
    """Every fault of the list that the text alone shows, in the order of lines."""
    try:
        document = parse(text, source=source)
    except TomlFault as fault:
        return (fault,)
    found = list(faults(text, source=source, kind=_File))
    problems = [*_check_header(document), *_check_targets(_convertible(document))]
    if problems:
        lines = scan(text)
        found.extend(
            TomlFault(message, source=source, line=line_of(lines, path)) for path, message in problems
        )
    return tuple(sorted(found, key=lambda fault: fault.line or 0))


def _convertible(document: dict[str, Any]) -> Iterable[tuple[int, _Entry]]:
    """The targets that are sound in form, with their places: the others are faults already."""
    targets = document.get("target")
    for number, item in enumerate(targets if isinstance(targets, list) else ()):
        try:
            yield number, msgspec.convert(item, _Entry)
        except msgspec.ValidationError:
            continue


def _check_header(document: dict[str, Any]) -> Iterable[tuple[Path, str]]:
    identity = document.get("id")
    if isinstance(identity, str) and not _ID.fullmatch(identity):
        yield ("id",), '"id" must be lower-case letters, digits, dots and hyphens, at most 64'
    for key in _HEADER:
        value = document.get(key)
        if isinstance(value, str) and not (value.strip() and value.isprintable()):
            yield (key,), f'"{key}" must be one line that is not empty'
    file = document.get("ca")
    if isinstance(file, str) and (not file or file.startswith(".") or re.search(r"[/\\\0]", file)):
        yield ("ca",), '"ca" must be the name of a file beside the list'
    if document.get("target", []) == []:
        yield (), "the list has no [[target]]"


def _check_targets(entries: Iterable[tuple[int, _Entry]]) -> Iterable[tuple[Path, str]]:
    seen: dict[str, int] = {}
    for number, entry in entries:
        path: Path = ("target", number)
        try:
            name, _ = split_target(entry.name)
        except NameFault as fault:
            yield (*path, "name"), str(fault)
        else:
            if name in seen:
                yield (*path, "name"), f'"{name}" is listed twice (it is also target {seen[name]})'
            seen.setdefault(name, number + 1)
        for key, message in _check_harm(entry):
            yield (*path, key) if key else path, message
        if entry.token is not None and entry.ask is not Ask.GET:
            yield (*path, "token"), 'a token is only looked for with ask = "get"'
        if entry.token is not None and len(entry.token.strip()) < SHORTEST_TOKEN:
            yield (*path, "token"), f"a token needs at least {SHORTEST_TOKEN} characters"
        for index, text in enumerate(entry.expect):
            if _address(text) is None:
                yield (*path, "expect", index), f'"{text[:80]!s}" is no address that a name may stand at'


def _check_harm(entry: _Entry) -> Iterable[tuple[str | None, str]]:
    category = entry.category
    if category.illegal and not (entry.sentinel and (entry.authorised_by or "").strip()):
        yield (
            "category",
            f"{category} is only for authorised sentinels: it needs sentinel = true and authorised_by",
        )
    if entry.sentinel and not category.illegal:
        yield "sentinel", f"only an illegal-* target is a sentinel, not {category}"
    if category in NEVER_GET and entry.ask is Ask.GET:
        yield "ask", f'{category} names are never fetched: ask "dns", "tls" or "head"'


def _target(entry: _Entry, *, list_id: str, rank: int | None) -> Target:
    name, path = split_target(entry.name)
    addresses = {found for text in entry.expect if (found := _address(text)) is not None}
    return Target(
        name=name,
        path=path,
        category=entry.category,
        ask=entry.ask,
        expect=tuple(sorted(addresses)),
        token=entry.token,
        sentinel=entry.sentinel,
        authorised_by=entry.authorised_by,
        vendor=entry.vendor,
        list_id=list_id,
        rank=rank,
    )


def _address(text: str) -> str | None:
    """The address in its usual form, or `None` where it is none or one that only a filter would give.

    Documentation addresses are fine: they stand for public ones in a lab.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    sinkhole = address.is_unspecified or address.is_loopback or address.is_link_local
    scoped = isinstance(address, ipaddress.IPv6Address) and address.scope_id is not None
    return None if sinkhole or scoped or address.is_multicast else str(address)


def _read_ca(text: str, file: str, *, source: str, read_ca: ReadCa | None) -> str:
    """The PEM text that `ca` names, shown to hold at least one certificate."""
    problem: str | None = None
    pem = ""
    try:
        if read_ca is None:
            problem = "cannot be read here"
        else:
            pem = read_ca(file)
            x509.load_pem_x509_certificates(pem.encode())
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
    except ValueError:  # no PEM, and UnicodeError where it is not even text
        problem = "holds no PEM certificate"
    if problem is not None:
        line = line_of(scan(text), ("ca",))
        raise TomlFault(f'"ca" names {file}, which {problem}', source=source, line=line)
    return pem
