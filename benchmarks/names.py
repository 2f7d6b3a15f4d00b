"""One resolver, many names: our sweep and our awaitable questions beside programs that others wrote."""

from __future__ import annotations

import importlib.util
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.clients.telling import expected
from benchmarks.filter import program, unbound, write_names
from benchmarks.measured import Measured, client, middle, run, spread
from benchmarks.result import Goal, Section

BY_MANUAL, QUICKEST = "massdns, as its manual has it", "massdns, tuned for one resolver"
COLUMNS = ("what", "names", "names/s", "slowest–fastest", "× dnsperf", "µs CPU a name", "MB", "wrong or lost")


def dnsperf(port: int, queries: Path, count: int, *, core: int | None = 1) -> Measured:
    """It counts answers and keeps none: the ceiling, not a contender."""
    path = program("dnsperf")
    if path is None:
        raise SystemExit("dnsperf is not installed")
    command = [path, "-s", "127.0.0.1", "-p", str(port), "-d", str(queries)]
    seconds, cpu, _, out = run([*command, "-n", "1", "-c", "4", "-q", "1000", "-T", "1", "-e"], core=core)
    found = re.search(r"Run time \(s\):\s+([\d.]+)", out)
    lost = re.search(r"Queries lost:\s+(\d+)", out)
    return Measured(
        what="dnsperf",
        seconds=float(found.group(1)) if found else seconds,
        cpu=cpu,
        rss_mb=0,
        work=count,
        wrong=None,
        told={"lost": int(lost.group(1)) if lost else None},
    )


MANUAL = ("-o", "J")
"""massdns as its manual has it, with JSON for each name. Where it is refused it asks 50 times."""
TUNED = ("-o", "Snr", "--retry", "SERVFAIL", "--socket-count", "4")
"""Its quickest way to keep every verdict: text, one try where it is refused, as many sockets as ours."""
_STATUS = re.compile(r"(?:\"status\":\"|^\S+ \d+ )(NOERROR|NXDOMAIN|REFUSED)\b")


def massdns(port: int, names: Path, count: int, folder: Path, *, options: Sequence[str]) -> Measured | None:
    """Only where it is installed. `-s` is how much it has out at once: more is slower at one resolver."""
    path = program("massdns")
    if path is None:
        return None
    # Started by root it works as nobody.
    folder.chmod(0o755)
    resolvers, out = folder / "resolvers", folder / "massdns.out"
    resolvers.write_text(f"127.0.0.1:{port}\n", encoding="utf-8")
    command = [path, "-r", str(resolvers), "-s", "1000", *options, "-w", str(out), "-q", str(names)]
    seconds, cpu, _, _ = run(command)
    with out.open(encoding="utf-8") as lines:
        kept = Counter(match.group(1) for line in lines if (match := _STATUS.search(line)))
    true = expected(str(names), count)
    statuses = {"NXDOMAIN": true["nxdomain"], "REFUSED": true["refused"]}
    statuses["NOERROR"] = count - sum(statuses.values())
    return Measured(
        what="massdns",
        seconds=seconds,
        cpu=cpu,
        rss_mb=0,
        work=count,
        wrong=sum(abs(kept[status] - number) for status, number in statuses.items()),
        told={},
    )


def section(*, large: int, middling: int, small: int, times: int) -> Section:
    """`large` names for what is fast, `middling` for one question at a time, `small` for what is slow."""
    found: dict[str, list[Measured]] = {}
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        names, queries = folder / "names", folder / "queries"
        write_names(names, large)
        with queries.open("w") as file:
            file.writelines(f"{line.strip()} A\n" for line in names.open())
        with unbound(folder) as port:
            here, listed = f"127.0.0.1:{port}", str(names)
            ours: tuple[tuple[str, int, Callable[[], Measured | None]], ...] = (
                ("dnsperf (keeps nothing)", times, lambda: dnsperf(port, queries, large)),
                ("our sweep, verdicts counted", times, lambda: client("sweep", here, listed, str(large))),
                (
                    "our sweep, verdicts into SQLite",
                    times,
                    lambda: client("sweep", here, listed, str(large), str(folder / "out.db")),
                ),
                (BY_MANUAL, 1, lambda: massdns(port, names, large, folder, options=MANUAL)),
                (QUICKEST, times, lambda: massdns(port, names, large, folder, options=TUNED)),
                (
                    "our questions, as `check` asks them",
                    times,
                    lambda: client("exchange", str(port), listed, str(middling)),
                ),
                (
                    "aiodns",
                    1,
                    lambda: (
                        client("aiodns", str(port), listed, str(small * 2))
                        if importlib.util.find_spec("aiodns")
                        else None
                    ),
                ),
                (
                    "dnspython, `dns.asyncquery`",
                    1,
                    lambda: client("asyncquery", str(port), listed, str(small)),
                ),
            )
            # In turn, so that whatever else the machine does meets all of them.
            for turn in range(times):
                for what, wanted, measure in ours:
                    made = measure() if turn < wanted else None
                    found.setdefault(what, [])
                    if made is not None:
                        found[what].append(made)
    return _told(found, large=large)


def _told(found: dict[str, list[Measured]], *, large: int) -> Section:
    ceiling = middle(found["dnsperf (keeps nothing)"]).rate
    rows = []
    rates: dict[str, float] = {}
    wrong = 0
    for what, runs in found.items():
        if not runs:
            rows.append((what, "", "not installed", "", "", "", "", ""))
            continue
        one = middle(runs)
        rates[what] = one.rate
        bad = None if one.wrong is None else max(item.wrong or 0 for item in runs)
        wrong += bad if bad and what.startswith("our") else 0
        rows.append(
            (
                what,
                f"{one.work:,}",
                f"{one.rate:,.0f}",
                spread(runs) if len(runs) > 1 else "one run",
                f"{one.rate / ceiling:.3f}",
                f"{one.cpu / one.work * 1e6:.1f}",
                f"{max(item.rss_mb for item in runs):.0f}" if one.rss_mb else "–",
                "keeps none" if bad is None else str(bad),
            )
        )
    database = rates["our sweep, verdicts into SQLite"]
    asked = rates["our questions, as `check` asks them"]
    plain = rates["dnspython, `dns.asyncquery`"]
    other = rates.get(QUICKEST)
    sweep, awaited = (
        middle(found[what]).cpu / middle(found[what]).work * 1e6
        for what in ("our sweep, verdicts into SQLite", "our questions, as `check` asks them")
    )
    return Section(
        id="names",
        title="Names at one resolver",
        text=(
            "unbound on loopback alone on the first core, the contender alone on the second. One name in "
            "twenty is filtered, in four ways (NXDOMAIN, REFUSED, 0.0.0.0, the address of a block page); "
            "every contender that keeps verdicts has them compared with the truth. massdns asks again "
            "50 times where it is refused and then drops the name; tuned, it keeps it and writes plain text."
        ),
        columns=COLUMNS,
        rows=tuple(rows),
        goals=(
            _goal(f"{large:,} names, verdicts into SQLite, to dnsperf", 0.35, database / ceiling),
            _goal("the same, to `dns.asyncquery`", 30, database / plain),
            _goal("the same, to massdns at its quickest", 1.3, None if other is None else database / other),
            _goal("questions that are awaited, to dnsperf", 0.25, asked / ceiling),
            Goal(
                what=f"wrong or lost verdicts of ours, {large:,} names of five kinds",
                wanted="0",
                measured=str(wrong),
                met=wrong == 0,
            ),
        ),
        figures={
            "sweep into SQLite : dnsperf": round(database / ceiling, 4),
            "sweep : dnsperf": round(rates["our sweep, verdicts counted"] / ceiling, 4),
            "awaited : dnsperf": round(asked / ceiling, 4),
            "awaited : asyncquery": round(asked / plain, 3),
            "sweep into SQLite : asyncquery": round(database / plain, 3),
        },
        limit=(
            f"One core of Python: a sweep takes {sweep:.1f} µs of it for a name, an awaited question "
            f"{awaited:.1f} µs, since it also is a task, a future and a full record of evidence. A sweep "
            "reads answers that are alike once, as most are here and in a filter; where each name has an "
            "address of its own, reading costs more."
        ),
    )


def _goal(what: str, wanted: float, measured: float | None) -> Goal:
    if measured is None:
        return Goal(what=what, wanted=f"{wanted:g}×", measured="not installed", met=None)
    return Goal(what=what, wanted=f"{wanted:g}×", measured=f"{measured:.2f}×", met=measured >= wanted)
