"""One check of one hotspot, as it is remembered."""

from __future__ import annotations

from probes.records.record import Record, Time
from probes.records.targets import ListRef, Overlap
from probes.records.vantage import Vantage


class Run(Record):
    """One check of one hotspot: started is started, and it counts, void and aborted ones too."""

    id: str
    hotspot: str
    serial: int
    """From 1 without gaps, for each hotspot."""
    started: Time
    ended: Time
    interrupted: bool = False
    authorised_by: str
    vantage: Vantage
    resolvers: tuple[str, ...]
    resolver_source: str
    """`network`, `system` or `given`."""
    overrides: tuple[str, ...] = ()
    """Everything that makes this run not the public's path: useful, and never a hotspot's certificate."""
    connect_to: tuple[tuple[str, str], ...] = ()
    lists: tuple[ListRef, ...] = ()
    filter_lists: tuple[Overlap, ...] = ()
    """The lists that the filter itself is declared to use, and how many of the drawn names are in them."""
    second_of: str | None = None
    """Id of the run whose open samples this one decides."""
    software: str
    plan: str
    """Digest of the plan."""
    observations: str
    """Digest over the observations in the order of their ids."""
