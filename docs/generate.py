"""Writes the pages of `docs/` that must not drift from the program. `python -m docs.generate`, then commit.

A test runs this and compares: a page that is older than the code fails the build.
"""

from __future__ import annotations

import json
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

import typer

from criteria import fingerprints as fingerprint_lists
from criteria import machine, mechanism, released
from criteria import rules as rule_lists
from criteria.chance import ALPHA, ONE_IN, Losses
from criteria.rules import RuleStage
from criteria.signals import SIGNALS
from docs import life_cycle
from friendlywifi.app import app
from friendlywifi.checking.check import MOST_LOOKS
from friendlywifi.exitcodes import MEANINGS
from friendlywifi.formats.lines import GapLine, RefusedLine, RunLine, VerdictLine
from friendlywifi.formats.ooni import Measurement
from friendlywifi.reporting.report import Report
from friendlywifi.shipped import ids, load_standard
from probes.records import Record, schema
from probes.visit.texts import texts

STAGES = {
    RuleStage.RUN: "May this cell be judged at all?",
    RuleStage.DNS: "What the resolver's answer means",
    RuleStage.TCP: "What a connection means",
    RuleStage.TLS: "What a handshake means",
    RuleStage.HTTP: "What a page means",
    RuleStage.LOOKS: "What looks that differ mean together",
    RuleStage.ROUTE: "What an answer on a way around the filter means",
    RuleStage.SAFESEARCH: "Whether a search engine is in its restricted form",
}

UNGRADED = {RuleStage.ROUTE, RuleStage.SAFESEARCH}
"""Stages whose outcomes have no strength."""

SCHEMAS: dict[str, type[Record]] = {
    "report-1": Report,
    "verdict-line-1": VerdictLine,
    "run-line-1": RunLine,
    "gap-line-1": GapLine,
    "refused-line-1": RefusedLine,
    "ooni-friendly-wifi": Measurement,
}
"""Forms that programs read, by the name of their schema."""

HERE = Path(__file__).parent
NOTE = "<!-- Written by docs/generate.py from the program itself; change it there. -->\n\n"


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    return {
        "commands.md": commands(),
        "exit-codes.md": exit_codes(),
        "how-we-decide.md": how_we_decide(),
        "life-cycle.md": NOTE + life_cycle.page(),
        "images/life-cycle.svg": life_cycle.picture(),
        **{f"standard-{name}.md": standard(name) for name in ids()},
        **{f"schemas/{name}.json": json_schema(kind) for name, kind in SCHEMAS.items()},
    }


def json_schema(kind: type[Record]) -> str:
    """The JSON Schema (2020-12) of a record, from the very type that reads and writes it."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | schema(kind), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def commands() -> str:
    """Each command with its arguments and options, as `--help` teaches it."""
    text = NOTE + (
        "# Commands\n\nData goes to stdout, messages and progress to stderr. `NO_COLOR` is respected. "
        "What exit codes mean: [exit-codes.md](exit-codes.md). `friendlywifi --lang sq COMMAND`, or "
        "`FRIENDLYWIFI_LANG=sq`, speaks Albanian: [translating.md](translating.md).\n"
    )
    root = typer.main.get_command(app)
    return text + "".join(_command(name, item) for name, item in _walk("friendlywifi", root))


def _walk(name: str, command: object) -> list[tuple[str, object]]:
    children = getattr(command, "commands", None)
    if children is None:
        return [(name, command)]
    return [pair for key, child in children.items() for pair in _walk(f"{name} {key}", child)]


def _command(name: str, command: object) -> str:
    lines = [f"\n## {name}\n\n", (getattr(command, "help", "") or "").strip() + "\n"]
    rows = [_row(parameter) for parameter in getattr(command, "params", ()) if "--help" not in parameter.opts]
    if rows:
        lines += ["\n| option | value | what it does |\n|---|---|---|\n", *rows]
    return "".join(lines)


def _row(parameter: Any) -> str:  # noqa: ANN401 - typer keeps the types of its parameters to itself
    names = ", ".join(f"`{option}`" for option in parameter.opts if option.startswith("-"))
    choices = type(parameter.default) if isinstance(parameter.default, Enum) else ()
    value = parameter.metavar or "|".join(str(item.value) for item in choices)
    needed = " Needed." if parameter.required and names else ""
    told = _cell(getattr(parameter, "help", "") or "") + needed
    shown = f"`{_cell(value)}`" if value else ""
    return f"| {names} | {shown} | {told} |\n" if names else f"| {shown} | | {told} |\n"


def _cell(text: str) -> str:
    """Text that may stand in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def exit_codes() -> str:
    """What each exit code means, for each command."""
    text = NOTE + "# Exit codes\n\n| command | code | meaning |\n|---|---|---|\n"
    rows = [
        f"| `{command}` | {code.value} | {_cell(meaning)} |\n"
        for command, meanings in MEANINGS.items()
        for code, meaning in meanings.items()
    ]
    return text + "".join(rows)


def how_we_decide() -> str:
    """The rules in force, in the order in which they are tried, and every signal that they speak of."""
    rules = rule_lists.latest()
    text = (
        NOTE + f"# How we decide\n\nRules, version `{rules.version}`, in the order in which they are tried; "
        "the first that fits decides. A rule fits where every signal it needs is there and none that it "
        "forbids.\n"
    )
    stage = None
    for rule in rules.rules:
        if rule.stage != stage:
            stage = rule.stage
            text += f"\n## {STAGES[stage]}\n\n| rule | fits where | decides | why |\n|---|---|---|---|\n"
        fits = ", ".join([f"`{word}`" for word in rule.needs] + [f"not `{word}`" for word in rule.lacks])
        decides = rule.outcome if stage in UNGRADED else f"{rule.outcome}, {rule.strength.value}"
        decides += "; asked again" if rule.again else ""
        text += f"| `{rule.id}` | {fits or 'always'} | {_cell(decides)} | {_cell(rule.why)} |\n"
    text += "\n## Signals\n\n| signal | means |\n|---|---|\n"
    text += "".join(f"| `{name}` | {_cell(meaning)} |\n" for name, meaning in sorted(SIGNALS.items()))
    return text + silence() + own_machine() + mechanisms() + fingerprints()


def silence() -> str:
    """When silence is a block: what the rules' word `chance.ruled_out` stands for."""
    examples = (
        ("loses nothing", Losses(answered=30, tries=3)),
        ("loses one packet in twenty each way", Losses(answered=100, retried=10, tries=3)),
        ("loses one packet in five each way", Losses(answered=100, retried=33, tries=3)),
        ("loses two packets in five each way", Losses(answered=100, retried=52, tries=3)),
    )
    rows = ""
    for line, losses in examples:
        enough = (n for n in range(2, MOST_LOOKS + 1) if not losses.may_explain(tries=3 * n, looks=n))
        needed = next(enough, None)
        bound = f"{float(100 * losses.worst_try):.1f} %"
        told = f"after {needed} looks" if needed else "never: it stays undecided"
        rows += f"| {line} | {losses.retried} of {losses.answered} | {bound} | {told} |\n"
    text = f"""
## Silence and lost packets

A filter that drops and a line that loses look alike. How many tries were lost is learnt from whatever was
answered on the same way (controls, names that cannot exist, all other names): the more is lost, the more
often an answer needed a second try. Of that rate the upper bound counts (one-sided Clopper-Pearson,
{100 - int(100 * Fraction(ALPHA))} %). Silence is a block only where so many lost tries in a row have a chance
below 1 in {ONE_IN:,} for a name, in all looks or in the slow ones alone, since what the first one loses may
be the doing of our own haste; else further looks are made, {MOST_LOOKS} at most. Where a control stayed
silent through a whole look packets are lost in bursts, and whole looks count in place of tries.
A way around the filter that is silent, or of which this machine says that it cannot be reached, is closed
only where the same arithmetic rules chance out.

| a line that | answers that needed a second try | tries lost, at most | silence is a block |
|---|---|---|---|
"""
    return text + rows


def own_machine() -> str:
    """What of the tester's own machine voids a run, and what is only worth knowing."""
    tables = (
        ("Voids every run", machine.ALWAYS),
        (
            "Voids a run that claims to be the public's path, with the resolvers that the network gave",
            machine.PUBLIC_PATH,
        ),
        ("Is told, and voids nothing", machine.HINTS),
    )
    text = (
        "\n## The tester's own machine\n\nBefore anything else: was the network measured, or this machine?\n"
    )
    for title, found in tables:
        text += f"\n{title}:\n\n| finding | why |\n|---|---|\n"
        text += "".join(f"| `{name}` | {_cell(why)} |\n" for name, why in found.items())
    return text


def mechanisms() -> str:
    """The closed list of words by which a block is named."""
    listed = mechanism.parse(released.mechanisms_text(), source="mechanisms.toml")
    text = (
        f"\n## Mechanisms\n\nVersion `{listed.version}`. A word in capitals stands for a detail.\n\n"
        "| mechanism | means |\n|---|---|\n"
    )
    return text + "".join(f"| `{item.word}` | {_cell(item.why)} |\n" for item in listed.mechanism)


def fingerprints() -> str:
    """Every block page that is known by itself, with who says so; texts by what they say."""
    listed = fingerprint_lists.latest()
    says = {item.id: item.says for item in texts().text}
    text = (
        f"\n## Known block pages\n\nVersion `{listed.version}`; texts, version `{texts().version}`. Facts, "
        "each with its source. What a content network asks of browsers is told from them first.\n\n"
        "| id | whose | known by | values | source | read |\n|---|---|---|---|---|---|\n"
    )
    for item in listed.fingerprint:
        values = ", ".join(f"`{_cell(says.get(value, value))}`" for value in item.values)
        text += (
            f"| `{item.id}` | {_cell(item.vendor)} | {item.kind.value} | {values} | {_cell(item.source)} "
            f"| {item.seen} |\n"
        )
    return text


def standard(name: str) -> str:
    """One standard as a page."""
    loaded, _ = load_standard(name)
    text = NOTE + f"# {loaded.title}\n\n`{loaded.id}`, version {loaded.version}.\n"
    if loaded.extends is not None:
        text += f"It extends [`{loaded.extends}`](standard-{loaded.extends}.md).\n"
    words = loaded.text.sq
    text += f"\n{loaded.summary}\n"
    if words is not None:
        text += f"\n*{words.title}.* {words.summary}\n\n*{words.review}*\n"
    for item in loaded.criteria:
        kind = "gate" if item.gate else f"weight {item.weight}" if item.weight else "information"
        kind += "" if item.enabled else ", switched off"
        text += (
            f"\n## {item.id} {item.title}\n\n*{kind}, version {item.version}*\n\n"
            f"- **Protects**: {item.protects}\n- **Tested**: {item.how}\n- **Passes when**: {item.rule}\n"
            f"- **Why**: {item.why}\n"
        )
        text += "".join(f"- **Source** of `{source.of}`: {source.says}\n" for source in item.source)
        text += f"- **Remedy** ({item.owner.value}, effort {item.effort.value}): {item.remedy}\n"
        if item.text.sq is not None:
            told = item.text.sq
            text += (
                f"\n*{told.title}.* Mbron: {told.protects} Si provohet: {told.how} Kalon kur: {told.rule} "
                f"Zgjidhja: {told.remedy}\n"
            )
    text += "\n## On the face of every certificate\n\n" + "".join(f"- {limit}\n" for limit in loaded.limits)
    if loaded.duty_bearer:
        text += "\n## Who has which duty\n\n"
        text += "".join(f"- **{item.name}**: {item.says} ({item.source})\n" for item in loaded.duty_bearer)
    if loaded.report_to:
        text += "\n## Where to report\n\n"
        text += "".join(f"- **{item.name}**, {item.contact}: {item.says}\n" for item in loaded.report_to)
    return text


def write() -> None:
    """Write every page."""
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
