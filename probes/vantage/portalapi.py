"""What does the network itself say about its portal? The captive portal API (RFC 8908), one request.

Only an address that the network gave is asked (RFC 8910, option 114), over TLS that verifies against the
pinned public store.
"""

from __future__ import annotations

import json
import ssl
from typing import Any

import certifi
import httpx

_TYPE = "application/captive+json"
_DEADLINE = 5.0
_LARGEST = 64 * 1024


def ask_api(uri: str, *, context: ssl.SSLContext | None = None) -> bool | None:
    """Whether the network says that it holds this device; `None`: it did not say."""
    context = context or ssl.create_default_context(cafile=certifi.where())
    try:
        with (
            httpx.Client(trust_env=False, verify=context, timeout=_DEADLINE) as client,
            client.stream("GET", uri, headers={"Accept": _TYPE}) as response,
        ):
            body = b""
            for part in response.iter_bytes():
                body += part
                if len(body) > _LARGEST:
                    return None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        return None
    if response.status_code != 200:
        return None
    return parse_captive(body)


def parse_captive(body: bytes) -> bool | None:
    """RFC 8908, 5: an object whose `captive` is a boolean."""
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    captive = said.get("captive") if isinstance(said, dict) else None
    return captive if isinstance(captive, bool) else None
