"""The lab's target lists, as files for the ordinary loader: the lab has no way of its own past its checks."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from friendlywifi.lab.world import AUTHORITY, Host, World
from probes.records import Category, TargetList
from probes.targets.load import parse_list

CA_FILE = "lab-ca.pem"


@dataclass(frozen=True, kw_only=True)
class ListText:
    """One list: the name of its file and its text."""

    file: str
    text: str

    def load(self, ca: str) -> TargetList:
        """The list as the ordinary loader reads it, with the lab's authority in PEM."""
        return parse_list(self.text, source=self.file, read_ca=lambda _name: ca)


def list_texts(world: World) -> tuple[ListText, ...]:
    """The lab's lists: popular adult names, a stock to draw samples from, sentinel, test names, controls."""
    targets = [host for host in world.values() if host.category is not None]
    adult = [host for host in targets if host.category is Category.ADULT]
    return (
        _text("lab-adult-popular", (host for host in adult if host.rank is not None), popularity=True),
        _text("lab-adult-sample", (host for host in adult if host.rank is None)),
        _text("lab-sentinel", (host for host in targets if host.category is Category.ILLEGAL_CSAM)),
        _text("lab-vendor-tests", (host for host in targets if host.vendor is not None)),
        _text("lab-controls", (host for host in targets if host.category and host.category.control)),
    )


def _text(list_id: str, hosts: Iterable[Host], *, popularity: bool = False) -> ListText:
    lines = [
        "# Made by the Friendly Wi-Fi lab for one run: names, addresses and pages are its own.",
        f"id = {_quote(list_id)}",
        'version = "1"',
        'licence = "CC0-1.0"',
        'source = "made by the lab at its start"',
        'origin = "friendlywifi-lab"',
        f"ca = {_quote(CA_FILE)}",
        *(["popularity = true"] if popularity else []),
    ]
    for host in hosts:
        lines += ["", "[[target]]", f"name = {_quote(host.name)}", f'category = "{host.category}"']
        lines.append(f'ask = "{host.ask}"')
        lines.append(f"expect = [{', '.join(_quote(address) for address in host.addresses)}]")
        if host.token is not None:
            lines.append(f"token = {_quote(host.token)}")
        if host.category is not None and host.category.illegal:
            lines += ["sentinel = true", f"authorised_by = {_quote(AUTHORITY)}"]
        if host.vendor is not None:
            lines.append(f"vendor = {_quote(host.vendor)}")
    return ListText(file=f"{list_id}.toml", text="\n".join(lines) + "\n")


def write_lists(texts: Iterable[ListText], *, ca: str, directory: Path) -> tuple[Path, ...]:
    """Write the lists and the authority beside them, each whole or not at all; returns the lists' paths."""
    directory.mkdir(parents=True, exist_ok=True)
    _write(directory / CA_FILE, ca)
    paths = []
    for item in texts:
        _write(directory / item.file, item.text)
        paths.append(directory / item.file)
    return tuple(paths)


def _write(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _quote(text: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's."""
    return json.dumps(text)
