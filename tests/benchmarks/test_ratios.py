"""Has anything become twice as slow? Ratios within one short run, beside those of the run that was kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks import guard
from benchmarks.measured import Measured
from benchmarks.result import LAST, load

Runs = dict[str, list[Measured]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, require_server: Callable[[str], str]) -> Runs:
    require_server("unbound")
    return guard.measure(tmp_path_factory.mktemp("ratios"))


def slower(now: dict[str, float], kept: dict[str, float]) -> list[str]:
    """What costs more than it may, in words."""
    return [
        f"{name} is {ratio:.3f} and was {kept[name]:.3f}"
        for name, ratio in now.items()
        if ratio > guard.FACTOR * kept[name]
    ]


@pytest.mark.skipif(not LAST.exists(), reason="no run of the benchmarks was kept yet")
def test_nothing_of_ours_has_become_twice_as_slow(runs: Runs) -> None:
    now = guard.costs(runs)
    kept = {name: load().figure(name) for name in now}
    assert None not in kept.values()
    assert slower(now, {name: ratio for name, ratio in kept.items() if ratio is not None}) == []


def test_twice_as_slow_is_noticed() -> None:
    kept = {"cost of sweep : asyncquery": 2.0}
    assert slower({"cost of sweep : asyncquery": 3.9}, kept) == []
    assert slower({"cost of sweep : asyncquery": 4.1}, kept) == [
        "cost of sweep : asyncquery is 4.100 and was 2.000"
    ]


def test_a_sweep_and_awaited_questions_are_cheaper_than_dnspythons_own(runs: Runs) -> None:
    now = guard.costs(runs)
    assert now["cost of sweep : asyncquery"] < 0.25
    assert now["cost of awaited : asyncquery"] < 0.5


def test_no_verdict_is_wrong_or_lost(runs: Runs) -> None:
    assert [item.wrong for ours in guard.OURS for item in runs[ours]] == [0] * 2 * guard.TIMES
