"""The key by which a vantage signs what it saw: made once, kept beside the numbers, for its owner only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import KeyFault, from_pem, new_key, to_pem
from friendlywifi.complaint import Complaint
from friendlywifi.files import read_bytes

FILE = "vantage.pem"


def vantage_key(state: Path) -> Ed25519PrivateKey:
    """The key of this vantage. Two processes that both find none end up with one key."""
    path = state / FILE
    if not path.exists():
        _create(path, to_pem(new_key()))
    if path.stat().st_mode & 0o077:
        raise Complaint(
            f"{path} may be read by others, so it proves nothing any more; chmod 600, or a new one"
        )
    try:
        return from_pem(read_bytes(path, what="the vantage's key"))
    except KeyFault as fault:
        raise Complaint(f"{path}: {fault}") from None


def _create(path: Path, pem: bytes) -> None:
    """Written whole under another name and then linked: whoever links second finds the first one's key."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(file.fileno())
            Path(path).hardlink_to(name)
        except FileExistsError:
            pass
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise Complaint(
            f"the vantage's key is kept in {path.parent}, which cannot be written ({error.strerror}); "
            "set FRIENDLYWIFI_STATE to a folder that can"
        ) from None
