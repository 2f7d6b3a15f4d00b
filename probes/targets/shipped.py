"""The lists that come with the program: our own, small, written by hand, and free to copy (CC0)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from probes.records import TargetList
from probes.targets.load import parse_list


@cache
def shipped() -> tuple[TargetList, ...]:
    """Every list in `probes/targets/lists`, in the order of their file names."""
    folder = files("probes.targets") / "lists"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda i: i.name)
    return tuple(
        parse_list(item.read_bytes().decode("utf-8"), source=item.name, read_ca=None) for item in found
    )
