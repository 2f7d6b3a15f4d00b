"""What is asked and what happened: the records that every other part is made from.

The chain is target → question → observation. Nothing here performs I/O and nothing here judges: an
observation is one fact with a time and its raw evidence. Unknown is `None`, never `False`. Times are
aware and UTC. No field is a float, because these records are hashed and signed.
"""

from __future__ import annotations

from probes.records.facts import DnsFacts, DnsVariant, Ede, HttpFacts, Rr, Stray, TcpFacts, TlsFacts
from probes.records.machine import HostsEntry, Lookup, Machine, Software, SoftwareKind, Way
from probes.records.observations import Observation, observations_digest
from probes.records.questions import Engine, Plan, Question, SuffixRef, Via
from probes.records.record import R, Record, Time, decode, digest, encode, schema
from probes.records.run import Run
from probes.records.targets import ListRef, Overlap, Target, TargetList
from probes.records.vantage import Vantage
from probes.records.words import Ask, Category, Family, Kind, RouteKind, Service, Stage, Transport

__all__ = [
    "Ask",
    "Category",
    "DnsFacts",
    "DnsVariant",
    "Ede",
    "Engine",
    "Family",
    "HostsEntry",
    "HttpFacts",
    "Kind",
    "ListRef",
    "Lookup",
    "Machine",
    "Observation",
    "Overlap",
    "Plan",
    "Question",
    "R",
    "Record",
    "RouteKind",
    "Rr",
    "Run",
    "Service",
    "Software",
    "SoftwareKind",
    "Stage",
    "Stray",
    "SuffixRef",
    "Target",
    "TargetList",
    "TcpFacts",
    "Time",
    "TlsFacts",
    "Transport",
    "Vantage",
    "Via",
    "Way",
    "decode",
    "digest",
    "encode",
    "observations_digest",
    "schema",
]
