"""What does it mean that two standards differ? In sentences: stricter, relaxed, or other words only.

Whatever is not known to be stricter counts as relaxed where a gate is concerned: who loosens a gate says so
on the face of every certificate.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction

from criteria.kinds import Test
from criteria.standard_records import Criterion, Standard, Surveillance, Witness
from probes.records import Record


class Way(StrEnum):
    """Which way a change goes."""

    STRICTER = "stricter"
    RELAXED = "relaxed"
    OTHER = "other"
    """Neither: another size of a sample, another weight of advice."""
    WORDS = "words"
    """Text only."""


class Said(Record):
    """One sentence in the languages of the scheme."""

    en: str
    sq: str


class Change(Record):
    """One difference, and what it means."""

    where: str
    """`ADU-02`, or the key of the standard."""
    way: Way
    sentence: str
    consequence: Said | None = None
    """What the face of a certificate says from then on; only where a gate is relaxed."""


STRICTER_UP: frozenset[tuple[str, str]] = frozenset(
    {
        ("sample_blocked", "at_least"),
        ("popular_blocked", "names"),
        ("overblock_rate", "names"),
        ("category_rate", "at_least"),
        ("category_rate", "names"),
        ("never_open", "ran_at_least"),
    }
)
"""Numbers of rules that ask for more when they rise."""
STRICTER_DOWN: frozenset[tuple[str, str]] = frozenset(
    {
        ("sample_blocked", "alpha"),
        # What is left to another criterion, and not asked by it either, is asked by nobody.
        ("sample_blocked", "beyond_best"),
        ("overblock_rate", "at_most"),
        ("overblock_rate", "bound_at_most"),
        ("overblock_rate", "alpha"),
        ("order_blocked", "max_list_age_days"),
        ("attested", "max_age_days"),
    }
)
"""Numbers of rules that ask for more when they fall."""
STRICTER_LONGER: frozenset[tuple[str, str]] = frozenset(
    {
        ("category_rate", "categories"),
        ("encrypted_dns", "routes"),
        ("safesearch_forced", "engines"),
        ("attested", "statements"),
    }
)
"""Lists of rules that ask for more when something is added."""
NEUTRAL: frozenset[tuple[str, str]] = frozenset(
    {
        ("sample_blocked", "sample"),
        ("sample_blocked", "second_sample"),
        ("popular_blocked", "candidates"),
        ("overblock_rate", "sample"),
        ("category_rate", "sample"),
    }
)
"""Numbers that change how much is shown or how often it can be, and never what must be shown."""

_DOWN = (
    "reference_max_age_days",
    "validity_days",
    "provisional_days",
    "suspended_after_hours",
    "suspension_max_days",
    "renewal_evidence_days",
)
_WATCH_DOWN = (
    "gates_every_hours",
    "sample_every_days",
    "fresh_sample_every_days",
    "silence_days",
    "validity_days",
)
_WORDS = ("title", "protects", "why", "how", "rule", "remedy")


def compare(old: Standard, new: Standard) -> tuple[Change, ...]:
    """Every difference, in the order of the standards."""
    return (*_standard(old, new), *_criteria(old, new))


def consequences(base: Standard, own: Standard) -> tuple[Said, ...]:
    """What the faces of certificates must say since `own` relaxes gates of what it extends, or asks for less
    evidence, or watches less: one sentence for each gate, and one for everything else.
    """
    of_gates = tuple(item.consequence for item in _criteria(base, own) if item.consequence is not None)
    told = "; ".join(
        _told(item) for item in _standard(base, own) if item.way is Way.RELAXED and item.where != "limits"
    )
    if not told:
        return of_gates
    return (
        *of_gates,
        Said(
            en=f"Less is required here than by {base.id}: {told}.",
            sq=f"Këtu kërkohet më pak se nga {base.id}: {told}.",
        ),
    )


def _told(change: Change) -> str:
    """A relaxation of the whole as a clause: `evidence.runs 1 instead of 14`."""
    _, found, numbers = change.sentence.removesuffix(": less strict.").partition(" is ")
    return f"{change.where} {numbers.removesuffix('.')}" if found else change.where


# ------------------------------------------------------------------------------------------- criteria


def _criteria(old: Standard, new: Standard) -> Iterator[Change]:
    for was in old.criteria:
        now = new.criterion(was.id)
        if now is None:
            yield from _gone(was, old, how="is left out", removed=True)
        else:
            yield from _criterion(was, now, old)
    for now in new.criteria:
        if old.criterion(now.id) is None:
            what = "a gate" if now.gate else f"advice of weight {now.weight}"
            way = Way.STRICTER if now.gate and now.enabled else Way.OTHER
            off = "" if now.enabled else ", switched off"
            yield Change(where=now.id, way=way, sentence=f"{now.id} is new: {what}{off} ({now.title}).")


def _gone(was: Criterion, old: Standard, *, how: str, removed: bool) -> Iterator[Change]:
    counted = was.gate and was.enabled
    if not counted and not removed:
        yield Change(where=was.id, way=Way.OTHER, sentence=f"{was.id} {how} ({was.title}).")
        return
    yield Change(
        where=was.id,
        way=Way.RELAXED if counted else Way.OTHER,
        sentence=f"{was.id} {how} ({was.title}).",
        consequence=_not_asked(was, old) if counted else None,
    )


def _criterion(was: Criterion, now: Criterion, old: Standard) -> Iterator[Change]:
    if was.enabled and not now.enabled:
        yield from _gone(was, old, how="is switched off", removed=False)
        return
    if now.enabled and not was.enabled:
        yield Change(
            where=was.id,
            way=Way.STRICTER if now.gate else Way.OTHER,
            sentence=f"{was.id} is switched on ({now.title}).",
        )
    if was.gate and not now.gate:
        yield Change(
            where=was.id,
            way=Way.RELAXED,
            sentence=f"{was.id} is a gate no more: it is advice of weight {now.weight} ({was.title}).",
            consequence=_not_asked(was, old) if was.enabled else None,
        )
    elif now.gate and not was.gate:
        yield Change(where=was.id, way=Way.STRICTER, sentence=f"{was.id} becomes a gate ({now.title}).")
    elif now.weight != was.weight:
        yield Change(
            where=was.id, way=Way.OTHER, sentence=f"{was.id} weighs {now.weight} instead of {was.weight}."
        )
    yield from _rule(was, now, old)
    told = [key for key in _WORDS if getattr(was, key) != getattr(now, key)]
    told += ["texts in other languages"] if was.text != now.text else []
    told += ["sources"] if was.source != now.source else []
    told += ["effort or owner"] if (was.effort, was.owner) != (now.effort, now.owner) else []
    if told:
        yield Change(where=was.id, way=Way.WORDS, sentence=f"{was.id} has other words: {', '.join(told)}.")


def _rule(was: Criterion, now: Criterion, old: Standard) -> Iterator[Change]:
    before, after = _tag(was.test), _tag(now.test)
    counted = was.gate and was.enabled and now.gate
    if before != after:
        yield Change(
            where=was.id,
            way=Way.RELAXED if counted else Way.OTHER,
            sentence=f"{was.id} has another rule: {after} instead of {before}.",
            consequence=_less(was, old, f"{after} instead of {before}") if counted else None,
        )
        return
    for key in now.test.__struct_fields__:
        one, two = getattr(was.test, key), getattr(now.test, key)
        if one == two:
            continue
        way = _way(before, key, one, two)
        if way is Way.RELAXED and not was.gate:
            way = Way.OTHER
        told = f"{key} {_plain(two)} instead of {_plain(one)}"
        yield Change(
            where=was.id,
            way=way,
            sentence=f"{was.id} {_verb(way)}: {told}.",
            consequence=_less(was, old, told) if way is Way.RELAXED and counted else None,
        )


def _verb(way: Way) -> str:
    return {Way.STRICTER: "asks for more", Way.RELAXED: "asks for less"}.get(way, "changes")


def _way(kind: str, key: str, one: object, two: object) -> Way:
    """Which way a rule's number or list goes; what is not known counts as relaxed."""
    place = (kind, key)
    if place in NEUTRAL:
        return Way.OTHER
    if place in STRICTER_LONGER and isinstance(one, tuple) and isinstance(two, tuple):
        return Way.STRICTER if set(one) <= set(two) else Way.RELAXED
    if place in STRICTER_UP | STRICTER_DOWN:
        rises = Fraction(str(two)) > Fraction(str(one))
        return Way.STRICTER if rises is (place in STRICTER_UP) else Way.RELAXED
    return Way.RELAXED


def _not_asked(was: Criterion, old: Standard) -> Said:
    title = was.text.sq.title if was.text.sq is not None else was.title
    return Said(
        en=f"Not required here, though {old.id} requires it: {was.title} ({was.id}).",
        sq=f"Këtu nuk kërkohet, megjithëse {old.id} e kërkon: {title} ({was.id}).",
    )


def _less(was: Criterion, old: Standard, told: str) -> Said:
    title = was.text.sq.title if was.text.sq is not None else was.title
    return Said(
        en=f"Less is required here than by {old.id}: {was.title} ({was.id}, {told}).",
        sq=f"Këtu kërkohet më pak se nga {old.id}: {title} ({was.id}, {told}).",
    )


# ------------------------------------------------------------------------------------- the whole of it


def _standard(old: Standard, new: Standard) -> Iterator[Change]:
    if (old.id, old.version) != (new.id, new.version):
        yield Change(
            where="id",
            way=Way.WORDS,
            sentence=f"{new.id} {new.version} is compared with {old.id} {old.version}.",
        )
    if old.witness is not new.witness:
        required = new.witness is Witness.REQUIRED
        yield Change(
            where="witness",
            way=Way.STRICTER if required else Way.RELAXED,
            sentence=f"A witness of time and place is {'required' if required else 'no longer required'}.",
        )
    for key in _DOWN:
        yield from _number(key, key, getattr(old, key), getattr(new, key), falls=True)
    for key in ("runs", "days", "hours"):
        one, two = getattr(old.evidence, key), getattr(new.evidence, key)
        yield from _number(f"evidence.{key}", key, one, two, falls=False)
    theirs = {way.mode: way for way in old.surveillance}
    for way in new.surveillance:
        if way.mode not in theirs:
            yield Change(
                where=f"surveillance.{way.mode}",
                way=Way.OTHER,
                sentence=f"The surveillance mode {way.mode} is new.",
            )
        else:
            yield from _surveillance(theirs[way.mode], way)
    for mode in sorted(theirs.keys() - {way.mode for way in new.surveillance}):
        yield Change(
            where=f"surveillance.{mode}",
            way=Way.OTHER,
            sentence=f"The surveillance mode {mode} is left out.",
        )
    for limit in old.limits:
        if limit not in new.limits:
            yield Change(
                where="limits", way=Way.RELAXED, sentence=f'The face of a certificate says no more: "{limit}"'
            )
    for limit in new.limits:
        if limit not in old.limits:
            yield Change(
                where="limits", way=Way.WORDS, sentence=f'The face of a certificate says too: "{limit}"'
            )
    told = [key for key in ("title", "summary", "text", "duty_bearer", "report_to", "languages", "lifecycle")
            if getattr(old, key) != getattr(new, key)]  # fmt: skip
    if told:
        yield Change(where="words", way=Way.WORDS, sentence=f"Other words of the whole: {', '.join(told)}.")


def _surveillance(was: Surveillance, now: Surveillance) -> Iterator[Change]:
    where = f"surveillance.{was.mode}"
    for key in _WATCH_DOWN:
        yield from _number(f"{where}.{key}", key, getattr(was, key), getattr(now, key), falls=True)
    key = "due_runs_at_least"
    yield from _number(f"{where}.{key}", key, was.due_runs_at_least, now.due_runs_at_least, falls=False)


def _number(where: str, key: str, one: int | str, two: int | str, *, falls: bool) -> Iterator[Change]:
    if one == two:
        return
    stricter = (Fraction(str(two)) < Fraction(str(one))) is falls
    yield Change(
        where=where,
        way=Way.STRICTER if stricter else Way.RELAXED,
        sentence=f"{key} is {two} instead of {one}: {'stricter' if stricter else 'less strict'}.",
    )


def _tag(test: Test) -> str:
    return str(test.__struct_config__.tag)


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(str(getattr(item, "value", item)) for item in value) + "]"
    return str(getattr(value, "value", value))
