"""The share of filters that are certified by luck is measured, with the program's own decisions."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def curve() -> ModuleType:
    spec = importlib.util.spec_from_file_location("operating_curve", ROOT / "docs" / "operating_curve.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["operating_curve"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_at_the_boundary_at_most_one_filter_of_twenty_is_certified_by_luck(curve: ModuleType) -> None:
    for dead in range(0, 60, 7):
        for gone in range(0, 80, 20):
            assert curve.certified(0.95, 208 - dead, 600 - gone) <= 0.05
    assert curve.exact_boundary() <= 0.05


def test_a_second_sample_helps_good_filters_and_hardly_bad_ones(curve: ModuleType) -> None:
    assert curve.certified(0.98, 200, 576) > 0.99
    assert curve.certified(0.98, 200, None) < 0.7
    assert curve.certified(0.93, 200, 576) - curve.certified(0.93, 200, None) < 0.001


def test_a_few_hundred_emulated_hotspots_come_out_as_computed(curve: ModuleType) -> None:
    share = curve.simulate("0.95", 600, seed=1)
    # 30 are expected at 5 %; more than 50 would come once in ten thousand such tests.
    assert 5 <= share.registered <= 50
    assert share.scheme <= share.registered < share.best_of_all
    assert curve.simulate("0.99", 100, seed=1).registered == 100


def test_the_same_seed_gives_the_same_hotspots(curve: ModuleType) -> None:
    assert curve.simulate("0.96", 50, seed=3) == curve.simulate("0.96", 50, seed=3)


def test_the_page_speaks_of_the_rule_in_force(curve: ModuleType) -> None:
    text = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
    rule = curve.rule()
    assert f"{rule.sample} names are drawn" in text
    assert f"sample of {rule.second_sample} other names" in text
    assert curve.percent(curve.exact_boundary()) in text
    assert (ROOT / "docs" / "images" / "operating-curve.svg").exists()


@pytest.mark.long
@pytest.mark.timeout(900)
def test_ten_thousand_hotspots_at_the_boundary_and_the_page_that_tells_of_them(curve: ModuleType) -> None:
    text, picture = curve.page()
    assert (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8") == text
    assert (ROOT / "docs" / "images" / curve.PICTURE).read_text(encoding="utf-8") == picture
    share = curve.simulate("0.95", curve.HOTSPOTS, curve.SEED)
    assert share.registered <= share.hotspots // 20
    assert share.scheme <= share.hotspots // 20
