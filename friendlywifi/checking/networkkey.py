"""The key under which this machine's records name access points and gateways: the same one, not which one."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from friendlywifi.complaint import Complaint

_BYTES = 32


def network_key(state: Path) -> bytes:
    """The key, made at its first use, readable by its owner alone. Complains where it can be neither.

    Whoever has it can try hardware addresses against the records, of which there are few enough to try all.
    """
    path = state / "network.key"
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        key = path.read_bytes()
    except OSError as error:
        raise Complaint(
            f"the key of the networks' records, {path}, cannot be kept ({error.strerror}); "
            "set FRIENDLYWIFI_STATE to a folder that can"
        ) from None
    if len(key) != _BYTES:
        raise Complaint(
            f"{path} is no key of {_BYTES} bytes; networks seen before cannot be known again. "
            "Restore it, or remove it to begin anew"
        )
    return key


def _make(path: Path) -> None:
    """Whole or not at all, and never over another process's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp: mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        pass  # Another process made it first: there is one key.
    finally:
        temporary.unlink(missing_ok=True)
