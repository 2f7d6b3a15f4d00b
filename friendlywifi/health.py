"""What stands between this machine and a sound check, found without sending a packet."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import friendlywifi
from friendlywifi.complaint import Complaint
from friendlywifi.serials import state_directory
from friendlywifi.settings import load_settings
from probes.vantage.identity import identity
from probes.vantage.resolvers import system_resolvers

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the doctor's. `ok` None: could not tell."""

    name: str
    ok: bool | None
    sentence: str
    remedy: str | None = None


def examine(*, config: Path | None = None) -> tuple[Finding, ...]:
    """Every finding, in the order in which a person would mend them."""
    return (
        Finding(
            name="program",
            ok=True,
            sentence=f"friendlywifi {friendlywifi.__version__} on Python {sys.version.split()[0]}",
        ),
        configuration(config),
        resolvers(),
        *families(),
        proxies(os.environ),
        hosts_file(Path("/etc/hosts")),
        state(),
    )


def configuration(config: Path | None) -> Finding:
    try:
        loaded = load_settings(file=config)
    except Complaint as complaint:
        return Finding(name="configuration", ok=False, sentence=str(complaint))
    if loaded.settings.check.authorised_by:
        who = f"checks are allowed by {loaded.settings.check.authorised_by}"
    else:
        who = "nobody is named who allows checks"
    where = f"from {loaded.file}" if loaded.file else "no file, defaults"
    return Finding(
        name="configuration",
        ok=True,
        sentence=f"{where}; {who}",
        remedy=None
        if loaded.settings.check.authorised_by
        else "give --authorised-by with each check, or authorised_by under [check]",
    )


def resolvers() -> Finding:
    found = system_resolvers()
    if not found.addresses:
        return Finding(
            name="resolvers",
            ok=False,
            sentence="none: this machine is on no network",
            remedy="join the hotspot's Wi-Fi first",
        )
    behind = f", behind the local stub {found.stub}" if found.stub else ""
    return Finding(
        name="resolvers", ok=True, sentence=f"{', '.join(found.addresses)} ({found.source}{behind})"
    )


def families() -> tuple[Finding, ...]:
    here = identity()
    return tuple(
        Finding(
            name=name,
            ok=None if has is None else True,
            sentence={True: "has a way out", False: "has none; its questions do not apply", None: "unknown"}[
                has
            ],
        )
        for name, has in (("IPv4", here.ipv4), ("IPv6", here.ipv6))
    )


def proxies(environment: Mapping[str, str]) -> Finding:
    """Proxy variables do not bend our own sockets; they say that the browser here goes elsewhere."""
    found = sorted(name for name in environment if name.lower() in _PROXIES and environment[name])
    if found:
        return Finding(
            name="proxy",
            ok=False,
            sentence=f"{', '.join(found)} is set: visitors of the hotspot do not have that",
            remedy=f"unset {' '.join(found)}",
        )
    return Finding(name="proxy", ok=True, sentence="none set")


def hosts_file(path: Path) -> Finding:
    """Names that this machine answers by itself, other than its own."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return Finding(name="hosts file", ok=None, sentence=f"{path} cannot be read")
    own = {"localhost", "ip6-localhost", "ip6-loopback", "localhost.localdomain", "broadcasthost"}
    named = [
        name
        for line in lines
        for name in line.partition("#")[0].split()[1:]
        if "." in name and name not in own and not name.startswith("ip6-")
    ]
    if len(named) > 2:
        return Finding(
            name="hosts file",
            ok=None,
            sentence=f"{path} answers {len(named)} names by itself ({', '.join(named[:3])}, …)",
            remedy="our questions go past it; a browser on this machine does not",
        )
    return Finding(name="hosts file", ok=True, sentence="answers nothing by itself")


def state() -> Finding:
    directory = state_directory()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        return Finding(
            name="run numbers",
            ok=False,
            sentence=f"{directory} cannot be written: {error.strerror}",
            remedy="set FRIENDLYWIFI_STATE to a folder that can",
        )
    return Finding(name="run numbers", ok=True, sentence=f"kept in {directory}")
