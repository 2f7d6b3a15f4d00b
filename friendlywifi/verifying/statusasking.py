"""Was this certificate suspended or withdrawn? Asked of a file, or of the issuer's register over https."""

from __future__ import annotations

import ssl
import time
from pathlib import Path

import certifi
import httpx

from certificates.statement import MAX_FILE
from friendlywifi import files

WITHIN = 10.0
"""Seconds for the whole answer: whoever stands at a door waits for it."""


def asked(where: str, *, number: str, context: ssl.SSLContext | None = None) -> bytes | str:
    """The answer as it came, or a sentence why there is none. `{number}` in an address is the certificate's.

    `context`: whom to trust for https; `None`: the public authorities. Complains where a file is missing.
    """
    if "://" not in where:
        return files.read_bytes(Path(where), what="the status", largest=MAX_FILE)
    url = where.replace("{number}", number)
    if not url.startswith("https://"):
        return "Its status was not asked: the address is not one of https."
    until = time.monotonic() + WITHIN
    try:
        with (
            httpx.Client(trust_env=False, timeout=WITHIN, verify=context or _public()) as client,
            client.stream("GET", url, headers={"accept": "application/json"}) as response,
        ):
            if response.status_code != 200:
                # A login page answers, too: no redirect is followed to it.
                return f"Its status could not be asked: the register answered {response.status_code}."
            return _body(response, until)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return f"Its status could not be asked: {str(error) or type(error).__name__}."


def _body(response: httpx.Response, until: float) -> bytes | str:
    found = b""
    for part in response.iter_bytes(4096):
        found += part
        if len(found) > MAX_FILE:
            return "Its status could not be asked: the answer is far too long to be one."
        if time.monotonic() > until:
            return "Its status could not be asked: the answer took too long."
    return found


def _public() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())
