from __future__ import annotations

import hashlib
import hmac
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from criteria.draw import draw, invented_label, lot, shuffle

names = st.lists(st.text("abcdefgh", min_size=1, max_size=6), unique=True, max_size=30)


def own(name: str) -> str:
    return name


def test_a_lot_can_be_checked_with_any_hmac() -> None:
    assert lot(seed="s", label="l", name="n") == hmac.new(b"s", b"l\0n", hashlib.sha256).digest()


@given(names, st.integers(0, 40), st.randoms(use_true_random=False))
def test_the_order_of_a_list_changes_nothing(items: list[str], count: int, luck: Random) -> None:
    other = list(items)
    luck.shuffle(other)
    first = draw(items, count, seed="s", label="l", name=own)
    assert first == draw(other, count, seed="s", label="l", name=own)
    assert len(first) == min(count, len(items))


@given(names, st.integers(0, 40))
def test_a_draw_is_the_beginning_of_the_shuffle(items: list[str], count: int) -> None:
    assert (
        draw(items, count, seed="s", label="l", name=own)
        == (shuffle(items, seed="s", label="l", name=own)[:count])
    )


def test_another_seed_or_another_label_draws_others() -> None:
    items = [f"n{number}" for number in range(200)]
    draws = {draw(items, 5, seed=seed, label=label, name=own) for seed in "ab" for label in "xy"}
    assert len(draws) == 4


def test_every_name_has_the_same_chance() -> None:
    items = [f"n{number}" for number in range(10)]
    drawn = [draw(items, 3, seed=f"s{seed}", label="l", name=own) for seed in range(1000)]
    for name in items:
        # Expected 300 with a standard deviation of 14.5; the seeds are fixed, so this never flickers.
        assert 240 < sum(name in names for names in drawn) < 360


def test_an_invented_label_is_a_host_label_that_differs_by_seed_and_purpose() -> None:
    labels = {invented_label(seed=seed, label=label) for seed in "abc" for label in ("com", "net")}
    assert len(labels) == 6
    assert all(len(label) == 20 and label[0] == "x" and label.isalnum() for label in labels)
