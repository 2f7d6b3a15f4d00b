"""How does one standard build on another? It names it, and says only what differs.

Keys override keys. Criteria meet by `id`, ways of surveillance by `mode`, sources by `of`, duty-bearers and
reporting routes by `id`; what is said by the rule `kind` of a criterion is replaced as a whole where the kind
changes. `limits` add up: nobody loses a sentence from the face of a certificate by extending.
A number that is changed loses the source of the old one and has to name its own. Every part of the result
keeps the file and the line that it came from.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from probes import tomlfile
from probes.records import digest
from probes.tomlfile import TomlFault
from probes.tomllines import Path, scan

Resolve = Callable[[str], str]
"""From the id of a standard to its text. Raises `KeyError` where there is none."""

_OWN = ("id", "version", "title")
"""What no standard may inherit: two would have one name."""
_MEETS_BY = {"criterion": "id", "surveillance": "mode", "duty_bearer": "id", "report_to": "id"}
_DEEPEST = 8
"""Standards in one chain."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something was written."""

    source: str
    line: int | None


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A document with all that it extends, where each part stands, and the texts that it was made from."""

    document: dict[str, Any]
    places: Mapping[Path, Place]
    source: str
    texts: tuple[str, ...]
    """Its own text first, then that of what it extends, and so on."""
    base: Composed | None
    problems: tuple[TomlFault, ...] = ()
    """Faults of the extending itself."""

    def fault(self, path: Path, message: str) -> TomlFault:
        """A fault with the file and line of the path, or of the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        place = self.places.get(path, Place(source=self.source, line=None))
        return TomlFault(message, source=place.source, line=place.line)

    @property
    def digest(self) -> str:
        """Over the bytes of the file; where it extends another, over that one's digest too."""
        own = digest(self.texts[0].encode())
        return own if self.base is None else digest({"standard": own, "extends": self.base.digest})


def compose(text: str, *, source: str, resolve: Resolve | None) -> Composed:
    """The document of a text and of what it extends. Raises `TomlFault` where something is no TOML."""
    return _compose(tomlfile.parse(text, source=source), text, source=source, resolve=resolve, seen=())


def compose_document(
    document: dict[str, Any], text: str, *, source: str, resolve: Resolve | None
) -> Composed:
    """The same for a document that was parsed already, from this very text."""
    return _compose(document, text, source=source, resolve=resolve, seen=())


def _compose(
    document: dict[str, Any],
    text: str,
    *,
    source: str,
    resolve: Resolve | None,
    seen: tuple[str, ...],
) -> Composed:
    places: dict[Path, Place] = {path: Place(source=source, line=line) for path, line in scan(text).items()}
    alone = Composed(document=document, places=places, source=source, texts=(text,), base=None)
    wanted = document.get("extends")
    if wanted is None:
        return alone
    own_id = document.get("id")
    chain = (*seen, own_id if isinstance(own_id, str) else source)
    message = _refused(wanted, chain, resolve)
    if message is not None or resolve is None:
        return _spoiled(alone, alone.fault(("extends",), message or ""))
    base_text, base_source = resolve(wanted), f"{wanted}.toml"
    base = _compose(
        tomlfile.parse(base_text, source=base_source),
        base_text,
        source=base_source,
        resolve=resolve,
        seen=chain,
    )
    problems = [*base.problems, *_missing_own(alone, wanted)]
    merger = _Merger(base=base, own=alone)
    merged = merger.table(base.document, document, _At(base=(), own=(), out=()))
    return Composed(
        document=merged,
        places=merger.places,
        source=source,
        texts=(text, *base.texts),
        base=base,
        problems=(*problems, *merger.problems),
    )


def _refused(wanted: object, chain: tuple[str, ...], resolve: Resolve | None) -> str | None:
    """Why what is named cannot be extended; `None`: it can."""
    if not isinstance(wanted, str):
        return '"extends" must be the id of a standard, in quotes'
    if wanted in chain:
        return f'"extends" goes round in a circle: {" → ".join((*chain, wanted))}'
    if len(chain) > _DEEPEST:
        return f"more than {_DEEPEST} standards extend one another"
    if resolve is None:
        return f'"{wanted}" cannot be looked up here'
    try:
        resolve(wanted)
    except KeyError:
        return f'there is no standard "{wanted}" to extend'
    return None


def _missing_own(own: Composed, wanted: str) -> Iterator[TomlFault]:
    for key in _OWN:
        if key not in own.document:
            yield own.fault(
                ("extends",), f'a standard that extends another has its own {key}: "{key}" is missing'
            )
    if own.document.get("id") == wanted:
        yield own.fault(("id",), f'the id "{wanted}" is that of the standard it extends')


def _spoiled(alone: Composed, fault: TomlFault) -> Composed:
    return Composed(
        document=alone.document,
        places=alone.places,
        source=alone.source,
        texts=alone.texts,
        base=None,
        problems=(fault,),
    )


@dataclass(frozen=True, kw_only=True)
class _At:
    """The paths of one thing: in what is extended, in the own text, and in the result."""

    base: Path
    own: Path
    out: Path

    def below(self, key: str) -> _At:
        return _At(base=(*self.base, key), own=(*self.own, key), out=(*self.out, key))


class _Merger:
    """Makes one document of two, and keeps the place of every part."""

    def __init__(self, *, base: Composed, own: Composed) -> None:
        self.places: dict[Path, Place] = {}
        self.problems: list[TomlFault] = []
        self._base = base
        self._own = own

    def table(self, base: dict[str, Any], own: dict[str, Any], at: _At) -> dict[str, Any]:
        self._keep(self._own, at.own, at.out)
        merged: dict[str, Any] = {}
        for key in dict.fromkeys((*base, *own)):
            inner = at.below(key)
            if key == "source":
                merged[key] = self._sources(base, own, inner)
            elif key not in own:
                merged[key] = self._take(self._base, base[key], inner.base, inner.out)
            elif key not in base:
                merged[key] = self._take(self._own, own[key], inner.own, inner.out)
            else:
                merged[key] = self._both(key, base[key], own[key], inner)
        return merged

    def _both(self, key: str, base: Any, own: Any, at: _At) -> Any:  # noqa: ANN401 - any TOML value
        if isinstance(base, dict) and isinstance(own, dict):
            if key == "test" and own.get("kind", base.get("kind")) != base.get("kind"):
                return self._take(self._own, own, at.own, at.out)
            return self.table(base, own, at)
        if isinstance(base, list) and isinstance(own, list):
            if key in _MEETS_BY:
                return self._rows(base, own, _MEETS_BY[key], at)
            if key == "limits":
                added = [(number, item) for number, item in enumerate(own) if item not in base]
                return [
                    self._take(self._base, item, (*at.base, number), (*at.out, number))
                    for number, item in enumerate(base)
                ] + [
                    self._take(self._own, item, (*at.own, number), (*at.out, len(base) + place))
                    for place, (number, item) in enumerate(added)
                ]
        return self._take(self._own, own, at.own, at.out)

    def _rows(self, base: list[Any], own: list[Any], by: str, at: _At) -> list[Any]:
        self._keep(self._base, at.base, at.out)
        merged: list[Any] = []
        places = {item.get(by): number for number, item in enumerate(base) if isinstance(item, dict)}
        mine: dict[object, tuple[int, dict[str, Any]]] = {}
        new: list[tuple[int, Any]] = []
        for number, item in enumerate(own):
            word = item.get(by) if isinstance(item, dict) else None
            if isinstance(word, str) and word in places and word not in mine:
                mine[word] = (number, item)
            elif not self._misspelt(word, item, places, (*at.own, number)):
                new.append((number, item))
        for number, item in enumerate(base):
            out = (*at.out, len(merged))
            word = item.get(by) if isinstance(item, dict) else None
            if word in mine:
                place, override = mine[word]
                inner = _At(base=(*at.base, number), own=(*at.own, place), out=out)
                merged.append(self.table(item, override, inner))
            else:
                merged.append(self._take(self._base, item, (*at.base, number), out))
        for number, item in new:
            merged.append(self._take(self._own, item, (*at.own, number), (*at.out, len(merged))))
        return merged

    def _misspelt(self, word: object, item: Any, known: Mapping[Any, int], at: Path) -> bool:  # noqa: ANN401 - any TOML value
        """Whether a row that says little is meant for one that it misses by a letter; then it is told."""
        if not isinstance(word, str) or word in known or (isinstance(item, dict) and len(item) > 6):
            return False
        near = difflib.get_close_matches(word, [text for text in known if isinstance(text, str)], n=1)
        if not near:
            return False
        self.problems.append(
            self._own.fault(at, f'there is no "{word}" to change, did you mean "{near[0]}"?')
        )
        return True

    def _sources(self, base: dict[str, Any], own: dict[str, Any], at: _At) -> Any:  # noqa: ANN401 - any TOML value
        """The sources of both, without the base's for numbers that were changed or rules that are gone."""
        theirs, mine = base.get("source", []), own.get("source", [])
        if not isinstance(theirs, list) or not isinstance(mine, list):
            return self._take(self._own, mine, at.own, at.out)
        gone = {item.get("of") for item in mine if isinstance(item, dict)} | _changed(base, own)
        old, new = base.get("test"), own.get("test")
        if isinstance(old, dict) and isinstance(new, dict):
            replaced = new.get("kind", old.get("kind")) != old.get("kind")
            gone |= set(old) if replaced else _changed(old, new)
        rows = [
            (self._base, item, (*at.base, number))
            for number, item in enumerate(theirs)
            if not (isinstance(item, dict) and item.get("of") in gone)
        ]
        rows += [(self._own, item, (*at.own, number)) for number, item in enumerate(mine)]
        if "source" in own:
            self._keep(self._own, at.own, at.out)
        else:
            self._keep(self._base, at.base, at.out)
        return [
            self._take(origin, item, path, (*at.out, number))
            for number, (origin, item, path) in enumerate(rows)
        ]

    def _take(self, origin: Composed, value: Any, path: Path, to: Path) -> Any:  # noqa: ANN401 - any TOML value
        """The value as it is, with the places of all its parts."""
        self._keep(origin, path, to)
        if isinstance(value, dict):
            return {key: self._take(origin, item, (*path, key), (*to, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [
                self._take(origin, item, (*path, number), (*to, number)) for number, item in enumerate(value)
            ]
        return value

    def _keep(self, origin: Composed, path: Path, to: Path) -> None:
        place = origin.places.get(path)
        if place is not None:
            self.places[to] = place


def _changed(base: Mapping[str, Any], own: Mapping[str, Any]) -> set[Any]:
    return {key for key, value in own.items() if key in base and base[key] != value}
