"""A filter that drops: how long a check takes, measured against the one deadline that it must wait for."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.filter import free_port, wait_for
from benchmarks.pages import nginx
from benchmarks.result import Goal, Section
from probes.network import SLOW, Budgets, Network
from probes.records import Ask, Family, Kind, Observation, Plan, Question, Stage, Transport, Vantage, Via
from probes.survey import survey
from probes.visit import Stores

TARGETS = 200
OPEN, SILENT = "198.51.100.1", "198.51.100.2"
OPEN6, SILENT6 = "2001:db8::1", "2001:db8::2"
HOGS = 2


@dataclass(frozen=True, kw_only=True)
class Looked:
    """Two looks at the same targets."""

    first: float
    second: float
    wrong: int
    """Questions about which something else was seen than was done to them."""


def kind(number: int) -> str:
    """What is done to a target: a quarter is dropped at DNS, a quarter at TCP."""
    return ("dns", "open", "tcp", "open")[number % 4]


@contextlib.contextmanager
def full_port() -> Iterator[int]:
    """A port on loopback whose queue is full: Linux drops further SYNs without a word."""
    with contextlib.ExitStack() as owned:
        listening = owned.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(8):
            filler = owned.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(listening.getsockname())
        time.sleep(0.1)
        yield int(listening.getsockname()[1])


@contextlib.contextmanager
def resolver() -> Iterator[int]:
    """`benchmarks.clients.silent` in a process of its own."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "benchmarks.clients.silent", str(port)]) as server:
        try:
            wait_for("127.0.0.1", port)
            yield port
        finally:
            server.terminate()


def plan_of(port: int, targets: int) -> Plan:
    """Each target over both families; pages over HTTP and HTTPS."""
    questions = tuple(
        Question(
            id=f"q{2 * number + place:05d}",
            kind=Kind.TARGET,
            subject=f"n{number}.{kind(number)}.test",
            via=Via(resolver=f"127.0.0.1:{port}", transport=Transport.UDP, family=family),
            ask=Ask.GET,
        )
        for number in range(targets)
        for place, family in enumerate(Family)
    )
    return Plan(seed="s", standard="", resolvers=(f"127.0.0.1:{port}",), targets=(), questions=questions)


async def _look(plan: Plan, network: Network, stores: Stores, **other: object) -> tuple[Observation, ...]:
    return await survey(plan=plan, network=network, stores=stores, identify=Vantage, **other)  # type: ignore[arg-type] # passed on


def measure(*, budgets: Budgets, targets: int = TARGETS, second: bool) -> Looked:
    """The first look, and the slow second one at what was silent."""
    with tempfile.TemporaryDirectory() as directory, contextlib.ExitStack() as owned:
        site = owned.enter_context(nginx(Path(directory), core=None))
        silent = owned.enter_context(full_port())
        port = owned.enter_context(resolver())
        dialled: dict[str, str] = {}
        for text, http, https in ((OPEN, site.http, site.https), (SILENT, silent, silent)):
            dialled |= {f"{text}:80": f"127.0.0.1:{http}", f"{text}:443": f"127.0.0.1:{https}"}
        for text, http, https in ((OPEN6, site.http, site.https), (SILENT6, silent, silent)):
            dialled |= {f"[{text}]:80": f"127.0.0.1:{http}", f"[{text}]:443": f"127.0.0.1:{https}"}
        network = Network(budgets=budgets, connect_to=dialled, confined=True, list_roots=(site.authority,))
        stores = Stores.load(network.list_roots)
        plan = plan_of(port, targets)
        began = time.perf_counter()
        seen = asyncio.run(_look(plan, network, stores))
        first = time.perf_counter() - began
        wrong = _wrong(plan, seen)
        began = time.perf_counter()
        if second:
            again = tuple(item.id for item in plan.questions if ".open." not in item.subject)
            seen = asyncio.run(_look(plan, replace(network, budgets=SLOW), stores, attempt=2, only=again))
            wrong += _wrong(replace_plan(plan, again), seen)
        return Looked(first=first, second=time.perf_counter() - began if second else 0.0, wrong=wrong)


def replace_plan(plan: Plan, only: tuple[str, ...]) -> Plan:
    """The same plan with these questions alone."""
    return Plan(
        seed=plan.seed,
        standard=plan.standard,
        resolvers=plan.resolvers,
        targets=(),
        questions=tuple(item for item in plan.questions if item.id in only),
    )


def _wrong(plan: Plan, seen: tuple[Observation, ...]) -> int:
    by_question: dict[str, list[Observation]] = {}
    for item in seen:
        by_question.setdefault(item.question_id, []).append(item)
    return sum(
        _seen_as(by_question.get(item.id, [])) != item.subject.split(".")[1] for item in plan.questions
    )


def _seen_as(seen: list[Observation]) -> str:
    timeouts = {item.stage for item in seen if item.failure == "generic_timeout_error"}
    if timeouts == {Stage.DNS}:
        return "dns"
    if timeouts == {Stage.TCP} and all(item.failure for item in seen if item.stage is Stage.TCP):
        return "tcp"
    return "open" if seen and all(item.failure is None for item in seen) else "else"


@contextlib.contextmanager
def slow_core(core: int, hogs: int = HOGS) -> Iterator[None]:
    """One core for this process and for others that never rest: a fraction of a core is left."""
    before = os.sched_getaffinity(0)
    with contextlib.ExitStack() as owned:
        for _ in range(hogs):
            command = ["taskset", "-c", str(core), sys.executable, "-c", "while True: pass"]
            hog = owned.enter_context(subprocess.Popen(command))
            owned.callback(hog.kill)
        os.sched_setaffinity(0, {core})
        try:
            yield
        finally:
            os.sched_setaffinity(0, before)


def section(*, quick: bool) -> Section:
    """First look unlimited and polite, second look, and all of it on a slow core."""
    budgets = Budgets()
    deadline = max(budgets.dns, budgets.tcp)
    free = measure(budgets=replace(budgets, rate=0.0), second=False)
    polite = measure(budgets=budgets, second=not quick)
    with slow_core(max(os.sched_getaffinity(0))):
        slow = measure(budgets=replace(budgets, rate=0.0), second=False)
    begun = 2 * TARGETS / budgets.rate
    rows = [
        _row("as fast as it goes", free.first, deadline, free.wrong),
        _row(
            f"at the polite {budgets.rate:g} questions a second ({begun:g} s to begin them all)",
            polite.first,
            deadline + begun,
            polite.wrong,
        ),
        _row(
            f"as fast as it goes, one core shared with {HOGS} busy programs", slow.first, deadline, slow.wrong
        ),
    ]
    if not quick:
        rows.insert(
            2, ("the slow second look at half of the questions", f"{polite.second:.2f} s", "", "", "")
        )
    wrong = free.wrong + polite.wrong + slow.wrong
    return Section(
        id="drops",
        title="A check where much is dropped",
        text=(
            f"{TARGETS} targets over IPv4 and IPv6, each with pages over HTTP and HTTPS; a quarter is "
            "dropped at "
            f"DNS, another quarter at TCP. One deadline: {budgets.dns:g} s for a question, "
            f"{budgets.tcp:g} s for a "
            "connection."
        ),
        columns=("first look", "took", "must wait", "ratio", "seen wrongly"),
        rows=tuple(rows),
        goals=(
            _goal("first look, to one deadline", free.first / deadline, 1.1),
            _goal(
                "at the polite rate, to the deadline and the time to begin",
                polite.first / (deadline + begun),
                1.1,
            ),
            _goal("first look on a shared core, to one deadline", slow.first / deadline, 1.5),
            Goal(what="targets seen wrongly", wanted="0", measured=str(wrong), met=wrong == 0),
        ),
        figures={"drops : deadline": round(free.first / deadline, 3)},
        limit=(
            "The first look is bounded by its deadline and by the polite rate, not by the program. "
            "The second "
            "look is bounded by politeness: few at a time, and long deadlines."
        ),
    )


def _row(what: str, took: float, wait: float, wrong: int) -> tuple[str, ...]:
    return what, f"{took:.2f} s", f"{wait:.2f} s", f"{took / wait:.2f}", str(wrong)


def _goal(what: str, ratio: float, wanted: float) -> Goal:
    return Goal(what=what, wanted=f"at most {wanted:g}×", measured=f"{ratio:.2f}×", met=ratio <= wanted)
