"""What a hotspot of the lab does, by named behaviours, and the verdicts that are true there.

A scenario is one TOML file in `scenarios/`. The same corpus feeds `demo`, `lab run`, the tests of the rules
and the end-to-end tests, so that a behaviour and its true verdict are written down once, side by side.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated

import msgspec

from criteria.records import AssessmentOutcome, FamilyState, Outcome, RouteOutcome, SafeSearchOutcome
from probes import tomlfile
from probes.records import Ask, Category, Family, Record, RouteKind, Target


class Reply(StrEnum):
    """What a resolver does with a name that its filter catches."""

    GENUINE = "genuine"
    NXDOMAIN = "nxdomain"
    """As filters say it: no SOA, so that it cannot be cached (a name that is truly absent has one)."""
    NODATA = "nodata"
    REFUSED = "refused"
    SERVFAIL = "servfail"
    BOGUS = "bogus"
    """Its DNSSEC signatures are broken: SERVFAIL, and the genuine answer to whoever does not check (CD)."""
    SINKHOLE = "sinkhole"
    """0.0.0.0 and ::"""
    PRIVATE_SINKHOLE = "private_sinkhole"
    LOOPBACK_SINKHOLE = "loopback_sinkhole"
    BLOCKPAGE = "blockpage"
    """The address of a page that says why."""
    BLOCKPAGE_CNAME = "blockpage_cname"
    DROP = "drop"
    TRUNCATE = "truncate"
    """An empty answer with TC over UDP; over TCP the connection is closed without a word."""
    INJECTED = "injected"
    """Somebody on the path is faster: a forged address first, the genuine answer after it."""
    WRONG_ID = "wrong_id"
    """A blind injector: a forged answer under another id first, the genuine answer after it."""
    SAFE_SEARCH = "safe_search"
    """An alias to the restricted form of a search engine or video site."""
    MALFORMED = "malformed"
    """Bytes that are no DNS message."""


class Edns(StrEnum):
    """How a resolver, or the router before it, treats an OPT record."""

    ANSWERED = "answered"
    IGNORED = "ignored"
    """Answers as if there were none: no EDE can arrive."""
    DROPPED = "dropped"
    """A query with OPT gets no answer at all."""
    FORMERR = "formerr"


class Web(StrEnum):
    """What happens to a visit, after the connection came about."""

    PAGE = "page"
    TLS_RESET = "tls_reset"
    TLS_EOF = "tls_eof"
    TLS_SILENCE = "tls_silence"
    TLS_ALERT = "tls_alert"
    """Fatal alert 112, unrecognized_name."""
    TLS_UNTRUSTED = "tls_untrusted"
    """A middlebox ends the handshake with a certificate of its own authority and shows its page."""
    TLS_DECRYPTED = "tls_decrypted"
    """A middlebox reads along: a certificate of its own authority, and the page as it is."""
    TLS_DECRYPTED_PAGE = "tls_decrypted_page"
    """Likewise, and a block page in the words of a product that is sold."""
    HTTP_451 = "http_451"
    HTTP_403 = "http_403"
    HTTP_REDIRECT = "http_redirect"
    HTTP_BLOCKPAGE = "http_blockpage"
    HTTP_VENDOR_PAGE = "http_vendor_page"
    """A block page in the words of a product that is sold."""
    HTTP_CHALLENGE = "http_challenge"
    """The origin's content network asks whether the visitor is a browser."""
    HTTP_PROXIED = "http_proxied"
    """The page, through a proxy that says so in its headers."""
    HTTP_RESET = "http_reset"
    HTTP_EOF = "http_eof"
    HTTP_SILENCE = "http_silence"
    HTTP_ENDLESS = "http_endless"
    """A body without an end."""


class Passage(StrEnum):
    """What happens to a connection before a word is said."""

    OPEN = "open"
    REFUSED = "refused"
    RESET = "reset"
    """RST right after the connection came about. (RST in place of SYN-ACK is `refused`: Linux says so.)"""
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """The machine itself knows no way there."""


class Uplink(StrEnum):
    UP = "up"
    DEAD = "dead"
    """The resolver says SERVFAIL for everything, and no connection comes about."""


class Portal(StrEnum):
    """How a captive portal takes hold, until somebody logs in."""

    NONE = "none"
    DNS = "dns"
    """Every name has the portal's address."""
    HTTP = "http"
    """Names are answered as ever; plain HTTP is redirected to the login page and TLS is reset."""


class Foreign(StrEnum):
    """What a resolver elsewhere answers on port 53 when it is asked from here."""

    OPEN = "open"
    REFUSED = "refused"
    SILENT = "silent"
    INTERCEPTED = "intercepted"
    """The network's own resolver answers in its place."""


class Encrypted(StrEnum):
    """Whether the encrypted services of resolvers elsewhere can be used from here."""

    OPEN = "open"
    """DNS over TLS and over HTTPS answer truthfully."""
    FILTERED = "filtered"
    """They answer, and they filter themselves."""
    INTERCEPTED = "intercepted"
    """Somebody with another certificate answers in their place, as the network's own resolver does."""
    REFUSED = "refused"
    SILENT = "silent"


class Http3(StrEnum):
    """What comes back over QUIC at the addresses of adult sites, whatever happens to TCP there."""

    OPEN = "open"
    """The sites answer."""
    SILENT = "silent"


class HttpsRecord(StrEnum):
    """What adult sites say of themselves in their HTTPS record (RFC 9460)."""

    HINTS = "hints"
    """Where they are, in both families."""
    ENCRYPTED = "encrypted"
    """Likewise, and a key by which browsers hide the name in the handshake (ECH)."""


class Nxdomain(StrEnum):
    HONEST = "honest"
    REWRITTEN = "rewritten"
    """A name that does not exist gets the address of an advertising page, in both families."""


class Origin(StrEnum):
    """The few addresses of the lab's world, one pair (IPv4, IPv6) each, named by what lives there."""

    CONTROLS = "controls"
    ADULT = "adult"
    ADULT_EAST = "adult-east"
    ADULT_WEST = "adult-west"
    """Adult sites have three hosters between them, so that unrelated ones do not share an address."""
    SENTINELS = "sentinels"
    PROBES = "probes"
    """Vendors' captive-portal probes."""
    BLOCKPAGE = "blockpage"
    PORTAL = "portal"
    ADVERTS = "adverts"
    """Where an NXDOMAIN rewriter leads."""
    FORGED = "forged"
    """Where an injected answer leads."""


BOTH = (Family.IPV4, Family.IPV6)


class Filter(Record):
    """One rule of a resolver's filter. The first one that catches a name decides."""

    categories: tuple[Category, ...] = ()
    names: tuple[str, ...] = ()
    everything: bool = False
    """Every name in the world, except those that `leaks` lists."""
    leaks: tuple[str, ...] = ()
    """Names that it does not catch although their category is listed."""
    families: tuple[Family, ...] = BOTH
    """Which questions it looks at: A, AAAA."""
    https_records: bool = True
    """Whether it looks at questions for HTTPS records too; many know addresses only."""
    reply: Reply
    ede: int | None = None
    ede_text: str = ""


class Resolver(Record):
    """One of the resolvers that the network gives."""

    family: Family = Family.IPV4
    """On which loopback address it listens."""
    edns: Edns = Edns.ANSWERED
    nxdomain: Nxdomain = Nxdomain.HONEST
    dns64: str | None = None
    """A prefix of 96 bits: every AAAA answer is made of the IPv4 address (RFC 6147), as if it were the only
    one."""
    designates: str | None = None
    """The host of the encrypted resolver that it sends devices to (RFC 9462)."""
    filter: tuple[Filter, ...] = ()


class Visit(Record):
    """What happens to visits of some names. The first rule that catches a name decides."""

    categories: tuple[Category, ...] = ()
    names: tuple[str, ...] = ()
    https: Web = Web.PAGE
    http: Web = Web.PAGE


class Hop(Record):
    """What happens to connections to some of the world's addresses."""

    origins: tuple[Origin, ...]
    families: tuple[Family, ...] = BOTH
    passage: Passage


class TrueVerdict(Record):
    """The verdict that is true of the targets of a category, or of some of them by name.

    Of several that fit a target the first one counts.
    """

    category: Category
    names: tuple[str, ...] = ()
    """Empty: all of them."""
    outcome: Outcome
    mechanisms: tuple[str, ...] = ()
    """All that is at work, sorted: where it is `blocked` a verdict names one of them, and no other word."""


class TrueFamilies(Record):
    ipv4: FamilyState = FamilyState.USABLE
    ipv6: FamilyState = FamilyState.USABLE


class TrueWays(Record):
    """The most open outcome of each kind of way beside port 53; `None`: nothing is said about it here."""

    dot: RouteOutcome | None = None
    doh: RouteOutcome | None = None
    doq: RouteOutcome | None = None
    h3: RouteOutcome | None = None
    canary: RouteOutcome | None = None
    relay: RouteOutcome | None = None
    ddr: RouteOutcome | None = None
    direct_ip: RouteOutcome | None = None
    variant: RouteOutcome | None = None
    https_record: RouteOutcome | None = None

    def of(self, kind: RouteKind) -> RouteOutcome | None:
        return getattr(self, kind.value, None)


class Truth(Record):
    """What a check that makes no mistake finds here with the lab's own lists and the baseline standard."""

    outcome: AssessmentOutcome
    void: str | None = None
    """The reason why a run here is void (the words of `Fitness.void_reason`)."""
    why: str
    """One sentence: what makes this the true outcome."""
    families: TrueFamilies = TrueFamilies()
    """Of a run that is not void."""
    failing: tuple[str, ...] = ()
    """Gates of the standard that truly fail, sorted."""
    routes: RouteOutcome | None = None
    """The most open outcome among resolvers elsewhere, on port 53; `None` in a void run."""
    ways: TrueWays = TrueWays()
    safesearch: SafeSearchOutcome | None = None
    """The least restricted answer of the engines that the standard asks for."""
    rewrites: bool = False
    """Whether names that cannot exist get addresses."""
    findings: tuple[str, ...] = ()
    """Ids of findings that a check must tell here, sorted; others may be told as well."""
    verdicts: tuple[TrueVerdict, ...] = ()
    """In a void run none: every target is inconclusive."""

    def verdict(self, target: Target) -> TrueVerdict | None:
        """What is true of a target; `None`: nothing is said about it here."""
        for item in self.verdicts:
            if item.category is target.category and (not item.names or target.name in item.names):
                return item
        return None


class Scenario(Record):
    """One emulated hotspot."""

    id: str
    title: str
    story: str
    """One sentence for people who do not know what DNS is."""
    adult_ask: Ask | None = None
    """How far every adult name may be asked; `None`: most by DNS, some by TLS."""
    gone: int = 0
    """So many names in the lists exist nowhere any more."""
    delay_ms: int = 0
    """How late every answer of every server is."""
    uplink: Uplink = Uplink.UP
    portal: Portal = Portal.NONE
    portal_lets: tuple[Category, ...] = ()
    """Names that the portal lets through before the login, and with any of them the vendors' probes: so no
    device complains. Only a portal that takes hold of HTTP can tell them apart."""
    ipv4: FamilyState = FamilyState.USABLE
    """Absent: IPv4 places are reached through the prefix of a resolver's `dns64`, if it has one."""
    ipv6: FamilyState = FamilyState.USABLE
    foreign: Foreign = Foreign.REFUSED
    encrypted: Encrypted | None = None
    """`None`: the scenario has nothing to say about it, and there are no such services in its map."""
    http3: Http3 | None = None
    """`None`: nobody is there, so that QUIC is refused."""
    https_records: HttpsRecord | None = None
    """`None`: no site has one."""
    resolvers: Annotated[tuple[Resolver, ...], msgspec.Meta(min_length=1)]
    visits: tuple[Visit, ...] = ()
    hops: tuple[Hop, ...] = ()
    truth: Truth


def load_scenario(text: str, *, source: str) -> Scenario:
    """A scenario from TOML. Raises `tomlfile.TomlFault` with file and line."""
    return tomlfile.load(text, source=source, kind=Scenario)


@cache
def packaged_scenarios() -> tuple[Scenario, ...]:
    """The scenarios that ship, ordered by id."""
    folder = resources.files(__package__) / "scenarios"
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda f: f.name
    )
    return tuple(load_scenario(entry.read_text(encoding="utf-8"), source=entry.name) for entry in files)


def find_scenario(scenario_id: str) -> Scenario | None:
    """The shipped scenario of that id."""
    return next((item for item in packaged_scenarios() if item.id == scenario_id), None)
