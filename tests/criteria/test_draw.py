from __future__ import annotations

import hashlib
import hmac
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from criteria.draw import Sampler, draw, invented_label, lot, shuffle

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


# ------------------------------------------------------------------------------- one pass, siblings once


def domain(name: str) -> str:
    return name.rpartition(".")[2]


siblings = st.lists(st.from_regex(r"[a-c]{1,3}\.[d-h]{1,2}", fullmatch=True), unique=True, max_size=40)


def sampled(items: list[str], count: int, **options: Any) -> tuple[str, ...]:
    sampler = Sampler(count, seed="s", label="l", name=own, group=domain, **options)
    for item in items:
        sampler.offer(item)
    return sampler.drawn()


@given(siblings, st.integers(0, 12))
def test_one_pass_draws_what_sorting_everything_would(items: list[str], count: int) -> None:
    best: dict[str, str] = {}
    for item in shuffle(items, seed="s", label="l", name=own):
        best.setdefault(domain(item), item)
    groups = draw(best, count, seed="s", label="l", name=own)
    assert sampled(items, count) == tuple(best[group] for group in groups)


@given(siblings, st.integers(0, 12), st.randoms(use_true_random=False))
def test_the_order_of_the_offers_changes_nothing(items: list[str], count: int, luck: Random) -> None:
    other = list(items)
    luck.shuffle(other)
    assert sampled(items, count) == sampled(other, count)


@given(siblings, st.integers(1, 5))
def test_the_same_sample_comes_from_the_drawn_names_alone(items: list[str], count: int) -> None:
    drawn = sampled(items, count)
    assert sampled(list(drawn), count) == drawn


def test_a_domain_with_a_thousand_names_has_one_lot() -> None:
    items = [f"n{number}.big" for number in range(1000)] + [f"n.small{number}" for number in range(9)]
    drawn = [Sampler(5, seed=f"s{seed}", label="l", name=own, group=domain) for seed in range(300)]
    for sampler in drawn:
        for item in items:
            sampler.offer(item)
    # 5 of 10 domains: 150 of 300 are expected with a standard deviation of 8.7.
    assert 115 < sum(any(domain(item) == "big" for item in one.drawn()) for one in drawn) < 185


def test_groups_that_are_left_out_make_room_for_the_next() -> None:
    items = [f"n.{number}" for number in range(50)]
    first = sampled(items, 5)
    rest = sampled(items, 5, without={domain(item) for item in first})
    assert not set(first) & set(rest)
    assert first + rest == sampled(items, 10)
    sampler = Sampler(5, seed="s", label="l", name=own, group=domain, spare=2)
    for item in items:
        sampler.offer(item)
    assert sampler.drawn(without={domain(item) for item in first[:2]}) == first[2:] + rest[:2]
