"""Login pages: named, waited for, and never taken for a filter. Through real sockets."""

from __future__ import annotations

import asyncio
import os
import pty
import shlex
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from friendlywifi.checking.check import Checked, Input, check
from friendlywifi.checking.login import EXEMPTED, PATIENCE, Waiting, patience
from friendlywifi.lab import Lab
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.scenario import find_scenario
from friendlywifi.lab.world import LOGIN_HOST, VENDOR
from friendlywifi.shipped import load_standard
from probes.network import SimulatedClock
from tests.friendlywifi.conftest import hear_ctrl_c

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
PORTALS = ("airport", "hotel", "hostel")
API = "https://portal.example/api"


class Door:
    """A lab behind a login page, checked with a person at hand or without."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.said: list[str] = []

    async def check(
        self,
        *,
        seconds: float = 0,
        says: bool | None = None,
        api: str | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> Checked:
        standard, digest = load_standard("baseline")
        lab = self.lab
        waiting = Waiting(seconds=seconds, clock=lab.clock, tell=tell or self.said.append)
        return await check(
            Input(
                hotspot="a hotspot",
                serial=1,
                authorised_by="the tests",
                standard=standard,
                standard_digest=digest,
                lists=lab.lists,
                network=lab.network,
                resolvers=lab.resolvers,
                resolver_source="network",
                reference=lab.reference,
                vendor=VENDOR,
                seed="login",
                identify=lambda: msgspec.structs.replace(lab.vantage, portal_api=api),
                portal_says=lambda _: says,
                slow=FAST_SLOW,
            ),
            on_portal=waiting if seconds else None,
        )


def behind(name: str) -> Lab:
    scenario = next(item for item in Lab.scenarios() if item.id == name)
    return Lab(scenario, clock=SimulatedClock(START), budgets=FAST)


@pytest.mark.parametrize("name", ("hotel", "hostel"))
async def test_a_run_behind_a_login_page_is_void_and_names_its_host(name: str) -> None:
    async with behind(name) as lab:
        done = await Door(lab).check()
    fitness = done.judgement.fitness
    assert fitness.void_reason == "captive"
    assert LOGIN_HOST in fitness.explanation


async def test_nobody_logs_in_and_the_run_is_void() -> None:
    async with behind("hotel") as lab:
        door = Door(lab)
        done = await door.check(seconds=30)
    assert done.judgement.fitness.void_reason == "captive"
    assert LOGIN_HOST in door.said[0]
    assert door.said[-1] == "Nobody logged in."


@pytest.mark.parametrize("name", PORTALS)
async def test_after_the_login_the_check_begins_anew(name: str) -> None:
    async with behind(name) as lab:
        said: list[str] = []

        def tell(sentence: str) -> None:
            said.append(sentence)
            lab.login()

        done = await Door(lab).check(seconds=600, tell=tell)
    fitness = done.judgement.fitness
    assert fitness.void_reason is None, fitness.explanation
    assert said[-1] == "Logged in: the check begins now."
    # What was seen before the login is no part of the run.
    assert done.run.started > START
    assert min(item.started for item in done.observations) >= done.run.started


async def test_pages_that_open_while_the_portals_api_says_captive_show_an_exempted_device() -> None:
    async with behind("library") as lab:
        done = await Door(lab).check(api=API, says=True)
    assert done.run.overrides == (EXEMPTED,)
    assert any("overrides" in limit for limit in done.judgement.assessment.limits)


@pytest.mark.parametrize(("api", "says"), ((API, False), (API, None), (None, True)))
async def test_a_device_of_which_the_portal_says_nothing_is_no_exemption(
    api: str | None,
    says: bool | None,  # noqa: FBT001 - as the API says it
) -> None:
    async with behind("library") as lab:
        done = await Door(lab).check(api=api, says=says)
    assert done.run.overrides == ()


async def test_ctrl_c_ends_the_waiting() -> None:
    async with behind("hotel") as lab:
        door = Door(lab)
        told = asyncio.Event()
        task = asyncio.create_task(door.check(seconds=1e9, tell=lambda _: told.set()))
        await told.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def test_who_is_not_at_a_terminal_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True, raising=False)
    assert patience(None, talks=True) == PATIENCE
    assert patience(None, talks=False) == 0
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert patience(None, talks=True) == 0
    assert patience(20.0, talks=False) == 20.0


class Terminal:
    """A terminal of its own, with whatever was printed there so far."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._keyboard, self.screen = pty.openpty()
        self._printed = bytearray()
        self._more = asyncio.Event()
        self._loop.add_reader(self._keyboard, self._take)

    def _take(self) -> None:
        try:
            self._printed += os.read(self._keyboard, 4096)
        except OSError:
            # Nobody has it open any more (EIO).
            self._loop.remove_reader(self._keyboard)
        self._more.set()

    @property
    def printed(self) -> str:
        return " ".join(self._printed.decode("utf-8", "replace").split())

    async def shows(self, text: str) -> None:
        """Waits until this was printed, however its lines are broken."""
        try:
            async with asyncio.timeout(60):
                while text not in self.printed:
                    self._more.clear()
                    await self._more.wait()
        except TimeoutError:
            pytest.fail(f"never printed: {text}\n{self.printed}")

    def press(self, keys: bytes) -> None:
        os.write(self._keyboard, keys)

    def close(self) -> None:
        self._loop.remove_reader(self._keyboard)
        os.close(self._keyboard)
        os.close(self.screen)


async def test_at_a_terminal_a_person_is_waited_for_and_the_check_goes_on_after_the_login(
    tmp_path: Path, surroundings: Callable[..., dict[str, str]]
) -> None:
    async with Lab(find_scenario("hotel") or pytest.fail("no such hotspot")) as lab:
        lab.list_files(tmp_path)
        terminal = Terminal()
        command = shlex.split(lab.check_command(tmp_path).replace("\\\n", ""))
        # The terminal becomes the program's own, so that a key reaches it as a signal.
        process = await asyncio.create_subprocess_exec(
            *("setsid", "--ctty", "--wait", sys.executable, "-m", *command),
            stdin=terminal.screen,
            stdout=terminal.screen,
            stderr=terminal.screen,
            cwd=tmp_path,
            env=surroundings(tmp_path, COLUMNS="100", TERM="dumb"),
            preexec_fn=hear_ctrl_c,
        )
        try:
            await terminal.shows("Log in with a browser on this device")
            assert process.returncode is None
            lab.login()
            await terminal.shows("Logged in: the check begins now.")
            terminal.press(b"\x03")
            assert await asyncio.wait_for(process.wait(), 60) == 130
        finally:
            terminal.close()
            if process.returncode is None:
                process.kill()
                await process.wait()
