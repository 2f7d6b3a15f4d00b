"""Names that must be blocked, as keyed hashes: a file that is mailed on must be no directory of open sites.

With one key a name has one hash in all reports, and without it nobody can tell which name it is. Controls and
the published test names of vendors stay as they are: what is wrongly blocked must be readable.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from criteria.records import CriterionResult
from friendlywifi.evidence.redact import PUBLIC, keyed_name
from friendlywifi.reporting.account import Account, Source
from friendlywifi.reporting.report import Report, ReportedVerdict


def hidden(account: Account, *, key: bytes) -> Account:
    """The same account, whose reports name nothing that must be blocked. Bundles behind it stay whole."""
    return replace(account, sources=tuple(_source(item, key) for item in account.sources))


def _source(source: Source, key: bytes) -> Source:
    return replace(source, report=lambda: _report(source.report(), key))


def _report(report: Report, key: bytes) -> Report:
    hashes = {item.target: keyed_name(key, item.target) for item in report.verdicts if _secret(item)}
    verdicts = tuple(
        msgspec.structs.replace(item, target=hashes.get(item.target, item.target)) for item in report.verdicts
    )
    criteria = tuple(_criterion(item, hashes) for item in report.assessment.criteria)
    assessment = msgspec.structs.replace(report.assessment, criteria=criteria)
    return msgspec.structs.replace(report, verdicts=verdicts, assessment=assessment)


def _secret(item: ReportedVerdict) -> bool:
    return not item.category.control and item.category not in PUBLIC


def _criterion(item: CriterionResult, hashes: dict[str, str]) -> CriterionResult:
    return msgspec.structs.replace(
        item,
        against=tuple(hashes.get(name, name) for name in item.against),
        dead=tuple(hashes.get(name, name) for name in item.dead),
        orders=tuple(
            msgspec.structs.replace(order, target=hashes.get(order.target, order.target))
            for order in item.orders
        ),
    )
