"""One emulated hotspot, running on loopback: `async with Lab(scenario) as lab`.

Everything that a probe needs to see it comes from here as it would from a real network: resolvers, a door
with a map that leads the world's addresses to loopback, target lists, and what is true.
"""

from __future__ import annotations

import shlex
import socket
from contextlib import AsyncExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from criteria.records import FamilyState, Reference, ReferenceEntry
from friendlywifi.lab import ports
from friendlywifi.lab.authority import Authority
from friendlywifi.lab.encrypteddns import EncryptedDns
from friendlywifi.lab.listener import Connection, Listener
from friendlywifi.lab.listfile import list_texts, write_lists
from friendlywifi.lab.loopback import (
    HOSTS,
    NOWHERE,
    NOWHERE_PORT,
    listening,
    port_of,
)
from friendlywifi.lab.nameserver import NameServer
from friendlywifi.lab.outside import places
from friendlywifi.lab.recursor import Recursor, Surroundings, embed
from friendlywifi.lab.scenario import (
    Encrypted,
    Filter,
    Foreign,
    Http3,
    Nxdomain,
    Origin,
    Passage,
    Portal,
    Reply,
    Resolver,
    Scenario,
    Truth,
    Uplink,
    Web,
    packaged_scenarios,
)
from friendlywifi.lab.webserver import WebServer
from friendlywifi.lab.world import ADDRESSES, AUTHORITY, HOSTERS, VENDOR, build_world
from probes.encrypted import KeepsAway, encrypted_resolvers
from probes.foreign import ResolverKind, foreign_resolvers
from probes.network import Budgets, Clock, Network, SystemClock, endpoint
from probes.records import Category, Family, TargetList, Vantage

_ELSEWHERE = {
    # What a resolver elsewhere answers when it can be reached from here.
    ResolverKind.UNFILTERED: Resolver(),
    ResolverKind.FILTERING: Resolver(
        filter=(Filter(categories=(Category.ILLEGAL_CSAM, Category.ADULT), reply=Reply.SINKHOLE, ede=17),)
    ),
}
_REFUSING = Resolver(filter=(Filter(everything=True, reply=Reply.REFUSED),))


class Lab:
    """A scenario that runs from `async with` to its end. `seed` makes the tokens of its pages.

    `budgets` are handed through to `network`: on loopback nothing is worth waiting seconds for.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        clock: Clock | None = None,
        seed: str = "friendlywifi-lab",
        budgets: Budgets | None = None,
    ) -> None:
        self.scenario = scenario
        self.clock = clock or SystemClock()
        self.budgets = budgets or Budgets()
        self.world = build_world(seed, adult_ask=scenario.adult_ask, gone=scenario.gone)
        self.captive = scenario.portal is not Portal.NONE
        """Whether a portal holds every visitor until `login`."""
        self._genuine = Authority(name="Friendly Wi-Fi lab TEST", now=self.clock.now())
        self._interceptor = Authority(name="Lab Filter TEST", now=self.clock.now(), one_key=True)
        self._texts = list_texts(self.world)
        self._resolvers: tuple[str, ...] = ()
        self._map: dict[str, str] = {}
        self._undo: AsyncExitStack | None = None

    @staticmethod
    def scenarios() -> tuple[Scenario, ...]:
        """The scenarios that ship."""
        return packaged_scenarios()

    # ------------------------------------------------------------------------------- what it offers

    @property
    def resolvers(self) -> tuple[str, ...]:
        """The resolvers that this network gives, `ADDRESS:PORT`."""
        return self._resolvers

    @property
    def network(self) -> Network:
        """The door to this hotspot: nothing but loopback can be reached through it."""
        return Network(
            clock=self.clock,
            budgets=self.budgets,
            connect_to=dict(self._map),
            confined=True,
            list_roots=(self._genuine.pem,),
        )

    @cached_property
    def lists(self) -> tuple[TargetList, ...]:
        """The world's names as the ordinary loader reads them."""
        return tuple(text.load(self._genuine.pem) for text in self._texts)

    @property
    def truth(self) -> Truth:
        return self.scenario.truth

    @property
    def vantage(self) -> Vantage:
        """Where a run in this lab is made: nowhere but in the lab, and it says so."""
        return Vantage(
            label=f"lab: {self.scenario.id}",
            ipv4=self.scenario.ipv4 is not FamilyState.ABSENT,
            ipv6=self.scenario.ipv6 is not FamilyState.ABSENT,
        )

    @property
    def reference(self) -> Reference:
        """What an unfiltered vantage sees: the world as it is."""
        now = self.clock.now()
        return Reference(
            id="lab-world",
            taken=now,
            vantage="the lab's own world, unfiltered",
            entries=tuple(
                ReferenceEntry(name=host.name, alive=host.alive, addresses=host.addresses, confirmed=now)
                for host in sorted(self.world.values(), key=lambda host: host.name)
                if host.category is not None
            ),
        )

    def list_files(self, directory: Path) -> tuple[Path, ...]:
        """Write the target lists, and beside them the authority that they name; returns the lists' paths."""
        return write_lists(self._texts, ca=self._genuine.pem, directory=directory)

    def check_command(self, directory: Path) -> str:
        """The command that checks this hotspot, once `list_files` wrote its lists to `directory`."""
        options = [("--resolver", resolver) for resolver in self.resolvers]
        options += [("--targets", str(directory / text.file)) for text in self._texts]
        options += [("--connect-to", f"{given}:{dialled}") for given, dialled in self._map.items()]
        options += [("--vendor", VENDOR), ("--authorised-by", AUTHORITY)]
        lines = [f"  {option} {shlex.quote(value)}" for option, value in options]
        return " \\\n".join(("friendlywifi check", *lines))

    def login(self) -> None:
        """Accept the portal's terms: from now on this visitor is let through."""
        self.captive = False

    # ------------------------------------------------------------------------------ start and stop

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as undo:
            self._resolvers = tuple(
                [await self._name_server(undo, each, each.family) for each in self.scenario.resolvers]
            )
            for family in Family:
                for origin in self._origins():
                    await self._start_origin(undo, origin, family)
                if self._absent(family):
                    continue
                await self._start_foreign(undo, family)
                await self._start_encrypted(undo, family)
            self._undo = undo.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._undo is not None:
            await self._undo.aclose()
            self._undo = None
        self._resolvers = ()
        self._map = {}

    async def _name_server(self, undo: AsyncExitStack, behaviour: Resolver, family: Family) -> str:
        recursor = self._recursor(behaviour)
        server = await NameServer.start(recursor, host=HOSTS[family], delay=self._delay)
        undo.push_async_callback(server.stop)
        return server.endpoint

    def _recursor(self, behaviour: Resolver) -> Recursor:
        around = Surroundings(
            world=self.world,
            uplink=self.scenario.uplink,
            portal=self.scenario.portal,
            https_records=self.scenario.https_records,
            captive=lambda: self.captive,
        )
        return Recursor(behaviour=behaviour, surroundings=around)

    # --------------------------------------------------------------------------------------- places

    def _origins(self) -> tuple[Origin, ...]:
        """The places that this scenario can lead to; others would only lengthen the map."""
        replies = {rule.reply for resolver in self.scenario.resolvers for rule in resolver.filter}
        shown = {web for visit in self.scenario.visits for web in (visit.http, visit.https)}
        wanted = {Origin.CONTROLS, *HOSTERS, Origin.SENTINELS, Origin.PROBES}
        if replies & {Reply.BLOCKPAGE, Reply.BLOCKPAGE_CNAME} or Web.HTTP_REDIRECT in shown:
            wanted.add(Origin.BLOCKPAGE)
        if replies & {Reply.INJECTED, Reply.WRONG_ID}:
            wanted.add(Origin.FORGED)
        if self.scenario.portal is not Portal.NONE:
            wanted.add(Origin.PORTAL)
        if any(resolver.nxdomain is Nxdomain.REWRITTEN for resolver in self.scenario.resolvers):
            wanted.add(Origin.ADVERTS)
        return tuple(origin for origin in Origin if origin in wanted)

    def _passage(self, origin: Origin, family: Family) -> Passage:
        if self._absent(family):
            return Passage.UNREACHABLE
        if self._shut(family) or origin is Origin.FORGED:
            return Passage.TIMEOUT
        hops = (hop for hop in self.scenario.hops if origin in hop.origins and family in hop.families)
        return next((hop.passage for hop in hops), Passage.OPEN)

    async def _start_origin(self, undo: AsyncExitStack, origin: Origin, family: Family) -> None:
        host, address = HOSTS[family], ADDRESSES[origin][family]
        passage = self._passage(origin, family)
        prefix = next((each.dns64 for each in self.scenario.resolvers if each.dns64 is not None), None)
        if family is Family.IPV4 and prefix is not None and passage is Passage.UNREACHABLE:
            # What IPv4 itself cannot reach is reached by its address under the prefix.
            self._lead(address, {80: NOWHERE_PORT, 443: NOWHERE_PORT}, NOWHERE[family])
            address, passage = embed(address, prefix), Passage.OPEN
        if passage is Passage.TIMEOUT:
            self._lead(address, ports.silent(undo, host, ports.PAGES), host)
        elif passage is Passage.UNREACHABLE:
            self._lead(address, {80: NOWHERE_PORT, 443: NOWHERE_PORT}, NOWHERE[family])
        elif passage is Passage.REFUSED:
            self._lead(address, ports.refused(undo, host, ports.PAGES), host)
        else:
            server = WebServer(
                origin=origin,
                world=self.world,
                visits=self.scenario.visits,
                portal=self.scenario.portal,
                portal_lets=self.scenario.portal_lets,
                captive=lambda: self.captive,
                genuine=self._genuine,
                interceptor=self._interceptor,
                clock=self.clock,
                delay=self._delay,
            )
            led = {}
            for port, serve in ((80, server.http), (443, server.https)):
                quic = port == 443 and origin in HOSTERS and self.scenario.http3 is not None
                sock = await self._beside_quic(undo, origin, host) if quic else listening(host)
                led[port] = port_of(sock)
                listener = Listener(sock, _reset if passage is Passage.RESET else serve)
                undo.push_async_callback(listener.stop)
            self._lead(address, led, host)

    async def _beside_quic(self, undo: AsyncExitStack, origin: Origin, host: str) -> socket.socket:
        open_ = self.scenario.http3 is Http3.OPEN
        names = tuple(name for name, each in self.world.items() if open_ and each.origin is origin)
        return await ports.beside_quic(undo, host, self._genuine, names)

    async def _start_foreign(self, undo: AsyncExitStack, family: Family) -> None:
        """One server for each kind of foreign resolver; the map leads all of that kind to it."""
        host = HOSTS[family]
        servers: dict[Resolver | None, str] = {}
        for resolver in foreign_resolvers():
            behaviour = self._elsewhere(resolver.kind, family)
            if behaviour not in servers:
                if behaviour is None:
                    servers[behaviour] = endpoint(host, ports.silent(undo, host, (53,))[53])
                else:
                    servers[behaviour] = await self._name_server(undo, behaviour, family)
            # Whoever filters is asked for comparison: one address is enough, and the map stays readable.
            most = 1 if resolver.kind is ResolverKind.FILTERING else None
            for given in resolver.endpoints(family)[:most]:
                self._map[given] = servers[behaviour]

    async def _start_encrypted(self, undo: AsyncExitStack, family: Family) -> None:
        """Over TLS and QUIC (port 853) and over HTTPS (443), at every address of an encrypted resolver."""
        if self.scenario.encrypted is None:
            return
        host = HOSTS[family]
        kinds = {item.keeps_away is KeepsAway.ADULT for item in encrypted_resolvers()}
        led = {
            filters: await self._encrypted_ports(undo, family, filters=filters) for filters in sorted(kinds)
        }
        for resolver in encrypted_resolvers():
            for address in places(resolver)[family]:
                self._lead(address, led[resolver.keeps_away is KeepsAway.ADULT], host)

    async def _encrypted_ports(
        self, undo: AsyncExitStack, family: Family, *, filters: bool
    ) -> dict[int, int]:
        host = HOSTS[family]
        encrypted = self.scenario.encrypted
        if self._shut(family) or encrypted is Encrypted.SILENT:
            return ports.silent(undo, host, ports.ENCRYPTED)
        if encrypted is Encrypted.REFUSED:
            return ports.refused(undo, host, ports.ENCRYPTED)
        intercepted = encrypted is Encrypted.INTERCEPTED
        behaviour = _ELSEWHERE[
            ResolverKind.FILTERING if filters or encrypted is Encrypted.FILTERED else ResolverKind.UNFILTERED
        ]
        server = EncryptedDns(
            recursor=self._recursor(self.scenario.resolvers[0] if intercepted else behaviour),
            authority=self._interceptor if intercepted else self._genuine,
            clock=self.clock,
            delay=self._delay,
            addresses=tuple(
                address for item in encrypted_resolvers() for address in (*item.ipv4, *item.ipv6)
            ),
        )
        return await ports.encrypted(undo, host, server)

    def _absent(self, family: Family) -> bool:
        """Whether the network has no such family."""
        state = self.scenario.ipv4 if family is Family.IPV4 else self.scenario.ipv6
        return state is FamilyState.ABSENT

    def _shut(self, family: Family) -> bool:
        """Whether nothing at all comes back from elsewhere by this family."""
        broken = family is Family.IPV6 and self.scenario.ipv6 is FamilyState.BROKEN
        return broken or self.scenario.uplink is Uplink.DEAD

    def _elsewhere(self, kind: ResolverKind, family: Family) -> Resolver | None:
        """How a resolver elsewhere behaves as seen from here; `None`: it is never heard of."""
        if self._shut(family) or self.scenario.foreign is Foreign.SILENT:
            return None
        if self.scenario.foreign is Foreign.INTERCEPTED:
            return self.scenario.resolvers[0]
        return _REFUSING if self.scenario.foreign is Foreign.REFUSED else _ELSEWHERE[kind]

    def _lead(self, address: str, led: ports.Ports, host: str) -> None:
        for given, dialled in led.items():
            self._map[endpoint(address, given)] = endpoint(host, dialled)

    @property
    def _delay(self) -> float:
        return self.scenario.delay_ms / 1000


async def _reset(connection: Connection) -> None:
    connection.reset()
