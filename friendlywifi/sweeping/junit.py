"""A sweep as JUnit XML, for CI: one case for the whole, and one that fails for each leak.

There is no official schema; this is the part that all readers share. What could not be known is an error and
never a pass.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree as ET

from friendlywifi.exitcodes import Exit
from friendlywifi.sweeping.summary import Summary

CASES: Final = 1_000
"""Leaks that have a case of their own; CI systems refuse larger files."""

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0, 2.2: these may not even be escaped."""


def render(summary: Summary) -> bytes:
    leaks = summary.listed[:CASES]
    undecided = summary.exit is Exit.UNKNOWN
    counts = {
        "tests": str(1 + len(leaks)),
        "failures": str(len(leaks) + bool(summary.leaks)),
        "errors": str(int(undecided)),
        "skipped": "0",
    }
    root = ET.Element("testsuites", counts, name="friendlywifi")
    seconds = (summary.ended - summary.started).total_seconds()
    suite = ET.SubElement(
        root,
        "testsuite",
        counts,
        name=_clean(f"sweep of {summary.list}"),
        timestamp=summary.started.strftime("%Y-%m-%dT%H:%M:%S"),
        time=f"{seconds:.3f}",
    )
    whole = ET.SubElement(
        suite, "testcase", classname="sweep", name="every name is blocked", time=f"{seconds:.3f}"
    )
    told = _told(summary)
    if summary.leaks:
        ET.SubElement(whole, "failure", type="leaks", message=f"{summary.leaks} leaks").text = told
    elif undecided:
        message = "no name was seen to open, and not every one could be decided"
        ET.SubElement(whole, "error", type="undecided", message=message).text = told
    else:
        ET.SubElement(whole, "system-out").text = told
    for leak in leaks:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=_clean(leak.resolver),
            name=_clean(f"{leak.name} {leak.type}"),
            time="0",
        )
        failure = ET.SubElement(
            case,
            "failure",
            type=leak.state or "leak",
            message=_clean(f"{leak.name} opens at {leak.resolver}"),
        )
        addresses = " ".join(leak.addresses)
        failure.text = _clean(f"id {leak.id}\nrule {leak.rule}\nsince {leak.since.isoformat()}\n{addresses}")
    ET.indent(root)
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _told(summary: Summary) -> str:
    undecided = sum(lane.inconclusive for lane in summary.lanes)
    lines = [
        f"{summary.names} names, {len(summary.resolvers)} resolvers, {summary.leaks} leaks",
        f"{undecided} undecided, {summary.not_decidable} not decidable, {summary.unread} lines not read",
    ]
    if summary.leaks > CASES:
        lines.append(f"only the first {CASES} leaks have a case of their own")
    if summary.changes:
        changes = summary.changes
        lines.append(
            f"since the baseline {changes.opened} opened and {len(changes.closed)} closed, "
            f"{changes.still} are still open"
        )
    lines += [f"{count} by {rule}" for rule, count in summary.undecided]
    return _clean("\n".join(lines))


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
