"""A target list from its text, checked: nothing harmful gets past here, whoever wrote the list.

Pure: the text is handed in, and so is the function that reads the file which `ca` names. Every fault is a
`TomlFault` with the file and the line of the target.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from pathlib import PurePath
from typing import Any

import msgspec

from probes.records import Ask, Category, Record, Target, TargetList, Time, digest
from probes.targets.names import NameFault, split_target
from probes.targets.orders import EVERYTHING_BELOW, parse_rows, split_ordered, wrong_times
from probes.targets.plain import parse_names
from probes.tomlfile import TomlFault, conversion_faults, parse
from probes.tomllines import Path, line_of, scan

ReadBeside = Callable[[str], str]
"""From the name of a file beside the list to its text; may raise `OSError` or `UnicodeError`."""

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
    ordered_at: Time | None = None
    due_at: Time | None = None


class _File(Record):
    id: str
    version: str
    licence: str
    source: str
    origin: str
    ca: str | None = None
    popularity: bool = False
    """The targets stand in order of popularity and are ranked from 1."""
    names: str | None = None
    """A file of plain text beside the list, instead of targets: one name on each line."""
    category: Category | None = None
    """Of all its names."""
    ask: Ask | None = None
    """Likewise."""
    ordered_at: Time | None = None
    """Of all names of an order that say none of their own."""
    due_at: Time | None = None
    """Likewise."""
    target: tuple[_Entry, ...] = ()


def parse_list(
    text: str, *, source: str, read_ca: ReadBeside | None, read_names: ReadBeside | None = None
) -> TargetList:
    """The list that the text holds. Raises the first `TomlFault`; `source` is the file's name.

    `read_ca` and `read_names` read the files that `ca` and `names` name. The digest is over the text and,
    where there is one, the file of names.
    """
    document, found = _examine(text, source=source)
    if found or document is None:
        raise found[0]
    lines = "" if document.names is None else _beside(text, "names", document.names, source, read_names)
    names, problems = _names(document, lines, source=source)
    if problems:
        raise problems[0]
    return TargetList(
        id=document.id,
        version=document.version,
        licence=document.licence,
        source=document.source,
        origin=document.origin,
        ca=None if document.ca is None else _read_ca(text, document.ca, source=source, read_ca=read_ca),
        digest=digest(text.encode() + lines.encode()),
        targets=_with_names_below(
            _target(
                entry,
                name=name,
                list_id=document.id,
                rank=rank if document.popularity else None,
                order=document,
            )
            for rank, (name, entry) in enumerate(names, start=1)
        ),
    )


def lint(text: str, *, source: str, read_names: ReadBeside | None = None) -> tuple[TomlFault, ...]:
    """Every fault of the list in the order of lines; of its file of names too, if that can be read here."""
    document, found = _examine(text, source=source)
    if document is None or document.names is None or read_names is None:
        return found
    try:
        lines = _beside(text, "names", document.names, source, read_names)
    except TomlFault as fault:
        return (*found, fault)
    return (*found, *_names(document, lines, source=source)[1])


def _examine(text: str, *, source: str) -> tuple[_File | None, tuple[TomlFault, ...]]:
    """The document, where its form is sound, and every fault that the text alone shows."""
    try:
        document = parse(text, source=source)
    except TomlFault as fault:
        return None, (fault,)
    found = list(conversion_faults(document, text, source=source, kind=_File))
    file = None if found else msgspec.convert(document, _File)
    entries = enumerate(file.target) if file is not None else _convertible(document)
    problems = [*_check_header(document), *_check_targets(entries)]
    if file is not None:
        problems += _check_where_names_stand(file)
    if problems:
        lines = scan(text)
        found.extend(
            TomlFault(message, source=source, line=line_of(lines, path)) for path, message in problems
        )
    return file, tuple(sorted(found, key=lambda fault: fault.line or 0))


def _names(
    document: _File, lines: str, *, source: str
) -> tuple[Iterable[tuple[tuple[str, str], _Entry]], tuple[TomlFault, ...]]:
    """Host and path of each target with what the list says about it, wherever it says so."""
    if document.names is None or document.category is None or document.ask is None:
        return ((_split(entry), entry) for entry in document.target), ()
    entry = _Entry(name="", category=document.category, ask=document.ask)
    beside = str(PurePath(source).parent / document.names)
    if document.category is Category.NATIONAL_ORDER:
        rows, problems = parse_rows(lines, source=beside)
        named = (
            msgspec.structs.replace(
                entry,
                name=EVERYTHING_BELOW if row.wildcard else "",
                ordered_at=row.ordered_at,
                due_at=row.due_at,
            )
            for row in rows
        )
        return (((row.host, row.path), item) for row, item in zip(rows, named, strict=True)), problems
    names, problems = parse_names(lines, source=beside)
    return ((name, entry) for name in names), problems


def _split(entry: _Entry) -> tuple[str, str]:
    """Host and path. Raises `NameFault`; only an order may be of everything below a name."""
    if entry.category is Category.NATIONAL_ORDER:
        host, path, _ = split_ordered(entry.name)
        return host, path
    return split_target(entry.name)


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
    for key in ("ca", "names"):
        name = document.get(key)
        if isinstance(name, str) and (not name or name.startswith(".") or re.search(r"[/\\\0]", name)):
            yield (key,), f'"{key}" must be the name of a file beside the list'


def _check_where_names_stand(document: _File) -> Iterable[tuple[Path, str]]:
    if document.names is None:
        if not document.target:
            yield (), "the list has no [[target]] and no file of names"
        for key, value in (("category", document.category), ("ask", document.ask)):
            if value is not None:
                yield (key,), f'"{key}" stands with each [[target]], or with a file of names'
        return
    if document.target:
        yield ("target",), 'a list has either [[target]] or "names", not both'
    if document.category is None or document.ask is None:
        yield ("names",), 'a file of names needs "category" and "ask", which hold for all of them'
        return
    entry = _Entry(
        name="",
        category=document.category,
        ask=document.ask,
        ordered_at=document.ordered_at,
        due_at=document.due_at,
    )
    for where, message in (*_check_harm(entry), *_check_order(entry)):
        yield (where,) if where else (), message


def _check_targets(entries: Iterable[tuple[int, _Entry]]) -> Iterable[tuple[Path, str]]:
    seen: dict[str, int] = {}
    for number, entry in entries:
        path: Path = ("target", number)
        try:
            name, _ = _split(entry)
        except NameFault as fault:
            yield (*path, "name"), str(fault)
        else:
            if name in seen:
                yield (*path, "name"), f'"{name}" is listed twice (it is also target {seen[name]})'
            seen.setdefault(name, number + 1)
        for key, message in (*_check_harm(entry), *_check_order(entry)):
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


def _check_order(entry: _Entry) -> Iterator[tuple[str | None, str]]:
    for key in ("ordered_at", "due_at"):
        if getattr(entry, key) is not None and entry.category is not Category.NATIONAL_ORDER:
            yield key, f'"{key}" is only for category = "national-order"'
    fault = wrong_times(entry.ordered_at, entry.due_at)
    if fault is not None:
        yield "due_at", fault


def _with_names_below(targets: Iterable[Target]) -> tuple[Target, ...]:
    """For each order of everything below a name, one such name too: `www`, the one that most have."""
    listed = tuple(targets)
    known = {item.name for item in listed}
    found: list[Target] = []
    for item in listed:
        found.append(item)
        below = f"www.{item.name}"
        if item.wildcard and below not in known and not item.name.startswith("www."):
            found.append(msgspec.structs.replace(item, name=below))
    return tuple(found)


def _target(entry: _Entry, *, name: tuple[str, str], list_id: str, rank: int | None, order: _File) -> Target:
    host, path = name
    addresses = {found for text in entry.expect if (found := _address(text)) is not None}
    return Target(
        name=host,
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
        ordered_at=_utc(entry.ordered_at or order.ordered_at),
        due_at=_utc(entry.due_at or order.due_at),
        wildcard=entry.category is Category.NATIONAL_ORDER and entry.name.startswith(EVERYTHING_BELOW),
    )


def _utc(moment: Time | None) -> Time | None:
    return None if moment is None else moment.astimezone(UTC)


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


def _read_ca(text: str, file: str, *, source: str, read_ca: ReadBeside | None) -> str:
    """The PEM text that `ca` names, shown to hold at least one certificate."""
    from cryptography import x509  # noqa: PLC0415 - few lists have an authority of their own

    pem = _beside(text, "ca", file, source, read_ca)
    try:
        x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise _unreadable(text, "ca", file, source, "holds no PEM certificate") from None
    return pem


def _beside(text: str, key: str, file: str, source: str, read: ReadBeside | None) -> str:
    if read is None:
        raise _unreadable(text, key, file, source, "cannot be read here")
    try:
        return read(file)
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
        raise _unreadable(text, key, file, source, problem) from None
    except ValueError:  # `UnicodeDecodeError` is one
        raise _unreadable(text, key, file, source, "is not UTF-8 text") from None


def _unreadable(text: str, key: str, file: str, source: str, problem: str) -> TomlFault:
    return TomlFault(
        f'"{key}" names {file}, which {problem}', source=source, line=line_of(scan(text), (key,))
    )
