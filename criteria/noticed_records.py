"""What the HTTPS records of blocked names give away. None of it decides a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from criteria.bindings import HTTPS, bindings
from criteria.records import Finding, Outcome, Verdict
from criteria.telling import count, witnesses
from probes.records import Kind, RouteKind, Stage

if TYPE_CHECKING:
    from criteria.fitness import Soundness


def record_findings(sound: Soundness, verdicts: Sequence[Verdict]) -> tuple[Finding, ...]:
    """Names that are read in the handshake and come with a key by which browsers may hide them (ECH)."""
    read = {
        verdict.target
        for verdict in verdicts
        if any(cell.outcome is Outcome.BLOCKED and cell.stage is Stage.TLS for cell in verdict.cells)
    }
    found: dict[str, list[str]] = {}
    for question, look in sound.looks.at(Kind.ROUTE):
        if question.route is not RouteKind.HTTPS_RECORD or question.subject not in read:
            continue
        if look.dns is not None and any(item.ech for item in bindings(look.dns, HTTPS)):
            found.setdefault(question.subject, []).append(look.dns.id)
    if not found:
        return ()
    text = (
        f"{count(len(found), 'name')} came with a key for Encrypted Client Hello, and the filter stops the "
        "handshake: browsers that encrypt the name may pass. Whether they do is not known here, since this "
        "program does not encrypt it."
    )
    return (Finding(id="ech_offered", text=text, witnesses=witnesses(found.values())),)
