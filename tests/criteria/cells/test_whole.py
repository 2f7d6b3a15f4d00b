"""Cells as a whole: the same whatever the order, and nothing from a void run."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from criteria import mechanism, released, rules
from probes import failure
from probes.records import Ask, encode
from tests.criteria.cells.scenes import BLOCKED, HERE, INCONCLUSIVE, NAME, THERE, asked
from tests.criteria.conftest import (
    NODATA,
    NXDOMAIN,
    TIMEOUT,
    V4,
    V6,
    Part,
    Scene,
    dns,
    judge_verdicts,
    tcp,
    tls,
)


def test_a_void_run_leaves_every_target_undecided(scene: Scene) -> None:
    scene.interrupted = True
    asked(scene, dns("0.0.0.0", ede=(17,)))
    assert {cell.rule for cell in scene.cells} == {"run_void"}
    assert {cell.outcome for cell in scene.cells} == {INCONCLUSIVE}


PARTS = st.sampled_from(
    (
        (),
        (NXDOMAIN,),
        (NODATA,),
        (TIMEOUT,),
        (dns("0.0.0.0"),),
        (dns(HERE, ede=(17,)),),
        (dns(HERE), tcp(HERE), tls(HERE)),
        (dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET)),
        (dns(THERE), tcp(THERE, failure.TIMEOUT)),
        (dns("no address"),),
    )
)
WORDS = mechanism.parse(released.mechanisms_text(), source="mechanisms.toml")


@settings(max_examples=40, deadline=None)
@given(PARTS, PARTS, PARTS, st.integers(1, 2), st.integers())
def test_judging_depends_on_nothing_but_what_happened(
    first: tuple[Part, ...], second: tuple[Part, ...], other: tuple[Part, ...], looks: int, seed: int
) -> None:
    scene = Scene().target(NAME, ask=Ask.TLS, expect=(HERE,))
    scene.on(NAME, *first, family=V4, attempt=1).on(NAME, *second, family=V4, attempt=2)
    scene.on(NAME, *other, family=V6)
    scene.again = (NAME,) if looks == 2 else ()
    found = list(scene.observations())
    random.Random(seed).shuffle(found)
    again = judge_verdicts(scene, scene.plan(), found)
    assert encode(again) == encode(scene.verdicts)
    known = {rule.id for rule in rules.latest().rules}
    for cell in (cell for verdict in again for cell in verdict.cells):
        assert cell.rule in known
        assert all(WORDS.knows(word) for word in cell.mechanisms)
        assert (cell.mechanism is None) == (not cell.mechanisms)
        assert cell.outcome is not BLOCKED or cell.mechanism is not None
