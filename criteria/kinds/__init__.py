"""The kinds of decision rule: each is a record of its numbers and one pure function."""

from __future__ import annotations

from criteria.kinds import (
    attested,
    category_rate,
    encrypted_dns,
    explained,
    never_open,
    no_foreign_resolver,
    none_blocked,
    order_blocked,
    overblock_rate,
    popular_blocked,
    safesearch_forced,
    sample_blocked,
    sentinel_blocked,
    vendor_blocked,
)
from criteria.kinds.attested import AttestedBy
from criteria.kinds.category_rate import CategoryRate
from criteria.kinds.encrypted_dns import EncryptedDns
from criteria.kinds.evidence import Attested, Evidence, FirstStage, Ruling
from criteria.kinds.explained import Explained
from criteria.kinds.never_open import NeverOpen
from criteria.kinds.no_foreign_resolver import NoForeignResolver
from criteria.kinds.none_blocked import NoneBlocked
from criteria.kinds.order_blocked import OrderBlocked
from criteria.kinds.overblock_rate import OverblockRate
from criteria.kinds.popular_blocked import PopularBlocked
from criteria.kinds.safesearch_forced import SafesearchForced
from criteria.kinds.sample_blocked import SampleBlocked
from criteria.kinds.sentinel_blocked import SentinelBlocked
from criteria.kinds.vendor_blocked import VendorBlocked

Test = (
    SentinelBlocked
    | OrderBlocked
    | PopularBlocked
    | SampleBlocked
    | NoneBlocked
    | OverblockRate
    | NoForeignResolver
    | NeverOpen
    | EncryptedDns
    | SafesearchForced
    | VendorBlocked
    | CategoryRate
    | Explained
    | AttestedBy
)
"""What a standard may write under `[criterion.test]`, told apart by `kind`."""


def decide(test: Test, evidence: Evidence) -> Ruling:
    """The ruling of one criterion over the evidence of one run."""
    match test:
        case SentinelBlocked():
            return sentinel_blocked.decide(test, evidence)
        case OrderBlocked():
            return order_blocked.decide(test, evidence)
        case PopularBlocked():
            return popular_blocked.decide(test, evidence)
        case SampleBlocked():
            return sample_blocked.decide(test, evidence)
        case NoneBlocked():
            return none_blocked.decide(test, evidence)
        case OverblockRate():
            return overblock_rate.decide(test, evidence)
        case NoForeignResolver():
            return no_foreign_resolver.decide(test, evidence)
        case NeverOpen():
            return never_open.decide(test, evidence)
        case EncryptedDns():
            return encrypted_dns.decide(test, evidence)
        case SafesearchForced():
            return safesearch_forced.decide(test, evidence)
        case VendorBlocked():
            return vendor_blocked.decide(test, evidence)
        case CategoryRate():
            return category_rate.decide(test, evidence)
        case Explained():
            return explained.decide(test, evidence)
        case AttestedBy():
            return attested.decide(test, evidence)


__all__ = ["Attested", "Evidence", "FirstStage", "Ruling", "Test", "decide"]
