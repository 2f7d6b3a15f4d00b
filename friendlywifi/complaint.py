"""An error that a person can do something about: one clear sentence on stderr, exit code 2, no traceback."""

from __future__ import annotations


class Complaint(Exception):  # noqa: N818 - it is the word for it: a sentence to the user
    """What is wrong and, where there is one, the way out. `str()` is the whole sentence."""
