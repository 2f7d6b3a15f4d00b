"""docs/performance.md and its pictures, made from the run that was kept; no figure is written by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from benchmarks.result import Goal, Result, Section, Series, load

DOCS = Path(__file__).parent.parent / "docs"
PAGE = "performance.md"

_INTRODUCTION = """\
Measured on {date} in {minutes:g} minutes by one command, `python -m benchmarks --write`, on {cores} cores
of {machine}; the load of the machine was {load:g} when it began. Servers are pinned to
the first core and contenders to the second, everything is on loopback, and contenders take turns within one
run. Absolute figures are this machine's: what can be compared is the ratio. Speed with a wrong verdict does
not count, so every run that keeps verdicts has them counted against the truth."""
_YOURSELF = """\
## Measure it yourself

The servers and programs are those of Debian, `unbound dnsperf nginx-light curl`; `pip install aiodns` for
that row. `massdns` is measured where it is installed.

```
python -m benchmarks --quick   # within about a minute: does everything work?
python -m benchmarks --write   # all of it, this page and its pictures
python -m benchmarks --long    # with ten million names
```

A test of every build compares the ratios of a short run with those of this page and fails where something has
become twice as slow (`tests/benchmarks/test_ratios.py`)."""

Scale = Callable[[float], float]


def text(result: Result) -> str:
    """The page."""
    goals = [goal for section in result.sections for goal in section.goals]
    missed = sum(goal.met is False for goal in goals)
    unmeasured = sum(goal.met is None for goal in goals)
    unknown = f", {unmeasured} could not be measured" if unmeasured else ""
    parts = [
        "<!-- Written by `python -m benchmarks --write` from benchmarks/last.json; change it there. -->",
        "# How fast is it, and beside what?",
        _INTRODUCTION.format(
            date=result.date,
            minutes=result.minutes,
            cores=result.cores,
            machine=result.machine,
            load=result.load,
        ),
        "Versions: " + ", ".join(f"{name} {number}" for name, number in result.versions.items()) + ".",
        f"**{len(goals) - missed - unmeasured} of {len(goals)} goals are met, {missed} missed{unknown}.**",
        *(_section(section) for section in result.sections),
        "## What limits us now",
        "\n".join(f"- **{section.title}.** {section.limit}" for section in result.sections if section.limit),
        _YOURSELF,
    ]
    if result.quick:
        parts.insert(
            2, "**This was a quick run: it shows that everything works, and its figures mean little.**"
        )
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> str:
    parts = [f"## {section.title}", section.text]
    if section.rows:
        parts.append(_table(section.columns, section.rows))
    if section.growth:
        parts.append(f"![{_title(section)}](images/{picture_name(section)})")
    if section.goals:
        parts.append(_table(("goal", "wanted", "measured", ""), tuple(map(_goal, section.goals))))
    return "\n\n".join(parts)


def _goal(goal: Goal) -> tuple[str, ...]:
    word = {True: "met", False: "**missed**", None: "not measured"}[goal.met]
    return goal.what, goal.wanted, goal.measured, word


def _table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    lines = [columns, ("---",) * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def picture_name(section: Section) -> str:
    return f"growth-{section.id}.svg"


def _title(section: Section) -> str:
    return f"{section.title}: what it costs, by the number of {section.axis}"


_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 400, 80, 40, 560, 330
_COLOURS = ("#1b6ca8", "#2e7d32", "#b06000", "#7b3fa0")


def picture(section: Section) -> str:
    """Both axes by powers of ten: what grows in step with the work has the slope of the grey line."""
    points = [point for series in section.growth for point in series.points]
    low_x, high_x = _powers([x for x, _ in points])
    low_y, high_y = _powers([y for _, y in points])

    def x(value: float) -> float:
        return _LEFT + (math.log10(value) - low_x) / (high_x - low_x) * (_RIGHT - _LEFT)

    def y(value: float) -> float:
        return _BOTTOM - (math.log10(max(value, 10**low_y)) - low_y) / (high_y - low_y) * (_BOTTOM - _TOP)

    grid = "".join(
        f'<line x1="{x(10**step):.1f}" y1="{_TOP}" x2="{x(10**step):.1f}" y2="{_BOTTOM}" stroke="#ddd"/>'
        f'<text x="{x(10**step):.1f}" y="{_BOTTOM + 20}" text-anchor="middle">{10**step:,}</text>'
        for step in range(low_x, high_x + 1)
    )
    grid += "".join(
        f'<line x1="{_LEFT}" y1="{y(10**step):.1f}" x2="{_RIGHT}" y2="{y(10**step):.1f}" stroke="#ddd"/>'
        f'<text x="{_LEFT - 9}" y="{y(10**step) + 4:.1f}" text-anchor="end">{10.0**step:g}</text>'
        for step in range(low_y, high_y + 1)
    )
    slope = min(high_x - low_x, high_y - low_y)
    grid += (
        f'<line x1="{x(10**low_x):.1f}" y1="{y(10**low_y):.1f}" x2="{x(10 ** (low_x + slope)):.1f}" '
        f'y2="{y(10 ** (low_y + slope)):.1f}" stroke="#999" stroke-dasharray="6 4"/>'
    )
    lines = "".join(_line(series, x, y, number) for number, series in enumerate(section.growth))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'font-family="DejaVu Sans, sans-serif" font-size="12" fill="#222">'
        f'<title>{_title(section)}</title><rect width="{_WIDTH}" height="{_HEIGHT}" '
        f'fill="#fff"/>{grid}{lines}'
        f'<text x="{(_LEFT + _RIGHT) / 2}" y="{_HEIGHT - 28}" text-anchor="middle">{section.axis}</text>'
        f'<text x="{_LEFT}" y="{_HEIGHT - 8}">dashed: what grows in step with the '
        f"{section.axis}</text></svg>\n"
    )


def _powers(values: list[float]) -> tuple[int, int]:
    """The powers of ten around these."""
    low = math.floor(math.log10(max(min(values), 1e-6)))
    return low, max(math.ceil(math.log10(max(*values, 1e-6))), low + 1)


def _line(series: Series, x: Scale, y: Scale, number: int) -> str:
    colour = _COLOURS[number % len(_COLOURS)]
    where = [(x(a), y(b)) for a, b in series.points]
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in where)
    dots = "".join(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{colour}"/>' for a, b in where)
    last = where[-1]
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'
        f'<text x="{last[0] + 9:.1f}" y="{last[1] + 4:.1f}" fill="{colour}">{series.name} '
        f"({series.unit})</text>"
    )


def files(result: Result) -> dict[Path, str]:
    """Everything that is made from a result, by its place."""
    made = {DOCS / PAGE: text(result)}
    for section in result.sections:
        if section.growth:
            made[DOCS / "images" / picture_name(section)] = picture(section)
    return made


def write(result: Result) -> None:
    """Writes them."""
    for path, content in files(result).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write(load())
