"""Is an interface a VPN's or another tunnel? From `/sys/class/net/IF`, then from its name."""

from __future__ import annotations

import re
from pathlib import Path

from probes.vantage.programs import read_text

# include/uapi/linux/if_arp.h: ppp, tunnel, tunnel6, sit, ipgre, ip6gre, none (tun, WireGuard).
_TUNNELS = frozenset({"512", "768", "769", "776", "778", "823", "65534"})
_ETHERNET = "1"
_NAMES = re.compile(
    r"(tun|tap|wg|ppp|utun|ipsec|vti|gre|sit|nordlynx|nordtun|proton|mullvad|tailscale|zt|warp|vpn)",
    re.IGNORECASE,
)
_RADIO_DATA = "DEVTYPE=wwan"


def is_tunnel(interface: str, *, sys: Path = Path("/sys/class/net")) -> bool | None:
    """`None`: nothing is known of it but a name that says nothing."""
    folder = sys / interface
    event = read_text(folder / "uevent") or ""
    if "DEVTYPE=wireguard" in event or (folder / "tun_flags").exists():
        return True
    if _RADIO_DATA in event:
        # Mobile data has no link-layer header either, and is no tunnel.
        return False
    if _NAMES.match(interface):
        return True
    kind = (read_text(folder / "type") or "").strip()
    if kind in _TUNNELS:
        return True
    return False if kind == _ETHERNET else None
