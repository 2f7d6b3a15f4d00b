"""A home router must not be made to refuse: dnsmasq holds 150 questions at once, silent ones too."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from probes import failure
from probes.dns.exchange import Exchange
from probes.network import Budgets, Network
from probes.pace import Pace

NAMES = 320
"""A quarter is dropped upstream."""


def _answers(sock: socket.socket) -> None:
    while True:
        try:
            query, peer = sock.recvfrom(4096)
        except OSError:
            return
        if b"\x04drop" in query.lower():
            continue
        end = query.index(b"\0", 12) + 5
        record = b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\xc0\0\x02\x01"
        sock.sendto(query[:2] + b"\x81\x80\0\x01\0\x01\0\0\0\0" + query[12:end] + record, peer)


@pytest.fixture
def router(tmp_path: Path, require_server: Callable[[str], str]) -> Iterator[str]:
    """Dnsmasq before a resolver that drops some names, as its address and port."""
    program = require_server("dnsmasq")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
        upstream.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_answers, args=(upstream,), daemon=True)
        thread.start()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [program, "-k", "-C", "/dev/null", "-p", str(port), "--no-resolv", "--no-hosts"]
        command += [f"--server=127.0.0.1#{upstream.getsockname()[1]}", "--listen-address=127.0.0.1"]
        command += ["--bind-interfaces", f"--pid-file={tmp_path / 'pid'}", "--user="]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
            try:
                _wait_for(port)
                yield f"127.0.0.1:{port}"
            finally:
                server.terminate()


def _wait_for(port: int) -> None:
    query = b"\x07\x07\x01\0\0\x01\0\0\0\0\0\0\x04open\x04test\0\0\x01\0\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.2)
        for _ in range(50):
            sock.sendto(query, ("127.0.0.1", port))
            try:
                sock.recv(512)
            except OSError:
                time.sleep(0.1)
            else:
                return
    pytest.fail("dnsmasq did not come up")


async def test_a_quarter_that_is_dropped_does_not_make_it_refuse_the_rest(router: str) -> None:
    network = Network(budgets=Budgets(), confined=True)
    pace = Pace(network.budgets)
    found: Counter[tuple[str, str | None]] = Counter()
    async with Exchange(network) as exchange:

        async def one(number: int) -> None:
            kind = "open" if number % 4 else "drop"
            async with pace:
                said = await exchange.ask(f"n{number}.{kind}.example", resolver=router)
            found[kind, said.failure] += 1

        await asyncio.gather(*(one(number) for number in range(NAMES)))
    assert found == {("open", None): 3 * NAMES // 4, ("drop", failure.TIMEOUT): NAMES // 4}
