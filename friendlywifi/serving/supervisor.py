"""Telling systemd that we are alive, where it started us (sd_notify(3)): one datagram, and no answer."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping


def notify(message: str, *, environment: Mapping[str, str] | None = None) -> str | None:
    """Send `READY=1`, `WATCHDOG=1`…; what went wrong, or `None`. Nobody listens: nothing is sent."""
    environment = os.environ if environment is None else environment
    where = environment.get("NOTIFY_SOCKET", "")
    if not where:
        return None
    # An abstract socket is written with an @ in place of the zero byte.
    address = "\0" + where[1:] if where.startswith("@") else where
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            sock.connect(address)
            sock.sendall(message.encode())
    except OSError as error:
        return error.strerror or str(error)
    return None
