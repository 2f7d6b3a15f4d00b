"""The exchange against a resolver that nobody here wrote."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from probes import failure
from probes.dns.exchange import Exchange
from probes.dns.wire import CH
from probes.network import Budgets, Network
from probes.records import Transport

pytestmark = pytest.mark.server("unbound")

CONFIGURATION = """
server:
    interface: 127.0.0.1
    port: {port}
    do-daemonize: no
    username: ""
    chroot: ""
    directory: "{folder}"
    pidfile: ""
    use-syslog: no
    module-config: "respip iterator"
    ede: yes
    local-zone: "lab.example." static
    local-data: "open.lab.example. 60 IN A 192.0.2.1"
    local-data: "open.lab.example. 60 IN AAAA 2001:db8::1"
    {big}
    local-zone: "absent.example." always_nxdomain
    local-zone: "refused.example." always_refuse
    local-zone: "empty.example." always_nodata
    local-zone: "null.example." always_null
    local-zone: "dropped.example." deny
    local-zone: "page.example." redirect
    local-data: "page.example. 60 IN A 198.51.100.7"
rpz:
    name: "rpz.example"
    zonefile: "rpz.zone"
remote-control:
    control-enable: no
"""

POLICY = """$TTL 60
@ SOA localhost. root.localhost. 1 60 60 60 60
  NS localhost.
open.policy.example A 198.51.100.9
absent.policy.example CNAME .
empty.policy.example CNAME *.
"""

BIG = 40
"""Texts of 100 octets: more than the 1232 octets that a datagram is promised to hold."""


@pytest.fixture(scope="module")
def unbound(require_server: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = require_server("unbound")
    folder = tmp_path_factory.mktemp("unbound")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    big = "\n    ".join(f"local-data: 'big.lab.example. 60 IN TXT {number:0100}'" for number in range(BIG))
    configuration = folder / "unbound.conf"
    configuration.write_text(CONFIGURATION.format(port=port, folder=folder, big=big))
    (folder / "rpz.zone").write_text(POLICY)
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "-d", "-c", str(configuration)], stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _await_start(process, port, log)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _await_start(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(100):
        if process.poll() is not None:
            break
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"unbound did not start: {log.read_text(errors='replace')}")


@pytest.fixture
async def ask(unbound: str):  # noqa: ANN201 - the method of an exchange, with its resolver filled in
    budgets = Budgets(dns=2.0, dns_resend=(0.5, 1.0))
    async with Exchange(Network(budgets=budgets, confined=True)) as exchange:

        async def asking(name: str, rrtype: str = "A", **options: object) -> object:
            return await exchange.ask(name, rrtype, resolver=unbound, **options)  # type: ignore[arg-type]

        yield asking


@pytest.mark.parametrize("transport", (Transport.UDP, Transport.TCP))
@pytest.mark.parametrize(
    ("name", "rrtype", "told", "addresses"),
    (
        ("open.lab.example", "A", None, ("192.0.2.1",)),
        ("open.lab.example", "AAAA", None, ("2001:db8::1",)),
        ("open.lab.example", "HTTPS", failure.NO_ANSWER, ()),
        ("nowhere.lab.example", "A", failure.NXDOMAIN, ()),
        ("absent.example", "A", failure.NXDOMAIN, ()),
        ("www.refused.example", "A", failure.REFUSED, ()),
        ("empty.example", "A", failure.NO_ANSWER, ()),
        ("null.example", "A", None, ("0.0.0.0",)),
        ("null.example", "AAAA", None, ("::",)),
        ("www.page.example", "A", None, ("198.51.100.7",)),
        ("open.policy.example", "A", None, ("198.51.100.9",)),
        ("absent.policy.example", "A", failure.NXDOMAIN, ()),
        ("empty.policy.example", "A", failure.NO_ANSWER, ()),
    ),
)
async def test_each_way_to_answer_has_its_name(
    ask: Callable,
    *,
    transport: Transport,
    name: str,
    rrtype: str,
    told: str | None,
    addresses: tuple[str, ...],
) -> None:
    said = await ask(name, rrtype, transport=transport)
    assert (said.failure, said.facts.addresses) == (told, addresses)
    assert said.facts.edns is not None
    assert said.facts.strays == ()


async def test_a_dropped_question_is_a_timeout(ask: Callable) -> None:
    said = await ask("dropped.example")
    assert (said.failure, said.facts.sends) == (failure.TIMEOUT, 3)


async def test_an_answer_that_fits_no_datagram_comes_over_tcp(ask: Callable) -> None:
    said = await ask("big.lab.example", "TXT")
    assert (said.failure, said.facts.truncated, len(said.facts.answers)) == (None, True, BIG)


async def test_the_server_says_what_it_is(ask: Callable) -> None:
    said = await ask("version.bind", "TXT", rrclass=CH)
    assert said.facts.answers[0].data.startswith('"unbound ')
