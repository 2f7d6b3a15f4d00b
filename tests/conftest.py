"""What every test may lean on: real servers from the distribution, and the rule about missing ones."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# A busy machine is no failure: a generated case may take its time.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def require_server(name: str) -> str:
    """The path of a program of the distribution.

    Missing, it is a skip that says so; with `FRIENDLYWIFI_REQUIRE_SERVERS=1` (as in CI) it is a failure.
    """
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    return found or required(f"{name} is not installed; the tests that drive it did not run")


def required(sentence: str) -> NoReturn:
    """Skip, saying why; a failure where everything must be there (`FRIENDLYWIFI_REQUIRE_SERVERS=1`)."""
    if os.environ.get("FRIENDLYWIFI_REQUIRE_SERVERS") == "1":
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(name="require_server", scope="session")
def _require_server() -> object:
    return require_server


class ByMeasurement(LoadScopeScheduling):
    """What shares a measurement shares a worker: a module's servers, and an emulated hotspot, are run once.

    (The marks of `--dist loadgroup` do nothing under pytest 9.2: it no longer reads `Item._nodeid`.)
    """

    def _split_scope(self, nodeid: str) -> str:
        module, _, test = nodeid.partition("::")
        if module.endswith("test_corpus.py"):
            return f"{module}::{test.partition('[')[2]}"
        return module


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByMeasurement:
    return ByMeasurement(config, log)
