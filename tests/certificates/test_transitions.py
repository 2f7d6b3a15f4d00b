"""The table of what may become of a certificate."""

from __future__ import annotations

from certificates.transitions import TRANSITIONS, EventKind, Role, Why


def test_the_program_alone_neither_reinstates_nor_issues_nor_gives_a_person_s_reason_to_withdraw() -> None:
    for row in TRANSITIONS:
        allowed = row.event in (EventKind.SUSPEND, EventKind.EXPIRE)
        for reason in row.reasons:
            if Role.PROGRAM in reason.who:
                assert allowed or reason.why is Why.SUSPENDED_TOO_LONG
