"""On a terminal long work says how far it is and how fast; elsewhere it says nothing."""

from __future__ import annotations

import io
import re
import sys
import time

import pytest

from friendlywifi import terminal
from friendlywifi.checking.check import Progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Called by the test itself: pytest puts its own stderr back after fixtures."""
    found = Screen()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stderr", found)
    return found


def test_counted_work_tells_how_many_how_fast_and_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = on_a_screen(monkeypatch)
    passed = []
    for number in terminal.counted(range(400), of=400, doing="replaying"):
        passed.append(number)
        if number == 200:
            # The bar draws itself ten times a second.
            time.sleep(0.25)
    assert passed == list(range(400))
    told = screen.getvalue()
    assert "replaying" in told
    assert re.search(r"\d+/400", told)
    assert re.search(r"\d+ a second", told)
    assert re.search(r"\d:\d\d:\d\d", told), "the time that is left"


@pytest.mark.parametrize("foretold", (False, True))
def test_a_bar_of_phases_tells_how_long_where_its_steps_are_alike(
    monkeypatch: pytest.MonkeyPatch, *, foretold: bool
) -> None:
    screen = on_a_screen(monkeypatch)
    with terminal.progress_bar(foretold=foretold) as show:
        for phase in ("first phase", "second phase"):
            for done in range(1, 401):
                show(Progress(phase=phase, done=done, of=400))
                if done == 200:
                    time.sleep(0.25)
    told = screen.getvalue()
    assert "first phase" in told
    assert "second phase" in told
    assert re.search(r"\d+/400", told)
    assert bool(re.search(r"\d+ a second", told)) is foretold
    assert re.search(r"\d:\d\d:\d\d", told)


def test_work_without_a_known_end_says_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = on_a_screen(monkeypatch)
    with terminal.busy("drawing from [bold]list.toml"):
        pass
    assert "drawing from [bold]list.toml" in screen.getvalue()


def test_without_a_terminal_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(terminal.counted((1, 2), of=2, doing="replaying")) == [1, 2]
    with terminal.busy("drawing"):
        pass
    assert capsys.readouterr() == ("", "")
