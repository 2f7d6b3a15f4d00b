"""The accuracy matrix: every emulated hotspot and every real network, compared with what is true.

`python -m tests.real.accuracy` prints it; `--write` also keeps it in `docs/accuracy.md`. Needs root and the
servers that `.ci/run` installs. Ends with 1 where anything was falsely called blocked or reachable.
"""

from __future__ import annotations

import asyncio
import platform
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from criteria import rules as rule_lists
from criteria.records import Outcome
from friendlywifi.lab import Lab
from tests.friendlywifi.test_corpus import measure
from tests.real import namespaces
from tests.real.corpus import SCENARIOS
from tests.real.internet import internet
from tests.real.matrix import Judged, Tally, most_open, of_emulated, of_real
from tests.real.running import Done, run

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"
PACKAGES = (
    "unbound", "bind9", "dnsmasq-base", "knot-resolver", "pdns-recursor", "dnsdist", "squid-openssl",
    "e2guardian", "nginx-light", "nftables", "tayga",
)  # fmt: skip
NOT_PRODUCED = """\
- A radio: SSID, BSSID, roaming between access points. The client's line is a virtual cable.
- Commercial filters (Cisco Umbrella, FortiGate, Lightspeed and their like). Their published addresses and
  pages are known as fingerprints and were not met for real.
- Filters that forge TCP resets or second DNS answers from beside the path: the kernel here has neither a
  string match nor a queue to a program. The lab emulates forged answers and resets.
- A router that drops OPT records: no server of Debian does it. The lab emulates one.
- netem: the kernel here has none. Loss comes from nftables and delay from a small relay; packets were neither
  put out of order nor doubled.
- DNSSEC: the world beyond the gateway is not signed; SERVFAIL comes from servers that are told to say it.
- QUIC is spoken by aioquic on both sides: no server of Debian does yet. Nobody here reads names inside QUIC.
"""
"""What real networks have and these have not."""
SAID = (Outcome.BLOCKED, Outcome.REACHABLE, Outcome.DEAD, Outcome.INCONCLUSIVE)
TRUE = {
    Outcome.BLOCKED: "blocked",
    Outcome.REACHABLE: "reachable",
    Outcome.DEAD: "dead",
    Outcome.INCONCLUSIVE: "cannot be known",
}


def page(emulated: Sequence[Judged], real: Sequence[Done], *, failed: Sequence[str], at: str) -> str:
    """The whole page, in Markdown; `at` says which state of the sources was measured."""
    judged = [item for done in real for item in of_real(done)]
    everything = Tally((*emulated, *judged))
    hotspots = len({item.scenario for item in emulated})
    decided_in_void = sum(item.void and item.said is not Outcome.INCONCLUSIVE for item in everything.items)
    lines = [
        "<!-- Written by `python -m tests.real.accuracy --write`. -->",
        "",
        "# Accuracy",
        "",
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with rules `{rule_lists.latest().version}`{at}:",
        f"{hotspots} emulated hotspots and {len(real)} real networks, {len(everything.items)} targets, over",
        "IPv4 and IPv6. The real networks are namespaces of one machine (a client, a gateway with the",
        "filter, the world with its resolvers and origins at public addresses), filtered by servers of",
        "Debian and by the kernel's own firewall. Nothing leaves the machine.",
        "",
        f"- falsely called `blocked`: **{everything.false_blocked}**",
        f"- falsely called `reachable`: **{everything.false_reachable}**",
        f"- mechanism right: {_of(*everything.named)} blocked targets",
        f"- undecided though the truth can be known: {_share(everything)}",
        f"- ways around the filter judged truly on real networks: {_of(*_routes(real))} (by kind and family)",
        f"- networks on which nothing may be said, recognised as such: {_of(*_void(real))} real ones",
        "",
        "## What is true, and what was said",
        "",
        "Targets on networks that work. A target is one name, through every resolver that the network gives,",
        "in both families.",
        "",
        *_confusion(everything),
        "",
        f"Of {everything.void} more targets nothing may be said, because the run is void (offline, captive,",
        f"controls wrong); {decided_in_void} of them were decided all the same.",
        "",
        "## By filter",
        "",
        "| filter | networks | targets | blocked: said | open: said | undecided | void | false | named |",
        "|---|---|---|---|---|---|---|---|---|",
        *_by_filter(everything),
        "",
        "## What stayed undecided, and by which rule",
        "",
        *_undecided(everything),
        "",
        *_weaknesses(),
        "## The real networks",
        "",
        "| network | filter | what it does | as expected |",
        "|---|---|---|---|",
        *(_network(done) for done in real),
        *(f"| {text} | | | could not be measured |" for text in failed),
        "",
        "## Versions",
        "",
        f"Linux {platform.release().split('-')[0]}, Python {platform.python_version()}.",
        "",
        "| package | version |",
        "|---|---|",
        *(f"| {name} | {_version(name)} |" for name in PACKAGES),
        "",
        "## What could not be produced here",
        "",
        NOT_PRODUCED,
    ]
    return "\n".join(lines)


def _weaknesses() -> list[str]:
    known = [f"- `{item.id}`: {item.weakness}" for item in SCENARIOS if item.weakness]
    return ["Known weaknesses that show here:", "", *known, ""] if known else []


def _commit() -> str:
    """Which state of the sources was measured, where that is on record."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=PAGE.parent, capture_output=True, text=True, check=False
    )
    return f" at commit `{done.stdout.strip()}`" if done.returncode == 0 else ""


def _confusion(tally: Tally) -> Iterable[str]:
    yield "| true | " + " | ".join(f"said {item.value}" for item in SAID) + " |"
    yield "|---|" + "---|" * len(SAID)
    for true, told in TRUE.items():
        yield f"| {told} | " + " | ".join(str(tally.count(true, said)) for said in SAID) + " |"


def _by_filter(tally: Tally) -> Iterable[str]:
    for name in dict.fromkeys(item.filter for item in tally.items):
        part = Tally(tuple(item for item in tally.items if item.filter == name))
        yield (
            f"| {name} | {len({item.scenario for item in part.items})} | {len(part.items)} "
            f"| {part.count(Outcome.BLOCKED, Outcome.BLOCKED)} "
            f"| {part.count(Outcome.REACHABLE, Outcome.REACHABLE)} "
            f"| {sum(part.undecided.values())} | {part.void} | {part.false_blocked + part.false_reachable} "
            f"| {_of(*part.named)} |"
        )


def _undecided(tally: Tally) -> Iterable[str]:
    why = {rule.id: rule.why for rule in rule_lists.latest().rules}
    where: dict[str, Counter[str]] = {}
    for item in tally.items:
        if item.said is Outcome.INCONCLUSIVE and not item.void:
            where.setdefault(item.rule, Counter())[item.scenario] += 1
    if not where:
        yield "Nothing."
        return
    yield "| rule | targets | why | where |"
    yield "|---|---|---|---|"
    for rule, count in tally.undecided.most_common():
        places = ", ".join(f"{name} {number}" for name, number in where[rule].most_common(4))
        yield f"| `{rule}` | {count} | {why.get(rule, '')} | {places} |"


def _network(done: Done) -> str:
    scenario = done.scenario
    items = of_real(done)
    wrong = [item for item in items if item.wrong or item.named is False]
    undecided = sum(item.said is Outcome.INCONCLUSIVE for item in items) if scenario.void is None else 0
    void = done.checked.judgement.fitness.void_reason
    words = [
        "void, as it must be" if void and void == scenario.void else "",
        f"{len(wrong)} wrong" if wrong else "",
        f"{undecided} of {len(items)} undecided" if undecided else "",
    ]
    said = ", ".join(word for word in words if word) or "yes"
    return f"| `{scenario.id}` | {scenario.filter} | {scenario.story} | {said} |"


def _routes(real: Sequence[Done]) -> tuple[int, int]:
    found = [
        most_open(done.checked.judgement.routes, way) is true
        for done in real
        for way, true in done.scenario.routes.items()
    ]
    return sum(found), len(found)


def _void(real: Sequence[Done]) -> tuple[int, int]:
    found = [
        done.checked.judgement.fitness.void_reason == done.scenario.void
        for done in real
        if done.scenario.void
    ]
    return sum(found), len(found)


def _of(right: int, asked: int) -> str:
    return f"{right} of {asked}"


def _share(tally: Tally) -> str:
    known = [item for item in tally.items if not item.void and item.true is not Outcome.INCONCLUSIVE]
    undecided = sum(item.said is Outcome.INCONCLUSIVE for item in known)
    return f"{undecided} of {len(known)} targets ({100 * undecided / max(len(known), 1):.1f} %)"


def _version(package: str) -> str:
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "not installed"


def measured() -> tuple[list[Judged], list[Done], list[str]]:
    """Every emulated hotspot, every real network, and what could not be measured, as sentences."""
    emulated: list[Judged] = []
    for hotspot in Lab.scenarios():
        _say(hotspot.id)
        emulated += of_emulated(hotspot, asyncio.run(measure(hotspot)))
    real: list[Done] = []
    failed: list[str] = []
    directory = Path(tempfile.mkdtemp(prefix="fwreal-"))
    try:
        with internet(directory / "world") as (place, authorities), ThreadPoolExecutor(4) as pool:
            running = [
                pool.submit(run, item, internet=place, authorities=authorities, directory=directory / item.id)
                for item in SCENARIOS
            ]
            for scenario, each in zip(SCENARIOS, running, strict=True):
                try:
                    real.append(each.result())
                except RuntimeError as error:
                    failed.append(f"`{scenario.id}`")
                    _say(str(error))
                else:
                    _say(scenario.id)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return emulated, real, failed


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def main(arguments: Sequence[str]) -> int:
    why_not = namespaces.why_not()
    if why_not is not None:
        _say(why_not)
        return 2
    namespaces.sweep()
    # What is changed while it is measured is not what was measured.
    at = _commit()
    emulated, real, failed = measured()
    text = page(emulated, real, failed=failed, at=at)
    sys.stdout.write(text)
    if "--write" in arguments:
        PAGE.write_text(text, "utf-8")
    everything = Tally((*emulated, *(item for done in real for item in of_real(done))))
    return 1 if everything.false_blocked or everything.false_reachable or failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
