"""A fresh connection and handshake for each target: our visits beside `curl --parallel`, at nginx.

Once with a certificate of its own for each target, as most sites have one, and once with one for all, as at a
content network: ours remembers what it found in a chain.
"""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import trustme

from benchmarks.filter import program
from benchmarks.measured import Measured, client, middle, run, spread
from benchmarks.result import Goal, Section

PAGE = 9143
"""Octets of the page."""
TOGETHER = 50
_CONFIG = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_timeout 0;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  root {folder}/root;
  server {{ listen 127.0.0.1:{http}; }}
  server {{
    listen 127.0.0.1:{https} ssl backlog=4096;
    ssl_certificate {folder}/chain.pem; ssl_certificate_key {folder}/key.pem;
    ssl_protocols TLSv1.3; ssl_session_tickets off; ssl_session_cache off;
  }}
{own}
}}
"""
_OWN = """
  server {{
    listen 127.0.0.1:{port} ssl backlog=4096;
    ssl_certificate {folder}/own/$ssl_server_name.pem; ssl_certificate_key {folder}/own/$ssl_server_name.pem;
    ssl_protocols TLSv1.3; ssl_session_tickets off; ssl_session_cache off;
  }}
"""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where it listens, and who vouches for it."""

    http: int
    https: int
    own: int | None
    """Where each name has a certificate of its own."""
    authority: str
    """PEM."""


@contextlib.contextmanager
def nginx(folder: Path, *, core: int | None = 0, own: int = 0) -> Iterator[Site]:
    """One worker that ends every connection; valid for `*.open.test`, and so many names one by one."""
    path = program("nginx")
    if path is None:
        raise SystemExit("nginx is not installed")
    # nginx gives its worker to another user where it is started as root, who must get in.
    folder.chmod(0o755)
    authority = trustme.CA()
    leaf = authority.issue_cert("*.open.test")
    (folder / "chain.pem").write_bytes(b"".join(item.bytes() for item in leaf.cert_chain_pems))
    (folder / "key.pem").write_bytes(leaf.private_key_pem.bytes())
    (folder / "ca.pem").write_bytes(authority.cert_pem.bytes())
    (folder / "root").mkdir(exist_ok=True)
    (folder / "root" / "index.html").write_bytes(b"x" * PAGE)
    http, https = _free_tcp(), _free_tcp()
    port = _free_tcp() if own else None
    (folder / "own").mkdir(exist_ok=True)
    for number in range(own):
        one = authority.issue_cert(f"n{number}.open.test")
        one.private_key_and_cert_chain_pem.write_to_path(str(folder / "own" / f"n{number}.open.test.pem"))
    apart = _OWN.format(folder=folder, port=port) if own else ""
    (folder / "nginx.conf").write_text(
        _CONFIG.format(folder=folder, http=http, https=https, own=apart), encoding="utf-8"
    )
    pinned = ["taskset", "-c", str(core)] if core is not None else []
    server = subprocess.Popen(
        [*pinned, path, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")],
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(https)
        yield Site(http=http, https=https, own=port, authority=authority.cert_pem.bytes().decode())
    finally:
        server.terminate()
        server.wait()


def _free_tcp() -> int:
    import socket  # noqa: PLC0415 - once

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _wait_for(port: int) -> None:
    import socket  # noqa: PLC0415 - once

    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("nginx did not come up")


def curl(port: int, folder: Path, count: int, *, core: int | None = 1) -> Measured:
    """Every target a name of its own, all dialled at the same place."""
    path = program("curl")
    if path is None:
        raise SystemExit("curl is not installed")
    config = folder / "curl.conf"
    parts = [f'connect-to = "::127.0.0.1:{port}"', f'cacert = "{folder / "ca.pem"}"', "http1.1"]
    for number in range(count):
        parts += [f'url = "https://n{number}.open.test/"', f'output = "{folder / "curl.out"}"']
    config.write_text("\n".join(parts) + "\n", encoding="utf-8")
    command = [path, "-sS", "--parallel", "--parallel-immediate", "--parallel-max", str(TOGETHER)]
    seconds, cpu, _, _ = run([*command, "-K", str(config), "-w", ""], core=core)
    return Measured(
        what="curl --parallel", seconds=seconds, cpu=cpu, rss_mb=0, work=count, wrong=None, told={}
    )


def section(*, count: int, times: int) -> Section:
    """`count` targets, each dialled once."""
    found: dict[str, list[Measured]] = {what: [] for what in (*_EACH, *_ALL)}
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        with nginx(folder, own=count) as site:
            for _ in range(times):
                for (theirs, ours), port in ((_EACH, site.own), (_ALL, site.https)):
                    found[theirs].append(curl(port or 0, folder, count))
                    arguments = (str(port), str(folder / "ca.pem"), str(count), str(TOGETHER))
                    found[ours].append(client("visits", *arguments))
    each, for_all = (middle(found[ours]).rate / middle(found[curls]).rate for curls, ours in (_EACH, _ALL))
    wrong = max(item.wrong or 0 for runs in found.values() for item in runs)
    return Section(
        id="pages",
        title="Pages over TLS",
        text=(
            f"{count:,} targets, {TOGETHER} at once, a new connection and a whole TLS 1.3 handshake "
            f"for each, and a page of {PAGE:,} octets; nginx alone on the first core. Once each target has a "
            "certificate of its own, once one is for all, as at a content network. Ours verifies the chain "
            "against three stores, keeps it, and records each stage, and what it found in a chain it "
            "remembers for a second; curl verifies and throws away."
        ),
        columns=("what", "checks/s", "slowest–fastest", "× curl", "ms CPU a check", "wrong"),
        rows=tuple(
            (
                what,
                f"{middle(found[what]).rate:,.0f}",
                spread(found[what]),
                f"{middle(found[what]).rate / middle(found[curls]).rate:.2f}",
                f"{middle(found[what]).cpu / count * 1e3:.2f}",
                "keeps none" if what == curls else str(wrong),
            )
            for curls, ours in (_EACH, _ALL)
            for what in (curls, ours)
        ),
        goals=(
            _goal("fresh TLS checks, a certificate each, to curl --parallel", each),
            _goal("fresh TLS checks, one certificate for all, to curl --parallel", for_all),
            Goal(what="visits that failed", wanted="0", measured=str(wrong), met=wrong == 0),
        ),
        figures={"visits : curl": round(each, 4), "visits, one certificate : curl": round(for_all, 4)},
        limit="A visit is bounded by OpenSSL and by reading the chain that was sent, on one core.",
    )


_EACH = ("curl --parallel, a certificate each", "our visits, a certificate each")
_ALL = ("curl --parallel, one certificate", "our visits, one certificate")


def _goal(what: str, ratio: float) -> Goal:
    return Goal(what=what, wanted="0.8×", measured=f"{ratio:.2f}×", met=ratio >= 0.8)
