"""The closed vocabulary that rules are written in: each word a fact about one look at one cell or route.

Observations are turned into these words by code; what they mean together is decided by data (`rules`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SIGNALS: Mapping[str, str] = MappingProxyType(
    {
        # The run and its windows.
        "run.void": "The run cannot carry verdicts.",
        "family.absent": "The network has no such address family.",
        "family.broken": "The family has addresses and nothing comes back.",
        "resolver.silent": "At this resolver no control came right.",
        "window.void": "Every look at it fell into a window whose control failed.",
        "look.none": "Nothing was observed.",
        "confirmed": "A second, slow look showed the same symptom.",
        "lane.controls_ok": "The controls asked through this resolver for this family came right.",
        "path.controls_ok": "A control was opened over this family, by token or by certificate.",
        "family.v6": "The question is about IPv6.",
        # What is known of the target.
        "truth.alive": "It is known to work on an unfiltered network.",
        "truth.dead": "A fresh reference saw that it fails on an unfiltered network too.",
        "truth.unknown": "Nobody knows, or the sources contradict one another.",
        "truth.stale": "There is a reference and it is too old.",
        "truth.has_family": "It is known to have an address of this family.",
        "truth.lacks_family": "Its addresses are known, and none is of this family.",
        "token.expected": "The page has a text that no other page can hold.",
        # The DNS answer.
        "dns.failed": "No usable address came: an error, nothing, or only an invented address.",
        "dns.rcode.nxdomain": "NXDOMAIN, or the address that this resolver gives instead of it.",
        "dns.rcode.nodata": "NOERROR without an address.",
        "dns.rcode.refused": "REFUSED.",
        "dns.rcode.servfail": "SERVFAIL.",
        "dns.rcode.odd": "Another response code, or an answer that cannot be read.",
        "dns.timeout": "No answer.",
        "dns.unreachable": "The resolver's port was refused or unreachable.",
        "dns.not_dialled": "Our own door was shut, or our own machine failed: the resolver was not asked.",
        "dns.truncated": "The answer was cut off and TCP did not bring it.",
        "dns.ede.filtered": "EDE 15, 16 or 17: the resolver says that it blocks.",
        "dns.ede.forged": "EDE 4: the resolver says that it forged the answer.",
        "dns.ede.prohibited": "EDE 18: this client may not use the resolver. That is no filtering.",
        "dns.ede.failing": "EDE 6 to 12, 22 or 23: DNSSEC or the authority's servers are at fault.",
        "dns.answer.expected": "An address that the target is known to have.",
        "dns.answer.public": "An address where a public name can be, and none of a known block page.",
        "dns.answer.unexpected": "Public, and the owner documents others.",
        "dns.answer.shared": "Unexpected, and given for several unrelated names that each document others.",
        "dns.answer.exposed": "Unexpected, and other names that were visited there met somebody else.",
        "dns.answer.sinkhole": "Only addresses where no public name can be.",
        "dns.answer.blockpage": "The address of a published block page.",
        "dns.injected": "A later, second answer holds an address that the target is known to have.",
        "dns.cname.blockpage": "An alias of a published block page.",
        # The visit.
        "visit.missing": "The address could be visited and was not.",
        "visit.not_dialled": "Our own door was shut, or our own machine failed: nothing was learnt there.",
        "tcp.connected": "A connection was made.",
        "tcp.refused": "Refused.",
        "tcp.reset": "Reset while connecting.",
        "tcp.timeout": "No connection within the deadline.",
        "tcp.unreachable": "A router says that there is no way.",
        "tls.verified.pinned": "The chain verifies against the public store that the program ships.",
        "tls.verified.listed": "The chain verifies against the authority that the target's own list names.",
        "tls.verified.system": "Only the machine's own store accepts the chain.",
        "tls.untrusted": "No store accepts the chain.",
        "tls.date": "The chain is refused for its dates or its form, and not for its authority alone.",
        "tls.logged": "No store knows the authority, and yet public logs have seen the certificate.",
        "tls.everywhere": "Controls open under the same issuer or key: it stands before every name.",
        "tls.reset": "Reset in the handshake.",
        "tls.eof": "Closed in the handshake.",
        "tls.alert": "The handshake ended with an alert.",
        "tls.timeout": "The handshake fell silent.",
        "http.failed": "No whole response came.",
        "http.token": "The page holds its token.",
        "http.token_missing": "The page was read to its end and does not hold its token.",
        "http.status.451": "451.",
        "http.status.403": "403.",
        "http.status.407": "407: a proxy wants to be logged into.",
        "http.status.511": "511: a portal wants to be logged into.",
        "http.redirect.same_https": "A redirect to the same name over HTTPS.",
        "http.redirect.other": "A redirect to a host that has nothing to do with the name.",
        "http.blockpage": "A published block page, or a redirect to one.",
        "http.challenge": "A content network asks whether the visitor is a browser.",
        "http.denied": "A proxy says in a header that it denies the page.",
        "http.blocked_by": "451 names who blocks, and that is not the name itself (RFC 7725, 4).",
        "http.reset": "Reset or closed after the request.",
        "http.timeout": "No response within the deadline.",
        # Several looks at one cell, and routes.
        "looks.reachable": "A look found it reachable.",
        "looks.blocked": "A look found it blocked.",
        "looks.blocked_artefact": "The last look found it blocked, and the filter said so.",
        "looks.same_symptom": "All looks show the same symptom at the same stage.",
        "looks.last_blocked": "The last look found it blocked.",
        "looks.dead": "A look found it dead.",
        "looks.inconclusive": "A look could not tell.",
        "looks.not_applicable": "A look found that it has no address of this family.",
        "route.as_here": "The address that the network's own resolver gives for the name, blocked here.",
        "route.none": "No usable name was asked on this route.",
    }
)
"""Every word with its meaning. A rule that uses another one is refused."""
