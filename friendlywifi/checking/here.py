"""Where this check is made from: the network, the machine, and the resolvers that the network gave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from friendlywifi.complaint import Complaint
from friendlywifi.exitcodes import Exit
from probes.network import Network, endpoint
from probes.records import Machine, Plan, Vantage
from probes.vantage.given import given, leased_resolvers, portal_api
from probes.vantage.identity import identity
from probes.vantage.machine import Look, ask_system, examine_machine, names_of, telling_names
from probes.vantage.places import Places
from probes.vantage.resolvers import FoundResolvers, system_resolvers


@dataclass(frozen=True, kw_only=True)
class Here:
    """A machine on its network, read from `places` and, where a question has no file, from `look`."""

    key: bytes | None = None
    interface: str | None = None
    places: Places = field(default_factory=Places)
    look: Look | None = ask_system

    def found(self) -> FoundResolvers:
        """What the system asks, as it stands in its files."""
        return system_resolvers(resolv_conf=self.places.etc / "resolv.conf", run=self.places.run)

    def resolvers(self) -> tuple[tuple[str, ...], str]:
        """Every resolver to measure, `ADDRESS:PORT`, and how they were found. Complains where there is none.

        A resolver that the lease names and that the system leaves out is the network's too: glibc asks three
        at most, and others none that somebody overrode. Visitors' machines may ask it.
        """
        found = self.found()
        leased = leased_resolvers(given(self.places, interface=self._interface())) or ()
        beside = [endpoint(address, 53) for address in leased]
        addresses = tuple(dict.fromkeys([*found.addresses, *beside]))
        if addresses:
            source = "network" if beside and set(addresses) == set(beside) else found.source.value
            return addresses, source
        raise Complaint(none_found(found), code=Exit.UNKNOWN)

    def identify(self) -> Vantage:
        """Which network this is."""
        vantage = identity(
            key=self.key,
            interface=self.interface,
            proc=self.places.proc / "net",
            sys=self.places.sys,
            ask_radio=lambda name: self.places.program("iw", "dev", name, "link"),
        )
        leases = given(self.places, interface=vantage.interface)
        return msgspec.structs.replace(
            vantage, resolvers=leased_resolvers(leases), portal_api=portal_api(leases)
        )

    def examine(self, network: Network, *, public_path: bool) -> Callable[[Plan], Machine] | None:
        """What will look at this machine during a run; `None` where nothing of it can be in the way.

        A confined run does not leave this machine. A run that does not claim to be the public's path asks
        `getaddrinfo` nothing: what programs here are told is not what it is about.
        """
        if network.confined:
            return None

        def look_at(plan: Plan) -> Machine:
            return examine_machine(
                names_of(plan),
                asked=telling_names(plan) if public_path else (),
                resolvers=plan.resolvers,
                interface=network.interface,
                places=self.places,
                look=self.look if public_path else None,
            )

        return look_at

    def _interface(self) -> str | None:
        return self.interface or self.places.way("203.0.113.1") or self.places.way("2001:db8::1")


def none_found(found: FoundResolvers) -> str:
    """Why there is no resolver to measure, and what to do about it."""
    if found.stub is not None:
        return (
            f"this machine asks a forwarder of its own at {found.stub}, and whom that asks cannot be seen; "
            "switch it off, or name the hotspot's resolver with --resolver"
        )
    noted = " ".join(found.notes)
    return (
        f"this machine has no resolver, so it is on no network; join the hotspot, or name a resolver with "
        f"--resolver. {noted}"
    )
