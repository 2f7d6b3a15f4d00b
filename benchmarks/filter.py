"""The resolver that everything is measured against: unbound on loopback, alone on the first core."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

KINDS = ("nxdomain", "refused", "sink", "page")
"""How one name in twenty is filtered, in turn; all others open."""
EVERY = 20
PAGE = "203.0.113.9"
OPEN = "93.184.216.34"
CANARIES = ("good.canary.test", "other.canary.test", "third.canary.test")

_CONFIG = """
server:
{interfaces}
  access-control: 127.0.0.0/8 allow
  do-daemonize: no
  chroot: ""
  username: ""
  directory: "{folder}"
  pidfile: "{folder}/unbound.pid"
  use-syslog: no
  logfile: "{folder}/unbound.log"
  num-threads: 1
  so-rcvbuf: 0
  ip-ratelimit: 0
  ratelimit: 0
  module-config: "iterator"
  local-zone: "test." redirect
  local-data: "test. A {open}"
  local-data: "test. AAAA 2606:2800:21f::34"
{blocks}
remote-control:
  control-enable: no
"""
_BLOCKS = """
  local-zone: "nxdomain.test." always_nxdomain
  local-zone: "refused.test." always_refuse
  local-zone: "sink.test." redirect
  local-data: "sink.test. A 0.0.0.0"
  local-data: "sink.test. AAAA ::"
  local-zone: "page.test." redirect
  local-data: "page.test. A {page}"
  local-data: "page.test. AAAA 2001:db8::9"
  local-zone: "com." always_nxdomain
  local-zone: "net." always_nxdomain
  local-zone: "org." always_nxdomain
"""


def name(number: int) -> str:
    """The name with this number: what is done to it stands in it."""
    if number % EVERY:
        return f"n{number}.open.test"
    return f"n{number}.{KINDS[number // EVERY % len(KINDS)]}.test"


def write_names(path: Path, count: int) -> Counter[str]:
    """A list of so many names, and how many there are of each kind."""
    kinds: Counter[str] = Counter()
    with path.open("w") as file:
        for number in range(count):
            text = name(number)
            kinds[text.split(".")[1]] += 1
            file.write(text + "\n")
    return kinds


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def program(name_: str) -> str | None:
    """Where a program of the distribution is."""
    return shutil.which(name_, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


@contextmanager
def unbound(
    folder: Path,
    *,
    core: int | None = 0,
    addresses: Sequence[str] = ("127.0.0.1",),
    port: int | None = None,
    filters: bool = True,
) -> Iterator[int]:
    """The port on which it answers. `core`: where it is pinned; `filters`: whether it blocks anything."""
    path = program("unbound")
    if path is None:
        raise SystemExit("unbound is not installed")
    port = port or free_port()
    folder.mkdir(exist_ok=True)
    (folder / "unbound.conf").write_text(
        _CONFIG.format(
            interfaces="\n".join(f"  interface: {item}@{port}" for item in addresses),
            folder=folder,
            open=OPEN,
            blocks=_BLOCKS.format(page=PAGE) if filters else "",
        ),
        encoding="utf-8",
    )
    pinned = ["taskset", "-c", str(core)] if core is not None else []
    server = subprocess.Popen(
        [*pinned, path, "-d", "-c", str(folder / "unbound.conf")], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(addresses[0], port)
        yield port
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str, port: int) -> None:
    """Until a resolver answers there."""
    # A question for a name of the test zone, by hand: id, RD, one question, A, IN.
    question = b"\x07\x07\x01\0\0\1\0\0\0\0\0\0\4open\4test\0\0\1\0\1"
    deadline = time.monotonic() + 30
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.2)
        while time.monotonic() < deadline:
            sock.sendto(question, (address, port))
            try:
                sock.recv(512)
            except OSError:
                time.sleep(0.05)
            else:
                return
    raise SystemExit("the resolver did not come up")
