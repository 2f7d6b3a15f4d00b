"""BIND 9 with a response policy zone."""

from __future__ import annotations

from tests.conftest import require_server
from tests.real import world
from tests.real.filters.policyzone import policy_zone
from tests.real.filters.resolver import addresses, serve
from tests.real.scenario import Names
from tests.real.site import GATEWAY, Site


def policy(made: Site, names: Names) -> None:
    """One policy of RPZ for each group that is named by one."""
    directory = made.folder("bind")
    (directory / "rpz.zone").write_text(policy_zone(names), "utf-8")
    ipv6 = "; ".join(item for item in addresses(made) if item != GATEWAY)
    config = directory / "named.conf"
    config.write_text(
        f"""options {{
    directory "{directory}";
    pid-file "{directory}/pid";
    session-keyfile "{directory}/session.key";
    listen-on {{ {GATEWAY}; }};
    listen-on-v6 {{ {ipv6 or "none"}; }};
    forwarders {{ {world.UPSTREAM}; }};
    forward only;
    dnssec-validation no;
    allow-query {{ any; }};
    recursion yes;
    allow-recursion {{ any; }};
    response-policy {{ zone "rpz.local"; }};
}};
controls {{ }};
zone "rpz.local" {{ type primary; file "{directory}/rpz.zone"; allow-query {{ none; }}; }};
""",
        encoding="utf-8",
    )
    first = next(iter(names.values()))[0]
    serve(
        made,
        [require_server("named"), "-g", "-n", "1", "-c", str(config)],
        directory=directory,
        gone=first,
    )
