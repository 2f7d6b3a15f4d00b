"""What a resolver of the lab answers: the world's truth, bent by its behaviours. Pure: bytes in, bytes out.

It is built on dnspython on purpose. The probes have a codec of their own, and a lab on that same codec would
agree with its mistakes.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from friendlywifi.lab.outside import Places, outside, restricted
from friendlywifi.lab.scenario import (
    Edns,
    Filter,
    HttpsRecord,
    Nxdomain,
    Origin,
    Portal,
    Reply,
    Resolver,
    Uplink,
)
from friendlywifi.lab.world import ADDRESSES, BLOCKPAGE_HOST, HOSTERS, ZONE, Host, World
from probes.records import Family

TTL = 10
"""Seconds. Short, because a second look waits for it."""
PAYLOAD = 1232
"""DNS flag day 2020: what fits through any path unfragmented."""

_FAMILY = {dns.rdatatype.A: Family.IPV4, dns.rdatatype.AAAA: Family.IPV6}
_DESIGNATED = "_dns.resolver.arpa"
"""RFC 9462, 4."""
_SINKHOLES = {
    Reply.SINKHOLE: {Family.IPV4: "0.0.0.0", Family.IPV6: "::"},  # noqa: S104 - an answer, nothing is bound
    Reply.PRIVATE_SINKHOLE: {Family.IPV4: "10.10.34.34", Family.IPV6: "fd00::1034"},
    Reply.LOOPBACK_SINKHOLE: {Family.IPV4: "127.0.0.1", Family.IPV6: "::1"},
    Reply.BLOCKPAGE: ADDRESSES[Origin.BLOCKPAGE],
}
# RFC 7050, 2.2: the well-known addresses; an IPv4-only name.
_IPV4ONLY = ("ipv4only.arpa", ("192.0.0.170", "192.0.0.171"))


def _key_list() -> str:
    """An ECHConfigList (RFC 9849, 4) with a key that no site of the lab can use: X25519, AES-128-GCM."""
    public = hashlib.sha256(ZONE.encode()).digest()
    key = struct.pack("!BHH", 1, 0x0020, len(public)) + public + struct.pack("!HHH", 4, 1, 1)
    contents = key + struct.pack("!BB", 0, len(ZONE)) + ZONE.encode() + struct.pack("!H", 0)
    config = struct.pack("!HH", 0xFE0D, len(contents)) + contents
    return base64.b64encode(struct.pack("!H", len(config)) + config).decode("ascii")


_ECH = _key_list()


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a resolver cannot choose: the uplink it has and the portal it sits behind."""

    world: World
    uplink: Uplink = Uplink.UP
    portal: Portal = Portal.NONE
    https_records: HttpsRecord | None = None
    """What adult sites publish."""
    captive: Callable[[], bool] = field(default=lambda: False)
    """Whether nobody has logged in yet."""


class Recursor:
    """One resolver: `replies` gives the datagrams for a query, in the order in which they arrive."""

    def __init__(self, *, behaviour: Resolver, surroundings: Surroundings) -> None:
        self._behaviour = behaviour
        self._around = surroundings
        self._interior = _interior(surroundings.world)

    def replies(self, wire: bytes, *, tcp: bool) -> Sequence[bytes]:
        """None, one or two messages. A query that cannot be read gets FORMERR, or silence if it has no id."""
        try:
            query = dns.message.from_wire(wire)
        except (dns.exception.DNSException, ValueError):
            return _formerr(wire)
        if query.flags & dns.flags.QR or query.opcode() != dns.opcode.QUERY or len(query.question) != 1:
            return _formerr(wire)
        if query.edns >= 0:
            if self._behaviour.edns is Edns.DROPPED:
                return ()
            if self._behaviour.edns is Edns.FORMERR:
                return _formerr(wire)
        return self._decide(query, tcp=tcp)

    def _decide(self, query: dns.message.Message, *, tcp: bool) -> Sequence[bytes]:
        if query.question[0].rdclass != dns.rdataclass.IN:
            return (self._wire(self._empty(query, dns.rcode.REFUSED)),)
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        if self._around.portal is Portal.DNS and self._around.captive():
            return (self._wire(self._addressed(query, ADDRESSES[Origin.PORTAL])),)
        if self._around.uplink is Uplink.DEAD:
            # RFC 8914, 4.23: no authority could be reached.
            return (self._wire(self._empty(query, dns.rcode.SERVFAIL), ede=(22, "")),)
        rule = self._rule(name, query.question[0].rdtype)
        if rule is None or rule.reply is Reply.GENUINE:
            return (self._wire(self._genuine(query, name)),)
        return self._filtered(query, name, rule, tcp=tcp)

    def _rule(self, name: str, rdtype: dns.rdatatype.RdataType) -> Filter | None:
        """The first rule that catches the question. Other types than A and AAAA follow the IPv4 rule."""
        family = _FAMILY.get(rdtype, Family.IPV4)
        host = self._around.world.get(name)
        for rule in self._behaviour.filter:
            caught = rule.everything or name in rule.names
            caught = caught or (host is not None and host.category in rule.categories)
            caught = caught and (rule.https_records or rdtype != dns.rdatatype.HTTPS)
            if caught and family in rule.families and name not in rule.leaks:
                return rule
        return None

    # ------------------------------------------------------------------------------------- filtered

    def _filtered(self, query: dns.message.Message, name: str, rule: Filter, *, tcp: bool) -> Sequence[bytes]:
        reply = rule.reply
        ede = None if rule.ede is None else (rule.ede, rule.ede_text)
        if reply is Reply.DROP:
            return ()
        if reply is Reply.MALFORMED:
            # The right id, so that it is taken for the answer, and a question section cut off.
            return (query.id.to_bytes(2, "big") + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\x3fcut",)
        if reply is Reply.TRUNCATE:
            if tcp:
                return ()
            truncated = self._empty(query, dns.rcode.NOERROR)
            truncated.flags |= dns.flags.TC
            return (self._wire(truncated, ede=ede),)
        if tcp and reply in (Reply.INJECTED, Reply.WRONG_ID):
            # Whoever injects datagrams has no place in a TCP connection.
            return (self._wire(self._genuine(query, name)),)
        if reply is Reply.INJECTED:
            forged = self._addressed(query, ADDRESSES[Origin.FORGED])
            return (self._wire(forged, ede=ede), self._wire(self._genuine(query, name)))
        if reply is Reply.WRONG_ID:
            forged = self._addressed(query, ADDRESSES[Origin.FORGED])
            forged.id = (query.id + 1) % 0x10000
            return (self._wire(forged, ede=ede), self._wire(self._genuine(query, name)))
        if reply is Reply.NXDOMAIN and self._behaviour.nxdomain is Nxdomain.REWRITTEN:
            return (self._wire(self._addressed(query, ADDRESSES[Origin.ADVERTS])),)
        if reply is Reply.BLOCKPAGE_CNAME:
            return (self._wire(self._aliased(query, BLOCKPAGE_HOST), ede=ede),)
        if reply is Reply.SAFE_SEARCH:
            return (self._wire(self._restricted(query, name)),)
        if reply in _SINKHOLES:
            return (self._wire(self._addressed(query, _SINKHOLES[reply]), ede=ede),)
        if reply is Reply.BOGUS and query.flags & dns.flags.CD:
            return (self._wire(self._genuine(query, name)),)
        rcode = {
            Reply.BOGUS: dns.rcode.SERVFAIL,
            Reply.NXDOMAIN: dns.rcode.NXDOMAIN,
            Reply.REFUSED: dns.rcode.REFUSED,
            Reply.SERVFAIL: dns.rcode.SERVFAIL,
        }.get(reply, dns.rcode.NOERROR)
        return (self._wire(self._empty(query, rcode), ede=ede),)

    def _restricted(self, query: dns.message.Message, name: str) -> dns.message.Message:
        """An alias to the engine's restricted form; the true answer for a name that has none."""
        target = restricted(name)
        if target is None:
            return self._genuine(query, name)
        message = self._outside(query, dns.name.from_text(target), outside()[target])
        message.answer.insert(0, _rrset(query.question[0].name, "CNAME", f"{target}."))
        return message

    # -------------------------------------------------------------------------------------- genuine

    def _genuine(self, query: dns.message.Message, name: str) -> dns.message.Message:
        question = query.question[0]
        host = self._around.world.get(name)
        if host is not None and host.alive:
            if question.rdtype == dns.rdatatype.HTTPS and host.origin in HOSTERS:
                return self._bound(query, host)
            return self._addressed(query, ADDRESSES[host.origin], soa=_apex(name))
        if name == _IPV4ONLY[0]:
            if question.rdtype == dns.rdatatype.A:
                return self._holding(query, [_rrset(question.name, "A", *_IPV4ONLY[1])])
            if question.rdtype == dns.rdatatype.AAAA and self._behaviour.dns64 is not None:
                made = [embed(address, self._behaviour.dns64) for address in _IPV4ONLY[1]]
                return self._holding(query, [_rrset(question.name, "AAAA", *made)])
            return self._absent(query, dns.rcode.NOERROR, soa="arpa")
        if name == _DESIGNATED and self._behaviour.designates is not None:
            return self._designating(query, self._behaviour.designates)
        if name in outside():
            return self._outside(query, question.name, outside()[name])
        if name in self._interior:
            return self._absent(query, dns.rcode.NOERROR, soa=_apex(name))
        if self._behaviour.nxdomain is Nxdomain.REWRITTEN and question.rdtype in _FAMILY:
            return self._addressed(query, ADDRESSES[Origin.ADVERTS])
        return self._absent(query, dns.rcode.NXDOMAIN, soa=_apex(name))

    def _outside(
        self, query: dns.message.Message, owner: dns.name.Name, places: Places
    ) -> dns.message.Message:
        """A name of the real world: its addresses, or NODATA."""
        family = _FAMILY.get(query.question[0].rdtype)
        addresses = places[family] if family is not None else ()
        if not addresses:
            return self._absent(query, dns.rcode.NOERROR, soa=_apex(owner.to_text(omit_final_dot=True)))
        rdtype = dns.rdatatype.to_text(query.question[0].rdtype)
        return self._holding(query, [_rrset(owner, rdtype, *addresses)])

    def _designating(self, query: dns.message.Message, host: str) -> dns.message.Message:
        question = query.question[0]
        if question.rdtype != dns.rdatatype.SVCB:
            return self._absent(query, dns.rcode.NOERROR, soa="arpa")
        return self._holding(query, [_rrset(question.name, "SVCB", f"1 {host}. alpn=dot port=853")])

    def _bound(self, query: dns.message.Message, host: Host) -> dns.message.Message:
        """A site's HTTPS record, or NODATA where it has none."""
        published = self._around.https_records
        if published is None:
            return self._absent(query, dns.rcode.NOERROR, soa=_apex(host.name))
        places = ADDRESSES[host.origin]
        words = [
            "1 . alpn=h2,h3",
            f"ipv4hint={places[Family.IPV4]}",
            *([f"ech={_ECH}"] if published is HttpsRecord.ENCRYPTED else []),
            f"ipv6hint={places[Family.IPV6]}",
        ]
        return self._holding(query, [_rrset(query.question[0].name, "HTTPS", " ".join(words))])

    # --------------------------------------------------------------------------------------- shapes

    def _addressed(
        self, query: dns.message.Message, addresses: Mapping[Family, str], *, soa: str = ZONE
    ) -> dns.message.Message:
        """An answer with the address of the question's family; NODATA for any other type."""
        question = query.question[0]
        family = _FAMILY.get(question.rdtype)
        if family is None:
            return self._absent(query, dns.rcode.NOERROR, soa=soa)
        text = dns.rdatatype.to_text(question.rdtype)
        return self._holding(query, [_rrset(question.name, text, self._place(addresses, family))])

    def _place(self, addresses: Mapping[Family, str], family: Family) -> str:
        prefix = self._behaviour.dns64
        if family is Family.IPV6 and prefix is not None:
            return embed(addresses[Family.IPV4], prefix)
        return addresses[family]

    def _aliased(self, query: dns.message.Message, target: str) -> dns.message.Message:
        question = query.question[0]
        sections = [_rrset(question.name, "CNAME", f"{target}.")]
        family = _FAMILY.get(question.rdtype)
        if family is not None:
            there = dns.name.from_text(target)
            address = self._place(ADDRESSES[self._around.world[target].origin], family)
            sections.append(_rrset(there, dns.rdatatype.to_text(question.rdtype), address))
        return self._holding(query, sections)

    def _holding(
        self, query: dns.message.Message, sections: Sequence[dns.rrset.RRset]
    ) -> dns.message.Message:
        message = self._empty(query, dns.rcode.NOERROR)
        message.answer.extend(sections)
        return message

    def _absent(self, query: dns.message.Message, rcode: dns.rcode.Rcode, *, soa: str) -> dns.message.Message:
        """NXDOMAIN or NODATA as an honest resolver says it: with the SOA of the zone (RFC 2308, 2)."""
        message = self._empty(query, rcode)
        owner = dns.name.from_text(soa)
        data = f"ns.{ZONE}. hostmaster.{ZONE}. 1 3600 900 604800 {TTL}"
        message.authority.append(_rrset(owner, "SOA", data))
        return message

    def _empty(self, query: dns.message.Message, rcode: dns.rcode.Rcode) -> dns.message.Message:
        message = dns.message.make_response(query, recursion_available=True, our_payload=PAYLOAD)
        message.set_rcode(rcode)
        if self._behaviour.edns is Edns.IGNORED:
            message.use_edns(-1)
        return message

    def _wire(self, message: dns.message.Message, *, ede: tuple[int, str] | None = None) -> bytes:
        """The message as bytes; the extended error only where the query had OPT (RFC 8914, 2)."""
        if ede is not None and message.edns >= 0:
            option = dns.edns.EDEOption(dns.edns.EDECode.make(ede[0]), ede[1] or None)
            message.use_edns(0, payload=PAYLOAD, options=[option])
        return message.to_wire()


def embed(ipv4: str, prefix: str) -> str:
    """The IPv6 address that stands for an IPv4 one under a prefix of 96 bits (RFC 6052, 2.2)."""
    start = ipaddress.IPv6Network(prefix).network_address
    return str(ipaddress.IPv6Address(int(start) | int(ipaddress.IPv4Address(ipv4))))


def _rrset(owner: dns.name.Name, rdtype: str, *data: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(owner, TTL, "IN", rdtype, *data)


def _apex(name: str) -> str:
    """The zone that would say that a name does not exist."""
    return ZONE if name == ZONE or name.endswith(f".{ZONE}") else name.rpartition(".")[2]


def _interior(world: World) -> frozenset[str]:
    """Names that exist only because something is below them (RFC 8020: they are NODATA, not NXDOMAIN)."""
    return frozenset(
        ".".join(labels[start:])
        for labels in (name.split(".") for name in world)
        for start in range(1, len(labels))
    )


def _formerr(wire: bytes) -> Sequence[bytes]:
    """A header with the query's id and RCODE 1, or nothing for what has no header."""
    if len(wire) < 12 or wire[2] & 0x80:
        return ()
    return (wire[:2] + bytes((wire[2] | 0x80, 0x80 | dns.rcode.FORMERR)) + b"\x00" * 8,)
