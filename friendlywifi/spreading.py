"""Work spread over processes: results in the order of the work, and only a little of it in hand at a time."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread, current_thread, main_thread
from typing import TypeVar

from friendlywifi.complaint import Complaint

_A_MOMENT = 0.1

T = TypeVar("T")
U = TypeVar("U")

AHEAD = 8
"""Items in hand for each process: so many that none waits, so few that memory does not grow with the work."""


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(work: Callable[[T], U], items: Iterable[T], *, jobs: int) -> Generator[tuple[T, U], None, None]:
    """Each item with what `work` makes of it, in the order of the items, which are read as they are needed.

    With one job everything stays in this process. `work` and items must be such as can be sent to another
    process. Complains where such a process dies, as when the machine has no memory left.
    """
    if jobs <= 1:
        for item in items:
            yield item, work(item)
        return
    # Spawned: a fork would copy whatever threads and sockets the caller has.
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_end_with_the_first)
    with _deaf_to_ctrl_c():
        for _ in range(jobs):
            # Each starts one more as long as none is idle: now, and not later, when they would hear.
            pool.submit(time.sleep, _A_MOMENT)
    running: deque[tuple[T, Future[U]]] = deque()
    try:
        for item in items:
            running.append((item, pool.submit(work, item)))
            if len(running) >= AHEAD * jobs:
                done, future = running.popleft()
                yield done, future.result()
        while running:
            done, future = running.popleft()
            yield done, future.result()
    except BrokenProcessPool:
        raise Complaint("a part of the work was ended from outside, perhaps for want of memory") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_the_first() -> None:
    """Whoever is killed outright cannot end those that work for it: they would wait for ever, unseen."""
    first = parent_process()
    if first is not None:

        def leave() -> None:
            first.join()
            os._exit(1)

        Thread(target=leave, daemon=True).start()


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Ctrl-C is for the process that the user started, which ends the others: they are born deaf to it."""
    if current_thread() is not main_thread():
        yield  # only there handlers can be set; whoever works in another thread has no Ctrl-C
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
