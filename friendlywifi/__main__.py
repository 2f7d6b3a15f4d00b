"""The program from its first line to its exit code: whatever happens, one clear sentence and no traceback."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from friendlywifi.complaint import Complaint, Escaped, is_text
from friendlywifi.exitcodes import Exit
from friendlywifi.outlets import guard

TERMINATED = 143
"""128 and SIGTERM."""


def main() -> None:
    """The program. Leaves by `SystemExit`, always."""
    signal.signal(signal.SIGTERM, _terminated)
    guard()
    try:
        # Imported here, so that Ctrl-C during the import meets the wall too.
        from friendlywifi.app import called  # noqa: PLC0415 - see above

        _refuse_bytes(sys.argv[1:])
        try:
            called(sys.argv[1:])()
        finally:
            sys.stdout.flush()
    except SystemExit:
        raise
    except Escaped as escaped:
        sys.exit(_told(escaped.error))
    except BaseException as error:  # noqa: BLE001 - the last wall: a user gets a sentence
        sys.exit(_told(error))


def _refuse_bytes(arguments: list[str]) -> None:
    """Reports are UTF-8, so what goes into them must be; better said now than after the run."""
    for argument in arguments:
        if not is_text(argument):
            raise Complaint(f"the argument {argument} is not UTF-8 text")


def _told(error: BaseException) -> Exit:
    """The exit code for what went wrong, once it was said."""
    if isinstance(error, Complaint):
        _say(_retold(str(error)))
        return error.code
    if _is_interrupt(error):
        import warnings  # noqa: PLC0415 - only here

        # What was about to be awaited never will be, and nobody needs to hear of it.
        warnings.simplefilter("ignore", RuntimeWarning)
        # Nor of what was half made, as a loop without its sockets, and complains while it is taken away.
        sys.unraisablehook = lambda _: None
        _say(_retold("interrupted; nothing half-written is left"))
        # An interrupt inside an `exec` of text (dataclasses are made by it) leaves CPython believing that
        # nobody caught it, and it would end by the signal instead of by our code; another `exec` undoes that.
        exec("")  # noqa: S102 - a constant
        return Exit.INTERRUPTED
    if os.environ.get("FRIENDLYWIFI_DEBUG"):
        import traceback  # noqa: PLC0415 - for whoever mends it

        traceback.print_exception(error)
    _say(f"internal error: {type(error).__name__}: {error}. This is a bug; FRIENDLYWIFI_DEBUG=1 shows where.")
    return Exit.USAGE


def _is_interrupt(error: BaseException | None) -> bool:
    """Ctrl-C, also where a library wrapped it into an error of its own."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _terminated(_number: int, _frame: FrameType | None) -> None:
    sys.exit(TERMINATED)


def _retold(sentence: str) -> str:
    from friendlywifi.language.spoken import ENGLISH, spoken  # noqa: PLC0415 - only where there is something to say

    if spoken().code == ENGLISH:
        return sentence
    from friendlywifi.language.retelling import complained  # noqa: PLC0415 - English does not pay for it

    return complained(sentence)


def _say(sentence: str) -> None:
    from friendlywifi.terminal import visible  # noqa: PLC0415 - only where there is something to say

    print(f"friendlywifi: {visible(sentence)}", file=sys.stderr)  # noqa: T201 - this is the command line


if __name__ == "__main__":
    main()
