"""e2guardian on the gateway, in the way of ports 80 and 443: reads names in requests and handshakes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tests.conftest import require_server
from tests.real import world
from tests.real.filters import unbound
from tests.real.namespaces import connects
from tests.real.scenario import Names
from tests.real.site import GATEWAY, Site

_SHIPPED = Path("/etc/e2guardian")
_OURS = {
    "nodaemon": "on",
    "httpworkers": "40",
    "checkip": "",
    "connecttimeout": "3",
}


def start(made: Site, names: Names) -> None:
    """Everything as Debian ships it, but the list of banned sites: every group but `unlisted`."""
    unbound.plain(made, names)
    made.gateway.resolve_by(world.UPSTREAM)
    directory = Path(tempfile.mkdtemp(prefix="fwreal-e2guardian-"))
    made.undo.callback(shutil.rmtree, directory, ignore_errors=True)
    directory.chmod(0o755)
    settings = directory / "etc"
    shutil.copytree(_SHIPPED, settings)
    for path in settings.rglob("*"):
        if path.is_file() and path.suffix in {".conf", ".story", ""}:
            text = path.read_text("utf-8", errors="surrogateescape")
            path.write_text(text.replace(str(_SHIPPED), str(settings)), "utf-8", errors="surrogateescape")
    listed = [name for label, group in names.items() if label != "unlisted" for name in group]
    for file in ("bannedsitelist", "bannedsslsitelist"):
        (settings / "lists" / file).write_text("\n".join(listed) + "\n", "utf-8")
    config = settings / "e2guardian.conf"
    lines = [
        line
        for line in config.read_text("utf-8").splitlines()
        if line.partition("=")[0].strip() not in {*_OURS, "pidfilename", "loglocation"}
    ]
    lines += [f"{key} = {value}" for key, value in _OURS.items()]
    lines += [f"pidfilename = '{directory}/pid'", f"loglocation = '{directory}/access.log'"]
    config.write_text("\n".join(lines) + "\n", "utf-8")
    shutil.chown(directory, "e2guardian", "e2guardian")
    for path in directory.rglob("*"):
        shutil.chown(path, "e2guardian", "e2guardian")
    made.undo.enter_context(
        made.gateway.running(
            [require_server("e2guardian"), "-N", "-c", str(config)],
            log=made.directory / "e2guardian.log",
            ready=lambda: connects(GATEWAY, 8080) and connects(GATEWAY, 8443),
        )
    )
    made.gateway.nft(
        """table ip proxy {
  chain lead {
    type nat hook prerouting priority dstnat;
    iifname "lan" tcp dport 80 redirect to :8080
    iifname "lan" tcp dport 443 redirect to :8443
  }
}
"""
    )
