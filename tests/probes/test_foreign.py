from __future__ import annotations

from probes.foreign import ForeignResolver, ResolverKind, foreign_resolvers
from probes.network import split_endpoint
from probes.records import Family, decode, encode


def test_both_families_of_every_foreign_resolver_can_be_asked() -> None:
    for resolver in foreign_resolvers():
        for family in Family:
            found = [split_endpoint(text) for text in resolver.endpoints(family)]
            assert found
            assert {port for _, port in found} == {53}
            assert all((":" in address) == (family is Family.IPV6) for address, _ in found)


def test_no_address_stands_twice() -> None:
    found = [text for item in foreign_resolvers() for family in Family for text in item.endpoints(family)]
    assert len(found) == len(set(found))


def test_enough_unfiltered_resolvers_are_known_that_blocking_one_owner_is_not_enough() -> None:
    kinds = [resolver.kind for resolver in foreign_resolvers()]
    assert kinds.count(ResolverKind.UNFILTERED) >= 4
    assert kinds.index(ResolverKind.FILTERING) == kinds.count(ResolverKind.UNFILTERED)


def test_a_foreign_resolver_survives_json() -> None:
    (first, *_) = foreign_resolvers()
    assert decode(encode(first), ForeignResolver) == first
