"""Was the hotspot measured, or the tester's own machine? Each difference voids the run and names its cause.

Two kinds of cause. Some bend what is measured whatever the run claims: a VPN that carries the visits, a
program that opens encrypted connections. The others make this machine no visitor's: its hosts file, its
proxies, the resolver that somebody set on it. Our own questions go past them, so they count only where the
run claims to be the public's path. A run whose resolver was named on purpose (`resolver_source` `given`)
claims nothing of that kind, says so among its overrides, and can never become a certificate.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from criteria import lookups, shields
from criteria.index import Looks
from criteria.records import Finding
from probes.records import Kind, Machine, Observation, Plan, Run, SoftwareKind

ALWAYS: Mapping[str, str] = MappingProxyType(
    {
        "machine_vpn": "Visits that leave through a tunnel meet the filter at its other end, or none.",
        "machine_antivirus": "What a program on this machine signed anew was not seen as it came.",
        "machine_local_root": "Only this machine trusts what signed the page: visitors lack that root.",
    }
)
"""What voids every run, with why."""

PUBLIC_PATH: Mapping[str, str] = MappingProxyType(
    {
        "machine_hosts_file": "A name that this machine answers by itself says nothing about the network.",
        "machine_stub": "Whom a forwarder on this machine asks decides what its user sees.",
        "machine_encrypted_dns": "A machine that asks encrypted asks somebody else than visitors do.",
        "machine_resolvers": "The resolver in use is not one that the network gave.",
        "machine_lookup": "Programs here are told something else than the network's resolvers say.",
        "machine_proxy": "Programs on this machine do not go where the visitors' programs go.",
        "machine_ipv6": "Where IPv6 is switched off, nobody sees what opens by it on the visitors' devices.",
    }
)
"""What voids a run that claims to be the public's path, with why."""

HINTS: Mapping[str, str] = MappingProxyType(
    {
        "machine_browser_dns": "A browser that asks encrypted shows another network than was measured.",
        "machine_software": "A program that can stand between a machine and its network runs here.",
    }
)
"""What bends nothing that is measured, and explains much to whoever compares by hand."""

_SHOWN = 3


def faults_of(machine: Machine, *, public_path: bool = True) -> tuple[Finding, ...]:
    """What this machine's own state says against a run from here, the gravest first. `text` is a clause."""
    found = _vpn(machine)
    if public_path:
        found += (
            _hosts(machine)
            + _stub(machine)
            + _encrypted(machine)
            + _resolvers(machine)
            + _proxies(machine)
            + _ipv6(machine)
        )
    return tuple(found)


def hints_of(machine: Machine) -> tuple[Finding, ...]:
    """What is worth knowing of this machine and voids nothing. `text` is a sentence."""
    found = []
    if machine.browser_dns:
        text = f"Browsers on this machine are set to ask encrypted ({', '.join(machine.browser_dns)})."
        found.append(Finding(id="machine_browser_dns", text=text))
    for item in machine.software:
        if item.kind is not SoftwareKind.DNS or machine.stub is None:
            text = f"{item.name} runs on this machine: a browser here may see another network."
            found.append(Finding(id="machine_software", text=text))
    return tuple(found)


def faults_in_run(*, plan: Plan, run: Run, looks: Looks) -> tuple[Finding, ...]:
    """Everything that was seen of the machine, at the start and at the end, and in what it let through."""
    public_path = run.resolver_source != "given"
    found = _signed_here(looks, public_path=public_path)
    for item in _examined(looks):
        assert item.machine is not None  # noqa: S101 - _examined leaves out the others
        faults = faults_of(item.machine, public_path=public_path)
        if public_path:
            faults += lookups.differences(item.machine, plan=plan, run=run, looks=looks)
        found += [Finding(id=fault.id, text=fault.text, witnesses=(item.id,)) for fault in faults]
    return _once(found)


def hints_in_run(looks: Looks) -> tuple[Finding, ...]:
    """The hints, each once."""
    return _once(
        Finding(id=hint.id, text=hint.text, witnesses=(item.id,))
        for item in _examined(looks)
        if item.machine is not None
        for hint in hints_of(item.machine)
    )


def told(faults: Sequence[Finding]) -> str:
    """One sentence that names the causes."""
    causes = [fault.text for fault in faults]
    more = len(causes) - _SHOWN
    listed = "; ".join(causes[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
    return f"This machine, not the network, would be measured: {listed}."


def as_findings(faults: Sequence[Finding]) -> tuple[Finding, ...]:
    """The same as sentences, for a report."""
    return tuple(
        Finding(id=item.id, text=f"{item.text[0].upper()}{item.text[1:]}.", witnesses=item.witnesses)
        for item in faults
    )


def _examined(looks: Looks) -> list[Observation]:
    return [item for _, look in looks.at(Kind.IDENTITY) for item in look.items if item.machine is not None]


def _once(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each fault once, with all its witnesses."""
    kept: dict[tuple[str, str], tuple[str, ...]] = {}
    for item in found:
        key = (item.id, item.text)
        kept[key] = tuple(dict.fromkeys([*kept.get(key, ()), *item.witnesses]))
    return tuple(Finding(id=id_, text=text, witnesses=seen) for (id_, text), seen in kept.items())


def _vpn(machine: Machine) -> list[Finding]:
    found: dict[str, list[str]] = {}
    for way in machine.ways:
        if way.tunnel is True:
            found.setdefault(way.interface, []).append(way.to)
    clauses = []
    for interface, places in sorted(found.items()):
        asked = [place for place in dict.fromkeys(places) if place != "internet"]
        what = "this machine's traffic" if "internet" in places else f"the questions to {', '.join(asked)}"
        text = f"a VPN or tunnel ({interface}) carries {what}"
        clauses.append(Finding(id="machine_vpn", text=text))
    return clauses


def _hosts(machine: Machine) -> list[Finding]:
    names = list(dict.fromkeys(entry.name for entry in machine.hosts or ()))
    if not names:
        return []
    more = len(names) - _SHOWN
    listed = ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return [Finding(id="machine_hosts_file", text=f"this machine's hosts file answers {listed}")]


def _stub(machine: Machine) -> list[Finding]:
    if machine.stub is None or not machine.stub_hidden:
        return []
    text = f"what the forwarder on this machine at {machine.stub} asks cannot be seen"
    return [Finding(id="machine_stub", text=text)]


def _encrypted(machine: Machine) -> list[Finding]:
    sources = list(machine.encrypted_dns)
    if machine.stub is not None:
        sources += [item.name for item in machine.software if item.kind is SoftwareKind.DNS]
    return [
        Finding(id="machine_encrypted_dns", text=f"this machine asks names encrypted, by {source}")
        for source in sources
    ]


def _resolvers(machine: Machine) -> list[Finding]:
    """Compared by address family: of a family in which no lease is known nothing follows."""
    if machine.leased is None:
        return []
    known = {_version(address) for address in machine.leased}
    own = [item for item in machine.used if _version(item) in known and item not in machine.leased]
    if not own:
        return []
    text = f"this machine asks {', '.join(own)}, and the network gave {', '.join(machine.leased)}"
    return [Finding(id="machine_resolvers", text=text)]


def _proxies(machine: Machine) -> list[Finding]:
    if not machine.proxies:
        return []
    verb = "is" if len(machine.proxies) == 1 else "are"
    return [Finding(id="machine_proxy", text=f"{', '.join(machine.proxies)} {verb} set on this machine")]


def _ipv6(machine: Machine) -> list[Finding]:
    if machine.ipv6_off is None:
        return []
    where = "" if machine.ipv6_off == "all" else f" for {machine.ipv6_off}"
    return [Finding(id="machine_ipv6", text=f"IPv6 is switched off on this machine{where}")]


def _version(address: str) -> int:
    return ipaddress.ip_address(address).version


def _signed_here(looks: Looks, *, public_path: bool) -> list[Finding]:
    """Certificates that a program on this machine made, or that nobody but this machine trusts.

    A filter's own root may be installed on a tester's machine. On the public's path that is no visitor's
    view; elsewhere it counts at names that must open, because there it hides whether the network works.
    """
    found = []
    for question, look in looks.visited:
        for item in look.items:
            facts = item.tls
            if facts is None or facts.pinned is True or facts.listed is True:
                continue
            shield = shields.latest().find(facts.issuer)
            if shield is not None:
                text = f"{shield.vendor} on this machine opens encrypted connections"
                found.append(Finding(id="machine_antivirus", text=text, witnesses=(item.id,)))
            elif (
                facts.pinned is False
                and facts.system is True
                and (public_path or question.kind is Kind.CONTROL)
            ):
                text = f"only a root of this machine's own trusts what signed pages ({facts.issuer})"
                found.append(Finding(id="machine_local_root", text=text, witnesses=(item.id,)))
    return found
