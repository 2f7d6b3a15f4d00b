"""What is asked, by which way, and the plan that holds every question of a run."""

from __future__ import annotations

from probes.records.record import Record
from probes.records.targets import Target
from probes.records.words import Ask, Family, Kind, RouteKind, Transport


class Via(Record):
    """Through which resolver, how, and for which address family."""

    resolver: str
    """`ADDRESS:PORT`, an IPv6 address in brackets; `NAME:PORT` where `through` says who knows its address."""
    transport: Transport
    family: Family
    """Of the addresses that are asked for, and by an encrypted way of the packets that go there."""
    server_name: str | None = None
    """Of an encrypted resolver: the name said in the handshake, which its certificate must be for; `None`:
    its address stands for it."""
    path: str | None = None
    """Where its DNS over HTTPS is."""
    through: str | None = None
    """The resolver that is asked for the address of `server_name` first; `None`: the address is known."""


class Question(Record):
    """One thing to find out: an address by way of one resolver, then a visit as far as `ask` allows."""

    id: str
    kind: Kind
    subject: str
    """The host that is asked about."""
    via: Via | None = None
    route: RouteKind | None = None
    """Which way around the filter is tried; `None` on a question of kind `route`: port 53."""
    type: str | None = None
    """The record type to ask for; `None`: A or AAAA, as the family says."""
    address: str | None = None
    """Visit this address under the name of the subject, and ask no resolver for it."""
    ask: Ask = Ask.DNS
    path: str = "/"
    token: str | None = None
    plain: bool = True
    """Whether `head` and `get` also try plain HTTP on port 80."""
    secure: bool = True
    """Whether `head` and `get` also try HTTPS; portal probes do not."""
    store_body: bool = False
    """Whether an excerpt of the body may be kept; never for adult or illegal names."""


class Engine(Record):
    """A search engine or video site that has a restricted form, and how DNS tells one from the other."""

    name: str
    names: tuple[str, ...]
    """The hosts that visitors go to."""
    forced: tuple[str, ...]
    """The hosts of its restricted form: an alias to one of them forces it."""
    addresses_tell: bool = True
    """Whether the restricted form has addresses of its own, so that they too show which one is given."""


class SuffixRef(Record):
    """Which snapshot of the Public Suffix List says what names are siblings."""

    version: str
    """The day of its own version."""
    digest: str


class Plan(Record):
    """Everything a run will ask, in order, drawn from a seed: it can be drawn again from the same inputs."""

    seed: str
    standard: str
    """Digest of the standard."""
    resolvers: tuple[str, ...]
    """The resolvers that the network gave, each `ADDRESS:PORT`; each is judged apart."""
    vendor: str | None = None
    """Whose filter the operator declares to be in use; `None`: nobody's."""
    suffixes: SuffixRef | None = None
    """By which siblings are drawn and counted once; `None`: nothing was drawn by it."""
    second_of: str | None = None
    """Digest of the plan whose open samples this one's second samples are to decide."""
    targets: tuple[Target, ...]
    engines: tuple[Engine, ...] = ()
    """Whose restricted form is looked for."""
    questions: tuple[Question, ...]
