"""What became different from one run to another, in sentences. Pure."""

from __future__ import annotations

from criteria.records import Outcome
from friendlywifi.reporting.report import Report
from probes.records import Family

NAMED = 10
"""Names that are told; the rest is counted."""

_BECAME = {
    Outcome.BLOCKED: "blocked now",
    Outcome.REACHABLE: "open now",
    Outcome.DEAD: "working nowhere now",
    Outcome.INCONCLUSIVE: "not to be told now",
    Outcome.NOT_APPLICABLE: "not to be asked now",
}
_WAS = {
    Outcome.BLOCKED: "blocked then",
    Outcome.REACHABLE: "open then",
    Outcome.DEAD: "working nowhere then",
    Outcome.INCONCLUSIVE: "not to be told then",
    Outcome.NOT_APPLICABLE: "not to be asked then",
}


def in_words(one: Report, other: Report) -> tuple[str, ...]:
    """From `one` to `other`: circumstances first, then the answer, criteria, names and ways around."""
    told = [*_circumstances(one, other), *_answer(one, other), *_criteria(one, other)]
    changed = [*_names(one, other), *_routes(one, other)]
    return (
        *told,
        *(changed or ["Of what was asked both times, no name and no way around changed."]),
    )


def _circumstances(one: Report, other: Report) -> list[str]:
    told = []
    if one.run.hotspot != other.run.hotspot:
        told.append(f"These are two hotspots: {one.run.hotspot} and {other.run.hotspot}.")
    told.append(
        f"Run {one.run.serial} of {one.run.started:%Y-%m-%d %H:%M} UTC, and run {other.run.serial} of "
        f"{other.run.started:%Y-%m-%d %H:%M} UTC."
    )
    pairs = (
        (
            "standard",
            f"{one.assessment.standard} {one.assessment.standard_version}",
            f"{other.assessment.standard} {other.assessment.standard_version}",
        ),
        ("rules", one.run.rules_version, other.run.rules_version),
        ("program", one.run.software, other.run.software),
        ("resolvers", ", ".join(one.run.resolvers), ", ".join(other.run.resolvers)),
        ("network name", str(one.run.vantage.ssid), str(other.run.vantage.ssid)),
    )
    told += [f"The {what} changed: {was}, now {is_}." for what, was, is_ in pairs if was != is_]
    for report in (one, other):
        if report.run.void_reason is not None:
            told.append(f"Run {report.run.serial} is void and says nothing: {report.run.fitness.explanation}")
    return told


def _answer(one: Report, other: Report) -> list[str]:
    was, is_ = (item.assessment.outcome.value.replace("_", " ") for item in (one, other))
    return [f"The answer stayed: {is_}." if was == is_ else f"The answer was {was}, and is {is_} now."]


def _criteria(one: Report, other: Report) -> list[str]:
    before = {item.id: item for item in one.assessment.criteria}
    told = []
    for item in other.assessment.criteria:
        was = before.pop(item.id, None)
        if was is None:
            told.append(f"{item.id} is new: {item.result.value.replace('_', ' ')}. {item.reason}")
        elif was.result is not item.result:
            told.append(
                f"{item.id} was {was.result.value.replace('_', ' ')}, and is "
                f"{item.result.value.replace('_', ' ')} now. {item.reason}"
            )
    return told + [f"{identifier} is no longer asked." for identifier in before]


def _names(one: Report, other: Report) -> list[str]:
    before = {item.target: item.outcome for item in one.verdicts}
    after = {item.target: item.outcome for item in other.verdicts}
    both = before.keys() & after.keys()
    told = []
    for was in Outcome:
        for is_ in Outcome:
            names = sorted(name for name in both if before[name] is was and after[name] is is_)
            if names and was is not is_:
                told.append(f"{_listed(names)}: {_WAS[was]}, {_BECAME[is_]}.")
    only = (len(before.keys() - both), len(after.keys() - both))
    if any(only):
        told.append(
            f"{only[0]} names were asked the first time only and {only[1]} the second time only: "
            "nothing follows from that."
        )
    return told


_FAMILIES = {Family.IPV4: "IPv4", Family.IPV6: "IPv6"}


def _routes(one: Report, other: Report) -> list[str]:
    before = {(item.kind, item.endpoint, item.family): item.outcome.value for item in one.routes}
    told = []
    for item in other.routes:
        was, is_ = before.get((item.kind, item.endpoint, item.family)), item.outcome.value
        if was is not None and was != is_:
            first, second = was.replace("_", " "), is_.replace("_", " ")
            over = _FAMILIES[item.family]
            told.append(f"The way by {item.endpoint} over {over} was {first}, and is {second} now.")
    return told


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:NAMED])
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    count = f"{len(names)} {'name' if len(names) == 1 else 'names'}"
    return f"{count} ({shown}{rest})"
