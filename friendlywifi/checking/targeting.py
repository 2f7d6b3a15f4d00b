"""Which lists a check asks: those that the user named beside the controls, or the shipped ones."""

from __future__ import annotations

from pathlib import Path

from criteria.plan import in_full
from friendlywifi.complaint import Complaint
from probes import tomlfile
from probes.records import TargetList
from probes.targets.files import lint_list, read_list, read_text
from probes.targets.shipped import shipped
from probes.targets.stream import TargetStream
from probes.tomlfile import TomlFault

HELD = 2 * 1024 * 1024
"""Bytes of a file of names that are read in one piece, about 100 thousand names; longer ones line by line."""


def named_list(path: Path) -> TargetList:
    """A list from a file that the user named. Complains with file, line and fault."""
    try:
        return read_list(path)
    except TomlFault as fault:
        raise Complaint(str(fault)) from None
    except OSError as error:
        raise Complaint(f"the target list {path} cannot be read: {error.strerror}") from None


def named_lists(paths: tuple[Path, ...]) -> tuple[tuple[TargetList, ...], tuple[TargetStream, ...]]:
    """Lists that are held whole, and those that are read line by line. Complains as `named_list` does."""
    streams = {path: stream for path in paths if (stream := _long_list(path)) is not None}
    return tuple(named_list(path) for path in paths if path not in streams), tuple(streams.values())


def _long_list(path: Path) -> TargetStream | None:
    """A list whose file of names is too large to be held; `None`: it is not, or all of it is asked anyway."""
    try:
        header = tomlfile.parse(read_text(path), source=str(path))
        names = header.get("names")
        if not isinstance(names, str) or (path.parent / names).stat().st_size <= HELD:
            return None
        stream = TargetStream(path)
    except (TomlFault, OSError):
        return None  # whoever reads it whole says what is wrong with it
    return None if in_full(stream.head.targets[0].category) else stream


def faults_of_list(path: Path) -> tuple[TomlFault, ...]:
    """Every fault of a list and of its file of names. Complains where it cannot be opened."""
    try:
        return lint_list(path)
    except OSError as error:
        raise Complaint(f"the target list {path} cannot be read: {error.strerror}") from None


def lists_for(named: tuple[Path, ...], *, configured: tuple[Path, ...] = ()) -> tuple[TargetList, ...]:
    """As `all_lists`, every list in one piece."""
    return _together(tuple(named_list(path) for path in named or configured), (), named=bool(named))


def all_lists(
    named: tuple[Path, ...], *, configured: tuple[Path, ...] = ()
) -> tuple[tuple[TargetList, ...], tuple[TargetStream, ...]]:
    """The lists of a check: the shipped and configured ones, or those named for this run; long ones apart.

    Lists named for a run are asked beside the shipped controls; where they bring controls of their own whose
    truth is known (a token, documented addresses), those stand in for the shipped ones, so that an emulated
    or a closed network can be checked too. Such a run carries overrides and certifies no hotspot.
    """
    lists, streams = named_lists(named or configured)
    return _together(lists, streams, named=bool(named)), streams


def _together(
    lists: tuple[TargetList, ...], streams: tuple[TargetStream, ...], *, named: bool
) -> tuple[TargetList, ...]:
    if not named:
        lists = (*shipped(), *lists)
    elif not _bring_controls(lists):
        lists = (*(item for item in shipped() if _only_controls(item)), *lists)
    ids = [*(item.id for item in lists), *(item.head.id for item in streams)]
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
