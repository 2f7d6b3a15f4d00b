"""What does one look at a way around the filter show? From observations to the words that rules know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from criteria.bindings import HTTPS, as_addresses, bindings
from criteria.gist import Gists
from criteria.index import Look, dns_of
from criteria.reader import Reader
from criteria.truth import Truth
from criteria.visits import PROVEN, read_visits, tls_words
from probes import failure
from probes.records import Family, Observation, Question, RouteKind, Service, Stage, TlsFacts, Transport

_ENCRYPTED = frozenset({Transport.DOT, Transport.DOH, Transport.DOQ})
_TYPES = {"A": Family.IPV4, "AAAA": Family.IPV6}

_PROTOCOL_ALERTS = frozenset({70, 120})
"""protocol_version and no_application_protocol (RFC 8446, 6; RFC 7301, 3.2): a server that is there and
speaks something else."""

_NO_WAY = frozenset({failure.HOST_UNREACHABLE, failure.NETWORK_UNREACHABLE})

_UDP = {
    failure.TIMEOUT: "quic.timeout",
    failure.CONNECTION_REFUSED: "quic.refused",
    failure.HOST_UNREACHABLE: "quic.unreachable",
    failure.NETWORK_UNREACHABLE: "quic.unreachable",
}

_WITHHELD = frozenset(
    {
        "dns.rcode.nxdomain",
        "dns.rcode.nodata",
        "dns.rcode.refused",
        "dns.answer.sinkhole",
        "dns.answer.blockpage",
        "dns.cname.blockpage",
    }
)


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """One answer, or one endpoint, in words; `witnesses` are ids of observations."""

    words: frozenset[str]
    witnesses: tuple[str, ...]
    answer: Observation | None = None
    """What the network's own resolver said."""


@dataclass(frozen=True, kw_only=True)
class Seer:
    """Reads looks at routes."""

    reader: Reader
    gists: Gists
    here: Mapping[str, frozenset[str]]
    """Of names that are blocked here: every address that the network's own resolvers give for them."""

    def see(
        self, question: Question, look: Look, truth: Truth, *, blocked: Collection[Family] = ()
    ) -> tuple[Sight, ...]:
        """None where the look holds nothing that could tell.

        `blocked` are the families by which the name itself is blocked by what the asked resolver says.
        """
        if question.route is RouteKind.HTTPS_RECORD:
            return self._record(question, look, truth, blocked)
        if question.route is RouteKind.H3:
            return _over_quic(look)
        if question.address is not None:
            return self._visits(question, look)
        if question.via is not None and question.via.transport in _ENCRYPTED:
            return self._encrypted(question, look, truth)
        observed = _as_spelt(question, look)
        if observed is None:
            return ()
        words = self._answer(observed, question, truth)
        if observed.dns is not None and observed.dns.addresses:
            words.add("route.address")
        return (Sight(words=frozenset(words), witnesses=(observed.id,), answer=observed),)

    def _record(
        self, question: Question, look: Look, truth: Truth, blocked: Collection[Family]
    ) -> tuple[Sight, ...]:
        """The hints of an HTTPS record, as the addresses that they are; the others show nothing new."""
        if look.dns is None:
            return ()
        words = self._answer(as_addresses(look.dns, blocked), question, truth)
        found = bindings(look.dns, HTTPS)
        if found:
            words.add("route.record")
        if any(item.leads_from(question.subject) for item in found):
            words.add("route.elsewhere")
        return (Sight(words=frozenset(words), witnesses=(look.dns.id,), answer=look.dns),)

    def _visits(self, question: Question, look: Look) -> tuple[Sight, ...]:
        found = read_visits(look.items, question=question, service=Service.HTTPS, atlas=self.reader.atlas)
        return tuple(Sight(words=visit.signals, witnesses=visit.witnesses) for visit in found)

    def _encrypted(self, question: Question, look: Look, truth: Truth) -> tuple[Sight, ...]:
        asked = [item for item in look.items if item.stage is Stage.DNS and _encrypted(item)]
        if not asked:
            return self._name(question, look)
        sights = []
        for item in asked:
            words = self._answer(item, question, truth)
            shaken = _shaken(look.items, item.address)
            words.update(_handshake(shaken, item))
            witnesses = (item,) if shaken is None else (shaken, item)
            sights.append(Sight(words=frozenset(words), witnesses=tuple(each.id for each in witnesses)))
        return tuple(sights)

    def _name(self, question: Question, look: Look) -> tuple[Sight, ...]:
        """What the network's own resolver says about the name, where nobody was dialled."""
        if look.dns is None or look.gist is None or question.via is None:
            return ()
        signals = self.reader.read(look.gist, family=question.via.family).signals
        if "dns.not_dialled" in signals:
            word = "dns.not_dialled"
        elif signals & _WITHHELD:
            word = "route.name.withheld"
        else:
            word = "route.name.lost" if "dns.timeout" in signals else "route.name.unclear"
        return (Sight(words=frozenset({word}), witnesses=(look.dns.id,)),)

    def _answer(self, observed: Observation, question: Question, truth: Truth) -> set[str]:
        asked = observed.dns.type if observed.dns is not None else ""
        family = _TYPES.get(asked, question.via.family if question.via is not None else Family.IPV4)
        answer = self.reader.read(self.gists.of(observed), family=family, truth=truth)
        has = truth.has(family)
        words = {
            "truth.alive": truth.alive is True,
            "truth.dead": truth.alive is False,
            "truth.has_family": has is True,
            "truth.lacks_family": has is False,
            "route.unreachable": observed.failure in _NO_WAY,
            "route.as_here": bool(answer.public)
            and set(answer.public) <= self.here.get(question.subject, frozenset()),
        }
        return {*answer.signals, *[word for word, holds in words.items() if holds]}


def _as_spelt(question: Question, look: Look) -> Observation | None:
    """Where another spelling is the question, an answer to other letters is the answer itself."""
    if question.route is not RouteKind.VARIANT:
        return look.dns
    plain = [
        replace(item, dns=replace(item.dns, variant=None)) if item.dns is not None else item
        for item in look.items
    ]
    return dns_of(plain)


def _encrypted(item: Observation) -> bool:
    return item.dns is not None and item.dns.transport in _ENCRYPTED


def _shaken(items: Sequence[Observation], address: str | None) -> Observation | None:
    """The handshake there, over TCP or inside QUIC."""
    return next((item for item in items if item.tls is not None and item.address == address), None)


def _over_quic(look: Look) -> tuple[Sight, ...]:
    """A handshake over QUIC: whose certificate came, or how the packets fared."""
    knocked = [item for item in look.items if item.stage is Stage.QUIC]
    words = {word for item in knocked for word in (tls_words(item) or _over_udp(item))}
    if words & PROVEN:
        words.add("route.genuine")
    ids = tuple(item.id for item in knocked)
    return (Sight(words=frozenset(words), witnesses=ids),) if knocked else ()


def _over_udp(item: Observation) -> frozenset[str]:
    """Where nothing came back."""
    if failure.is_ours(item.failure):
        return frozenset({"visit.not_dialled"})
    word = _UDP.get(item.failure or "")
    return frozenset() if word is None else frozenset({word})


def _handshake(shaken: Observation | None, asked: Observation) -> Iterable[str]:
    facts = shaken.tls if shaken is not None else None
    if facts is None:
        return ()
    if facts.alert is not None:
        return ("route.protocol",) if facts.alert in _PROTOCOL_ALERTS else ("tls.alert",)
    if not _made(facts):
        return ()
    words = []
    if facts.pinned is True or facts.listed is True:
        words.append("route.genuine")
    elif not _out_of_date(facts):
        words.append("route.other_certificate")
    if asked.dns is None or asked.dns.rcode is None:
        words.append("route.unanswered")
    return words


def _made(facts: TlsFacts) -> bool:
    """Whether the handshake came to a certificate."""
    return bool(facts.chain) or facts.pinned is not None or facts.listed is not None


def _out_of_date(facts: TlsFacts) -> bool:
    """OpenSSL's words for X509_V_ERR_CERT_HAS_EXPIRED and X509_V_ERR_CERT_NOT_YET_VALID."""
    problem = (facts.problem or "").lower()
    return "expired" in problem or "not yet valid" in problem
