"""What the exit code of each command means. `docs/exit-codes.md` is checked against this table."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """One meaning for every command, worded for each in `MEANINGS`."""

    YES = 0
    NO = 1
    USAGE = 2
    UNKNOWN = 3
    INTERRUPTED = 130


MEANINGS: dict[str, dict[Exit, str]] = {
    "check": {
        Exit.YES: "certifiable",
        Exit.NO: "provisional, conditional or not certifiable",
        Exit.UNKNOWN: "inconclusive: something that decides could not be known",
    },
    "sweep": {
        Exit.YES: "every name is blocked at every resolver",
        Exit.NO: "at least one name opens somewhere",
        Exit.UNKNOWN: "no name was seen to open, and not every one could be decided",
    },
    "verify": {
        Exit.YES: "genuine, in time, and from a recognised issuer",
        Exit.NO: "forged, edited, expired, suspended or withdrawn",
        Exit.UNKNOWN: "intact, but issuer or standard not recognised, the face of a PDF not comparable, "
        "or a required status not checked",
    },
    "certify request": {
        Exit.YES: "the request was written",
        Exit.NO: "a gate failed: what failed must be cured first",
        Exit.UNKNOWN: "not yet enough evidence, and it says what is missing",
    },
    "certify decide": {
        Exit.YES: "issued, or issued before",
        Exit.NO: "refused",
    },
    "certify record": {Exit.YES: "it is in the records", Exit.NO: "refused: not genuine, or not recognised"},
    "renew": {
        Exit.YES: "the request was written",
        Exit.NO: "a gate failed: what failed must be cured first",
        Exit.UNKNOWN: "not yet enough evidence, and it says what is missing",
    },
    "suspend": {Exit.YES: "done", Exit.NO: "refused: the life cycle does not allow it"},
    "reinstate": {Exit.YES: "done", Exit.NO: "refused: the life cycle does not allow it"},
    "withdraw": {Exit.YES: "done", Exit.NO: "refused: the life cycle does not allow it"},
    "keys retire": {
        Exit.YES: "the key has ended, and what fell is withdrawn",
        Exit.UNKNOWN: "only shown: nothing was changed",
    },
    "demo": {
        Exit.YES: "each emulated hotspot got its true outcome",
        Exit.NO: "one did not: that is a bug",
    },
    "reference build": {
        Exit.YES: "built",
        Exit.NO: "this vantage filters, so that nothing was built",
        Exit.UNKNOWN: "no network, a login page, or controls wrong: nothing was built",
    },
    "reference confirm": {
        Exit.YES: "all confirmed",
        Exit.NO: "a name changed, or this vantage filters",
        Exit.UNKNOWN: "something could not be told",
    },
    "serve": {
        Exit.YES: "stopped by SIGTERM; with --once all was done, with --due no visit is due",
        Exit.NO: "with --once something went wrong, with --due a visit is due",
    },
    "status": {
        Exit.YES: "every hotspot is well",
        Exit.NO: "one needs somebody, soon or now",
        Exit.UNKNOWN: "of one it is not known, or there is none",
    },
    "hotspot import": {Exit.YES: "every row was right", Exit.NO: "faults, each with row and column"},
    "records import": {Exit.YES: "all are in", Exit.NO: "one was refused, and it says why"},
    "records restore": {Exit.YES: "restored, or whole", Exit.NO: "the backup is not whole"},
    "records verify": {Exit.YES: "whole", Exit.NO: "something was changed, is damaged or gone"},
    "audit import": {Exit.YES: "no gap in the numbers", Exit.NO: "something is missing or refused"},
    "audit list": {Exit.YES: "no gap in the numbers", Exit.NO: "something is missing"},
    "audit replay": {Exit.YES: "all came out again", Exit.NO: "one did not, or was refused"},
    "bundle": {Exit.YES: "done", Exit.NO: "refused because something was changed"},
    "replay": {
        Exit.YES: "the same comes out again, or it was a what-if",
        Exit.NO: "refused because something was changed, or something else comes out",
    },
    "standards lint": {Exit.YES: "no fault", Exit.NO: "faults, each with file and line"},
    "targets lint": {Exit.YES: "no fault", Exit.NO: "faults, each with file and line"},
    "reminders due": {
        Exit.YES: "nothing needs a person",
        Exit.NO: "a letter was refused, is unknown, or has no reader",
    },
    "reminders send": {
        Exit.YES: "all that was due is sent",
        Exit.NO: "a letter needs a person",
        Exit.UNKNOWN: "the mail server could not be used; what was not sent is kept",
    },
    "doctor": {Exit.YES: "ready to check", Exit.NO: "something is in the way, and it says what"},
    "every command": {
        Exit.USAGE: "wrong usage or configuration, or an internal error",
        Exit.INTERRUPTED: "interrupted with Ctrl-C; nothing half-written is left",
    },
}
