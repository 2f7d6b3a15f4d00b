"""A real resolver behind a line that breaks: what it then says of names blocks nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.filter import free_port, wait_for
from friendlywifi.sweeping.run import Order, sweep
from friendlywifi.sweeping.source import Source
from probes.network import Network
from probes.sweep.driver import Manner
from tests.conftest import require_server
from tests.friendlywifi.sweeping.test_run import CANARIES, SLOW, WHEN, Kept, names
from tests.probes.sweep import responder


@contextmanager
def unbound(folder: Path, upstream: str) -> Iterator[str]:
    """A resolver that asks the upstream, and denies whatever is below `bad.example`."""
    port = free_port()
    config = folder / "unbound.conf"
    config.write_text(
        f'server:\n interface: 127.0.0.1@{port}\n do-daemonize: no\n chroot: ""\n username: ""\n'
        f' directory: "{folder}"\n pidfile: ""\n use-syslog: no\n logfile: "{folder}/log"\n'
        ' module-config: "iterator"\n do-not-query-localhost: no\n'
        ' local-zone: "test." redirect\n local-data: "test. A 93.184.216.34"\n'
        ' local-zone: "bad.example." always_nxdomain\n'
        f'forward-zone:\n name: "."\n forward-addr: {upstream.replace(":", "@")}\n'
        "remote-control:\n control-enable: no\n"
    )
    process = subprocess.Popen([require_server("unbound"), "-d", "-c", str(config)])
    try:
        wait_for("127.0.0.1", port)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def absent(name: str) -> str | None:
    """Canaries and names of the list exist, labels below canaries do not; nor does `gone`."""
    if name.startswith(("gone", "x")):
        return "absent"
    return "93.184.216.34"


@pytest.mark.parametrize("line", ("whole", pytest.param("broken", marks=pytest.mark.long)))
def test_what_a_real_resolver_denies_is_blocked_while_its_line_is_whole(tmp_path: Path, line: str) -> None:
    with (
        responder.Responder(answer=absent) as world,
        responder.Responder(answer=lambda _: "93.184.216.34") as truth,
        unbound(tmp_path, world.endpoint) as one,
    ):
        kept = Kept()
        order = Order(
            resolvers=(one,),
            types=("A",),
            network=Network(confined=True),
            manner=Manner(rate=0, patience=2.0, slow=SLOW),
            canaries=CANARIES,
            reference_resolver=truth.endpoint,
        )
        if line == "broken":
            # The canaries are in its cache, and then nothing else can be had.
            sweep(order, Source(lines=["open-0.example"], format="domains"), None, now=lambda: WHEN)
            world.alive = False
        listed = [f"bad-{number}.bad.example" for number in range(20)] + names("gone", 20)
        sweep(order, Source(lines=listed, format="domains"), kept, now=lambda: WHEN)
    # What it denies by itself it denies at once, and of what it cannot ask it says something else.
    gone = "blocked" if line == "whole" else "inconclusive"
    assert kept.outcomes() == {("bad", "blocked"): 20, ("gone", gone): 20}
