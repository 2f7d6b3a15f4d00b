"""An account on A4, by typst: tagged PDF/UA-1 and PDF/A-3a, with the fonts of this program and no others.

The data go in as JSON and are never read as markup: a hotspot may be called `#read("/etc/passwd")`. What the
fonts cannot set is written as its code point. The same account gives the same bytes on any machine: the
document is dated by its newest run.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import resources

import msgspec

from certificates.print import PrintFault, spelled, typeset
from friendlywifi.complaint import Complaint
from friendlywifi.formats.view import view_of
from friendlywifi.reporting.account import Account
from probes.records import encode

_NEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""The date of a document without any run."""


def render(account: Account) -> bytes:
    """The PDF. Complains where it cannot be set."""
    view = spelled(msgspec.to_builtins(view_of(account)))
    dated = max((item.ended for item in account.runs), default=_NEVER).replace(microsecond=0)
    template = resources.files("friendlywifi").joinpath("templates", "report.typ").read_bytes()
    try:
        return typeset(template, {"view.json": encode(view)}, dated=dated, what="The report")
    except PrintFault as fault:
        raise Complaint(str(fault)) from None
