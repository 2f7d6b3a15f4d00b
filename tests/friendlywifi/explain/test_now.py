"""What is answered now stands beside what was answered then; a silent network is told, and is no verdict."""

from __future__ import annotations

import asyncio
import shlex
from pathlib import Path

import pytest

from criteria.records import Outcome
from friendlywifi.complaint import Complaint
from friendlywifi.explain import command as explaining
from friendlywifi.explain.asking_now import Asking, ask, ask_now
from friendlywifi.explain.now import Heard, Now, beside
from friendlywifi.explain.page import explain
from friendlywifi.explain.texts import LANGUAGES, texts
from friendlywifi.lab import Lab
from friendlywifi.lab.budgets import FAST
from friendlywifi.lab.command import scenario_named
from probes.network import Network
from probes.records import Category, Family
from tests.friendlywifi.evidence.made import Made, measure


@pytest.fixture(scope="module")
def library() -> Made:
    return measure("library")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(tmp_path / "state"))


def blocked(made: Made) -> str:
    return next(
        item.target
        for item in made.checked.judgement.verdicts
        if item.outcome is Outcome.BLOCKED and item.category is Category.ADULT
    )


async def asked(scenario: str, made: Made, name: str) -> Now:
    async with Lab(scenario_named(scenario), seed="evidence", budgets=FAST) as lab:
        return await ask(
            name,
            made.bundle.contents,
            network=lab.network,
            resolvers=lab.resolvers,
            authorised_by="the tests",
        )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_name_that_was_blocked_and_opens_now_shows_both_answers(library: Made, language: str) -> None:
    name = blocked(library)
    now = await asked("unfiltered", library, name)
    page = explain(library.bundle.contents, name, language=language, now=now)
    say, told = texts(language), " ".join(page.paragraphs)
    assert "198.51.100." in told
    assert say["no_verdict"] in told
    assert say["now"] not in told
    assert say["control_answered"].format(control=now.control) in told
    assert "the tests" in told
    # It is no verdict: what was judged is what was judged then.
    assert say["blocked"] in told
    assert say["reachable"] not in told


async def test_the_same_filter_answers_the_same_by_the_same_way(library: Made) -> None:
    name = blocked(library)
    now = await asked("library", library, name)
    # The lab's resolvers listen elsewhere each time: the way of then is the way of now.
    places = dict(zip(sorted({item.resolver for item in now.heard}), library.given.resolvers, strict=True))
    same = Now(
        at=now.at,
        authorised_by=now.authorised_by,
        heard=tuple(
            Heard(
                resolver=places[item.resolver],
                family=item.family,
                failure=item.failure,
                addresses=item.addresses,
                ede_code=item.ede_code,
                ede_text=item.ede_text,
            )
            for item in now.heard
        ),
    )
    every = beside(same, library.bundle.contents, name, texts("en"))
    told = [item for item in every if item.startswith("Through")]
    assert len(told) == 2 * len(library.given.resolvers)
    for sentence in told:
        then, today = sentence.split(": then ")[1].rstrip(".").split("; now ")
        assert then == today


async def test_a_network_that_says_nothing_is_told_with_its_control(library: Made) -> None:
    name = blocked(library)
    now = await asked("dead-uplink", library, name)
    told = " ".join(explain(library.bundle.contents, name, language="en", now=now).paragraphs)
    assert not now.control_answered
    assert "it may be the network that does not work, and no filter" in told


async def test_a_name_that_was_not_asked_then_may_be_asked_now(library: Made) -> None:
    now = await asked("library", library, "never.asked.example")
    page = explain(library.bundle.contents, "never.asked.example", language="en", now=now)
    told = " ".join(page.paragraphs)
    assert "Nothing is known of it from that run." in told
    assert "then it was not asked this way; now" in told


async def test_only_dns_is_asked_and_only_the_name_and_one_control(library: Made) -> None:
    name = blocked(library)
    async with Lab(scenario_named("library"), seed="evidence", budgets=FAST) as lab:
        # Nothing but the resolvers can be reached: whoever tried to open a page would be seen to fail.
        only = Network(clock=lab.network.clock, budgets=lab.network.budgets, confined=True)
        now = await ask(
            name, library.bundle.contents, network=only, resolvers=lab.resolvers, authorised_by="a"
        )
        ways = {(resolver, family) for resolver in lab.resolvers for family in Family}
    assert {(item.resolver, item.family) for item in now.heard} == ways
    assert now.control_answered


async def test_the_command_asks_the_lab_and_leaves_a_page(library: Made, tmp_path: Path) -> None:
    bundle, page = tmp_path / "bundle.zip", tmp_path / "page.html"
    bundle.write_bytes(library.data)
    name = blocked(library)
    async with Lab(scenario_named("unfiltered"), seed="evidence", budgets=FAST) as lab:
        asking = Asking(authorised_by="Bashkia", resolvers=lab.resolvers)
        await asyncio.to_thread(
            explaining.run, str(bundle), name, at=None, language="sq", output=page, asking=asking
        )
    text = page.read_text()
    assert "me lejen e Bashkia" in text
    assert "198.51.100." in text


def test_nobody_is_asked_without_somebody_who_allowed_it(library: Made) -> None:
    with pytest.raises(Complaint, match="--authorised-by"):
        ask_now("a.example", library.bundle.contents, Asking(resolvers=("127.0.0.1:9",)))


def test_a_wrong_resolver_is_a_complaint(library: Made) -> None:
    with pytest.raises(Complaint, match="--resolver"):
        ask_now("a.example", library.bundle.contents, Asking(authorised_by="a", resolvers=("nobody",)))


def test_options_of_asking_belong_to_now(quick: object, library: Made, tmp_path: Path) -> None:
    (tmp_path / "bundle.zip").write_bytes(library.data)
    done = quick(*shlex.split("explain bundle.zip a.example --resolver 127.0.0.1"))  # type: ignore[operator]
    assert done.returncode == 2
    assert "--now" in done.stderr


def test_foreign_words_of_a_resolver_are_text_on_the_page(library: Made) -> None:
    name = blocked(library)
    heard = Heard(
        resolver="192.0.2.1:53",
        family=Family.IPV4,
        failure="dns_nxdomain_error",
        ede_code=15,
        ede_text="<script>{name}</script>",
    )
    now = Now(at=library.checked.run.started, authorised_by="<b>", heard=(heard,))
    page = explaining.html(explain(library.bundle.contents, name, language="en", now=now))
    assert "<script>" not in page
    assert "there is no such name (the resolver&#39;s own reason: 15 &lt;script&gt;{name}" in page
