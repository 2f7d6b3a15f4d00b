"""The lab binds loopback only, and its failing ports fail as their names say."""

from __future__ import annotations

import socket

import pytest

from friendlywifi.lab import loopback
from probes.records import Family

HOSTS = pytest.mark.parametrize("host", tuple(loopback.HOSTS.values()))


@pytest.mark.parametrize("host", ("0.0.0.0", "::", "192.0.2.1", "10.0.0.1", "fd00::1"))
def test_nothing_but_loopback_is_ever_bound(host: str) -> None:
    with pytest.raises(ValueError, match="loopback addresses only"):
        loopback.bind(host, 0, socket.SOCK_STREAM)


@HOSTS
def test_a_refusing_port_refuses(host: str) -> None:
    with loopback.refusing(host) as closed, pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, loopback.port_of(closed)), timeout=1)


@HOSTS
def test_a_silent_port_lets_every_connection_wait(host: str) -> None:
    silence = loopback.Silence(host)
    try:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                socket.create_connection((host, silence.port), timeout=0.15)
    finally:
        silence.close()


@HOSTS
def test_a_silent_port_answers_no_datagram(host: str) -> None:
    silence = loopback.Silence(host)
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(kind, socket.SOCK_DGRAM) as asker:
            asker.settimeout(0.15)
            asker.connect((host, silence.port))
            asker.send(b"anybody?")
            with pytest.raises(TimeoutError):
                asker.recv(100)
    finally:
        silence.close()


def test_a_pair_shares_one_port() -> None:
    tcp, udp = loopback.pair(loopback.HOSTS[Family.IPV4])
    with tcp, udp:
        assert loopback.port_of(tcp) == loopback.port_of(udp)


def test_a_port_that_udp_has_already_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = loopback.bind("127.0.0.1", 0, socket.SOCK_DGRAM)
    ports = iter([loopback.port_of(taken)])
    real = loopback.bind

    def bind(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
        wanted = next(ports, 0) if kind is socket.SOCK_STREAM else port
        return real(host, wanted, kind)

    monkeypatch.setattr(loopback, "bind", bind)
    with taken:
        tcp, udp = loopback.pair("127.0.0.1")
        with tcp, udp:
            assert loopback.port_of(tcp) == loopback.port_of(udp) != loopback.port_of(taken)
