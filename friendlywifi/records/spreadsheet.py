"""Rows out of what a spreadsheet saved as CSV. Pure: bytes in, rows with their numbers out.

RFC 4180 as spreadsheets write it: a byte-order mark, commas or semicolons as the country has it, line breaks
inside quotes. Rows are numbered as the spreadsheet numbers them, not by lines.
"""

from __future__ import annotations

import codecs
import csv
import io

from friendlywifi.complaint import Complaint
from friendlywifi.formats.table import safe
from probes.records import Record

_OTHER_FILES = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"SQLite format 3")
"""How files begin that somebody picked by mistake: to speak of their encoding would lead astray."""

_DELIMITERS = (";", ",", "\t")


class Row(Record):
    """One row that is not empty."""

    number: int
    """From 1, as the spreadsheet shows it; the headings are a row too."""
    cells: tuple[str, ...]


def rows_of(data: bytes, *, name: str) -> tuple[Row, ...]:
    """Every row that holds something, headings first. Complains where it is no CSV in UTF-8."""
    text = _text(data, name)
    first = text.split("\n", 1)[0]
    skipped = 0
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        # A line of Excel's own that names the separator; it is row 1 to nobody.
        delimiter, text, skipped = first.strip()[4], text.split("\n", 1)[1] if "\n" in text else "", 1
    else:
        delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found = []
    try:
        for number, cells in enumerate(reader, start=1):
            stripped = tuple(_cell(cell) for cell in cells)
            if any(stripped):
                found.append(Row(number=number, cells=stripped))
    except csv.Error as error:
        raise Complaint(
            f"{name}, near line {reader.line_num + skipped}: {error}; is a quotation mark missing?"
        ) from None
    return tuple(found)


def column_letter(index: int) -> str:
    """The name of a column as a spreadsheet shows it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _text(data: bytes, name: str) -> str:
    if data.startswith(_OTHER_FILES):
        raise Complaint(
            f"{name} is no spreadsheet: it is a PDF, a picture or another file; save the list as “CSV UTF-8”"
        )
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Complaint(
            f"{name} is a workbook, not a CSV file; in Excel: Save As, “CSV UTF-8 (Comma delimited)”"
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # What Excel calls “Unicode Text”.
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Complaint(f"{name} begins as UTF-16 text and is none (byte {error.start})") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Complaint(_not_utf8(data, error.start, name)) from None
    if "\0" in text:
        raise Complaint(f"{name} is no text file")
    return text


def _not_utf8(data: bytes, at: int, name: str) -> str:
    """Guessing would put a wrong letter on a certificate; the word in question shows what happened."""
    line = data.count(b"\n", 0, at) + 1
    start = max(data.rfind(sign, 0, at) for sign in (b" ", b",", b";", b"\n", b"\t", b'"')) + 1
    ends = [end for sign in b' ,;\r\n\t"' if (end := data.find(bytes([sign]), at)) >= 0]
    word = data[start : min(ends, default=len(data))][:40].decode("cp1252", "replace")
    return (
        f"{name} is not UTF-8 (line {line}, at “{word}”): it was probably saved as plain “CSV”, which is "
        "Windows-1252. In Excel: Save As, “CSV UTF-8 (Comma delimited)”. Nothing was imported"
    )


def _delimiter(text: str) -> str:
    """The one that the headings are divided by: outside of quotes the most frequent."""
    counts = dict.fromkeys(_DELIMITERS, 0)
    quoted = False
    for char in text:
        if char == '"':
            quoted = not quoted
        elif char == "\n" and not quoted:
            break
        elif char in counts and not quoted:
            counts[char] += 1
    return max(_DELIMITERS, key=lambda sign: counts[sign])


def _cell(cell: str) -> str:
    """Without spaces around it, and without the apostrophe that `quoted` put before it."""
    bare = cell.strip()
    return bare[1:] if bare.startswith("'") and quoted(bare[1:]) == bare else bare


def quoted(cell: str) -> str:
    """A cell that a spreadsheet does not calculate, and that is read back as it was."""
    return f"'{cell}" if cell.startswith("'") else safe(cell)
