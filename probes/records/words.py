"""The closed words of measuring: each is one of a few, in code, records and reports alike."""

from __future__ import annotations

from enum import StrEnum


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
    HTTPS_RECORD = "https_record"
    """The addresses in the HTTPS record of a blocked name (RFC 9460, 7.3)."""


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
        return self.startswith("illegal-")

    @property
    def control(self) -> bool:
        return self.startswith("control-")
