"""A key that hides the name from a filter of names is told, and decides nothing."""

from __future__ import annotations

import pytest

from criteria.fitness import sound_out
from criteria.noticed_records import record_findings
from criteria.records import Finding, Outcome
from probes import failure
from probes.records import Ask, RouteKind, Rr, Transport, Via
from tests.criteria.conftest import RESOLVER, V4, Part, Scene, dns, page, tcp, tls

NAME = "adult.example"
HERE = "203.0.113.10"
KEY = f'1 . alpn="h2" ipv4hint="{HERE}" ech="AEX+DQBB"'


def told(scene: Scene, record: str, *parts: Part) -> tuple[Finding, ...]:
    """What is told of the record of a name, and of nothing else."""
    scene.target(NAME, ask=Ask.TLS, expect=(HERE,)).on(NAME, *parts, family=V4)
    via = Via(resolver=RESOLVER, transport=Transport.UDP, family=V4)
    scene.ways.append({"subject": NAME, "via": via, "route": RouteKind.HTTPS_RECORD, "type": "HTTPS"})
    asked = next(item.id for item in scene.plan().questions if item.route is RouteKind.HTTPS_RECORD)
    answer = dns()
    rrs = (Rr(name=NAME, type="HTTPS", ttl=60, data=record),)
    scene.on(asked, {**answer, "failure": None, "facts": {**answer["facts"], "answers": rrs}})
    sound = sound_out(plan=scene.plan(), run=scene.run(), observations=scene.observations())
    return record_findings(sound, scene.verdicts)


CUT = (dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET))


def test_a_key_for_a_name_that_is_stopped_in_the_handshake_is_told(scene: Scene) -> None:
    (finding,) = told(scene, KEY, *CUT)
    assert finding.id == "ech_offered"
    assert finding.text.startswith("1 name came with a key")
    assert len(finding.witnesses) == 1


def test_it_changes_no_verdict(scene: Scene) -> None:
    told(scene, KEY, *CUT)
    assert scene.cell(NAME).outcome is Outcome.BLOCKED


@pytest.mark.parametrize(
    ("record", "parts"),
    (
        (f'1 . ipv4hint="{HERE}"', CUT),
        (KEY, page(HERE)[:3]),
        (KEY, (dns("0.0.0.0"),)),
        (KEY, (dns(HERE), tcp(HERE, failure.CONNECTION_REFUSED))),
    ),
    ids=("no-key", "open", "blocked-by-dns", "blocked-by-address"),
)
def test_otherwise_there_is_nothing_to_tell(scene: Scene, record: str, parts: tuple[Part, ...]) -> None:
    assert told(scene, record, *parts) == ()
