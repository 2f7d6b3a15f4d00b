"""Which lists a check asks: those that the user named beside the controls, or the shipped ones."""

from __future__ import annotations

from pathlib import Path

from friendlywifi.complaint import Complaint
from friendlywifi.files import read_text
from probes.records import TargetList
from probes.targets.load import parse_list
from probes.targets.shipped import shipped
from probes.tomlfile import TomlFault


def read_list(path: Path) -> TargetList:
    """A list from a file. Complains with file, line and fault."""
    text = read_text(path, what="the target list")

    def authority(name: str) -> str:
        return read_text(path.parent / name, what=f"the authority of {path.name},")

    try:
        return parse_list(text, source=str(path), read_ca=authority)
    except TomlFault as fault:
        raise Complaint(str(fault)) from None


def lists_for(paths: tuple[Path, ...]) -> tuple[TargetList, ...]:
    """The lists of a check.

    Lists that the user names are asked beside the shipped controls; where they bring controls of their own
    whose truth is known (a token, documented addresses), those stand in for the shipped ones, so that an
    emulated or a closed network can be checked too. Such a run carries overrides and certifies no hotspot.
    """
    if not paths:
        return shipped()
    named = tuple(read_list(path) for path in paths)
    ids = [item.id for item in named]
    for identifier in ids:
        if ids.count(identifier) > 1:
            raise Complaint(f'two lists have the id "{identifier}"; give each its own')
    own = any(
        target.category.control and (target.token or target.expect)
        for item in named
        for target in item.targets
    )
    controls = () if own else tuple(item for item in shipped() if _only_controls(item))
    return (*controls, *named)


def _only_controls(item: TargetList) -> bool:
    return all(target.category.control for target in item.targets)
