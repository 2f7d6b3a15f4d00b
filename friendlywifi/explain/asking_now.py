"""Asks one name now, gently and by DNS only, through the resolvers of this network."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import dataclass, replace
from pathlib import Path

from friendlywifi import terminal
from friendlywifi.checking import serials
from friendlywifi.checking.command import mapping
from friendlywifi.checking.here import Here
from friendlywifi.checking.networkkey import network_key
from friendlywifi.complaint import Complaint
from friendlywifi.evidence.contents import Contents
from friendlywifi.explain.now import Now, heard
from friendlywifi.language.spoken import phrase
from friendlywifi.settings import load_settings
from probes.network import Network, endpoint, split_endpoint
from probes.records import Ask, Category, Family, Kind, Plan, Question, Transport, Vantage, Via
from probes.survey import survey
from probes.visit import Stores

_HARMFUL = frozenset({Category.ILLEGAL_CSAM, Category.ILLEGAL_TERROR})


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How a name is to be asked again."""

    authorised_by: str | None = None
    resolvers: tuple[str, ...] = ()
    connect_to: tuple[str, ...] = ()
    config: Path | None = None


def ask_now(name: str, contents: Contents, asking: Asking) -> Now:
    """What is answered now. A network that does not answer is an answer too; complains where nobody allowed
    it, where there is nobody to ask, and where the name may not be asked.
    """
    settings = load_settings(file=asking.config).settings
    who = (asking.authorised_by or settings.check.authorised_by or "").strip()
    if not who:
        raise Complaint(
            "say who allowed this question: --authorised-by NAME, or authorised_by under [check] in the "
            "configuration. It goes onto the page"
        )
    _require_askable(name, contents)
    here = Here(key=network_key(serials.state_directory()), interface=settings.network.interface)
    resolvers = _resolvers(asking.resolvers or settings.network.resolvers) or here.resolvers()[0]
    connect_to = mapping(asking.connect_to)
    network = Network(
        interface=settings.network.interface,
        connect_to=connect_to,
        confined=bool(connect_to) and all(map(_is_loopback, resolvers)),
    )
    told = phrase(
        "About to ask %(resolvers)s for %(name)s, by DNS only, allowed by %(who)s.",
        resolvers=", ".join(resolvers),
        name=name,
        who=who,
    )
    terminal.err().print(terminal.shown(told))
    return asyncio.run(ask(name, contents, network=network, resolvers=resolvers, authorised_by=who))


async def ask(
    name: str, contents: Contents, *, network: Network, resolvers: tuple[str, ...], authorised_by: str
) -> Now:
    """The name and one control, once each by every way."""
    control = next(
        (
            item.name
            for item in contents.plan.targets
            if item.category is Category.CONTROL_GENERAL and item.name != name
        ),
        None,
    )
    subjects = [(name, Kind.TARGET), *([(control, Kind.CONTROL)] if control is not None else [])]
    plan = Plan(
        seed="",
        standard=contents.plan.standard,
        resolvers=resolvers,
        targets=(),
        questions=tuple(
            Question(
                id=f"now/{kind.value}/{place}/{family.value}",
                kind=kind,
                subject=subject,
                via=Via(resolver=resolver, transport=Transport.UDP, family=family),
                ask=Ask.DNS,
            )
            for subject, kind in subjects
            for place, resolver in enumerate(resolvers)
            for family in Family
        ),
    )
    at = network.clock.now()
    seen = await survey(
        plan=plan,
        network=network,
        stores=Stores.load(()),
        identify=Vantage,
        # One after the other: nobody waits for this.
        budgets=replace(network.budgets, in_flight=1),
    )
    by_kind = {kind: {item.id: item for item in plan.questions if item.kind is kind} for _, kind in subjects}
    answers = heard(by_kind.get(Kind.CONTROL, {}), seen)
    return Now(
        at=at,
        authorised_by=authorised_by,
        heard=heard(by_kind[Kind.TARGET], seen),
        control=control,
        control_answered=any(item.failure is None for item in answers),
    )


def _require_askable(name: str, contents: Contents) -> None:
    """Illegal content is asked for by its authorised sentinels alone."""
    for item in contents.plan.targets:
        if item.name == name and item.category in _HARMFUL and not (item.sentinel and item.authorised_by):
            raise Complaint(f"{name} is on a list of illegal content and no authorised test page: not asked")


def _resolvers(named: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(endpoint(*split_endpoint(text, 53)) for text in named)
    except ValueError as error:
        raise Complaint(f"--resolver: {error}") from None


def _is_loopback(resolver: str) -> bool:
    return ipaddress.ip_address(split_endpoint(resolver)[0]).is_loopback
