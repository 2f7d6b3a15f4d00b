from __future__ import annotations

import asyncio
import errno
import socket

import pytest

from probes.visit.tcp import CHUNK, open_socket, read


async def test_reading_gives_way_even_where_bytes_are_waiting() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.send(b"waiting")
        others_had_a_turn = asyncio.Event()
        asyncio.get_running_loop().call_soon(others_had_a_turn.set)
        assert await read(ours) == b"waiting"
        assert others_had_a_turn.is_set()


async def test_no_more_is_read_at_once_than_a_chunk() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.send(b"x" * (2 * CHUNK))
        assert len(await read(ours)) == CHUNK


@pytest.mark.parametrize(
    ("address", "family"), (("203.0.113.7", socket.AF_INET), ("2001:db8::7", socket.AF_INET6))
)
def test_a_socket_is_of_the_family_of_its_address(address: str, family: socket.AddressFamily) -> None:
    with open_socket(address, interface=None) as sock:
        assert sock.family is family
        assert sock.gettimeout() == 0


def test_a_system_that_cannot_bind_to_an_interface_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "SO_BINDTODEVICE")
    with pytest.raises(OSError, match="cannot bind") as refused:
        open_socket("203.0.113.7", interface="wlan0")
    assert refused.value.errno == errno.ENOPROTOOPT
