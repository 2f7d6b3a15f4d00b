"""What is answered now beside what was answered then. Pure: facts to sentences, and no verdict."""

from __future__ import annotations

from collections.abc import Mapping

from friendlywifi.evidence.contents import Contents
from probes import failure
from probes.records import Family, Kind, Observation, Question, Record, Stage, Time

_FAMILIES = {Family.IPV4: "IPv4", Family.IPV6: "IPv6"}

_FAILURES = {
    failure.NXDOMAIN: "heard_nxdomain",
    failure.NO_ANSWER: "heard_nothing",
    failure.REFUSED: "heard_refused",
    failure.SERVFAIL: "heard_servfail",
    failure.TIMEOUT: "heard_timeout",
}


class Heard(Record):
    """What came back by one way."""

    resolver: str
    family: Family
    failure: str | None
    addresses: tuple[str, ...] = ()
    ede_code: int | None = None
    ede_text: str = ""


class Now(Record):
    """A name asked again."""

    at: Time
    authorised_by: str
    heard: tuple[Heard, ...]
    control: str | None = None
    """A name that must open, asked beside it; `None`: none is known."""
    control_answered: bool = False


def heard(questions: Mapping[str, Question], observations: tuple[Observation, ...]) -> tuple[Heard, ...]:
    """The first plain answer by each way, in the order of the ways."""
    found: dict[tuple[str, Family], Heard] = {}
    for item in sorted(observations, key=lambda item: (item.attempt, item.id)):
        question = questions.get(item.question_id)
        if question is None or question.via is None or item.stage is not Stage.DNS or item.dns is None:
            continue
        if item.dns.variant is not None:
            continue
        ede = item.dns.ede[0] if item.dns.ede else None
        found.setdefault(
            (question.via.resolver, question.via.family),
            Heard(
                resolver=question.via.resolver,
                family=question.via.family,
                failure=item.failure,
                addresses=tuple(sorted(item.dns.addresses)),
                ede_code=None if ede is None else ede.code,
                ede_text="" if ede is None else ede.text,
            ),
        )
    return tuple(found[way] for way in sorted(found))


def beside(now: Now, contents: Contents, name: str, say: Mapping[str, str]) -> list[str]:
    """The sentences: when it was asked, each way then and now, whether the network works, what follows."""
    asked = {
        item.id: item
        for item in contents.plan.questions
        if item.subject == name and item.kind in (Kind.TARGET, Kind.CONTROL) and item.type is None
    }
    then = {(item.resolver, item.family): item for item in heard(asked, contents.observations)}
    today = {(item.resolver, item.family): item for item in now.heard}
    told = [
        say["asked_now"].format(
            date=f"{now.at:%Y-%m-%d}",
            time=f"{now.at:%H:%M}",
            who=now.authorised_by,
            hotspot=contents.run.hotspot,
        )
    ]
    for way in sorted({*then, *today}):
        key = "then_and_now" if way in then and way in today else "only_now" if way in today else "only_then"
        told.append(
            say[key].format(
                resolver=way[0],
                family=_FAMILIES[way[1]],
                then=_words(then[way], say) if way in then else "",
                now=_words(today[way], say) if way in today else "",
            )
        )
    if now.control is not None:
        key = "control_answered" if now.control_answered else "control_silent"
        told.append(say[key].format(control=now.control))
    return [*told, say["no_verdict"]]


def _words(item: Heard, say: Mapping[str, str]) -> str:
    if item.failure is None and item.addresses:
        told = say["heard_addresses"].format(addresses=", ".join(item.addresses))
    elif item.failure is None:
        told = say["heard_nothing"]
    else:
        told = say[_FAILURES.get(item.failure, "heard_failure")].format(failure=item.failure)
    if item.ede_code is None:
        return told
    return say["heard_ede"].format(heard=told, code=item.ede_code, text=item.ede_text).replace(" )", ")")
