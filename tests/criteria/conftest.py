"""A small emulated run, without sockets: say what the network does to each name, and judge it.

Unless a test says otherwise the network is sound: portals and controls are right, and names that cannot exist
do not. Addresses are documentation ones that the run's connect-to map names, so that they count as public.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from criteria import released, rules, suffixes
from criteria.cells import bench
from criteria.fitness import judge_fitness, sound_out
from criteria.records import Cell, Fitness, Reference, ReferenceEntry, Route, Verdict
from criteria.routes import judge_routes
from criteria.targets import judge_targets
from probes import failure as failures
from probes.records import (
    Ask,
    Category,
    DnsFacts,
    Ede,
    Engine,
    Family,
    HttpFacts,
    Kind,
    Observation,
    Plan,
    Question,
    Rr,
    Run,
    Service,
    Stage,
    Stray,
    Target,
    TcpFacts,
    TlsFacts,
    Transport,
    Vantage,
    Via,
)
from tests.criteria.pure import nothing_but_records

V4, V6 = Family.IPV4, Family.IPV6
RESOLVER = "192.168.1.1:53"
START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
_FAILURES = {2: failures.SERVFAIL, 3: failures.NXDOMAIN, 5: failures.REFUSED}

PATIENCE_US = 10_000_000
"""How long silence is waited for."""

Part = dict[str, Any]


def dns(
    *addresses: str,
    rcode: int | None = 0,
    ede: Sequence[int] = (),
    alias: str | None = None,
    failure: str | None = None,
    truncated: bool = False,
    strays: tuple[Stray, ...] = (),
    edns: int | None = 1232,
) -> Part:
    """An answer; without addresses NODATA, with `failure` none at all."""
    if failure is not None:
        rcode = None
    named = failure or _FAILURES.get(rcode or 0)
    if rcode == 0 and not addresses:
        named = failures.NO_ANSWER
    answers = tuple(
        Rr(name="name", type="AAAA" if ":" in text else "A", ttl=60, data=text) for text in addresses
    )
    if alias is not None:
        answers = (Rr(name="name", type="CNAME", ttl=60, data=alias), *answers)
    facts = {
        # Silence is asked three times.
        "sends": 3 if failure == failures.TIMEOUT else 1,
        "rcode": rcode,
        "answers": answers,
        "ede": tuple(Ede(code=code, text="") for code in ede),
        "truncated": truncated,
        "strays": strays,
        "edns": edns,
    }
    return {"stage": Stage.DNS, "failure": named, "facts": facts}


TIMEOUT = dns(failure=failures.TIMEOUT)
NXDOMAIN = dns(rcode=3)
NODATA = dns()


def _end(address: str, service: Service) -> str:
    port = 443 if service is Service.HTTPS else 80
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def tcp(address: str, failure: str | None = None, service: Service = Service.HTTPS) -> Part:
    facts = None if failure else TcpFacts()
    return {
        "stage": Stage.TCP,
        "failure": failure,
        "tcp": facts,
        "service": service,
        "address": _end(address, service),
    }


def tls(address: str, failure: str | None = None, **facts: Any) -> Part:
    """Verified against the pinned store, unless `failure` or facts say otherwise."""
    if failure is None:
        facts.setdefault("pinned", True)
    return {
        "stage": Stage.TLS,
        "failure": failure,
        "tls": TlsFacts(server_name="name", **facts),
        "service": Service.HTTPS,
        "address": _end(address, Service.HTTPS),
    }


def quic(address: str, failure: str | None = None, **facts: Any) -> Part:
    """As `tls`, inside QUIC; with a failure and no facts nothing came back."""
    part = {**tls(address, failure, **facts), "stage": Stage.QUIC}
    return part if facts or failure is None else {**part, "tls": None}


def http(
    address: str,
    status: int | None = 200,
    *,
    token: bool | None = None,
    location: str | None = None,
    date: str | None = None,
    failure: str | None = None,
    body_bytes: int = 10,
    texts: tuple[str, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    service: Service = Service.HTTP,
) -> Part:
    headers += tuple(
        (name, value) for name, value in (("location", location), ("date", date)) if value is not None
    )
    facts = HttpFacts(
        method="GET",
        status=status,
        headers=headers,
        body_bytes=body_bytes,
        token_found=token,
        texts=texts,
    )
    return {
        "stage": Stage.HTTP,
        "failure": failure,
        "http": None if failure and status is None else facts,
        "service": service,
        "address": _end(address, service),
    }


def page(address: str) -> tuple[Part, ...]:
    """The genuine page with its token, over HTTPS."""
    return (
        dns(address),
        tcp(address),
        tls(address),
        http(address, token=True, service=Service.HTTPS),
    )


@dataclass
class Scene:
    """What is asked, what the network does, and what is concluded."""

    resolvers: tuple[str, ...] = (RESOLVER,)
    families: tuple[Family, ...] = (V4, V6)
    targets: list[Target] = field(default_factory=list)
    foreign: list[tuple[str, Transport, str, Family]] = field(default_factory=list)
    ways: list[dict[str, Any]] = field(default_factory=list)
    """Fields of further questions that are asked together with those of `foreign`."""
    engines: tuple[Engine, ...] = ()
    portals: tuple[str, ...] = ("one.portal", "two.portal", "three.portal")
    riding: bool = False
    """Whether a control rides between the targets."""
    vantage: Vantage = field(default_factory=lambda: Vantage(gateway="192.168.1.1", ipv4=True, ipv6=True))
    after: Vantage | None = None
    interrupted: bool = False
    reference: Reference | None = None
    dns64: str | None = None
    """The prefix of 96 bits that the resolvers make IPv6 addresses with (RFC 6147)."""
    again: tuple[str, ...] = ()
    """The names that a second look asks."""
    does: dict[tuple[str, Family | None, str | None, int | None], tuple[Part, ...]] = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        for number, name in enumerate(("control.one", "control.two"), 1):
            expect = (f"198.51.100.{number}", f"2001:db8:c::{number}")
            self.target(name, Category.CONTROL_GENERAL, ask=Ask.GET, token="t", expect=expect)
            self.on(name, *page(expect[0]), family=V4)
            self.on(name, *page(expect[1]), family=V6)
        for name in self.portals:
            self.on(name, dns("198.51.100.80"), http("198.51.100.80", token=True))

    def target(
        self,
        name: str,
        category: Category = Category.ADULT,
        *,
        ask: Ask = Ask.DNS,
        expect: tuple[str, ...] = (),
        token: str | None = None,
        vendor: str | None = None,
    ) -> Scene:
        self.targets.append(
            Target(
                name=name,
                category=category,
                ask=ask,
                expect=tuple(sorted(expect)),
                token=token,
                vendor=vendor,
                list_id="list",
            )
        )
        return self

    def on(
        self,
        name: str,
        *parts: Part,
        family: Family | None = None,
        resolver: str | None = None,
        attempt: int | None = None,
    ) -> Scene:
        """What comes back for a name; the most precise wish counts."""
        self.does[name, family, resolver, attempt] = parts
        return self

    def busy(self, count: int = 20) -> Scene:
        """So many other names open by each family: the line is seen often enough to know its loss."""
        for number in range(count):
            name = f"open{number}.example"
            self.target(name, Category.GAMBLING, ask=Ask.TLS)
            self.on(name, *page(f"203.0.113.{100 + number % 15}")[:3], family=V4)
            self.on(name, *page(f"2001:db8:a::{1 + number % 15}")[:3], family=V6)
        return self

    def refer(self, days: int = 0, **alive: bool | tuple[str, ...]) -> Scene:
        """A reference, so many days old; a name's underscores stand for dots."""
        entries = tuple(
            ReferenceEntry(
                name=name.replace("_", "."),
                alive=value if isinstance(value, bool) else True,
                addresses=value if isinstance(value, tuple) else (),
            )
            for name, value in alive.items()
        )
        self.reference = Reference(
            id="r", taken=START - timedelta(days=days), vantage="elsewhere", entries=entries
        )
        return self

    # ---------------------------------------------------------------------------------------- records

    def plan(self) -> Plan:
        questions: list[Question] = []

        def add(kind: Kind, subject: str, via: Via | None = None, **more: Any) -> None:
            questions.append(
                Question(id=f"q{len(questions):05d}", kind=kind, subject=subject, via=via, **more)
            )

        lanes = [(resolver, family) for resolver in self.resolvers for family in self.families]

        def everywhere(kind: Kind, target: Target) -> None:
            for resolver, family in lanes:
                via = Via(resolver=resolver, transport=Transport.UDP, family=family)
                add(kind, target.name, via, ask=target.ask, token=target.token)

        def portals() -> None:
            via = Via(resolver=self.resolvers[0], transport=Transport.UDP, family=V4)
            for name in self.portals:
                add(Kind.PORTAL, name, via, ask=Ask.GET, token="t", secure=False)

        controls = [target for target in self.targets if target.category.control]
        others = [target for target in self.targets if not target.category.control]
        add(Kind.IDENTITY, "network")
        portals()
        for tld in ("com", "net", "org"):
            for resolver, family in lanes:
                add(
                    Kind.RANDOM,
                    f"random.{tld}",
                    Via(resolver=resolver, transport=Transport.UDP, family=family),
                )
        for resolver in self.resolvers if self.dns64 else ():
            add(Kind.NAT64, "ipv4only.arpa", Via(resolver=resolver, transport=Transport.UDP, family=V6))
        for control in controls:
            everywhere(Kind.CONTROL, control)
        for number, target in enumerate(others):
            everywhere(Kind.TARGET, target)
            if self.riding and number % 2 == 0 and number + 1 < len(others):
                everywhere(Kind.CONTROL, controls[0])
        for resolver, transport, name, family in self.foreign:
            add(Kind.ROUTE, name, Via(resolver=resolver, transport=transport, family=family))
        for fields in self.ways:
            add(**{"kind": Kind.ROUTE, **fields})
        for control in controls:
            everywhere(Kind.CONTROL, control)
        portals()
        add(Kind.IDENTITY, "network")
        return Plan(
            seed="seed",
            standard="sha256:0",
            resolvers=self.resolvers,
            targets=tuple(self.targets),
            engines=self.engines,
            questions=tuple(questions),
        )

    def _parts(self, question: Question, attempt: int) -> tuple[Part, ...]:
        via = question.via
        resolver = via.resolver if via else None
        family = via.family if via else None
        for subject in (question.id, question.subject):
            for key in (
                (subject, family, resolver, attempt),
                (subject, family, resolver, None),
                (subject, family, None, attempt),
                (subject, None, resolver, attempt),
                (subject, None, None, attempt),
                (subject, None, resolver, None),
                (subject, family, None, None),
                (subject, None, None, None),
            ):
                if key in self.does:
                    return self.does[key]
        if question.kind is Kind.NAT64 and self.dns64:
            return (dns(self.dns64.partition("/")[0] + "192.0.0.170"),)
        return (NXDOMAIN,) if question.kind is Kind.RANDOM else ()

    def observations(self) -> tuple[Observation, ...]:
        found: list[Observation] = []
        plan = self.plan()
        for attempt in (1, 2):
            for number, question in enumerate(plan.questions):
                if attempt == 2 and question.subject not in self.again:
                    continue
                at = START + timedelta(seconds=number + 1000 * (attempt - 1))
                if question.kind is Kind.IDENTITY:
                    last = number == len(plan.questions) - 1
                    vantage = self.after if last and self.after else self.vantage
                    found.append(
                        self._observe(question, attempt, 0, at, stage=Stage.IDENTITY, vantage=vantage)
                    )
                    continue
                for place, part in enumerate(self._parts(question, attempt)):
                    found.append(self._observe(question, attempt, place, at, **part))
        return tuple(found)

    def _observe(
        self, question: Question, attempt: int, place: int, at: datetime, **part: Any
    ) -> Observation:
        facts = part.pop("facts", None)
        if facts is not None and question.via is not None:
            part["dns"] = DnsFacts(
                resolver=question.via.resolver,
                transport=question.via.transport,
                type=question.type or ("A" if question.via.family is V4 else "AAAA"),
                **facts,
            )
        part.setdefault("failure", None)
        part.setdefault("elapsed_us", PATIENCE_US if part["failure"] == failures.TIMEOUT else 0)
        return Observation(
            id=f"{question.id}/{attempt}/{place:02d}",
            question_id=question.id,
            attempt=attempt,
            started=at,
            **part,
        )

    def run(self) -> Run:
        public = [f"198.51.100.{n}" for n in range(1, 120)] + [f"203.0.113.{n}" for n in range(1, 120)]
        public += [f"[2001:db8:{block}::{n}]" for block in ("a", "c") for n in range(1, 20)]
        return Run(
            id="run",
            hotspot="lab",
            serial=1,
            started=START,
            ended=START,
            interrupted=self.interrupted,
            authorised_by="test",
            vantage=self.vantage,
            resolvers=self.resolvers,
            resolver_source="given",
            connect_to=tuple((f"{address}:443", "127.0.0.1:1") for address in public),
            software="test",
            plan="sha256:0",
            observations="sha256:0",
        )

    def losing(self, share: int = 3, *, names: int = 90) -> Scene:
        """So many names open, and of each `share` one needed a second packet, here and beyond; 0: none."""
        for number in range(names):
            name, address = f"opens{number}.example", f"198.51.100.{number % 100 + 10}"
            self.target(name, Category.CONTROL_GENERAL, ask=Ask.TLS, expect=(address,))
            again = bool(share) and number % share == 0
            answer, other, connected = dns(address), dns(), tcp(address)
            answer["facts"]["sends"] = other["facts"]["sends"] = 2 if again else 1
            connected["elapsed_us"] = 1_050_000 if again else 20_000
            self.on(name, answer, connected, tls(address), family=V4)
            self.on(name, other, family=V6)
        return self

    # ---------------------------------------------------------------------------------------- judging

    @property
    def fitness(self) -> Fitness:
        return judge_fitness(plan=self.plan(), run=self.run(), observations=self.observations())

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        return judge_verdicts(self, self.plan(), self.observations())

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for verdict in self.verdicts for cell in verdict.cells)

    def cell(self, name: str, family: Family = V4, service: Service | None = None) -> Cell:
        """The one cell of a name in a family."""
        found = [
            cell
            for cell in self.cells
            if cell.target == name and cell.family is family and service in (None, cell.service)
        ]
        assert len(found) == 1, found
        return found[0]

    def verdict(self, name: str) -> Verdict:
        return next(verdict for verdict in self.verdicts if verdict.target == name)

    @property
    def routes(self) -> tuple[Route, ...]:
        return judge_routes(
            plan=self.plan(),
            run=self.run(),
            observations=self.observations(),
            fitness=self.fitness,
            verdicts=self.verdicts,
            reference=self.reference,
        )


def judge_verdicts(scene: Scene, plan: Plan, observations: Sequence[Observation]) -> tuple[Verdict, ...]:
    """What becomes of the targets of a plan, in which a scene was seen as it is."""
    return judge_targets(
        plan=plan,
        bench=bench(
            plan=plan,
            run=scene.run(),
            fitness=scene.fitness,
            reference=scene.reference,
            max_reference_age_days=30,
            rules=rules.latest(),
            sound=sound_out(plan=plan, run=scene.run(), observations=observations),
        ),
    )


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture(scope="session")
def package_data() -> None:
    """What ships with the program is read once, before anything is judged."""
    for name in released.knowledge():
        released.text(name)
    released.mechanisms_text()
    released.fingerprints_text()
    for folder, suffix in (("standards", ".toml"), ("rules", ".toml")):
        for name in released.released_names(folder, ""):
            released.released_text(folder, name)
        for name in released.released_names(folder, suffix):
            if folder == "rules":
                released.rules_text(name)
    rules.latest()
    suffixes.latest()


@pytest.fixture(autouse=True)
def pure(package_data: None) -> Iterator[None]:
    """No test of judging has a network, a clock, a disk or chance."""
    with nothing_but_records():
        yield
