"""Captive portals: a web server on the gateway to which everybody is led who has not logged in."""

from __future__ import annotations

import functools

from probes.network import endpoint
from tests.conftest import require_server
from tests.real import world
from tests.real.filters import dnsmasq, unbound
from tests.real.filters.firewall import Start, both, chain
from tests.real.filters.resolver import addresses
from tests.real.namespaces import connects
from tests.real.scenario import Names
from tests.real.site import GATEWAY, Site


def web(
    made: Site, _names: Names, *, port: int = 80, answer: str = "return 302 http://login.example/"
) -> None:
    """A login page on the gateway."""
    directory = made.folder("portal")
    listen = "\n".join(f"    listen {endpoint(address, port)};" for address in addresses(made))
    config = directory / "nginx.conf"
    config.write_text(
        f"""daemon off;
user root;
pid {directory}/pid;
error_log {directory}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  default_type text/html;
  server {{
{listen}
    location / {{ {answer}; }}
  }}
}}
""",
        encoding="utf-8",
    )

    command = [require_server("nginx"), "-e", "stderr", "-p", str(directory), "-c", str(config)]
    made.undo.enter_context(
        made.gateway.running(command, log=directory / "log", ready=functools.partial(connects, GATEWAY, port))
    )


def over_http(*, lets_by: tuple[str, ...] = ()) -> Start:
    """Names are answered as ever; port 80 leads to the login page, port 443 is reset, except to `lets_by`."""

    def start(made: Site, _names: Names) -> None:
        for family in ("ip", "ip6"):
            free = [address for address in lets_by if (":" in address) is (family == "ip6")]
            spared = "".join(f"    {family} daddr {address} accept\n" for address in free)
            made.gateway.nft(
                f"""table {family} portal {{
  chain lead {{
    type nat hook prerouting priority dstnat;
{spared}    iifname "lan" tcp dport 80 redirect to :80
  }}
  chain shut {{
    type filter hook forward priority filter;
{spared}    iifname "lan" tcp dport 443 reject with tcp reset
    iifname "lan" drop
  }}
}}
"""
            )

    return both(unbound.plain, web, start)


def over_dns(made: Site, names: Names) -> None:
    """Every name has the portal's address."""
    dnsmasq.block(made, names, more=f"address=/#/{GATEWAY}\naddress=/#/{made.gateway6}")
    web(made, names, answer="return 200 '<html><body>Please log in.</body></html>'")
    made.gateway.nft(chain('iifname "lan" oifname "wan" drop'))


def lets_probes_by() -> Start:
    """A portal that special-cases the vendors' probes, so that devices believe to be online."""
    return over_http(lets_by=world.PROBES)
