"""Which network is this? Asked before and after a run: if the answer changed, so did what was measured.

Nothing is sent. Hardware addresses leave this module as keyed hashes only, so that a record can say "the
same access point" without saying which one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from probes.records import Vantage
from probes.vantage import routes
from probes.vantage.programs import output_of, read_text

_BSSID = re.compile(r"^Connected to ([0-9a-f]{2}(?::[0-9a-f]{2}){5})\b", re.IGNORECASE | re.MULTILINE)
_SSID = re.compile(r"^[ \t]+SSID: (.*)$", re.MULTILINE)
_ESCAPE = re.compile(rb"\\x([0-9a-fA-F]{2})|\\(.)")
_ETHERNET = "1"  # include/uapi/linux/if_arp.h, ARPHRD_ETHER

T = TypeVar("T")

AskRadio = Callable[[str], str | None]
"""From an interface to what `iw dev IF link` prints about it."""


def identity(
    *,
    key: bytes | None = None,
    interface: str | None = None,
    label: str | None = None,
    proc: Path = Path("/proc/net"),
    sys: Path = Path("/sys/class/net"),
    ask_radio: AskRadio | None = None,
) -> Vantage:
    """The network that this machine's traffic takes now, or that of `interface`.

    `key` belongs to the hotspot's records: under another key the same access point has another hash. Without
    one it is drawn anew for this process, so that before and after compare and two runs do not. Whatever
    cannot be read is `None`. May take as long as `iw` does (3 s at most).
    """
    key = key if key is not None else _passing_key()
    four = _read(proc / "route", routes.default_routes)
    six = _read(proc / "ipv6_route", routes.default_routes6)
    chosen = [
        route
        for found in (four, six)
        for route in found or ()
        if interface is None or route.interface == interface
    ]
    used = interface or (chosen[0].interface if chosen else None)
    gateway = next((route.gateway for route in chosen if route.gateway is not None), None)
    ssid, bssid = None, None
    wired = _wired(sys / used) if used is not None else None
    if used is not None and wired is False:
        ssid, bssid = parse_iw_link((ask_radio or _iw)(used) or "")
    arp = _read(proc / "arp", routes.neighbours) or {}
    hardware = arp.get((gateway, used)) if gateway is not None and used is not None else None
    return Vantage(
        interface=used,
        wired=wired,
        ssid=ssid,
        bssid=hash_hardware(bssid, key=key) if bssid is not None else None,
        gateway=gateway,
        gateway_mac=hash_hardware(hardware, key=key) if hardware is not None else None,
        ipv4=_both(_routed(four, interface), _read(proc / "fib_trie", routes.has_address)),
        ipv6=_both(_routed(six, interface), _read(proc / "if_inet6", routes.has_address6)),
        label=label,
    )


@cache
def _passing_key() -> bytes:
    return secrets.token_bytes(32)


def hash_hardware(address: str, *, key: bytes) -> str:
    """The first 16 hexadecimal digits of HMAC-SHA256 over the lower-case address."""
    return hmac.new(key, address.lower().encode(), hashlib.sha256).hexdigest()[:16]


def parse_iw_link(text: str) -> tuple[str | None, str | None]:
    """SSID and BSSID from `iw dev IF link`; `None` where it is not connected or the network is unnamed.

    `iw` escapes what is not printable ASCII by its hexadecimal byte; names are UTF-8 by custom, and decoded
    leniently.
    """
    bssid = _BSSID.search(text)
    if bssid is None:
        return None, None
    name = _SSID.search(text)
    return (_unescape(name[1]) or None) if name else None, bssid[1].lower()


def _unescape(text: str) -> str:
    def byte(match: re.Match[bytes]) -> bytes:
        return bytes([int(match[1], 16)]) if match[1] else match[2]

    return _ESCAPE.sub(byte, text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _wired(folder: Path) -> bool | None:
    """From `/sys/class/net/IF`: `False` for a radio, `True` for a cable, `None` for what is no device."""
    if (folder / "wireless").is_dir() or (folder / "phy80211").exists():
        return False
    kind = read_text(folder / "type")
    if kind is not None and kind.strip() == _ETHERNET and (folder / "device").exists():
        return True
    return None


def _iw(interface: str) -> str | None:
    return output_of("iw", "dev", interface, "link")


def _routed(found: tuple[routes.DefaultRoute, ...] | None, interface: str | None) -> bool | None:
    if found is None:
        return None
    return any(interface is None or route.interface == interface for route in found)


def _both(first: bool | None, second: bool | None) -> bool | None:  # noqa: FBT001 - two facts of one kind
    """Both, where `False` on either side settles it and otherwise the unknown stays unknown."""
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def _read(path: Path, parse: Callable[[str], T]) -> T | None:
    text = read_text(path)
    return None if text is None else parse(text)
