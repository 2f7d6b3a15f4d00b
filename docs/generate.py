"""Writes the pages of `docs/` that must not drift from the program. `python docs/generate.py`, then commit.

A test runs this and compares: a page that is older than the code fails the build.
"""

from __future__ import annotations

from pathlib import Path

import typer

from criteria import rules as rule_lists
from criteria.signals import SIGNALS
from friendlywifi.app import app
from friendlywifi.exitcodes import MEANINGS
from friendlywifi.shipped import ids, load_standard

HERE = Path(__file__).parent
NOTE = "<!-- Written by docs/generate.py from the program itself; change it there. -->\n\n"


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    return {
        "commands.md": commands(),
        "exit-codes.md": exit_codes(),
        "how-we-decide.md": how_we_decide(),
        **{f"standard-{name}.md": standard(name) for name in ids()},
    }


def commands() -> str:
    """Each command with its arguments and options, as `--help` teaches it."""
    text = (
        NOTE
        + "# Commands\n\nData goes to stdout, messages and progress to stderr. `NO_COLOR` is respected.\n"
    )
    root = typer.main.get_command(app)
    return text + "".join(_command(name, item) for name, item in _walk("friendlywifi", root))


def _walk(name: str, command: object) -> list[tuple[str, object]]:
    children = getattr(command, "commands", None)
    if children is None:
        return [(name, command)]
    return [pair for key, child in children.items() for pair in _walk(f"{name} {key}", child)]


def _command(name: str, command: object) -> str:
    lines = [f"\n## {name}\n\n", (getattr(command, "help", "") or "").strip() + "\n\n"]
    rows = []
    for parameter in getattr(command, "params", ()):
        names = ", ".join(f"`{option}`" for option in parameter.opts if option.startswith("-"))
        meta = parameter.metavar or ""
        rows.append(
            f"| {names or f'`{meta}`'} | {f'`{meta}`' if names and meta else ''} "
            f"| {(getattr(parameter, 'help', '') or '').replace('|', '/')} |\n"
        )
    if rows:
        lines += ["| option | value | what it does |\n|---|---|---|\n", *rows]
    return "".join(lines)


def exit_codes() -> str:
    """What each exit code means, for each command."""
    text = NOTE + "# Exit codes\n\n| command | code | meaning |\n|---|---|---|\n"
    rows = [
        f"| {command} | {code.value} | {meaning} |\n"
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
            text += f"\n## {stage.value}\n\n| rule | fits where | decides | why |\n|---|---|---|---|\n"
        fits = " ".join([f"`{word}`" for word in rule.needs] + [f"not `{word}`" for word in rule.lacks])
        decides = f"{rule.outcome.value}, {rule.strength.value}"
        text += f"| `{rule.id}` | {fits or 'always'} | {decides} | {rule.why.replace('|', '/')} |\n"
    text += "\n## Signals\n\n| signal | means |\n|---|---|\n"
    return text + "".join(f"| `{name}` | {meaning} |\n" for name, meaning in sorted(SIGNALS.items()))


def standard(name: str) -> str:
    """One standard as a page."""
    loaded, _ = load_standard(name)
    text = NOTE + f"# {loaded.title}\n\n`{loaded.id}`, version {loaded.version}.\n"
    for item in loaded.criteria:
        kind = "gate" if item.gate else f"weight {item.weight}" if item.weight else "information"
        text += (
            f"\n## {item.id} {item.title}\n\n*{kind}, version {item.version}*\n\n"
            f"- **Protects**: {item.protects}\n- **Tested**: {item.how}\n- **Passes when**: {item.rule}\n"
            f"- **Why**: {item.why}\n"
        )
        text += "".join(f"- **Source** of `{source.of}`: {source.says}\n" for source in item.source)
        text += f"- **Remedy** ({item.owner.value}, effort {item.effort.value}): {item.remedy}\n"
    return text


def write() -> None:
    """Write every page."""
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
