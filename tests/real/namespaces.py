"""Network namespaces that a test makes for itself: a machine with its own interfaces, routes and firewall.

Nothing in them has a way out: they are joined to one another only. Everything that is started in one ends
with it, and what a killed run left behind is swept away by the next.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_CLONE_NEWNET = 0x40000000  # include/uapi/linux/sched.h
_PLACE = Path("/run/netns")
_RESOLVERS = Path("/etc/netns")
_OURS = re.compile(r"^fwreal(\d+)-")


def why_not() -> str | None:
    """Why no namespaces can be made here, as a sentence; `None` where they can."""
    if os.geteuid() != 0:
        return "network namespaces need root; the real networks did not run"
    name = f"fwreal{os.getpid()}-try"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        return (
            f"network namespaces cannot be made here ({made.stderr.strip()}); the real networks did not run"
        )
    subprocess.run(["ip", "netns", "del", name], check=False)
    return None


def sweep() -> None:
    """End and remove the namespaces of runs whose process is gone."""
    for path in sorted(_PLACE.glob("fwreal*")) if _PLACE.exists() else ():
        match = _OURS.match(path.name)
        if match and not Path(f"/proc/{match.group(1)}").exists():
            Namespace(path.name).remove()


class Namespace:
    """One machine. `name` is what `ip netns` calls it."""

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def make(cls, label: str) -> Namespace:
        """A new one, with loopback up and forwarding on."""
        made = cls(f"fwreal{os.getpid()}-{label}")
        _run("ip", "netns", "add", made.name)
        made.ip("link set lo up")
        made.set("ipv4/ip_forward", "1")
        made.set("ipv6/conf/all/forwarding", "1")
        return made

    def remove(self) -> None:
        """End whatever still runs in it, then take it away."""
        found = subprocess.run(
            ["ip", "netns", "pids", self.name], capture_output=True, text=True, check=False
        ).stdout
        for pid in found.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True, check=False)
        shutil.rmtree(_RESOLVERS / self.name, ignore_errors=True)

    def ip(self, *commands: str) -> None:
        """Several `ip` commands, each as it would be typed after `ip`."""
        lines = "\n".join(commands) + "\n"
        subprocess.run(
            ["ip", "-n", self.name, "-batch", "-"], input=lines, text=True, check=True, capture_output=True
        )

    def resolve_by(self, address: str) -> None:
        """Which resolver programs here use that ask the system: `ip netns exec` shows them this file."""
        place = _RESOLVERS / self.name
        place.mkdir(parents=True, exist_ok=True)
        (place / "resolv.conf").write_text(f"nameserver {address}\n", "ascii")

    def nft(self, rules: str) -> None:
        """Load firewall rules. Raises `RuntimeError` with what nft says."""
        done = subprocess.run(
            self.inside("nft", "-f", "-"), input=rules, text=True, capture_output=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"nft refuses:\n{rules}\n{done.stderr}")

    def set(self, key: str, value: str) -> None:
        """A kernel setting under /proc/sys/net, of this namespace only."""

        def write() -> None:
            # /proc/sys/net shows the namespace of the thread that looks.
            Path("/proc/sys/net", key).write_text(value, encoding="ascii")

        self.do(write)

    def inside(self, *command: str) -> list[str]:
        """The command line that runs a command here."""
        return ["ip", "netns", "exec", self.name, *command]

    def do(self, work: Callable[[], T]) -> T:
        """Call something in a thread that is in this namespace: the sockets it opens are here."""
        answer: Future[T] = Future()

        def enter() -> None:
            try:
                self._enter()
                answer.set_result(work())
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits
                answer.set_exception(error)

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        return answer.result()

    def _enter(self) -> None:
        """Move the calling thread here, for good."""
        with (_PLACE / self.name).open("rb") as place:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.setns(place.fileno(), _CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")

    @contextlib.contextmanager
    def running(
        self,
        command: Sequence[str],
        *,
        log: Path,
        ready: Callable[[], bool],
        patience: float = 30.0,
        environment: dict[str, str] | None = None,
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A server in the foreground, from the moment it is ready. `log` takes what it prints.

        Raises `RuntimeError` with the end of the log where it ends early or is not ready in time.
        """
        with log.open("ab") as out:
            process = subprocess.Popen(
                self.inside(*command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        try:
            deadline = time.monotonic() + patience
            while not self.do(ready):
                if process.poll() is not None:
                    raise RuntimeError(f"{command[0]} ended at its start:\n{_tail(log)}")
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{command[0]} is not ready after {patience:.0f} s:\n{_tail(log)}")
                time.sleep(0.1)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            # A server may leave children behind; they are in the session that was made for it.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def join(one: Namespace, one_end: str, other: Namespace, other_end: str) -> None:
    """A cable between two machines."""
    _run(
        "ip", "link", "add", one_end, "netns", one.name, "type", "veth", "peer", "name", other_end,
        "netns", other.name,
    )  # fmt: skip
    one.ip(f"link set {one_end} up")
    other.ip(f"link set {other_end} up")


def connects(address: str, port: int) -> bool:
    """Whether anybody accepts a connection there."""
    try:
        with socket.create_connection((address, port), timeout=0.5):
            return True
    except OSError:
        return False


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


def _tail(log: Path) -> str:
    return log.read_text("utf-8", errors="replace")[-3000:]
