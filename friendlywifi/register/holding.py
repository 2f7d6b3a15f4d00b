"""The folder that a web server serves: what stands in it is never forgotten, and a reader sees no half.

The newest state that was published is the checkpoint there. Records that do not contain it whole (an old
backup, another machine's) are refused before anything is written. Files appear one by one, each whole: first
what others lead to, last the checkpoint. No file is ever removed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.checkpoint import Checkpoint, CheckpointFault, read_checkpoint
from certificates.didweb import method_id
from certificates.jwt import JwtFault, open_jwt
from certificates.statuslist import Purpose, StatusListFault, decoded
from certificates.translog import Tree, verify_consistency
from friendlywifi import files
from friendlywifi.complaint import Complaint
from friendlywifi.register.site import LOG, Site

MARK = ".friendlywifi-register"
"""Says whose folder this is, from the first file on."""

CHECKPOINT = f"{LOG}/checkpoint"


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """One process at a time writes there. Complains where it cannot be used."""
    files.prepare(directory)
    try:
        handle = os.open(directory, os.O_RDONLY)
    except OSError as error:
        raise Complaint(f"{directory} cannot be used for the register: {error.strerror}") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Complaint(f"another program is publishing to {directory}; try again in a minute") from None
        yield
    finally:
        os.close(handle)


def require_ours(directory: Path, site: Site) -> None:
    """Complains where the folder holds something else than this register: it would be written over."""
    marked = _read(directory / MARK)
    if marked is not None:
        if marked.decode("utf-8", "replace").strip() != site.origin:
            raise Complaint(
                f"{directory} holds another register than {site.url}; [issuer] url never changes once signs "
                "are hung up, for their codes lead there"
            )
        return
    strangers = sorted(item.name for item in directory.iterdir() if not item.name.startswith("."))
    if strangers:
        raise Complaint(
            f"{directory} holds other files ({strangers[0]}), and the register would be written over them; "
            "give it an empty folder of its own"
        )


def standing(
    directory: Path, site: Site, keys: tuple[Ed25519PublicKey, ...]
) -> tuple[str, Checkpoint] | None:
    """The checkpoint that is there, as text and read; `None`: nothing was published there."""
    data = _read(directory / CHECKPOINT)
    if data is None:
        return None
    try:
        note = data.decode("utf-8")
        return note, read_checkpoint(note, origin=site.origin, keys=keys)
    except (CheckpointFault, UnicodeDecodeError) as fault:
        raise Complaint(
            f"what was published in {directory} cannot be believed: {fault} Nothing was written; "
            "look who else writes there, or publish to an empty folder"
        ) from None


def require_growth(tree: Tree, before: Checkpoint, directory: Path) -> None:
    """Complains unless the log of these records only added to what is published."""
    again = "bring back a newer backup with friendlywifi records restore; nothing was written"
    if before.size > len(tree):
        raise Complaint(
            f"{directory} holds a newer register ({before.size} entries) than these records ({len(tree)}): "
            f"{again}"
        )
    if before.size == 0:
        return
    grown = verify_consistency(
        old_size=before.size,
        old_root=before.root,
        new_size=len(tree),
        new_root=tree.root(),
        proof=tree.consistency(before.size),
    )
    if not grown:
        raise Complaint(
            f"{directory} holds another register than these records: the first {before.size} entries of the "
            f"logs differ. Were two machines issuing with one series? {again}"
        )


def revoked_before(directory: Path, site: Site, keys: tuple[Ed25519PublicKey, ...]) -> frozenset[int]:
    """What the revocation list that is there says; empty where there is none."""
    path = directory / site.list_path(Purpose.REVOCATION)
    data = _read(path)
    if data is None:
        return frozenset()
    try:
        trusted = {method_id(site.did, key): key for key in keys}
        opened = open_jwt(data.decode("ascii"), trusted)
        return decoded(str(opened["credentialSubject"]["encodedList"]))
    except (JwtFault, StatusListFault, UnicodeDecodeError, KeyError, TypeError) as fault:
        raise Complaint(
            f"{path} is not the list that was published there ({fault}); nothing was written, for it might "
            "forget what was withdrawn"
        ) from None


def with_witnesses(note: str, before: tuple[str, Checkpoint] | None, site: Site) -> str:
    """The note with the lines of witnesses that were put under the same state before."""
    if before is None:
        return note
    text, _, lines = before[0].partition("\n\n")
    if note.partition("\n\n")[0] != text:
        return note
    own = f"\u2014 {site.origin} "
    return note + "".join(f"{line}\n" for line in lines.splitlines() if not line.startswith(own))


def write(path: Path, data: bytes) -> bool:
    """Write one file where it changed; whether it did."""
    if _read(path) == data:
        return False
    files.write(path, data)
    return True


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Complaint(f"{path} cannot be read: {error.strerror}") from None
