from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from criteria.records import Reference, ReferenceEntry
from criteria.truth import Truth, Truths
from probes.records import Ask, Category, Family, Target

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def target(*, token: str | None = None, expect: tuple[str, ...] = ()) -> Target:
    return Target(
        name="a.example", category=Category.ADULT, ask=Ask.DNS, token=token, expect=expect, list_id="list"
    )


def truth(
    *, alive: bool | None, days: int = 0, confirmed: int | None = None, of: Target | None = None
) -> Truth:
    entry = ReferenceEntry(
        name="a.example",
        alive=alive,
        addresses=("203.0.113.9",),
        confirmed=None if confirmed is None else NOW - timedelta(days=confirmed),
    )
    reference = Reference(id="r", taken=NOW - timedelta(days=days), vantage="v", entries=(entry,))
    return Truths(reference=reference, max_age_days=30, at=NOW).of(of or target())


def test_without_token_address_or_reference_nothing_is_known() -> None:
    found = Truths(reference=None, max_age_days=30, at=NOW).of(target())
    assert (found.alive, found.addresses, found.has(Family.IPV4)) == (None, frozenset(), None)


@pytest.mark.parametrize("known", (target(token="t"), target(expect=("203.0.113.1",))))
def test_a_token_or_a_documented_address_is_alive_by_its_owners_word(known: Target) -> None:
    assert Truths(reference=None, max_age_days=30, at=NOW).of(known).alive is True


@pytest.mark.parametrize(("days", "counts"), ((30, 1), (31, 0), (-31, 0)))
def test_a_reference_counts_while_it_is_fresh(days: int, counts: int) -> None:
    found = truth(alive=True, days=days)
    assert found.alive is (True if counts else None)
    assert found.stale is not bool(counts)


def test_an_entry_that_was_confirmed_later_is_as_fresh_as_that() -> None:
    assert truth(alive=True, days=100, confirmed=1).alive is True


def test_an_owner_and_a_reference_that_contradict_each_other_leave_it_unknown() -> None:
    assert truth(alive=False, of=target(token="t")).alive is None


def test_only_the_owner_can_make_another_address_a_surprise() -> None:
    found = truth(alive=True)
    assert found.has(Family.IPV4) is True
    assert found.has(Family.IPV6) is False
    assert found.promises(Family.IPV4) is False
    assert truth(alive=True, of=target(expect=("203.0.113.1",))).promises(Family.IPV4) is True
