"""Does a network give each name an address of its own where no public name can be? Then a proxy stands there.

A filter sends its visitors nowhere, or to one of a few pages. Proxies that call themselves “fake-ip” hand out
an address for each name, of 198.18.0.0/15 or another private network, and open the site for whoever dials it.
Nothing of ours goes there, so that nobody knows whether they do.
"""

from __future__ import annotations

from collections import defaultdict

from criteria.answers import Atlas
from criteria.index import Looks
from probes.records import Kind

MOST_SINKHOLES = 8
"""So many addresses may be one filter's pages; a pool has as many as names were asked."""


def pools(*, looks: Looks, atlas: Atlas) -> frozenset[str]:
    """The addresses of resolvers that gave targets more than `MOST_SINKHOLES` of the kind."""
    given: dict[str, set[str]] = defaultdict(set)
    for question, look in looks.at(Kind.TARGET):
        if question.via is not None and look.gist is not None:
            spelt = (atlas.spell(address) for address in look.gist.addresses)
            given[question.via.resolver].update(item for item in spelt if _somewhere(item, atlas))
    return frozenset(address for found in given.values() if len(found) > MOST_SINKHOLES for address in found)


def _somewhere(spelt: str, atlas: Atlas) -> bool:
    """Where somebody may answer: neither public, nor this host (RFC 1122, 3.2.1.3; RFC 4291, 2.5)."""
    nobody = spelt in ("::", "::1") or spelt.startswith(("0.", "127."))
    return not nobody and spelt not in atlas.rewrites and atlas.is_bogon(spelt)
