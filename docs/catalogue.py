"""Brings the Albanian catalogue up to date with the sources. `python -m docs.catalogue`, then translate.

A test runs the same extraction and compares: a message that is not in the catalogue fails the build. How
`pybabel` does the same by hand is in docs/translating.md.
"""

from __future__ import annotations

import io
import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po, write_po
from typer.main import get_command

from friendlywifi.app import app
from friendlywifi.language.spoken import ALBANIAN, catalogue_text
from friendlywifi.language.teaching import sentences

ROOT = Path(__file__).parent.parent
FILE = ROOT / "friendlywifi" / "locale" / ALBANIAN / "LC_MESSAGES" / "friendlywifi.po"

_CREATED = datetime(2026, 11, 22, tzinfo=UTC)


@cache
def messages() -> Catalog:
    """Every message of the sources, by the table `[tool.babel]` of pyproject.toml."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]
    # The day of an extraction is of no interest, and would differ each time.
    found = Catalog(creation_date=_CREATED, msgid_bugs_address="")
    for mapping in table["mappings"]:
        keywords = parse_keywords(mapping["keywords"])
        options = {"trimmed": "true", "silent": "false"}
        for _, _, message, comments, context in extract_from_dir(
            ROOT, [(mapping["pattern"], mapping["method"])], {mapping["pattern"]: options}, keywords
        ):
            found.add(message, auto_comments=comments, context=context)
    for sentence in sentences(get_command(app)):
        found.add(sentence.replace("%", "%%"))
    return found


def updated(text: bytes) -> bytes:
    """The catalogue with what is new, without what is gone; nothing is guessed."""
    catalogue = read_po(io.BytesIO(text), locale=ALBANIAN)
    catalogue.update(messages(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    catalogue.msgid_bugs_address = ""
    out = io.BytesIO()
    write_po(out, catalogue, width=0, sort_output=True, no_location=True, omit_header=False)
    return out.getvalue()


def forms_of(message: Message) -> tuple[str, ...]:
    """The Albanian of a message: one text, or one for each form of the plural."""
    text = message.string
    return tuple(str(form or "") for form in text) if isinstance(text, list | tuple) else (str(text or ""),)


def untranslated(text: bytes) -> tuple[str, ...]:
    """The messages that lack their Albanian."""
    catalogue = read_po(io.BytesIO(text), locale=ALBANIAN)
    return tuple(str(message.id) for message in catalogue if message.id and not all(forms_of(message)))


if __name__ == "__main__":
    FILE.write_bytes(updated(catalogue_text(ALBANIAN)))
    for missing in untranslated(FILE.read_bytes()):
        print(missing)  # noqa: T201 - this is a command line
