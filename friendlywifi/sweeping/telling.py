"""Tells a program which leaks opened and which closed since the baseline, in one call, or in none."""

from __future__ import annotations

import hashlib
from typing import Final, Literal

import httpx

from friendlywifi.mail.webhook import TIMEOUT_S, fault
from friendlywifi.sweeping.leaks import Leak, Past
from friendlywifi.sweeping.summary import Summary
from probes.records import Record, Time, encode

LISTED: Final = 1_000
"""Leaks of each kind that are named in a call."""


class News(Record):
    """What is sent."""

    schema: Literal["friendlywifi/sweep-news/1"] = "friendlywifi/sweep-news/1"
    list: str
    at: Time
    opened: tuple[Leak, ...]
    closed: tuple[Past, ...]
    opened_count: int
    closed_count: int


def news(summary: Summary) -> News | None:
    """What changed; `None`: nothing. Without a baseline every leak is new."""
    changes = summary.changes
    closed = changes.closed if changes else ()
    opened = changes.opened if changes else summary.leaks
    if not opened and not closed:
        return None
    return News(
        list=summary.list,
        at=summary.ended,
        opened=tuple(item for item in summary.listed if item.state != "still")[:LISTED],
        closed=closed[:LISTED],
        opened_count=opened,
        closed_count=len(closed),
    )


def tell(url: str, told: News, *, client: httpx.Client | None = None) -> str | None:
    """Calls once. Why it failed, or `None`. Redirects are not followed: they would carry names elsewhere."""
    wrong = fault(url)
    if wrong is not None:
        return wrong
    body = encode(told)
    headers = {"Content-Type": "application/json", "Idempotency-Key": hashlib.sha256(body).hexdigest()}
    try:
        with client or httpx.Client(trust_env=False, timeout=TIMEOUT_S) as calling:
            answer = calling.post(url, content=body, headers=headers, follow_redirects=False)
    except httpx.HTTPError as problem:
        return type(problem).__name__
    return None if answer.is_success else f"HTTP {answer.status_code}"
