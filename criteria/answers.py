"""What does one DNS answer amount to? One place for cells, routes and controls."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from criteria.fingerprints import FingerprintKind, Fingerprints, Pages, pages
from criteria.gist import Gist
from criteria.index import Looks
from criteria.mechanism import written
from criteria.truth import NOTHING, Truth
from probes import failure
from probes.bogon import is_bogon, plain
from probes.nat64 import prefixes, seen_through
from probes.records import Ede, Family, Kind, Observation, Run

_RCODES = {2: "servfail", 3: "nxdomain", 5: "refused"}
_UNREACHABLE = frozenset(
    {
        failure.CONNECTION_REFUSED,
        failure.CONNECTION_RESET,
        failure.CONNECTION_ABORTED,
        failure.HOST_UNREACHABLE,
        failure.NETWORK_UNREACHABLE,
        failure.EOF,
    }
)
# RFC 8914, section 4.
_FILTERED = frozenset({15, 16, 17})
_FORGED = 4
_PROHIBITED = 18
_FAILING = frozenset({6, 7, 8, 9, 10, 11, 12, 22, 23})
_UNREAD = frozenset({"malformed", "wrong_question"})
"""Reasons of a `Stray` that came from the resolver's own port under the id of the question."""
_ARTEFACTS = frozenset(
    {"dns.answer.blockpage", "dns.answer.sinkhole", "dns.cname.blockpage", "dns.ede.filtered"}
)
"""By these the filter gives itself away."""


@dataclass(frozen=True, kw_only=True)
class Atlas:
    """What a run knows about addresses, whoever is asked for."""

    fingerprints: Fingerprints
    mapped: frozenset[str] = frozenset()
    """Addresses that the run's connect-to map names: an emulated hotspot's public ones."""
    rewrites: frozenset[str] = frozenset()
    """Addresses given for names that cannot exist."""
    pools: frozenset[str] = frozenset()
    """Addresses where no public name can be, of which each name was given another one."""
    nat64: tuple[ipaddress.IPv6Network, ...] = ()
    """Prefixes by which this network embeds IPv4 addresses, beside the well-known one (RFC 7050)."""
    dns64: frozenset[str] = frozenset()
    """Resolvers that make IPv6 addresses of IPv4 ones: there every name that has the one has the other."""
    pages: Pages = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Frozen: the list is made ready once, here.
        object.__setattr__(self, "pages", pages(self.fingerprints))

    def spell(self, address: str) -> str:
        """The usual spelling, an embedded IPv4 address taken out; what is no address stays as it is."""
        return _spelt(address, self.nat64)

    def is_bogon(self, spelt: str) -> bool:
        """Whether no public name can be there; what is no address is nowhere."""
        try:
            return is_bogon(spelt, mapped=self.mapped)
        except ValueError:
            return True

    def blockpage(self, spelt: str) -> str | None:
        """The id of the published block page at this address."""
        return self.pages.find(FingerprintKind.ADDRESS, spelt)

    def is_public(self, spelt: str) -> bool:
        """Whether a genuine page may be there."""
        return not self.is_bogon(spelt) and spelt not in self.rewrites and self.blockpage(spelt) is None


@lru_cache(maxsize=4096)
def _spelt(address: str, nat64: tuple[ipaddress.IPv6Network, ...]) -> str:
    """A run gives the same few addresses many times over."""
    try:
        return plain(seen_through(address, nat64))
    except ValueError:
        return address


def chart(*, run: Run, looks: Looks, fingerprints: Fingerprints) -> Atlas:
    """The atlas of a run, without what is learnt from names that cannot exist."""
    found: set[ipaddress.IPv6Network] = set()
    dns64: set[str] = set()
    for _, look in looks.at(Kind.NAT64):
        for item in look.items:
            if item.dns is not None:
                shown = prefixes(item.dns.addresses)
                found |= set(shown)
                dns64 |= {item.dns.resolver} if shown else set()
    return Atlas(
        fingerprints=fingerprints,
        mapped=frozenset(host(given) for given, _ in run.connect_to),
        nat64=tuple(sorted(found)),
        dns64=frozenset(dns64),
    )


def host(endpoint: str) -> str:
    """The address of `ADDRESS:PORT`, in its usual spelling."""
    address = endpoint.rpartition(":")[0].strip("[]") or endpoint
    try:
        return plain(address)
    except ValueError:
        return address


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One DNS observation in words."""

    signals: frozenset[str]
    mechanisms: tuple[str, ...]
    """What was seen, sorted."""
    expected: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    """Addresses where the genuine page may be, expected ones not repeated."""
    poisoned: bool = False
    """Nothing below this answer is a symptom of its own."""


@dataclass
class _Words:
    signals: set[str] = field(default_factory=set)
    mechanisms: set[str] = field(default_factory=set)

    def add(self, signal: str, mechanism: str | None = None) -> None:
        self.signals.add(signal)
        if mechanism:
            self.mechanisms.add(mechanism)


def read(
    observation: Observation,
    *,
    atlas: Atlas,
    family: Family,
    truth: Truth = NOTHING,
    shared: frozenset[str] = frozenset(),
    exposed: frozenset[str] = frozenset(),
) -> Answer:
    """What an observation of stage `dns` amounts to for a name of which `truth` is known.

    `shared` are unexpected addresses that several unrelated names were given, `exposed` those at which other
    names met somebody else.
    """
    gist = Gist(observation)
    return read_gist(gist, atlas=atlas, family=family, truth=truth, shared=shared, exposed=exposed)


def read_gist(
    gist: Gist,
    *,
    atlas: Atlas,
    family: Family,
    truth: Truth,
    shared: frozenset[str],
    exposed: frozenset[str],
) -> Answer:
    """The same of an answer of which no more is known than its gist."""
    words = _Words()
    if failure.is_ours(gist.failure):
        return Answer(signals=frozenset({"dns.not_dialled"}), mechanisms=())
    if not gist.known or (gist.rcode is None and gist.failure is not None):
        _failure(gist.failure, words)
        if gist.failure == failure.TIMEOUT and any(stray.reason in _UNREAD for stray in gist.strays):
            # Silence is what it was not: a device may well read what we could not.
            words.signals.discard("dns.timeout")
            words.mechanisms.clear()
            words.add("dns.rcode.odd")
        if gist.truncated:
            words.signals.discard("dns.timeout")
            words.mechanisms.clear()
            words.add("dns.truncated", "dns/truncated")
        return _done(words)
    _extended_errors(gist.ede, words)
    cut = "tc" in gist.flags or gist.truncated
    if cut and gist.rcode == 0 and gist.failure not in (None, failure.NO_ANSWER):
        words.add("dns.truncated", "dns/truncated")
        return _done(words)
    spelt = tuple(dict.fromkeys(atlas.spell(address) for address in gist.addresses))
    if gist.rcode != 0:
        _rcode(gist.rcode, words)
        return _done(words)
    expected = tuple(address for address in spelt if address in truth.addresses)
    public = tuple(a for a in spelt if a not in truth.addresses and atlas.is_public(a))
    if expected:
        words.add("dns.answer.expected")
    if public:
        words.add("dns.answer.public")
        # A NAT64 network writes IPv4 addresses into AAAA answers: what is promised there counts for them.
        embedded = family is Family.IPV6 and all(":" not in address for address in public)
        if not expected and truth.promises(Family.IPV4 if embedded else family):
            words.add("dns.answer.unexpected")
            for address in public:
                words.mechanisms.add(written("dns/blockpage", address))
            if set(public) <= shared:
                words.add("dns.answer.shared")
            if set(public) <= exposed:
                words.add("dns.answer.exposed")
    if not expected and not public:
        _no_genuine_address(spelt, atlas, words)
        if not spelt and gist.aliases:
            words.add("dns.answer.alias")
    if not expected:
        for alias in gist.aliases:
            if atlas.pages.find(FingerprintKind.CNAME, alias):
                words.add("dns.cname.blockpage", written("dns/cname", alias))
    for stray in gist.strays:
        different = set(stray.addresses) - set(gist.addresses)
        if stray.reason == "second_answer" and different:
            words.mechanisms.add("dns/injected")
            if {atlas.spell(address) for address in different} & truth.addresses:
                words.add("dns.injected")
    return _done(words, expected=expected, public=public)


def _done(words: _Words, *, expected: tuple[str, ...] = (), public: tuple[str, ...] = ()) -> Answer:
    return Answer(
        signals=frozenset(words.signals),
        mechanisms=tuple(sorted(words.mechanisms)),
        expected=expected,
        public=public,
        poisoned=not expected and bool(words.signals & _ARTEFACTS or "dns.rcode.nxdomain" in words.signals),
    )


def _failure(name: str | None, words: _Words) -> None:
    if name == failure.TIMEOUT:
        words.add("dns.timeout", "dns/timeout")
    elif name in _UNREACHABLE:
        words.add("dns.unreachable")
        if name == failure.EOF:
            words.add("dns.closed")
        elif name == failure.CONNECTION_RESET:
            words.add("dns.reset")
    elif name == failure.NXDOMAIN:
        words.add("dns.rcode.nxdomain", "dns/nxdomain")
    elif name == failure.REFUSED:
        words.add("dns.rcode.refused", "dns/refused")
    elif name == failure.SERVFAIL:
        words.add("dns.rcode.servfail", "dns/servfail")
    elif name == failure.NO_ANSWER:
        words.add("dns.rcode.nodata", "dns/nodata")
    else:
        words.add("dns.rcode.odd")
    words.add("dns.failed")


def _rcode(rcode: int | None, words: _Words) -> None:
    words.add("dns.failed")
    kind = _RCODES.get(-1 if rcode is None else rcode)
    words.add(*((f"dns.rcode.{kind}", f"dns/{kind}") if kind else ("dns.rcode.odd",)))


def _extended_errors(errors: Iterable[Ede], words: _Words) -> None:
    for ede in errors:
        if ede.code in _FILTERED:
            words.add("dns.ede.filtered", written("dns/ede", str(ede.code)))
        elif ede.code == _FORGED:
            words.add("dns.ede.forged", written("dns/ede", str(ede.code)))
        elif ede.code == _PROHIBITED:
            words.add("dns.ede.prohibited")
        elif ede.code in _FAILING:
            words.add("dns.ede.failing")


def _no_genuine_address(spelt: tuple[str, ...], atlas: Atlas, words: _Words) -> None:
    """NOERROR, and nothing in it that the genuine page could be at."""
    pages = {address: atlas.blockpage(address) for address in spelt}
    # Learnt from names that cannot exist: this is how the network says NXDOMAIN, whatever the address is.
    invented = [address for address in spelt if address in atlas.rewrites]
    nowhere = [a for a in spelt if a not in atlas.rewrites and pages[a] is None]
    if not spelt:
        words.add("dns.rcode.nodata", "dns/nodata")
        words.add("dns.failed")
    for address, page in pages.items():
        if page is not None and address not in atlas.rewrites:
            words.add("dns.answer.blockpage", written("dns/blockpage", page))
    for address in nowhere:
        if address in atlas.pools:
            words.add("dns.answer.pooled")
            continue
        words.add("dns.answer.sinkhole", written("dns/sinkhole", address))
    if invented and len(invented) == len(spelt):
        words.add("dns.rcode.nxdomain", "dns/nxdomain")
        words.add("dns.failed")
