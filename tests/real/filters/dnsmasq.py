"""dnsmasq: what home routers and OpenWrt block with."""

from __future__ import annotations

from tests.conftest import require_server
from tests.real import world
from tests.real.filters.resolver import addresses, serve
from tests.real.scenario import Names
from tests.real.site import Site

FAMILY = "1.1.1.3"
"""A public resolver that keeps adult names away itself."""

_FORMS = {
    "nothing": ("address=/{name}/",),
    "hash": ("address=/{name}/#",),
    "zero": ("address=/{name}/0.0.0.0", "address=/{name}/::"),
    "zero_local": ("address=/{name}/0.0.0.0", "address=/{name}/::", "local=/{name}/"),
    "only_a": ("address=/{name}/0.0.0.0",),
    "loopback": ("address=/{name}/127.0.0.1", "address=/{name}/::1"),
    "private": ("address=/{name}/10.10.34.34", "address=/{name}/fd00::1034"),
    "local": ("local=/{name}/",),
    "refusing": ("server=/{name}/192.168.88.1#5",),
    "page": (
        f"address=/{{name}}/{world.BLOCKPAGE[0]}",
        f"address=/{{name}}/{world.BLOCKPAGE[1]}",
    ),
}


def before_family_resolver(made: Site, names: Names) -> None:
    """It filters nothing itself and asks a resolver elsewhere that does."""
    block(made, names, upstream=FAMILY)


def without_https_records(made: Site, names: Names) -> None:
    """It gives nobody an HTTPS record, of whatever name."""
    block(made, names, more="filter-rr=HTTPS")


def block(made: Site, names: Names, *, more: str = "", upstream: str = world.UPSTREAM) -> None:
    """A dnsmasq with one form of line for each group that is named by one."""
    directory = made.folder("dnsmasq")
    lines = [
        form.format(name=name)
        for label, group in names.items()
        for name in group
        for form in _FORMS.get(label, ())
    ]
    listen = "\n".join(f"listen-address={address}" for address in addresses(made))
    config = directory / "dnsmasq.conf"
    config.write_text(
        f"""no-resolv
no-hosts
bind-interfaces
{listen}
server={upstream}
user=root
pid-file={directory}/pid
cache-size=1000
dns-forward-max=500
{more}
"""
        + "\n".join(lines)
        + "\n",
        encoding="utf-8",
    )
    serve(made, [require_server("dnsmasq"), "-k", "-C", str(config)], directory=directory)
