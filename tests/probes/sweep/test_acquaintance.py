"""Resolvers are met quickly, and what they show is noticed."""

from __future__ import annotations

import asyncio
import random
import socket
import subprocess
import time
from pathlib import Path

from probes.network import Network
from probes.sweep.acquaintance import GRACE, MEETING, Met, chosen, meet
from probes.sweep.block import Canary
from tests.conftest import require_server
from tests.probes.sweep.responder import Responder

CANARIES = tuple(Canary(f"good{number}.example", "A") for number in range(3))


def met(*resolvers: Responder) -> tuple[Met, ...]:
    return meeting(*(item.endpoint for item in resolvers))


def meeting(*resolvers: str) -> tuple[Met, ...]:
    return asyncio.run(
        meet(
            resolvers,
            network=Network(confined=True),
            canaries=CANARIES,
            types=("A", "AAAA"),
            randomness=random.Random(1),
        )
    )


def test_a_resolver_that_says_nothing_of_names_elsewhere_is_not_waited_for() -> None:
    with Responder(nowhere=None) as one:
        began = time.monotonic()
        (found,) = met(one)
    assert time.monotonic() - began < (GRACE + MEETING.dns) / 2
    assert found.right == CANARIES
    assert found.rewrites == frozenset()


def test_what_it_gives_for_names_that_cannot_exist_is_learnt() -> None:
    with Responder(nowhere="198.18.0.1") as one:
        (found,) = met(one)
    assert found.rewrites == {"198.18.0.1"}


def test_canaries_ride_along_that_open_at_most_resolvers() -> None:
    def but_one(name: str) -> str | None:
        return "0.0.0.0" if name.startswith("good1") else "93.184.216.34"

    with Responder() as one, Responder(answer=but_one) as two, Responder(answer=but_one) as three:
        found = met(one, two, three)
    assert chosen(found, CANARIES) == (CANARIES[0], CANARIES[2])


def test_a_resolver_that_says_which_server_it_is_is_known_by_that(tmp_path: Path) -> None:
    program = require_server("unbound")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "unbound.conf"
    config.write_text(
        f'server:\n interface: 127.0.0.1@{port}\n do-daemonize: no\n chroot: ""\n username: ""\n'
        f' directory: "{tmp_path}"\n pidfile: ""\n use-syslog: no\n logfile: "{tmp_path}/log"\n'
        ' nsid: "ascii_tirana-3"\n identity: "resolver 3"\n local-zone: "example." redirect\n'
        ' local-data: "example. A 93.184.216.34"\n'
        ' local-zone: "." static\nremote-control:\n control-enable: no\n'
    )
    process = subprocess.Popen([program, "-d", "-c", str(config)])
    try:
        found = Met("", (), frozenset(), None)
        for _ in range(20):
            # Its identifier is asked for once, which may be before the server is up.
            (found,) = meeting(f"127.0.0.1:{port}")
            if found.right and found.nsid:
                break
    finally:
        process.terminate()
        process.wait()
    assert (found.nsid, found.instance) == ("tirana-3", "resolver 3")
