"""The page about the life of a certificate, with its picture: the table of `certificates.transitions`."""

from __future__ import annotations

from html import escape

from certificates.lifecycle import FINAL, OPEN
from certificates.records import Status
from certificates.transitions import TRANSITIONS, EventKind, Needs, Role, Transition

WHO = {
    Role.DECIDER: "a person who decides",
    Role.CERTIFIER: "a person of the issuer",
    Role.PROGRAM: "the program",
}

NEEDS = {
    Needs.CLOCK: "the time alone",
    Needs.DECISION: "the digest of the request that was decided about",
    Needs.FAILED_RUN: "a run in which it failed",
    Needs.GOOD_RUN: "a run made since then that passes every gate, and none that failed after it",
    Needs.WORDS: "a sentence that says what happened",
    Needs.SUCCESSOR: "the number of the new certificate",
}

PLACES: dict[Status | None, tuple[int, int]] = {
    None: (20, 205),
    Status.PROVISIONAL: (150, 90),
    Status.VALID: (150, 290),
    Status.SUSPENDED: (370, 190),
    Status.WITHDRAWN: (660, 90),
    Status.EXPIRED: (660, 190),
    Status.SUPERSEDED: (660, 290),
}
"""Left edge and upper edge of each box."""

WIDTH, HEIGHT = 130, 40
FRAME = (118, 62, 410, 296)
"""Around the statuses from which something can still become: left, top, width, height."""


def page() -> str:
    """The whole page."""
    text = (
        "# The life of a certificate\n\n![Statuses and what leads from one to the next]"
        "(images/life-cycle.svg)\n\nEverything that may happen to a certificate is in the table below. What "
        "is not in it is refused: by the program, and once more by the file that holds the records. Every "
        "change is one entry in the journal, which is a chain of hashes.\n\n"
        "- A suspension can be taken back. Withdrawn, expired and superseded are final.\n"
        "- A reinstatement gives back what was issued, and never more: a provisional certificate becomes a "
        "valid one by a new certificate alone.\n"
        "- A suspension that lasts longer than the standard allows (183 days in `baseline`) is a "
        "withdrawal, dated when it fell due.\n"
        "- A renewal is a new certificate from fresh evidence. It supersedes the one before at the second in "
        "which it begins: there is no gap, and no hotspot has two.\n\n"
        "| from | event | to | reason | who | shown with |\n|---|---|---|---|---|---|\n"
    )
    return text + "".join(_rows(_merged()))


def _merged() -> list[tuple[str, Transition]]:
    """Rows that differ in nothing but where they begin are one row of the page."""
    merged: list[tuple[list[str], Transition]] = []
    for row in TRANSITIONS:
        same = next(
            (
                item
                for item in merged
                if (item[1].event, item[1].end, item[1].reasons) == (row.event, row.end, row.reasons)
            ),
            None,
        )
        name = "(nothing)" if row.start is None else row.start.value
        if same is None:
            merged.append(([name], row))
        else:
            same[0].append(name)
    return [(", ".join(names), row) for names, row in merged]


def _rows(rows: list[tuple[str, Transition]]) -> list[str]:
    return [
        f"| {names} | {row.event.value} | {row.end.value} | `{reason.why.value}` {reason.says} "
        f"| {', '.join(WHO[role] for role in reason.who)} | {NEEDS[reason.needs]} |\n"
        for names, row in rows
        for reason in row.reasons
    ]


def picture() -> str:
    """The statuses as boxes, and an arrow for each way from one to another."""
    ways = sorted({(row.start, row.end, row.event) for row in TRANSITIONS}, key=str)
    shared = {
        (end, event)
        for _, end, event in ways
        if {start for start, *way in ways if way == [end, event]} == OPEN
    }
    arrows = "".join(_arrow(start, end, event) for start, end, event in ways if (end, event) not in shared)
    # What can happen to any of them leaves from the frame around all.
    arrows += "".join(_leaving(end, event) for end, event in sorted(shared))
    boxes = "".join(_box(status, left, top) for status, (left, top) in PLACES.items())
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 420" role="img" '
        'aria-label="The statuses of a certificate and the ways between them" '
        'font-family="DejaVu Sans, Verdana, sans-serif" font-size="14">\n'
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto-start-reverse"><path d="M0 0 8 4 0 8Z" fill="#4a5568"/></marker></defs>\n'
        f'<rect width="820" height="420" fill="#fbfaf7"/>\n{_frame()}{arrows}{boxes}</svg>\n'
    )


def _frame() -> str:
    left, top, width, height = FRAME
    return (
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="14" fill="none" stroke="#8a94a6" '
        'stroke-width="1.5" stroke-dasharray="5 5"/>\n'
    )


def _box(status: Status | None, left: int, top: int) -> str:
    if status is None:
        return f'<circle cx="{left + 14}" cy="{top + 14}" r="12" fill="#14213d"/>\n'
    fill, stroke, line = "#e6f2f0", "#0b5351", "2"
    if status is Status.PROVISIONAL:
        fill, stroke = "#fdf1dc", "#8a4b08"
    elif status is Status.SUSPENDED:
        fill, stroke = "#fff", "#c2185b"
    elif status in FINAL:
        fill, stroke, line = "#e9e7e1", "#14213d", "4"
    return (
        f'<rect x="{left}" y="{top}" width="{WIDTH}" height="{HEIGHT}" rx="8" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="{line}"/><text x="{left + WIDTH // 2}" y="{top + 25}" '
        f'text-anchor="middle" fill="#14213d">{escape(status.value)}</text>\n'
    )


def _arrow(start: Status | None, end: Status, event: EventKind) -> str:
    (x1, y1), (x2, y2) = _edge(start, end), _edge(end, start)
    # There and back are two lines.
    lift = 9 if event is EventKind.REINSTATE else -9 if end is Status.SUSPENDED else 0
    y1, y2 = y1 + lift, y2 + lift
    colour = "#c2185b" if event is EventKind.SUSPEND else "#0b5351" if end not in FINAL else "#4a5568"
    return _line((x1, y1), (x2, y2), event.value, colour, below=lift > 0)


def _leaving(end: Status, event: EventKind) -> str:
    left, top = PLACES[end]
    right = FRAME[0] + FRAME[2]
    return _line((right, top + HEIGHT // 2), (left, top + HEIGHT // 2), event.value, "#4a5568", below=False)


def _line(start: tuple[int, int], end: tuple[int, int], label: str, colour: str, *, below: bool) -> str:
    (x1, y1), (x2, y2) = start, end
    height = (y1 + y2) // 2 + (16 if below else -6)
    return (
        f'<path d="M{x1} {y1}L{x2} {y2}" fill="none" stroke="{colour}" stroke-width="1.5" '
        f'marker-end="url(#head)"/><text x="{(x1 + x2) // 2}" y="{height}" text-anchor="middle" '
        f'fill="{colour}" font-size="12" stroke="#fbfaf7" stroke-width="4" paint-order="stroke">'
        f"{label}</text>\n"
    )


def _edge(status: Status | None, other: Status | None) -> tuple[int, int]:
    """Where a line to another status leaves the box, or reaches it."""
    left, top = PLACES[status]
    if status is None:
        return left + 26, top + 14
    right_of = PLACES[other][0] > left
    return (left + WIDTH if right_of else left), top + HEIGHT // 2
