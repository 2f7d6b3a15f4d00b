"""A report as a person reads it: whole at any width, and nothing foreign in it steers the terminal."""

from __future__ import annotations

import asyncio
import io
import itertools
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import msgspec
import pytest
from rich.console import Console

from criteria.records import OrderState, Outcome
from friendlywifi.checking.check import Input, check
from friendlywifi.lab import Lab
from friendlywifi.lab.budgets import FAST, FAST_SLOW
from friendlywifi.lab.command import scenario_named
from friendlywifi.reporting.report import Report, report_of
from friendlywifi.reporting.show import show_report, show_standard
from friendlywifi.shipped import load_standard
from friendlywifi.terminal import out, shown, visible
from probes.network import SimulatedClock


def test_names_of_an_order_whose_time_is_up_are_told_with_how_long(report: Report) -> None:
    due = datetime(2026, 11, 1, tzinfo=UTC)
    late = OrderState(
        target="bet.example", outcome=Outcome.REACHABLE, due_at=due, due=True, overdue_s=5 * 86400 + 7200
    )
    fine = OrderState(target="shut.example", outcome=Outcome.BLOCKED, due=True)
    first, *rest = report.assessment.criteria
    ordered = msgspec.structs.replace(first, orders=(late, fine))
    assessment = msgspec.structs.replace(report.assessment, criteria=(ordered, *rest))
    printed = _printed(msgspec.structs.replace(report, assessment=assessment), width=120)
    assert "Overdue  bet.example opens 5 d 2 h after its due date." in printed
    assert "shut.example" not in printed


HOSTILE = "[red]\x1b[31m\x9b1m[/blue]\u202e\r\n\x07[link=x]"


async def _measure(name: str) -> Report:
    standard, digest = load_standard("baseline")
    clock = SimulatedClock(datetime(2026, 11, 22, 9, tzinfo=UTC))
    async with Lab(scenario_named(name), clock=clock, budgets=FAST) as lab:
        return report_of(
            await check(
                Input(
                    hotspot="Biblioteka e Qytetit",
                    serial=7,
                    authorised_by="the tests",
                    standard=standard,
                    standard_digest=digest,
                    lists=lab.lists,
                    network=lab.network,
                    resolvers=lab.resolvers,
                    resolver_source="given",
                    overrides=("emulated hotspot",),
                    seed="show",
                    identify=lambda: lab.vantage,
                    slow=FAST_SLOW,
                )
            )
        )


@pytest.fixture(scope="module", params=("library", "cafe", "airport"))
def report(request: pytest.FixtureRequest) -> Report:
    return asyncio.run(_measure(request.param))


def _printed(report: Report, *, width: int = 80, soft_wrap: bool = False, terminal: bool = False) -> str:
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        highlight=False,
        soft_wrap=soft_wrap,
        force_terminal=terminal,
        color_system="standard" if terminal else None,
    )
    show_report(report, console)
    return file.getvalue()


def _spoilt(value: Any) -> Any:
    """The same record with hostile words in front of every text in it."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return HOSTILE + value
    if isinstance(value, tuple):
        return tuple(_spoilt(item) for item in value)
    if isinstance(value, msgspec.Struct):
        fields = {
            field.name: _spoilt(getattr(value, field.name)) for field in msgspec.structs.fields(type(value))
        }
        return type(value)(**fields)
    return value


def _words(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize("width", (20, 40, 80, 200))
@pytest.mark.parametrize("soft_wrap", (False, True), ids=("terminal", "pipe"))
def test_nothing_is_cut_off_at_any_width(report: Report, width: int, soft_wrap: bool) -> None:  # noqa: FBT001
    printed = _printed(report, width=width, soft_wrap=soft_wrap)
    letters = "".join(_words(printed).split())
    if report.run.void_reason is not None:
        assert "".join(report.run.fitness.explanation.split()) in letters
    if width >= 40:
        for item in report.assessment.criteria:
            assert item.id in printed
    if not soft_wrap:
        assert max(map(len, printed.splitlines())) <= width


def test_the_answer_comes_first(report: Report) -> None:
    lines = [line for line in _printed(report).splitlines() if line.strip(" │╭─╮╰╯")]
    assert any(word in lines[0] for word in ("YES", "NO", "COULD NOT TELL"))


def test_hostile_words_anywhere_in_a_report_are_only_words(report: Report) -> None:
    printed = _printed(_spoilt(report))
    assert not set(printed) & set("\x1b\x9b\u202e\r\x07")
    assert "[/blue]" in printed


def test_hostile_words_take_no_colour_on_a_terminal(report: Report) -> None:
    # 31 is red: the program's own answer may be red, a name in it may not be.
    assert "\x1b[31m[" not in _printed(_spoilt(report), terminal=True)
    assert "\x9b" not in _printed(_spoilt(report), terminal=True)


def test_hostile_words_anywhere_in_a_standard_are_only_words() -> None:
    standard, digest = load_standard("baseline")
    texts = ("id", "title", "protects", "how", "rule", "why", "remedy")
    spoilt = msgspec.structs.replace(
        standard,
        id=HOSTILE,
        version=HOSTILE,
        title=HOSTILE,
        criteria=tuple(
            msgspec.structs.replace(item, source=_spoilt(item.source), **dict.fromkeys(texts, HOSTILE))
            for item in standard.criteria
        ),
    )
    file = io.StringIO()
    show_standard(spoilt, digest, Console(file=file, width=60, color_system=None))
    assert not set(file.getvalue()) & set("\x1b\x9b\u202e\r\x07")


def test_what_is_no_character_is_spelt_out() -> None:
    for number in itertools.chain(range(0x20), range(0x7F, 0xA0), (0x200B, 0x202E, 0x2028, 0xFEFF, 0xDCFF)):
        assert visible(f"a{chr(number)}b").isprintable()
    assert visible("Korçë ✓ 图书馆 [x]") == "Korçë ✓ 图书馆 [x]"


def test_markup_in_shown_text_is_text() -> None:
    file = io.StringIO()
    for text in (
        "[red]x[/red]",
        "[/]",
        "\\[red]",
        "a\\",
        "[link=http://x]y[/link]",
        ":smile:",
        "[@click=x]z",
    ):
        Console(file=file, width=80, emoji=False, highlight=False).print(f"{shown(text)}[bold]|[/bold]")
        assert file.getvalue().splitlines()[-1] == f"{text}|"


def test_words_between_colons_stay_words(capsys: pytest.CaptureFixture[str]) -> None:
    out().print(shown("fe80::smile::1 :skull:"))
    assert capsys.readouterr().out == "fe80::smile::1 :skull:\n"
