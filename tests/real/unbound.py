"""An unbound from the distribution, started by hand on free ports of loopback, before the lab's world."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path


def free_port() -> int:
    """A port that is free for UDP and TCP on 127.0.0.1, a moment ago."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
            tcp.bind(("127.0.0.1", 0))
            port: int = tcp.getsockname()[1]
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, contextlib.suppress(OSError):
                udp.bind(("127.0.0.1", port))
                return port


@contextlib.contextmanager
def running(program: str, directory: Path, *, upstream: str, zones: str) -> Iterator[str]:
    """The endpoint of an unbound that forwards to `upstream` and filters with the given local zones."""
    port = free_port()
    host, _, upstream_port = upstream.rpartition(":")
    config = directory / "unbound.conf"
    config.write_text(
        f"""
server:
    interface: 127.0.0.1@{port}
    port: {port}
    do-daemonize: no
    username: ""
    chroot: ""
    directory: "{directory}"
    pidfile: "{directory}/unbound.pid"
    use-syslog: no
    logfile: "{directory}/unbound.log"
    module-config: "iterator"
    do-not-query-localhost: no
    num-threads: 1
    outgoing-range: 512
    num-queries-per-thread: 512
    ede: yes
{zones}
forward-zone:
    name: "."
    forward-addr: {host}@{upstream_port}
remote-control:
    control-enable: no
""",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [program, "-d", "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _wait(process, port)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stderr:
            process.stderr.close()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = process.stderr.read().decode() if process.stderr else ""
            raise RuntimeError(f"unbound did not start: {said}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
            return
        time.sleep(0.05)
    raise RuntimeError("unbound did not answer within ten seconds")
