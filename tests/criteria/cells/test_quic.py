"""What QUIC opens, whatever stops TCP."""

from __future__ import annotations

import pytest

from probes import failure
from probes.records import Ask
from tests.criteria.cells.scenes import (
    BLOCKED,
    HERE,
    HTTPS,
    INCONCLUSIVE,
    NAME,
    REACHABLE,
    untrusted,
    visited,
)
from tests.criteria.conftest import Part, Scene, dns, http, quic, tcp, tls


@pytest.mark.parametrize(
    ("parts", "rule"),
    (
        ((tcp(HERE, failure.CONNECTION_REFUSED),), "tcp_over_quic"),
        ((tcp(HERE), tls(HERE, failure.CONNECTION_RESET)), "tls_over_quic"),
        ((tcp(HERE), untrusted(system=True), http(HERE, 403, service=HTTPS)), "http_over_quic"),
    ),
)
@pytest.mark.parametrize("by", ({"pinned": True}, {"listed": True, "pinned": False}))
def test_what_opens_over_quic_is_open_whatever_stops_tcp(
    scene: Scene, parts: tuple[Part, ...], rule: str, by: dict[str, bool]
) -> None:
    visited(scene, dns(HERE), *parts, quic(HERE, **by), ask=Ask.GET)
    cell = scene.cell(NAME, service=HTTPS)
    assert (cell.outcome, cell.rule, cell.mechanisms) == (REACHABLE, rule, ())
    assert len(cell.witnesses) == 2 + len(parts)


@pytest.mark.parametrize(
    "part",
    (
        quic(HERE, failure.TIMEOUT),
        quic(HERE, failure.CONNECTION_REFUSED),
        quic(HERE, failure.SSL_HANDSHAKE, alert=112),
        quic(HERE, failure.SSL_AUTHORITY, pinned=False, system=True),
        quic(HERE, failure.EOF, alert=None),
    ),
)
def test_a_block_over_tcp_stays_what_it_is_where_quic_does_not_open_it(scene: Scene, part: Part) -> None:
    visited(scene, dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET), part)
    cell = scene.cell(NAME)
    assert (cell.outcome, cell.rule, cell.mechanisms) == (BLOCKED, "tls_reset", ("tls/reset",))


def test_where_this_machine_could_not_try_quic_a_block_over_tcp_is_undecided(scene: Scene) -> None:
    part = quic(HERE, "unknown_failure: OSError 24")
    visited(scene, dns(HERE), tcp(HERE), tls(HERE, failure.CONNECTION_RESET), part)
    assert (scene.cell(NAME).outcome, scene.cell(NAME).rule) == (INCONCLUSIVE, "tls_not_dialled")
