"""A list of hotspots out of a spreadsheet: what is new, what is here already, and every fault by its cell.

Pure: what is in the records already is handed in, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

import msgspec

from friendlywifi.complaint import Complaint
from friendlywifi.records.hotspot_columns import COLUMNS, Column, column_of, folded, headings, ignored
from friendlywifi.records.hotspot_form import Problem, read_form, written_form
from friendlywifi.records.hotspots import Hotspot, Role, fold, slug
from friendlywifi.records.spreadsheet import Row, column_letter
from probes.records import Record


class CellFault(Record):
    """One fault, where a person finds it in the spreadsheet."""

    row: int
    column: str
    """Its letter; empty where the whole row is meant."""
    heading: str
    text: str
    why: str


class Sheet(Record):
    """What a list came to."""

    new: tuple[Hotspot, ...]
    changed: tuple[Hotspot, ...]
    """Here already, with other facts."""
    known: tuple[Hotspot, ...]
    """Here already, as written."""
    faults: tuple[CellFault, ...]
    wrong_rows: int


def read_sheet(
    rows: tuple[Row, ...],
    *,
    name: str,
    present: Iterable[Hotspot],
    standards: Collection[str],
    update: bool,
) -> Sheet:
    """Every row looked at, whatever the others are. Complains where the headings cannot be understood.

    `update`: rows of hotspots that are here change them; without it such a row is a fault.
    """
    if not rows:
        raise Complaint(f"{name} is empty; friendlywifi hotspot import --template prints the headings")
    columns, last = _columns(rows[0], name)
    here = {hotspot.id: hotspot for hotspot in present}
    names = {fold(hotspot.name): hotspot for hotspot in here.values()}
    taken: dict[str, int] = {}
    new: list[Hotspot] = []
    changed: list[Hotspot] = []
    known: list[Hotspot] = []
    faults: list[CellFault] = []
    for row in rows[1:]:
        where = _Where(row, columns, last=last)
        fields = where.fields
        called = fields.get("name", "")
        before = here.get(fields.get("id") or slug(called)) or names.get(fold(called))
        if before is not None:
            # A column that the list does not have leaves what is here.
            fields = {**written_form(before), **fields, "id": fields.get("id") or before.id}
        found = read_form(fields, standards=standards)
        problems = [*where.beyond, *_twice(fields, row, taken)]
        if isinstance(found, Hotspot):
            after = found if before is None else _with_the_rest(found, before)
            if before is not None and after != before and not update:
                problems.append(_differs(after, before))
            if not problems:
                (new if before is None else known if after == before else changed).append(after)
        else:
            problems += found
        faults += sorted((where.fault(problem) for problem in problems), key=where.order)
    return Sheet(
        new=tuple(new),
        changed=tuple(changed),
        known=tuple(known),
        faults=tuple(faults),
        wrong_rows=len({fault.row for fault in faults}),
    )


class _Where:
    """One row with its cells by field, and how a fault in it is named."""

    def __init__(self, row: Row, columns: Mapping[int, Column], *, last: int) -> None:
        self.row = row
        self.columns = columns
        self.fields = {
            column.field: row.cells[index] for index, column in columns.items() if index < len(row.cells)
        }
        self.beyond = [
            Problem(field="", text=cell, why=f"stands in column {column_letter(index)}, which has no heading")
            for index, cell in enumerate(row.cells)
            if cell and index > last
        ]

    def order(self, fault: CellFault) -> tuple[int, str]:
        """As a person reads a row."""
        return len(fault.column), fault.column

    def fault(self, problem: Problem) -> CellFault:
        index = next((at for at, column in self.columns.items() if column.field == problem.field), None)
        return CellFault(
            row=self.row.number,
            column="" if index is None else column_letter(index),
            heading=problem.field.replace("_", " "),
            text=problem.text,
            why=problem.why,
        )


def _columns(headings_row: Row, name: str) -> tuple[dict[int, Column], int]:
    """The columns by their place, and the place of the last heading. Complains of every wrong one at once."""
    found: dict[int, Column] = {}
    wrong = []
    for index, heading in enumerate(headings_row.cells):
        column = column_of(heading)
        if column is None:
            if not ignored(heading):
                near = get_close_matches(folded(heading), headings(), n=1)
                hint = f" (did you mean “{near[0]}”?)" if near else ""
                wrong.append(f"column {column_letter(index)} “{heading}” is not known{hint}")
        elif column in found.values():
            wrong.append(f"column {column_letter(index)} “{heading}” stands twice")
        else:
            found[index] = column
    missing = [column for column in COLUMNS if column.needed and column not in found.values()]
    wrong += [f"there is no column “{column.heading}” ({column.means})" for column in missing]
    if wrong:
        raise Complaint(
            f"{name}, row {headings_row.number}: {'; '.join(wrong)}. A column for your own notes may be "
            "called “notes”; friendlywifi hotspot import --template prints every heading. "
            "Nothing was imported"
        )
    return found, max(index for index, heading in enumerate(headings_row.cells) if heading)


def _twice(fields: Mapping[str, str], row: Row, taken: dict[str, int]) -> list[Problem]:
    """Whether a row above speaks of the same one; looked at in rows with other faults too."""
    name = fields.get("name", "")
    for field, text in (("id", fields.get("id") or slug(name)), ("name", fold(name))):
        before = taken.setdefault(f"{field} {text}", row.number) if text else row.number
        if before != row.number:
            return [Problem(field="name", text=name, why=f"stands in row {before} too")]
    return []


def _with_the_rest(found: Hotspot, before: Hotspot) -> Hotspot:
    """What a list has no column for stays: the identity, and every contact beyond the first of a kind."""
    firsts = {item for role in (Role.OPERATOR, Role.PROVIDER) for item in before.emails(role)[:1]}
    rest = tuple(item for item in before.contacts if item not in firsts and item not in found.contacts)
    return msgspec.structs.replace(found, identity=before.identity, contacts=(*found.contacts, *rest))


def _differs(after: Hotspot, before: Hotspot) -> Problem:
    fields = [
        field.replace("_", " ")
        for field in after.__struct_fields__
        if getattr(after, field) != getattr(before, field)
    ]
    return Problem(
        field="id",
        text=after.id,
        why=f"{before.name} is here already with another {', '.join(fields)}; --update changes it",
    )
