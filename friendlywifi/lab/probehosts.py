"""What the vendors' captive-portal probes get on a network that is open: host, path, status, type and body.

A portal is seen by anything else than this. Sources: the vendors' own clients.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_APPLE = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>\n"
_FIREFOX = '<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'
_NETWORKMANAGER = "NetworkManager is online\n"

Expected = tuple[int, str]
"""Status and body."""

PROBE_HOSTS: Mapping[str, Mapping[str, Expected]] = MappingProxyType(
    {
        "connectivitycheck.gstatic.com": {"/generate_204": (204, "")},
        "clients3.google.com": {"/generate_204": (204, "")},
        "www.gstatic.com": {"/generate_204": (204, "")},
        "cp.cloudflare.com": {"/generate_204": (204, ""), "/": (204, "")},
        "edge-http.microsoft.com": {"/captiveportal/generate_204": (204, "")},
        "captive.apple.com": {"/hotspot-detect.html": (200, _APPLE), "/": (200, _APPLE)},
        "www.apple.com": {"/library/test/success.html": (200, _APPLE)},
        "www.msftconnecttest.com": {"/connecttest.txt": (200, "Microsoft Connect Test")},
        "ipv6.msftconnecttest.com": {"/connecttest.txt": (200, "Microsoft Connect Test")},
        "www.msftncsi.com": {"/ncsi.txt": (200, "Microsoft NCSI")},
        "detectportal.firefox.com": {
            "/canonical.html": (200, _FIREFOX),
            "/success.txt": (200, "success\n"),
        },
        "nmcheck.gnome.org": {"/check_network_status.txt": (200, _NETWORKMANAGER)},
        "fedoraproject.org": {"/static/hotspot.txt": (200, "OK")},
        "connectivity-check.ubuntu.com": {"/": (204, "")},
    }
)
"""By host, then by path without its query."""
