"""A line that is slow: a tun device at each end, and a process between them that holds every packet back.

The kernel here knows no netem. `python -m tests.real.wire NAMESPACE DEVICE NAMESPACE DEVICE MILLISECONDS`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import struct
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from tests.real.namespaces import Namespace

_TUNSETIFF = 0x400454CA  # include/uapi/linux/if_tun.h
_IFF_TUN_NO_PI = 0x0001 | 0x1000


@contextlib.contextmanager
def wire(
    one: Namespace, one_end: str, other: Namespace, other_end: str, *, delay_ms: int, log: Path
) -> Iterator[None]:
    """A line between two namespaces on which every packet takes so long, each way."""
    command = [
        sys.executable,
        "-m",
        "tests.real.wire",
        one.name,
        one_end,
        other.name,
        other_end,
        str(delay_ms),
    ]

    def ready() -> bool:
        # Both ends are there once the second one is, and /sys shows the namespace of who mounted it.
        return other_end in Path("/proc/thread-self/net/dev").read_text("ascii")

    with other.running(command, log=log, ready=ready):
        one.ip(f"link set {one_end} up")
        other.ip(f"link set {other_end} up")
        yield


def _tun(namespace: Namespace, name: str) -> int:
    def make() -> int:
        end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(end, _TUNSETIFF, struct.pack("16sH22x", name.encode("ascii"), _IFF_TUN_NO_PI))
        return end

    return namespace.do(make)


def relay(one: int, other: int, *, delay: float) -> None:
    """Carry packets both ways, `delay` seconds late, until the process ends."""
    waiting: deque[tuple[float, int, bytes]] = deque()
    while True:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, end, packet = waiting.popleft()
            with contextlib.suppress(OSError):
                os.write(end, packet)
        patience = waiting[0][0] - now if waiting else None
        readable, _, _ = select.select([one, other], [], [], patience)
        for end in readable:
            with contextlib.suppress(BlockingIOError):
                while True:
                    packet = os.read(end, 65536)
                    waiting.append((time.monotonic() + delay, other if end == one else one, packet))


if __name__ == "__main__":
    first = _tun(Namespace(sys.argv[1]), sys.argv[2])
    second = _tun(Namespace(sys.argv[3]), sys.argv[4])
    relay(first, second, delay=int(sys.argv[5]) / 1000)
