"""One world for all tests of real networks, and each network measured once, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import required
from tests.real import namespaces
from tests.real.internet import internet
from tests.real.namespaces import Namespace
from tests.real.running import Done, run
from tests.real.scenario import Scenario
from tests.real.world import Authorities

AT_ONCE = 4


@pytest.fixture(scope="session")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Namespace, Authorities, Path]]:
    """The world beyond every gateway, its authorities, and a directory for what is built before it."""
    why_not = namespaces.why_not()
    if why_not is not None:
        required(why_not)
    namespaces.sweep()
    directory = tmp_path_factory.mktemp("real")
    with internet(directory / "world") as (place, authorities):
        yield place, authorities, directory


@pytest.fixture(scope="session")
def measured(
    request: pytest.FixtureRequest, outside: tuple[Namespace, Authorities, Path]
) -> Iterator[Callable[[Scenario], Done]]:
    """Gives what a check found in a scenario. All that this session wants are measured side by side."""
    place, authorities, directory = outside
    wanted: dict[str, Scenario] = {}
    for item in request.session.items:
        called = getattr(item, "callspec", None)
        scenario = called.params.get("scenario") if called is not None else None
        if isinstance(scenario, Scenario):
            wanted[scenario.id] = scenario
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running: dict[str, Future[Done]] = {
            scenario.id: pool.submit(
                run, scenario, internet=place, authorities=authorities, directory=directory / scenario.id
            )
            for scenario in wanted.values()
        }
        yield lambda scenario: running[scenario.id].result()
        for each in running.values():
            each.cancel()
