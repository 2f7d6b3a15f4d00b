"""Does this machine ask encrypted, past the network's resolver? Settings of system and browsers. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

_STRICT = frozenset({"yes", "true", "1", "on"})
_LINK = re.compile(r"^(?:Global|Link \d+ \(([^)\n]*)\)): *(\S+)", re.MULTILINE)


def resolved_conf(text: str) -> str | None:
    """`DNSOverTLS=` of resolved.conf(5); `None`: not set; an empty one takes back an earlier one.

    `opportunistic` still asks the network's own resolver and is no difference.
    """
    found: str | None = None
    section = ""
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith("["):
            section = bare
        name, equals, value = bare.partition("=")
        if section == "[Resolve]" and equals and name.strip() == "DNSOverTLS":
            found = value.strip().lower() or "no"
    return found


def is_strict(value: str | None) -> bool:
    """Whether the system insists on encryption: then it asks nobody who cannot do it."""
    return value in _STRICT


def resolvectl_strict(text: str) -> tuple[str, ...]:
    """`resolvectl dnsovertls`: the links that insist on it, the machine itself as `Global`."""
    return tuple(link or "Global" for link, value in _LINK.findall(text) if is_strict(value.lower()))


def browser_policy(text: str) -> str | None:
    """The part of a Firefox or Chromium policy that sends names elsewhere; `None` where there is none."""
    try:
        policy: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(policy, dict):
        return None
    mode = policy.get("DnsOverHttpsMode")
    if mode in ("secure", "automatic") and (mode == "secure" or policy.get("DnsOverHttpsTemplates")):
        return f"DnsOverHttpsMode {mode}"
    inner = policy.get("policies")
    firefox = inner.get("DNSOverHTTPS") if isinstance(inner, dict) else None
    if isinstance(firefox, dict) and firefox.get("Enabled") is True:
        return "DNSOverHTTPS enabled"
    return None
