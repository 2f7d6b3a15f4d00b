"""How a time stands in the records: RFC 3339 in UTC, whole seconds, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime


def written(time: datetime) -> str:
    """Like `2026-11-22T09:00:00Z`. The time must be aware."""
    if time.tzinfo is None:
        raise ValueError("a time without a zone")
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def read(text: str) -> datetime:
    """Back from that form, and from no other. A tick reads thousands of them."""
    if len(text) != len("2026-11-22T09:00:00Z") or (text[4], text[7], text[10], text[19]) != tuple("--TZ"):
        raise ValueError(f"no time of the records: {text!r}")
    return datetime.fromisoformat(text)
