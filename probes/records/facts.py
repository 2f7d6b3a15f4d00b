"""What came back at each stage on the way to a page: an answer, a connection, a handshake, a response."""

from __future__ import annotations

from enum import StrEnum

from probes.records.record import Record
from probes.records.words import Transport


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
        return tuple([rr.data for rr in self.answers if rr.type in ("A", "AAAA")])

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
    in_parts: bool = False
    """Made again where it had been stopped, with ClientHello in two segments as browsers' is."""
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
