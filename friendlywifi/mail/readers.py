"""Who reads what: the contacts of a hotspot by their role, and the office for what has no other reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from friendlywifi.mail.addresses import AddressFault, address, spelt
from friendlywifi.mail.letters import Kind
from friendlywifi.records.hotspots import Contact, Hotspot, Language, Role
from probes.records import Record

_ALL = frozenset(Role)
_PAPER = frozenset({Role.OPERATOR, Role.CERTIFIER})
"""Certificates are the operator's; the provider of the line hears of faults, and of a suspension."""

READERS: Mapping[Kind, frozenset[Role]] = {
    Kind.REMINDER: _PAPER,
    Kind.ISSUED: _PAPER,
    Kind.SUSPENDED: _ALL,
    Kind.REINSTATED: _ALL,
    Kind.WITHDRAWN: _PAPER,
    Kind.FAILING: _ALL,
    Kind.RECOVERED: _ALL,
    Kind.FLAPPING: _ALL,
    Kind.PORTAL_LOCKED: _PAPER,
    Kind.UPLINK_DEAD: _ALL,
    Kind.PROBE_SILENT: _PAPER,
    Kind.LAPSING: _PAPER,
    Kind.BEHIND: _PAPER,
    Kind.DIGEST: frozenset({Role.CERTIFIER}),
}


class Reader(Record):
    """A person with an address that can be written to."""

    name: str
    email: str
    """In its one form: two ways to write it are one reader."""
    language: Language


class Readers(Record):
    """Who reads a letter, and which addresses of contacts cannot be written to."""

    found: tuple[Reader, ...]
    faults: tuple[str, ...] = ()


def readers(hotspot: Hotspot, kind: Kind, *, office: str | None) -> Readers:
    """Each reader once. Where nobody can be written to, the office is."""
    found: dict[str, Reader] = {}
    faults: list[str] = []
    for contact in _wanted(hotspot.contacts, READERS[kind]):
        try:
            email = spelt(address(contact.email))
        except AddressFault as fault:
            faults.append(f"{hotspot.name}: {fault}")
            continue
        found.setdefault(email, Reader(name=contact.name, email=email, language=contact.language))
    if not found and office is not None:
        found[office] = office_reader(office)
    return Readers(found=tuple(found.values()), faults=tuple(faults))


def office_reader(office: str) -> Reader:
    """The office itself. Its address was looked at when the settings were read."""
    return Reader(name=office.partition("@")[0], email=office, language=Language.ENGLISH)


def _wanted(contacts: Iterable[Contact], roles: frozenset[Role]) -> tuple[Contact, ...]:
    contacts = tuple(contacts)
    # A hotspot whose only contact has another role is still written to.
    return tuple(item for item in contacts if item.role in roles) or contacts
