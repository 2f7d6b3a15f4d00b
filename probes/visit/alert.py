"""Which alert ended a handshake: the number of RFC 8446, 6.2, that tells one kind of filter from another.

Before keys are agreed an alert is readable on the wire; after that only OpenSSL saw it and gives its name.
"""

from __future__ import annotations

import re
import ssl

_HANDSHAKE = 22
_ALERT = 21
_CLOSE_NOTIFY = 0
_REASON = re.compile(r"^(?:SSLV3|TLSV1|TLSV13)_(?:ALERT_)?(?P<name>\w+)$")


def alert_on_the_wire(received: bytes) -> int | None:
    """The last alert among the plain records at the start of what a server sent (RFC 8446, 5.1 and 6).

    A `close_notify` is an end and no alert. The level is not looked at: TLS 1.3 ignores it, and filters
    send fatal alerts marked as warnings.
    """
    found: int | None = None
    offset = 0
    while offset + 5 <= len(received):
        kind, major = received[offset], received[offset + 1]
        length = int.from_bytes(received[offset + 3 : offset + 5])
        if kind not in (_HANDSHAKE, _ALERT) or major != 3:
            break  # application data or change_cipher_spec: whatever follows is encrypted
        body = received[offset + 5 : offset + 5 + length]
        # Two bytes: an encrypted alert is longer.
        if kind == _ALERT and length == 2 and len(body) == 2 and body[1] != _CLOSE_NOTIFY:
            found = body[1]
        offset += 5 + length
    return found


def alert_of_error(error: ssl.SSLError) -> int | None:
    """The alert that OpenSSL names as its reason, for instance `TLSV1_UNRECOGNIZED_NAME`."""
    match = _REASON.match(error.reason or "")
    if match is None:
        return None
    known = ssl.AlertDescription.__members__.get("ALERT_DESCRIPTION_" + match["name"])
    return None if known is None else int(known)
