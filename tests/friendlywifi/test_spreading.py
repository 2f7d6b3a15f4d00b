"""Work on several cores comes back in order, is read as it is needed, and ends with whoever wanted it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

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
    results.close()
    assert not multiprocessing.active_children()


HELD = """
import time
from friendlywifi.spreading import spread
print("begun", flush=True)
for _ in spread(time.sleep, [0.2] * 1000, jobs=2):
    print("one", flush=True)
"""


def gone(group: int) -> bool:
    """Whether every process of a group ends within seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_whoever_is_killed_outright_leaves_no_process_behind() -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", HELD],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    with program:
        assert program.stdout is not None
        for _ in range(2):
            program.stdout.readline()
        program.kill()
        program.wait(timeout=30)
        assert gone(program.pid)


@pytest.mark.parametrize("lines", (1, 2), ids=("while the processes start", "in the middle"))
def test_ctrl_c_for_all_of_them_ends_the_first_with_its_own_words_alone(lines: int) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", HELD],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - nothing else is done there
    )
    assert program.stdout is not None
    for _ in range(lines):
        program.stdout.readline()
    time.sleep(0.4 if lines == 1 else 0)
    os.killpg(program.pid, signal.SIGINT)
    _, told = program.communicate(timeout=30)
    assert told.count("Traceback") == 1
    assert told.rstrip().endswith("KeyboardInterrupt")
    assert gone(program.pid)


def test_a_process_that_dies_is_a_complaint_and_no_traceback() -> None:
    with pytest.raises(Complaint, match="ended from outside"):
        list(spread(die, range(6), jobs=2))
