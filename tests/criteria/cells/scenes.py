"""A name of which little is known, as it is asked, visited and fetched."""

from __future__ import annotations

from criteria.records import Cell, Outcome
from probes import failure
from probes.records import Ask, Service
from tests.criteria.conftest import NODATA, V4, V6, Part, Scene, dns, http, tcp, tls

NAME = "adult.example"
TOKEN = "t"
HERE, THERE = "203.0.113.10", "203.0.113.66"
BLOCKED, REACHABLE, DEAD, INCONCLUSIVE = (
    Outcome.BLOCKED,
    Outcome.REACHABLE,
    Outcome.DEAD,
    Outcome.INCONCLUSIVE,
)
HTTPS, HTTP = Service.HTTPS, Service.HTTP


def asked(scene: Scene, *parts: Part, **target: object) -> Cell:
    """The IPv4 cell of a name that is asked by DNS alone."""
    return scene.target(NAME, **target).on(NAME, *parts, family=V4).on(NAME, NODATA, family=V6).cell(NAME)  # type: ignore[arg-type]


def visited(
    scene: Scene, *parts: Part, ask: Ask = Ask.TLS, token: str | None = None, alive: bool = True
) -> Scene:
    """A name that is visited by IPv4; `alive`: a reference saw it at its address."""
    if alive:
        scene.refer(adult_example=(HERE,))
    scene.target(NAME, ask=ask, token=token).on(NAME, *parts, family=V4).on(NAME, NODATA, family=V6)
    return scene


def untrusted(**facts: object) -> Part:
    """A certificate that the pinned store does not accept."""
    return tls(HERE, failure.SSL_AUTHORITY, pinned=False, issuer="CN=Filter", **facts)


def fetched(scene: Scene, *plain: Part, https: tuple[Part, ...] = (), token: str | None = TOKEN) -> Cell:
    """The plain-HTTP cell of a page that holds a token; HTTPS is refused unless it is said."""
    https = https or (tcp(HERE, failure.CONNECTION_REFUSED),)
    visited(scene, dns(HERE), tcp(HERE, service=HTTP), *plain, *https, ask=Ask.GET, token=token)
    return scene.cell(NAME, service=HTTP)


def opening_everything(scene: Scene, **facts: object) -> Scene:
    """Controls that open under a certificate of somebody else, with their own pages."""
    for number, control in enumerate(("control.one", "control.two"), 1):
        for family, address in ((V4, f"198.51.100.{number}"), (V6, f"2001:db8:c::{number}")):
            stranger = tls(address, failure.SSL_AUTHORITY, pinned=False, issuer="CN=Filter", **facts)
            shown = http(address, token=True, service=HTTPS)
            scene.on(control, dns(address), tcp(address), stranger, shown, family=family)
    return scene
