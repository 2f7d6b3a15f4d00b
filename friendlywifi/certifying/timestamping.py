"""An authority for times, asked over HTTP (RFC 3161, 3.4). What goes wrong is raised: a PDF does without."""

from __future__ import annotations

import ssl
import time

import certifi
import httpx

from certificates.pades import Timestamp

WITHIN = 10.0
"""Seconds for the whole answer: a person waits for the certificate."""

MAX_ANSWER = 64 * 1024
_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"


def authority(url: str, *, within: float = WITHIN) -> Timestamp:
    """Asks that address. Plain http is common and enough: the answer is signed, and of this question."""

    def ask(request: bytes) -> bytes:
        until = time.monotonic() + within
        context = ssl.create_default_context(cafile=certifi.where())
        with (
            httpx.Client(trust_env=False, timeout=within, verify=context) as client,
            client.stream("POST", url, content=request, headers={"content-type": _QUERY}) as response,
        ):
            if response.status_code != 200 or response.headers.get("content-type") != _REPLY:
                # A login page answers, too.
                raise OSError(f"it answered {response.status_code} and no time stamp")
            found = b""
            for part in response.iter_bytes(4096):
                found += part
                if len(found) > MAX_ANSWER or time.monotonic() > until:
                    raise OSError("its answer is too long, or took too long")
        return found

    return ask
