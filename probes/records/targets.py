"""Whom a check asks about: targets, the lists they come from, and what a run remembers of a list."""

from __future__ import annotations

from probes.records.record import Record, Time
from probes.records.words import Ask, Category


class Target(Record):
    """A name or URL with its category, its known truth, and how far it may be asked."""

    name: str
    """The host: lower-case A-labels, no trailing dot."""
    path: str = "/"
    category: Category
    ask: Ask
    expect: tuple[str, ...] = ()
    """Addresses that its owner documents for an unfiltered network, sorted; empty is unknown."""
    token: str | None = None
    """An unguessable text that only the true page holds."""
    sentinel: bool = False
    authorised_by: str | None = None
    vendor: str | None = None
    """Whose filter blocks this test name; says nothing about any other vendor's."""
    list_id: str
    rank: int | None = None
    """Place in a list that is ordered by popularity, from 1."""
    ordered_at: Time | None = None
    """When an authority ordered that it be blocked; only of names of an order."""
    due_at: Time | None = None
    """By when; `None`: at once."""
    wildcard: bool = False
    """The order is of this name and everything below it."""


class TargetList(Record):
    """A loaded list. `origin` names where its names came from: two lists with one origin are one witness."""

    id: str
    version: str
    licence: str
    source: str
    origin: str
    ca: str | None = None
    """PEM of the authority that signs this list's own test pages, if it is not a public one."""
    digest: str
    targets: tuple[Target, ...]


class ListRef(Record):
    """What a run remembers of a list: enough to find it again, not its names."""

    id: str
    version: str
    origin: str
    digest: str
    names: int


class Overlap(Record):
    """A list that the filter itself uses, by the operator's word, beside the names that were drawn."""

    id: str
    version: str
    origin: str
    digest: str
    category: Category
    drawn: int
    """Names drawn in this category."""
    shared: int
    """How many of them are in the filter's list, or their registrable domain is."""
