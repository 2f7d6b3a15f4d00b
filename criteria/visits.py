"""What does a visit to one address amount to? From the observations of TCP, TLS and HTTP to words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from criteria.answers import Atlas
from criteria.fingerprints import FingerprintKind
from criteria.mechanism import written
from probes import failure
from probes.records import HttpFacts, Observation, Question, Service, Stage, TlsFacts

_RESET = frozenset({failure.CONNECTION_RESET, failure.CONNECTION_ABORTED})
_UNREACHABLE = frozenset({failure.HOST_UNREACHABLE, failure.NETWORK_UNREACHABLE})
_CERTIFICATE = frozenset({failure.SSL_AUTHORITY, failure.SSL_HOSTNAME, failure.SSL_CERTIFICATE})
_ABSOLUTE = re.compile(r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?//(?P<authority>[^/?#\\]*)")
_LINK = re.compile(r"<([^<>]{0,2048})>([^<]*)")
_RELATION = re.compile(r"""rel\s*=\s*["']?([^"';,]*)""", re.IGNORECASE)
_LONGEST_LINK = 8192
_DEPTH = {Stage.TCP: 0, Stage.TLS: 1, Stage.HTTP: 2}
PROVEN = frozenset({"tls.verified.pinned", "tls.verified.listed"})
"""Words for a certificate that only the origin can have."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One address of one look, in words."""

    address: str
    stage: Stage
    """The deepest one that was reached."""
    signals: frozenset[str]
    mechanisms: tuple[str, ...]
    witnesses: tuple[str, ...]


def service_of(item: Observation) -> Service | None:
    """Of an observation below DNS: as it says, or by its port."""
    if item.service is not None:
        return item.service
    port = (item.address or "").rpartition(":")[2]
    return {"443": Service.HTTPS, "80": Service.HTTP}.get(port)


def read_visits(
    items: Sequence[Observation],
    *,
    question: Question,
    service: Service,
    atlas: Atlas,
    interceptors: frozenset[str] = frozenset(),
) -> tuple[Visit, ...]:
    """The visits of one look for one service, ordered by address.

    `interceptors` are issuers and keys that names which must open were met under.
    """
    by_address: dict[str, list[Observation]] = {}
    for item in items:
        if item.tls is not None and item.tls.decoy:
            continue
        placed = item.stage in _DEPTH or item.stage is Stage.QUIC
        if placed and item.address is not None and service_of(item) is service:
            by_address.setdefault(item.address, []).append(item)
    return tuple(
        _read(address, found, question=question, atlas=atlas, interceptors=interceptors)
        for address, found in sorted(by_address.items())
        if any(item.stage in _DEPTH and not _in_parts(item) for item in found)
    )


def _read(
    address: str, items: list[Observation], *, question: Question, atlas: Atlas, interceptors: frozenset[str]
) -> Visit:
    signals: set[str] = set()
    mechanisms: set[str] = set()
    for item in items:
        if failure.is_ours(item.failure):
            signals.add("visit.not_dialled")
        if item.stage is Stage.QUIC:
            # Tried where TCP was stopped: what stands open so is open, and what does not is no worse for it.
            if tls_words(item) & PROVEN:
                signals.add("quic.genuine")
            continue
        if _in_parts(item):
            if tls_words(item) & PROVEN:
                signals.add("tls.in_parts")
            continue
        if item.stage is Stage.TCP:
            _tcp(item, signals, mechanisms)
        elif item.stage is Stage.TLS:
            _tls(item, signals, mechanisms, interceptors=interceptors)
        else:
            _http(item, signals, mechanisms, question=question, atlas=atlas)
    if signals & {"tls.verified.system", "tls.untrusted"}:
        # Nobody expects the token of whoever stands in between.
        mechanisms.discard("http/token_missing")
    reached = [item.stage for item in items if item.stage in _DEPTH and not _in_parts(item)]
    deepest = max(reached, key=lambda stage: _DEPTH[stage])
    if deepest is not Stage.TCP:
        signals.discard("tcp.connected")
    return Visit(
        address=address,
        stage=deepest,
        signals=frozenset(signals),
        mechanisms=tuple(sorted(mechanisms)),
        witnesses=tuple(sorted(item.id for item in items)),
    )


def _in_parts(item: Observation) -> bool:
    """Tried again as browsers would: what stands open so is open, and what does not is no worse for it."""
    return item.tls is not None and item.tls.in_parts


def _tcp(item: Observation, signals: set[str], mechanisms: set[str]) -> None:
    if item.failure is None:
        signals.add("tcp.connected")
        return
    kind = _kind(item.failure)
    if item.failure in _UNREACHABLE:
        kind = "unreachable"
    if kind is not None and kind != "eof":
        signals.add(f"tcp.{kind}")
        mechanisms.add(f"tcp/{kind}")


def _kind(name: str | None) -> str | None:
    if name == failure.TIMEOUT:
        return "timeout"
    if name == failure.CONNECTION_REFUSED:
        return "refused"
    if name == failure.EOF:
        return "eof"
    return "reset" if name in _RESET else None


def is_stranger(item: Observation) -> bool:
    """Whether a handshake ended with a certificate that no public authority, and none of the list's, gave.

    One that ran out, or that was publicly logged (RFC 6962), may be the origin's own: that is no stranger.
    """
    facts = item.tls
    if facts is None or facts.pinned is True or facts.listed is True:
        return False
    refused = item.failure in _CERTIFICATE or facts.pinned is False
    return refused and not _out_of_order(item, facts) and not _logged(item, facts)


def _tls(item: Observation, signals: set[str], mechanisms: set[str], *, interceptors: frozenset[str]) -> None:
    facts = item.tls
    if facts is not None and facts.pinned is True:
        signals.add("tls.verified.pinned")
    elif facts is not None and facts.listed is True:
        signals.add("tls.verified.listed")
    elif item.failure in _CERTIFICATE or (facts is not None and facts.pinned is False):
        signals.add("tls.verified.system" if facts is not None and facts.system is True else "tls.untrusted")
        if facts is not None and _out_of_order(item, facts):
            signals.add("tls.date")
        if facts is not None and _logged(item, facts):
            signals.add("tls.logged")
        if facts is not None and {facts.issuer, facts.spki} & interceptors:
            signals.add("tls.everywhere")
        issuer = None if facts is None else facts.issuer
        mechanisms.add(written("tls/untrusted", issuer or "unknown"))
    elif facts is not None and facts.alert is not None:
        signals.add("tls.alert")
        mechanisms.add(written("tls/alert", str(facts.alert)))
    else:
        kind = _kind(item.failure)
        if kind in ("reset", "eof", "timeout"):
            signals.add(f"tls.{kind}")
            mechanisms.add(f"tls/{kind}")


def tls_words(item: Observation) -> frozenset[str]:
    """What a handshake came to, over TCP or inside QUIC (RFC 9001); none where nothing came back."""
    signals: set[str] = set()
    if item.tls is not None:
        _tls(item, signals, set(), interceptors=frozenset())
    return frozenset(signals)


def _out_of_order(item: Observation, facts: TlsFacts) -> bool:
    """Whether its authority is right, or may be, and something else of it is wrong.

    `ssl_invalid_certificate` is the word of the store that knows the authority: the list's own before the
    pinned one, whose problem is merely that it does not know it. Else OpenSSL's words for
    X509_V_ERR_CERT_HAS_EXPIRED and X509_V_ERR_CERT_NOT_YET_VALID.
    """
    problem = (facts.problem or "").lower()
    return item.failure == failure.SSL_CERTIFICATE or "expired" in problem or "not yet valid" in problem


def _logged(item: Observation, facts: TlsFacts) -> bool:
    """Whether its authority alone is in doubt, and it was publicly logged: it lacks an intermediate, or its
    root is newer than the pinned store.
    """
    return facts.logged is True and item.failure in (failure.SSL_AUTHORITY, None)


def _http(
    item: Observation, signals: set[str], mechanisms: set[str], *, question: Question, atlas: Atlas
) -> None:
    facts = item.http
    if facts is not None and facts.token_found is True:
        signals.add("http.token")
    if item.failure is not None:
        signals.add("http.failed")
    if facts is None or facts.status is None:
        kind = _kind(item.failure)
        if kind == "timeout":
            signals.add("http.timeout")
            mechanisms.add("http/timeout")
        elif kind in ("reset", "eof"):
            signals.add("http.reset")
            mechanisms.add("http/reset")
        return
    status = facts.status
    if status in (403, 407, 451, 511):
        signals.add(f"http.status.{status}")
    if status in (403, 451):
        mechanisms.add(f"http/{status}")
    if status == 451 and any(not kin(host, question.subject) for host in blockers(facts)):
        signals.add("http.blocked_by")
    _page(facts, signals, mechanisms, atlas=atlas)
    if 300 <= status < 400:
        _redirect(facts, signals, mechanisms, question=question, atlas=atlas)
    if 200 <= status < 300 and facts.token_found is False:
        signals.add("http.token_missing")
        mechanisms.add("http/token_missing")


def _page(facts: HttpFacts, signals: set[str], mechanisms: set[str], *, atlas: Atlas) -> None:
    """What the page says of itself; what content networks ask of browsers comes first."""
    known = atlas.pages
    if known.find_text(FingerprintKind.CHALLENGE, facts.texts):
        signals.add("http.challenge")
        return
    page = known.find_text(FingerprintKind.BODY, facts.texts)
    if page is not None:
        signals.add("http.blockpage")
        mechanisms.add(written("http/blockpage", page))
    for name, value in facts.headers:
        denier = known.find_header(name, value)
        if denier is not None:
            signals.add("http.denied")
            mechanisms.add(written("http/blockpage", denier))


def blockers(facts: HttpFacts) -> tuple[str, ...]:
    """The hosts that a response names as carrying out a block (`rel="blocked-by"`, RFC 7725, 4)."""
    found = []
    for name, value in facts.headers:
        if name == "link":
            for uri, parameters in _LINK.findall(value[:_LONGEST_LINK]):
                relation = _RELATION.search(parameters)
                if relation is not None and "blocked-by" in relation[1].lower().split():
                    found.append(aim(uri, "")[1])
    return tuple(host for host in found if host)


def _redirect(
    facts: HttpFacts, signals: set[str], mechanisms: set[str], *, question: Question, atlas: Atlas
) -> None:
    location = facts.header("location")
    if location is None:
        return
    scheme, host = aim(location, question.subject)
    known = atlas.pages
    page = (
        known.find(FingerprintKind.REDIRECT, host) or _blockpage_at(host, atlas) or known.find_part(location)
    )
    if page is not None:
        signals.add("http.blockpage")
        mechanisms.add(written("http/blockpage", page))
    elif host == question.subject:
        if scheme == "https":
            signals.add("http.redirect.same_https")
    elif not kin(host, question.subject):
        signals.add("http.redirect.other")
        mechanisms.add(written("http/redirect", host))


def aim(location: str, here: str) -> tuple[str, str]:
    """Scheme and host of a `Location` (RFC 9110, 10.2.2); a relative one stays on HTTP and this host."""
    match = _ABSOLUTE.match(location.strip())
    if match is None:
        return "http", here
    authority = match["authority"].rpartition("@")[2]
    host = (
        authority.partition("]")[0].strip("[") if authority.startswith("[") else authority.partition(":")[0]
    )
    return (match["scheme"] or "http").lower(), host.rstrip(".").lower() or here


def _blockpage_at(host: str, atlas: Atlas) -> str | None:
    return atlas.blockpage(atlas.spell(host))


def kin(one: str, other: str) -> bool:
    """`www.example.org` and `example.org`: one is a part of the other."""
    return one.endswith("." + other) or other.endswith("." + one)
