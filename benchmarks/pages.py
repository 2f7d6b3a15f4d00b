"""A fresh connection and handshake for each target: our visits beside `curl --parallel`, at nginx."""

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
}}
"""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where it listens, and who vouches for it."""

    http: int
    https: int
    authority: str
    """PEM."""


@contextlib.contextmanager
def nginx(folder: Path, *, core: int | None = 0) -> Iterator[Site]:
    """One worker that ends every connection; valid for `*.open.test`."""
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
    (folder / "nginx.conf").write_text(
        _CONFIG.format(folder=folder, http=http, https=https), encoding="utf-8"
    )
    pinned = ["taskset", "-c", str(core)] if core is not None else []
    server = subprocess.Popen(
        [*pinned, path, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")],
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(https)
        yield Site(http=http, https=https, authority=authority.cert_pem.bytes().decode())
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


def curl(site: Site, folder: Path, count: int) -> Measured:
    """Every target a name of its own, all dialled at the same place."""
    path = program("curl")
    if path is None:
        raise SystemExit("curl is not installed")
    config = folder / "curl.conf"
    parts = [f'connect-to = "::127.0.0.1:{site.https}"', f'cacert = "{folder / "ca.pem"}"', "http1.1"]
    for number in range(count):
        parts += [f'url = "https://n{number}.open.test/"', f'output = "{folder / "curl.out"}"']
    config.write_text("\n".join(parts) + "\n", encoding="utf-8")
    command = [path, "-sS", "--parallel", "--parallel-immediate", "--parallel-max", str(TOGETHER)]
    seconds, cpu, _, _ = run([*command, "-K", str(config), "-w", ""])
    return Measured(
        what="curl --parallel", seconds=seconds, cpu=cpu, rss_mb=0, work=count, wrong=None, told={}
    )


def section(*, count: int, times: int) -> Section:
    """`count` targets, each dialled once."""
    ours: list[Measured] = []
    theirs: list[Measured] = []
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        with nginx(folder) as site:
            for _ in range(times):
                theirs.append(curl(site, folder, count))
                ours.append(
                    client("visits", str(site.https), str(folder / "ca.pem"), str(count), str(TOGETHER))
                )
    ratio = middle(ours).rate / middle(theirs).rate
    wrong = max(item.wrong or 0 for item in ours)
    return Section(
        id="pages",
        title="Pages over TLS",
        text=(
            f"{count:,} targets, {TOGETHER} at once, a new connection and a whole TLS 1.3 handshake "
            "for each, and a "
            f"page of {PAGE:,} octets; nginx alone on the first core. Ours verifies the chain against "
            "two stores, "
            "keeps it, and records each stage; curl verifies and throws away."
        ),
        columns=("what", "checks/s", "slowest–fastest", "× curl", "ms CPU a check", "wrong"),
        rows=tuple(
            (
                what,
                f"{middle(runs).rate:,.0f}",
                spread(runs),
                f"{middle(runs).rate / middle(theirs).rate:.2f}",
                f"{middle(runs).cpu / count * 1e3:.2f}",
                "keeps none" if what.startswith("curl") else str(wrong),
            )
            for what, runs in (("curl --parallel", theirs), ("our visits, as `check` makes them", ours))
        ),
        goals=(
            Goal(
                what="fresh TLS checks, to curl --parallel",
                wanted="0.8×",
                measured=f"{ratio:.2f}×",
                met=ratio >= 0.8,
            ),
            Goal(what="visits that failed", wanted="0", measured=str(wrong), met=wrong == 0),
        ),
        figures={"visits : curl": round(ratio, 4)},
        limit="A visit is bounded by OpenSSL and by reading the chain that was sent, on one core.",
    )
