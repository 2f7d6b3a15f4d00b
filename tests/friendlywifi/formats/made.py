"""Accounts for tests of forms: good ones, and as bad as a network, a list or a person can make them."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from criteria.records import AssessmentOutcome
from friendlywifi.reporting.account import Account, ListedRun, Numbers, Source, State, account, listed
from friendlywifi.reporting.report import Report

HOSTILE = "=cmd|'/c calc'!A1 \"<script>alert(1)</script>\\ & \x1b[31m\x00\n]]>"

NAMES = (
    HOSTILE,
    '#read("/etc/passwd")',
    '#import "@preview/x:1.0.0" $ a^2 $ *_`\\ [x] <label> @ref // /* */ = h',
    "\u202eelifneddih\u202c \u05d0\u05d1\u05d2 \u0628\u0648\u0627\u0628\u0629",
    "\U0001f4f6\U0001f468\u200d\U0001f469\u200d\U0001f467 \ufffe\u0001",
    "x" * 300,
    "ë" * 150 + " " + "Ç" * 150,
    " ",
)
"""As a hotspot may be called."""


def renamed(report: Report, hotspot: str, serial: int = 1) -> Report:
    return msgspec.structs.replace(
        report, run=msgspec.structs.replace(report.run, hotspot=hotspot, serial=serial)
    )


def bent(report: Report, text: str = HOSTILE) -> Report:
    """As bad as a network can make it."""
    criteria = tuple(
        msgspec.structs.replace(item, reason=text, against=(text,)) for item in report.assessment.criteria
    )
    verdicts = tuple(
        msgspec.structs.replace(item, mechanisms=(text,), target=text) for item in report.verdicts
    )
    return msgspec.structs.replace(
        renamed(report, text),
        assessment=msgspec.structs.replace(report.assessment, criteria=criteria),
        verdicts=verdicts,
    )


def line(report: Report, serial: int, *, days: int, **other: object) -> ListedRun:
    """A run on record without its evidence, some days after the report's."""
    began: datetime = report.run.started + timedelta(days=days)
    return msgspec.structs.replace(
        listed(report, vantage=None),
        serial=serial,
        run=f"run {serial}",
        started=began,
        ended=began + timedelta(minutes=2),
        evidence=False,
        **other,
    )


def period(report: Report) -> Account:
    """Forty days of one hotspot: good, failing, void, stopped, aborted and missing runs."""
    lines = [
        line(
            report, 3, days=2, state=State.VOID, void_reason="captive", outcome=AssessmentOutcome.INCONCLUSIVE
        ),
        line(report, 4, days=3, outcome=AssessmentOutcome.CERTIFIABLE, failing=()),
        line(report, 7, days=9, outcome=AssessmentOutcome.NOT_CERTIFIABLE, failing=("ADU-01",)),
        line(report, 8, days=20, state=State.INTERRUPTED),
        line(report, 9, days=40, outcome=AssessmentOutcome.CONDITIONAL, failing=()),
    ]
    return account(
        [Source(listed=listed(report, vantage=None), report=lambda: report)],
        recorded=lines,
        numbers=Numbers(aborted={(report.run.hotspot, None): frozenset({2})}),
    )
