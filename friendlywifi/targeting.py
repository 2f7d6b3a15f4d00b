"""Which lists a check asks: those that the user named beside the controls, or the shipped ones."""

from __future__ import annotations

from pathlib import Path

from friendlywifi.complaint import Complaint
from probes.records import TargetList
from probes.targets.files import lint_list, read_list
from probes.targets.shipped import shipped
from probes.tomlfile import TomlFault


def named_list(path: Path) -> TargetList:
    """A list from a file that the user named. Complains with file, line and fault."""
    try:
        return read_list(path)
    except TomlFault as fault:
        raise Complaint(str(fault)) from None
    except OSError as error:
        raise Complaint(f"the target list {path} cannot be read: {error.strerror}") from None


def faults_of_list(path: Path) -> tuple[TomlFault, ...]:
    """Every fault of a list and of its file of names. Complains where it cannot be opened."""
    try:
        return lint_list(path)
    except OSError as error:
        raise Complaint(f"the target list {path} cannot be read: {error.strerror}") from None


def lists_for(named: tuple[Path, ...], *, configured: tuple[Path, ...] = ()) -> tuple[TargetList, ...]:
    """The lists of a check: the shipped and the configured ones, or those named for this run.

    Lists named for a run are asked beside the shipped controls; where they bring controls of their own whose
    truth is known (a token, documented addresses), those stand in for the shipped ones, so that an emulated
    or a closed network can be checked too. Such a run carries overrides and certifies no hotspot.
    """
    lists = tuple(named_list(path) for path in named or configured)
    if not named:
        lists = (*shipped(), *lists)
    elif not _bring_controls(lists):
        lists = (*(item for item in shipped() if _only_controls(item)), *lists)
    ids = [item.id for item in lists]
    for identifier in ids:
        if ids.count(identifier) > 1:
            raise Complaint(f'two lists have the id "{identifier}"; give each its own')
    return lists


def _bring_controls(lists: tuple[TargetList, ...]) -> bool:
    return any(
        target.category.control and (target.token or target.expect)
        for item in lists
        for target in item.targets
    )


def _only_controls(item: TargetList) -> bool:
    return all(target.category.control for target in item.targets)
