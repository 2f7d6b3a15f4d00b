"""The plain text of a big list: one name or URL on each line; the small TOML beside it says the rest."""

from __future__ import annotations

import re

from probes.targets.names import NameFault, split_target
from probes.tomlfile import TomlFault

_COMMENT = re.compile(r"(?:^|\s)#.*$")  # in a URL, `#` without a blank before it is a fragment


def name_of(line: str) -> str:
    """What is on a line beside white space and a comment; may be empty."""
    return (_COMMENT.sub("", line) if "#" in line else line).strip()


def parse_names(text: str, *, source: str) -> tuple[tuple[tuple[str, str], ...], tuple[TomlFault, ...]]:
    """Host and path of each line, and a fault for each line that is no name or repeats one."""
    found: list[tuple[str, str]] = []
    problems: list[TomlFault] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        entry = name_of(line)
        if not entry:
            continue
        try:
            name, path = split_target(entry)
        except NameFault as fault:
            problems.append(TomlFault(str(fault), source=source, line=number))
            continue
        if name in seen:
            message = f'"{name}" is listed twice (it is also on line {seen[name]})'
            problems.append(TomlFault(message, source=source, line=number))
            continue
        seen[name] = number
        found.append((name, path))
    if not seen and not problems:
        problems.append(TomlFault("there is not one name in it", source=source, line=None))
    return tuple(found), tuple(problems)
