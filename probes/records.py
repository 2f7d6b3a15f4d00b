"""What is asked and what happened: the records that every other part is made from.

The chain is target → question → observation. Nothing here performs I/O and nothing here judges: an
observation is one fact with a time and its raw evidence. Unknown is `None`, never `False`. Times are
aware and UTC. No field is a float, because these records are hashed and signed.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar, dataclass_transform

import msgspec

Time = Annotated[datetime, msgspec.Meta(tz=True)]
"""RFC 3339, UTC."""

R = TypeVar("R")


class _RecordMeta(msgspec.StructMeta):
    """Gives every record what msgspec does not inherit, and tells the type checker."""

    def __new__(  # noqa: PYI034 - PEP 673 forbids Self in a metaclass
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        tag: str | None = None,
        tag_field: str | None = None,
        **_options: bool,
    ) -> _RecordMeta:
        return super().__new__(
            mcls,
            name,
            bases,
            namespace,
            tag=tag,
            tag_field=tag_field,
            frozen=True,
            kw_only=True,
            forbid_unknown_fields=True,
        )


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, metaclass=_RecordMeta, frozen=True, kw_only=True):
    """The base of every record: frozen, by keyword only, unknown fields refused."""


def encode(value: object) -> bytes:
    """The one canonical form of a record: UTF-8 JSON, keys sorted, no white space.

    For the types that records hold (strings, integers, booleans, null, arrays, objects) these are the
    bytes of RFC 8785, so that a verifier written by somebody else can make them again.
    """
    return msgspec.json.encode(value, order="sorted")


def decode(data: bytes | str, kind: type[R]) -> R:
    """A record back from JSON. Raises `msgspec.DecodeError` with the path of what is wrong."""
    return msgspec.json.decode(data, type=kind)


def digest(value: object) -> str:
    """`sha256:` and 64 hexadecimal digits, over bytes as they are or over the canonical form."""
    data = value if isinstance(value, bytes) else encode(value)
    return "sha256:" + hashlib.sha256(data).hexdigest()


# ---------------------------------------------------------------------------------------------- words


class Family(StrEnum):
    """The address family that a question is about: A and IPv4 visits, or AAAA and IPv6 visits."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"


class Transport(StrEnum):
    """How a resolver is spoken to."""

    UDP = "udp"
    TCP = "tcp"
    DOT = "dot"
    DOH = "doh"
    DOQ = "doq"


class Ask(StrEnum):
    """How far a target may be asked. Each includes the ones before it; `head` and `get` also plain HTTP."""

    DNS = "dns"
    TLS = "tls"
    HEAD = "head"
    GET = "get"


class Stage(StrEnum):
    """Where on the way to a page an observation was made."""

    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"
    HTTP = "http"
    QUIC = "quic"
    IDENTITY = "identity"
    MACHINE = "machine"
    """The tester's own machine: what on it could be measured in place of the network."""


class Service(StrEnum):
    """What a visitor of the target wants to reach."""

    DNS = "dns"
    HTTP = "http"
    HTTPS = "https"


class Kind(StrEnum):
    """Why a question is asked."""

    CONTROL = "control"
    """A name that must open: proof that the network works. Interleaved with the targets."""
    TARGET = "target"
    ROUTE = "route"
    """A way around the filter: a foreign resolver, an encrypted one, a canary."""
    SAFESEARCH = "safesearch"
    PORTAL = "portal"
    """A vendor's captive-portal probe, over plain HTTP."""
    RANDOM = "random"
    """A name that cannot exist: shows NXDOMAIN rewriting and resolvers that answer everything."""
    NAT64 = "nat64"
    """`ipv4only.arpa` (RFC 7050)."""
    IDENTITY = "identity"
    """Which network this is, before and after."""


class RouteKind(StrEnum):
    """The kinds of ways around a filter."""

    DNS53 = "dns53"
    """A resolver elsewhere, asked in the clear on port 53."""
    DOT = "dot"
    DOH = "doh"
    DOQ = "doq"
    H3 = "h3"
    CANARY = "canary"
    """The name by which a network asks browsers not to switch DNS over HTTPS on by themselves."""
    RELAY = "relay"
    """The names by which a network asks phones to leave their private relay."""
    DDR = "ddr"
    """Whom the network's own resolver designates for encrypted questions (RFC 9462)."""
    DIRECT_IP = "direct_ip"
    """A blocked site by its true address, without asking any resolver."""
    VARIANT = "variant"
    """Another spelling of a blocked name, or a name below it."""


class Category(StrEnum):
    """What a target is. `illegal-*` only as authorised sentinels; `control-*` must stay open."""

    ILLEGAL_CSAM = "illegal-csam"
    ILLEGAL_TERROR = "illegal-terror"
    NATIONAL_ORDER = "national-order"
    ADULT = "adult"
    GAMBLING = "gambling"
    DRUGS = "drugs"
    VIOLENCE = "violence-weapons"
    HATE = "hate"
    SELFHARM = "selfharm"
    BYPASS = "bypass"
    SECURITY = "security"
    """A vendor's documented malware or phishing test name."""
    WIRING = "wiring"
    """A vendor's documented adult test name: says that this vendor's filter is plugged in, no more."""
    CONTROL_HELP = "control-help"
    """Helplines, child protection, health, emergency, government: none may be blocked."""
    CONTROL_GENERAL = "control-general"

    @property
    def illegal(self) -> bool:
        return self.value.startswith("illegal-")

    @property
    def control(self) -> bool:
        return self.value.startswith("control-")


# -------------------------------------------------------------------------------------------- targets


class Target(Record):
    """A name or URL with its category, its known truth, and how far it may be asked."""

    name: str
    """The host: lower-case A-labels, no trailing dot."""
    path: str = "/"
    category: Category
    ask: Ask
    expect: tuple[str, ...] = ()
    """Addresses that its owner documents for an unfiltered network, sorted; empty is unknown."""
    token: str | None = None
    """An unguessable text that only the true page holds."""
    sentinel: bool = False
    authorised_by: str | None = None
    vendor: str | None = None
    """Whose filter blocks this test name; says nothing about any other vendor's."""
    list_id: str
    rank: int | None = None
    """Place in a list that is ordered by popularity, from 1."""
    ordered_at: Time | None = None
    """When an authority ordered that it be blocked; only of names of an order."""
    due_at: Time | None = None
    """By when; `None`: at once."""
    wildcard: bool = False
    """The order is of this name and everything below it."""


class TargetList(Record):
    """A loaded list. `origin` names where its names came from: two lists with one origin are one witness."""

    id: str
    version: str
    licence: str
    source: str
    origin: str
    ca: str | None = None
    """PEM of the authority that signs this list's own test pages, if it is not a public one."""
    digest: str
    targets: tuple[Target, ...]


class ListRef(Record):
    """What a run remembers of a list: enough to find it again, not its names."""

    id: str
    version: str
    origin: str
    digest: str
    names: int


class Overlap(Record):
    """A list that the filter itself uses, by the operator's word, beside the names that were drawn."""

    id: str
    version: str
    origin: str
    digest: str
    category: Category
    drawn: int
    """Names drawn in this category."""
    shared: int
    """How many of them are in the filter's list, or their registrable domain is."""


# ------------------------------------------------------------------------------------------ questions


class Via(Record):
    """Through which resolver, how, and for which address family."""

    resolver: str
    """`ADDRESS:PORT`, an IPv6 address in brackets; `NAME:PORT` where `through` says who knows its address."""
    transport: Transport
    family: Family
    """Of the addresses that are asked for, and by an encrypted way of the packets that go there."""
    server_name: str | None = None
    """Of an encrypted resolver: the name said in the handshake, which its certificate must be for; `None`:
    its address stands for it."""
    path: str | None = None
    """Where its DNS over HTTPS is."""
    through: str | None = None
    """The resolver that is asked for the address of `server_name` first; `None`: the address is known."""


class Question(Record):
    """One thing to find out: an address by way of one resolver, then a visit as far as `ask` allows."""

    id: str
    kind: Kind
    subject: str
    """The host that is asked about."""
    via: Via | None = None
    route: RouteKind | None = None
    """Which way around the filter is tried; `None` on a question of kind `route`: port 53."""
    type: str | None = None
    """The record type to ask for; `None`: A or AAAA, as the family says."""
    address: str | None = None
    """Visit this address under the name of the subject, and ask no resolver for it."""
    ask: Ask = Ask.DNS
    path: str = "/"
    token: str | None = None
    plain: bool = True
    """Whether `head` and `get` also try plain HTTP on port 80."""
    secure: bool = True
    """Whether `head` and `get` also try HTTPS; portal probes do not."""
    store_body: bool = False
    """Whether an excerpt of the body may be kept; never for adult or illegal names."""


class Engine(Record):
    """A search engine or video site that has a restricted form, and how DNS tells one from the other."""

    name: str
    names: tuple[str, ...]
    """The hosts that visitors go to."""
    forced: tuple[str, ...]
    """The hosts of its restricted form: an alias to one of them forces it."""
    addresses_tell: bool = True
    """Whether the restricted form has addresses of its own, so that they too show which one is given."""


class Plan(Record):
    """Everything a run will ask, in order, drawn from a seed: it can be drawn again from the same inputs."""

    seed: str
    standard: str
    """Digest of the standard."""
    resolvers: tuple[str, ...]
    """The resolvers that the network gave, each `ADDRESS:PORT`; each is judged apart."""
    vendor: str | None = None
    """Whose filter the operator declares to be in use; `None`: nobody's."""
    second_of: str | None = None
    """Digest of the plan whose open samples this one's second samples are to decide."""
    targets: tuple[Target, ...]
    engines: tuple[Engine, ...] = ()
    """Whose restricted form is looked for."""
    questions: tuple[Question, ...]


# --------------------------------------------------------------------------------------- observations


class Rr(Record):
    """One resource record; `data` in presentation form, names lower-case without a trailing dot."""

    name: str
    type: str
    ttl: int
    data: str


class Ede(Record):
    """An extended DNS error (RFC 8914), text decoded leniently."""

    code: int
    text: str


class Stray(Record):
    """A datagram that was not the first good answer: a second answer, a wrong id, a wrong question."""

    reason: str
    """`second_answer`, `wrong_id`, `wrong_question` or `malformed`."""
    raw: str
    """Base64."""
    addresses: tuple[str, ...] = ()


class DnsVariant(StrEnum):
    """By what a question differs from the plain one: it explains another answer, and is no answer itself."""

    UNCHECKED = "unchecked"
    """Without DNSSEC checking (CD, RFC 4035, 3.2.2)."""
    MIXED_CASE = "mixed_case"
    """In letters of both cases (RFC 4343)."""


class DnsFacts(Record):
    """What came back for one query."""

    resolver: str
    transport: Transport
    type: str
    rcode: int | None = None
    """Extended response code; `None`: no usable answer."""
    flags: tuple[str, ...] = ()
    """Of aa, tc, rd, ra, ad, cd, in that order."""
    answers: tuple[Rr, ...] = ()
    authority: tuple[Rr, ...] = ()
    edns: int | None = None
    """The server's UDP payload size; `None`: it sent no OPT."""
    edns_sent: bool = True
    """Whether the query that was answered carried OPT."""
    ede: tuple[Ede, ...] = ()
    sends: int = 1
    """How many datagrams were sent for it."""
    variant: DnsVariant | None = None
    """`None`: the plain question."""
    case_kept: bool | None = None
    """Whether a name in mixed case came back as it was written; `None`: it was not, or nothing came back."""
    truncated: bool = False
    """The first answer had TC set, so that TCP was asked."""
    strays: tuple[Stray, ...] = ()
    raw: str | None = None
    """The answer as it came, base64."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The A or AAAA data of the answer, in order."""
        return tuple(rr.data for rr in self.answers if rr.type in ("A", "AAAA"))

    @property
    def aliases(self) -> tuple[str, ...]:
        """The CNAME targets of the answer, in order."""
        return tuple(rr.data for rr in self.answers if rr.type == "CNAME")


class TcpFacts(Record):
    """A connection that came about. A failed one has `failure` and no facts."""

    local: str | None = None


class TlsFacts(Record):
    """A handshake, judged against both stores; kept even where neither trusts it."""

    server_name: str
    decoy: bool = False
    """Made under a control's name, to tell a filter of names from one of addresses: it says nothing of the
    target, and its certificate was not looked at."""
    version: str | None = None
    cipher: str | None = None
    alpn: str | None = None
    alert: int | None = None
    """The fatal alert that ended the handshake."""
    chain: tuple[str, ...] = ()
    """Certificates as sent, DER in base64, leaf first."""
    subject: str | None = None
    issuer: str | None = None
    spki: str | None = None
    """SHA-256 of the leaf's public key: the same one under unrelated hosts is an interceptor."""
    logged: bool | None = None
    """The leaf carries timestamps of public logs (RFC 6962, 3.3), as those of public authorities do and those
    that a middlebox makes do not. They are not verified. `None`: the leaf cannot be read."""
    pinned: bool | None = None
    """Verifies for this name against the public store that the program ships."""
    listed: bool | None = None
    """Verifies against the authority that the target's own list names (`ca = FILE`)."""
    system: bool | None = None
    """Verifies against the machine's own store or `SSL_CERT_FILE`."""
    problem: str | None = None
    """Why the pinned store refuses it, in OpenSSL's words."""


class HttpFacts(Record):
    """The head of a response, and of its body only the size, the hash, and whether the token was there."""

    method: str
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """Names lower-case, in the order sent."""
    body_bytes: int = 0
    body_sha256: str | None = None
    body_truncated: bool = False
    """The body was longer than the cap."""
    token_found: bool | None = None
    """`None`: no token to look for, or no body asked."""
    texts: tuple[str, ...] = ()
    """Ids of the known texts that the body holds (`probes.visit.texts`), sorted."""
    excerpt: str | None = None
    """The first characters of the body, where the question allows it to be kept."""

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


class Vantage(Record):
    """Where a run was made. Hardware addresses are keyed hashes.

    `None` is unknown and limits what can be certified.
    """

    interface: str | None = None
    wired: bool | None = None
    ssid: str | None = None
    bssid: str | None = None
    gateway: str | None = None
    gateway_mac: str | None = None
    egress: str | None = None
    ipv4: bool | None = None
    """Whether the machine has a global or private IPv4 address and a default route."""
    ipv6: bool | None = None
    label: str | None = None
    """A free name; a lab's says that it is one."""
    resolvers: tuple[str, ...] | None = None
    """What the lease or the advertisement in force names, addresses, sorted."""
    portal_api: str | None = None
    """Where the network tells whether a device is held by its portal (RFC 8910, option 114)."""


class HostsEntry(Record):
    """A line of the hosts file about a name that is asked."""

    name: str
    address: str


class Lookup(Record):
    """What a program on this machine is told about a name (`getaddrinfo`), in one address family."""

    name: str
    family: Family
    addresses: tuple[str, ...] = ()
    """Sorted."""
    failure: str | None = None


class Way(Record):
    """Where this machine would send a packet: asked of its own tables, nothing is sent."""

    to: str
    """`internet` or a resolver, `ADDRESS:PORT`."""
    family: Family
    interface: str
    tunnel: bool | None
    """Whether the interface is a VPN's or another tunnel; `None`: it is not known what it is."""


class SoftwareKind(StrEnum):
    """What a program does between a machine and its network."""

    DNS = "dns"
    """It takes the system's questions and asks somebody else, encrypted."""
    SHIELD = "shield"
    """It opens encrypted connections to look inside: antivirus, parental control, ad blocking."""
    VPN = "vpn"


class Software(Record):
    """A program that runs on the tester's machine."""

    name: str
    kind: SoftwareKind


class Machine(Record):
    """What on the tester's machine could be measured in place of the network. `None`: it cannot be seen."""

    leased: tuple[str, ...] | None = None
    """The resolvers that the network gave: addresses of the lease and of router advertisements, sorted."""
    used: tuple[str, ...] = ()
    """The resolvers that programs on this machine are led to, addresses; behind a stub what it asks."""
    stub: str | None = None
    """The forwarder on this machine, `ADDRESS:PORT`."""
    stub_hidden: bool = False
    """What the stub asks cannot be seen."""
    hosts: tuple[HostsEntry, ...] | None = None
    """Of the hosts file the lines about names of the plan, nothing else."""
    lookups: tuple[Lookup, ...] = ()
    proxies: tuple[str, ...] = ()
    """Names of the proxy variables that are set; their values may hold passwords."""
    ways: tuple[Way, ...] = ()
    encrypted_dns: tuple[str, ...] = ()
    """Settings by which the system itself asks encrypted: file or program, and its words."""
    browser_dns: tuple[str, ...] = ()
    """Policies by which a browser here asks encrypted; they bend nothing that is measured."""
    software: tuple[Software, ...] = ()
    """Running programs that are known to stand between a machine and its network; a hint, no proof."""


class Observation(Record):
    """One fact. `failure` is one of OONI's strings (df-007), or `None` where the stage succeeded."""

    id: str
    """`QUESTION/ATTEMPT/NUMBER`: unique in a run and independent of the order in which facts came in."""
    question_id: str
    attempt: int
    """1 the first look, 2 the second, slow one."""
    stage: Stage
    service: Service | None = None
    address: str | None = None
    """The visited endpoint as DNS gave it (`ADDRESS:PORT`), before any connect-to map."""
    started: Time
    elapsed_us: int
    failure: str | None = None
    dns: DnsFacts | None = None
    tcp: TcpFacts | None = None
    tls: TlsFacts | None = None
    http: HttpFacts | None = None
    vantage: Vantage | None = None
    machine: Machine | None = None


class Run(Record):
    """One check of one hotspot: started is started, and it counts, void and aborted ones too."""

    id: str
    hotspot: str
    serial: int
    """From 1 without gaps, for each hotspot."""
    started: Time
    ended: Time
    interrupted: bool = False
    authorised_by: str
    vantage: Vantage
    resolvers: tuple[str, ...]
    resolver_source: str
    """`network`, `system` or `given`."""
    overrides: tuple[str, ...] = ()
    """Everything that makes this run not the public's path: useful, and never a hotspot's certificate."""
    connect_to: tuple[tuple[str, str], ...] = ()
    lists: tuple[ListRef, ...] = ()
    filter_lists: tuple[Overlap, ...] = ()
    """The lists that the filter itself is declared to use, and how many of the drawn names are in them."""
    second_of: str | None = None
    """Id of the run whose open samples this one decides."""
    software: str
    plan: str
    """Digest of the plan."""
    observations: str
    """Digest over the observations in the order of their ids."""


def observations_digest(observations: tuple[Observation, ...]) -> str:
    """The digest that a run carries: JSON Lines of the observations, ordered by id."""
    lines = (encode(item) + b"\n" for item in sorted(observations, key=lambda item: item.id))
    return digest(b"".join(lines))


def schema(kind: type[Any]) -> dict[str, Any]:
    """The published JSON Schema of a record."""
    return msgspec.json.schema(kind)
