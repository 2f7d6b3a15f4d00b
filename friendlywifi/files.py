"""Files appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from friendlywifi.complaint import Complaint

LARGEST = 64 * 1024 * 1024
"""Bytes that are read of a file that the user named; a device that never ends is one, too."""


def read_text(path: Path, *, what: str) -> str:
    """The text of a file that the user named. Complains with a sentence that says which one and why."""
    return _decode(read_bytes(path, what=what), path)


def read_bytes(path: Path, *, what: str, largest: int = LARGEST) -> bytes:
    """The bytes of a file that the user named. Complains where it is larger than anything of its kind."""
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except FileNotFoundError:
        raise Complaint(f"{what} {path} does not exist") from None
    except OSError as error:
        raise Complaint(f"{what} {path} cannot be read: {error.strerror}") from None
    if len(data) > largest:
        raise Complaint(f"{what} {path} is larger than {largest // 1024 // 1024} MB; that cannot be right")
    return data


def _decode(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Complaint(f"{path} is not UTF-8 text (byte {error.start})") from None


def prepare(directory: Path) -> None:
    """Make a folder that results will be left in. Complains before the work, not after it."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except (FileExistsError, NotADirectoryError):
        raise Complaint(f"{directory} is to be a folder for results, but there is a file") from None
    except OSError as error:
        raise Complaint(f"{directory} cannot be used as a folder for results: {error.strerror}") from None


def prepare_file(path: Path, *, what: str) -> None:
    """Complains before the work where the file could not be written after it."""
    if path.is_dir():
        raise Complaint(f"{what} {path} is to be a file, but there is a folder")
    prepare(path.parent)


PUBLIC, PRIVATE = 0o644, 0o600
"""Who may read a file: everybody, or its owner alone."""


def write(path: Path, data: bytes, *, mode: int = PUBLIC) -> None:
    """Write beside the target and rename: a full disk or a power cut leaves the old file, or none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise Complaint(f"{path} cannot be written: {error.strerror}") from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except OSError as error:
        raise Complaint(f"{path} cannot be written: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)
