"""What can be wrong with a standard beyond its form? Looked for in the plain document.

The document need not be a standard yet: a fault in one corner hides none in another, so that somebody who
writes by hand learns of all of them at once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import msgspec

from criteria.kinds import Test
from criteria.standard_records import Evidence, Standard, Surveillance
from probes.records import Record
from probes.tomllines import Path

Fault = tuple[Path, str]

_KINDS: Mapping[object, type[Record]] = {str(kind.__struct_config__.tag): kind for kind in get_args(Test)}
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs"})
_NO_NUMBERS = frozenset({"schema", "id", "version", "extends"})


def semantic_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Every fault with the path of what it is about."""
    yield from _standard_faults(document)
    seen: set[str] = set()
    for number, item in _tables(document, "criterion"):
        path: Path = ("criterion", number)
        name = item.get("id")
        if isinstance(name, str):
            if name in seen:
                yield (*path, "id"), f'the id "{name}" is used twice'
            seen.add(name)
        called = name if isinstance(name, str) else f"criterion {number + 1}"
        yield from (
            ((*path, *where), f"{called}: {message}")
            for where, message in _criterion_faults(item, document.get("languages"))
        )
    yield from _letter_faults(document, ())


def _standard_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    criteria = [item for _, item in _tables(document, "criterion")]
    if criteria and not any(item.get("gate") is True and item.get("enabled", True) for item in criteria):
        yield ("criterion",), "a standard needs at least one gate: without one everything would pass"
    modes: set[object] = set()
    for number, way in _tables(document, "surveillance"):
        mode = way.get("mode")
        if isinstance(mode, str) and mode in modes:
            yield ("surveillance", number), f'the mode of surveillance "{mode}" is described twice'
        modes.add(mode)
        yield from _below(("surveillance", number), _source_faults(way, _numbers(way, Surveillance)))
    full, provisional = document.get("validity_days"), document.get("provisional_days")
    if isinstance(full, int) and isinstance(provisional, int) and provisional > full:
        yield ("provisional_days",), "a provisional certificate cannot be valid for longer than a full one"
    yield from _source_faults(document, _numbers(document, Standard))
    evidence = document.get("evidence")
    if isinstance(evidence, dict):
        yield from _below(("evidence",), _source_faults(evidence, _numbers(evidence, Evidence)))
    yield from _language_faults(document)


def _language_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    languages = document.get("languages")
    if not isinstance(languages, list):
        return
    if "en" not in languages:
        yield ("languages",), 'the plain keys are English: "languages" must name "en"'
    texts = document.get("text")
    texts = texts if isinstance(texts, dict) else {}
    for language in languages:
        if not isinstance(language, str) or language == "en":
            continue
        words = texts.get(language)
        if not isinstance(words, dict):
            yield ("languages",), f'there is no [text.{language}] for the language "{language}"'
            continue
        told, limits = words.get("limits"), document.get("limits")
        if isinstance(told, list) and isinstance(limits, list) and len(told) != len(limits):
            yield (
                ("text", language, "limits"),
                f"{len(limits)} limits in English and {len(told)} here: they must say the same",
            )


def _criterion_faults(item: Mapping[str, Any], languages: object) -> Iterator[Fault]:
    gate, scope, weight = item.get("gate"), item.get("scope"), item.get("weight")
    test = item.get("test")
    test = test if isinstance(test, dict) else {}
    kind = test.get("kind")
    if gate is True and isinstance(weight, int) and weight:
        yield ("weight",), "a gate decides and has no weight: write weight = 0"
    if kind in _KINDS and isinstance(scope, str):
        if (kind == "never_open") is not (scope == "period"):
            yield ("scope",), 'the rule "never_open", and no other, is judged over a period'
        if (kind == "attested") is not (scope == "document"):
            yield ("scope",), 'the rule "attested", and no other, is judged by documents'
    if gate is True and kind == "attested":
        yield ("gate",), "what is declared and never measured cannot be a gate"
    if kind in _KINDS:
        yield from _source_faults(item, _numbers(test, _KINDS[kind]), within="test")
    texts = item.get("text")
    for language in languages if isinstance(languages, list) else ():
        if language != "en" and not (isinstance(texts, dict) and language in texts):
            yield ("id",), f'there is no [criterion.text.{language}] for the language "{language}"'


def _source_faults(
    table: Mapping[str, Any], numbers: tuple[str, ...], *, within: str | None = None
) -> Iterator[Fault]:
    """Every number has a source, and no source speaks of a key that is not there.

    The numbers are the table's own, or those of the table `within` it.
    """
    inner = table if within is None else table[within]
    sources = [(number, item) for number, item in _tables(table, "source") if isinstance(item.get("of"), str)]
    told = {item["of"] for _, item in sources}
    for key in numbers:
        if key not in told:
            yield (key,) if within is None else (within, key), f'the number "{key}" has no source'
    for number, item in sources:
        if item["of"] != "rule" and item["of"] not in inner:
            yield (
                ("source", number, "of"),
                f'there is no number "{item["of"]}" here; a rule in words has of = "rule"',
            )


def _letter_faults(value: object, path: Path) -> Iterator[Fault]:
    """Letters in their composed form (Unicode NFC), so that one text has one digest and one look; and nothing
    that nobody sees: an id with a line's end behind it looks like the id itself.
    """
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            yield path, "letters are written in pieces here; write them composed (Unicode NFC)"
        if any(char != "\n" and unicodedata.category(char) in _UNSEEN for char in value):
            yield path, "there is a character here that nobody sees, or that turns letters round"
        elif value != value.strip():
            yield path, "there is white space at the beginning or at the end"
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _letter_faults(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _letter_faults(item, (*path, number))


def _tables(table: Mapping[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = table.get(key)
    for number, item in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(item, dict):
            yield number, item


def _below(path: Path, faults: Iterator[Fault]) -> Iterator[Fault]:
    return (((*path, *where), message) for where, message in faults)


def _numbers(table: Mapping[str, Any], kind: type[Record]) -> tuple[str, ...]:
    """The keys of a record that hold a count or a share; what is misspelt is a fault already."""
    known = {field.encode_name for field in msgspec.structs.fields(kind)} - _NO_NUMBERS
    return tuple(key for key, value in table.items() if key in known and _is_number(value))


def _is_number(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, str) and value[:2] in ("0.", "1."))
