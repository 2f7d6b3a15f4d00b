"""A target list in TOML from a file of another format, with where it came from written into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from probes.records import Ask, Category, Record, digest
from probes.targets.importers import citizenlab, dnsmasq, domains, hosts, rpz
from probes.targets.importers.entry import Imported, Reader, Reason, Skipped, Skips
from probes.targets.load import NEVER_GET, lint
from probes.targets.orders import EVERYTHING_BELOW
from probes.tomlfile import TomlFault

FORMATS: Mapping[str, Reader] = MappingProxyType(
    {
        "domains": domains.read,
        "hosts": hosts.read,
        "dnsmasq": dnsmasq.read,
        "rpz": rpz.read,
        "citizenlab": citizenlab.read,
    }
)

# A handshake with these harms nobody and says more than DNS does; all others are asked by DNS.
_HANDSHAKE = frozenset({Category.CONTROL_HELP, Category.CONTROL_GENERAL, Category.BYPASS})


class ImportFault(ValueError):  # noqa: N818 - a fault of what was given, not of the program
    """Why no list can be made, in one sentence."""


class Composed(Record):
    """A finished list and what did not go into it."""

    text: str
    names: int
    skipped: tuple[Skipped, ...]


def import_list(
    data: bytes,
    *,
    format: str,  # noqa: A002 - the word of the command line
    category: Category | None = None,
    ask: Ask | None = None,
    id: str,  # noqa: A002 - the key of the list
    version: str,
    licence: str,
    source: str,
    origin: str,
) -> Composed:
    """The list in `data`, a file of the given format. Raises `ImportFault`.

    `category` is for every name and required where the format has none of its own; `ask` likewise for every
    name, by default what is gentle enough for its category.
    """
    reader = FORMATS.get(format)
    if reader is None:
        raise ImportFault(f'"{format}" is no known format; known are {", ".join(FORMATS)}')
    if category is None and format != "citizenlab":
        raise ImportFault(f"a {format} file says nothing about its names: give their category")
    skips = Skips()
    text, names = compose(
        reader(data.decode("utf-8", "replace").split("\n"), skips),
        skips=skips,
        category=category,
        ask=ask,
        header={
            "id": id,
            "version": version,
            "licence": licence,
            "source": f"{source} ({digest(data)})",
            "origin": origin,
        },
    )
    return Composed(text=text, names=names, skipped=skips.summary())


def compose(
    entries: Iterable[Imported],
    *,
    skips: Skips,
    category: Category | None,
    ask: Ask | None,
    header: Mapping[str, str],
) -> tuple[str, int]:
    """The text of a list that loads, and how many names it holds. Raises `ImportFault`."""
    if category is not None and category.illegal:
        raise ImportFault(f"{category} is only for authorised sentinels and cannot be imported")
    parts = [f"{key} = {quote(value)}\n" for key, value in header.items()]
    seen: dict[str, int] = {}
    for entry in entries:
        if entry.name in seen:
            skips.add(Reason.DUPLICATE, entry.line)
            if entry.wildcard:
                # The name stood there alone before, and now everything below it is meant too.
                parts[seen[entry.name]] = _target(entry, category=category, ask=ask)
            continue
        seen[entry.name] = len(parts)
        parts.append(_target(entry, category=category, ask=ask))
        if len(seen) == 1:
            # The header comes from a person: better refused here than after a million names.
            _check("".join(parts))
    if not seen:
        raise ImportFault("there is not one name in it that can be a target")
    return "".join(parts), len(seen)


def _target(entry: Imported, *, category: Category | None, ask: Ask | None) -> str:
    chosen = category if category is not None else entry.category
    if chosen is None or chosen.illegal:
        raise ImportFault(f"{entry.name} has no category that can be imported")
    how = ask if ask is not None else Ask.TLS if chosen in _HANDSHAKE else Ask.DNS
    if chosen in NEVER_GET and how is Ask.GET:
        raise ImportFault(f'{chosen} names are never fetched: ask "dns", "tls" or "head"')
    name = entry.name if entry.path == "/" else entry.name + entry.path
    if entry.wildcard and chosen is Category.NATIONAL_ORDER:
        # Only an order may be of everything below a name; other lists are samples of names.
        name = EVERYTHING_BELOW + name
    return f'\n[[target]]\nname = {quote(name)}\ncategory = "{chosen}"\nask = "{how}"\n'


def _check(text: str) -> None:
    found: tuple[TomlFault, ...] = lint(text, source="list")
    if found:
        raise ImportFault(found[0].message)


def quote(text: str) -> str:
    """A TOML basic string; what TOML cannot hold becomes U+FFFD."""
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(char) or _safe(char) for char in text) + '"'


def _safe(char: str) -> str:
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"\\u{code:04x}" if code < 0x20 or code == 0x7F else char
