"""Who is at the keyboard: what the journal calls whoever gave a command."""

from __future__ import annotations

import getpass
import os


def actor() -> str:
    """The name of the account; behind sudo that of the person."""
    given = os.environ.get("SUDO_USER")
    if given:
        return given
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # An account without a name, as in some containers.
        return f"user {os.getuid()}"
