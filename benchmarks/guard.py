"""What a name costs, in a short run that every build can afford: by this a build sees what became slower.

Processor time, not time on the wall: a build machine does other things too.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks.filter import unbound, write_names
from benchmarks.measured import Measured, client
from benchmarks.result import Section

NAMES, FEW = 20_000, 1_500
TIMES = 3
FACTOR = 2.0
OURS = ("sweep", "awaited")
OTHERS = ("asyncquery",)
"""Not dnsperf: in a run this short its processor time is that of its waiting, three times more or less."""


def measure(folder: Path) -> dict[str, list[Measured]]:
    """Each of them three times, in turn, beside one unbound."""
    names = folder / "names"
    write_names(names, NAMES)
    found: dict[str, list[Measured]] = {name: [] for name in (*OURS, *OTHERS)}
    with unbound(folder, core=None) as port:
        for _ in range(TIMES):
            found["sweep"].append(client("sweep", f"127.0.0.1:{port}", str(names), str(NAMES), core=None))
            found["awaited"].append(client("exchange", str(port), str(names), str(NAMES // 2), core=None))
            found["asyncquery"].append(client("asyncquery", str(port), str(names), str(FEW), core=None))
    return found


def costs(found: dict[str, list[Measured]]) -> dict[str, float]:
    """What a name costs us, in what it costs others."""
    each = {name: median(item.cpu / item.work for item in runs) for name, runs in found.items()}
    return {f"cost of {ours} : {other}": each[ours] / each[other] for ours in OURS for other in OTHERS}


def section(folder: Path) -> Section:
    """The figures that `tests/benchmarks/test_ratios.py` compares with."""
    found = measure(folder)
    figures = costs(found)
    return Section(
        id="guard",
        title="What a build watches",
        text=(
            f"Processor time for a name in a short run of {NAMES:,} names, median of {TIMES}. A build "
            f"measures the same and fails where one of these ratios is {FACTOR:g} times what it is here."
        ),
        columns=("cost", "ratio"),
        rows=tuple((name, f"{ratio:.3f}") for name, ratio in figures.items()),
        figures={name: round(ratio, 4) for name, ratio in figures.items()},
    )
