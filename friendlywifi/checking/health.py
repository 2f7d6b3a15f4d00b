"""What stands between this machine and a sound check, found without sending a packet."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import friendlywifi
from criteria.identity import unknown
from criteria.machine import faults_of, hints_of
from friendlywifi.checking.here import Here
from friendlywifi.checking.serials import state_directory
from friendlywifi.checking.targeting import all_lists
from friendlywifi.complaint import Complaint
from friendlywifi.settings import load_settings
from probes.records import Machine, Vantage
from probes.targets.shipped import shipped
from probes.vantage.machine import examine_machine


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the doctor's. `ok` None: could not tell."""

    name: str
    ok: bool | None
    sentence: str
    remedy: str | None = None


_SOURCES = {"network": "given by the network", "system": "in use; who set them is not known"}
_NO_LEASE = "no lease can be read, so nobody can tell whether the resolvers are the network's own"

_CHECKS = {
    "machine_vpn": ("VPN", "none carries this machine's traffic", "switch it off"),
    "machine_hosts_file": ("hosts file", "answers none of the names", "take these lines out of /etc/hosts"),
    "machine_stub": ("own forwarder", "none that hides whom it asks", "switch it off, or use --resolver"),
    "machine_encrypted_dns": ("encrypted DNS", "the system does not insist on it", "switch it off"),
    "machine_resolvers": (
        "lease",
        "the resolvers in use are those that the network gave",
        "take the resolvers that somebody set by hand out of the network settings",
    ),
    "machine_proxy": ("proxy", "none set", "unset these variables"),
    "machine_ipv6": (
        "own IPv6",
        "not switched off",
        "switch it on: visitors' devices use it where the network has it (sysctl disable_ipv6=0)",
    ),
}
"""By the rule of a check: the line's name, what it says where all is well, what to do where not."""

_CERTIFICATES = Finding(
    name="certificates",
    ok=None,
    sentence="antivirus and roots of this machine's own show during a check only",
)


def examine(*, config: Path | None = None, here: Here | None = None) -> tuple[Finding, ...]:
    """Every finding, in the order in which a person would mend them."""
    here = here or Here()
    vantage = here.identify()
    return (
        Finding(
            name="program",
            ok=True,
            sentence=f"friendlywifi {friendlywifi.__version__} on Python {sys.version.split()[0]}",
        ),
        configuration(config),
        resolvers(here),
        network(vantage),
        *families(vantage),
        *machine(examine_machine(_names(config), places=here.places)),
        _CERTIFICATES,
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


def resolvers(here: Here) -> Finding:
    try:
        addresses, source = here.resolvers()
    except Complaint as complaint:
        return Finding(name="resolvers", ok=False, sentence=str(complaint))
    found = here.found()
    behind = f", behind the local stub {found.stub}" if found.stub else ""
    return Finding(
        name="resolvers",
        ok=None if found.hidden else True,
        sentence=f"{', '.join(addresses)} ({_SOURCES[source]}{behind})",
        remedy=" ".join(found.notes) or None,
    )


def families(vantage: Vantage) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            name=name,
            ok=None if has is None else True,
            sentence={True: "has a way out", False: "has none; its questions do not apply", None: "unknown"}[
                has
            ],
        )
        for name, has in (("IPv4", vantage.ipv4), ("IPv6", vantage.ipv6))
    )


def network(vantage: Vantage) -> Finding:
    """What a record of a run from here could say of where it was made."""
    missing = unknown(vantage)
    kind = {True: "wired", False: "wireless", None: "wired or wireless is unknown"}[vantage.wired]
    named = f" “{vantage.ssid}”" if vantage.ssid else ""
    return Finding(
        name="network",
        ok=None if missing else True,
        sentence=f"{vantage.interface or 'no interface'}, {kind}{named}",
        remedy=f"unknown, and so not on record: {', '.join(missing)}" if missing else None,
    )


def machine(seen: Machine) -> tuple[Finding, ...]:
    """What a check from here would be void for, by the rules of a check itself."""
    faults = faults_of(seen)
    found = []
    for rule, (name, fine, remedy) in _CHECKS.items():
        against = [fault.text for fault in faults if fault.id == rule]
        unseen = rule == "machine_resolvers" and seen.leased is None
        found += [Finding(name=name, ok=False, sentence=text, remedy=remedy) for text in against] or [
            Finding(name=name, ok=None if unseen else True, sentence=_NO_LEASE if unseen else fine)
        ]
    found += [Finding(name="beside it", ok=None, sentence=hint.text) for hint in hints_of(seen)]
    return tuple(found)


def _names(config: Path | None) -> tuple[str, ...]:
    """The names that a check from here asks, as far as they can be read and held."""
    try:
        configured = load_settings(file=config).settings.check.targets
        lists, _ = all_lists((), configured=tuple(Path(item) for item in configured))
    except Complaint:
        lists = shipped()
    return tuple(target.name for item in lists for target in item.targets)


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
