"""Where stdout and stderr end: in a pipe whose reader left, or on a disk that is full.

Python's own answers are a traceback, or letting SIGPIPE end the process, and the latter would also let any
peer on the network end it by closing a connection. So only writing to these two notices.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TextIO

from friendlywifi.complaint import Complaint

READER_GONE = 141
"""128 and SIGPIPE: what a shell reports of any program whose reader left."""


class _Outlet(io.FileIO):
    def write(self, data: object) -> int:
        try:
            return super().write(data)  # type: ignore[arg-type] # the buffer's own view of its bytes
        except BrokenPipeError:
            self._shut()
            raise SystemExit(READER_GONE) from None
        except OSError as error:
            self._shut()
            raise Complaint(f"what was to be printed cannot be written: {error.strerror}") from None

    def _shut(self) -> None:
        """Whatever is still in the buffer goes nowhere, so that nothing complains of it at the end."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def guard() -> None:
    """Put the guarded outlets in place of `sys.stdout` and `sys.stderr`."""
    sys.stdout = _guarded(sys.stdout, 1)
    sys.stderr = _guarded(sys.stderr, 2)


def _guarded(stream: TextIO | None, number: int) -> TextIO:
    if stream is None:  # it was closed before the program began
        return Path(os.devnull).open("w", encoding="utf-8")
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Outlet(number, "w", closefd=False)),
        encoding=stream.encoding,
        # A sign that the terminal's encoding lacks is no reason to print nothing.
        errors="backslashreplace",
        line_buffering=number == 2 or stream.isatty(),
    )
