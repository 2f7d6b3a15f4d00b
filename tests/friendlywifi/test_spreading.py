"""Work on several cores comes back in order, is read as it is needed, and ends with whoever wanted it."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator

import pytest

from friendlywifi.complaint import Complaint
from friendlywifi.spreading import AHEAD, spread


def slower_for_small(number: int) -> int:
    time.sleep(0.05 if number % 4 == 0 else 0)
    return number * number


def die(number: int) -> int:
    if number == 3:
        os._exit(9)
    return number


@pytest.mark.parametrize("jobs", (1, 2))
def test_results_come_in_the_order_of_the_work(jobs: int) -> None:
    assert list(spread(slower_for_small, range(40), jobs=jobs)) == [(n, n * n) for n in range(40)]


def test_no_more_is_read_than_is_in_hand() -> None:
    read = 0

    def items() -> Iterator[int]:
        nonlocal read
        for number in range(10_000):
            read = number + 1
            yield number

    results = spread(slower_for_small, items(), jobs=2)
    for _ in range(5):
        next(results)
    assert read <= 2 * AHEAD + 5
    results.close()  # type: ignore[attr-defined] # it is a generator
    assert not multiprocessing.active_children()


def test_a_process_that_dies_is_a_complaint_and_no_traceback() -> None:
    with pytest.raises(Complaint, match="ended from outside"):
        list(spread(die, range(6), jobs=2))
