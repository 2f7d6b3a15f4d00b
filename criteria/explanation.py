"""What a filter says about itself in an extended error's text (draft-ietf-dnsop-structured-dns-error).

The text is a stranger's: JSON is read leniently, what is not understood is left out, and nothing in it is
believed, opened or followed. It is shown, without anything that could move a terminal's cursor.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from probes.records import Ede, Record

LONGEST = 200
"""Characters that are shown of one field."""
_LARGEST = 4096
"""Characters of a text that are looked at."""
_SPEAKING = frozenset({4, 15, 16, 17, 18})
"""Codes by which a resolver speaks of a policy (RFC 8914, 4.5 and 4.16 to 4.19)."""


class Explanation(Record):
    """The fields of a text, or the text itself as `justification`; `None` is a field that is not there."""

    justification: str | None = None
    organisation: str | None = None
    contact: tuple[str, ...] = ()


def read(text: str) -> Explanation | None:
    """Of one extended error; `None`: it says nothing."""
    head = text[:_LARGEST].strip()
    if head.startswith("{"):
        try:
            found = json.loads(head, strict=False)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            contact = found.get("c")
            contacts = contact if isinstance(contact, list) else [contact]
            explanation = Explanation(
                justification=_text(found.get("j")),
                organisation=_text(found.get("o")),
                contact=tuple(shown for item in contacts[:4] if (shown := _text(item))),
            )
            return explanation if explanation != Explanation() else None
    return Explanation(justification=_text(head)) if _text(head) else None


def explanations(errors: Iterable[Ede]) -> tuple[Explanation, ...]:
    """Of the errors that speak of a policy, in their order."""
    found = (read(error.text) for error in errors if error.code in _SPEAKING)
    return tuple(item for item in found if item is not None)


def sentence(item: Explanation) -> str:
    """What was said, in quotation marks, with who said it of themselves and whom they name."""
    parts = [f'"{item.justification}"'] if item.justification else []
    parts += [f'organisation "{item.organisation}"'] if item.organisation else []
    parts += [f'contact "{contact}"' for contact in item.contact]
    return ", ".join(parts)


def _text(value: object) -> str | None:
    """A text made fit to be shown; `None` where it is none, or empty."""
    if not isinstance(value, str):
        return None
    shown = "".join(char if char.isprintable() and char != '"' else " " for char in value[: 2 * LONGEST])
    return " ".join(shown.split())[:LONGEST] or None
