"""Says what is wrong in a TOML file, on which line, and what was probably meant.

`tomllib` knows the line of a syntax error only, and `msgspec` knows no lines at all. Here a document is
converted strictly into a record, and every fault is one sentence with the file, the line and, where a word
was misspelt, the nearest right one. Pure: text goes in, a record or faults come out.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any, TypeVar

import msgspec

from probes.tomllines import Path, line_of, scan

R = TypeVar("R")

_SYNTAX = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


class TomlFault(ValueError):  # noqa: N818 - a fault of the file, not of the program
    """One fault of one file. `str()` is one sentence: `FILE:LINE: what is wrong`."""

    def __init__(self, message: str, *, source: str, line: int | None) -> None:
        self.message = message
        self.source = source
        self.line = line
        super().__init__(f"{source}: {message}" if line is None else f"{source}:{line}: {message}")


def parse(text: str, *, source: str) -> dict[str, Any]:
    """The document as `tomllib` gives it. Raises `TomlFault` where it is no TOML."""
    try:
        document = tomllib.loads(text.removeprefix("\ufeff"))  # some editors write a mark in front
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        where = _SYNTAX.search(words)
        line = int(where["line"]) if where and where["line"] else text.count("\n") + 1
        message = words[: where.start()] if where else words
        end = where is not None and not where["line"]
        raise TomlFault(
            f"not valid TOML: {_lower(message)}{' at the end of the file' if end else ''}",
            source=source,
            line=line,
        ) from None
    except RecursionError:
        raise TomlFault("nested too deeply", source=source, line=None) from None
    except ValueError as error:  # a number of thousands of digits
        raise TomlFault(f"not valid TOML: {_lower(str(error))}", source=source, line=None) from None
    _check_size(text, document, source=source)
    return document


def _check_size(text: str, document: dict[str, Any], *, source: str) -> None:
    """Refuse what is valid and would break its readers: 100 levels, or integers beyond TOML's 64 bits."""
    waiting: list[tuple[Path, Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict | list):
            if len(path) >= 100:
                raise TomlFault("nested too deeply", source=source, line=None)
            items = value.items() if isinstance(value, dict) else enumerate(value)
            waiting.extend(((*path, key), item) for key, item in items)
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            message = f"{_quote(_name(path))} is too large a number"
            raise TomlFault(message, source=source, line=line_of(scan(text), path))


def load(text: str, *, source: str, kind: type[R]) -> R:
    """The record that the text holds. Raises the first `TomlFault` of the file.

    `source` is the name of the file as the user knows it.
    """
    document = parse(text, source=source)
    try:
        return msgspec.convert(document, kind)
    except (msgspec.ValidationError, OverflowError):
        raise _faults(text, document, source=source, kind=kind)[0] from None


def faults(text: str, *, source: str, kind: type[Any]) -> tuple[TomlFault, ...]:
    """Every fault that can be found independently of the others, in the order of lines."""
    try:
        document = parse(text, source=source)
    except TomlFault as fault:
        return (fault,)
    return conversion_faults(document, text, source=source, kind=kind)


def conversion_faults(
    document: dict[str, Any], text: str, *, source: str, kind: type[Any]
) -> tuple[TomlFault, ...]:
    """The same for a document that was parsed already, from this very text."""
    try:
        msgspec.convert(document, kind)
    except (msgspec.ValidationError, OverflowError):
        return _faults(text, document, source=source, kind=kind)
    return ()


def problems(document: dict[str, Any], kind: type[Any]) -> tuple[tuple[Path, str], ...]:
    """What keeps a document from being a `kind`, each with its path: for one made from several files."""
    try:
        msgspec.convert(document, kind)
    except (msgspec.ValidationError, OverflowError):
        found: list[tuple[Path, str]] = []
        _check(document, kind, (), lambda path, message: found.append((path, message)))
        return tuple(found)
    return ()


def _faults(text: str, document: dict[str, Any], *, source: str, kind: type[Any]) -> tuple[TomlFault, ...]:
    lines = scan(text)
    found: list[tuple[Path, str]] = []
    _check(document, kind, (), lambda path, message: found.append((path, message)))
    located = [TomlFault(message, source=source, line=line_of(lines, path)) for path, message in found]
    return tuple(sorted(located, key=lambda fault: fault.line or 0))


# --------------------------------------------------------------------------------------- conversion

_Report = Callable[[Path, str], None]


def _check(value: Any, kind: Any, path: Path, report: _Report) -> None:  # noqa: ANN401 - any TOML value
    """Report what keeps `value` from being a `kind`, each fault at its own path."""
    count = 0

    def counted(where: Path, message: str) -> None:
        nonlocal count
        count += 1
        report(where, message)

    _check_inside(value, kind, path, counted)
    if count:
        return
    # Nothing is wrong below: what is left is wrong here (a leaf, a bound, a `__post_init__`).
    try:
        msgspec.convert(value, kind)
    except (msgspec.ValidationError, OverflowError) as error:
        report(path, _explain(value, kind, path, error))


def _check_inside(value: Any, kind: Any, path: Path, report: _Report) -> None:  # noqa: ANN401 - likewise
    kind = _bare(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if _is_union(kind):
        chosen = _member(value, [m for m in arguments if m is not types.NoneType], path, report)
        if chosen is not None:
            _check_inside(value, chosen, path, report)
    elif _is_struct(kind) and isinstance(value, dict):
        _check_struct(value, kind, path, report)
    elif origin in (list, set, frozenset) and isinstance(value, list):
        for number, item in enumerate(value):
            _check(item, arguments[0], (*path, number), report)
    elif origin is tuple and isinstance(value, list):
        if arguments[-1] is Ellipsis:
            arguments = (arguments[0],) * len(value)
        if len(arguments) == len(value):
            for number, (item, part) in enumerate(zip(value, arguments, strict=True)):
                _check(item, part, (*path, number), report)
    elif isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, dict):
        for key, item in value.items():
            _check(item, arguments[1], (*path, key), report)


def _check_struct(value: dict[str, Any], kind: type[msgspec.Struct], path: Path, report: _Report) -> None:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    tag_field = kind.__struct_config__.tag_field
    known = [*fields, *([tag_field] if tag_field else [])]
    meant: set[str] = set()
    for key, item in value.items():
        if key in fields:
            _check(item, fields[key].type, (*path, key), report)
        elif key != tag_field and kind.__struct_config__.forbid_unknown_fields:
            report((*path, key), f"unknown key {_quote(key)}{_nearest(key, known, verb='known are')}")
            meant.update(difflib.get_close_matches(key, known, n=1))
    for name, field in fields.items():
        # A misspelt key is told once, by the word that stands there.
        if field.required and name not in value and name not in meant:
            report(path, f"{_quote(name)} is missing{_of(path)}")


def _member(value: Any, members: list[Any], path: Path, report: _Report) -> Any:  # noqa: ANN401 - a type
    """The member of a union that `value` is meant to be; `None` where only a conversion can tell."""
    if len(members) == 1:
        return members[0]
    if isinstance(value, list):
        return next((m for m in members if typing.get_origin(_bare(m)) in (tuple, list)), None)
    structs = [_bare(member) for member in members if _is_struct(_bare(member))]
    if not isinstance(value, dict) or not structs:
        return None
    if len(structs) == 1:
        return structs[0]
    field = structs[0].__struct_config__.tag_field
    tags = {struct.__struct_config__.tag: struct for struct in structs}
    if field not in value:
        report(path, f"{_quote(str(field))} is missing{_of(path)}; it must be one of {_listed(tags)}")
        return None
    if value[field] not in tags:
        report((*path, field), _not_one_of(str(field), value[field], [str(tag) for tag in tags]))
        return None
    return tags[value[field]]


# --------------------------------------------------------------------------------------------- words


def _explain(value: Any, kind: Any, path: Path, error: Exception) -> str:  # noqa: ANN401 - any TOML value
    name = _name(path)
    allowed = _allowed(kind)
    if allowed:
        return _not_one_of(name, value, allowed)
    message = str(error).partition(" - at `")[0]
    if "got `" in message or "Invalid" in message:
        return f"{_quote(name)} must be {_wanted(kind)}, not {_given(value)}"
    described = _description(kind)
    if described is not None and "matching regex" in message:
        return f"{_quote(name)} must be {described}, not {_given(value)}"
    if message.startswith(("Expected", "`int`")):
        return f"{_quote(name)}: {_lower(message).replace('`', '').replace('array', 'list')}"
    return message


def _description(kind: Any) -> str | None:  # noqa: ANN401 - a type
    """What a pattern means, in the words of whoever wrote it."""
    if typing.get_origin(kind) is not typing.Annotated:
        return None
    notes = (item for item in typing.get_args(kind)[1:] if isinstance(item, msgspec.Meta))
    return next((item.description for item in notes if item.description), None)


def _allowed(kind: Any) -> list[str]:  # noqa: ANN401 - a type
    """The words that a closed type admits; empty where it is not closed."""
    kind = _bare(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(member.value) for member in kind]
    if typing.get_origin(kind) is typing.Literal:
        return [str(word) for word in typing.get_args(kind)]
    if _is_union(kind):
        members = [m for m in typing.get_args(kind) if m is not types.NoneType]
        words = [_allowed(member) for member in members]
        return [word for group in words for word in group] if all(words) else []
    return []


_WORDS: dict[Any, str] = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime: "a date and time with an offset (2026-01-31T12:00:00Z)",
    date: "a date (2026-01-31)",
    time: "a time (12:00:00)",
    list: "a list",
    tuple: "a list",
    set: "a list",
    frozenset: "a list",
    dict: "a table",
}


def _wanted(kind: Any) -> str:  # noqa: ANN401 - a type
    kind = _bare(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if _is_union(kind):
        return " or ".join(dict.fromkeys(_wanted(m) for m in arguments if m is not types.NoneType))
    if _is_struct(kind):
        return "a table"
    if origin is tuple and arguments[-1] is not Ellipsis:
        return f"a list of {len(arguments)}"
    if origin in (tuple, list, set, frozenset):
        return f"a list of {_plural(arguments[0])}"
    return _WORDS.get(origin or kind, getattr(kind, "__name__", str(kind)))


def _plural(kind: Any) -> str:  # noqa: ANN401 - a type
    kind = _bare(kind)
    words = {str: "texts", int: "whole numbers", bool: "true or false"}
    return "tables" if _is_struct(kind) else words.get(kind, "values")


def _given(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return _short(str(value))


def _not_one_of(name: str, value: object, allowed: list[str]) -> str:
    near = difflib.get_close_matches(value, allowed, n=1) if isinstance(value, str) else []
    hint = f"; did you mean {_quote(near[0])}?" if near else ""
    choice = f"one of {_listed(allowed)}" if len(allowed) > 1 else allowed[0]
    return f"{_quote(name)} must be {choice}, not {_given(value)}{hint}"


def _nearest(word: str, known: list[str], *, verb: str) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f", did you mean {_quote(near[0])}?" if near else f"; {verb} {_listed(known)}"


def _listed(words: Iterable[object]) -> str:
    return ", ".join(str(word) for word in words)


def _name(path: Path) -> str:
    """The last key of the path, with the number of the element where it is one: `expect[1]`."""
    keys = [number for number, part in enumerate(path) if isinstance(part, str)]
    if not keys:
        return "the file"
    name, *indices = path[keys[-1] :]
    return str(name) + "".join(f"[{int(index) + 1}]" for index in indices)


def _of(path: Path) -> str:
    return f" in {_name(path)}" if path else ""


def _quote(word: str) -> str:
    return f'"{_short(word)}"'


def _short(word: str) -> str:
    """Printable and of bearable length: a fault is one line whatever the file holds."""
    clean = "".join(char if char.isprintable() else "?" for char in word)
    return clean if len(clean) <= 80 else clean[:77] + "..."


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _bare(kind: Any) -> Any:  # noqa: ANN401 - a type
    while typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    return kind


def _is_struct(kind: Any) -> bool:  # noqa: ANN401 - a type
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _is_union(kind: Any) -> bool:  # noqa: ANN401 - a type
    return typing.get_origin(kind) in (typing.Union, types.UnionType)
