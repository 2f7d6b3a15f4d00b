"""A file that nobody but its owner may read, written whole or not at all, and refused where others may."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from friendlywifi.complaint import Complaint


def require_private(path: Path, *, what: str) -> None:
    """Complains where anybody but the owner may read or write it, or put another in its place."""
    try:
        found = path.stat()
        folder = path.parent.stat()
    except FileNotFoundError:
        raise Complaint(f"{what} {path} does not exist") from None
    except OSError as error:
        raise Complaint(f"{what} {path} cannot be read: {error.strerror}") from None
    if found.st_mode & 0o077:
        raise Complaint(
            f"{what} {path} may be read by others of this machine, so it is no secret any more: take a new "
            f"one (friendlywifi keys rotate), or, where nobody was here, chmod 600 {path}"
        )
    if found.st_uid not in (os.geteuid(), 0):
        raise Complaint(f"{what} {path} belongs to another user of this machine")
    # The sticky bit keeps others from renaming what is not theirs.
    if folder.st_mode & 0o022 and not folder.st_mode & stat.S_ISVTX:
        raise Complaint(f"others may put another file in the place of {path}; chmod 700 {path.parent}")


def write_private(path: Path, data: bytes) -> None:
    """Write a new file for its owner alone. Complains where one is there: a key is never written over."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            path.hardlink_to(name)
        finally:
            Path(name).unlink(missing_ok=True)
    except FileExistsError:
        raise Complaint(f"there is a file {path} already; nothing was written") from None
    except OSError as error:
        raise Complaint(f"{path} cannot be written: {error.strerror}") from None
