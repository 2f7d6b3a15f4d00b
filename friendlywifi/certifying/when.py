"""A time as a person gives it: a day, or a day and a time, of UTC where nothing else is said."""

from __future__ import annotations

from datetime import UTC, datetime

from friendlywifi.complaint import Complaint


def moment(text: str | None, *, option: str) -> datetime | None:
    """Like `2026-11-20` (its first second), `2026-11-20T14:30` or `2026-11-20T14:30+01:00`."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        given = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        return given.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Complaint(
            f"{option} {text}: give a day or a time, like 2026-11-20 or 2026-11-20T14:30Z"
        ) from None
