"""squid on the gateway, in the way of ports 80 and 443: denies pages, reads names in handshakes, decrypts."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.conftest import require_server
from tests.real import world
from tests.real.filters import unbound
from tests.real.filters.firewall import Start
from tests.real.namespaces import connects
from tests.real.scenario import Names
from tests.real.site import GATEWAY, Site

SPLICE = "ssl_bump splice all"
TERMINATE = "ssl_bump peek step1\nssl_bump terminate listed_name\nssl_bump splice all"
BUMP = "ssl_bump peek step1\nssl_bump bump listed_name\nssl_bump splice all"
BUMP_ALL = "ssl_bump bump all"

_CERTIFICATE_MAKER = "/usr/lib/squid/security_file_certgen"


def start(tls: str) -> Start:
    """What is done with TLS; plain HTTP to every name that is not in the group `unlisted` is denied."""
    return functools.partial(_start, tls)


def _start(tls: str, made: Site, names: Names) -> None:
    unbound.plain(made, names)
    directory = _readable(made)
    listed = [name for label, group in names.items() if label != "unlisted" for name in group]
    (directory / "listed").write_text("\n".join(listed) + "\n", "utf-8")
    authority = directory / "authority.pem"
    authority.write_bytes(
        made.authorities.middlebox.private_key_pem.bytes() + made.authorities.middlebox.cert_pem.bytes()
    )
    (directory / "world-ca.pem").write_text(made.authorities.pem, "ascii")
    store = directory / "store"
    subprocess.run([_CERTIFICATE_MAKER, "-c", "-s", str(store), "-M", "4MB"], check=True, capture_output=True)
    config = directory / "squid.conf"
    config.write_text(
        f"""http_port {GATEWAY}:3127
http_port 3128 intercept
https_port 3129 intercept ssl-bump tls-cert={authority} generate-host-certificates=on
sslcrtd_program {_CERTIFICATE_MAKER} -s {store} -M 4MB
sslcrtd_children 2
tls_outgoing_options cafile={directory}/world-ca.pem
acl step1 at_step SslBump1
acl listed_name ssl::server_name "{directory}/listed"
acl listed_host dstdomain "{directory}/listed"
{tls}
http_access deny listed_host
http_access allow all
dns_nameservers {world.UPSTREAM}
cache deny all
access_log none
cache_log {directory}/cache.log
cache_store_log none
pid_filename {directory}/pid
coredump_dir {directory}
shutdown_lifetime 0 seconds
visible_hostname filter.example
""",
        encoding="utf-8",
    )
    subprocess.run(["chown", "-R", "proxy:proxy", str(directory)], check=True)
    made.undo.enter_context(
        made.gateway.running(
            [require_server("squid"), "-N", "-f", str(config)], log=made.directory / "squid.log", ready=_ready
        )
    )
    for family in ("ip", "ip6"):
        made.gateway.nft(
            f"""table {family} proxy {{
  chain lead {{
    type nat hook prerouting priority dstnat;
    iifname "lan" tcp dport 80 redirect to :3128
    iifname "lan" tcp dport 443 redirect to :3129
  }}
}}
"""
        )


def _readable(made: Site) -> Path:
    """A directory that a server may enter which gives up root; pytest's own are for root alone."""
    directory = Path(tempfile.mkdtemp(prefix="fwreal-squid-"))
    made.undo.callback(shutil.rmtree, directory, ignore_errors=True)
    directory.chmod(0o755)
    return directory


def _ready() -> bool:
    return all(connects(GATEWAY, port) for port in (3127, 3128, 3129))
