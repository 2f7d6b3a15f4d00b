"""The data that ships with the program: rule lists, fingerprints, mechanism words. Read once, then constant.

The only module here that reads: from its own package, never from the disk at large.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

LATEST_SUFFIXES = "2026-10-22"
"""The snapshot of the Public Suffix List that new plans are drawn with, by the day of its own version."""

LATEST_RULES = "2026-11"
"""The version that new runs are judged with. Older lists stay beside it and replay what they judged."""


@cache
def text(*path: str) -> str:
    """A file of this package. Raises `FileNotFoundError`."""
    return resources.files("criteria").joinpath(*path).read_text("utf-8")


@cache
def mechanisms_text() -> str:
    return text("mechanisms.toml")


@cache
def fingerprints_text() -> str:
    return text("fingerprints.toml")


@cache
def rules_text(version: str) -> str:
    """A released rule list. Raises `FileNotFoundError` for a version that there never was."""
    if version not in released_names("rules", ".toml"):
        raise FileNotFoundError(version)
    return text("rules", f"{version}.toml")


@cache
def knowledge() -> Mapping[str, str]:
    """Every file of what the program knows by name: block pages, words for mechanisms, shields, suffixes."""
    items = resources.files("criteria").iterdir()
    return {
        item.name: item.read_text("utf-8")
        for item in sorted(items, key=lambda item: item.name)
        if item.name.endswith(".toml")
    }


@cache
def public_suffixes(version: str) -> bytes:
    """A snapshot of the Public Suffix List as it was published. Raises `KeyError` if it never shipped."""
    if version not in released_names("public-suffixes", ".dat"):
        raise KeyError(version)
    return resources.files("criteria").joinpath("public-suffixes", f"{version}.dat").read_bytes()


def released_text(folder: str, name: str) -> str:
    """A released file of one folder of this package. Raises `KeyError` where there is none of that name."""
    if name not in released_names(folder, ""):
        raise KeyError(name)
    return text(folder, name)


@cache
def released_names(folder: str, suffix: str) -> tuple[str, ...]:
    """The names of a folder's released files that end in `suffix`, sorted, without it."""
    items = resources.files("criteria").joinpath(folder).iterdir()
    return tuple(sorted(item.name.removesuffix(suffix) for item in items if item.name.endswith(suffix)))
