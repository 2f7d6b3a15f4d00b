from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from criteria.index import Looks
from probes.records import Kind, Stage
from tests.criteria.conftest import V4, Scene, dns, page, tls

NAME = "adult.example"


def seen(looks: Looks) -> list[tuple[str, int, tuple[str, ...]]]:
    return [
        (question.id, look.attempt, tuple(item.id for item in look.items)) for question, look in looks.seen
    ]


@settings(max_examples=30, deadline=None)
@given(st.integers())
def test_the_order_in_which_observations_came_is_of_no_importance(seed: int) -> None:
    scene = Scene().target(NAME)
    scene.on(NAME, *page("203.0.113.10"), family=V4)
    scene.again = (NAME,)
    observations = list(scene.observations())
    mixed = random.Random(seed).sample(observations, len(observations))
    assert seen(Looks(scene.plan(), mixed)) == seen(Looks(scene.plan(), observations))


def test_looks_stand_in_the_order_of_the_plan_and_of_their_attempts(scene: Scene) -> None:
    scene.target(NAME).on(NAME, dns("203.0.113.10"))
    scene.again = (NAME,)
    plan = scene.plan()
    looks = Looks(plan, scene.observations())
    places = {question.id: place for place, question in enumerate(plan.questions)}
    order = [(places[question.id], look.attempt) for question, look in looks.seen]
    assert order == sorted(order)
    assert looks.attempts == (1, 2)
    for question, look in looks.seen:
        assert look in looks.of(question)
        assert (question, look) in looks.at(question.kind)


def test_what_answers_no_question_of_the_plan_is_not_looked_at(scene: Scene) -> None:
    plan = scene.plan()
    stray = replace(scene.observations()[0], question_id="another")
    looks = Looks(plan, [stray])
    assert looks.seen == []
    assert all(looks.at(kind) == [] for kind in Kind)


def test_a_handshake_is_found_whatever_stage_it_is_filed_under(scene: Scene) -> None:
    """What judging looks for is the facts; a bundle is a stranger's."""
    scene.target(NAME).on(NAME, {**tls("203.0.113.10"), "stage": Stage.DNS})
    visited = {question.subject for question, _ in Looks(scene.plan(), scene.observations()).visited}
    assert NAME in visited
