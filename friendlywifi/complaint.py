"""An error that a person can do something about: one clear sentence on stderr, exit code 2, no traceback.

And the envelope in which every other error reaches the last wall, which is in `friendlywifi.__main__`.
"""

from __future__ import annotations

from friendlywifi.exitcodes import Exit


class Complaint(Exception):  # noqa: N818 - it is the word for it: a sentence to the user
    """What is wrong and, where there is one, the way out. `str()` is the whole sentence."""

    def __init__(self, sentence: str, *, code: Exit = Exit.USAGE) -> None:
        super().__init__(sentence)
        self.code = code


def is_text(given: str) -> bool:
    """Whether an argument or variable was UTF-8: Python lets other bytes through as lone surrogates."""
    return not any("\ud800" <= char <= "\udfff" for char in given)


class Escaped(Exception):  # noqa: N818 - an envelope, no error of its own
    """Carries an error past typer, which would turn it into an exit code that means something else here."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error
